"""A flag sent through the anonymous door: what is stored, the receipt, sending twice, and personal data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select
from starlette.testclient import TestClient

from ethics.audit import AuditEntry
from ethics.door import filing, receipts
from ethics.mismatches.models import Decision
from ethics.people import passwords
from ethics.workforce import rostered
from tests.doorstep import CHOSEN, MONDAY, TEXT, at_door, code, flags_of, follow, form, send
from tests.forms import Page
from tests.house import House


@pytest.fixture
def client(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    with at_door(house, monkeypatch) as found:
        yield found


def test_a_flag_is_stored_with_its_week_and_nothing_of_who_sent_it(client: TestClient, house: House) -> None:
    audited = entries(house)
    answer = send(
        client, experience="Petetty olo", step="invoice", channel="phone", frequency="repeated", for_family="no"
    )
    assert answer.status_code == 200
    (flag,) = flags_of(house)
    assert (flag.text, flag.experience, flag.category, flag.severity) == (TEXT, "Petetty olo", "M05", 2)
    assert (flag.step, flag.channel, flag.frequency, flag.for_family) == ("invoice", "phone", "repeated", "no")
    assert (flag.met_on, flag.filed_on, flag.reporter_id, flag.contact_ref) == (MONDAY, MONDAY, None, "")
    assert entries(house) == audited


def entries(house: House) -> int:
    with house.db.read() as tx:
        return len(tx.exec(select(AuditEntry)).all())


def test_the_receipt_is_shown_in_eight_groups_with_what_happens_next(client: TestClient) -> None:
    answer = send(client)
    assert len(code(answer)) == 32
    assert set(code(answer)) <= set(receipts.ALPHABET)
    text = Page(answer.text).text
    assert "By 23 Nov 2026 an officer has read it" in text
    assert "By 16 Feb 2027 you can read here what came of it" in text


def test_everything_that_is_missing_is_said_at_once_and_what_was_written_stays(
    client: TestClient, house: House
) -> None:
    answer = client.post("/flag", data={**form(client), "experience": "Minun sanani", "severity": "1", "act": "send"})
    page = Page(answer.text)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    for name, says in (
        ("text", "Write what"),
        ("category", "Choose what happened."),
        ("certainty", "Choose how you know."),
    ):
        assert f'<a href="#{name}">' in answer.text
        assert f'id="{name}"' in answer.text
        assert says in page.text
    assert (page.fields("flag")["experience"], page.fields("flag")["severity"]) == ("Minun sanani", "1")
    assert flags_of(house) == []


@pytest.mark.parametrize(("severity", "status"), [("2", 400), ("3", 200), ("4", 200)])
def test_the_whistle_is_for_serious_and_grave_things(
    client: TestClient, house: House, severity: str, status: int
) -> None:
    answer = send(client, whistle="1", severity=severity)
    assert answer.status_code == status
    assert [flag.whistle for flag in flags_of(house)] == ([True] if status == 200 else [])


def test_a_mixed_in_flag_is_held_to_the_end_of_its_period(client: TestClient, house: House) -> None:
    answer = send(client, when="mix")
    (flag,) = flags_of(house)
    assert (flag.status, flag.filed_on) == (Decision.HELD, dt.date(2026, 11, 30))
    assert "Until 30 Nov 2026 nobody sees it" in answer.text
    assert "Held until 30 Nov 2026" in follow(client, code(answer)).text


@pytest.mark.parametrize(
    ("people", "ticked", "withheld"), [(7, "", False), (7, "1", True), (3, "", True), (None, "1", True)]
)
def test_the_clients_name_is_withheld_when_few_could_have_written_or_on_request(
    client: TestClient, house: House, monkeypatch: pytest.MonkeyPatch, people: int | None, ticked: str, withheld: bool
) -> None:
    monkeypatch.setattr(rostered, "people", lambda *_args, **_on: people)
    send(client, withhold=ticked)
    assert flags_of(house)[0].withheld is withheld


def test_a_form_sent_twice_is_one_flag_and_shows_the_same_receipt(client: TestClient, house: House) -> None:
    data = {**form(client), **CHOSEN, "act": "send"}
    first, second = client.post("/flag", data=data), client.post("/flag", data=data)
    assert code(first) == code(second)
    assert "has been sent before" in second.text
    assert len(flags_of(house)) == 1


def test_two_clicks_at_one_moment_are_one_flag(
    client: TestClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process may store the same form between our question and our answer: the second try finds it."""
    data = {**form(client), **CHOSEN, "act": "send"}
    client.post("/flag", data=data)
    asked: list[bool] = []
    before = filing.sent_before

    def late(tx: Any, token: str) -> bool:
        asked.append(True)
        if len(asked) == 1:
            raise IntegrityError("", {}, Exception())
        return before(tx, token)

    monkeypatch.setattr(filing, "sent_before", late)
    answer = client.post("/flag", data=data)
    assert (answer.status_code, len(code(answer)), len(flags_of(house))) == (200, 32, 1)


