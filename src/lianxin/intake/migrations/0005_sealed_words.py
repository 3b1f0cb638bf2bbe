"""What a concern says can be sealed; nothing else may change it."""

from __future__ import annotations

from importlib import import_module

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from lianxin.intake.guards import install, remove

before = import_module("lianxin.intake.migrations.0002_words_never_change")


def take_off(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    before.remove(_apps, editor)


def put_on_as_before(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    before.install(_apps, editor)


def put_on(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    install(editor.connection)


def refuse_while_sealed(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """The way back has no place for sealed words, and nothing may be lost on it."""
    for name in ("Concern", "Addition"):
        if apps.get_model("intake", name).objects.filter(sealed__isnull=False).exists():
            raise RuntimeError("Some words are sealed: hand those cases back first.")
    remove(editor.connection)


class Migration(migrations.Migration):
    dependencies = [("intake", "0004_helpers_and_holds")]

    operations = [
        migrations.RunPython(take_off, put_on_as_before),
        migrations.RemoveConstraint(
            model_name="concern",
            name="concern_has_words",
        ),
        migrations.AddField(
            model_name="addition",
            name="sealed",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="attachment",
            name="sealed",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="concern",
            name="sealed",
            field=models.BinaryField(null=True),
        ),
        migrations.AddConstraint(
            model_name="addition",
            constraint=models.CheckConstraint(
                condition=models.Q(("sealed__isnull", True), ("words", ""), _connector="OR"),
                name="addition_sealed_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="concern",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sealed__isnull", True), models.Q(("words", ""), _negated=True)),
                    models.Q(
                        ("happened_on", None),
                        ("latitude", None),
                        ("longitude", None),
                        ("place", ""),
                        ("sealed__isnull", False),
                        ("title", ""),
                        ("wish", ""),
                        ("words", ""),
                    ),
                    _connector="OR",
                ),
                name="concern_has_words",
            ),
        ),
        migrations.RunPython(put_on, refuse_while_sealed),
    ]
