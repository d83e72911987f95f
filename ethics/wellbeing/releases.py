"""Reading what was published: the only way from sick leave to a page, a chart, a file, a PDF or a program."""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

from sqlmodel import Session, col, select

from ethics.access import Actor, Permission
from ethics.audit import AuditEntry
from ethics.language import Refused
from ethics.wellbeing import release
from ethics.wellbeing.models import StoredRelease
from ethics.wellbeing.release import Release, YearRatios
from ethics.wellbeing.results import ClientRatio
from ethics.workforce.quarters import Quarter

log = logging.getLogger("reilu")

#: Quarters and hashes that the audit trail vouched for: what was published once stays so, and the trail is long.
_VOUCHED: Final[set[tuple[str, str]]] = set()


@dataclass(frozen=True, slots=True)
class YearPublished:
    """The client ratios of a year and the day they were published."""

    published_on: dt.date
    ratios: YearRatios


def releases(tx: Session, actor: Actor) -> list[Release]:
    """Every published quarter, the newest first. A manager's holds the company and the manager's own clients.

    Raises Refused when a stored quarter is not what was published.
    """
    actor.require(Permission.SEE_WELLBEING)
    rows = tx.exec(select(StoredRelease).order_by(col(StoredRelease.quarter).desc()))
    found = [_read(tx, row) for row in rows]
    if actor.may(Permission.SEE_ALL_WELLBEING):
        return found
    return [_cut(one, actor.client_ids) for one in found]


def latest(tx: Session) -> Release | None:
    """The newest published quarter, whole: for what is computed from it."""
    row = tx.exec(select(StoredRelease).order_by(col(StoredRelease.quarter).desc()).limit(1)).first()
    return None if row is None else _read(tx, row)


def of_quarter(tx: Session, quarter: str) -> Release | None:
    """A published quarter; None when it has not been published."""
    row = tx.get(StoredRelease, quarter)
    return None if row is None else _read(tx, row)


def years(tx: Session) -> list[YearPublished]:
    """Every published year of client ratios, in the order of the years.

    One that was altered is left out, and the log says so: no page shows it, and no decision may wait for its repair.
    """
    found = []
    for row in tx.exec(select(StoredRelease).where(col(StoredRelease.ratios_of).is_not(None))).all():
        whole = _intact(tx, row)
        if whole is None:
            log.error("What is stored of %s is not what was published: its client ratios are not used", row.quarter)
        elif whole.ratios is not None:
            found.append(YearPublished(whole.published_on, whole.ratios))
    return sorted(found, key=lambda one: one.ratios.year)


def year_without_ratios(tx: Session, day: dt.date | None = None) -> int | None:
    """The newest calendar year that never gets client ratios, as of a day (today without one); None when there is none.

    Its four quarters had been published by then and none brought any: when the last was, some of the year had been
    deleted already, or its sick leave had a hole. None as well once a later year has ratios.
    """
    query = select(StoredRelease.quarter, StoredRelease.ratios_of)
    rows = tx.exec(query if day is None else query.where(col(StoredRelease.published_on) <= day)).all()
    quarters = Counter(Quarter.read(quarter).year for quarter, _ in rows)
    whole = max((year for year, number in quarters.items() if number == 4), default=None)
    compared = max((year for _, year in rows if year is not None), default=None)
    return whole if whole is not None and (compared is None or compared < whole) else None


def altered(tx: Session, actor: Actor) -> list[str]:
    """The quarters of which something else is stored than was published, or nothing, such as 2026Q3; in their order."""
    actor.require(Permission.READ_AUDIT)
    rows = {row.quarter: row for row in tx.exec(select(StoredRelease))}
    wrong = {quarter for quarter, row in rows.items() if _intact(tx, row) is None}
    return sorted(wrong | (_published(tx).keys() - rows.keys()))


def _read(tx: Session, row: StoredRelease) -> Release:
    found = _intact(tx, row)
    if found is None:
        raise Refused(
            "What is stored of {quarter} is not what was published: it was altered.",
            quarter=Quarter.read(row.quarter).named,
        )
    return found


def _intact(tx: Session, row: StoredRelease) -> Release | None:
    """What the row holds; None when it is not what the audit trail says was published."""
    if release.digest(row.content) != row.sha256:
        return None
    if (row.quarter, row.sha256) not in _VOUCHED:
        if _published(tx).get(row.quarter) != row.sha256:
            return None
        _VOUCHED.add((row.quarter, row.sha256))
    found = release.read(row.content)
    beside = (found.quarter, found.published_on, found.ratios.year if found.ratios else None)
    return found if beside == (row.quarter, row.published_on, row.ratios_of) else None


def _published(tx: Session) -> dict[str, str]:
    """The hash of every published quarter, as the audit trail holds it; the first one, as a quarter has no second."""
    bodies = tx.exec(
        select(AuditEntry.body)
        .where(col(AuditEntry.body).contains('"act":"publish wellbeing"'))
        .order_by(col(AuditEntry.seq))
    )
    found: dict[str, str] = {}
    for told in map(json.loads, bodies):
        if told["act"] == "publish wellbeing":
            found.setdefault(told["subject"], told["sha256"])
    return found


def _cut(whole: Release, clients: Collection[int]) -> Release:
    """What concerns these clients, beside the company."""

    def mine(line: ClientRatio) -> bool:
        return line.client in clients

    return replace(
        whole,
        clients=tuple(cell for cell in whole.clients if cell.client in clients),
        teams=tuple(cell for cell in whole.teams if cell.client in clients),
        ratios=replace(whole.ratios, lines=tuple(filter(mine, whole.ratios.lines))) if whole.ratios else None,
    )
