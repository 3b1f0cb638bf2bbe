"""Other systems as a door (Open311): their keys, what they filed and what they added."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


def key() -> models.BigAutoField[int, int]:
    return models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )


class Migration(migrations.Migration):
    dependencies = [("intake", "0013_ledger")]

    operations = [
        migrations.CreateModel(
            name="Open311Client",
            fields=[
                ("id", key()),
                ("name", models.CharField(max_length=60)),
                ("key_hash", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Open311Request",
            fields=[
                ("id", key()),
                ("service_code", models.CharField(max_length=60)),
                ("digest", models.CharField(max_length=64)),
                (
                    "client",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="intake.open311client",
                    ),
                ),
                (
                    "concern",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="open311",
                        to="intake.concern",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["client", "digest"], name="open311_same")],
            },
        ),
        migrations.CreateModel(
            name="Open311Update",
            fields=[
                ("id", key()),
                ("update_id", models.CharField(max_length=120)),
                ("uuid", models.UUIDField(editable=False, unique=True)),
                (
                    "addition",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="open311",
                        to="intake.addition",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="updates",
                        to="intake.open311request",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("request", "update_id"), name="open311_update_once"
                    )
                ],
            },
        ),
    ]
