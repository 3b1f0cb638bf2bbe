"""Notices go by WeChat too. On the way back those that did are dropped: they hold no words."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations, models

WAYS = [("email", "E-mail"), ("sms", "Text message"), ("call", "Call"), ("wechat", "WeChat")]


def drop_notices(apps: Any, _schema_editor: Any) -> None:
    """Their entries in the journal stay."""
    apps.get_model("vault", "Letter").objects.filter(way="wechat").delete()


class Migration(migrations.Migration):
    dependencies: ClassVar = [("vault", "0004_notices")]

    operations: ClassVar = [
        migrations.RemoveConstraint("letter", "letter_way"),
        migrations.AlterField("letter", "way", models.CharField(choices=WAYS, max_length=10)),
        migrations.AddConstraint(
            "letter",
            models.CheckConstraint(
                condition=models.Q(way__in=[name for name, _label in WAYS]), name="letter_way"
            ),
        ),
        migrations.AddField("letter", "carrier_ref", models.CharField(max_length=40, null=True)),
        migrations.AddIndex(
            "letter",
            models.Index(
                condition=models.Q(carrier_ref__isnull=False),
                fields=["carrier_ref"],
                name="letter_carrier",
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, drop_notices),
    ]
