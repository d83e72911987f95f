"""How clients, contacts and flags land.

Flags have no number of their own in files: `row_key` is a BLAKE2b of what they say, so that overlapping exports do not
double them. It leaves the status out and counts its likes within the file: two agents may well write the same words on
one day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, ClassVar, Final
from uuid import uuid4

import pyarrow as pa
import sqlalchemy as sa
from sqlmodel import Session

from ethics.clients.models import Client, Status
from ethics.imports import references
from ethics.imports.checking import Checked, Errors, Wrong, shortened
from ethics.imports.companies import NameKeys, require_key
from ethics.imports.landings import Landing, constant, digest
from ethics.imports.staging import ROW, Staged
from ethics.imports.writing import Target, remembered
from ethics.language import Refused
from ethics.mismatches.models import Disclosed, Flag
from ethics.workforce.models import ContactWeek

_CLIENT: Final[sa.Table] = Client.__table__  # type: ignore[attr-defined]
_CONTACT_WEEK: Final[sa.Table] = ContactWeek.__table__  # type: ignore[attr-defined]
_FLAG: Final[sa.Table] = Flag.__table__  # type: ignore[attr-defined]


class Clients(Landing):
    """A batch of clients; one is known again by its name's key, and takes the newest spelling."""

    target: ClassVar[Target] = Target(
        _CLIENT,
        key=("name_key",),
        values=("name", "business_id", "sector", "since", "monthly_revenue_cents"),
        new=("status",),
    )
    sources: ClassVar[dict[str, tuple[str, ...]]] = {
        "name": ("name",),
        "business_id": ("business_id",),
        "sector": ("sector",),
        "since": ("since",),
        "monthly_revenue": ("monthly_revenue_cents",),
    }

    def __init__(self, tx: Session, batch_id: int) -> None:
        super().__init__(tx, batch_id)
        self._nameless: list[Wrong] = []

    def rows(self, checked: Checked) -> dict[str, pa.Array]:
        """The key of each name."""
        columns, n = checked.columns, len(checked.rows)
        keys: list[str] = []
        for row, name in zip(checked.rows, columns["name"].to_pylist(), strict=True):
            try:
                keys.append(require_key(name))
            except Refused as refused:
                keys.append(f"\0{row}")
                self._nameless.append(Wrong(int(row), "name", shortened(name), refused.sentence))
        text, date, whole = pa.string(), pa.date32(), pa.int64()
        return {
            "name_key": pa.array(keys, text),
            "name": columns["name"],
            "status": constant(Status.ACTIVE.value, n),
            "business_id": columns.get("business_id", pa.nulls(n, text)),
            "sector": columns.get("sector", pa.nulls(n, text)),
            "since": columns.get("since", pa.nulls(n, date)),
            "monthly_revenue_cents": columns.get("monthly_revenue", pa.nulls(n, whole)),
            ROW: pa.array(checked.rows),
        }

    def doubles(self, staged: Staged, errors: Errors) -> None:
        """Report names that cannot be told apart, too."""
        for wrong in self._nameless:
            errors.add(wrong)
        super().doubles(staged, errors)

    def note(self, staged: Staged | None = None) -> None:
        """The clients themselves."""
        query = sa.select(_CLIENT.c.id).where(_CLIENT.c.batch_id == self.batch_id)
        self.client_ids |= set(self.tx.connection().scalars(query))


class Contacts(Landing):
    """A batch of contacts by client and week; `counts_rows` makes each row of the file one contact."""

    target: ClassVar[Target] = Target(_CONTACT_WEEK, key=("client_id", "week_start"), values=("contacts",))
    sources: ClassVar[dict[str, tuple[str, ...]]] = {"contacts": ("contacts",)}

    def __init__(self, tx: Session, batch_id: int, *, counts_rows: bool = False) -> None:
        super().__init__(tx, batch_id)
        self._counted: Counter[tuple[int, Any]] | None = Counter() if counts_rows else None

    def rows(self, checked: Checked) -> dict[str, pa.Array] | None:
        """The columns as they are, or nothing yet while rows are being counted."""
        columns = checked.columns
        if self._counted is None:
            return {
                "client_id": columns["client"],
                "week_start": columns["week"],
                "contacts": columns["contacts"],
                ROW: pa.array(checked.rows),
            }
        self._counted.update(zip(columns["client"].to_pylist(), columns["week"].to_pylist(), strict=True))
        return None

    def rest(self) -> dict[str, pa.Array] | None:
        """The counted rows: one for each client and week."""
        if not self._counted:
            return None
        clients, weeks = zip(*self._counted, strict=True)
        return {
            "client_id": pa.array(clients, pa.int32()),
            "week_start": pa.array(weeks, pa.date32()),
            "contacts": pa.array(list(self._counted.values()), pa.int64()),
            ROW: pa.array(range(len(clients)), pa.int64()),
        }


