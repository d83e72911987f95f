"""A review is its snapshot: sealed, read back as it was, and printed as the same bytes, in time."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from ethics.language import Refused
from reports.client_file import ClientFile, from_json, to_json
from reports.pdf.review import render
from reports.snapshot import canonical, intact, seal
from tests.client_files import rich_file
from tests.extremes import empty_file, fair_file, hostile_file
from tests.papers import FILES, text_of
from tests.snapshots import snapshot

ROOT = Path(__file__).parent.parent


def test_equal_data_have_one_canonical_text_and_one_seal() -> None:
    one, other = {"b": [1, 2.5], "a": "ä"}, {"a": "ä", "b": [1, 2.5]}
    assert canonical(one) == canonical(other) == '{"a":"ä","b":[1,2.5]}'
    assert seal(one) == seal(other)
    assert seal(one)["sha256"] == hashlib.sha256('{"a":"ä","b":[1,2.5]}'.encode()).hexdigest()


@pytest.mark.parametrize("change", [{"number": "R-2026-008"}, {"file": {}}, {"sha256": "0" * 64}, {"new": 1}])
def test_a_changed_snapshot_is_not_intact_and_not_printed(change: dict[str, Any]) -> None:
    sealed = snapshot(rich_file())
    assert intact(sealed)
    assert not intact({**sealed, **change})
    with pytest.raises(Refused, match="not what was frozen"):
        render({**sealed, **change}, "en")


def test_a_snapshot_without_a_seal_is_not_intact() -> None:
    assert not intact({"a": 1})


def test_sealing_again_replaces_the_seal() -> None:
    assert seal(seal({"a": 1})) == seal({"a": 1})


def test_what_json_cannot_hold_is_an_error() -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical({"a": float("nan")})


def test_a_snapshot_of_another_schema_is_not_printed() -> None:
    with pytest.raises(Refused, match="another version"):
        render(snapshot(rich_file(), schema=2), "en")


@pytest.mark.parametrize("file", [rich_file, fair_file, hostile_file, empty_file])
def test_a_file_read_back_from_its_json_is_the_same(file: Callable[[], ClientFile]) -> None:
    data = json.loads(json.dumps(to_json(file())))
    assert from_json(data) == file()


def test_two_processes_make_the_same_bytes(papers: dict[tuple[str, str], bytes]) -> None:
    program = (
        "import sys, hashlib; sys.path.insert(0, sys.argv[1])\n"
        "from tests.client_files import rich_file\nfrom tests.snapshots import snapshot\n"
        "from reports.pdf.review import render\n"
        "render(snapshot(rich_file(), number='R-2026-001'), 'en')\n"
        "print(hashlib.sha256(render(snapshot(rich_file()), 'en')).hexdigest())"
    )
    places = {"PYTHONHASHSEED": "4321", "TZ": "Pacific/Auckland", "SOURCE_DATE_EPOCH": "86400"}
    run = subprocess.run(
        [sys.executable, "-c", program, str(ROOT)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **places},
    )
    assert run.stdout.strip() == hashlib.sha256(papers["rich", "en"]).hexdigest()


def test_threads_do_not_disturb_each_other(papers: dict[tuple[str, str], bytes]) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda name: render(snapshot(FILES[name]()), "en"), ["rich", "fair", "rich", "empty"]))
    assert found == [papers[name, "en"] for name in ("rich", "fair", "rich", "empty")]


def test_the_file_is_dated_by_the_snapshot_and_carries_its_hash(papers: dict[tuple[str, str], bytes]) -> None:
    sealed = snapshot(rich_file())
    with pikepdf.open(io.BytesIO(papers["rich", "en"])) as pdf:
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20261122")
        assert str(pdf.docinfo["/Keywords"]) == f"SHA-256 {sealed['sha256']}"
    assert sealed["sha256"] in text_of(papers["rich", "en"])
    assert "7c9e" * 16 in text_of(papers["rich", "en"])


def test_a_review_is_made_in_time() -> None:
    sealed = snapshot(hostile_file())

    def seconds() -> float:
        start = time.perf_counter()
        render(sealed, "fi")
        return time.perf_counter() - start

    assert min(seconds() for _ in range(3)) < 1.5
