"""E-mail as a door: its kind, what came, and by which address mails find their concern."""

from __future__ import annotations

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from lianxin.intake.guards import install, remove

BEFORE = [
    ("web", "Web"),
    ("call", "Call"),
    ("report_line", "Report line"),
    ("walk_in", "Visit at the counter"),
    ("letter", "Letter"),
    ("suggestion_box", "Suggestion box"),
    ("outreach", "Heard on a visit"),
    ("found", "Found by staff"),
]
CHANNELS = [*BEFORE, ("email", "E-mail"), ("sheet", "Taken over from a file")]
OUTCOMES = [
    ("filed", "a new concern"),
    ("added", "added to a concern"),
    ("bounced", "one of ours came back"),
    ("automatic", "written by a machine, left alone"),
    ("empty", "without words; the sender is told"),
    ("too_long", "too long; the sender is told"),
]


def take_off(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """A table that is made anew, as SQLite does it, would lose its triggers."""
    remove(editor.connection)


def put_on(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    install(editor.connection)


def back(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """What came by e-mail came over the net."""
    remove(editor.connection)
    apps.get_model("intake", "Concern").objects.filter(channel="email").update(channel="web")


class Migration(migrations.Migration):
    dependencies = [("intake", "0008_notice_choice")]

    operations = [
        migrations.RunPython(take_off, put_on),
        migrations.CreateModel(
            name="Mail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("outcome", models.CharField(choices=OUTCOMES, max_length=10)),
                ("at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("left_out", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "indexes": [models.Index(fields=["at"], name="mail_recent")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", [name for name, _label in OUTCOMES])),
                        name="mail_outcome",
                    )
                ],
            },
        ),
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
        migrations.CreateModel(
            name="MailThread",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token", models.CharField(max_length=16, unique=True)),
                (
                    "concern",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mail_thread",
                        to="intake.concern",
                    ),
                ),
            ],
        ),
    ]
