"""Messages about a sealed case are sealed; nothing else may change them."""

from __future__ import annotations

from importlib import import_module

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from lianxin.cases.guards import install, remove

before = import_module("lianxin.cases.migrations.0005_messages_never_change")


def take_off(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    before.remove(_apps, editor)


def put_on_as_before(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    before.install(_apps, editor)


def put_on(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    install(editor.connection)


def refuse_while_sealed(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """The way back has no place for sealed words, and nothing may be lost on it."""
    for name in ("Message",):
        if apps.get_model("cases", name).objects.filter(sealed__isnull=False).exists():
            raise RuntimeError("Some words are sealed: hand those cases back first.")
    remove(editor.connection)


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_messages_never_change")]

    operations = [
        migrations.RunPython(take_off, put_on_as_before),
        migrations.RemoveConstraint(
            model_name="message",
            name="case_message_has_words",
        ),
        migrations.AddField(
            model_name="message",
            name="sealed",
            field=models.BinaryField(null=True),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sealed__isnull", True), models.Q(("words", ""), _negated=True)),
                    models.Q(("sealed__isnull", False), ("words", "")),
                    _connector="OR",
                ),
                name="case_message_has_words",
            ),
        ),
        migrations.RunPython(put_on, refuse_while_sealed),
    ]
