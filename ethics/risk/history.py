"""The weekly history of scores: one row for each client and week, backfilled from the data, never overwritten.

A week is scored once it has ended, by what was known on its Sunday and the policy in force when it is computed. Its
row keeps a hash of the evidence; a week whose evidence is still the same is not scored again. When later data change
it, a new revision is added and the old one stays. A new policy changes no week that has been scored: whether evidence
is still the same is asked by the policy of the row, because its window and its rules say what belongs to it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Final

import numpy as np
import pyarrow as pa
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlmodel import Session, col, select

from ethics import bulk
from ethics.database import now
from ethics.risk import gathering, policies
from ethics.risk.evidence import Panel
from ethics.risk.formula import evaluate
from ethics.risk.gathering import WEEK
from ethics.risk.models import ScoreWeek
from ethics.risk.policy import DIMENSIONS, Policy

_SCORE_WEEK: Final[sa.Table] = ScoreWeek.__table__  # type: ignore[attr-defined]
#: So many weeks fit on the client's page.
SHOWN: Final = 104


def bring_up_to_date(tx: Session, *, client_ids: Collection[int] | None = None, since: dt.date | None = None) -> int:
    """Score every ended week from `since` (from the first when None) whose evidence is new; returns how many."""
    days = _sundays(tx, since)
    _take_back(tx, gathering.data_from(tx), gathering.data_until(tx))
    if not days:
        return 0
    rules = policies.current(tx)
    found = gathering.gather(tx, days, rules, client_ids=client_ids)
    revisions, prints, versions = _stored(tx, found, since)
    known = found.known()
    same = (revisions >= 0) & (versions == rules.version) & known & (prints == found.prints)
    for version in np.unique(versions[(revisions >= 0) & (versions != rules.version)]).tolist():
        same |= _same_by(tx, version, days, found, (versions == version) & (revisions >= 0), prints)
    stale = (revisions >= 0) & ~same
    fresh = known & ~same
    moment = now()
    _replace(tx, found, stale, moment)
    _write(tx, found, fresh, revisions, rules, moment)
    tx.flush()
    return int(fresh.sum())


def _sundays(tx: Session, since: dt.date | None) -> list[dt.date]:
    """The Sundays from the first data (or `since`) to the last one that the data reach."""
    first, last = gathering.data_from(tx), gathering.data_until(tx)
    if first is None:
        return []
    begin = max(first, since - dt.timedelta(days=since.weekday())) if since is not None else first
    end = last - dt.timedelta(days=(last.weekday() + 1) % 7)
    return [begin + dt.timedelta(days=6) + k * WEEK for k in range((end - begin).days // 7 + 1)]


def _take_back(tx: Session, first: dt.date | None, last: dt.date) -> None:
    """Weeks that no data reach any more, because an import was undone."""
    week = _SCORE_WEEK.c.week
    outside = sa.true() if first is None else sa.or_(week < first, week > last)
    tx.execute(sa.update(_SCORE_WEEK).where(outside, _SCORE_WEEK.c.replaced_at.is_(None)).values(replaced_at=now()))


def _same_by(
    tx: Session,
    version: int,
    days: Sequence[dt.date],
    found: Panel,
    which: NDArray[np.bool_],
    prints: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Where the evidence of the rows `which` is still the same by the policy of that version, which scored them."""
    if (prints == found.prints)[which].all():
        return np.asarray(which & found.known())
    rules = policies.of_version(tx, version)
    if rules is None:
        return np.asarray(which & found.known() & (prints == found.prints))
    columns = np.flatnonzero(which.any(axis=0))
    span = slice(int(columns[0]), int(columns[-1]) + 1)
    then = gathering.gather(tx, days[span], rules, client_ids=found.clients)
    same = np.zeros_like(which)
    same[:, span] = which[:, span] & then.known() & (prints[:, span] == then.prints)
    return same


