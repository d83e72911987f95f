"""The files beside a flag: opened by its officer under a name that tells nothing, not there for anybody else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from ethics import gate
from ethics.access import Role
from ethics.mismatches import evidence
from ethics.mismatches.models import Exclusion
from ethics.people import doors
from ethics.triage import files
from tests.house import PASSWORD, House
from tests.officer import at_flag, file


@pytest.fixture
def client(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setattr("ethics.triage.files.database", lambda: house.db)
    app = Starlette(
        routes=[*doors.routes(lambda _actor, _tell: None), *files.routes()],
        middleware=[Middleware(gate.Headers, csp="default-src 'self'"), Middleware(gate.Gate)],
    )
    with TestClient(app, base_url="http://testserver", follow_redirects=False) as found:
        yield found


def signed_in(client: TestClient, login: str) -> TestClient:
    client.cookies.clear()
    form = {"login": login, "password": PASSWORD}
    assert client.post("/auth/sign-in", data=form, headers={"origin": "http://testserver"}).status_code == 303
    return client


@pytest.fixture
def picture() -> bytes:
    import io

    from PIL import Image

    held = io.BytesIO()
    Image.new("RGB", (4, 4), "white").save(held, "PNG")
    return held.getvalue()


def test_a_file_is_opened_by_the_officer_under_a_name_that_tells_nothing(
    house: House, client: TestClient, picture: bytes
) -> None:
    key = file(house, files=evidence.cleaned([picture, picture]))
    with house.db.read() as tx:
        line = evidence.listed(tx, key)[1]
    answer = signed_in(client, "officer.test").get(f"/files/evidence/{line.id}")
    assert answer.status_code == 200
    assert answer.content.startswith(b"\x89PNG")
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-disposition"] == 'attachment; filename="evidence-2.png"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "no-store" in answer.headers["cache-control"]


def test_a_file_is_not_there_for_anybody_else(house: House, client: TestClient, picture: bytes) -> None:
    key = file(house, files=evidence.cleaned([picture]), exclude=())
    with house.db.read() as tx:
        address = f"/files/evidence/{evidence.listed(tx, key)[0].id}"
    assert client.get(address).status_code == 401
    for login in ("agent.test", "manager.test", "executive.test", "hr.test", "admin"):
        assert signed_in(client, login).get(address).status_code == 404
    assert signed_in(client, "officer.test").get("/files/evidence/none").status_code == 404
    with house.db.write() as tx:
        tx.add(Exclusion(flag_id=key, user_id=house.user_ids[Role.OFFICER]))
    kept_out = signed_in(client, "officer.test").get(address)
    assert kept_out.status_code == 404
    assert kept_out.headers["cache-control"] == "no-store, private"


def test_a_file_is_linked_from_the_card(house: House, picture: bytes) -> None:
    key = file(house, files=evidence.cleaned([picture]))
    at = at_flag(house, key)
    with house.db.read() as tx:
        line = evidence.listed(tx, key)[0]
    links = [(link.proto.label, link.proto.url) for link in at.get("link_button")]
    assert ("File 1 (PNG)", f"/files/evidence/{line.id}") in links
