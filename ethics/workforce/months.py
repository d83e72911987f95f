"""The monthly partitions of `shift` on PostgreSQL, made when an import first needs a month. SQLite needs none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlmodel import Session


def ensure(tx: Session, firsts: Iterable[dt.date]) -> None:
    """Make the partitions of the months that begin on `firsts`.

    The table is made beside `shift` and attached, because that lets readers go on reading.
    """
    connection = tx.connection()
    if connection.dialect.name != "postgresql":
        return
    known = set(
        connection.exec_driver_sql(
            "SELECT relid::regclass::text FROM pg_partition_tree('shift') WHERE isleaf"
        ).scalars()
    )
    for first in sorted(set(firsts)):
        name = f"shift_month_{first:%Y_%m}"
        if name not in known:
            after = (first.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
            connection.exec_driver_sql(f"CREATE TABLE {name} (LIKE shift INCLUDING DEFAULTS)")
            connection.exec_driver_sql(
                f"ALTER TABLE shift ATTACH PARTITION {name} FOR VALUES FROM ('{first:%Y-%m-01}') TO ('{after:%Y-%m-%d}')"
            )
