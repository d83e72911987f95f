"""Files beside a flag: pictures and PDFs, judged by their content and cleaned of everything that is not seen.

A file's name is never taken. Cleaning takes seconds, so it is done before a transaction is opened: SQLite has one write
lock. The functions that read and write the table ask for no permission: the verbs that call them have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Final

from sqlmodel import Session, col, func, select

from ethics.cleaning.papers import clean_paper
from ethics.cleaning.pictures import JPEG, PNG, clean_picture, pixels
from ethics.language import NotFound, Refused
from ethics.mismatches.models import Evidence

MAX_FILES: Final = 5
MAX_BYTES: Final = 5_000_000
#: All pictures of one upload together: five photos of an ordinary phone (12.2 million each) fit.
MAX_PIXELS_TOGETHER: Final = 64_000_000
#: A large picture takes hundreds of megabytes while it is cleaned, so one file is cleaned at a time.
_ONE: Final = Lock()


@dataclass(frozen=True)
class Cleaned:
    """A file that may be stored: its kind (png, jpeg, pdf) and its cleaned bytes. `cleaned` makes them."""

    kind: str
    data: bytes


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
        kind, bare = clean_picture(data)
    elif data.startswith(b"%PDF-"):
        kind, bare = "pdf", clean_paper(data)
    else:
        raise Refused("The file is not a picture (PNG or JPEG) or a PDF.")
    if len(bare) > 2 * MAX_BYTES:  # a file that was packed unusually well
        raise _too_large()
    return kind, bare


def cleaned(files: Sequence[bytes]) -> tuple[Cleaned, ...]:
    """Files as `store` takes them, in the same order. Never call it inside a write transaction. Raises Refused."""
    if len(files) > MAX_FILES:
        raise _too_many()
    with _ONE:
        together = sum(_pixels(data) for data in files)
    if together > MAX_PIXELS_TOGETHER:
        raise Refused(
            "The pictures have more than {n} million pixels together. Make them smaller, or send fewer at a time.",
            n=MAX_PIXELS_TOGETHER // 1_000_000,
        )
    found = []
    for data in files:
        with _ONE:  # between two files somebody else has a turn
            found.append(Cleaned(*clean(data)))
    return tuple(found)


def _pixels(data: bytes) -> int:
    """How many pixels `clean` would decode."""
    if len(data) > MAX_BYTES:
        raise _too_large()
    return pixels(data) if data.startswith((PNG, JPEG)) else 0


def _too_large() -> Refused:
    return Refused("The file is too large: {n} megabytes at most.", n=MAX_BYTES // 1_000_000)


def _too_many() -> Refused:
    return Refused("A flag takes {n} files at most.", n=MAX_FILES)


def store(tx: Session, flag_id: str, files: Sequence[Cleaned]) -> None:
    """Add cleaned files to a flag, after those that it has. Stores all or none. Raises Refused."""
    there = tx.exec(select(func.count()).where(Evidence.flag_id == flag_id)).one()
    if there + len(files) > MAX_FILES:
        raise _too_many()
    last = tx.exec(select(func.max(Evidence.position)).where(Evidence.flag_id == flag_id)).one() or 0
    for position, file in enumerate(files, last + 1):
        tx.add(Evidence(flag_id=flag_id, position=position, kind=file.kind, size=len(file.data), data=file.data))
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
