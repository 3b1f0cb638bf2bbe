"""The `lianxin` command. One module for each command; none loads Django before it needs it.

Exit codes: 0 done, and all is well; 1 the answer is no, or the input is wrong; 2 it could not run.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from lianxin import __version__
from lianxin.cli import (
    api,
    backup,
    breach,
    check,
    database,
    demo,
    errors,
    imports,
    journal,
    mail,
    manage,
    migrate,
    open311,
    privacy,
    retention,
    second_factor,
    serve,
    vault,
    worker,
)


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="The database is read from LIANXIN_DATABASE_URL; when unset, an embedded SQLite "
    "database under var/ is used. Exit codes: 0 done, 1 the answer is no or the input is wrong, "
    "2 the command could not run.",
)
@click.version_option(__version__, message="lianxin %(version)s")
def program() -> None:
    """Lianxin 连心: residents say what troubles them, get a date and an answer, and judge it.

    \b
    To look around:   lianxin demo
    To put it to use: lianxin migrate, then lianxin serve
    """


for command in (
    demo.command,
    serve.command,
    worker.command,
    migrate.command,
    check.command,
    imports.group,
    journal.group,
    mail.group,
    open311.group,
    vault.group,
    database.group,
    backup.group,
    backup.restore,
    second_factor.group,
    privacy.group,
    retention.command,
    breach.group,
    manage.command,
    api.group,
):
    program.add_command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit; a known error becomes one sentence on stderr."""
    try:
        code = program.main(args=arguments, prog_name="lianxin", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.code if isinstance(error, errors.Stop) else error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("\nStopped.", err=True)
        sys.exit(130)
    except Exception as error:
        if errors.wants_traceback():
            raise
        sentence, code = errors.explain(error)
        click.echo(sentence, err=True)
    sys.exit(code if isinstance(code, int) else 0)
