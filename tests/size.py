"""A large file of shifts, and how much memory its import takes: for a test and for `make bench`."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from ethics import settings as house
from ethics.database import today

AGENTS = 4000
MEASURE = """
import resource, sys
from pathlib import Path
from ethics.access import TERMINAL
from ethics.database import Database
from ethics.imports.batches import import_file
import ethics.people.models
db = Database(sys.argv[1])
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform == "linux" else 1024**2)
with db.write() as tx:
    import_file(tx, TERMINAL, "shifts", b"agent,date,client,hours\\nA1,2025-01-01,Acme Oy,7\\n", file_name="warm up")
before = peak()
with db.write() as tx:
    outcome = import_file(tx, TERMINAL, "shifts", Path(sys.argv[2]), file_name="large")
print(outcome.added, peak() - before)
"""


def write_shifts(path: Path, days: int) -> None:
    """A CSV of `AGENTS` shifts a day at Acme Oy and Beta Oy; 40 MB for 250 days."""
    agents, passed = np.tile(np.arange(AGENTS), days), np.repeat(np.arange(days), AGENTS)
    first = np.datetime64(today() - dt.timedelta(days=300))
    arrow_csv.write_csv(
        pa.table(
            {
                "agent": pa.array(agents).cast(pa.string()),
                "date": pa.array(first + passed).cast(pa.string()),
                "client": pa.array(["Acme Oy", "Beta Oy"]).take(pa.array(agents % 2)),
                "hours": pa.array(agents % 8 + 1),
                "contacts": pa.array(agents % 60),
                "team": pa.array(agents // 20).cast(pa.string()),
            }
        ),
        path,
    )


def import_elsewhere(url: str, path: Path) -> tuple[int, int]:
    """Import shifts in a process of their own: how many were added, and by how many MB its memory grew."""
    run = subprocess.run(
        [sys.executable, "-c", MEASURE, url, str(path)], cwd=house.ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    added, growth = map(int, run.stdout.split())
    return added, growth
