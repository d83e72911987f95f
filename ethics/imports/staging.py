"""A temporary table beside the target: rows wait there until the whole file is checked.

Rows get in by `executemany` of tuples (SQLite) or COPY (PostgreSQL), inside the caller's transaction. Each carries
the number it had in the file (`row_number`), so that what only SQL can see can still be named.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pyarrow as pa
import sqlalchemy as sa
from pyarrow import csv as arrow_csv
from sqlmodel import Session

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
        batch = pa.table([columns[name] for name in self.names], names=list(self.names))
        self.rows += batch.num_rows
        raw: Any = self.tx.connection().connection.driver_connection
        if self._sqlite:
            batch = batch.sort_by([(name, "ascending") for name in self.key])  # neighbours go to the same page
            plain = [c.cast(pa.string()) if pa.types.is_date(c.type) else c for c in batch.columns]
            marks = ", ".join("?" * len(self.names))
            insert = f"INSERT INTO {self.table.name} VALUES ({marks})"  # noqa: S608 (our own name)
            raw.executemany(insert, zip(*(c.to_pylist() for c in plain), strict=True))
            return
        out = io.BytesIO()
        arrow_csv.write_csv(batch, out, arrow_csv.WriteOptions(include_header=False))
        with raw.cursor() as cursor, cursor.copy(f"COPY {self.table.name} FROM STDIN (FORMAT csv)") as copy:
            copy.write(out.getbuffer())

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
