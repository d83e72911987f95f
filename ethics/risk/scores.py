"""Scores: gathered from the ledger, computed by the pure rules, stored with the policy's version.

Computed after imports, after triage decisions and checks (`ethics.changes`), and by `python -m ethics analyse`;
pages and reviews read what is stored. A score is of a date: the last day that the data reach, unless one is asked.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from ethics import changes
from ethics.access import Actor, Permission
from ethics.clients.models import Client
from ethics.database import now, today
from ethics.language import Refused
from ethics.mismatches import tally
from ethics.mismatches.rates import posterior_rates
from ethics.risk.models import CheckResult, StoredScore
from ethics.risk.policy import MISMATCH_DIMENSIONS, Policy, load_policy
from ethics.risk.score import Evidence, Score, decay, score_clients
from ethics.workforce.contacts import client_contacts

RATE_DECIMALS = 2


@cache
def policy() -> Policy:
    """The policy in force: `policy.toml` beside this file."""
    return load_policy()


def band_limits() -> tuple[float, float, float]:
    """The scores at which watch, remedy and no thanks begin."""
    rules = policy()
    return rules.lower_limit("watch"), rules.lower_limit("remedy"), rules.lower_limit("no_thanks")


@dataclass(frozen=True)
class Gathered:
    """What the ledger holds of one client in the window: decayed for the score, plain for the reader."""

    evidence: Evidence
    contacts: int
    mismatches: int


def data_until(tx: Session) -> dt.date:
    """The last day that contacts or flags reach, today at the latest; today for an empty house."""
    days = [day for day in (tally.last_day(tx), _last_contact_day(tx)) if day is not None]
    return min(max(days), today()) if days else today()


def _last_contact_day(tx: Session) -> dt.date | None:
    weeks = [monday for _, monday, n in client_contacts(tx) if n]
    return max(weeks) + dt.timedelta(days=6) if weeks else None


def window(as_of: dt.date, rules: Policy) -> tuple[dt.date, dt.date]:
    """First and last day of what counts at `as_of`."""
    return as_of - dt.timedelta(weeks=rules.window_weeks) + dt.timedelta(days=1), as_of


def gather(tx: Session, as_of: dt.date, rules: Policy, *, judged_on: dt.date) -> dict[int, Gathered]:
    """The evidence about every client, by its number. Flags are late, and checks have been done, as of `judged_on`."""
    since, until = window(as_of, rules)
    counts: dict[int, dict[str, list[float]]] = defaultdict(lambda: {name: [0.0] * 5 for name in MISMATCH_DIMENSIONS})
    plain: dict[int, int] = defaultdict(int)
    proved: dict[int, int] = defaultdict(int)
    for found in tally.tallies(tx, since=since, until=until, late_on=judged_on):
        dimension = rules.dimension_of(found.category)
        if not found.counts or dimension is None:
            continue
        weight = decay((until - found.met_on).days // 7, rules.half_life_weeks)
        counts[found.client_id][dimension][found.severity] += weight * found.n
        plain[found.client_id] += found.n
        if found.severity == 4 and found.proof and not found.late:
            proved[found.client_id] += found.n
    contacts: dict[int, float] = defaultdict(float)
    whole: dict[int, int] = defaultdict(int)
    for client_id, monday, n in client_contacts(tx, since=since, until=until):
        contacts[client_id] += n * decay((until - monday).days // 7, rules.half_life_weeks)
        whole[client_id] += n
    failed = _failed_knockouts(tx, judged_on)
    return {
        client_id: Gathered(
            Evidence(
                client=name,
                contacts=contacts[client_id],
                counts={dimension: _five(values) for dimension, values in counts[client_id].items()},
                proved_severity_4=proved[client_id],
                failed_knockouts=failed.get(client_id, ()),
                response=None,
                agent_burden=None,
            ),
            whole[client_id],
            plain[client_id],
        )
        for client_id, name in tx.exec(select(Client.id, Client.name).order_by(Client.name))
        if client_id is not None
    }


def _five(values: Sequence[float]) -> tuple[float, float, float, float, float]:
    a, b, c, d, e = values
    return a, b, c, d, e


def _failed_knockouts(tx: Session, until: dt.date) -> Mapping[int, tuple[str, ...]]:
    """Failed absolute requirements by client: the latest result of each checklist speaks."""
    latest: dict[tuple[int, str], CheckResult] = {}
    rows = tx.exec(
        select(CheckResult).where(CheckResult.done_on <= until).order_by(col(CheckResult.done_on), col(CheckResult.id))
    )
    for result in rows:
        latest[result.client_id, result.checklist] = result
    failed: dict[int, tuple[str, ...]] = {}
    for (client_id, _), result in sorted(latest.items()):
        if result.failed_knockouts:
            failed[client_id] = failed.get(client_id, ()) + tuple(result.failed_knockouts)
    return failed


def analyse(tx: Session, actor: Actor, *, as_of: dt.date | None = None) -> dt.date:
    """Compute and store every client's score and rate as of a date; returns the date."""
    actor.require(Permission.ANALYSE)
    return compute(tx, as_of=as_of)


