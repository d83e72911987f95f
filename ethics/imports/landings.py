"""What a kind of file does beyond the common path; one subclass of `Landing` for each kind.

On the way in: `rows` for each chunk, `rest`, `doubles`, `write`, `conflicts`, `note`, `settle`.
On the way out: `require_free`, `note`, `undo`, `settle`.
"""

from __future__ import annotations

import datetime as dt
import json
from abc import ABC, abstractmethod
from collections.abc import Collection
from hashlib import blake2b
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import sqlalchemy as sa
from sqlmodel import Session

from ethics.imports.checking import MOST_ERRORS, Checked, Errors, Wrong
from ethics.imports.staging import Staged
from ethics.imports.writing import Counts, Target, land, withdraw
from ethics.language import sentence


class Landing(ABC):
    """One batch of one kind on its way in, or out again. Once noted, `client_ids`: whose evidence it touches, and
    `since`: the first day that it is about, None when it is about no day."""

    target: ClassVar[Target]
    #: Canonical column → the table's columns that follow from it. Columns a file leaves out change no existing row.
    sources: ClassVar[dict[str, tuple[str, ...]]] = {}
    #: Columns that say which day evidence is of.
    dated: ClassVar[frozenset[str]] = frozenset({"met_on", "week_start"})

    def __init__(self, tx: Session, batch_id: int) -> None:
        self.tx, self.batch_id = tx, batch_id
        self.client_ids: set[int] = set()
        self.since: dt.date | None = None

    def stage(self) -> Staged:
        """An empty staging table for the target."""
        return Staged(self.tx, self.target.table, self.target.columns, self.target.key)

    @abstractmethod
    def rows(self, checked: Checked) -> dict[str, pa.Array] | None:
        """One array for each of the target's columns and the row numbers; None when `rest` will have them."""

    def rest(self) -> dict[str, pa.Array] | None:
        """Rows that only the whole file gives."""
        return None

    def doubles(self, staged: Staged, errors: Errors) -> None:
        """Report rows of the file that say the same key twice: which one is meant, nobody can know."""
        found, total = staged.doubles(MOST_ERRORS)
        for row, first in found:
            errors.add(
                Wrong(
                    row,
                    "",
                    "",
                    sentence(
                        "Row {first} is already about this. Put both into one row, or remove one.", first=str(first)
                    ),
                )
            )
        errors.total += total - len(found)

    def write(self, staged: Staged, provided: Collection[str]) -> Counts:
        """Land the staged rows; `provided` names the canonical columns that the file gave."""
        compared = [name for source, names in self.sources.items() if source in provided for name in names]
        return land(self.tx, self.target, staged, self.batch_id, compared)

    def conflicts(self, staged: Staged, errors: Errors) -> None:
        """Report what shows only beside the rows that were there before."""

    def note(self, staged: Staged | None = None) -> None:
        """Remember what depends on the batch's rows, while they stand; on the way in they are also in `staged`."""
        t = self.target.table
        if "client_id" in t.c:
            query = sa.select(t.c.client_id).where(t.c.batch_id == self.batch_id).distinct()
            self.client_ids |= set(self.tx.connection().scalars(query))
        for name in self.dated & set(t.c.keys()):
            self.since = self.tx.connection().scalar(
                sa.select(sa.func.min(t.c[name])).where(t.c.batch_id == self.batch_id)
            )

    def settle(self) -> None:
        """Bring up to date what was noted."""

    def require_free(self) -> None:
        """Raise Refused when the batch cannot be undone, because something was built on it."""

    def undo(self) -> None:
        """Take the batch's rows away and put back what they overwrote."""
        withdraw(self.tx, self.target, self.batch_id)


def mondays(dates: pa.Array) -> pa.Array:
    """The Monday of each date (date32)."""
    days = dates.cast(pa.int32()).to_numpy()
    # Day 0, 1 January 1970, was a Thursday.
    return pa.array((days - (days + 3) % 7).astype(np.int32), pa.int32()).cast(pa.date32())


def digest(*parts: Any) -> str:
    """What tells rows apart that have no number of their own: 64 hexadecimal digits of what they say."""
    return blake2b(json.dumps(parts, ensure_ascii=False, default=str).encode(), digest_size=32).hexdigest()


def constant(value: Any, n: int) -> pa.Array:
    """`n` times the same text."""
    return pa.repeat(pa.scalar(value, pa.string()), n)
