"""Files beside a flag: pictures and PDFs, judged by their content and cleaned of everything that is not seen.

A file's name is never taken. The functions that read and write the table ask for no permission: the verbs that call
them have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session, col, func, select

from ethics.language import NotFound, Refused
from ethics.mismatches.models import Evidence
from ethics.mismatches.papers import clean_paper
from ethics.mismatches.pictures import JPEG, PNG, clean_picture

MAX_FILES: Final = 5
MAX_BYTES: Final = 5_000_000


@dataclass(frozen=True)
class EvidenceLine:
    """One file as a list shows it; `kind` is png, jpeg or pdf, `size` is in bytes."""

    id: str
    position: int
    kind: str
    size: int


def clean(data: bytes) -> tuple[str, bytes]:
    """The kind of a file (png, jpeg, pdf) and its cleaned bytes. Raises Refused with what is wrong."""
    if len(data) > MAX_BYTES:
        raise _too_large()
    if data.startswith((PNG, JPEG)):
        kind, cleaned = clean_picture(data)
    elif data.startswith(b"%PDF-"):
        kind, cleaned = "pdf", clean_paper(data)
    else:
        raise Refused("The file is not a picture (PNG or JPEG) or a PDF.")
    if len(cleaned) > 2 * MAX_BYTES:  # a file that was packed unusually well
        raise _too_large()
    return kind, cleaned


def _too_large() -> Refused:
    return Refused("The file is too large: {n} megabytes at most.", n=MAX_BYTES // 1_000_000)


def store(tx: Session, flag_id: str, files: Sequence[bytes]) -> None:
    """Add cleaned files to a flag, after those that it has. Stores all or none. Raises Refused."""
    there = tx.exec(select(func.count()).where(Evidence.flag_id == flag_id)).one()
    if there + len(files) > MAX_FILES:
        raise Refused("A flag takes {n} files at most.", n=MAX_FILES)
    cleaned = [clean(data) for data in files]
    last = tx.exec(select(func.max(Evidence.position)).where(Evidence.flag_id == flag_id)).one() or 0
    for position, (kind, data) in enumerate(cleaned, last + 1):
        tx.add(Evidence(flag_id=flag_id, position=position, kind=kind, size=len(data), data=data))
    tx.flush()


def listed(tx: Session, flag_id: str) -> list[EvidenceLine]:
    """The files of a flag, in the order in which they were added, without their bytes."""
    rows = tx.exec(
        select(Evidence.id, Evidence.position, Evidence.kind, Evidence.size)
        .where(Evidence.flag_id == flag_id)
        .order_by(col(Evidence.position))
    )
    return [EvidenceLine(*row) for row in rows]


def content(tx: Session, evidence_id: str) -> tuple[str, str, bytes]:
    """The flag, the kind and the bytes of one file. Raises NotFound."""
    row = tx.get(Evidence, evidence_id)
    if row is None:
        raise NotFound("There is no such file.")
    return row.flag_id, row.kind, row.data
