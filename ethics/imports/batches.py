"""Files in, and out again: each import is a batch, repeatable, undoable, all or nothing.

Everything happens in the caller's transaction, behind a savepoint: a file with errors leaves nothing, a dry run
does all the work and throws it away. The same bytes with the same mapping are imported once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from sqlmodel import Session, col, select

from ethics import audit, changes
from ethics.access import Actor
from ethics.database import now, today
from ethics.imports import conditions, privacy, reading, references
from ethics.imports.business import Clients, Contacts, Flags
from ethics.imports.checking import Check, shortened
from ethics.imports.companies import Companies
from ethics.imports.kinds import Kind
from ethics.imports.kinds import kind as kind_named
from ethics.imports.landings import Landing
from ethics.imports.mapping import Mapping
from ethics.imports.models import Batch, StoredMapping
from ethics.imports.outcome import Outcome
from ethics.imports.promises import Promises
from ethics.imports.shifts import Shifts
from ethics.imports.spells import Spells
from ethics.imports.writing import Counts
from ethics.language import NotFound, Refused
from ethics.risk import analysis as _analysis  # noqa: F401 - listens for the evidence that imports change
from ethics.settings import settings
from ethics.workforce import retention

if TYPE_CHECKING:
    import pandas as pd

#: One import at a time on PostgreSQL, as SQLite's single writer has it anyway.
_IMPORT_LOCK: Final = 0x5E112
_LANDINGS: Final[dict[str, Callable[[Session, int], Landing]]] = {
    "clients": Clients,
    "contacts": Contacts,
    "shifts": Shifts,
    "spells": Spells,
    "promises": Promises,
    "flags": Flags,
}
#: By kind and column, the first day that is taken: what is about people is deleted in time, so it does not come in late.
_KEPT_SINCE: Final[dict[str, Callable[[Session], dict[str, dt.date]]]] = {
    "shifts": lambda _tx: {"date": retention.shifts_since()},
    "spells": lambda tx: {"end": retention.absence_since(tx)},
}


def import_file(
    tx: Session,
    actor: Actor,
    kind: str,
    content: bytes | Path,
    *,
    file_name: str,
    mapping: Mapping | None = None,
    dry_run: bool = False,
) -> Outcome:
    """Bring in a CSV or XLSX file of one kind: its bytes, or the path of a file that stays as it is meanwhile.

    Cell errors come back in the Outcome. Raises NotAllowed, and Refused for what is wrong with the file as a whole.
    """
    chosen = _allowed(actor, kind)
    mapping = mapping or Mapping()
    source = reading.open_source(content, most_bytes=settings().max_upload_mb * 1024**2, sheet=mapping.sheet)
    return _import(tx, actor, chosen, source, file_name=file_name, mapping=mapping, dry_run=dry_run)


def import_table(tx: Session, actor: Actor, kind: str, frame: pd.DataFrame, *, name: str) -> Outcome:
    """Bring in a data frame with canonical columns, checked and landed like a file called `name`."""
    return _import(
        tx, actor, _allowed(actor, kind), reading.from_frame(frame), file_name=name, mapping=Mapping(), dry_run=False
    )


def _allowed(actor: Actor, kind: str) -> Kind:
    chosen = kind_named(kind)
    actor.require(chosen.permission)
    return chosen


def _import(
    tx: Session, actor: Actor, kind: Kind, source: reading.Source, *, file_name: str, mapping: Mapping, dry_run: bool
) -> Outcome:
    conditions.require(tx, kind, mapping, source.headings)
    source = replace(source, sha256=privacy.fingerprint(kind, source.sha256))
    file_name = shown_name(file_name)
    if tx.connection().dialect.name == "postgresql":
        tx.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _IMPORT_LOCK})
    standing = select(Batch).where(
        Batch.kind == kind.name, Batch.sha256 == source.sha256, col(Batch.undone_at).is_(None)
    )
    for before in tx.exec(standing):
        if before.mapping == mapping.to_dict():
            told = {"counted": False} if kind.about_absence else {"unchanged": before.rows}
            return Outcome(kind.name, file_name, rows=before.rows, already=before.id, dry_run=dry_run, **told)
    savepoint = tx.begin_nested()
    try:
        outcome, client_ids, since = _land(tx, actor, kind, source, file_name=file_name, mapping=mapping)
    except BaseException:
        savepoint.rollback()
        raise
    if dry_run or not outcome.ok:
        savepoint.rollback()
        if kind.about_absence:
            # A file that is only checked, or made to fail, asks about people: whoever asks is on record.
            audit.record(tx, actor, f"check {kind.name}", rows=outcome.rows, errors=outcome.error_count)
        return replace(outcome, batch_id=None, dry_run=dry_run)
    savepoint.commit()
    facts = {} if kind.about_absence else {"added": outcome.added, "changed": outcome.changed}
    audit.record(tx, actor, "import", str(outcome.batch_id), kind=kind.name, rows=outcome.rows, **facts)
    changes.announce(tx, client_ids, since=since)
    return outcome


def _land(
    tx: Session, actor: Actor, kind: Kind, source: reading.Source, *, file_name: str, mapping: Mapping
) -> tuple[Outcome, set[int], dt.date | None]:
    batch = Batch(
        kind=kind.name,
        file_name=file_name,
        sha256=source.sha256,
        mapping=mapping.to_dict(),
        rows=0,
        imported_by=actor.name[:100],
        imported_at=now(),
    )
    tx.add(batch)
    tx.flush()
    assert batch.id is not None
    companies = Companies(tx, batch.id, create=mapping.create_clients)
    check = Check(
        kind,
        mapping,
        source,
        today=today(),
        client=companies.id_of,
        kept_since=_KEPT_SINCE[kind.name](tx) if kind.name in _KEPT_SINCE else {},
        open_since=retention.open_since(),
    )
    privacy.require_needed(kind, check.ignored)
    landing = Contacts(tx, batch.id, counts_rows=True) if mapping.counts_rows else _LANDINGS[kind.name](tx, batch.id)
    staged = landing.stage()
    skipped = 0
    for checked in check.run():
        skipped += checked.skipped
        batch.rows += checked.skipped + len(checked.rows)
        if check.errors.total == 0 and len(checked.rows) and (rows := landing.rows(checked)) is not None:
            staged.fill(rows)
    errors = check.errors
    counts = None
    if not errors.total:
        if (rows := landing.rest()) is not None:
            staged.fill(rows)
        staged.seal()
        landing.doubles(staged, errors)
    if not errors.total:
        counts = landing.write(staged, check.provided)
        if counts.added or counts.changed:
            # Where little of the file is news, the batch's own rows are fewer than the file's.
            landing.note(staged if counts.added > counts.unchanged else None)
            landing.conflicts(staged, errors)
    if counts is None or errors.total:
        return (
            Outcome(
                kind.name,
                file_name,
                rows=batch.rows,
                skipped=skipped,
                counted=not kind.about_absence,
                ignored=check.ignored,
                errors=tuple(sorted(errors.lines, key=lambda wrong: wrong.row)),
                error_count=errors.total,
            ),
            set(),
            None,
        )
    staged.drop()
    landing.settle()
    if kind.about_absence:
        counts = Counts(0, 0, 0)
    batch.added, batch.changed, batch.unchanged = counts.added, counts.changed, counts.unchanged
    tx.flush()
    return (
        Outcome(
            kind.name,
            file_name,
            rows=batch.rows,
            added=counts.added,
            changed=counts.changed,
            unchanged=counts.unchanged,
            skipped=skipped,
            new_clients=companies.created,
            batch_id=batch.id,
            counted=not kind.about_absence,
            ignored=check.ignored,
        ),
        landing.client_ids,
        landing.since,
    )


def undo(tx: Session, actor: Actor, batch_id: int) -> Batch:
    """Undo a batch: every row, roll-up and client is as before it.

    Raises NotFound, NotAllowed, and Refused while a newer batch of its kind stands or something was built on it.
    """
    batch = tx.get(Batch, batch_id)
    if batch is None:
        raise NotFound("There is no batch {number}.", number=str(batch_id))
    _allowed(actor, batch.kind)
    if tx.connection().dialect.name == "postgresql":
        tx.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _IMPORT_LOCK})
    if batch.undone_at is not None:
        raise Refused("Batch {number} has been undone already.", number=str(batch_id))
    newest = tx.exec(
        select(Batch)
        .where(Batch.kind == batch.kind, col(Batch.undone_at).is_(None))
        .order_by(col(Batch.id).desc())
        .limit(1)
    ).one()
    if newest.id != batch_id:
        raise Refused(
            "Batch {newest}, “{file}”, came after it. Undo that one first.",
            newest=str(newest.id),
            file=newest.file_name,
        )
    landing = _LANDINGS[batch.kind](tx, batch_id)
    landing.require_free()
    landing.note()
    added = references.added_by(tx, batch_id)
    if batch.kind == "clients":
        references.require_unused(tx, added)
        references.remove(tx, added)
    landing.undo()
    if batch.kind != "clients":
        references.require_unused(tx, added)
        references.remove(tx, added)
    landing.settle()
    batch.undone_at = now()
    tx.add(batch)
    tx.flush()
    audit.record(tx, actor, "undo import", str(batch_id), kind=batch.kind, rows=batch.rows)
    changes.announce(tx, references.existing(tx, landing.client_ids), since=landing.since)
    return batch


def batches(tx: Session, actor: Actor) -> list[Batch]:
    """Every batch of the kinds that the person may import, the newest first."""
    kinds = [name for name in _LANDINGS if actor.may(kind_named(name).permission)]
    if not kinds:
        actor.require(kind_named("clients").permission)
    return list(tx.exec(select(Batch).where(col(Batch.kind).in_(kinds)).order_by(col(Batch.id).desc())))


def remembered_mapping(tx: Session, actor: Actor, kind: str) -> Mapping | None:
    """The mapping that `remember_mapping` kept for a kind of file; None when there is none, or it would be refused."""
    chosen, stored = _allowed(actor, kind), tx.get(StoredMapping, kind)
    if stored is None:
        return None
    mapping = Mapping.from_dict(stored.mapping)
    return mapping if conditions.may_be_kept(chosen, mapping) else None


def remember_mapping(tx: Session, actor: Actor, kind: str, mapping: Mapping) -> None:
    """Keep `mapping` as the one that the import page offers for a kind of file. Raises Refused for one that does not fit."""
    conditions.require_mapping(_allowed(actor, kind), mapping)
    stored = tx.get(StoredMapping, kind) or StoredMapping(kind=kind)
    stored.mapping = mapping.to_dict()
    tx.add(stored)
    tx.flush()


def shown_name(file_name: str) -> str:
    """A file's name as it is stored and shown: its last part, printable, 200 characters. Never used as a path."""
    last = file_name.replace("\\", "/").rsplit("/", 1)[-1]
    return shortened("".join(c for c in last if c.isprintable()))[:200] or "?"
