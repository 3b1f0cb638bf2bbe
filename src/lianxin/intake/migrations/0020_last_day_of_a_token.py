"""A token may have a last day."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0019_ended_hooks")]

    operations = [
        migrations.AddField(
            model_name="apiclient",
            name="ends_on",
            field=models.DateField(blank=True, null=True),
        ),
    ]
