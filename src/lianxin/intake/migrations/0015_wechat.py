"""WeChat as a door: its kind, what is about to be sent, what was heard, and a way of notices."""

from __future__ import annotations

import uuid

import django.db.models.deletion
from django.apps.registry import Apps
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
    ("sheet", "Taken over from a file"),
]
WAYS = [("sms", "Text message"), ("email", "E-mail"), ("wechat", "WeChat")]
KINDS = [("words", "Words"), ("photo", "Photo"), ("voice", "Voice"), ("place", "Place")]
ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def take_off(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """A table that is made anew, as SQLite does it, would lose its triggers."""
    remove(editor.connection)


def put_on(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    install(editor.connection)


def back(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """What came by WeChat came over the net; nobody can be told there any more."""
    remove(editor.connection)
    apps.get_model("intake", "Concern").objects.filter(channel="wechat").update(channel="web")
    apps.get_model("intake", "NoticeChoice").objects.filter(way="wechat").delete()


class Migration(migrations.Migration):
    dependencies = [("intake", "0014_open311")]

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
        migrations.RemoveConstraint("noticechoice", "notice_choice_way"),
        migrations.AlterField("noticechoice", "way", models.CharField(choices=WAYS, max_length=10)),
        migrations.AlterField(
            "turn", "way", models.CharField(blank=True, choices=WAYS, max_length=10)
        ),
        migrations.AddConstraint(
            "noticechoice",
            models.CheckConstraint(
                condition=models.Q(way__in=[name for name, _label in WAYS]),
                name="notice_choice_way",
            ),
        ),
        migrations.RunPython(put_on, back),
        migrations.CreateModel(
            name="Chat",
            fields=[
                ("id", ID),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("person", models.CharField(max_length=64)),
                ("account", models.BinaryField(null=True)),
                ("until", models.DateTimeField()),
                ("closed_by", models.CharField(blank=True, max_length=40)),
                (
                    "concern",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="chat",
                        to="intake.concern",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "closed_by"], name="chat_of_person"),
                    models.Index(fields=["until"], name="chat_until"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(concern__isnull=True),
                        fields=("person",),
                        name="chat_one_a_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            concern__isnull=True, closed_by="", account__isnull=False
                        )
                        | models.Q(concern__isnull=False) & ~models.Q(closed_by=""),
                        name="chat_closed_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Piece",
            fields=[
                ("id", ID),
                ("order", models.CharField(max_length=40)),
                ("kind", models.CharField(choices=KINDS, max_length=5)),
                ("said", models.BinaryField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                (
                    "attachment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="intake.attachment",
                    ),
                ),
                (
                    "chat",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pieces",
                        to="intake.chat",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["chat", "order"], name="piece_order"),
                    models.Index(
                        condition=models.Q(due_at__isnull=False),
                        fields=["due_at"],
                        name="piece_due",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(kind__in=[name for name, _label in KINDS]),
                        name="piece_kind",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Heard",
            fields=[
                ("id", ID),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("answer", models.BinaryField()),
                ("at", models.DateTimeField()),
            ],
            options={"indexes": [models.Index(fields=["at"], name="heard_recent")]},
        ),
    ]
