"""PostgreSQL samples no column whose bytes have to be gone when a row is erased.

`ANALYZE` copies values into `pg_statistic`, where they outlive the row and its table being written
anew. To name the same type again makes it forget what it has copied so far.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

COLUMNS = {"id": "uuid", "ciphertext": "bytea"}
NONE, USUAL = 0, -1


def _sample(editor: Any, target: int) -> None:
    if editor.connection.vendor != "postgresql":
        return
    for column, kind in COLUMNS.items():
        editor.execute(f"ALTER TABLE vault_entry ALTER COLUMN {column} SET STATISTICS {target}")
        editor.execute(f"ALTER TABLE vault_entry ALTER COLUMN {column} TYPE {kind}")


def sample_none(_apps: Any, schema_editor: Any) -> None:
    _sample(schema_editor, NONE)


def sample_as_usual(_apps: Any, schema_editor: Any) -> None:
    _sample(schema_editor, USUAL)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("vault", "0005_wechat")]

    operations: ClassVar = [migrations.RunPython(sample_none, sample_as_usual)]
