"""Every page as every role: the allowed ones show, the others refuse. Both languages, full and empty houses."""

from __future__ import annotations

import re

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

import app as front
from ethics.access import Permission, Role
from ethics.clients.models import Client
from ethics.database import Database
from ethics.escape import markdown
from ethics.mismatches.models import Flag
from ethics.people import accounts
from ethics.people.models import SignIn
from tests.apps import ROOT, opened, words
from tests.house import House, furnish

PATHS = {path: permission for path, _, _, _, permission in front.PAGES}


@pytest.mark.parametrize("role", list(Role))
def test_a_person_arrives_at_the_first_page_of_their_roles(house: House, role: Role) -> None:
    at = opened(house, role)
    assert at.title
    assert at.title[0].value


@pytest.mark.parametrize("path", list(PATHS))
@pytest.mark.parametrize("role", list(Role))
def test_a_page_shows_for_its_roles_and_refuses_the_others(house: House, path: str, role: Role) -> None:
    """The page file is run on its own, as if somebody had found its address: hiding a page is no guard."""
    at = AppTest.from_file(str(ROOT / path), default_timeout=60)
    at.user = {"sid": house.sids[role]}
    at.run()
    refused = any("not for your roles" in title.value for title in at.title)
    if house.actor(role).may(PATHS[path]):
        assert not refused
        assert (
            not at.exception
            or "switch_page" in str(at.exception)
            or "page_link" in str(at.exception)
            or "PageNotFound" in repr(at.exception)
        )
    else:
        assert refused
        assert not at.exception


def test_the_navigation_offers_what_the_role_may_and_nothing_else(house: House) -> None:
    at = opened(house, Role.AGENT)
    with pytest.raises(ValueError, match="triage"):
        at.switch_page("ethics/triage/pages/triage.py")


@pytest.mark.parametrize("sid", ["", "f" * 64])
def test_without_a_live_session_there_is_a_link_to_sign_in_and_nothing_else(house: House, sid: str) -> None:
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    at.user = {"sid": sid}
    at.run()
    assert [title.value for title in at.title] == ["You are signed out"]


def test_a_role_taken_away_closes_the_open_page_at_the_next_click(house: House) -> None:
    at = opened(house, Role.OFFICER)
    with house.db.write() as tx:
        admin = house.actor(Role.ADMINISTRATOR)
        accounts.change_person(tx, admin, house.user_ids[Role.OFFICER], roles=[Role.AGENT], client_ids=[], active=True)
    at.run()
    assert [title.value for title in at.title] == ["You are signed out"]


def test_nothing_is_saved_after_the_session_has_ended(house: House) -> None:
    at = opened(house, Role.OFFICER)
    at.switch_page("ethics/triage/pages/triage.py").run()
    assert at.session_state["triage_view"] == "open"
    key = next(b.key for b in at.button if b.key and b.key.endswith("_decide")).removesuffix("_decide")
    at.selectbox(key=key + "_outcome").select("T5")
    at.text_input(key=key + "_reason").set_value("Because")
    with house.db.write() as tx:
        row = tx.get(SignIn, house.sids[Role.OFFICER])
        assert row is not None
        tx.delete(row)
    at.button(key=key + "_decide").click().run()
    with house.db.read() as tx:
        flag = tx.get(Flag, key)
        assert flag is not None
        assert flag.status == "open"


ALL = [
    (Role.AGENT, "ethics/mismatches/pages/flag.py"),
    (Role.AGENT, "ethics/mismatches/pages/my_flags.py"),
    (Role.AGENT, "ethics/triage/pages/changed.py"),
    (Role.OFFICER, "ethics/triage/pages/triage.py"),
    (Role.EXECUTIVE, "ethics/triage/pages/whistles.py"),
    (Role.MANAGER, "reports/pages/portfolio.py"),
    (Role.MANAGER, "reports/pages/client.py"),
    (Role.MANAGER, "checklists/pages/check.py"),
    (Role.EXECUTIVE, "reports/pages/reviews.py"),
    (Role.HR, "ethics/imports/pages/imports.py"),
    (Role.HR, "ethics/workforce/pages/quality.py"),
    (Role.HR, "ethics/wellbeing/pages/wellbeing.py"),
    (Role.MANAGER, "ethics/wellbeing/pages/wellbeing.py"),
    (Role.ADMINISTRATOR, "ethics/people/pages/people.py"),
    (Role.ADMINISTRATOR, "ethics/risk/pages/policy.py"),
    (Role.MANAGER, "ethics/risk/pages/scoring.py"),
]


