"""The anonymous door over HTTP, as a visitor without scripts uses it: a form, a flag, its receipt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlmodel import select
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from ethics import database as database_module
from ethics import gate
from ethics.door import counter, routes
from ethics.mismatches.models import Flag
from ethics.people import doors
from tests.forms import Page
from tests.house import House

#: A Wednesday, three days after the newest shifts of the sample.
NOW = dt.datetime(2026, 11, 18, 12, tzinfo=dt.UTC)
MONDAY = dt.date(2026, 11, 16)
TEXT = "Asiakkaalle luvattiin 19,90 €, lasku oli 34,90 €."
CHOSEN = {"text": TEXT, "category": "M05", "severity": "2", "certainty": "saw"}


@contextmanager
def at_door(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """A visitor at the door of this house, at noon on NOW's day."""
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


def form_names(client: TestClient) -> set[str]:
    return Page(client.post("/flag", data={"act": "open", "client": "1"}).text).names


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
