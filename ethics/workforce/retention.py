"""How long what is known of people is kept, and its deletion on schedule. Weekly counts of clients stay: they hold nobody.

What imports overwrote goes with what it was about: a row whose sick leave is gone can never be put back. Of a file whose
sick leave is gone its number and its count of rows stay. A published quarter is no longer about anybody, and stays as well.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col

from ethics import audit, rounds
from ethics.access import Actor
from ethics.database import Database, Moment, today
from ethics.settings import settings
from ethics.workforce.models import Agent, AgentWeek, Shift, ShiftBefore, Spell, SpellBefore, SpellWeek
from ethics.workforce.pseudonyms import forget

#: Who deletes: not a person, and the audit trail says so.
HOUSE: Final = Actor(name="retention", terminal=True)
#: A spell without an end that began so long before is one whose end nobody sent.
LONGEST: Final = dt.timedelta(days=365)
#: An import takes sick leave without an end that began so long ago at most.
OPEN_FOR = LONGEST
#: Of features above this one: what HR confirmed, and the files that came in.
_TERMS: Final = sa.table("absence_terms", sa.column("id"), sa.column("months"), sa.column("sample", sa.Boolean))
_FILE: Final = sa.table(
    "import_batch",
    sa.column("id", sa.Integer),
    sa.column("kind"),
    sa.column("file_name"),
    sa.column("sha256"),
    sa.column("mapping", sa.JSON),
    sa.column("imported_at", Moment),
)
#: What stands for a file's name that is no longer kept.
NAMELESS: Final = "–"


def kept_since(months: int, day: dt.date | None = None) -> dt.date:
    """The first day that is kept: the first of the month so many months before `day`'s (today's when left out)."""
    day = day or today()
    index = 12 * day.year + day.month - 1 - months
    return dt.date(index // 12, index % 12 + 1, 1)


def absence_since(tx: Session | None = None) -> dt.date:
    """Sick leave that ended before this day is not kept; without `tx`, by the setting alone.

    A setting that was raised keeps nothing longer than HR has confirmed: staff were heard on that.
    """
    months = settings().absence_months
    if tx is not None:
        newest = sa.select(_TERMS.c.months).where(_TERMS.c.sample.is_(False)).order_by(_TERMS.c.id.desc()).limit(1)
        months = min(months, tx.connection().scalar(newest) or months)
    return kept_since(months)


def spell_weeks_since(tx: Session | None = None) -> dt.date:
    """Weekly counts of sick leave before this Monday are not kept: the first whose days are kept all."""
    first = absence_since(tx)
    return first + dt.timedelta(days=-first.weekday() % 7)


def open_since() -> dt.date:
    """Sick leave without an end may have begun on this day at the earliest when it comes in."""
    return today() - OPEN_FOR


def shifts_since() -> dt.date:
    """Shifts before this day are not kept; a Monday, so that weekly sums stay whole."""
    first = kept_since(settings().shift_months)
    return first - dt.timedelta(days=first.weekday())


def delete_old(tx: Session) -> tuple[int, int]:
    """Delete what has been kept long enough; returns how many spells and shifts went. The audit trail says so."""
    absence, shifts = absence_since(tx), shifts_since()
    gone_spells = _run(tx, sa.delete(Spell).where(_old(Spell, absence)))
    gone_shifts = _run(tx, sa.delete(Shift).where(col(Shift.date) < shifts))
    # After the spells: what was overwritten of those that have just gone goes as well.
    gone_before = _run(tx, sa.delete(SpellBefore).where(_overwritten(absence)))
    gone_before += _run(tx, sa.delete(ShiftBefore).where(col(ShiftBefore.date) < shifts))
    gone_weeks = _run(tx, sa.delete(AgentWeek).where(col(AgentWeek.week_start) < shifts))
    gone_weeks += _run(tx, sa.delete(SpellWeek).where(col(SpellWeek.week_start) < spell_weeks_since(tx)))
    gone_files = _run(tx, sa.update(_FILE).values(file_name=NAMELESS, sha256="", mapping={}).where(_emptied(absence)))
    if gone_spells or gone_shifts or gone_before or gone_weeks or gone_files:
        forget(tx, [number for number in tx.connection().scalars(sa.select(col(Agent.id))) if number is not None])
        audit.record(
            tx,
            HOUSE,
            "delete old",
            spells=gone_spells,
            shifts=gone_shifts,
            overwritten=gone_before,
            files=gone_files,
            absence_since=absence.isoformat(),
            shifts_since=shifts.isoformat(),
        )
    return gone_spells, gone_shifts


@rounds.every(60)
def delete_on_schedule(db: Database) -> None:
    """Delete what is due. Mostly nothing is, and then nobody is kept from writing."""
    with db.read() as tx:
        due = _due(tx)
    if due:
        with db.write() as tx:
            delete_old(tx)


def _due(tx: Session) -> bool:
    absence, shifts = absence_since(tx), shifts_since()
    due = (
        sa.exists().where(_old(Spell, absence)),
        sa.exists().where(_overwritten(absence)),
        sa.exists().where(_emptied(absence)),
        sa.exists().where(col(SpellWeek.week_start) < spell_weeks_since(tx)),
        sa.exists().where(col(AgentWeek.week_start) < shifts),
        sa.exists().where(col(ShiftBefore.date) < shifts),
    )
    return bool(tx.connection().scalar(sa.select(sa.or_(*due))))


def _old(table: type[Spell] | type[SpellBefore], since: dt.date) -> sa.ColumnElement[bool]:
    """The condition on sick leave that is not kept any longer; without an end, it is taken to have ended long ago."""
    open_ended = sa.and_(col(table.ends_on).is_(None), col(table.starts_on) < since - LONGEST)
    return sa.or_(col(table.ends_on) < since, open_ended)


def _overwritten(since: dt.date) -> sa.ColumnElement[bool]:
    """The condition on what imports overwrote of sick leave: it is old itself, or its sick leave is no longer there.

    A row that was open is kept while the sick leave with its end is, else undoing that import would lose the start.
    """
    there = sa.exists().where(
        col(Spell.agent_id) == col(SpellBefore.agent_id), col(Spell.starts_on) == col(SpellBefore.starts_on)
    )
    return sa.or_(_old(SpellBefore, since), ~there)


def _emptied(since: dt.date) -> sa.ColumnElement[bool]:
    """The condition on files of sick leave that came in before and have nothing left here, nor to be put back.

    Not sooner, when a file has nothing left because a later one wrote its rows: that would tell what it had in it.
    """
    f = _FILE.c
    rows = sa.exists().where(col(Spell.batch_id) == f.id)
    before = sa.exists().where(sa.or_(col(SpellBefore.by_batch_id) == f.id, col(SpellBefore.batch_id) == f.id))
    came = f.imported_at < dt.datetime.combine(since, dt.time(), dt.UTC)
    return sa.and_(f.kind == "spells", f.sha256 != "", came, ~rows, ~before)


def _run(tx: Session, statement: sa.Delete | sa.Update) -> int:
    """How many rows a statement met."""
    return int(tx.connection().execute(statement).rowcount)
