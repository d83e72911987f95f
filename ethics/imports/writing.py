"""Staged rows → a table: what is new is added, what differs is changed and remembered, the rest is left alone.

One way for every kind, in plain set operations, and back again. `batch_id` of a row names the batch that wrote it
last; what it was before stands in `import_before` (people's rows: `shift_before`, `spell_before`), so that undoing the
newest batch of a kind restores each row exactly.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from ethics.imports.models import BatchBefore
from ethics.imports.staging import Staged

_BEFORE: sa.Table = BatchBefore.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Target:
    """A table that a kind lands in. `values` are compared and updated, `new` only written with new rows.

    `locked` says which rows stay as they are although the file differs; `before` is the kind's own table of
    overwritten rows, whose columns are the target's and `by_batch_id`.
    """

    table: sa.Table
    key: tuple[str, ...]
    values: tuple[str, ...]
    new: tuple[str, ...] = ()
    locked: Callable[[sa.Table], sa.ColumnElement[bool]] | None = None
    before: sa.Table | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that a file fills."""
        return (*self.key, *self.values, *self.new)


@dataclass(frozen=True)
class Counts:
    """Rows of a file by what they did."""

    added: int
    changed: int
    unchanged: int


def land(tx: Session, target: Target, staged: Staged, batch_id: int, compared: Sequence[str]) -> Counts:
    """Write `staged` rows as batch `batch_id`; of `target.values`, only `compared` may change existing rows."""
    t, s, connection = target.table, staged.table, tx.connection()
    same = sa.and_(*(t.c[name] == s.c[name] for name in target.key))
    changed = 0
    if compared:
        differs = sa.or_(*(t.c[name].is_distinct_from(s.c[name]) for name in compared))
        if target.locked is not None:
            differs = sa.and_(differs, sa.not_(target.locked(t)))
        if _remember(tx, target, staged, batch_id, sa.and_(same, differs)):
            update = sa.update(t).values({name: s.c[name] for name in compared} | {"batch_id": batch_id})
            changed = _count(tx, update.where(same, differs))
    names = (*target.columns, "batch_id")
    rows = sa.select(*(s.c[name] for name in target.columns), sa.literal(batch_id))
    insert: Any
    if connection.dialect.name == "sqlite":
        # An anti-join would make SQLite copy the rows once more; WHERE keeps its parser from reading ON as a join.
        insert = sqlite.insert(t).from_select(names, rows.where(sa.true()).order_by(*(s.c[n] for n in target.key)))
        insert = insert.on_conflict_do_nothing(index_elements=list(target.key))
    else:
        missing = ~sa.exists().where(same)
        insert = postgresql.insert(t).from_select(names, rows.where(missing).order_by(*(s.c[n] for n in target.key)))
    added = _count(tx, insert)
    return Counts(added, changed, staged.rows - added - changed)


def _remember(tx: Session, target: Target, staged: Staged, batch_id: int, which: sa.ColumnElement[bool]) -> int:
    """Keep the rows that are about to change; returns how many."""
    t, s, connection = target.table, staged.table, tx.connection()
    if target.before is not None:
        names = [c.name for c in target.before.c if c.name != "by_batch_id"]
        old = sa.select(sa.literal(batch_id), *(t.c[name] for name in names)).select_from(t.join(s, which))
        return _count(tx, sa.insert(target.before).from_select(["by_batch_id", *names], old))
    names = [*target.key, *target.values, "batch_id"]
    rows = connection.execute(sa.select(*(t.c[name] for name in names)).select_from(t.join(s, which))).all()
    if rows:
        connection.execute(
            sa.insert(_BEFORE),
            [
                {
                    "batch_id": batch_id,
                    "row_key": _row_key(target, row),
                    "before": {name: _plain(value) for name, value in zip(names, row, strict=True)},
                }
                for row in rows
            ],
        )
    return len(rows)


def _count(tx: Session, statement: sa.Executable) -> int:
    """Rows that a statement wrote; SQLAlchemy forgets the number for INSERT unless told to keep it."""
    result = tx.connection().execute(statement, execution_options={"preserve_rowcount": True})
    return cast("sa.CursorResult[Any]", result).rowcount


def withdraw(tx: Session, target: Target, batch_id: int) -> None:
    """Undo `land`: overwritten rows come back, added rows go. The batch must be the newest that wrote them."""
    t, connection = target.table, tx.connection()
    values = [*target.values, "batch_id"]
    if (b := target.before) is not None:
        same = sa.and_(b.c.by_batch_id == batch_id, *(t.c[name] == b.c[name] for name in target.key))
        connection.execute(sa.update(t).values({name: b.c[name] for name in values}).where(same))
        connection.execute(sa.delete(t).where(t.c.batch_id == batch_id))
        connection.execute(sa.delete(b).where(b.c.by_batch_id == batch_id))
        return
    if rows := remembered(tx, target, batch_id):
        restore = (
            sa.update(t)
            .values({name: sa.bindparam(f"old_{name}") for name in values})
            .where(*(t.c[name] == sa.bindparam(f"old_{name}") for name in target.key))
        )
        connection.execute(restore, [{f"old_{name}": row[name] for name in (*target.key, *values)} for row in rows])
    connection.execute(sa.delete(t).where(t.c.batch_id == batch_id))
    connection.execute(sa.delete(_BEFORE).where(_mine(target, batch_id)))


def remembered(tx: Session, target: Target, batch_id: int) -> list[dict[str, Any]]:
    """Key, values and batch of each row of `target` as it was before batch `batch_id` changed it."""
    if (b := target.before) is not None:
        kept = tx.connection().execute(sa.select(b).where(b.c.by_batch_id == batch_id)).mappings()
        return [{name: row[name] for name in (*target.key, *target.values, "batch_id")} for row in kept]
    rows = tx.connection().scalars(sa.select(_BEFORE.c.before).where(_mine(target, batch_id)))
    return [{name: _typed(target.table.c[name], value) for name, value in row.items()} for row in rows]


def _mine(target: Target, batch_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(
        _BEFORE.c.batch_id == batch_id, _BEFORE.c.row_key.startswith(f"{target.table.name}:", autoescape=True)
    )


def _row_key(target: Target, row: Sequence[Any]) -> str:
    """The table's name and a digest of the row's key: names may be longer than a key can be."""
    key = json.dumps([_plain(value) for value in row[: len(target.key)]])
    return f"{target.table.name}:{blake2b(key.encode(), digest_size=16).hexdigest()}"


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def _typed(column: sa.Column[Any], value: Any) -> Any:
    return dt.date.fromisoformat(value) if isinstance(column.type, sa.Date) and value is not None else value
