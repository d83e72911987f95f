"""`python -m ethics`: the ledger's commands, one line each. What a person can mend is said in a sentence; exit code 2."""

from __future__ import annotations

import sys

import typer

from ethics import audit
from ethics import settings as house
from ethics.access import TERMINAL
from ethics.database import database, migrate
from ethics.imports.command import import_, sample
from ethics.language import BAD_INPUT, Refused, terminal_reader
from ethics.people.command import setup_code
from ethics.risk.command import analyse, scores_

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.command("import")(import_)
app.command("sample")(sample)
app.command("scores")(scores_)
app.command("analyse")(analyse)
app.command("setup-code")(setup_code)


@app.command("migrate")
def migrate_() -> None:
    """Bring the database up to date."""
    revision = migrate(database())
    typer.echo(terminal_reader()("The database is up to date (revision {revision}).", revision=revision))


@app.command("audit")
def audit_() -> None:
    """Check the chain of the audit trail and print its head; exit code 1 when somebody has altered it."""
    t = terminal_reader()
    with database().read() as tx:
        broken, (number, seal) = audit.first_broken(tx, TERMINAL), audit.head(tx)
    if broken is not None:
        typer.echo(t("The audit trail was altered: entry {n} does not fit.", n=broken), err=True)
        raise typer.Exit(1)
    typer.echo(t("The audit trail holds: {n} entries, head {seal}.", n=number, seal=seal))


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