def compute(tx: Session, *, as_of: dt.date | None = None, client_ids: Collection[int] | None = None) -> dt.date:
    """Compute at `as_of`; store the scores of `client_ids` (every client's when None). Raises Refused for the future.

    Without a date it is the present picture: of the last day that the data reach, judged by
    what is late and which checks are done today.
    """
    rules = policy()
    newest = data_until(tx)
    day = as_of or newest
    # Asking for the present day by its date must not take back that undecided flags have become late since.
    judged_on = today() if day == newest else day
    if day > today():
        raise Refused("{day} is in the future; a score needs what has happened.", day=day)
    if as_of is None:  # data were taken back: what was computed from later ones describes nothing any more
        tx.execute(sa.delete(StoredScore).where(col(StoredScore.as_of) > day))
    gathered = gather(tx, day, rules, judged_on=judged_on)
    if not gathered:
        return day
    chosen = [number for number in gathered if client_ids is None or number in client_ids]
    rates = posterior_rates(
        np.array([g.mismatches for g in gathered.values()]), np.array([g.contacts for g in gathered.values()])
    )
    rate_of = {
        number: tuple(float(v[k]) for v in (rates.mean, rates.low, rates.high)) for k, number in enumerate(gathered)
    }
    scores = score_clients([gathered[number].evidence for number in chosen], rules)
    stored = {
        row.client_id: row
        for row in tx.exec(select(StoredScore).where(StoredScore.as_of == day, col(StoredScore.client_id).in_(chosen)))
    }
    for number, score in zip(chosen, scores, strict=True):
        row = stored.get(number) or StoredScore(
            client_id=number,
            as_of=day,
            computed_at=now(),
            policy_version=0,
            band="",
            rate_mean=0,
            rate_low=0,
            rate_high=0,
            contacts=0,
            mismatches=0,
        )
        _write(row, score, gathered[number], rate_of[number], judged_on)
        tx.add(row)
    tx.flush()
    return day


def _write(row: StoredScore, score: Score, gathered: Gathered, rate: tuple[float, ...], judged_on: dt.date) -> None:
    row.computed_at, row.policy_version = now(), score.policy_version
    row.score, row.low, row.high, row.band = score.score, score.low, score.high, score.band
    row.rate_mean, row.rate_low, row.rate_high = (round(value, RATE_DECIMALS) for value in rate)
    row.contacts, row.mismatches = gathered.contacts, gathered.mismatches
    detail: dict[str, Any] = asdict(score)
    row.detail = {
        "dimensions": {name: _rounded(line) for name, line in detail["dimensions"].items()},
        "contributions": [list(part) for part in score.contributions],
        "unknown": list(score.unknown),
        "weakest": score.weakest,
        "floor": score.floor,
        "judged_on": judged_on.isoformat(),
    }


def _rounded(line: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: round(float(value), 2) if isinstance(value, (float, np.floating)) else value
        for name, value in line.items()
        if name in ("score", "low", "high", "contribution", "weight_share")
    }


@changes.listen
def recompute(tx: Session, client_ids: Collection[int]) -> None:
    """Bring the scores of clients up to date after their evidence changed; everybody's when the data reach a new week."""
    day = data_until(tx)
    newest = tx.exec(select(func.max(StoredScore.as_of))).one()
    same_week = newest is not None and newest - dt.timedelta(days=newest.weekday()) == day - dt.timedelta(
        days=day.weekday()
    )
    compute(tx, client_ids=client_ids if same_week else None)


def judged_on(score: StoredScore | None, day: dt.date) -> dt.date:
    """The day on which the score was judged: what was late then, and which checks were done. `day` without a score."""
    return dt.date.fromisoformat(score.detail["judged_on"]) if score is not None else day


def _newest(client_ids: Collection[int] | None, as_of: dt.date | None) -> sa.Subquery:
    """Client and day of each client's newest score, until `as_of` when that is given."""
    newest = sa.select(col(StoredScore.client_id), sa.func.max(StoredScore.as_of).label("day"))
    newest = newest.group_by(col(StoredScore.client_id))
    if as_of is not None:
        newest = newest.where(col(StoredScore.as_of) <= as_of)
    if client_ids is not None:
        newest = newest.where(col(StoredScore.client_id).in_(client_ids))
    return newest.subquery()


def latest(
    tx: Session, *, client_ids: Collection[int] | None = None, as_of: dt.date | None = None
) -> dict[int, StoredScore]:
    """The newest stored score of each client, by its number; the newest until `as_of` when that is given.

    Callers check who may see: this is read by the verbs of `reports`.
    """
    last = _newest(client_ids, as_of)
    same = (col(StoredScore.client_id) == last.c.client_id) & (col(StoredScore.as_of) == last.c.day)
    return {row.client_id: row for row in tx.exec(select(StoredScore).join(last, same))}


def standings(tx: Session, *, as_of: dt.date) -> dict[int, float]:
    """The bare newest score until `as_of` of every client that has one: what a place in the portfolio is counted from."""
    last = _newest(None, as_of)
    same = (col(StoredScore.client_id) == last.c.client_id) & (col(StoredScore.as_of) == last.c.day)
    rows = tx.exec(select(StoredScore.client_id, StoredScore.score).join(last, same))
    return {number: score for number, score in rows if score is not None}


def at(tx: Session, client_id: int, as_of: dt.date) -> StoredScore:
    """The client's score of exactly that date from what is known now; everybody's is computed, for its place."""
    compute(tx, as_of=as_of)
    return tx.exec(select(StoredScore).where(StoredScore.client_id == client_id, StoredScore.as_of == as_of)).one()


def history(tx: Session, client_id: int, *, until: dt.date, limit: int = 52) -> list[StoredScore]:
    """Stored scores of a client until a date, oldest first."""
    rows = tx.exec(
        select(StoredScore)
        .where(StoredScore.client_id == client_id, StoredScore.as_of <= until)
        .order_by(col(StoredScore.as_of).desc())
        .limit(limit)
    ).all()
    return list(reversed(rows))
