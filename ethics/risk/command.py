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
    from ethics.risk.alarms import AlarmLine
    from ethics.risk.models import ClientWatch, StoredScore

AsOf = Annotated[
    dt.datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="The date; the data's last day when left out."),
]


def as_json(name: str, row: StoredScore, alarm: AlarmLine | None, watch: ClientWatch | None) -> dict[str, Any]:
    """A score as the command prints it; rates are mismatches per 1,000 contacts, points run from 0 to 100.

    A dimension that is not known has no entry. `evidence` are the decayed mismatches of severity 0 to 4; for the
    response, how many of how many matters went wrong; for the agent burden, the published ratio that it is made of.
    """
    dimensions = {
        line: {key: value[key] for key in ("score", "low", "high")} | {"evidence": _evidence(value)}
        for line, value in row.detail["dimensions"].items()
    }
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
        "dimensions": dimensions,
        "weakest": row.detail["weakest"],
        "contributions": dict(row.detail["contributions"]),
        "unknown": row.detail["unknown"],
        "policy_version": row.policy_version,
        "alarm": {
            "on": alarm is not None,
            "since": alarm.since.isoformat() if alarm else None,
            "statistic": watch.statistic if watch else None,
        },
        "silence": (watch.silence or None) if watch else None,
        "would_change": row.detail["would_change"],
    }


def _evidence(line: dict[str, Any]) -> Any:
    if line["matters"]:
        wrong, matters = line["matters"]
        return {"wrong": wrong, "matters": matters}
    return line.get("published") or line["evidence"]


def computed(tx: Session, as_of: dt.date | None) -> list[dict[str, Any]]:
    """Every client's score as of a date (now when None), highest risk first; alarms and silence are always today's."""
    from ethics.clients import clients
    from ethics.risk import alarms, analysis, scores, watching

    names = {client.id: client.name for client in clients.visible(tx, TERMINAL)}
    if as_of is not None:
        found = scores.at(tx, as_of)
    else:
        if not scores.latest(tx):
            analysis.analyse(tx, TERMINAL)
        found = scores.latest(tx)
    raised = {alarm.client_id: alarm for alarm in alarms.waiting(tx, TERMINAL)}
    watches = watching.latest(tx)
    rows = sorted(
        found.items(),
        key=lambda item: (-(item[1].score if item[1].score is not None else -1), names[item[0]].casefold()),
    )
    return [as_json(names[number], row, raised.get(number), watches.get(number)) for number, row in rows]


def scores_(as_of: AsOf = None, as_json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Print each client's score, its interval and what it is made of."""
    migrate(database())
    with database().write() as tx:
        rows = computed(tx, as_of.date() if as_of else None)
    if as_json_:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    width = max((len(row["name"]) for row in rows), default=6)
    typer.echo(f"{'client':<{width}}  score  95% interval  band       weakest          per 1,000  mismatches  alarm")
    for row in rows:
        interval = f"{row['low']:5.1f}–{row['high']:<5.1f}" if row["score"] is not None else ""
        score = f"{row['score']:5.1f}" if row["score"] is not None else "    –"
        rate, alarm = row["rate_per_1000"]["mean"], row["alarm"]["since"] or ""
        typer.echo(
            f"{row['name']:<{width}}  {score}  {interval:<12}  {row['band']:<9}  {row['weakest'] or '–':<15}  {rate:9.2f}"
            f"  {row['mismatches']:10d}  {alarm}"
        )


def analyse() -> None:
    """Compute and store every result: scores and their history, alarms, the silence watch."""
    from ethics.risk import analysis

    migrate(database())
    with database().write() as tx:
        day = analysis.analyse(tx, TERMINAL)
    typer.echo(day.isoformat())
