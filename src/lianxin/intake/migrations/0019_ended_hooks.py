"""A hook that has ended stays, with what was told there."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


def only_live_ones(apps: Any, editor: Any) -> None:
    """Before this there was one a program, and none that had ended."""
    apps.get_model("intake", "ApiHook").objects.filter(ended_at__isnull=False).delete()
    if editor.connection.vendor == "postgresql":
        # What waits to be checked at the end would not let the table be changed now.
        editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [("intake", "0018_offline")]

    operations = [
        migrations.AddField(
            model_name="apihook",
            name="ended_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="apihook",
            name="client",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="hooks",
                to="intake.apiclient",
            ),
        ),
        migrations.AddIndex(
            model_name="apihook",
            index=models.Index(fields=["client"], name="api_hook_client"),
        ),
        migrations.AddConstraint(
            model_name="apihook",
            constraint=models.UniqueConstraint(
                condition=Q(ended_at__isnull=True), fields=("client",), name="api_hook_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="apihook",
            constraint=models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(sealed=b""), name="api_hook_ended_forgets"
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, only_live_ones, elidable=True),
    ]
