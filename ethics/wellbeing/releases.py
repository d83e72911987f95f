"""Reading what was published: the only way from sick leave to a page, a chart, a file, a PDF or a program."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace

from sqlmodel import Session, col, select

from ethics.access import Actor, Permission
from ethics.language import Refused
from ethics.wellbeing import release
from ethics.wellbeing.models import StoredRelease
from ethics.wellbeing.release import Release, YearRatios
from ethics.wellbeing.results import ClientRatio
from ethics.workforce.quarters import Quarter


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
    found = [_read(row) for row in rows]
    if actor.may(Permission.SEE_ALL_CLIENTS) or actor.may(Permission.PUBLISH_WELLBEING):
        return found
    return [_cut(one, actor.client_ids) for one in found]


def latest(tx: Session) -> Release | None:
    """The newest published quarter, whole: for what is computed from it."""
    row = tx.exec(select(StoredRelease).order_by(col(StoredRelease.quarter).desc()).limit(1)).first()
    return None if row is None else _read(row)


def of_quarter(tx: Session, quarter: str) -> Release | None:
    """A published quarter; None when it has not been published."""
    row = tx.get(StoredRelease, quarter)
    return None if row is None else _read(row)


def years(tx: Session) -> list[YearPublished]:
    """Every published year of client ratios, in the order of the years."""
    rows = tx.exec(select(StoredRelease).where(col(StoredRelease.ratios_of).is_not(None)))
    found = [(row.published_on, _read(row).ratios) for row in rows]
    return sorted(
        (YearPublished(day, ratios) for day, ratios in found if ratios is not None), key=lambda one: one.ratios.year
    )


def _read(row: StoredRelease) -> Release:
    if release.digest(row.content) != row.sha256:
        raise Refused(
            "What is stored of {quarter} is not what was published: it was altered.",
            quarter=Quarter.read(row.quarter).named,
        )
    return release.read(row.content)


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
