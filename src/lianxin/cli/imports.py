"""`lianxin import …`: bring in what already exists, from spreadsheets."""

from __future__ import annotations

import click

from lianxin.cli import import_concerns, import_people


@click.group("import", short_help="Bring in spreadsheets of concerns, units, people.")
def group() -> None:
    """Bring in concerns, units, people and catalogues from CSV or XLSX files."""


group.add_command(import_concerns.concerns)
group.add_command(import_concerns.catalogue)
group.add_command(import_people.units)
group.add_command(import_people.people)
group.add_command(import_people.divisions)
