"""Somebody files for another from afar: a signed word that is only sealed, a helper who stands."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

PAPER = models.Q(("paper", ""), _negated=True)


def back(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """What came from afar is said to be kept as a file; nothing before knew how to show it."""
    apps.get_model("intake", "Proxy").objects.filter(sent=True).update(paper="电子附件")
    sheets = apps.get_model("intake", "Attachment").objects.filter(authority=True)
    # Nothing hangs on a sheet.
    sheets._raw_delete(sheets.db)
    apps.get_model("intake", "Helper").objects.filter(standing=True).delete()
    if editor.connection.vendor == "postgresql":
        # What waits to be checked at the end would not let the table be changed now.
        editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [("intake", "0020_last_day_of_a_token")]

    operations = [
        migrations.AddField("Attachment", "authority", models.BooleanField(default=False)),
        migrations.AddConstraint(
            "Attachment",
            models.CheckConstraint(
                condition=models.Q(("authority", False))
                | models.Q(("original", ""), _negated=True),
                name="attachment_authority_sealed",
            ),
        ),
        migrations.AddField("Helper", "standing", models.BooleanField(default=False)),
        migrations.AddField("Proxy", "sent", models.BooleanField(default=False)),
        migrations.AlterField("Proxy", "paper", models.CharField(blank=True, max_length=80)),
        migrations.RemoveConstraint("Proxy", "proxy_has_paper"),
        migrations.AddConstraint(
            "Proxy",
            models.CheckConstraint(
                condition=models.Q(("sent", True)) | PAPER, name="proxy_has_paper"
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, back),
    ]
