"""`python -m ethics scores` and `analyse`: the numbers without a browser, for people and for nightly jobs."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Annotated, Any

import typer
from sqlmodel import Session

from ethics.access import TERMINAL
from ethics.database import database, migrate

if TYPE_CHECKING:
    from ethics.risk.models import StoredScore

AsOf = Annotated[
    dt.datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="The date; the data's last day when left out."),
]


def as_json(name: str, row: StoredScore) -> dict[str, Any]:
    """A stored score as the command prints it; rates are mismatches per 1,000 contacts."""
    return {
        "name": name,
        "as_of": row.as_of.isoformat(),
        "score": row.score,
        "low": row.low,
        "high": row.high,
        "band": row.band,
        "rate_per_1000": {"mean": row.rate_mean, "low": row.rate_low, "high": row.rate_high},
        "contacts": row.contacts,
        "mismatches": row.mismatches,
        "contributions": dict(row.detail["contributions"]),
        "unknown": row.detail["unknown"],
        "policy_version": row.policy_version,
    }


def computed(tx: Session, as_of: dt.date | None) -> list[tuple[str, StoredScore]]:
    """Every client's name and score as of a date, highest risk first; computed where nothing is stored yet."""
    from ethics.clients import clients
    from ethics.risk import scores

    day = as_of or scores.data_until(tx)
    names = {client.id: client.name for client in clients.visible(tx, TERMINAL)}
    if as_of is not None or not scores.latest(tx):
        scores.compute(tx, as_of=as_of)
    found = scores.latest(tx, as_of=day)
    rows = [(names[number], row) for number, row in found.items()]
    return sorted(rows, key=lambda item: (-(item[1].score if item[1].score is not None else -1), item[0].casefold()))


def scores_(as_of: AsOf = None, as_json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Print each client's score, its interval and what it is made of."""
    migrate(database())
    with database().write() as tx:
        rows = computed(tx, as_of.date() if as_of else None)
    if as_json_:
        typer.echo(json.dumps([as_json(name, row) for name, row in rows], ensure_ascii=False, indent=2))
        return
    width = max((len(name) for name, _ in rows), default=6)
    typer.echo(f"{'client':<{width}}  score  95% interval  band       per 1,000  contacts  mismatches")
    for name, row in rows:
        interval = f"{row.low:5.1f}–{row.high:<5.1f}" if row.score is not None else ""
        score = f"{row.score:5.1f}" if row.score is not None else "    –"
        typer.echo(
            f"{name:<{width}}  {score}  {interval:<12}  {row.band:<9}  {row.rate_mean:9.2f}  {row.contacts:8d}  {row.mismatches:10d}"
        )


def analyse(as_of: AsOf = None) -> None:
    """Compute and store every client's score; a nightly job keeps the clocks of undecided flags true."""
    from ethics.risk import scores

    migrate(database())
    with database().write() as tx:
        day = scores.analyse(tx, TERMINAL, as_of=as_of.date() if as_of else None)
    typer.echo(day.isoformat())
