"""How long a thousand clients and five years take: every week scored at first, then one week more."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ethics.database import Database, migrate
from ethics.risk import history, scores, watching
from tests import large

#: Seconds in which every week of the house has to be scored, on two cores.
BUDGET = 10.0
WEEKS = 260


def report() -> tuple[str, bool]:
    """Seconds for each part; required: all weeks within the budget, one more week within a third of that."""
    with tempfile.TemporaryDirectory(prefix="reilu-speed-") as home:
        db = Database(f"sqlite:///{Path(home) / 'large.db'}")
        migrate(db)
        flags = large.furnish(db, weeks=WEEKS)

        def timed(work: Callable[..., object]) -> float:
            begin = time.perf_counter()
            with db.write() as tx:
                work(tx)
            return time.perf_counter() - begin

        whole = timed(history.bring_up_to_date)
        present, watched = timed(scores.compute), timed(watching.update)
        large.one_more_week(db, WEEKS)
        monday = large.FIRST + WEEKS * history.WEEK
        more = timed(lambda tx: history.bring_up_to_date(tx, since=monday))
        db.dispose()
    lines = [
        f"1,000 clients, {WEEKS} weeks, {flags:,} flags, {os.cpu_count()} cores, SQLite.",
        "",
        "| what | seconds |",
        "|---|---|",
        f"| every week scored ({1000 * WEEKS:,} scores) | {whole:.1f} |",
        f"| one more week (1,000 scores) | {more:.1f} |",
        f"| the present pictures, with what would change them | {present:.1f} |",
        f"| alarm and silence watch | {watched:.1f} |",
    ]
    return "\n".join(lines) + "\n", whole <= BUDGET and more <= whole / 3
