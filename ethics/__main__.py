"""`python -m ethics`: the ledger's commands, one line each. What a person can mend is said in a sentence; exit code 2."""

from __future__ import annotations

import sys

import typer

from ethics import settings as house
from ethics.database import database, migrate
from ethics.imports.command import BAD_INPUT, import_, terminal_reader
from ethics.language import Refused

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.command("import")(import_)


@app.command("migrate")
def migrate_() -> None:
    """Bring the database up to date."""
    revision = migrate(database())
    typer.echo(terminal_reader()("The database is up to date (revision {revision}).", revision=revision))


@app.command()
def secrets() -> None:
    """Make the secrets file of this installation, readable by its owner alone; an existing one stays."""
    typer.echo(house.create_secrets(house.home()))


def main() -> None:
    """Run a command; refusals become a sentence on standard error."""
    try:
        app()
    except Refused as refused:
        typer.echo(terminal_reader().say(refused.sentence), err=True)
        sys.exit(BAD_INPUT)


if __name__ == "__main__":
    main()
