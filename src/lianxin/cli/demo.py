"""`lianxin demo`: a made-up town to look around in."""

from __future__ import annotations

import os
import shutil
from datetime import timedelta
from pathlib import Path

import click

from lianxin.cli import errors, migrate, progress, serve, start

BUILDING, READY = "building", "ready"


@click.command("demo", short_help="Show the product with a made-up town.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port."
)
@click.option("--reset", is_flag=True, help="Forget the town and begin anew.")
@click.option("--no-serve", is_flag=True, help="Only make the town.")
def command(port: int, reset: bool, no_serve: bool) -> None:
    """Show the product with a made-up county town: people, units, a year of concerns.

    The first run makes the town; later runs keep what you did. Everything lies in the same
    database the other commands use. A database that holds anything else is left alone.
    """
    # To look around, a password must do; `lianxin check` says what that means for real use.
    os.environ.setdefault("LIANXIN_SECOND_FACTOR", "off")
    if not no_serve:
        serve.free_or_stop("127.0.0.1", port)
    start.django()
    if reset or _mark() == BUILDING:
        _forget()
    if _mark() == READY:
        migrate.bring_up_to_date()
    else:
        _build()
    if no_serve:
        _say_who()
        return
    serve.run("127.0.0.1", port, workers=2, with_worker=True, ready=lambda: _greet(port))


def _mark_file() -> Path:
    from django.conf import settings

    return Path(settings.DATA) / "demo"


def _mark() -> str:
    path = _mark_file()
    return path.read_text("utf-8").partition("\n")[0].strip() if path.exists() else ""


def _codes() -> list[str]:
    """The query codes that were noted when the town was made, each with what to see there."""
    return _mark_file().read_text("utf-8").splitlines()[1:]


def _build() -> None:
    from django.contrib.auth import get_user_model
    from django.db import connection

    from lianxin.demo import community
    from lianxin.kernel import clock
    from lianxin.people import queries as people

    if connection.introspection.table_names():
        migrate.bring_up_to_date()
    else:
        # What the product brings along stands in the journal before the town's first day.
        with clock.at(community.begins() - timedelta(days=1)):
            migrate.bring_up_to_date()
    if get_user_model()._default_manager.exists() or people.roots().exists():
        raise errors.stop(
            "This database already holds something other than the demo town. "
            "Set LIANXIN_DATA to a new folder to keep them apart."
        )
    _mark_file().write_text(BUILDING)
    with progress.bar("Making the town, about a minute") as report:
        built = community.build(report)
    lines = [READY, *(f"{code}  {what}" for code, what in built.codes)]
    _mark_file().write_text("\n".join(lines) + "\n", "utf-8")


def _forget() -> None:
    """Remove the demo town's own files, and nothing that is not marked as the demo."""
    from django.conf import settings
    from django.db import connection

    if connection.vendor != "sqlite":
        raise errors.stop("The demo town lies in PostgreSQL: drop and make that database yourself.")
    database = str(settings.DATABASES["default"]["NAME"])
    if not _mark() and Path(database).exists():
        raise errors.stop("This is not the demo town; nothing was removed.")
    connection.close()
    for end in ("", "-wal", "-shm", "-journal"):
        Path(database + end).unlink(missing_ok=True)
    for folder in (Path(settings.DATA) / name for name in ("files", "mail")):
        shutil.rmtree(folder, ignore_errors=True)
    if settings.ANCHOR_FILE.is_relative_to(settings.DATA):
        settings.ANCHOR_FILE.unlink(missing_ok=True)
    _mark_file().unlink(missing_ok=True)


def _greet(port: int) -> None:
    base = serve.address("127.0.0.1", port)
    click.echo(f"\nLianxin 连心 is at {base} (Ctrl-C stops it).\n")
    click.echo(f"Residents need no account. Codes to type in at {base}/track/")
    for line in _codes():
        click.echo(f"  {line}")
    click.echo(f"\nStaff sign in at {base}/desk/")
    _say_who()


def _say_who() -> None:
    from lianxin.demo import community

    for username, password, who in community.sign_ins():
        click.echo(f"  {username:<14} {password:<14} {who}")
