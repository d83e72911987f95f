"""Nobody gets past the gate without a live session; what gets past carries who it is."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlmodel import select
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from ethics import database as database_module
from ethics import gate
from ethics.access import Role
from ethics.people import accounts, doors, sessions
from ethics.people.models import FailedSignIn, SignIn
from tests.house import PASSWORD, House

POLICY = "default-src 'self'"


async def whoami(request: Request) -> JSONResponse:
    return JSONResponse({"sid": request.headers.get("x-reilu-sid"), "given": request.headers.getlist("x-reilu-sid")})


async def index(_request: Request) -> HTMLResponse:
    return HTMLResponse('<!doctype html><html lang="en"><title>Streamlit</title>')


async def echo(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text(socket.headers.get("x-reilu-sid", ""))
    await socket.close()


@pytest.fixture
def client(house: House) -> Iterator[TestClient]:
    app = Starlette(
        routes=[
            *doors.routes(lambda _actor, _tell: None),
            Route("/whoami", whoami),
            Route("/", index),
            WebSocketRoute("/_stcore/stream", echo),
        ],
        middleware=[Middleware(gate.Headers, csp=POLICY), Middleware(gate.Gate)],
    )
    with TestClient(app, base_url="http://testserver", follow_redirects=False) as found:
        yield found


def sign_in(client: TestClient, login: str = "agent.test", password: str = PASSWORD, **headers: str) -> Any:
    return client.post("/auth/sign-in", data={"login": login, "password": password, "next": "/whoami"}, headers=headers)


def test_without_a_session_a_page_leads_to_the_sign_in_and_back(client: TestClient) -> None:
    answer = client.get("/whoami?client=Lumikki")
    assert (answer.status_code, answer.headers["location"]) == (303, "/auth/sign-in?next=/whoami%3Fclient%3DLumikki")


@pytest.mark.parametrize(
    "path", ["/_stcore/stream", "/_stcore/metrics", "/media/abc.pdf", "/component/x", "/files/reviews/R-1.pdf"]
)
def test_without_a_session_a_machine_gets_401(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 401


def test_healthz_answers_without_sign_in(client: TestClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"ok": True})


def test_signing_in_sets_a_cookie_that_no_script_reads(client: TestClient) -> None:
    answer = sign_in(client)
    assert (answer.status_code, answer.headers["location"]) == (303, "/whoami")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie


def test_behind_https_the_cookie_is_bound_to_the_host(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate.settings(), "secure_cookie", True)
    cookie = sign_in(client).headers["set-cookie"]
    assert cookie.startswith("__Host-reilu=")
    assert "Secure" in cookie


def test_the_database_keeps_the_tokens_hash_only(client: TestClient, house: House) -> None:
    sign_in(client)
    token = client.cookies["reilu"]
    with house.db.read() as tx:
        stored = {row.token_hash for row in tx.exec(select(SignIn))}
    assert sessions.token_hash(token) in stored
    assert token not in stored


def test_a_header_from_outside_never_names_the_asker(client: TestClient) -> None:
    sign_in(client)
    mine = sessions.token_hash(client.cookies["reilu"])
    answer = client.get("/whoami", headers=[("x-reilu-sid", "f" * 64), ("X-Reilu-Sid", "e" * 64)])
    assert answer.json() == {"sid": mine, "given": [mine]}


def test_a_websocket_needs_a_session_and_gets_its_hash(client: TestClient) -> None:
    with (
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect("/_stcore/stream", headers={"origin": "http://testserver"}),
    ):
        pass
    sign_in(client)
    with client.websocket_connect("/_stcore/stream", headers={"origin": "http://testserver"}) as socket:
        assert socket.receive_text() == sessions.token_hash(client.cookies["reilu"])


def test_a_websocket_from_another_site_is_refused(client: TestClient) -> None:
    sign_in(client)
    with (
        pytest.raises(WebSocketDisconnect) as refused,
        client.websocket_connect("/_stcore/stream", headers={"origin": "http://evil.test"}),
    ):
        pass
    assert refused.value.code == 4403


@pytest.mark.parametrize(
    "headers", [{"origin": "http://evil.test"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}]
)
def test_a_form_posted_from_another_site_is_refused(client: TestClient, headers: dict[str, str]) -> None:
    assert sign_in(client, **headers).status_code == 403


def test_a_form_of_our_own_page_is_taken_even_when_the_browser_hides_its_origin(client: TestClient) -> None:
    assert sign_in(client, origin="null", **{"sec-fetch-site": "same-origin"}).status_code == 303


@pytest.mark.parametrize("away", ["https://evil.test", "//evil.test", "/\\evil.test", "javascript:alert(1)", "/a\nb"])
def test_a_sign_in_link_does_not_lead_out_of_the_house(client: TestClient, away: str) -> None:
    answer = client.post("/auth/sign-in", data={"login": "agent.test", "password": PASSWORD, "next": away})
    assert answer.headers["location"] == "/"


def test_a_wrong_password_and_an_unknown_name_get_the_same_words(client: TestClient) -> None:
    wrong, unknown = sign_in(client, password="not the one"), sign_in(client, login="nobody.here")
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    said = [re.search(r'role="alert">([^<]+)', answer.text) for answer in (wrong, unknown)]
    assert said[0] and said[1] and said[0][1] == said[1][1]


def test_what_was_typed_comes_back_as_text_never_as_html(client: TestClient) -> None:
    answer = sign_in(client, login="<script>alert(1)</script>", password="x")
    assert "<script" not in answer.text


def test_the_sixth_wrong_try_waits_and_others_do_not(client: TestClient, house: House) -> None:
    for _ in range(5):
        assert sign_in(client, password="wrong").status_code == 401
    assert sign_in(client).status_code == 429
    assert sign_in(client, login="officer.test").status_code == 303
    with house.db.read() as tx:
        assert all("agent" not in row.account_hash for row in tx.exec(select(FailedSignIn)))


def test_a_very_long_password_never_reaches_the_hasher(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from ethics.people import passwords

    class Untouched:
        def verify(self, *_: object) -> bool:
            raise AssertionError("hashed")

    monkeypatch.setattr(passwords, "_HASHER", Untouched())
    assert sign_in(client, password="x" * 5000).status_code in (400, 401)


def later(monkeypatch: pytest.MonkeyPatch, **by: int) -> None:
    moment = database_module.now() + dt.timedelta(**by)
    monkeypatch.setattr(sessions, "now", lambda: moment)


@pytest.mark.parametrize(("by", "alive"), [({"minutes": 29}, True), ({"minutes": 31}, False)])
def test_a_session_ends_after_thirty_idle_minutes(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, by: dict[str, int], alive: bool
) -> None:
    sign_in(client)
    later(monkeypatch, **by)
    assert (client.get("/whoami").status_code == 200) is alive


def test_a_session_ends_after_twelve_hours_however_busy(
    client: TestClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client)
    with house.db.write() as tx:
        row = tx.get(SignIn, sessions.token_hash(client.cookies["reilu"]))
        assert row is not None
        row.started_at -= dt.timedelta(hours=12, minutes=1)
    assert client.get("/whoami").status_code == 303


def test_signing_out_ends_the_session_everywhere(client: TestClient) -> None:
    sign_in(client)
    token = client.cookies["reilu"]
    assert client.post("/auth/sign-out").status_code == 303
    client.cookies.set("reilu", token)
    assert client.get("/whoami").status_code == 303


@pytest.mark.parametrize(
    "change",
    [
        lambda tx, admin, who: accounts.change_person(tx, admin, who, roles=[Role.OFFICER], client_ids=[], active=True),
        lambda tx, admin, who: accounts.change_person(tx, admin, who, roles=[Role.AGENT], client_ids=[], active=False),
        lambda tx, admin, who: accounts.reset_password(tx, admin, who),
    ],
    ids=["role taken away", "switched off", "password reset"],
)
def test_what_an_administrator_takes_away_is_gone_at_the_next_click(
    client: TestClient, house: House, change: Callable[..., Any]
) -> None:
    sign_in(client)
    with house.db.write() as tx:
        change(tx, house.actor(Role.ADMINISTRATOR), house.user_ids[Role.AGENT])
    assert client.get("/whoami").status_code == 303


def test_a_first_password_must_be_changed_before_anything_else(client: TestClient, house: House) -> None:
    with house.db.write() as tx:
        first = accounts.reset_password(tx, house.actor(Role.ADMINISTRATOR), house.user_ids[Role.AGENT])
    assert sign_in(client, password=first).headers["location"] == "/auth/password"
    assert client.get("/whoami").headers["location"] == "/auth/password"
    new = "neljä harmaata harakkaa"
    answer = client.post("/auth/password", data={"old": first, "new": new, "again": new})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert client.get("/whoami").status_code == 200


@pytest.mark.parametrize(
    ("new", "again", "says"),
    [
        ("short", "short", "at least 12"),
        ("neljä harmaata harakkaa", "viisi harmaata harakkaa", "differ"),
        ("agent.test agent.test", "agent.test agent.test", "too easy"),
        (PASSWORD, PASSWORD, "differs from the present"),
    ],
)
def test_a_bad_new_password_is_refused_with_the_reason(client: TestClient, new: str, again: str, says: str) -> None:
    sign_in(client)
    answer = client.post("/auth/password", data={"old": PASSWORD, "new": new, "again": again})
    assert answer.status_code == 400
    assert says in answer.text


def test_every_answer_carries_the_security_headers(client: TestClient) -> None:
    sign_in(client)
    page, plain = client.get("/", headers={"accept": "text/html"}), client.get("/auth/sign-in")
    for answer in (page, plain):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["cache-control"] == "no-store"
    assert page.headers["content-security-policy"] == POLICY
    assert "script-src" not in plain.headers["content-security-policy"]
    assert "default-src 'none'" in plain.headers["content-security-policy"]


@pytest.mark.parametrize(("language", "lang"), [("fi", "fi"), ("en", "en")])
def test_the_pages_language_is_the_readers(client: TestClient, house: House, language: str, lang: str) -> None:
    sign_in(client)
    with house.db.write() as tx:
        accounts.choose_language(tx, house.user_ids[Role.AGENT], language)
    assert f'<html lang="{lang}"' in client.get("/", headers={"accept": "text/html"}).text


def test_the_policy_allows_streamlits_own_inline_script_by_its_hash(tmp_path: Any) -> None:
    index_file = tmp_path / "index.html"
    index_file.write_text("<script>window.prerenderReady = false</script><script src='x.js'></script>")
    policy = gate.content_policy(index_file)
    assert "'sha256-" in policy
    assert "unsafe-eval" not in policy
