"""The first visit over HTTP: a code from the terminal makes the first administrator, once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlmodel import select
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from ethics import database as database_module
from ethics import gate
from ethics.access import Role
from ethics.language import Refused
from ethics.people import accounts, doors
from ethics.people.models import User
from tests.house import PASSWORD


class TestSetUp:
    """The first visit."""

    @pytest.fixture
    def empty(self, lite: database_module.Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
        for module in ("ethics.gate", "ethics.people.doors"):
            monkeypatch.setattr(f"{module}.database", lambda: lite)
        self.db, self.loaded = lite, []
        app = Starlette(
            routes=doors.routes(lambda actor, _tell: self.loaded.append(actor.name)), middleware=[Middleware(gate.Gate)]
        )
        with TestClient(app, base_url="http://testserver", follow_redirects=False) as found:
            yield found

    def form(self, code: str, **other: str) -> dict[str, str]:
        return {
            "code": code,
            "name": "First",
            "login": "admin",
            "password": PASSWORD,
            "again": PASSWORD,
            "language": "fi",
            "start": "empty",
            "role-manager": "on",
            **other,
        }

    def code(self) -> str:
        with self.db.write() as tx:
            return accounts.new_setup_code(tx)

    def test_an_empty_house_leads_to_the_set_up(self, empty: TestClient) -> None:
        assert empty.get("/auth/sign-in").headers["location"] == "/auth/set-up"

    def test_the_right_code_makes_the_first_administrator(self, empty: TestClient) -> None:
        answer = empty.post("/auth/set-up", data=self.form(self.code()))
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        with self.db.read() as tx:
            user = tx.exec(select(User)).one()
            actor = accounts.actor_of(tx, user.id or 0)
        assert actor is not None
        assert actor.roles == {Role.ADMINISTRATOR, Role.MANAGER}
        assert user.language == "fi"

    def test_a_wrong_code_makes_nobody(self, empty: TestClient) -> None:
        self.code()
        answer = empty.post("/auth/set-up", data=self.form("0000-0000-0000-0000"))
        assert answer.status_code == 400
        assert "Käyttöönottokoodi" in answer.text
        with self.db.read() as tx:
            assert accounts.nobody_yet(tx)

    def test_what_was_filled_in_survives_a_mistake_except_the_password(self, empty: TestClient) -> None:
        answer = empty.post("/auth/set-up", data=self.form("1", name="First <b>", again="other words here"))
        assert "First &lt;b&gt;" in answer.text
        assert PASSWORD not in answer.text

    def test_the_code_works_once(self, empty: TestClient) -> None:
        code = self.code()
        empty.post("/auth/set-up", data=self.form(code))
        assert empty.post("/auth/set-up", data=self.form(code, login="second")).headers["location"] == "/auth/sign-in"

    def test_without_a_code_asked_for_nothing_is_right(self, empty: TestClient) -> None:
        assert empty.post("/auth/set-up", data=self.form("")).status_code == 400

    def test_the_sample_centre_is_loaded_for_who_asked(self, empty: TestClient) -> None:
        answer = empty.post("/auth/set-up", data=self.form(self.code(), start="sample"))
        assert answer.headers["location"] == "/auth/preparing"
        assert self.loaded == ["First"]

    def test_a_second_administrator_cannot_be_set_up_later(self, empty: TestClient) -> None:
        empty.post("/auth/set-up", data=self.form(self.code()))
        with pytest.raises(Refused, match="set up already"), self.db.write() as tx:
            accounts.new_setup_code(tx)
