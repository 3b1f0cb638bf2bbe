from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

LANGUAGES = [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")]
WAYS = [
    ("email", "E-mail"),
    ("sms", "Text message"),
    ("call", "Call"),
    ("wechat", "WeChat"),
]


def drop_those_of_units(apps: Any, schema_editor: Any) -> None:
    """Going back: before, a work chat told a person alone."""
    apps.get_model("notices", "Carrier").objects.filter(user=None).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0003_carrier"),
        ("people", "0003_sessions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "carrier",
            "unit",
            models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="carrier",
                to="people.unit",
            ),
        ),
        migrations.AlterField(
            "carrier",
            "user",
            models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="carrier",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, drop_those_of_units, elidable=False),
        migrations.AddConstraint(
            "carrier",
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, unit__isnull=True)
                | models.Q(user__isnull=True, unit__isnull=False),
                name="carrier_one_owner",
            ),
        ),
        migrations.CreateModel(
            name="Wording",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("way", models.CharField(choices=WAYS, max_length=10)),
                ("language", models.CharField(choices=LANGUAGES, max_length=10)),
                ("text", models.CharField(max_length=300)),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="people.unit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("unit", "way", "language"), name="wording_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(way__in=["email", "sms", "wechat"]), name="wording_way"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(language__in=["zh-hans", "zh-hant", "en"]),
                        name="wording_language",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="wording_text"
                    ),
                ]
            },
        ),
    ]
