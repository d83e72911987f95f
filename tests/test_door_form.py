"""The anonymous door's pages over HTTP: plain, private and without a cookie; and the form that one opens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from ethics import gate, plain
from ethics.access import Role
from ethics.clients.campaigns import running_for
from ethics.door import filing
from ethics.mismatches.models import Exclusion
from ethics.workforce import rostered
from tests.doorstep import CHOSEN, NOW, at_door, code, flags_of, follow, form, form_names, send
from tests.forms import Page
from tests.house import PASSWORD, House, second_officer


@pytest.fixture
def client(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    with at_door(house, monkeypatch) as found:
        yield found


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


def test_excluding_every_officer_is_refused_on_the_form(client: TestClient, house: House) -> None:
    everybody = [str(house.user_ids[Role.OFFICER]), str(second_officer(house))]
    answer = send(client, exclude=everybody)
    assert answer.status_code == 400
    assert "leave at least one officer" in answer.text
    assert flags_of(house) == []
