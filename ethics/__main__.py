"""`python -m ethics`: the ledger's commands, one line each. What a person can mend is said in a sentence; exit code 2."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ethics import audit, backup, postgres, rounds
from ethics import settings as house
from ethics.access import TERMINAL, Permission
from ethics.database import database, migrate
from ethics.imports.command import import_, sample
from ethics.notices.command import notices
from ethics.people.command import setup_code
from ethics.risk.command import analyse, scores_
from ethics.terminal import run, terminal_reader
from ethics.wellbeing.command import absence_terms, publish, wellbeing

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.command("import")(import_)
app.command("sample")(sample)
app.command("scores")(scores_)
app.command("analyse")(analyse)
app.command("setup-code")(setup_code)
app.command("notices")(notices)
app.command("wellbeing")(wellbeing)
app.command("publish")(publish)
app.command("absence-terms")(absence_terms)


@app.command("migrate")
def migrate_() -> None:
    """Bring the database up to date."""
    revision = migrate(database())
    typer.echo(terminal_reader()("The database is up to date (revision {revision}).", revision=revision))


@app.command("audit")
def audit_() -> None:
    """Check the audit trail's chain and what was published, and print the head; exit code 1 when either was altered."""
    from ethics.wellbeing import releases

    t = terminal_reader()
    with database().read() as tx:
        broken, (number, seal) = audit.first_broken(tx, TERMINAL), audit.head(tx)
        altered = releases.altered(tx, TERMINAL)
    if broken is not None:
        typer.echo(t("The audit trail was altered: entry {n} does not fit.", n=broken), err=True)
    for quarter in altered:
        typer.echo(
            t("What is stored of {quarter} is not what was published: it was altered.", quarter=quarter), err=True
        )
    if broken is not None or altered:
        raise typer.Exit(1)
    typer.echo(t("The audit trail holds: {n} entries, head {seal}.", n=number, seal=seal))


@app.command()
def secrets() -> None:
    """Make the secrets file of this installation, readable by its owner alone; an existing one stays."""
    typer.echo(house.create_secrets(house.home()))


@app.command("rounds")
def rounds_() -> None:
    """Do once what Reilu does by itself while it runs, such as sending notices; exit code 1 when a part failed."""
    from ethics.door import mixing  # noqa: F401 - these register their rounds
    from ethics.notices import digest, urgent  # noqa: F401
    from ethics.risk import analysis  # noqa: F401
    from ethics.workforce import retention  # noqa: F401

    migrate(database())
    failed, t = rounds.run_all(database()), terminal_reader()
    for name in failed:
        typer.echo(t("{name} failed; the log says where.", name=name), err=True)
    if failed:
        raise typer.Exit(1)


@app.command("backup")
def backup_(file: Annotated[Path, typer.Argument(help="The new file; an existing one is never overwritten")]) -> None:
    """Write the whole database to a file for its owner alone, and check it. Reilu may be running."""
    from ethics.door import mixing  # noqa: F401 - it tidies up before a backup

    TERMINAL.require(Permission.BACK_UP)
    migrate(database())
    backup.back_up(database(), file)
    t = terminal_reader()
    typer.echo(t("Everything in the database is in {file}.", file=str(file)))
    typer.echo(t("Keep secrets.env apart: without it receipts and pseudonyms are lost."))


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="A file that `backup` wrote")]) -> None:
    """Put a backup into an empty house and check its audit trail; exit code 1 when the secrets are not the old ones."""
    TERMINAL.require(Permission.BACK_UP)
    db, t = database(), terminal_reader()
    if not db.is_sqlite:
        typer.echo(t("PostgreSQL restores it into the empty database with this command:"))
        typer.echo(postgres.restoring(db, file))
        return
    backup.restore(db, file)
    with db.read() as tx:
        broken, (number, seal) = audit.first_broken(tx, TERMINAL), audit.head(tx)
    if broken is not None:
        typer.echo(
            t(
                "It is restored, but its audit trail does not fit the secrets of this house. Put the old secrets.env here."
            ),
            err=True,
        )
        raise typer.Exit(1)
    typer.echo(t("The audit trail holds: {n} entries, head {seal}.", n=number, seal=seal))


def main() -> None:
    """Run a command; refusals become a sentence on standard error."""
    run(app)


if __name__ == "__main__":
    main()
