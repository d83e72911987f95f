"""Imports from the terminal, and a million rows in bounded memory."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import csv as arrow_csv

from ethics import settings as house
from ethics.__main__ import main
from ethics.database import Database, today
from ethics.imports import command
from tests.files import CLIENTS, bring

# The terminal


@pytest.fixture
def run(
    lite: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Runs `python -m ethics` on an empty database: exit code, what it printed, what it complained."""
    monkeypatch.setattr(command, "database", lambda: lite)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["ethics", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return run


def test_the_terminal_imports_a_file(run: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text(CLIENTS, encoding="utf-8")
    (tmp_path / "m.toml").write_text('[constants]\nsector = "retail"', encoding="utf-8")
    file, mapping = str(tmp_path / "c.csv"), str(tmp_path / "m.toml")
    counts = "2 rows read: 2 added, 0 changed, 0 as before, 0 left out by the mapping.\n"
    assert run("import", "clients", file, "--dry-run") == (0, counts + "This was a dry run: nothing was written.\n", "")
    assert run("import", "clients", file) == (0, counts + "This is batch 1.\n", "")
    code, printed, _ = run("import", "clients", file, "--mapping", mapping, "--json")
    assert code == 0
    assert {"ok": True, "changed": 2, "batch_id": 2, "errors": []}.items() <= json.loads(printed).items()


def test_the_terminal_prints_the_error_table_and_exits_with_2(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    (tmp_path / "c.csv").write_text("name,since\nAcme Oy,x\x1b[2J\n", encoding="utf-8")
    code, printed, complained = run("import", "clients", str(tmp_path / "c.csv"))
    assert (code, printed) == (2, "")
    assert complained.splitlines() == [
        "row  column  value     what is wrong",
        "2    since   x\\x1b[2J  This is not a date. Write it like 2026-11-22, or say its format in a mapping.",
        "One error: nothing was imported.",
    ]
    code, printed, _ = run("import", "clients", str(tmp_path / "c.csv"), "--json")
    assert (code, json.loads(printed)["errors"][0]["row"]) == (2, 2)


@pytest.mark.parametrize(
    "words",
    [
        ["clients", "none.csv"],
        ["invoices", __file__],
        ["clients", __file__],
        ["clients", __file__, "--mapping", "x.toml"],
    ],
)
def test_the_terminal_refuses_in_one_sentence(run: Callable[..., tuple[int, str, str]], words: list[str]) -> None:
    code, printed, complained = run("import", *words)
    assert (code, printed, len(complained.splitlines())) == (2, "", 1)


def test_without_secrets_a_command_says_how_to_make_them(tmp_path: Path) -> None:
    environment = {**os.environ, "REILU_HOME": str(tmp_path), "LC_ALL": "en_GB.UTF-8"}
    ended = subprocess.run(
        [sys.executable, "-m", "ethics", "migrate"],
        cwd=house.ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout, len(ended.stderr.splitlines())) == (2, "", 1)
    assert "python -m ethics secrets" in ended.stderr


# Size


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


def test_a_million_shifts_are_imported_in_bounded_memory(lite: Database, tmp_path: Path) -> None:
    """4,000 agents on 250 days: 40 MB of CSV. Two caches of 64 MB and some chunks may be held, never the file."""
    bring(lite, "clients", CLIENTS)
    agents, days = np.tile(np.arange(4000), 250), np.repeat(np.arange(250), 4000)
    path = tmp_path / "shifts.csv"
    first = np.datetime64(today() - dt.timedelta(days=300))
    arrow_csv.write_csv(
        pa.table(
            {
                "agent": pa.array(agents).cast(pa.string()),
                "date": pa.array(first + days).cast(pa.string()),
                "client": pa.array(["Acme Oy", "Beta Oy"]).take(pa.array(agents % 2)),
                "hours": pa.array(agents % 8 + 1),
                "contacts": pa.array(agents % 60),
                "team": pa.array(agents // 20).cast(pa.string()),
            }
        ),
        path,
    )
    run = subprocess.run(
        [sys.executable, "-c", MEASURE, lite.url, str(path)],
        cwd=house.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    added, growth = map(int, run.stdout.split())
    assert added == 1_000_000
    assert growth < 400, f"{growth} MB"
