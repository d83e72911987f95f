"""Many rows at once, past the ORM: in by `executemany` of tuples (SQLite) or COPY (PostgreSQL), out as columns."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import sqlalchemy as sa
from numpy.typing import NDArray
from pyarrow import csv as arrow_csv
from sqlmodel import Session


def append(tx: Session, table: sa.Table, columns: Mapping[str, pa.Array], **same: Any) -> None:
    """Append rows inside the caller's transaction.

    `columns` holds one array of equal length for each name, dates as date32; `same` has columns whose value is the
    same in every row, as the ORM would take it.
    """
    connection = tx.connection()
    batch = pa.table(list(columns.values()), names=list(columns))
    fixed = {name: _bound(table.c[name], connection.dialect, value) for name, value in same.items()}
    names = [*batch.column_names, *fixed]
    raw: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        keys = [column.name for column in table.primary_key.columns if column.name in columns]
        batch = batch.sort_by([(name, "ascending") for name in keys])  # neighbours go to the same page
        plain = [c.cast(pa.string()) if pa.types.is_date(c.type) else c for c in batch.columns]
        values = [c.to_pylist() for c in plain] + [[value] * batch.num_rows for value in fixed.values()]
        marks = ", ".join("?" * len(names))
        insert = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608 (our own names)
        raw.executemany(insert, zip(*values, strict=True))
        return
    for name, value in fixed.items():
        batch = batch.append_column(
            name, pa.array([None if value is None else str(value)] * batch.num_rows, pa.string())
        )
    out = io.BytesIO()
    arrow_csv.write_csv(batch, out, arrow_csv.WriteOptions(include_header=False))
    with raw.cursor() as cursor, cursor.copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN (FORMAT csv)") as copy:
        copy.write(out.getbuffer())


def fetch(tx: Session, query: sa.Executable, columns: int) -> list[tuple[Any, ...]]:
    """The columns of a query's result as the driver has them, so that no Python runs for each row.

    Dates are texts on SQLite and dates on PostgreSQL: `ordinals` reads both.
    """
    result: Any = tx.connection().execute(query)
    rows = result.cursor.fetchall()
    result.close()
    return list(zip(*rows, strict=True)) or [()] * columns


def ordinals(days: Sequence[Any]) -> NDArray[np.int64]:
    """Days as `fetch` has them, as proleptic ordinals."""
    return np.array(days, dtype="datetime64[D]").astype(np.int64) + dt.date(1970, 1, 1).toordinal()


def _bound(column: sa.Column[Any], dialect: sa.Dialect, value: Any) -> Any:
    """A value as the driver takes it for this column."""
    process = column.type.dialect_impl(dialect).bind_processor(dialect)
    return process(value) if process is not None else value
