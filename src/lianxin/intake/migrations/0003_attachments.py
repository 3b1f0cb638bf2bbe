"""Photos become files of any accepted kind, and lie in the folder of files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def _move(source: Path, target: Path) -> None:
    """Rename the folder, or what is in it when the other is already there."""
    if not source.exists():
        return
    if not target.exists():
        source.rename(target)
        return
    for path in source.rglob("*.jpg"):
        place = target / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        path.rename(place)


def to_files(_apps: Any, _editor: Any) -> None:
    _move(Path(settings.DATA) / "photos", Path(settings.MEDIA_ROOT))


def to_photos(_apps: Any, _editor: Any) -> None:
    _move(Path(settings.MEDIA_ROOT), Path(settings.DATA) / "photos")


def only_pictures(apps: Any, _editor: Any) -> None:
    """Backwards there is no room for anything else."""
    apps.get_model("intake", "Attachment").objects.exclude(suffix="jpg").delete()


class Migration(migrations.Migration):
    dependencies = [("intake", "0002_words_never_change")]

    operations = [
        migrations.RenameModel("Photo", "Attachment"),
        migrations.RenameIndex(
            "Attachment", old_name="photo_waiting", new_name="attachment_waiting"
        ),
        migrations.AlterField(
            "Attachment",
            "concern",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="attachments",
                to="intake.concern",
            ),
        ),
        migrations.AlterField("Attachment", "width", models.PositiveIntegerField(default=0)),
        migrations.AlterField("Attachment", "height", models.PositiveIntegerField(default=0)),
        migrations.AddField("Attachment", "suffix", models.CharField(default="jpg", max_length=4)),
        migrations.AddField("Attachment", "size", models.PositiveIntegerField(default=0)),
        migrations.AddField("Attachment", "pages", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("Attachment", "seconds", models.PositiveIntegerField(default=0)),
        migrations.AddField("Attachment", "original", models.CharField(blank=True, max_length=4)),
        migrations.AddField(
            "Attachment",
            "scan",
            models.CharField(
                blank=True,
                choices=[
                    ("", "not checked for viruses"),
                    ("clean", "checked for viruses"),
                    ("infected", "a virus was found"),
                ],
                default="",
                max_length=8,
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, only_pictures),
        migrations.AddIndex(
            "Attachment",
            models.Index(
                condition=models.Q(("scan", "")), fields=["id"], name="attachment_to_scan"
            ),
        ),
        migrations.AddConstraint(
            "Attachment",
            models.CheckConstraint(
                condition=models.Q(
                    (
                        "suffix__in",
                        [
                            "3gp", "aac", "amr", "jpg", "m4a", "mov", "mp3", "mp4", "ogg", "pdf",
                            "wav", "webm",
                        ],
                    )
                ),
                name="attachment_suffix",
            ),
        ),
        migrations.AddConstraint(
            "Attachment",
            models.CheckConstraint(
                condition=models.Q(("scan__in", ["", "clean", "infected"])), name="attachment_scan"
            ),
        ),
        migrations.RunPython(to_files, to_photos),
    ]  # fmt: skip
