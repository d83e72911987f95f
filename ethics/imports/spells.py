"""How sick leave lands: pseudonyms, no two spells of one agent at once, the company's weekly counts after."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar, Final

import pyarrow as pa
import sqlalchemy as sa
from sqlmodel import Session

from ethics.imports.checking import MOST_ERRORS, Checked, Errors, Wrong
from ethics.imports.landings import Landing
from ethics.imports.shifts import agent_ids
from ethics.imports.staging import ROW, Staged
from ethics.imports.writing import Target, remembered
from ethics.language import sentence
from ethics.workforce.models import Spell, SpellBefore
from ethics.workforce.pseudonyms import Agents, forget
from ethics.workforce.rollups import recompute_spell_weeks, weeks_of

_SPELL: Final[sa.Table] = Spell.__table__  # type: ignore[attr-defined]


class Spells(Landing):
    """A batch of spells."""

    target: ClassVar[Target] = Target(
        _SPELL,
        key=("agent_id", "starts_on"),
        values=("ends_on",),
        before=SpellBefore.__table__,  # type: ignore[attr-defined]
    )
    sources: ClassVar[dict[str, tuple[str, ...]]] = {"end": ("ends_on",)}

    def __init__(self, tx: Session, batch_id: int) -> None:
        super().__init__(tx, batch_id)
        self._agents = Agents(tx)
        self._weeks: set[dt.date] = set()

    def rows(self, checked: Checked) -> dict[str, pa.Array]:
        """Ids for agents."""
        columns = checked.columns
        return {
            "agent_id": agent_ids(self._agents, columns["agent"]),
            "starts_on": columns["start"],
            "ends_on": columns["end"] if "end" in columns else pa.nulls(len(checked.rows), pa.date32()),
            ROW: pa.array(checked.rows),
        }

    def conflicts(self, staged: Staged, errors: Errors) -> None:
        """Report spells of one agent that overlap; with spells in order of their start, neighbours suffice."""
        s, t = staged.table.c, _SPELL.c

        def before(column: sa.Column[Any], label: str) -> sa.Label[Any]:
            return sa.func.lag(column, type_=sa.Date).over(partition_by=t.agent_id, order_by=t.starts_on).label(label)

        spells = (
            sa.select(t.agent_id, t.starts_on, before(t.starts_on, "earlier"), before(t.ends_on, "until"))
            .where(t.agent_id.in_(sa.select(s.agent_id)))
            .subquery()
        )
        mine, other = staged.table.alias("mine"), staged.table.alias("other")
        found = (
            sa.select(mine.c[ROW], other.c[ROW], spells.c.starts_on, spells.c.earlier)
            .select_from(
                spells.outerjoin(
                    mine, sa.and_(mine.c.agent_id == spells.c.agent_id, mine.c.starts_on == spells.c.starts_on)
                ).outerjoin(
                    other, sa.and_(other.c.agent_id == spells.c.agent_id, other.c.starts_on == spells.c.earlier)
                )
            )
            .where(
                spells.c.earlier.is_not(None), sa.or_(spells.c.until.is_(None), spells.c.until >= spells.c.starts_on)
            )
            .order_by(sa.func.coalesce(mine.c[ROW], other.c[ROW]))
        )
        for later, earlier, start, first in self.tx.connection().execute(found.limit(MOST_ERRORS)):
            if later is not None and earlier is not None:
                errors.add(
                    Wrong(
                        int(max(later, earlier)),
                        "start",
                        start.isoformat(),
                        sentence(
                            "Rows {first} and {second} are spells of one agent that overlap. Correct their days, or join them.",
                            first=str(min(later, earlier)),
                            second=str(max(later, earlier)),
                        ),
                    )
                )
            else:
                # Only what the file itself says: the days of the stored spell are nobody's to ask for.
                row, own = (later, start) if later is not None else (earlier, first)
                errors.add(
                    Wrong(
                        int(row),
                        "start",
                        own.isoformat(),
                        sentence(
                            "It overlaps sick leave that came in earlier. Correct the days, or undo the earlier import."
                        ),
                    )
                )

    def note(self, staged: Staged | None = None) -> None:
        """Remember the weeks of the batch's spells, and of what they overwrote."""
        mine = sa.select(_SPELL.c.starts_on, _SPELL.c.ends_on).where(_SPELL.c.batch_id == self.batch_id)
        for start, end in self.tx.connection().execute(mine):
            self._weeks.update(weeks_of(start, end))
        for row in remembered(self.tx, self.target, self.batch_id):
            self._weeks.update(weeks_of(row["starts_on"], row["ends_on"]))

    def settle(self) -> None:
        """Recompute the noted weeks."""
        recompute_spell_weeks(self.tx, self._weeks)

    def undo(self) -> None:
        """Undo, and forget agents of whom nothing is left."""
        agents = list(
            self.tx.connection().scalars(
                sa.select(_SPELL.c.agent_id).where(_SPELL.c.batch_id == self.batch_id).distinct()
            )
        )
        super().undo()
        forget(self.tx, agents)
