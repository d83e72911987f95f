"""A house of a thousand clients and five years for benches: contacts for each client and week, flags as files bring them."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import sqlalchemy as sa

from ethics import bulk
from ethics.clients.models import Client
from ethics.database import Database, Table, now
from ethics.imports.models import Batch
from ethics.mismatches.counted import ORDER

FIRST = dt.date(2021, 11, 15)
EPOCH = dt.date(1970, 1, 1)


def furnish(db: Database, *, clients: int = 1000, weeks: int = 260, seed: int = 3) -> int:
    """Fill an empty house; returns the number of flags. Rates are Gamma(0.7) around 0.8 flags a client and week."""
    random = np.random.default_rng(seed)
    with db.write() as tx:
        tx.add(
            Batch(id=1, kind="contacts", file_name="f.csv", sha256="0" * 64, rows=0, imported_by="", imported_at=now())
        )
        tx.add_all(Client(id=k, name=f"Client {k:04d}", name_key=f"client {k:04d}") for k in range(1, clients + 1))
        tx.flush()
        numbers = np.arange(1, clients + 1)
        contacts = random.integers(50, 2000, clients * weeks)
        _contacts(tx, np.repeat(numbers, weeks), np.tile(np.arange(weeks), clients), contacts)
        per_client = random.poisson(random.gamma(0.7, 0.8 / 0.7, clients) * weeks)
        return _flags(tx, np.repeat(numbers, per_client), weeks, random, first_key=0)


def one_more_week(db: Database, week: int, *, clients: int = 1000) -> None:
    """Contacts of one more week, as an import of it would bring them."""
    with db.write() as tx:
        _contacts(tx, np.arange(1, clients + 1), np.full(clients, week), np.full(clients, 700))


def _contacts(tx: bulk.Session, client: np.ndarray, week: np.ndarray, contacts: np.ndarray) -> None:
    table = Table.metadata.tables["contact_week"]
    monday = ((FIRST - EPOCH).days + 7 * week).astype(np.int32)
    columns = {
        "client_id": pa.array(client),
        "week_start": pa.array(monday).cast(pa.date32()),
        "contacts": pa.array(contacts),
    }
    bulk.append(tx, table, columns, batch_id=1)


def _flags(tx: bulk.Session, client: np.ndarray, weeks: int, random: np.random.Generator, *, first_key: int) -> int:
    n = len(client)
    day = pa.array(((FIRST - EPOCH).days + random.integers(0, 7 * weeks, n)).astype(np.int32)).cast(pa.date32())
    category, fate = random.integers(0, len(ORDER), n), random.integers(0, 3, n)
    columns = {
        "id": pa.array([f"{first_key + k:032x}" for k in range(n)]),
        "client_id": pa.array(client),
        "category": pa.array(np.array(ORDER)[category]),
        "severity": pa.array(np.where(category > 1, random.integers(0, 5, n), 0)),
        "met_on": day,
        "filed_on": day,
        "certainty": pa.array(np.array(["heard", "saw", "saw"])[fate]),
        "status": pa.array(np.array(["confirmed", "dismissed", "confirmed"])[fate]),
    }
    table = Table.metadata.tables["flag"]
    default = {
        column.name: column.default.arg
        for column in table.columns
        if isinstance(column.default, sa.ColumnDefault) and column.default.is_scalar and column.name not in columns
    }
    needed = {"disclosed": "imported", "text": "", "paused_days": 0}
    bulk.append(tx, table, columns, **{**default, **needed})
    return n
