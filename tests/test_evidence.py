"""Files beside a flag: what is broken does no harm, uploads are cleaned one at a time, and stored as cleaned."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from ethics.clients.models import Client
from ethics.database import Database, today
from ethics.language import NotFound, Refused
from ethics.mismatches import evidence
from ethics.mismatches.evidence import MAX_BYTES, MAX_FILES, Cleaned, clean
from ethics.mismatches.models import Flag
from tests.attachments import PHOTO, huge_png, paper, saved, screenshot, telling


def test_a_cleaned_file_passes_again() -> None:
    for data in (PHOTO, screenshot(), paper(telling)):
        kind, cleaned = clean(data)
        assert clean(cleaned)[0] == kind


@pytest.mark.filterwarnings("ignore:.*:UserWarning")
@pytest.mark.parametrize("seed", range(40))
def test_broken_files_are_refused_or_cleaned_never_worse(seed: int, caplog: pytest.LogCaptureFixture) -> None:
    """And nothing is logged: a line would tell when somebody added a file."""
    import random

    chance = random.Random(seed)
    for data in (PHOTO, screenshot(), paper(telling)):
        broken = bytearray(data)
        for _ in range(chance.randrange(1, 12)):
            broken[chance.randrange(8, len(broken))] = chance.randrange(256)
        try:
            kind, _ = clean(bytes(broken))
        except Refused:
            continue
        assert kind in ("png", "jpeg", "pdf")
    assert caplog.records == []


# One upload


def wide(millions: int) -> bytes:
    """A small file of so many million pixels."""
    return saved(Image.new("1", (millions * 1000, 1000)), "PNG")


def never(_data: bytes) -> tuple[str, bytes]:
    raise AssertionError("a file was decoded")


def test_an_upload_is_cleaned_in_order() -> None:
    given = [PHOTO, screenshot(), paper()]
    assert evidence.cleaned(given) == tuple(Cleaned(*clean(data)) for data in given)
    assert [file.kind for file in evidence.cleaned(given)] == ["jpeg", "png", "pdf"]
    assert evidence.cleaned([]) == ()


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ([PHOTO] * 6, "5 files at most"),
        ([huge_png(8000, 4001)] * 2, "more than 64 million pixels together"),
        ([PHOTO, huge_png(7000, 7000)], "more than 40 million pixels"),
        ([PHOTO, b"\xff\xd8\xff" + bytes(MAX_BYTES)], "too large: 5 megabytes"),
        ([PHOTO, b"\x89PNG\r\n\x1a\n"], "damaged"),
    ],
    ids=["six files", "two large", "one too large", "too many bytes", "no picture"],
)
def test_an_upload_that_is_too_much_is_refused_before_a_pixel_is_decoded(
    monkeypatch: pytest.MonkeyPatch, files: list[bytes], says: str
) -> None:
    monkeypatch.setattr(evidence, "clean", never)
    with pytest.raises(Refused, match=says):
        evidence.cleaned(files)


def test_pictures_may_have_64_million_pixels_together() -> None:
    assert len(evidence.cleaned([wide(32), paper(), wide(32)])) == 3


def test_a_bad_file_among_good_ones_refuses_all_and_the_next_upload_is_cleaned() -> None:
    with pytest.raises(Refused, match="not a picture"):
        evidence.cleaned([PHOTO, b"MZ"])
    assert len(evidence.cleaned([PHOTO])) == 1


def test_one_file_is_cleaned_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    busy, most, start = 0, 0, threading.Barrier(4)

    def slow(data: bytes) -> tuple[str, bytes]:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        time.sleep(0.01)
        busy -= 1
        return "pdf", data

    def upload(_number: int) -> int:
        start.wait(timeout=10)
        return len(evidence.cleaned([b"a", b"b", b"c"]))

    monkeypatch.setattr(evidence, "clean", slow)
    with ThreadPoolExecutor(4) as people:
        assert list(people.map(upload, range(4))) == [3, 3, 3, 3]
    assert most == 1


# The table


@pytest.fixture
def flag_id(db: Database) -> str:
    with db.write() as tx:
        tx.add(Client(id=1, name="Lumikki Laajakaista Oy", name_key="lumikki"))
        tx.flush()
        flag = Flag(
            client_id=1, category="M05", severity=3, certainty="proof", text="x", met_on=today(), filed_on=today(),
            disclosed="anonymous",
        )  # fmt: skip
        tx.add(flag)
        return flag.id


def test_files_are_stored_as_they_were_cleaned_and_in_order(db: Database, flag_id: str) -> None:
    photo_and_screenshot, one_paper = evidence.cleaned([PHOTO, screenshot()]), evidence.cleaned([paper()])
    with db.write() as tx:
        evidence.store(tx, flag_id, photo_and_screenshot)
        evidence.store(tx, flag_id, one_paper)
    with db.read() as tx:
        lines = evidence.listed(tx, flag_id)
        assert [(line.position, line.kind) for line in lines] == [(1, "jpeg"), (2, "png"), (3, "pdf")]
        assert evidence.content(tx, lines[0].id) == (flag_id, "jpeg", clean(PHOTO)[1])
        assert lines[0].size == len(clean(PHOTO)[1])
        assert evidence.listed(tx, "another") == []


def test_a_flag_takes_five_files(db: Database, flag_id: str) -> None:
    file = Cleaned("png", b"x")
    with db.write() as tx:
        evidence.store(tx, flag_id, [file] * 4)
        with pytest.raises(Refused, match="5 files at most"):
            evidence.store(tx, flag_id, [file] * 2)
        assert len(evidence.listed(tx, flag_id)) == 4
        evidence.store(tx, flag_id, [file])
        assert len(evidence.listed(tx, flag_id)) == MAX_FILES


def test_an_unknown_file_is_not_found(lite: Database) -> None:
    with lite.read() as tx, pytest.raises(NotFound, match="no such file"):
        evidence.content(tx, "nothing")