def _stored(
    tx: Session, found: Panel, since: dt.date | None
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Revision, print and policy of the row in force for each client and day of the panel; -1, 0, 0 without one."""
    shape = (len(found.clients), len(found.days))
    revisions, prints = np.full(shape, -1, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    versions = np.zeros(shape, dtype=np.int64)
    first = dt.date.fromordinal(int(found.days[0]))
    columns = ("client_id", "week", "revision", "evidence", "policy_version")
    query = sa.select(*(_SCORE_WEEK.c[name] for name in columns))
    query = query.where(_SCORE_WEEK.c.replaced_at.is_(None))
    if since is not None:
        query = query.where(_SCORE_WEEK.c.week >= first)
    place = {client: k for k, client in enumerate(found.clients)}
    start = int(found.days[0])
    for client, week, revision, evidence, version in tx.execute(query):
        k, t = place.get(client), (week.toordinal() - start) // 7
        if k is not None and 0 <= t < shape[1]:
            revisions[k, t], prints[k, t], versions[k, t] = revision, evidence, version
    return revisions, prints, versions


def _replace(tx: Session, found: Panel, stale: NDArray[np.bool_], moment: dt.datetime) -> None:
    """Mark the rows that hold no longer."""
    rows = [
        {"of": found.clients[k], "on": dt.date.fromordinal(int(found.days[t]))} for k, t in np.argwhere(stale).tolist()
    ]
    if not rows:
        return
    tx.connection().execute(
        sa.update(_SCORE_WEEK)
        .where(
            _SCORE_WEEK.c.client_id == sa.bindparam("of"),
            _SCORE_WEEK.c.week == sa.bindparam("on"),
            _SCORE_WEEK.c.replaced_at.is_(None),
        )
        .values(replaced_at=moment),
        rows,
    )


def _write(
    tx: Session,
    found: Panel,
    fresh: NDArray[np.bool_],
    revisions: NDArray[np.int64],
    rules: Policy,
    moment: dt.datetime,
) -> None:
    if not fresh.any():
        return
    results = evaluate(found.columns(fresh, rules), rules)
    low, score, high = (np.where(points < 0, np.nan, points / 10) for points in results.tenths())
    names = np.array([*DIMENSIONS, None], dtype=object)
    weakest = names[np.where(results.known.any(axis=1), results.worst, len(DIMENSIONS))]
    of, on = np.nonzero(fresh)
    since_1970 = (found.days - dt.date(1970, 1, 1).toordinal()).astype(np.int32)
    columns = {
        "client_id": pa.array(np.array(found.clients)[of]),
        "week": pa.array(since_1970[on]).cast(pa.date32()),
        "revision": pa.array(_highest(tx, found, revisions)[fresh] + 1),
        "score": pa.array(score, from_pandas=True),
        "low": pa.array(low, from_pandas=True),
        "high": pa.array(high, from_pandas=True),
        "weakest": pa.array(weakest, pa.string()),
        "contacts": pa.array(found.whole[fresh]),
        "mismatches": pa.array(found.mismatches[fresh]),
        "evidence": pa.array(found.prints[fresh]),
    }
    bulk.append(tx, _SCORE_WEEK, columns, policy_version=rules.version, computed_at=moment)


def _highest(tx: Session, found: Panel, revisions: NDArray[np.int64]) -> NDArray[np.int64]:
    """The highest revision that was ever given to each client and day; -1 where there was none."""
    highest = revisions.copy()
    query = sa.select(_SCORE_WEEK.c.client_id, _SCORE_WEEK.c.week, _SCORE_WEEK.c.revision)
    place = {client: k for k, client in enumerate(found.clients)}
    start = int(found.days[0])
    for client, week, revision in tx.execute(query.where(_SCORE_WEEK.c.replaced_at.is_not(None))):
        k, t = place.get(client), (week.toordinal() - start) // 7
        if k is not None and 0 <= t < highest.shape[1]:
            highest[k, t] = max(highest[k, t], revision)
    return highest


def history(
    tx: Session, client_id: int, *, until: dt.date, limit: int = SHOWN, superseded: bool = False
) -> list[ScoreWeek]:
    """Weekly scores of a client until a date, oldest first; with `superseded` also what was replaced later.

    Callers check who may see.
    """
    query = select(ScoreWeek).where(ScoreWeek.client_id == client_id, ScoreWeek.week <= until)
    if not superseded:
        query = query.where(col(ScoreWeek.replaced_at).is_(None))
    rows = tx.exec(query.order_by(col(ScoreWeek.week).desc(), col(ScoreWeek.revision).desc()).limit(limit)).all()
    return list(reversed(rows))