def test_a_receipt_is_shown_again_for_an_hour_and_no_longer(
    client: TestClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tab left open on a shared machine must not give the receipt away for ever."""
    data = {**form(client), **CHOSEN, "act": "send"}
    first, again = (client.post("/flag", data=data) for _ in range(2))
    assert code(first) == code(again)
    monkeypatch.setattr(receipts, "SHOWN_SECONDS", 0)
    late = client.post("/flag", data=data)
    assert late.status_code == 200
    assert 'class="receipt"' not in late.text
    assert len(flags_of(house)) == 1


@pytest.mark.parametrize("token", ["", "forged", "x" * 32 + "." + "0" * 32, "é.x"])
def test_a_token_that_is_not_of_this_house_stores_nothing_and_keeps_the_words(
    client: TestClient, house: House, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "hashed", lambda _secret: pytest.fail("hashed"))
    answer = send(client, token=token)
    fields = Page(answer.text).fields("flag")
    assert answer.status_code == 400
    assert (fields["text"], receipts.is_token(fields["token"])) == (TEXT, True)
    assert flags_of(house) == []


def test_a_client_that_is_not_served_leads_back_to_the_choice_with_the_words(client: TestClient) -> None:
    answer = send(client, client="999")
    assert answer.status_code == 400
    assert Page(answer.text).fields()["text"] == TEXT


# Personal data


def test_personal_data_is_shown_before_sending_and_masked_when_ticked(client: TestClient, house: House) -> None:
    said = "Virtanen Oy:n puolesta soitti Matti Virtanen numerosta 040 123 4567."
    check = send(client, text=said)
    assert flags_of(house) == []
    assert "<mark>[name]</mark>" in check.text
    fields = Page(check.text).fields()
    assert fields["mask"] == ["0", "1"]
    assert client.post("/flag", data={**fields, "act": "send"}).status_code == 200
    assert flags_of(house)[0].text == "Virtanen Oy:n puolesta soitti [name] numerosta [phone]."


def test_what_is_not_ticked_is_sent_as_it_is(client: TestClient, house: House) -> None:
    fields = Page(send(client, text="Soita 040 123 4567 tai matti@example.com").text).fields()
    client.post("/flag", data={**fields, "mask": ["1"], "act": "send"})
    assert flags_of(house)[0].text == "Soita 040 123 4567 tai [e-mail]"


def test_changing_the_text_goes_back_with_everything_filled_in(client: TestClient) -> None:
    fields = Page(send(client, text="Soita 040 123 4567", experience="Olo").text).fields()
    again = Page(client.post("/flag", data={**fields, "act": "edit"}).text).fields("flag")
    assert (again["text"], again["experience"], again["category"]) == ("Soita 040 123 4567", "Olo", "M05")


def test_a_look_at_other_findings_does_not_count(client: TestClient, house: House) -> None:
    fields = Page(send(client, text="Soita 040 123 4567").text).fields()
    answer = client.post("/flag", data={**fields, "text": "Soita 050 765 4321", "act": "send"})
    assert "050 765 4321" in answer.text
    assert flags_of(house) == []


def test_more_findings_than_are_listed_are_all_masked(client: TestClient, house: House) -> None:
    numbers = [f"040 12{k:02d} 567" for k in range(30)]
    check = send(client, text="; ".join(f"soita {number}" for number in numbers))
    assert "And 10 more" in check.text
    client.post("/flag", data={**Page(check.text).fields(), "act": "send"})
    assert not any(number in flags_of(house)[0].text for number in numbers)
