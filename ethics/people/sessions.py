"""Sign-in sessions: a random token in the person's cookie, its hash here. Idle and absolute limits from the settings.

Failed sign-ins are counted per account and source. After five within five minutes that pair waits; the same
account from another place is not locked out, so nobody can lock a colleague out.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from typing import Final

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from ethics import audit
from ethics.access import Actor
from ethics.database import now
from ethics.language import Refused
from ethics.people import passwords
from ethics.people.accounts import actor_of
from ethics.people.models import FailedSignIn, SignIn, User
from ethics.settings import settings

MAX_FAILURES: Final = 5
WINDOW: Final = dt.timedelta(minutes=5)
#: `seen_at` is written at most this often, so that reading a page does not write.
SEEN_EVERY: Final = dt.timedelta(minutes=1)


def token_hash(token: str) -> str:
    """What is stored of a session token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _keyed(text: str) -> str:
    key = settings().cookie_secret.get_secret_value().encode()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


class TooManyTries(Refused):
    """This account has been tried too often from this place."""


def check_rate(tx: Session, *, login: str, source: str) -> None:
    """Raise TooManyTries while this account waits for this source."""
    tx.execute(delete(FailedSignIn).where(col(FailedSignIn.at) < now() - WINDOW))
    failures = tx.exec(
        select(func.count())
        .select_from(FailedSignIn)
        .where(FailedSignIn.account_hash == _keyed(login), FailedSignIn.source_hash == _keyed(source))
    ).one()
    if failures >= MAX_FAILURES:
        raise TooManyTries("Too many tries. Wait five minutes and try again.")


def count_failure(tx: Session, *, login: str, source: str) -> None:
    """Note a failed try; `check_rate` counts them."""
    tx.add(FailedSignIn(account_hash=_keyed(login), source_hash=_keyed(source), at=now()))


def sign_in(tx: Session, *, login: str, password: str, source: str) -> tuple[str, Actor] | None:
    """Check a password; returns the session token and the person, or None. A failure is counted, so commit it too.

    Raises TooManyTries.
    """
    login = login.strip().lower()[:64]
    check_rate(tx, login=login, source=source)
    user = tx.exec(select(User).where(User.login == login, User.active)).first()
    if not passwords.matches(user.password_hash if user else None, password) or user is None or user.id is None:
        count_failure(tx, login=login, source=source)
        return None
    token = start(tx, user.id)
    actor = actor_of(tx, user.id)
    assert actor is not None
    audit.record(tx, actor, "sign in", str(user.id))
    return token, actor


def start(tx: Session, user_id: int) -> str:
    """Open a session and return its token: 256 bits, known to the person's browser alone."""
    token = secrets.token_urlsafe(32)
    tx.add(SignIn(token_hash=token_hash(token), user_id=user_id, started_at=now(), seen_at=now()))
    tx.flush()
    return token


def _live(row: SignIn | None) -> bool:
    if row is None:
        return False
    limits = settings()
    return now() - row.seen_at <= dt.timedelta(minutes=limits.idle_minutes) and now() - row.started_at <= dt.timedelta(
        hours=limits.session_hours
    )


def who(tx: Session, hashed_token: str) -> Actor | None:
    """The person behind a session as they are now; None when it has ended, timed out or the account is off."""
    row = tx.get(SignIn, hashed_token)
    return actor_of(tx, row.user_id) if row is not None and _live(row) else None


def stale(tx: Session, hashed_token: str) -> bool:
    """True when the session's `seen_at` is old enough to be written again."""
    row = tx.get(SignIn, hashed_token)
    return row is not None and now() - row.seen_at > SEEN_EVERY


def seen(tx: Session, hashed_token: str) -> None:
    """Note that the person is here: the idle clock starts again. Sessions that have ended are swept out."""
    row = tx.get(SignIn, hashed_token)
    if row is not None and _live(row):
        row.seen_at = now()
    limit = now() - dt.timedelta(hours=settings().session_hours)
    tx.execute(delete(SignIn).where(col(SignIn.started_at) < limit))


def sign_out(tx: Session, hashed_token: str) -> None:
    """End one session."""
    row = tx.get(SignIn, hashed_token)
    if row is not None:
        audit.record(tx, Actor(name="", user_id=row.user_id), "sign out", str(row.user_id))
        tx.delete(row)
