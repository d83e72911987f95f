"""What HR confirms before the first sick leave comes in, and what a day of it costs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session, col, select

from ethics import audit
from ethics.access import Actor, Permission
from ethics.database import now, today
from ethics.language import Refused
from ethics.settings import settings
from ethics.wellbeing.models import AbsenceTerms, DayCost

#: Of the terms as they are shown; raised when what is stored, for how long or who sees it changes.
VERSION: Final = 1
MOST_CENTS: Final = 1_000_000
#: What a session knows that is loading the sample centre.
_SAMPLE: Final = "absence terms of the sample centre"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What HR has confirmed: the day staff were heard, where the impact assessment is, and when it was said."""

    heard_on: dt.date
    assessment: str
    confirmed_on: dt.date
    current: bool


def confirm(tx: Session, actor: Actor, *, heard_on: dt.date, assessment: str, sample: bool = False) -> None:
    """Say that staff were heard, and where the impact assessment is kept. Raises Refused for a day to come, or nothing said.

    With `sample` it is said for the sample centre, and lets sick leave in within this transaction alone.
    """
    actor.require(Permission.IMPORT_PEOPLE)
    assessment = " ".join(assessment.split())
    if heard_on > today():
        raise Refused("The day on which staff were heard has not come yet.")
    if len(assessment) < 3:
        raise Refused("Say where the impact assessment is kept, such as its number or its place.")
    if len(assessment) > 200:
        raise Refused("Say it in at most 200 characters.")
    row = AbsenceTerms(
        version=VERSION,
        heard_on=heard_on,
        assessment=assessment,
        months=settings().absence_months,
        sample=sample,
        confirmed_at=now(),
        confirmed_by=actor.user_id,
    )
    tx.add(row)
    tx.flush()
    if sample:
        tx.info[_SAMPLE] = True
    audit.record(tx, actor, "confirm absence terms", str(row.id), version=VERSION, heard_on=heard_on.isoformat())


def confirmed(tx: Session, actor: Actor) -> Confirmed | None:
    """What was confirmed last; None before that. What was said for the sample centre does not count.

    It is `current` while the terms have not changed and sick leave is kept no longer than was confirmed.
    """
    actor.require(Permission.IMPORT_PEOPLE)
    row = _newest(tx)
    if row is None:
        return None
    return Confirmed(row.heard_on, row.assessment, row.confirmed_at.astimezone().date(), _current(row))


def require(tx: Session, *, sample: bool = False) -> None:
    """Raise Refused until the present terms are confirmed; with `sample` what was said for the sample centre will do."""
    row = _newest(tx, sample=sample or loads_sample(tx))
    if row is None or not _current(row):
        raise Refused(
            "Before the first sick leave comes in, read on the page Wellbeing what is stored, for how long and who sees "
            "it, and confirm that staff have been heard and that an impact assessment exists."
        )


def loads_sample(tx: Session) -> bool:
    """True in the transaction that brings the sample centre in."""
    return _SAMPLE in tx.info


def set_day_cost(tx: Session, actor: Actor, cents: int) -> None:
    """Say what a day of sick leave costs, in cents. Raises Refused below one cent or above 10,000 euros."""
    actor.require(Permission.IMPORT_PEOPLE)
    if not 1 <= cents <= MOST_CENTS:
        raise Refused("A day of sick leave costs more than nothing and at most 10,000 euros.")
    tx.add(DayCost(cents=cents, set_at=now(), set_by=actor.user_id))
    tx.flush()
    audit.record(tx, actor, "set day cost", cents=cents)


def day_cost(tx: Session) -> int | None:
    """The newest cost in cents; None while nobody has said it."""
    return tx.exec(select(DayCost.cents).order_by(col(DayCost.id).desc()).limit(1)).first()


def _newest(tx: Session, *, sample: bool = False) -> AbsenceTerms | None:
    query = select(AbsenceTerms).order_by(col(AbsenceTerms.id).desc()).limit(1)
    return tx.exec(query if sample else query.where(col(AbsenceTerms.sample).is_(False))).first()


def _current(row: AbsenceTerms) -> bool:
    return row.version == VERSION and row.months >= settings().absence_months
