"""Reviews: the client file frozen, numbered and sealed; every PDF is made from what was frozen, never from the ledger."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, func, select

from ethics import audit
from ethics.access import Actor, Permission
from ethics.clients import clients
from ethics.clients.models import Client
from ethics.database import now, today
from ethics.language import NotFound, Refused
from reports import snapshot
from reports.client_file import SCHEMA, to_json
from reports.gather import client_file
from reports.models import Review
from reports.pdf.review import render

#: Two people may freeze a review at once; on PostgreSQL this lock makes their numbers follow each other.
NUMBER_LOCK = 0x5E112


@dataclass(frozen=True)
class ReviewLine:
    """A review as lists show it."""

    number: str
    client: str
    as_of: dt.date
    made_on: dt.date
    made_by: str
    score: float | None
    low: float | None
    high: float | None
    band: str


def make(tx: Session, actor: Actor, client_id: int, *, as_of: dt.date | None = None) -> str:
    """Freeze what is known of a client and return the review's number. Raises NotFound, Refused."""
    actor.require(Permission.MAKE_REVIEW)
    if as_of is not None and as_of > today():
        raise Refused("{day} is in the future; a score needs what has happened.", day=as_of)
    file = client_file(tx, actor, client_id, as_of=as_of)
    if not actor.sees_leave(client_id):
        raise Refused(
            "A review holds published sick leave, and you see that of your own clients only: ask an executive to make it."
        )
    if tx.get_bind().dialect.name == "postgresql":
        tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": NUMBER_LOCK})
    year = today().year
    made = tx.exec(select(func.count()).select_from(Review).where(col(Review.number).like(f"R-{year}-%"))).one()
    number = f"R-{year}-{made + 1:03d}"
    audit.record(tx, actor, "make review", number, client=client_id, as_of=file.as_of.isoformat())
    sealed = snapshot.seal(
        {
            "schema": SCHEMA,
            "number": number,
            "made_on": today().isoformat(),
            "made_by": actor.name,
            "audit_head": list(audit.head(tx)),
            "file": to_json(file),
        }
    )
    tx.add(
        Review(
            number=number,
            client_id=client_id,
            as_of=file.as_of,
            made_at=now(),
            made_by=actor.user_id,
            snapshot=snapshot.canonical(sealed),
            sha256=sealed["sha256"],
        )
    )
    tx.flush()
    return number


def _visible(tx: Session, actor: Actor, number: str) -> Review:
    actor.require(Permission.READ_REVIEW)
    review = tx.exec(select(Review).where(Review.number == number)).first()
    if review is None or not (actor.sees(review.client_id) and actor.sees_leave(review.client_id)):
        raise NotFound("There is no such review.")
    return review


def frozen(tx: Session, actor: Actor, number: str) -> dict[str, Any]:
    """The snapshot of a review. Raises NotFound, and Refused when what is stored is not what was frozen."""
    review = _visible(tx, actor, number)
    data: dict[str, Any] = json.loads(review.snapshot)
    if not snapshot.intact(data) or data["sha256"] != review.sha256:
        raise Refused(
            "Review {number} was altered after it was made: its seal does not fit. Restore it from a backup.",
            number=number,
        )
    return data


def pdf(tx: Session, actor: Actor, number: str, language: str) -> bytes:
    """The PDF of a review in a language: the same bytes each time."""
    return _rendered(snapshot.canonical(frozen(tx, actor, number)), language)


@lru_cache(maxsize=16)
def _rendered(canonical: str, language: str) -> bytes:
    return render(json.loads(canonical), language)


def reviews(tx: Session, actor: Actor, *, client_id: int | None = None) -> list[ReviewLine]:
    """The reviews that the person may read, newest first."""
    actor.require(Permission.READ_REVIEW)
    query = select(Review, Client.name).join(Client, col(Client.id) == Review.client_id).order_by(col(Review.id).desc())
    if client_id is not None:
        clients.one(tx, actor, client_id)
        query = query.where(Review.client_id == client_id)
    if not (actor.may(Permission.SEE_ALL_CLIENTS) and actor.may(Permission.SEE_ALL_WELLBEING)):
        query = query.where(col(Review.client_id).in_(actor.client_ids))
    return [_line(review, name) for review, name in tx.exec(query)]


def _line(review: Review, client: str) -> ReviewLine:
    data: Mapping[str, Any] = json.loads(review.snapshot)
    file = data["file"]
    return ReviewLine(
        review.number,
        client,
        review.as_of,
        dt.date.fromisoformat(data["made_on"]),
        data["made_by"],
        file["score"],
        file["low"],
        file["high"],
        file["band"],
    )
