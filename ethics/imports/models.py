"""Tables of imports: the batch, what it overwrote, and the mapping that was used last for a kind of file."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlmodel import JSON, Column, Field, Index

from ethics.database import Moment, Table


class Batch(Table, table=True):
    """One file brought in: counted, repeatable, undoable. `sha256` is of the file's bytes; keyed where it is about people."""

    __tablename__ = "import_batch"
    __table_args__ = (Index("ix_import_batch_kind", "kind", "undone_at"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=12)
    file_name: str = Field(max_length=200)
    sha256: str = Field(max_length=64)
    mapping: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    rows: int
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    imported_by: str = Field(max_length=100)
    imported_at: dt.datetime = Field(sa_type=Moment)
    undone_at: dt.datetime | None = Field(default=None, sa_type=Moment)


class BatchBefore(Table, table=True):
    """A row as it was before a batch changed it (`before`), so that undoing puts it back. Shifts and spells keep theirs apart."""

    __tablename__ = "import_before"

    batch_id: int = Field(foreign_key="import_batch.id", primary_key=True)
    row_key: str = Field(primary_key=True, max_length=80)
    before: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class StoredMapping(Table, table=True):
    """The mapping that the import page used last for a kind of file: the form remembers."""

    __tablename__ = "import_mapping"

    kind: str = Field(primary_key=True, max_length=12)
    mapping: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
