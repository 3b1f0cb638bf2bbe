"""Programs as a door (API): its kind, their tokens, and what was done under which key."""

from __future__ import annotations

import uuid

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from lianxin.intake.guards import install, remove

CHANNELS = [
    ("web", "Web"),
    ("call", "Call"),
    ("report_line", "Report line"),
    ("walk_in", "Visit at the counter"),
    ("letter", "Letter"),
    ("suggestion_box", "Suggestion box"),
    ("reception", "Reception day"),
    ("proxy", "Filed for somebody"),
    ("outreach", "Heard on a visit"),
    ("found", "Found by staff"),
    ("email", "E-mail"),
    ("open311", "Another system (Open311)"),
    ("wechat", "WeChat"),
    ("api", "A program (API)"),
    ("sheet", "Taken over from a file"),
]
ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def take_off(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """A table that is made anew, as SQLite does it, would lose its triggers."""
    remove(editor.connection)


def put_on(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    install(editor.connection)


def back(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """What a program filed came over the net."""
    remove(editor.connection)
    apps.get_model("intake", "Concern").objects.filter(channel="api").update(channel="web")


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("intake", "0015_wechat"),
    ]

    operations = [
        migrations.RunPython(take_off, put_on),
        migrations.RemoveConstraint("concern", "concern_channel"),
        migrations.AlterField(
            "concern", "channel", models.CharField(choices=CHANNELS, max_length=20)
        ),
        migrations.AddConstraint(
            "concern",
            models.CheckConstraint(
                condition=models.Q(channel__in=[name for name, _label in CHANNELS]),
                name="concern_channel",
            ),
        ),
        migrations.RunPython(put_on, back),
        migrations.CreateModel(
            name="ApiClient",
            fields=[
                ("id", ID),
                ("name", models.CharField(max_length=60)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("scopes", models.CharField(max_length=60)),
                ("made_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(scopes="file") | models.Q(user__isnull=False),
                        name="api_client_desk_has_person",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ApiRequest",
            fields=[
                ("id", ID),
                ("key_hash", models.CharField(max_length=64, unique=True)),
                ("digest", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "client",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="intake.apiclient",
                    ),
                ),
                (
                    "concern",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="api",
                        to="intake.concern",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ApiHook",
            fields=[
                ("id", ID),
                ("address", models.CharField(max_length=500)),
                ("sealed", models.BinaryField(default=b"", editable=False)),
                ("made_at", models.DateTimeField()),
                (
                    "client",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hook",
                        to="intake.apiclient",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ApiDelivery",
            fields=[
                ("id", ID),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("entry", models.BigIntegerField()),
                ("kind", models.CharField(max_length=60)),
                ("number", models.CharField(max_length=11)),
                ("at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("status", models.PositiveSmallIntegerField(default=0)),
                (
                    "hook",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="owed",
                        to="intake.apihook",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(due_at__isnull=False),
                        fields=["due_at"],
                        name="api_delivery_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("hook", "entry"), name="api_delivery_once"),
                    models.CheckConstraint(
                        condition=models.Q(done_at__isnull=True) | models.Q(due_at__isnull=True),
                        name="api_delivery_done_whole",
                    ),
                ],
            },
        ),
    ]
