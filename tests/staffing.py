"""What `make bench` measures of people's data: a week more of shifts, a quarter controlled, a quarter published."""

from __future__ import annotations

import datetime as dt
import io
import time
from collections.abc import Callable

from ethics import disclosure
from ethics.access import TERMINAL
from ethics.database import Database, today
from ethics.imports import batches
from ethics.imports.sample.loading import last_sunday, load
from ethics.wellbeing import publishing
from tests.attacks import large

AGENTS, LAST = 500, last_sunday(today()) - dt.timedelta(days=6)


def _shifts(first: dt.date, weeks: int) -> bytes:
    """Five shifts a week of everybody, by day."""
    out = io.StringIO("agent,date,client,hours,contacts\n")
    out.seek(0, io.SEEK_END)
    for day in range(7 * weeks):
        if day % 7 < 5:
            date = first + dt.timedelta(days=day)
            out.writelines(f"{10_000 + n},{date},{('Acme', 'Beta', 'Gamma')[n % 3]} Oy,7.5,40\n" for n in range(AGENTS))
    return out.getvalue().encode()


def week_added(fresh: Callable[[str], Database], before: int) -> float:
    """Seconds that one more week of shifts takes after `before` weeks, roll-ups and everything that follows included."""
    db = fresh(f"week{before}")
    with db.write() as tx:
        batches.import_file(tx, TERMINAL, "clients", b"name\nAcme Oy\nBeta Oy\nGamma Oy\n", file_name="c")
        first = LAST - dt.timedelta(weeks=before)
        assert batches.import_file(tx, TERMINAL, "shifts", _shifts(first, before), file_name="many").ok
    start = time.perf_counter()
    with db.write() as tx:
        assert batches.import_file(tx, TERMINAL, "shifts", _shifts(LAST, 1), file_name="one").ok
    return time.perf_counter() - start


def controlled() -> tuple[float, float]:
    """Seconds to decide what a quarter of 5,000 agents, 60 clients and 200 teams shows, and to audit it."""
    world = large(5_000, 60, 200, seed=3)
    start = time.perf_counter()
    release = disclosure.publish(world.team, world.client_of, world.days)
    whole = time.perf_counter() - start
    start = time.perf_counter()
    assert disclosure.audit(release, world.team, world.client_of) == []
    audited = time.perf_counter() - start
    return whole - audited, audited


def published(fresh: Callable[[str], Database], agents: int) -> tuple[float, int]:
    """Seconds to compute and publish the newest quarter of a sample centre of two years, and the house's agent-weeks."""
    db = fresh(f"publish{agents}")
    with db.write() as tx:
        load(tx, clients=19, agents=agents, weeks=104, publish=False)
        rows = tx.connection().exec_driver_sql(
            "SELECT count(*) FROM (SELECT DISTINCT agent_id, week_start FROM agent_week)"
        )
        weeks = int(rows.scalar() or 0)
        quarter = [one.quarter for one in publishing.standings(tx, TERMINAL) if one.obstacle is None][-1]
    start = time.perf_counter()
    with db.read() as tx:
        prepared = publishing.prepare(tx, TERMINAL, quarter)
    with db.write() as tx:
        publishing.publish(tx, TERMINAL, prepared)
    return time.perf_counter() - start, weeks
