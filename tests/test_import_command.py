"""Imports from the terminal, and many rows in bounded memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ethics import settings as house
from ethics.__main__ import main
from ethics.database import Database
from ethics.imports import command
from tests import size
from tests.files import CLIENTS, FILES, bring

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
    counts = "Rows read: 2. Added: 2, changed: 0, as before: 0, left out by the mapping: 0.\n"
    assert run("import", "clients", file, "--dry-run") == (0, counts + "This was a dry run: nothing was written.\n", "")
    assert run("import", "clients", file) == (0, counts + "This is batch 1.\n", "")
    code, printed, _ = run("import", "clients", file, "--mapping", mapping, "--json")
    assert code == 0
    assert {"ok": True, "changed": 2, "batch_id": 2, "errors": []}.items() <= json.loads(printed).items()


def test_the_terminal_does_not_tell_what_sick_leave_is_known(
    run: Callable[..., tuple[int, str, str]], lite: Database, tmp_path: Path
) -> None:
    file = tmp_path / "s.csv"
    bring(lite, "spells", FILES["spells"])
    for guess in ("A1,2026-01-12,2026-01-15", "A9,2026-01-12,2026-01-15"):
        file.write_text(f"agent,start,end\n{guess}\n", encoding="utf-8")
        said = "Rows read: 1. Left out by the mapping: 0.\nThis was a dry run: nothing was written.\n"
        assert run("import", "spells", str(file), "--dry-run") == (0, said, "")
        told = json.loads(run("import", "spells", str(file), "--dry-run", "--json")[1])
        assert (told["rows"], told["added"], told["changed"], told["unchanged"]) == (1, None, None, None)


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


def test_many_shifts_are_imported_in_bounded_memory(lite: Database, tmp_path: Path) -> None:
    """8 MB of CSV; its rows held as tuples would be 80 MB on top of the caches. `make bench` brings in a million."""
    bring(lite, "clients", CLIENTS)
    size.write_shifts(tmp_path / "shifts.csv", days=50)
    added, growth = size.import_elsewhere(lite.url, tmp_path / "shifts.csv")
    assert added == 200_000
    assert growth < 120, f"{growth} MB"
