"""How shifts land: pseudonyms for employee numbers, ids for teams, a partition for each month, roll-ups after."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import ClassVar, Final

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlmodel import Session, select

from ethics.imports.checking import MOST_ERRORS, Checked, Errors, Wrong
from ethics.imports.landings import Landing, mondays
from ethics.imports.staging import ROW, Staged
from ethics.imports.writing import Counts, Target
from ethics.language import sentence
from ethics.workforce import months
from ethics.workforce.models import Shift, ShiftBefore, Team
from ethics.workforce.pseudonyms import Agents, forget
from ethics.workforce.rollups import TouchedShifts

#: Hundredths of an hour in a day.
_DAY: Final = 2400
_SHIFT: Final[sa.Table] = Shift.__table__  # type: ignore[attr-defined]


class Shifts(Landing):
    """A batch of shifts."""

    target: ClassVar[Target] = Target(
        _SHIFT,
        key=("agent_id", "date", "client_id"),
        values=("hours_hundredths", "contacts", "team_id"),
        new=("week_start",),
        before=ShiftBefore.__table__,  # type: ignore[attr-defined]
    )
    sources: ClassVar[dict[str, tuple[str, ...]]] = {
        "hours": ("hours_hundredths",),
        "contacts": ("contacts",),
        "team": ("team_id",),
    }

    def __init__(self, tx: Session, batch_id: int) -> None:
        super().__init__(tx, batch_id)
        self._agents = Agents(tx)
        self._teams = {name: number for name, number in tx.exec(select(Team.name, Team.id)) if number is not None}
        self._months: set[dt.date] = set()
        self._touched = TouchedShifts(tx)

    def rows(self, checked: Checked) -> dict[str, pa.Array]:
        """Ids for agents and teams; the week stored beside the date."""
        columns, n = checked.columns, len(checked.rows)
        self._months |= {day.replace(day=1) for day in pc.unique(columns["date"]).to_pylist()}
        return {
            "agent_id": agent_ids(self._agents, columns["agent"]),
            "date": columns["date"],
            "client_id": columns["client"],
            "hours_hundredths": columns["hours"],
            "contacts": columns["contacts"] if "contacts" in columns else pa.repeat(pa.scalar(0, pa.int64()), n),
            "team_id": self._team_ids(columns["team"]) if "team" in columns else pa.nulls(n, pa.int32()),
            "week_start": mondays(columns["date"]),
            ROW: pa.array(checked.rows),
        }

    def _team_ids(self, teams: pa.Array) -> pa.Array:
        encoded = teams.dictionary_encode()
        names = encoded.dictionary.to_pylist()
        for name in names:
            if name not in self._teams:
                team = Team(name=name)
                self.tx.add(team)
                self.tx.flush()
                assert team.id is not None
                self._teams[name] = team.id
        return pa.array([self._teams[name] for name in names], pa.int32()).take(encoded.indices)

    def write(self, staged: Staged, provided: Collection[str]) -> Counts:
        """Make the months' partitions, then land."""
        months.ensure(self.tx, self._months)
        return super().write(staged, provided)

    def conflicts(self, staged: Staged, errors: Errors) -> None:
        """Report days on which an agent would have worked more than 24 hours, over all clients and earlier files."""
        s, connection = staged.table.c, self.tx.connection()
        if self._touched.known():
            found = self._touched.days_over(_DAY)
        else:
            hours = sa.func.sum(s.hours_hundredths)
            found = sa.select(s.agent_id, s.date, hours).group_by(s.agent_id, s.date).having(hours > _DAY)
        for agent, day, worked in connection.execute(found.limit(MOST_ERRORS)).all():
            row = connection.scalar(sa.select(sa.func.max(s[ROW])).where(s.agent_id == agent, s.date == day)) or 0
            errors.add(
                Wrong(
                    int(row),
                    "hours",
                    f"{worked / 100:.2f}",
                    sentence(
                        "The agent's shifts on {day}, with those already imported, add up to more than 24 hours. Correct the hours.",
                        day=day,
                    ),
                )
            )

    def note(self, staged: Staged | None = None) -> None:
        """Remember the weeks that the batch wrote."""
        if staged is not None:
            self._touched.note(staged.table)
        else:
            self._touched.note(_SHIFT, self.batch_id)
        self.client_ids |= self._touched.client_ids()
        self.since = self._touched.first_week()

    def settle(self) -> None:
        """Recompute the roll-ups of the noted weeks."""
        self._touched.recompute()

    def undo(self) -> None:
        """Undo, and forget agents of whom nothing is left."""
        agents = self._touched.agent_ids()
        super().undo()
        forget(self.tx, agents)


def agent_ids(agents: Agents, numbers: pa.Array) -> pa.Array:
    """The id of each employee number; each distinct number is hashed once."""
    encoded = numbers.dictionary_encode()
    return pa.array(agents.ids(encoded.dictionary.to_pylist()), pa.int32()).take(encoded.indices)
