"""Publishing a quarter: computed once, controlled, rounded, stored, and never changed whatever comes later.

`prepare` computes in a reading transaction, because it takes its time; `publish` stores what it made, if the data still
are those that it was made of.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from ethics import audit, changes, disclosure
from ethics.access import Actor, Permission
from ethics.clients.models import Client
from ethics.database import today
from ethics.disclosure import Figures
from ethics.language import Refused, Sentence, sentence
from ethics.people.portfolios import portfolios
from ethics.wellbeing import completeness, contrasts, gathering, release, releases, terms
from ethics.wellbeing.association import headline
from ethics.wellbeing.models import StoredRelease
from ethics.wellbeing.release import Cell, Month, Release, YearRatios
from ethics.wellbeing.results import NOT_ENOUGH_DATA, Headline
from ethics.workforce import gathering as people
from ethics.workforce.models import Spell, Team
from ethics.workforce.quarters import Quarter, roster

log = logging.getLogger("reilu")

#: A quarter is published so long after its end: sick notes come late, and nothing is corrected afterwards.
PATIENCE: Final = dt.timedelta(weeks=6)
#: People at a client in each quarter below which no ratio of it is computed.
LEAST_AGENTS: Final = 20
WEEK: Final = dt.timedelta(weeks=1)
#: One publishing at a time on PostgreSQL, as SQLite's single writer has it anyway: two quarters could each miss that the
#: other completes a year.
_LOCK: Final = 0x5E113

#: What a computation saw of the data, to be compared.
Seen = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """A quarter that could be published: from which day, and what stands in the way (None: nothing)."""

    quarter: Quarter
    due: dt.date
    obstacle: Sentence | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """What would be published, and what the data were that it was made of."""

    release: Release
    seen: Seen


def standings(tx: Session, actor: Actor) -> list[Standing]:
    """The unpublished quarters that the data reach, the oldest first."""
    actor.require(Permission.PUBLISH_WELLBEING)
    known = people.bounds(tx)
    if known is None:
        return []
    published = set(tx.exec(select(StoredRelease.quarter)))
    quarter, found = Quarter.of(known[0]), []
    while quarter.first < known[0] or (not completeness.kept(tx, quarter) and quarter.first <= known[1]):
        quarter = quarter.next  # a quarter of which the first weeks are missing, or deleted, will never be complete
    while quarter.first <= known[1]:
        if str(quarter) not in published:
            found.append(Standing(quarter, quarter.last + PATIENCE, _obstacle(tx, quarter)))
        quarter = quarter.next
    return found


def prepare(tx: Session, actor: Actor, quarter: Quarter) -> Prepared:
    """Compute what would be published of a quarter. Raises Refused while something stands in its way."""
    actor.require(Permission.PUBLISH_WELLBEING)
    if tx.get(StoredRelease, str(quarter)) is not None:
        raise _published_already(quarter)
    terms.require(tx, sample=True)
    if (obstacle := _obstacle(tx, quarter)) is not None:
        raise Refused(obstacle.text, **obstacle.values)
    cost, seen = terms.day_cost(tx), _seen(tx, quarter)
    tree, found = _tree(tx, quarter), _headline(tx, quarter)
    if tree.total is None or found.status == NOT_ENOUGH_DATA:
        found = release.without_counts(found)  # small counts would tell what the hidden figures hide
    made = Release(
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
    return Prepared(made, seen)


def publish(tx: Session, actor: Actor, prepared: Prepared) -> None:
    """Store a prepared quarter. Raises Refused when it was published meanwhile, or the data changed."""
    actor.require(Permission.PUBLISH_WELLBEING)
    _alone(tx)
    made = prepared.release
    quarter = Quarter.read(made.quarter)
    if tx.get(StoredRelease, made.quarter) is not None:
        raise _published_already(quarter)
    terms.require(tx, sample=True)
    if _seen(tx, quarter) != prepared.seen:
        raise Refused(
            "The data changed while {quarter} was computed. Nothing was published: try again.", quarter=quarter.named
        )
    content, sha256 = release.write(made)
    tx.add(
        StoredRelease(
            quarter=made.quarter,
            published_on=made.published_on,
            published_by=actor.user_id,
            ratios_of=made.ratios.year if made.ratios else None,
            content=content,
            sha256=sha256,
        )
    )
    try:
        tx.flush()
    except IntegrityError:
        raise _published_already(quarter) from None
    audit.record(tx, actor, "publish wellbeing", made.quarter, sha256=sha256)
    if made.ratios is not None:  # also who stood alone last year and is pooled now
        changes.announce(tx, [cell.client for cell in made.clients])


def _published_already(quarter: Quarter) -> Refused:
    return Refused("{quarter} has been published already, and stays as it is.", quarter=quarter.named)


def _obstacle(tx: Session, quarter: Quarter) -> Sentence | None:
    """Why a quarter cannot be published yet; None when it can."""
    if today() < quarter.last + PATIENCE:
        return sentence(
            "{quarter} can be published from {day}: sick notes come late, and nothing is corrected afterwards.",
            quarter=quarter.named,
            day=quarter.last + PATIENCE,
        )
    return completeness.missing(tx, quarter)


def _seen(tx: Session, quarter: Quarter) -> Seen:
    """What a computation rests on: files, deletions, the year's other quarters, the cost of a day, whose clients are whose.

    Not the flags: in a large house some are decided every minute, and what stood a minute ago is as true.
    """
    batch = sa.table("import_batch", sa.column("id"), sa.column("undone_at"))  # of a feature above this one
    imports = tx.connection().execute(sa.select(sa.func.max(batch.c.id), sa.func.count(batch.c.undone_at))).one()
    year = [f"{quarter.year}Q{number}" for number in range(1, 5)]
    siblings = tx.exec(select(StoredRelease.quarter).where(col(StoredRelease.quarter).in_(year))).all()
    rows = tx.exec(select(sa.func.count()).select_from(Spell)).one()
    # A manager's clients are an attack that the control proves to fail: what it has not seen, it has not proved.
    managers = sorted((user, *sorted(clients)) for user, clients in portfolios(tx).items())
    return (*imports, rows, *sorted(siblings), terms.day_cost(tx), *managers)


def _alone(tx: Session) -> None:
    if tx.connection().dialect.name == "postgresql":
        tx.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


@dataclass(frozen=True, slots=True)
class _Tree:
    total: Figures | None
    clients: tuple[Cell, ...]
    teams: tuple[Cell, ...]
    months: tuple[Month, ...]


def _tree(tx: Session, quarter: Quarter) -> _Tree:
    """Total, clients, teams and months, each shown only where nobody can be read out of it."""
    staff = roster(tx, quarter)
    known = list(portfolios(tx).values())  # a manager knows the people of all of these
    try:
        shown = disclosure.publish(staff.team, staff.client_of, staff.days, None, known)
    except disclosure.NotSafe as found:
        log.error("%s is not published: %s", quarter, found)
        raise Refused(
            "{quarter} is not published: the control could not prove that nobody can be read out of it. Nothing was "
            "stored. Tell your administrator: the log says what was found.",
            quarter=quarter.named,
        ) from None
    months = disclosure.publish_months(staff.team, staff.client_of, staff.months, None, known)
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
    """The whole centre's answer, from the weeks of which everything is known."""
    first, last = completeness.known_from(tx, quarter.last), _last_monday(quarter.last)
    if first is None or first > last:
        return Headline(NOT_ENOUGH_DATA, ("few-weeks",))
    found = gathering.evidence(tx, first, last)
    return release.rounded(headline(found.panel, found.mismatches))


