"""`python -m ethics import` and `sample`: files in from the terminal, with the same checks as the page.

What is slow to load waits until a command needs it: `--help` and `migrate` do without pandas.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ethics.access import TERMINAL
from ethics.database import database, migrate
from ethics.imports import words
from ethics.language import Reader, Refused
from ethics.terminal import BAD_INPUT, terminal_reader

if TYPE_CHECKING:
    from ethics.imports.checking import Wrong
    from ethics.imports.outcome import Outcome


def import_(
    kind: Annotated[str, typer.Argument(help="clients, contacts, shifts, spells, promises or flags")],
    file: Annotated[Path, typer.Argument(help="A CSV file or an Excel workbook (.xlsx)")],
    mapping: Annotated[Path | None, typer.Option(help="A TOML file that says what its columns mean")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, write nothing")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome for programs")] = False,
) -> None:
    """Bring in a file. With anything wrong in it, nothing is written and the exit code is 2."""
    from ethics.imports.batches import import_file
    from ethics.imports.mapping import Mapping

    if not file.is_file():
        raise Refused("There is no file {file}.", file=str(file))
    migrate(database())
    with database().write() as tx:
        outcome = import_file(
            tx,
            TERMINAL,
            kind,
            file,
            file_name=file.name,
            dry_run=dry_run,
            mapping=Mapping.from_toml(mapping) if mapping else None,
        )
    t = terminal_reader()
    if as_json:
        typer.echo(json.dumps(as_dict(outcome, t), ensure_ascii=False, indent=2))
    else:
        for line in lines(outcome, t):
            typer.echo(line, err=not outcome.ok)
    if not outcome.ok:
        raise typer.Exit(BAD_INPUT)


def lines(outcome: Outcome, t: Reader) -> list[str]:
    """The outcome as sentences, or as the error table."""
    if not outcome.ok:
        table = [(t("row"), t("column"), t("value"), t("what is wrong"))]
        table += [(str(e.row or ""), e.column, visible(e.value), t.say(e.what)) for e in outcome.errors]
        widths = [max(len(row[i]) for row in table) for i in range(3)]
        text = [
            "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]]) for row in table
        ]
        if outcome.error_count > len(outcome.errors):
            text.append(t("… and {n} more.", n=outcome.error_count - len(outcome.errors)))
        return [
            *text,
            t.plural("One error: nothing was imported.", "{n} errors: nothing was imported.", outcome.error_count),
        ]
    if outcome.already is not None:
        return [words.already(t, outcome)]
    said = [words.counts(t, outcome), *words.besides(t, outcome)]
    if outcome.dry_run:
        said.append(t("This was a dry run: nothing was written."))
    else:
        said.append(t("This is batch {number}.", number=str(outcome.batch_id)))
    return said


def visible(value: str) -> str:
    """Text of a file on one line of a terminal: what is not printable shows as its code."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in value)


def as_dict(outcome: Outcome, t: Reader) -> dict[str, Any]:
    """The outcome for programs; each error's sentence in the reader's language."""

    def error(wrong: Wrong) -> dict[str, Any]:
        return {"row": wrong.row, "column": wrong.column, "value": wrong.value, "what": t.say(wrong.what)}

    untold = {} if outcome.counted else dict.fromkeys(("added", "changed", "unchanged"))
    return {
        **outcome.__dict__,
        **untold,
        "ok": outcome.ok,
        "ignored": list(outcome.ignored),
        "errors": [error(e) for e in outcome.errors],
    }


def sample(
    clients: Annotated[int, typer.Option(min=1, help="How many clients.")] = 12,
    agents: Annotated[int, typer.Option(min=5, help="How many agents over the whole time.")] = 320,
    weeks: Annotated[int, typer.Option(min=8, help="How many weeks.")] = 104,
    seed: Annotated[int, typer.Option(min=0, help="The same seed makes the same centre.")] = 1,
    until: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The last day, a Sunday; the last one when left out."),
    ] = None,
) -> None:
    """Fill an empty house with a made-up centre, to look around in."""
    from ethics.imports.sample import loading

    migrate(database())
    with database().write() as tx:
        numbers = loading.load(
            tx,
            tell=typer.echo,
            clients=clients,
            agents=agents,
            weeks=weeks,
            seed=seed,
            until=until.date() if until else None,
        )
    typer.echo(f"{len(numbers)} clients")
