"""Passwords: Argon2id, and the rules a new one has to meet. Nothing longer than the cap ever reaches the hasher."""

from __future__ import annotations

import secrets
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from ethics.language import Refused

MIN_LENGTH: Final = 12
MAX_LENGTH: Final = 128
_HASHER: Final = PasswordHasher(time_cost=3, memory_cost=19 * 1024, parallelism=1)
#: Verified against when the account is unknown, so that both answers take the same time.
_NOBODY: Final = _HASHER.hash(secrets.token_urlsafe(16))


def check_new(password: str, *, login: str) -> None:
    """Raise Refused unless `password` may become somebody's password."""
    if len(password) < MIN_LENGTH:
        raise Refused("The password needs at least {n} characters. A short sentence is a good one.", n=MIN_LENGTH)
    if len(password) > MAX_LENGTH:
        raise Refused("The password may have at most {n} characters.", n=MAX_LENGTH)
    if len(set(password)) < 5 or login.casefold() in password.casefold():
        raise Refused("That password is too easy to guess. Leave the user name and repeated characters out of it.")


def hashed(password: str) -> str:
    """The Argon2id hash to store."""
    return _HASHER.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """True when `password` is the stored one. An unknown account costs the same time as a wrong password."""
    if len(password) > MAX_LENGTH:
        return False
    try:
        return _HASHER.verify(stored or _NOBODY, password) and stored is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


def one_time() -> str:
    """A password for somebody's first sign-in, readable over the phone."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(5)) for _ in range(3))
