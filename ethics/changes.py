"""News inside a transaction: features that store evidence announce it, features that compute from it listen.

Imports point one way, so `mismatches` cannot call `risk`; it says that a client's evidence changed, and `risk`,
which knows both, recomputes within the same transaction. Screen and score can then never disagree.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Final

from sqlmodel import Session

Listener = Callable[[Session, Collection[int], dt.date | None], None]
_LISTENERS: Final[list[Listener]] = []
_HELD: Final = "reilu_held_news"


def listen(listener: Listener) -> Listener:
    """Register a function (tx, client numbers, since) that computes anew; use as a decorator. Twice is once."""
    if listener.__qualname__ not in {known.__qualname__ for known in _LISTENERS}:
        _LISTENERS.append(listener)
    return listener


def announce(tx: Session, client_ids: Collection[int], *, since: dt.date | None = None) -> None:
    """Say that the evidence about these clients changed in this transaction.

    `since`: the first day that it is about, when it changes what earlier days knew; None when it is about today.
    """
    tx.flush()
    held: list[tuple[set[int], dt.date | None]] | None = tx.info.get(_HELD)
    if held is not None:
        held.append((set(client_ids), since))
        return
    for listener in _LISTENERS:
        listener(tx, client_ids, since)


@contextmanager
def held(tx: Session) -> Iterator[None]:
    """Hold news back until the end of the block and tell it once: for several imports in one go."""
    tx.info[_HELD] = []
    try:
        yield
    except BaseException:
        del tx.info[_HELD]
        raise
    news: list[tuple[set[int], dt.date | None]] = tx.info.pop(_HELD)
    client_ids: set[int] = set().union(*(clients for clients, _ in news))
    announce(tx, client_ids, since=min((since for _, since in news if since is not None), default=None))
