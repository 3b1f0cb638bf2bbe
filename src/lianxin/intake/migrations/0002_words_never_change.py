from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from lianxin.database import guards

KEPT = {
    "intake_concern": (
        "number", "words", "title", "wish", "place", "happened_on", "channel", "received_at",
        "filed_at", "identity",
    ),
    "intake_addition": ("words", "added_at", "by_resident", "concern_id"),
}  # fmt: skip


def install(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    refusal = "the words of a resident never change"
    guards.install(editor.connection, KEPT, name="intake", refusal=refusal)


def remove(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    guards.remove(editor.connection, KEPT, name="intake")


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
