"""An officer's question read through a receipt, and the reply: stored once, its personal data shown first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from ethics.door import handles
from ethics.mismatches.models import Flag, Message, Side
from ethics.mismatches.thread import add as write_to
from tests.doorstep import MONDAY, NOW, at_door, code, flags_of, follow, handle_of, send
from tests.forms import Page
from tests.house import House


@pytest.fixture
def client(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    with at_door(house, monkeypatch) as found:
        yield found


def officer_writes(house: House, flag_id: str, text: str = "Mikä viikko se oli?") -> None:
    with house.db.write() as tx:
        flag = tx.get(Flag, flag_id)
        assert flag is not None
        flag.acknowledged_on, flag.waiting_since = NOW.date(), NOW.date()
        write_to(tx, flag, Side.OFFICER, text, on=NOW.date())


def test_an_officers_question_is_read_and_answered_through_the_receipt(client: TestClient, house: House) -> None:
    receipt = code(send(client))
    (flag,) = flags_of(house)
    officer_writes(house, flag.id, "Mikä <b>viikko</b> se oli?")
    page = follow(client, receipt)
    assert "The officer asks you something" in page.text
    assert "Mikä &lt;b&gt;viikko&lt;/b&gt; se oli?" in page.text
    reply = {**handle_of(page), "flag": flag.id, "act": "reply", "reply": "Viikko 46."}
    first, second = client.post("/follow", data=reply), client.post("/follow", data=reply)
    assert "Your reply has been sent." in first.text
    assert "has not been seen yet" in second.text
    with house.db.read() as tx:
        rows = tx.exec(select(Message).where(Message.side == Side.REPORTER)).all()
    assert [(row.text, row.written_on) for row in rows] == [("Viikko 46.", MONDAY)]


def test_an_empty_or_too_long_reply_stays_on_the_page(client: TestClient, house: House) -> None:
    fields = handle_of(follow(client, code(send(client))))
    (flag,) = flags_of(house)
    for typed, says in (("  ", "Write a message first."), ("x" * 4001, "The text is too long")):
        answer = client.post("/follow", data={**fields, "flag": flag.id, "act": "reply", "reply": typed})
        assert (answer.status_code, says in answer.text) == (400, True)
        assert typed.strip() in answer.text


# Personal data


SAID = "Soita 040 123 4567 tai matti@example.com"


def replied(client: TestClient, house: House, text: str = SAID, **fields: str) -> Any:
    """A reply to a new flag, sent once."""
    handle = handle_of(follow(client, code(send(client))))
    return client.post(
        "/follow", data={**handle, "flag": flags_of(house)[0].id, "act": "reply", "reply": text, **fields}
    )


def replies(house: House) -> list[str]:
    with house.db.read() as tx:
        return list(tx.exec(select(Message.text).where(Message.side == Side.REPORTER)))


def test_personal_data_in_a_reply_is_shown_before_sending_and_masked_when_ticked(
    client: TestClient, house: House
) -> None:
    check = replied(client, house)
    assert (check.status_code, replies(house)) == (200, [])
    assert "<mark>[phone]</mark> tai <mark>[e-mail]</mark>" in check.text
    assert 'method="post" action="/follow"' in check.text
    assert '<button name="act" value="reply">' in check.text
    fields = Page(check.text).fields()
    assert (fields["mask"], fields["flag"]) == (["0", "1"], flags_of(house)[0].id)
    answers = [client.post("/follow", data={**fields, "act": "reply"}) for _ in range(2)]
    assert ["Your reply has been sent." in answer.text for answer in answers] == [True, True]
    assert replies(house) == ["Soita [phone] tai [e-mail]"]


def test_what_is_not_ticked_of_a_reply_is_sent_as_it_is(client: TestClient, house: House) -> None:
    fields = Page(replied(client, house, language="fi").text).fields()
    client.post("/follow", data={**fields, "mask": ["1"], "act": "reply"})
    assert replies(house) == ["Soita 040 123 4567 tai [sähköposti]"]


def test_changing_a_reply_goes_back_to_the_receipt_with_the_words(client: TestClient, house: House) -> None:
    fields = Page(replied(client, house).text).fields()
    page = client.post("/follow", data={**fields, "act": "edit"})
    assert (page.status_code, "Sent and waiting" in page.text, f">{SAID}</textarea>" in page.text) == (200, True, True)
    assert replies(house) == []


@pytest.mark.parametrize("checked", ["", "0" * 32, None])
def test_a_reply_with_other_findings_is_looked_at_again(client: TestClient, house: House, checked: str | None) -> None:
    fields = Page(replied(client, house).text).fields()
    changed = {"reply": "Soita 050 765 4321"} if checked is None else {"checked": checked}
    answer = client.post("/follow", data={**fields, **changed, "act": "reply"})
    assert "One look before it goes" in answer.text
    assert replies(house) == []


def test_a_look_at_a_reply_in_a_flag_does_not_count_for_the_flag(client: TestClient, house: House) -> None:
    fields = Page(replied(client, house).text).fields()
    send(client, text=SAID, checked=fields["checked"])
    assert len(flags_of(house)) == 1


def test_hostile_words_beside_personal_data_are_escaped(client: TestClient, house: House) -> None:
    check = replied(client, house, '<script>alert(1)</script> 040 123 4567 "><img src=x>')
    assert "One look before it goes" in check.text
    assert "<script" not in check.text
    assert "<img" not in check.text


def test_personal_data_in_a_reply_is_not_looked_for_behind_a_closed_receipt_or_beyond_its_length(
    client: TestClient, house: House
) -> None:
    long = replied(client, house, f"{SAID} {'x' * 4000}")
    assert (long.status_code, "The text is too long" in long.text) == (400, True)
    fields = Page(long.text).fields("again")
    client.post("/follow", data={**fields, "act": "close", "sure": "1"})
    late = client.post("/follow", data={**fields, "flag": flags_of(house)[0].id, "act": "reply", "reply": SAID})
    assert "This receipt is not known here" in late.text


# Half an hour


def test_a_reply_that_was_looked_at_too_late_is_kept_and_not_sent(
    client: TestClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = Page(replied(client, house).text).fields()
    monkeypatch.setattr(handles, "now", lambda: dt.datetime.now(dt.UTC) + dt.timedelta(minutes=31))
    late = client.post("/follow", data={**fields, "act": "reply"})
    assert "Half an hour has passed" in late.text
    assert (Page(late.text).fields()["reply"], replies(house)) == (SAID, [])


def test_after_half_an_hour_the_receipt_is_asked_for_again_and_the_reply_is_kept(
    client: TestClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = code(send(client))
    fields = handle_of(follow(client, receipt))
    (flag,) = flags_of(house)
    later = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=31)
    monkeypatch.setattr(handles, "now", lambda: later)
    late = client.post("/follow", data={**fields, "flag": flag.id, "act": "reply", "reply": "Pitkä vastaus"})
    assert "Half an hour has passed" in late.text
    kept = Page(late.text).fields()
    again = client.post("/follow", data={**kept, "receipt": receipt})
    assert "Pitkä vastaus" in again.text
    with house.db.read() as tx:
        assert tx.exec(select(Message)).first() is None
