"""What was written without a network: files that come before their form, and under which key."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [("intake", "0017_join_wish")]

    operations = [
        migrations.CreateModel(
            name="DeviceEntry",
            fields=[
                ("id", ID.clone()),
                ("key", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField(blank=True, null=True)),
                ("handed_over", models.BooleanField(default=False)),
                (
                    "concern",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="device_entry",
                        to="intake.concern",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("key",), name="device_entry_key_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Part",
            fields=[
                ("id", ID.clone()),
                ("entry", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64)),
                (
                    "attachment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="part",
                        to="intake.attachment",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("entry", "digest"), name="part_once"),
                ],
            },
        ),
    ]
