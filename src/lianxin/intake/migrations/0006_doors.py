"""Doors of their own: visits, letters; two kinds more."""

from __future__ import annotations

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from lianxin.intake.guards import install, remove


def take_off(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """A table that is made anew, as SQLite does it, would lose its triggers."""
    remove(editor.connection)


def put_on(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    install(editor.connection)


def back(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """The kinds there were before that are nearest to the new ones."""
    remove(editor.connection)
    concerns = apps.get_model("intake", "Concern").objects
    for new, old in (("found", "outreach"), ("report_line", "call")):
        concerns.filter(channel=new).update(channel=old)


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0005_sealed_words"),
    ]

    operations = [
        migrations.RunPython(take_off, put_on),
        migrations.CreateModel(
            name="Letter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("dated", models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("people", models.PositiveSmallIntegerField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="concern",
            name="concern_channel",
        ),
        migrations.AlterField(
            model_name="concern",
            name="channel",
            field=models.CharField(
                choices=[
                    ("web", "Web"),
                    ("call", "Call"),
                    ("report_line", "Report line"),
                    ("walk_in", "Visit at the counter"),
                    ("letter", "Letter"),
                    ("suggestion_box", "Suggestion box"),
                    ("outreach", "Heard on a visit"),
                    ("found", "Found by staff"),
                    ("sheet", "Taken over from a file"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="concern",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "channel__in",
                        [
                            "web",
                            "call",
                            "report_line",
                            "walk_in",
                            "letter",
                            "suggestion_box",
                            "outreach",
                            "found",
                            "sheet",
                        ],
                    )
                ),
                name="concern_channel",
            ),
        ),
        migrations.RunPython(put_on, back),
        migrations.AddField(
            model_name="letter",
            name="concern",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="letter",
                to="intake.concern",
            ),
        ),
        migrations.AddField(
            model_name="visit",
            name="concern",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="visit",
                to="intake.concern",
            ),
        ),
        migrations.AddConstraint(
            model_name="visit",
            constraint=models.CheckConstraint(
                condition=models.Q(("people__range", (1, 5))), name="visit_people"
            ),
        ),
    ]
