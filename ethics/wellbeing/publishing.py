"""Publishing a quarter: computed once, controlled, rounded, stored, and never changed whatever comes later.

`prepare` computes in a reading transaction, because it takes its time; `publish` stores what it made.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col, select

from ethics import audit, changes, disclosure
from ethics.access import Actor, Permission
from ethics.clients.models import Client
from ethics.database import today
from ethics.disclosure import Figures
from ethics.language import Refused, Sentence, sentence
from ethics.wellbeing import contrasts, gathering, release, releases, terms
from ethics.wellbeing.association import headline
from ethics.wellbeing.models import StoredRelease
from ethics.wellbeing.release import Cell, Month, Release, YearRatios
from ethics.wellbeing.results import NOT_ENOUGH_DATA, Headline
from ethics.workforce import gathering as people
from ethics.workforce.models import ClientWeek, Spell, Team
from ethics.workforce.quarters import Quarter, roster

log = logging.getLogger("reilu")

#: A quarter is published so long after its end: sick notes come late, and nothing is corrected afterwards.
PATIENCE: Final = dt.timedelta(weeks=6)
#: A company in which nobody fell ill for so long has probably not sent its file.
LONGEST_CALM: Final = dt.timedelta(days=31)
#: People at a client in each quarter below which no ratio of it is computed.
LEAST_AGENTS: Final = 20
WEEK: Final = dt.timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Standing:
    """A quarter that could be published: from which day, and what stands in the way (None: nothing)."""

    quarter: Quarter
    due: dt.date
    obstacle: Sentence | None


def standings(tx: Session, actor: Actor) -> list[Standing]:
    """The unpublished quarters that the data reach, the oldest first."""
    actor.require(Permission.PUBLISH_WELLBEING)
    known = people.bounds(tx)
    if known is None:
        return []
    published = set(tx.exec(select(StoredRelease.quarter)))
    quarter, found = Quarter.of(known[0]), []
    if quarter.first < known[0]:
        quarter = quarter.next  # a quarter of which the first weeks are missing will never be complete
    while quarter.first <= known[1]:
        if str(quarter) not in published:
            found.append(Standing(quarter, quarter.last + PATIENCE, _obstacle(tx, quarter)))
        quarter = quarter.next
    return found


def prepare(tx: Session, actor: Actor, quarter: Quarter) -> Release:
    """Compute what would be published of a quarter. Raises Refused while something stands in its way."""
    actor.require(Permission.PUBLISH_WELLBEING)
    if tx.get(StoredRelease, str(quarter)) is not None:
        raise Refused("{quarter} has been published already, and stays as it is.", quarter=quarter.named)
    terms.require(tx)
    if (obstacle := _obstacle(tx, quarter)) is not None:
        raise Refused(obstacle.text, **obstacle.values)
    cost = terms.day_cost(tx)
    tree, found = _tree(tx, quarter), _headline(tx, quarter)
    return Release(
        quarter=str(quarter),
        first=quarter.first,
        last=quarter.last,
        published_on=today(),
        method=release.METHOD,
        total=tree.total,
        clients=tree.clients,
        teams=tree.teams,
        months=tree.months,
        headline=found,
        ratios=_year(tx, quarter, tree.clients),
        day_cost=cost,
        euros=release.euros(found.days, cost),
    )


def publish(tx: Session, actor: Actor, prepared: Release) -> None:
    """Store a prepared quarter. Raises Refused when it was published meanwhile."""
    actor.require(Permission.PUBLISH_WELLBEING)
    if tx.get(StoredRelease, prepared.quarter) is not None:
        raise Refused(
            "{quarter} has been published already, and stays as it is.", quarter=Quarter.read(prepared.quarter).named
        )
    content, sha256 = release.write(prepared)
    tx.add(
        StoredRelease(
            quarter=prepared.quarter,
            published_on=prepared.published_on,
            published_by=actor.user_id,
            ratios_of=prepared.ratios.year if prepared.ratios else None,
            content=content,
            sha256=sha256,
        )
    )
    tx.flush()
    audit.record(tx, actor, "publish wellbeing", prepared.quarter, sha256=sha256)
    if prepared.ratios is not None:  # also who stood alone last year and is pooled now
        changes.announce(tx, [cell.client for cell in prepared.clients])


def _obstacle(tx: Session, quarter: Quarter) -> Sentence | None:
    """Why a quarter cannot be published yet; None when it can."""
    if today() < quarter.last + PATIENCE:
        return sentence(
            "{quarter} can be published from {day}: sick notes come late, and nothing is corrected afterwards.",
            quarter=quarter.named,
            day=quarter.last + PATIENCE,
        )
    connection, w = tx.connection(), ClientWeek.__table__.c  # type: ignore[attr-defined]
    first = _first_monday(quarter.first)
    weeks = (quarter.last - first).days // 7 + 1
    worked = connection.scalar(
        sa.select(sa.func.count(sa.distinct(w.week_start))).where(w.week_start >= first, w.week_start <= quarter.last)
    )
    if worked != weeks:
        return sentence("Shifts of some weeks of {quarter} are missing.", quarter=quarter.named)
    newest = tx.exec(select(sa.func.max(col(Spell.starts_on)))).one()
    if newest is None or newest < quarter.last - LONGEST_CALM:
        return sentence("Sick leave until the end of {quarter} is missing.", quarter=quarter.named)
    return None


@dataclass(frozen=True, slots=True)
class _Tree:
    total: Figures | None
    clients: tuple[Cell, ...]
    teams: tuple[Cell, ...]
    months: tuple[Month, ...]


def _tree(tx: Session, quarter: Quarter) -> _Tree:
    """Total, clients, teams and months, each shown only where nobody can be read out of it."""
    staff = roster(tx, quarter)
    try:
        shown = disclosure.publish(staff.team, staff.client_of, staff.days)
    except disclosure.NotSafe as found:
        log.error("%s is not published: %s", quarter, found)
        raise Refused(
            "{quarter} is not published: the control could not prove that nobody can be read out of it. Nothing was "
            "stored. Tell your administrator: the log says what was found.",
            quarter=quarter.named,
        ) from None
    months = disclosure.publish_months(staff.team, staff.client_of, staff.months)
    names = dict(tx.exec(select(Client.id, Client.name)).all())
    teams = dict(tx.exec(select(Team.id, Team.name)).all())
    by_name = sorted(shown.clients, key=lambda client: names[client])
    named = sorted((teams[team], team) for team in shown.teams if team > 0)
    return _Tree(
        total=shown.total,
        clients=tuple(Cell(client, names[client], shown.clients[client]) for client in by_name),
        teams=tuple(Cell(staff.client_of[team], name, shown.teams[team]) for name, team in named),
        months=tuple(Month(first, figures) for (first, _), figures in zip(quarter.months, months, strict=True)),
    )


def _headline(tx: Session, quarter: Quarter) -> Headline:
    known = people.bounds(tx)
    last = _last_monday(quarter.last)
    if known is None or known[0] > last:
        return Headline(NOT_ENOUGH_DATA, ("few-weeks",))
    found = gathering.evidence(tx, known[0], last)
    return release.rounded(headline(found.panel, found.mismatches))


def _year(tx: Session, quarter: Quarter, clients: Iterable[Cell]) -> YearRatios | None:
    """The client ratios of a calendar year, when this quarter completes it: computed once, and never again.

    A client stands by itself when it was shown, with enough people, in each of the four quarters; the others are pooled
    before anything is computed.
    """
    others = [f"{quarter.year}Q{number}" for number in range(1, 5) if number != quarter.number]
    stored = [releases.of_quarter(tx, name) for name in others]
    shown = _large(clients)
    for one in stored:
        if one is None:
            return None
        shown &= _large(one.clients)
    first = _first_monday(dt.date(quarter.year, 1, 1))
    whole = people.panel(tx, first - gathering.WINDOW[1] * WEEK, _last_monday(dt.date(quarter.year, 12, 31)))
    year = whole.chosen(whole.week >= gathering.WINDOW[1])
    alone = contrasts.publishable_groups(year, among=shown)
    lines = [release.rounded_client(line) for line in contrasts.client_ratios(year, groups=alone)]
    return YearRatios(quarter.year, tuple(lines))


def _large(clients: Iterable[Cell]) -> set[int]:
    return {cell.client for cell in clients if cell.figures is not None and cell.figures.agents >= LEAST_AGENTS}


def _first_monday(day: dt.date) -> dt.date:
    """The first Monday from a day on."""
    return day + dt.timedelta(days=-day.weekday() % 7)


def _last_monday(day: dt.date) -> dt.date:
    """The Monday of the last week that ends by a day."""
    return day - dt.timedelta(days=(day.weekday() + 1) % 7 + 6)
