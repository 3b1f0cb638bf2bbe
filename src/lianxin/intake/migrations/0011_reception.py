"""Reception days, their turns, and the doors that came with them."""

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
    ("sheet", "Taken over from a file"),
]
BACK = {"reception": "walk_in", "proxy": "walk_in", "open311": "web"}


def take_off(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """A table that is made anew, as SQLite does it, would lose its triggers."""
    remove(editor.connection)


def put_on(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    install(editor.connection)


def back(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """What came by a door that did not exist came by the one nearest to it."""
    remove(editor.connection)
    rows = apps.get_model("intake", "Concern").objects
    for channel, nearest in BACK.items():
        rows.filter(channel=channel).update(channel=nearest)


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0010_calls"),
        ("people", "0003_sessions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReceptionDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=6, unique=True)),
                ("leader", models.CharField(max_length=40)),
                ("post", models.CharField(max_length=60)),
                ("portfolio", models.CharField(blank=True, max_length=200)),
                ("place", models.CharField(max_length=120)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("places", models.PositiveSmallIntegerField()),
                ("published_at", models.DateTimeField()),
                ("moved_at", models.DateTimeField(null=True)),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("cancelled_why", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="Turn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("number", models.PositiveSmallIntegerField()),
                ("key", models.CharField(max_length=64, null=True, unique=True)),
                ("mac", models.CharField(max_length=64, unique=True)),
                ("language", models.CharField(default="zh-hans", max_length=10)),
                (
                    "way",
                    models.CharField(
                        blank=True,
                        choices=[("sms", "Text message"), ("email", "E-mail")],
                        max_length=10,
                    ),
                ),
                ("told_at", models.DateTimeField(null=True)),
                ("taken_at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("met", "was heard"),
                            ("absent", "did not come"),
                            ("cancelled", "cancelled by the visitor"),
                        ],
                        max_length=10,
                    ),
                ),
                ("ended_at", models.DateTimeField(null=True)),
                ("attitude", models.PositiveSmallIntegerField(null=True)),
                ("rated_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.RunPython(take_off, put_on),
        migrations.RemoveConstraint(model_name="concern", name="concern_channel"),
        migrations.AlterField(
            model_name="concern",
            name="channel",
            field=models.CharField(choices=CHANNELS, max_length=20),
        ),
        migrations.AddConstraint(
            model_name="concern",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", [name for name, _label in CHANNELS])),
                name="concern_channel",
            ),
        ),
        migrations.RunPython(put_on, back),
        migrations.AddField(
            model_name="receptionday",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.unit"
            ),
        ),
        migrations.AddField(
            model_name="turn",
            name="concern",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="turn",
                to="intake.concern",
            ),
        ),
        migrations.AddField(
            model_name="turn",
            name="day",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="turns",
                to="intake.receptionday",
            ),
        ),
        migrations.AddIndex(
            model_name="receptionday",
            index=models.Index(fields=["starts_at"], name="reception_when"),
        ),
        migrations.AddConstraint(
            model_name="receptionday",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="reception_ends"
            ),
        ),
        migrations.AddConstraint(
            model_name="receptionday",
            constraint=models.CheckConstraint(
                condition=models.Q(("places__range", (1, 200))), name="reception_places"
            ),
        ),
        migrations.AddConstraint(
            model_name="receptionday",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cancelled_at", None), ("cancelled_why", "")),
                    models.Q(
                        ("cancelled_at__isnull", False),
                        models.Q(("cancelled_why", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="reception_cancelled_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="turn",
            constraint=models.UniqueConstraint(fields=("day", "number"), name="turn_number_once"),
        ),
        migrations.AddConstraint(
            model_name="turn",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("outcome", "")),
                    models.Q(
                        ("ended_at__isnull", False), ("outcome__in", ["met", "absent", "cancelled"])
                    ),
                    _connector="OR",
                ),
                name="turn_ended_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="turn",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("attitude", None), ("rated_at", None)),
                    models.Q(
                        ("attitude__range", (1, 3)), ("outcome", "met"), ("rated_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="turn_rated_whole",
            ),
        ),
    ]
