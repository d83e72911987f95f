"""News inside a transaction: features that store evidence announce it, features that compute from it listen.

Imports point one way, so `mismatches` cannot call `risk`; it says that a client's evidence changed, and `risk`,
which knows both, recomputes within the same transaction. Screen and score can then never disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Final

from sqlmodel import Session

Listener = Callable[[Session, Collection[int]], None]
_LISTENERS: Final[list[Listener]] = []
_HELD: Final = "reilu_held_news"


def listen(listener: Listener) -> Listener:
    """Register a function (tx, client numbers) that computes anew; use as a decorator. Twice is once."""
    if listener.__qualname__ not in {known.__qualname__ for known in _LISTENERS}:
        _LISTENERS.append(listener)
    return listener


def announce(tx: Session, client_ids: Collection[int]) -> None:
    """Say that the evidence about these clients changed in this transaction."""
    tx.flush()
    held: set[int] | None = tx.info.get(_HELD)
    if held is not None:
        held.update(client_ids)
        return
    for listener in _LISTENERS:
        listener(tx, client_ids)


@contextmanager
def held(tx: Session) -> Iterator[None]:
    """Hold news back until the end of the block and tell it once: for several imports in one go."""
    tx.info[_HELD] = set()
    try:
        yield
    except BaseException:
        del tx.info[_HELD]
        raise
    announce(tx, tx.info.pop(_HELD))
