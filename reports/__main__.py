"""`python -m reports`: reviews from the terminal, for nightly jobs and for people without a browser."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from ethics.access import TERMINAL
from ethics.clients import clients
from ethics.database import database, migrate
from ethics.language import LANGUAGES, Refused
from ethics.terminal import run
from reports import reviews

app = typer.Typer(help="Reviews of clients.", no_args_is_help=True, add_completion=False)


@app.callback()
def about() -> None:
    """Reviews of clients."""


@app.command()
def review(
    client: Annotated[str, typer.Option(help="The client's name.")],
    out: Annotated[Path, typer.Option(help="The PDF to write.")],
    as_of: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The date to review at; today's data when left out."),
    ] = None,
    language: Annotated[str, typer.Option(help="en or fi.")] = "en",
) -> None:
    """Freeze a review of a client and write its PDF."""
    if language not in LANGUAGES:
        raise Refused("The language is en or fi, not {language}.", language=language[:20])
    if not out.absolute().parent.is_dir():
        raise Refused("There is no folder {folder}.", folder=str(out.absolute().parent))
    migrate(database())
    with database().write() as tx:
        found = clients.by_name(tx, TERMINAL, client)
        number = reviews.make(tx, TERMINAL, found.id or 0, as_of=as_of.date() if as_of else None)
        content = reviews.pdf(tx, TERMINAL, number, language)
        unfinished = out.with_name(out.name + ".part")
        unfinished.write_bytes(content)
        unfinished.replace(out)
    typer.echo(f"{number}: {out}")


def main() -> None:
    """Run a command; a refusal is one sentence and exit code 2."""
    run(app)


if __name__ == "__main__":
    main()
