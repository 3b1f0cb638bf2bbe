"""`lianxin manage`: Django's own commands, for administrators and developers."""

from __future__ import annotations

import os

import click


@click.command(
    "manage",
    context_settings={"ignore_unknown_options": True, "help_option_names": []},
    short_help="Run one of Django's own commands (for developers).",
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(arguments: tuple[str, ...]) -> None:
    """Run one of Django's own commands, e.g. `lianxin manage makemigrations`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianxin.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["lianxin manage", *arguments])