def _year(tx: Session, quarter: Quarter, clients: Iterable[Cell]) -> YearRatios | None:
    """The client ratios of a calendar year, when this quarter completes it: computed once, and never again.

    A client stands by itself when it was shown, with enough people, in each of the four quarters; the others are pooled
    before anything is computed. A year of which some has been deleted meanwhile has none.
    """
    if not completeness.year_known(tx, quarter.year):
        return None
    others = [f"{quarter.year}Q{number}" for number in range(1, 5) if number != quarter.number]
    stored = [releases.of_quarter(tx, name) for name in others]
    shown = _large(clients)
    for one in stored:
        if one is None:
            return None
        shown &= _large(one.clients)
    first = completeness.first_monday(dt.date(quarter.year, 1, 1))
    whole = people.panel(tx, first - gathering.WINDOW[1] * WEEK, _last_monday(dt.date(quarter.year, 12, 31)))
    year = whole.chosen(whole.week >= gathering.WINDOW[1])
    alone = contrasts.publishable_groups(year, among=shown)
    lines = [release.rounded_client(line) for line in contrasts.client_ratios(year, groups=alone)]
    return YearRatios(quarter.year, tuple(lines))


def _large(clients: Iterable[Cell]) -> set[int]:
    return {cell.client for cell in clients if cell.figures is not None and cell.figures.agents >= LEAST_AGENTS}


def _last_monday(day: dt.date) -> dt.date:
    """The Monday of the last week that ends by a day."""
    return day - dt.timedelta(days=(day.weekday() + 1) % 7 + 6)