class Flags(Landing):
    """A batch of flags. What somebody has decided inside Reilu, no file changes."""

    target: ClassVar[Target] = Target(
        _FLAG,
        key=("row_key",),
        values=("status",),
        new=(
            "id",
            "client_id",
            "category",
            "severity",
            "certainty",
            "text",
            "met_on",
            "filed_on",
            "disclosed",
            "reason",
            "answer",
        ),
        locked=lambda flag: flag.c.decided_by.is_not(None),
    )
    sources: ClassVar[dict[str, tuple[str, ...]]] = {"status": ("status",)}

    def __init__(self, tx: Session, batch_id: int) -> None:
        super().__init__(tx, batch_id)
        self._likes: Counter[str] = Counter()
        self._names = NameKeys(tx)

    def rows(self, checked: Checked) -> dict[str, pa.Array]:
        """The key of what the flag says, with its place among its likes."""
        columns, n = checked.columns, len(checked.rows)
        certainty = columns["certainty"] if "certainty" in columns else constant("heard", n)
        text = columns["text"] if "text" in columns else constant("", n)
        parts = (columns["client"], columns["date"], columns["category"], columns["severity"], certainty, text)
        return {
            "row_key": pa.array(self._row_keys(zip(*(p.to_pylist() for p in parts), strict=True)), pa.string()),
            "id": pa.array([uuid4().hex for _ in range(n)], pa.string()),
            "client_id": columns["client"],
            "category": columns["category"],
            "severity": columns["severity"],
            "certainty": certainty,
            "text": text,
            "met_on": columns["date"],
            "filed_on": columns["date"],
            "disclosed": constant(Disclosed.IMPORTED.value, n),
            "status": columns["status"] if "status" in columns else constant("open", n),
            "reason": constant("", n),
            "answer": constant("", n),
            ROW: pa.array(checked.rows),
        }

    def _row_keys(self, rows: Iterable[tuple[Any, ...]]) -> list[str]:
        keys = []
        for client, *said in rows:
            like = digest("flag", self._names.of(client), *said)
            self._likes[like] += 1
            keys.append(digest(like, self._likes[like]))
        return keys

    def require_free(self) -> None:
        """Flags that officers have decided, or begun to work on, are people's work by now."""
        decided = sa.select(_FLAG.c.id).where(_FLAG.c.batch_id == self.batch_id, _FLAG.c.decided_by.is_not(None))
        if self.tx.connection().execute(decided.limit(1)).first():
            raise Refused(
                "Flags of this batch have been decided since. Undoing would lose the decisions; "
                "the officer can dismiss what was imported by mistake."
            )
        if self._used():
            raise Refused(
                "Flags of this batch have been worked on since: a question, a note, a message or another flag belongs to "
                "one of them. Undoing would lose that; the officer can dismiss what was imported by mistake."
            )

    def _used(self) -> bool:
        """True when something refers to a flag that would go; one that the batch only changed stays."""
        connection, mine = self.tx.connection(), _FLAG.c.batch_id == self.batch_id
        used: set[str] = set()
        # What a flag was merged into is no foreign key.
        for table, column in (*references.referring(self.tx, _FLAG), (_FLAG.name, "merged_into")):
            place = sa.table(table, sa.column(column)).alias("place")
            there = sa.select(place.c[column]).where(place.c[column].is_not(None))
            used |= set(connection.scalars(sa.select(_FLAG.c.row_key).where(mine, _FLAG.c.id.in_(there))))
        return bool(used) and not used <= {row["row_key"] for row in remembered(self.tx, self.target, self.batch_id)}
