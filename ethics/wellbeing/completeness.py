"""Whether what a quarter is made of is there: shifts in every week, sick leave in every month, nothing deleted yet."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Session, col

from ethics.clients.models import Client
from ethics.language import Sentence, sentence
from ethics.mismatches.models import Decision, Flag
from ethics.mismatches.words import NORMAL_WORK
from ethics.workforce import gathering as people
from ethics.workforce import retention
from ethics.workforce.models import AgentWeek, ClientWeek, ContactWeek, Spell
from ethics.workforce.quarters import Quarter

#: A company in which nobody fell ill for so long before a quarter's end has probably not sent its file.
LONGEST_CALM: Final = dt.timedelta(days=31)
#: Sick leave before a hole as long as this is not computed with: the file of two months is missing.
LONGEST_HOLE: Final = dt.timedelta(days=62)
#: In a company with so many agents somebody falls ill every month.
LARGE: Final = 50
#: Sick leave of agents who never worked, as a part of all, and how many it takes: their numbers do not fit the shifts'.
MOST_ASTRAY, FEW_ASTRAY = 0.02, 2
#: A client has agents of its own when it had shifts so shortly before a quarter or after it.
NEAR: Final = dt.timedelta(weeks=13)


def kept(tx: Session, quarter: Quarter) -> bool:
    """False when some of the quarter has been deleted, as it should: it will never be complete again."""
    return quarter.first >= max(retention.absence_since(tx), retention.shifts_since())


def missing(tx: Session, quarter: Quarter) -> Sentence | None:
    """What a quarter lacks, as a sentence; None when nothing is known to be missing."""
    if not kept(tx, quarter):
        return sentence(
            "Some of {quarter} has been deleted: what is known of people is not kept longer.", quarter=quarter.named
        )
    first = quarter.first - dt.timedelta(days=quarter.first.weekday())
    worked = tx.connection().scalar(
        sa.select(sa.func.count(sa.distinct(col(ClientWeek.week_start)))).where(
            col(ClientWeek.week_start) >= first, col(ClientWeek.week_start) <= quarter.last
        )
    )
    if worked != (quarter.last - first).days // 7 + 1:
        return sentence("Shifts of some weeks of {quarter} are missing.", quarter=quarter.named)
    if (client := _without_shifts(tx, quarter)) is not None:
        return sentence(
            "{client} has contacts in every whole week of {quarter} but shifts in none: the file of its shifts may be missing.",
            client=client,
            quarter=quarter.named,
        )
    return _missing_spells(tx, quarter)


def _without_shifts(tx: Session, quarter: Quarter) -> str | None:
    """The first client by name whose file of shifts seems to be missing; None when there is none.

    In the whole weeks of the quarter its contacts go on, every week, and it has no shifts; it has some within NEAR. A
    client that ended or paused has no contacts, one that other people serve has never any shifts. Weeks of two quarters
    tell nothing: the neighbour's file brings their days.
    """
    first, last = first_monday(quarter.first), quarter.last - dt.timedelta(days=6)
    contacts, shifts, week = col(ContactWeek.client_id), col(ClientWeek.client_id), col(ClientWeek.week_start)
    inside, near = week.between(first, last), week.between(quarter.first - NEAR, quarter.last + NEAR)
    query = (
        sa.select(col(Client.name))
        .join(ContactWeek, contacts == col(Client.id))
        .where(col(ContactWeek.week_start).between(first, last), col(ContactWeek.contacts) > 0)
        .where(~sa.exists().where(shifts == contacts, inside), sa.exists().where(shifts == contacts, near))
        .group_by(col(Client.id), col(Client.name))
        .having(sa.func.count() == (last - first).days // 7 + 1)
        .order_by(col(Client.name), col(Client.id))
        .limit(1)
    )
    name: str | None = tx.connection().scalar(query)
    return name


def _missing_spells(tx: Session, quarter: Quarter) -> Sentence | None:
    connection, starts, ends = tx.connection(), col(Spell.starts_on), col(Spell.ends_on)
    newest = connection.scalar(sa.select(sa.func.max(starts)))
    if newest is None:
        return sentence("No sick leave has come in yet.")
    if newest < quarter.last - LONGEST_CALM:
        return sentence("Sick leave until the end of {quarter} is missing.", quarter=quarter.named)
    begun = sa.select(sa.func.count()).select_from(Spell)
    calm = [
        (first, last)
        for first, last in quarter.months
        if not connection.scalar(begun.where(starts >= first, starts <= last))
    ]
    if calm and (len(calm) == len(quarter.months) or _agents(tx, quarter) >= LARGE):
        first, last = calm[0] if len(calm) < len(quarter.months) else (quarter.first, quarter.last)
        return sentence(
            "No sick leave begins between {first} and {last}: its file may be missing.", first=first, last=last
        )
    ours = begun.where(starts <= quarter.last, sa.or_(ends.is_(None), ends >= quarter.first))
    known = sa.exists().where(col(AgentWeek.agent_id) == col(Spell.agent_id))
    astray = connection.scalar(ours.where(~known)) or 0
    if astray > FEW_ASTRAY and astray > MOST_ASTRAY * (connection.scalar(ours) or 0):
        return sentence(
            "Sick leave of {quarter} belongs to agents who have no shifts: their numbers may be written in another way in "
            "its file.",
            quarter=quarter.named,
        )
    return None


def known_from(tx: Session, last: dt.date) -> dt.date | None:
    """The Monday from which shifts, sick leave and flags are all known until the day `last`; None when they never are.

    What came before is unknown, not calm. Without any flags shifts and sick leave decide.
    """
    bounds, spells = people.bounds(tx), _spells_from(tx, last)
    if bounds is None or spells is None:
        return None
    counted = (
        sa.select(sa.func.min(Flag.met_on))
        .where(col(Flag.status).in_([Decision.CONFIRMED, Decision.OPEN]), col(Flag.withheld).is_(False))
        .where(col(Flag.category).not_in(NORMAL_WORK), col(Flag.severity) > 0)
    )
    first: Any = tx.connection().scalar(counted)
    starts = [bounds[0], retention.shifts_since(), first_monday(spells)]
    return max(starts if first is None else [*starts, first - dt.timedelta(days=first.weekday())])


def year_known(tx: Session, year: int) -> bool:
    """True when the whole calendar year is still kept and its sick leave has no hole."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    spells = _spells_from(tx, last)
    return kept(tx, Quarter(year, 1)) and spells is not None and spells <= first + LONGEST_HOLE


def first_monday(day: dt.date) -> dt.date:
    """The first Monday from a day on."""
    return day + dt.timedelta(days=-day.weekday() % 7)


def _spells_from(tx: Session, last: dt.date) -> dt.date | None:
    """The day from which sick leave is known without a hole until the day `last`; None when none is."""
    begun = (
        sa.select(col(Spell.starts_on))
        .distinct()
        .where(col(Spell.starts_on) >= retention.absence_since(tx), col(Spell.starts_on) <= last)
        .order_by(col(Spell.starts_on).desc())
    )
    found, until = None, last
    for day in tx.connection().scalars(begun):
        if until - day > LONGEST_HOLE:
            break
        found = until = day
    return found


def _agents(tx: Session, quarter: Quarter) -> int:
    """How many agents worked in the quarter's weeks."""
    query = sa.select(sa.func.count(sa.distinct(col(AgentWeek.agent_id)))).where(
        col(AgentWeek.week_start) >= quarter.first, col(AgentWeek.week_start) <= quarter.last
    )
    return tx.connection().scalar(query) or 0
