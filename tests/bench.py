"""`make bench`: how fast, as ratios of two things measured in the same run; an absolute time says more of the machine.

Each line compares with a floor: the same file loaded by the database's own loader, the same verb on a tenth of the
clients, the same regression by pyfixest. Budgets are in the design; this prints, it does not judge.
"""

from __future__ import annotations

import csv
import datetime as dt
import os
import sqlite3
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

HOME = Path(tempfile.mkdtemp(prefix="reilu-bench-"))
os.environ["REILU_HOME"] = str(HOME)

from ethics import settings as house
from ethics.access import TERMINAL
from ethics.database import Database, migrate, today
from ethics.imports import batches
from ethics.imports.sample.loading import last_sunday, load
from reports.gather import client_file
from reports.pdf.review import render
from reports.portfolio import portfolio
from tests import fitting, size, staffing
from tests.client_files import rich_file
from tests.snapshots import snapshot

ROWS = 200_000


def timed(work: Callable[[], object], rounds: int = 3) -> float:
    """The median of a few runs, in seconds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def fresh(name: str) -> Database:
    db = Database(f"sqlite:///{HOME / name}.db")
    migrate(db)
    return db


def shifts_file() -> Path:
    """Shifts as a centre exports them: day by day, everybody who worked."""
    path = HOME / "shifts.csv"
    agents, first = 500, last_sunday(today()) - dt.timedelta(weeks=58)
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(("agent", "date", "client", "hours", "contacts"))
        for number in range(ROWS):
            day = first + dt.timedelta(days=number // agents)
            out.writerow((10_000 + number % agents, day.isoformat(), "Havu Rakennus Oy", "7.5", 40))
    return path


def floor(path: Path) -> None:
    """The same rows through sqlite3 alone: read, insert, commit."""
    target = HOME / "floor.db"
    target.unlink(missing_ok=True)
    with sqlite3.connect(target) as raw, path.open(newline="") as file:
        raw.execute(
            "CREATE TABLE shift (agent, date, client, hours, contacts, PRIMARY KEY (agent, date, client)) WITHOUT ROWID"
        )
        rows = csv.reader(file)
        next(rows)
        raw.executemany("INSERT INTO shift VALUES (?, ?, ?, ?, ?)", rows)


def an_import(path: Path) -> float:
    """Import with checks, batch and roll-ups against the bare insert of the same file."""
    db = fresh("import")
    with db.write() as tx:
        batches.import_file(tx, TERMINAL, "clients", b"name\nHavu Rakennus Oy\n", file_name="clients.csv")

    def bring_in() -> None:
        with db.write() as tx:
            outcome = batches.import_file(tx, TERMINAL, "shifts", path, file_name="shifts.csv")
        with db.write() as tx:
            batches.undo(tx, TERMINAL, outcome.batch_id or 0)

    return timed(bring_in) / timed(lambda: floor(path))


def a_million() -> tuple[int, int]:
    """A million shifts in a process of their own: rows added, MB grown."""
    db = fresh("million")
    with db.write() as tx:
        batches.import_file(tx, TERMINAL, "clients", b"name\nAcme Oy\nBeta Oy\n", file_name="clients.csv")
    db.dispose()
    size.write_shifts(HOME / "million.csv", days=250)
    return size.import_elsewhere(db.url, HOME / "million.csv")


def pages(clients: int) -> tuple[float, float]:
    """What the portfolio and the client page wait for, in seconds."""
    db = fresh(f"pages{clients}")
    with db.write() as tx:
        load(tx, clients=clients, agents=max(60, 5 * clients), weeks=60, publish=False)
    with db.read() as tx:
        return timed(lambda: portfolio(tx, TERMINAL)), timed(lambda: client_file(tx, TERMINAL, 1))


def main() -> None:
    house.create_secrets(HOME)
    warnings.filterwarnings("ignore", module="pyfixest")  # it tells each time what it leaves out
    print(f"import of {ROWS:,} shifts and its undoing / sqlite3 insert of them: {an_import(shifts_file()):.1f}")
    added, growth = a_million()
    print(f"import of {added:,} shifts: {growth} MB more memory (two caches of 64 MB and some chunks; never the file)")
    few, many = pages(10), pages(100)
    print(f"portfolio, 100 clients / 10 clients: {many[0] / few[0]:.1f}")
    print(f"client file, 100 clients / 10 clients: {many[1] / few[1]:.1f}")
    for what, shares in (("one dose", False), ("19 client shares", True)):
        ratio = fitting.beside_pyfixest(shares=shares)
        print(f"pyfixest / the fixed-effects engine, 5,000 agents × 156 weeks, {what}: {ratio:.1f}")
    seconds, peak = fitting.large_elsewhere()
    print(f"the engine, 50,000 agents × 156 weeks, 19 client shares: {seconds:.0f} s, {peak} MB with the data")
    few_weeks, many_weeks = staffing.week_added(fresh, 26), staffing.week_added(fresh, 130)
    print(f"one more week of shifts, after 130 weeks / after 26: {many_weeks / few_weeks:.1f}")
    decided, audited = staffing.controlled()
    print(f"a quarter of 5,000 agents, 60 clients, 200 teams: decided in {decided:.2f} s, audited in {audited:.1f} s")
    taken, weeks = staffing.published(fresh, 5_000)
    print(f"publishing a quarter with {weeks:,} agent-weeks behind it: {taken:.0f} s")
    rich = snapshot(rich_file())
    print(f"review PDF / client file: {timed(lambda: render(rich, 'en')) / few[1]:.1f}")


if __name__ == "__main__":
    main()
