"""Letters without a sender are notices. On the way back they go: they hold no words."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations, models


def drop_notices(apps: Any, _schema_editor: Any) -> None:
    """Their entries in the journal stay."""
    apps.get_model("vault", "Letter").objects.filter(sender=None).delete()


class Migration(migrations.Migration):
    dependencies: ClassVar = [("vault", "0003_comparisons")]

    operations: ClassVar = [
        migrations.AlterField("letter", "sender", models.BigIntegerField(null=True)),
        migrations.RunPython(migrations.RunPython.noop, drop_notices),
    ]
