from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from lianxin.database import guards

KEPT = {"cases_message": ("words", "written_at", "case_id", "by_id", "unit_id", "helped")}


def install(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    refusal = "what was written never changes"
    guards.install(editor.connection, KEPT, name="cases", refusal=refusal)


def remove(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    guards.remove(editor.connection, KEPT, name="cases")


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_messages")]
    operations = [migrations.RunPython(install, remove)]
