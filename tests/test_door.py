"""The anonymous door over HTTP: what it asks, what it gives back, what it refuses, and what it never looks at."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import select
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from ethics import database as database_module
from ethics import gate, plain
from ethics.access import Role
from ethics.audit import AuditEntry
from ethics.clients.campaigns import running_for
from ethics.door import budget, counter, filing, handles, receipts, routes
from ethics.mismatches.models import Decision, Exclusion, Flag, Message, Receipt, Side
from ethics.mismatches.thread import add as write_to
from ethics.people import accounts, doors, passwords
from ethics.workforce import rostered
from tests.forms import Page
from tests.house import PASSWORD, House

#: A Wednesday, three days after the newest shifts of the sample.
NOW = dt.datetime(2026, 11, 18, 12, tzinfo=dt.UTC)
MONDAY = dt.date(2026, 11, 16)
TEXT = "Asiakkaalle luvattiin 19,90 €, lasku oli 34,90 €."
CHOSEN = {"text": TEXT, "category": "M05", "severity": "2", "certainty": "saw"}


@pytest.fixture
def client(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setattr(counter, "database", lambda: house.db)
    monkeypatch.setattr(database_module, "now", lambda: NOW)
    with opened() as found:
        yield found


def opened(**address: Any) -> TestClient:
    app = Starlette(
        routes=[*doors.routes(lambda _actor, _tell: None), *routes.routes()],
        middleware=[Middleware(gate.Headers, csp="default-src 'self'"), Middleware(gate.Gate)],
    )
    return TestClient(app, headers={"accept-language": "en"}, follow_redirects=False, **address)


def form(client: TestClient, number: int = 1, **fields: str) -> dict[str, Any]:
    """The fields of an opened form, as a browser would send them."""
    return Page(client.post("/flag", data={"act": "open", "client": str(number), **fields}).text).fields("flag")


def send(browser: TestClient, **fields: Any) -> Any:
    return browser.post("/flag", data={**form(browser), **CHOSEN, "act": "send", **fields})


def code(answer: Any) -> str:
    """The receipt on a receipt page."""
    start = answer.text.index('class="receipt"')
    return "".join(answer.text[start : answer.text.index("</p>", start)].split("<span>")[1:]).replace("</span> ", "")


def follow(client: TestClient, receipt: str, **fields: str) -> Any:
    return client.post("/follow", data={"receipt": receipt, **fields})


def flags_of(house: House) -> list[Flag]:
    """Flags that came through the door."""
    with house.db.read() as tx:
        return list(tx.exec(select(Flag).where(Flag.disclosed == "anonymous")))


def handle_of(answer: Any) -> dict[str, Any]:
    return Page(answer.text).fields("again")


# What every page is


def test_every_page_is_plain_private_and_sets_no_cookie(client: TestClient) -> None:
    receipt = send(client)
    pages = [
        client.get("/flag"),
        client.get("/follow"),
        client.post("/flag", data={"act": "open", "client": "1"}),
        receipt,
        follow(client, code(receipt)),
        follow(client, "wrong"),
        client.post("/flag", data={"act": "send", "client": "1"}),
    ]
    for page in pages:
        assert "set-cookie" not in page.headers
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
        assert page.headers["content-security-policy"] == plain.content_policy()
        assert "<script" not in page.text
        assert page.text.count("<h1") == 1
        assert "http" not in page.text.replace("http://testserver/follow", "")


def test_who_is_signed_in_is_not_asked(client: TestClient, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    client.post("/auth/sign-in", data={"login": "agent.test", "password": PASSWORD, "next": "/"})
    assert client.cookies["reilu"]
    asked: list[str] = []
    monkeypatch.setattr(gate, "_look_up", lambda hashed: asked.append(hashed))
    monkeypatch.setattr(gate, "asked_token", lambda scope: asked.append("token") or "")
    answer = follow(client, code(send(client)))
    assert (answer.status_code, asked) == (200, [])
    assert flags_of(house)[0].reporter_id is None


@pytest.mark.parametrize("path", ["/flag", "/follow"])
def test_only_get_head_and_post_are_answered(client: TestClient, path: str) -> None:
    assert [client.request(method, path).status_code for method in ("HEAD", "PUT", "DELETE", "PATCH")] == [
        200,
        405,
        405,
        405,
    ]


def test_finnish_stays_finnish_from_page_to_page(client: TestClient) -> None:
    page = client.post("/flag", data={"act": "open", "client": "1", "language": "fi"})
    fields = Page(page.text).fields("flag")
    answer = client.post("/flag", data={**fields, **CHOSEN, "act": "send"})
    assert ('<html lang="fi"' in page.text, '<html lang="fi"' in answer.text) == (True, True)


def test_the_other_language_gives_the_same_form_with_everything_in_it(client: TestClient) -> None:
    answer = client.post("/flag", data={**form(client), **CHOSEN, "act": "send", "to": "fi"})
    assert '<html lang="fi"' in answer.text
    fields = Page(answer.text).fields("flag")
    assert {name: fields[name] for name in CHOSEN} == CHOSEN


# Opening the form


def test_the_first_page_offers_the_clients_and_no_address_tells_the_choice(client: TestClient) -> None:
    page = client.get("/flag")
    assert "never about a colleague" in page.text
    assert 'method="post" action="/flag"' in page.text


def test_a_link_opens_the_form_of_its_client_and_campaign_and_leaves_the_contact_out(
    client: TestClient, house: House
) -> None:
    with house.db.read() as tx:
        names, campaigns = filing.clients(tx), running_for(tx, NOW.date())
    number, campaign = next((n, c) for n in names for c in campaigns.get(n, {}).items())
    asked = {"client": names[number].upper(), "campaign": campaign[1].lower(), "contact": "C-4711"}
    answer = client.get("/flag", params=asked)
    fields = Page(answer.text).fields("flag")
    assert (fields["client"], fields["campaign"]) == (str(number), str(campaign[0]))
    assert "C-4711" not in answer.text


def test_a_link_to_an_unknown_client_asks_for_one(client: TestClient) -> None:
    page = client.get("/flag?client=%3Cscript%3ENobody")
    assert (page.status_code, "The link names a client" in page.text, "<script" in page.text) == (200, True, False)


@pytest.mark.parametrize(
    ("people", "word", "asks"),
    [(14, "Good cover", False), (7, "Some cover", True), (3, "Little cover", False), (None, "Cover not known", True)],
)
def test_the_meter_says_in_words_who_could_have_written_it(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, people: int | None, word: str, asks: bool
) -> None:
    monkeypatch.setattr(rostered, "people", lambda *_args, **_on: people)
    page = Page(client.post("/flag", data={"act": "open", "client": "1"}).text)
    assert word in page.text
    assert ("withhold" in page.names) is asks


def test_officers_are_offered_for_exclusion_only_when_one_would_remain(client: TestClient, house: House) -> None:
    assert "exclude" not in form_names(client)
    second = second_officer(house)
    assert "exclude" in form_names(client)
    send(client, exclude=[str(second)])
    with house.db.read() as tx:
        assert [row.user_id for row in tx.exec(select(Exclusion))] == [second]


def form_names(client: TestClient) -> set[str]:
    return Page(client.post("/flag", data={"act": "open", "client": "1"}).text).names


def second_officer(house: House) -> int:
    with house.db.write() as tx:
        admin = house.actor(Role.ADMINISTRATOR)
        return accounts.add_person(tx, admin, name="Second officer", login="second", roles=[Role.OFFICER])[0]


def test_excluding_every_officer_is_refused_on_the_form(client: TestClient, house: House) -> None:
    everybody = [str(house.user_ids[Role.OFFICER]), str(second_officer(house))]
    answer = send(client, exclude=everybody)
    assert answer.status_code == 400
    assert "leave at least one officer" in answer.text
    assert flags_of(house) == []


# Sending


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


# Hostile input


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


# Following


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


def test_a_reply_that_was_looked_at_too_late_is_kept_and_not_sent(
    client: TestClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = Page(replied(client, house).text).fields()
    monkeypatch.setattr(handles, "now", lambda: dt.datetime.now(dt.UTC) + dt.timedelta(minutes=31))
    late = client.post("/follow", data={**fields, "act": "reply"})
    assert "Half an hour has passed" in late.text
    assert (Page(late.text).fields()["reply"], replies(house)) == (SAID, [])


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
