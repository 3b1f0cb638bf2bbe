from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("vault", "0002_requests_openings_letters")]

    operations = [
        migrations.AddField("Opening", "compared", models.BooleanField(default=False)),
        migrations.AddIndex(
            "Opening",
            models.Index(
                condition=models.Q(("compared", True)),
                fields=["actor", "at"],
                name="opening_compared_by",
            ),
        ),
    ]