@pytest.mark.parametrize(("role", "path"), ALL)
def test_in_finnish_no_english_is_left(house: House, role: Role, path: str) -> None:
    with house.db.write() as tx:
        accounts.choose_language(tx, house.user_ids[role], "fi")
    at = opened(house, role, path, **({"id": str(house.client_ids[0])} if path.endswith("client.py") else {}))
    # What people wrote stays in the language they wrote it in; our own sentences are judged by common small words.
    ours = re.sub(r"“[^”]*”|\*\*“.*?”\*\*", "", words(at))
    for flag_text in _texts(house):
        ours = ours.replace(flag_text, "")
    assert not re.search(r"\b(the|and|with|not|is|are|of|your|this|from)\b", ours), re.findall(
        r".*\b(?:the|and|with|not|is|are|of)\b.*", ours
    )


def _texts(house: House) -> list[str]:
    from ethics.escape import markdown

    with house.db.read() as tx:
        return [markdown(text) for text in tx.exec(select(Flag.text)) if text]


@pytest.fixture
def bare(lite: Database, monkeypatch: pytest.MonkeyPatch) -> House:
    """A house with people and nothing else."""
    for module in ("ethics.pages.desk",):
        monkeypatch.setattr(f"{module}.database", lambda: lite)
    return furnish(lite, sample=False)


@pytest.mark.parametrize(("role", "path"), ALL)
def test_an_empty_page_says_what_to_do_next(bare: House, role: Role, path: str) -> None:
    at = opened(bare, role, path)
    assert at.title
    assert len(words(at)) > 60


def test_hostile_text_is_shown_as_text(house: House) -> None:
    hostile = "![x](http://evil.test/x.png) [a](javascript:alert(1)) <img src=x onerror=alert(1)> $\\int$ :material/bomb: :red[x]"
    with house.db.write() as tx:
        flag = tx.exec(select(Flag).where(Flag.status == "open").order_by(Flag.filed_on)).first()  # type: ignore[arg-type]
        assert flag is not None
        flag.text = hostile
        client = tx.get(Client, flag.client_id)
        assert client is not None
        client.name = "<script>alert(1)</script> :red[Oy]"
    at = opened(house, Role.OFFICER, "ethics/triage/pages/triage.py")
    shown = words(at)
    assert "](http" not in shown
    assert not re.search(r"(?<!\\)<(img|script)", shown)
    assert not re.search(r"(?<!\\):material/bomb(?<!\\):", shown)


def test_an_unforeseen_error_shows_a_reference_and_logs_no_text(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from ethics.pages import desk

    shown: list[str] = []
    monkeypatch.setattr(desk.st, "error", lambda text, **_: shown.append(text))
    assert desk.on_error(RuntimeError("customer's secret words"))
    assert "Reference" in shown[0]
    assert "secret" not in shown[0] + caplog.text


def test_every_page_has_a_permission() -> None:
    assert set(PATHS.values()) <= set(Permission)
    assert all((ROOT / path).exists() for path in PATHS)


@pytest.mark.parametrize(
    "text", ["http://evil.test/x", "HTTPS://evil.test", "www.evil.test", "somebody@evil.test", "x://y"]
)
def test_no_bare_address_is_left_for_a_renderer_to_make_a_link_of(text: str) -> None:
    """Renderers look for `://`, `www.` and `a@b` once the escapes are gone; a joiner stands in each."""
    shown = markdown(text).replace("\\", "")
    assert not re.search(r"://|www\.|@\w", shown, re.IGNORECASE)
    assert shown.replace("\N{WORD JOINER}", "") == text
