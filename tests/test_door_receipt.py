"""A receipt of the anonymous door: what it opens, how it is closed, and more flags on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from ethics.door import filing, handles, receipts
from ethics.mismatches.models import Receipt
from ethics.people import passwords
from tests.doorstep import CHOSEN, NOW, TEXT, at_door, code, flags_of, follow, handle_of, send
from tests.forms import Page
from tests.house import House


@pytest.fixture
def client(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    with at_door(house, monkeypatch) as found:
        yield found


def test_the_receipt_opens_the_flag_however_it_is_typed(client: TestClient) -> None:
    receipt = code(send(client))
    spoken = " ".join(receipts.grouped(receipt).lower().split("-")).replace("0", "o").replace("1", "l")
    for typed in (receipt, receipts.grouped(receipt), spoken):
        answer = follow(client, typed)
        assert (answer.status_code, "Sent and waiting" in answer.text) == (200, True)
        assert receipt not in answer.text.upper()
        assert TEXT not in answer.text


def test_retyping_the_receipt_says_whether_it_was_right(client: TestClient) -> None:
    receipt = code(send(client))
    assert "That is right" in follow(client, receipt, trying="1").text
    assert "Go one page back" in follow(client, receipt[:-1] + "?", trying="1").text


class Counting:
    """Counts what the slow hasher is asked."""

    def __init__(self, hasher: Any) -> None:
        self.hasher, self.asked = hasher, list[str]()

    def verify(self, stored: str, secret: str) -> bool:
        self.asked.append(secret)
        return bool(self.hasher.verify(stored, secret))


def test_unknown_wrong_closed_and_malformed_receipts_get_the_same_page_after_the_same_work(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    right, closed = code(send(client)), code(send(client))
    close = {**handle_of(follow(client, closed)), "act": "close", "sure": "1"}
    assert "The receipt is closed" in client.post("/follow", data=close).text
    wrong = right[:12] + right[12:][::-1]
    hasher = Counting(passwords._HASHER)
    monkeypatch.setattr(passwords, "_HASHER", hasher)
    pages = []
    for typed in ("0" * 32, wrong, closed, "abc", "x" * 5000, "€" * 32, ""):
        before = len(hasher.asked)
        answer = follow(client, typed)
        assert len(hasher.asked) - before == 1, typed[:40]
        pages.append((answer.status_code, Page(answer.text).text))
    assert set(pages) == {pages[0]}
    assert pages[0][0] == 400
    assert "This receipt is not known here" in pages[0][1]
    assert max(map(len, hasher.asked)) <= 20, "what is too long for a receipt is never hashed"


def test_a_handle_reaches_its_own_flags_only(client: TestClient, house: House) -> None:
    mine = follow(client, code(send(client)))
    (first,) = flags_of(house)
    send(client)
    other = next(flag for flag in flags_of(house) if flag.id != first.id)
    answer = client.post("/follow", data={**handle_of(mine), "flag": other.id, "act": "reply", "reply": "Hei"})
    assert (answer.status_code, "There is no such flag." in answer.text) == (400, True)


def test_closing_needs_a_tick_and_ends_the_receipt(client: TestClient, house: House) -> None:
    receipt = code(send(client))
    fields = handle_of(follow(client, receipt))
    assert "Tick the box" in client.post("/follow", data={**fields, "act": "close"}).text
    assert "The receipt is closed" in client.post("/follow", data={**fields, "act": "close", "sure": "1"}).text
    assert follow(client, receipt).status_code == 400
    assert client.post("/follow", data=fields).status_code == 400
    assert flags_of(house)[0].closed


@pytest.mark.parametrize("handle", ["", "a.b.c", "x" * 500, "a" * 32 + ".9999999999." + "0" * 64, "ä.1.2"])
def test_a_forged_handle_opens_nothing(handle: str) -> None:
    assert handles.opened(handle) is None
    assert handles.opened(handles.seal("a" * 32)) == "a" * 32


# Several flags on one receipt


def linked_form(client: TestClient, receipt: str, number: int) -> Any:
    choice = Page(
        client.post("/flag", data={"act": "choose", "link": handle_of(follow(client, receipt))["handle"]}).text
    )
    return client.post("/flag", data={**choice.fields(), "client": str(number), "act": "open"})


def test_a_second_flag_on_a_receipt_narrows_the_meter_and_gets_no_new_receipt(client: TestClient, house: House) -> None:
    receipt = code(send(client))
    page = linked_form(client, receipt, 2)
    with house.db.read() as tx:
        row = tx.exec(select(Receipt)).one()
        alone = filing.measured(tx, 2, None, on=NOW.date())
        narrow = filing.measured(tx, 2, row.id, on=NOW.date())
    assert (narrow.people or 0) < (alone.people or 0)
    assert str(narrow.says) in Page(page.text).text
    answer = client.post("/flag", data={**Page(page.text).fields("flag"), **CHOSEN, "act": "send"})
    assert "There is no new receipt" in answer.text
    assert {flag.receipt_id for flag in flags_of(house)} == {row.id}
    assert len(flags_of(house)) == 2


def test_a_link_that_has_run_out_asks_for_the_receipt_and_keeps_the_flag(
    client: TestClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = code(send(client))
    fields = {**Page(linked_form(client, receipt, 2).text).fields("flag"), **CHOSEN, "act": "send"}
    later = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=31)
    with monkeypatch.context() as patched:
        patched.setattr(handles, "now", lambda: later)
        late = client.post("/flag", data=fields)
    assert (late.status_code, "Half an hour has passed" in late.text) == (400, True)
    kept = Page(late.text).fields("flag")
    assert kept["text"] == TEXT
    wrong = client.post("/flag", data={**kept, "receipt": "abc", "act": "send"})
    assert (wrong.status_code, len(flags_of(house))) == (400, 1)
    assert client.post("/flag", data={**kept, "receipt": receipt, "act": "send"}).status_code == 200
    assert len({flag.receipt_id for flag in flags_of(house)}) == 1
    assert len(flags_of(house)) == 2


def test_a_linked_flag_that_was_sent_is_not_sent_again_when_its_link_has_run_out(
    client: TestClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = code(send(client))
    fields = {**Page(linked_form(client, receipt, 2).text).fields("flag"), **CHOSEN, "act": "send"}
    client.post("/flag", data=fields)
    monkeypatch.setattr(handles, "now", lambda: dt.datetime.now(dt.UTC) + dt.timedelta(minutes=31))
    assert "has been sent before" in client.post("/flag", data=fields).text
    assert len(flags_of(house)) == 2
