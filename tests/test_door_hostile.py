"""The anonymous door under hostile words, heavy forms, failures and floods."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from ethics.door import budget, counter, filing, receipts
from tests.doorstep import CHOSEN, TEXT, at_door, flags_of, follow, form, form_names, opened, send
from tests.forms import Page
from tests.house import House


@pytest.fixture
def client(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    with at_door(house, monkeypatch) as found:
        yield found


# Words and forms


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script>",
        "]]> --> </textarea><img src=x onerror=alert(1)>",
        "\u202eoi ulos",
        "a\x00b",
        "\ud800",
    ],
)
def test_hostile_words_come_back_as_text(client: TestClient, words: str) -> None:
    sent = words.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    answer = client.post("/flag", data={**form(client), "text": sent, "experience": sent, "said": sent, "act": "send"})
    assert answer.status_code == 400
    assert "<script" not in answer.text
    assert "<img" not in answer.text
    assert "\x00" not in answer.text
    assert Page(answer.text).fields("flag")["text"] == sent.replace("\x00", "")


def test_hostile_words_in_every_other_field_are_escaped_or_dropped(client: TestClient) -> None:
    evil = '"><script>alert(1)</script>'
    fields = dict.fromkeys(form_names(client) - {"text", "client", "language"}, evil)
    for act in ("open", "send", "choose", evil):
        answer = client.post("/flag", data={**fields, "client": "1", "text": "x", "act": act, "to": evil})
        assert answer.status_code in (200, 400)
        assert "<script" not in answer.text
    for answer in (
        client.post("/follow", data={"receipt": evil, "trying": evil}),
        client.post("/follow", data={"handle": evil, "reply": evil, "flag": evil, "act": "reply"}),
    ):
        assert "<script" not in answer.text


#: A browser sends a line's end as two characters; it counts as one.
LINES = ("ä" * 99 + "\r\n") * 39


@pytest.mark.parametrize(("words", "status"), [(LINES + "ä" * 100, 200), (LINES + "ä" * 101, 400)])
def test_a_text_may_be_four_thousand_characters_long(client: TestClient, words: str, status: int) -> None:
    assert send(client, text=words).status_code == status


def test_the_longest_possible_flag_fits_into_a_form(client: TestClient) -> None:
    long = {"text": "日" * 4000, "experience": "日" * 4000, "said": "日" * 1000, "said_where": "日" * 200}
    assert send(client, **long).status_code == 200


def test_a_form_heavier_than_any_flag_is_refused(client: TestClient, house: House) -> None:
    answer = send(client, text="x" * 100_000)
    assert answer.status_code == 413
    assert flags_of(house) == []


def test_a_broken_form_is_refused_politely(client: TestClient) -> None:
    for body in (b"\xff\xfe", b"&".join(b"a=1" for _ in range(500))):
        answer = client.post("/flag", content=body, headers={"content-type": "application/x-www-form-urlencoded"})
        assert (answer.status_code, "Open the page again" in answer.text) == (413, True)


def test_a_failure_keeps_the_words_logs_nothing_and_quotes_nothing(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_args: Any, **_kept: Any) -> None:
        raise OperationalError(TEXT, {}, Exception("SECRET"))

    data = {**form(client), **CHOSEN, "act": "send"}
    monkeypatch.setattr(filing, "file", broken)
    with caplog.at_level(logging.DEBUG):
        answer = client.post("/flag", data=data)
    assert answer.status_code == 500
    assert "SECRET" not in answer.text
    assert [record for record in caplog.records if record.name.startswith(("reilu", "ethics", "uvicorn"))] == []
    assert not any(TEXT in record.getMessage() for record in caplog.records)
    kept = Page(answer.text).fields()
    assert (kept["text"], kept["token"]) == (TEXT, data["token"])


# The budget


def test_a_flood_slows_down_and_refuses_no_words_and_another_place_is_served(
    client: TestClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a flood can do to a colleague on the same network is to make them wait."""
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(counter.anyio, "sleep", sleep)
    monkeypatch.setattr(budget, "FREE", 2)
    monkeypatch.setattr(budget, "MOST", 4)
    data = {**form(client), **CHOSEN, "act": "send"}
    answers = [client.post("/flag", data={**data, "token": receipts.new_token()}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200]
    assert waited == [0, 0, budget.STEP, 2 * budget.STEP, 2 * budget.STEP]
    refused = client.post("/flag", data={**data, "token": "made.up"})
    assert refused.status_code == 429
    assert (Page(refused.text).fields()["text"], "Wait a minute" in refused.text) == (TEXT, True)
    assert follow(client, "abc").status_code == 429
    here = budget.slot("testclient")
    other = next(f"192.0.2.{k}" for k in range(99) if budget.slot(f"192.0.2.{k}") != here)
    with opened(client=(other, 50_000)) as elsewhere:
        assert elsewhere.post("/flag", data={**data, "token": receipts.new_token()}).status_code == 200
    assert len(flags_of(house)) == 5
