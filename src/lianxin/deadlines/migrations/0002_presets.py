"""The presets that come with the software, as their first versions.

Later releases bring theirs with `actions.load_presets()`.
"""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from lianxin.deadlines.policies import presets


def load(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    policies = apps.get_model("deadlines", "Policy").objects.using(schema_editor.connection.alias)
    for preset in presets():
        if not policies.filter(code=preset.code).exists():
            policies.create(
                code=preset.code,
                version=1,
                valid_from=preset.valid_from,
                origin="builtin",
                data=preset.data,
                note=preset.note,
            )


class Migration(migrations.Migration):
    dependencies = [("deadlines", "0001_clocks")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
