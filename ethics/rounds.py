"""The house's rounds: what it does by itself while it runs, such as sending notices.

A job is due by the minutes counted since the start, so the database holds no time of any round. One thread walks
them. On PostgreSQL several processes may walk at once: a lock for each job keeps two of them from doing the same.
"""

from __future__ import annotations

import logging
import threading
import traceback
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import text

from ethics.database import Database

log = logging.getLogger("reilu")

Job = Callable[[Database], None]
#: Seconds between two ticks.
MINUTE: Final = 60.0
#: The first half of every job's lock on PostgreSQL; the second is made from the job's name.
ROUNDS_LOCK: Final = 0x5E112
THREAD: Final = "reilu-rounds"


@dataclass(frozen=True)
class Round:
    """A job and how many minutes lie between two of its runs."""

    job: Job
    minutes: int


_ROUNDS: Final[dict[str, Round]] = {}


def every(minutes: int) -> Callable[[Job], Job]:
    """Register a function (db) that runs every so many minutes; use as a decorator. Twice is once."""
    if minutes < 1:
        raise ValueError("a round needs a minute at least")

    def register(job: Job) -> Job:
        _ROUNDS[f"{job.__module__}.{job.__qualname__}"] = Round(job, minutes)
        return job

    return register


def run(db: Database, *, minute: int) -> list[str]:
    """Run the jobs that are due in this minute since the start; returns the names of those that failed.

    A failure is logged by its type and place, without its message, and keeps no other job from running.
    """
    return [name for name, known in list(_ROUNDS.items()) if minute % known.minutes == 0 and not _done(db, name, known)]


def run_all(db: Database) -> list[str]:
    """Run every job once; returns the names of those that failed."""
    return run(db, minute=0)


def start(db: Database) -> Callable[[], None]:
    """Walk the rounds in one thread of this process, the first at once; returns what stops it.

    While a thread walks, a second call returns the stop of that one.
    """
    walking = next((thread for thread in threading.enumerate() if thread.name == THREAD), None)
    if walking is None:
        walking = _Walker(db)
        walking.start()
    halt: Callable[[], None] = walking.halt  # type: ignore[attr-defined]
    return halt


class _Walker(threading.Thread):
    def __init__(self, db: Database) -> None:
        super().__init__(name=THREAD, daemon=True)
        self._db = db
        self._enough = threading.Event()

    def run(self) -> None:
        """Tick until told to stop."""
        minute = 0
        while not self._enough.is_set():
            run(self._db, minute=minute)
            minute += 1
            self._enough.wait(MINUTE)

    def halt(self) -> None:
        """Stop after the job that is running now."""
        self._enough.set()
        self.name = f"{THREAD}-ending"  # a new one may start while the last job of this one runs
        if threading.current_thread() is not self:
            self.join(timeout=5)


def _done(db: Database, name: str, known: Round) -> bool:
    """Run one job unless another process is at it; False when it failed."""
    try:
        with _alone(db, name) as free:
            if free:
                known.job(db)
    except Exception as error:  # noqa: BLE001 - one job that fails must not end the rounds
        log.error("round %s: %s at %s", name, type(error).__name__, place(error))
        return False
    return True


def place(error: BaseException) -> str:
    """Where an error was raised, for the log: files and lines, no message, since it may quote people."""
    steps = reversed(traceback.extract_tb(error.__traceback__)[-6:])
    return " < ".join(f"{step.filename}:{step.lineno}" for step in steps)


@contextmanager
def _alone(db: Database, name: str) -> Iterator[bool]:
    """True while no other process runs the job. One process serves a SQLite house, so nothing is asked there."""
    if db.is_sqlite:
        yield True
        return
    key: dict[str, Any] = {"house": ROUNDS_LOCK, "job": zlib.crc32(name.encode()) - 2**31}
    with db.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        free = bool(connection.execute(text("SELECT pg_try_advisory_lock(:house, :job)"), key).scalar())
        try:
            yield free
        finally:
            if free:
                connection.execute(text("SELECT pg_advisory_unlock(:house, :job)"), key)
