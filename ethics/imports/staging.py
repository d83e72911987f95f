"""A temporary table beside the target: rows wait there until the whole file is checked.

Rows get in inside the caller's transaction (`ethics.bulk`). Each carries the number it had in the file
(`row_number`), so that what only SQL can see can still be named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pyarrow as pa
import sqlalchemy as sa
from sqlmodel import Session

from ethics import bulk

ROW: Final = "row_number"
CACHE_KB: Final = 64 * 1024


class Staged:
    """A temporary copy of some columns of `target`; `key` tells its rows apart."""

    def __init__(self, tx: Session, target: sa.Table, columns: Sequence[str], key: Sequence[str]) -> None:
        self.tx, self.key, self.names = tx, tuple(key), (*columns, ROW)
        self.rows = 0
        self._sqlite = tx.connection().dialect.name == "sqlite"
        if self._sqlite:
            # SQLite's own 2 MB of cache make every row of a large file a visit to the disk.
            for schema in ("main", "temp"):
                tx.connection().exec_driver_sql(f"PRAGMA {schema}.cache_size = -{CACHE_KB}")
        else:  # sorts and groups in memory, for this transaction only
            tx.connection().exec_driver_sql(f"SET LOCAL work_mem = '{CACHE_KB}kB'")
        self.table = sa.Table(
            f"staged_{target.name}",
            sa.MetaData(),
            *(sa.Column(name, target.c[name].type, primary_key=self._sqlite and name in key) for name in columns),
            sa.Column(ROW, sa.BigInteger, primary_key=self._sqlite),
            prefixes=["TEMPORARY"],
            sqlite_with_rowid=False,
        )
        self.table.create(tx.connection())

    def fill(self, columns: Mapping[str, pa.Array]) -> None:
        """Append rows; `columns` holds one array of equal length for each name, dates as date32."""
        self.rows += len(columns[ROW])
        bulk.append(self.tx, self.table, {name: columns[name] for name in self.names})

    def seal(self) -> None:
        """Tell PostgreSQL how much is in the table, once all is; SQLite keeps it in the order of the key."""
        if not self._sqlite:
            self.tx.connection().exec_driver_sql(f"ANALYZE {self.table.name}")

    def doubles(self, most: int) -> tuple[list[tuple[int, int]], int]:
        """Rows that repeat another's key: (row, first row) of at most `most`, and how many there are."""
        s = self.table
        keys = [s.c[name] for name in self.key]
        connection = self.tx.connection()
        if connection.execute(sa.select(*keys).group_by(*keys).having(sa.func.count() > 1).limit(1)).first() is None:
            return [], 0
        groups = (
            sa.select(*keys, sa.func.min(s.c[ROW]).label("first"))
            .group_by(*keys)
            .having(sa.func.count() > 1)
            .subquery()
        )
        found = (
            sa.select(s.c[ROW], groups.c.first)
            .join(groups, sa.and_(*(s.c[name] == groups.c[name] for name in self.key)))
            .where(s.c[ROW] != groups.c.first)
        )
        total = connection.scalar(sa.select(sa.func.count()).select_from(found.subquery())) or 0
        lines = connection.execute(found.order_by(s.c[ROW]).limit(most)).all()
        return [(int(row), int(first)) for row, first in lines], int(total)

    def drop(self) -> None:
        """Remove the temporary table."""
        self.table.drop(self.tx.connection())
