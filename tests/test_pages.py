"""Every page as every role: the allowed ones show, the others refuse. Both languages, full and empty houses."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

import app as front
from ethics.access import Permission, Role
from ethics.clients.models import Client
from ethics.database import Database
from ethics.escape import markdown
from ethics.imports.models import Batch
from ethics.mismatches.models import Flag
from ethics.people import accounts
from ethics.people.models import SignIn
from ethics.risk import scores
from reports.models import Review
from tests.house import House, furnish

ROOT = Path(__file__).resolve().parent.parent
PATHS = {path: permission for path, _, _, _, permission in front.PAGES}


def opened(house: House, role: Role, path: str | None = None, **query: str) -> AppTest:
    """The front door as `role`, moved on to a page."""
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    at.user = {"sid": house.sids[role]}
    at.run()
    if path is not None:
        for name, value in query.items():
            at.query_params[name] = value
        at.switch_page(path).run()
    assert not at.exception, at.exception
    return at


def words(at: AppTest) -> str:
    """Everything a reader sees as text."""
    kinds = ("title", "header", "caption", "markdown", "error", "success", "info", "warning")
    return "\n".join(str(element.value) for kind in kinds for element in getattr(at, kind))


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


def test_an_agent_files_a_flag_and_finds_it_again(house: House) -> None:
    at = opened(house, Role.AGENT, client="lumikki laajakaista oy")
    at.button_group(key="flag_category").set_value("M05")
    at.text_area(key="flag_text").set_value("Luvattiin 19,90 €. <b>Laskulla</b> 34,90 €.")
    at.selectbox(key="flag_client").select(house.client_ids[0])
    at.button_group(key="flag_severity").set_value(3)
    at.button_group(key="flag_certainty").set_value("proof")
    at.button(key="flag_send").click().run()
    assert at.title[0].value == "Sent. Thank you for telling."
    at.switch_page("ethics/mismatches/pages/my_flags.py").run()
    assert "Luvattiin 19,90 €" in words(at).replace("\\", "")


def test_an_incomplete_flag_says_what_is_missing_and_keeps_what_was_written(house: House) -> None:
    at = opened(house, Role.AGENT)
    at.text_area(key="flag_text").set_value("Half a story")
    at.button(key="flag_send").click().run()
    assert "Choose" in at.error[0].value
    assert at.text_area(key="flag_text").value == "Half a story"


def test_an_officer_dismisses_and_the_client_score_moves(house: House) -> None:
    at = opened(house, Role.OFFICER, "ethics/triage/pages/triage.py")
    key = next(b.key for b in at.button if b.key and b.key.endswith("_decide")).removesuffix("_decide")
    with house.db.read() as tx:
        flag = tx.get(Flag, key)
        assert flag is not None
        before = scores.latest(tx)[flag.client_id]
    at.selectbox(key=key + "_outcome").select("T10")
    at.text_input(key=key + "_reason").set_value("The terms said so")
    at.button(key=key + "_decide").click().run()
    assert not at.error, at.error
    with house.db.read() as tx:
        after = scores.latest(tx)[flag.client_id]
        decided = tx.get(Flag, key)
    assert decided is not None
    assert decided.status == "dismissed"
    assert (after.score or 0) <= (before.score or 0)


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


def test_the_client_page_of_another_manager_is_not_found(house: House) -> None:
    at = opened(house, Role.MANAGER, "reports/pages/client.py", id=str(house.client_ids[-1]))
    assert at.title[0].value == "There is no such client."


@pytest.mark.parametrize("role", [Role.OFFICER, Role.MANAGER, Role.EXECUTIVE])
def test_the_client_page_draws_for_everybody_who_sees_risks(house: House, role: Role) -> None:
    at = opened(house, role, "reports/pages/client.py", id=str(house.client_ids[0]))
    assert not at.error, [error.value for error in at.error]
    assert any("Reviews" in header.value for header in at.header)


def test_a_client_number_that_is_no_number_is_harmless(house: House) -> None:
    at = opened(house, Role.MANAGER, "reports/pages/client.py", id="1 OR 1=1")
    assert at.title[0].value == "Which client?"


def test_a_manager_makes_a_review_on_the_clients_page(house: House) -> None:
    at = opened(house, Role.MANAGER, "reports/pages/client.py", id=str(house.client_ids[0]))
    at.button(key="make_review").click().run()
    assert not at.error
    with house.db.read() as tx:
        assert len(tx.exec(select(Review)).all()) == 1


def test_a_checklist_is_filled_in_finished_and_shown_on_the_client(house: House) -> None:
    from checklists.assessment import Answer
    from checklists.lists import checklists

    client_id = house.client_ids[0]
    at = opened(house, Role.MANAGER, "checklists/pages/check.py")
    at.selectbox(key="check_client").select(client_id).run()
    at.button(key="check_finish").click().run()
    assert "no answer yet" in at.error[0].value
    for item in checklists()["onboarding"].items:
        at.button_group(key=f"check_{client_id}_{item.id}_answer").set_value(
            Answer.NO if item.id == "A01" else Answer.YES
        )
        at.text_input(key=f"check_{client_id}_{item.id}_evidence").set_value("seen on 1 November")
    at.button(key="check_finish").click().run()
    assert not at.error, at.error
    at.switch_page("reports/pages/client.py")
    at.query_params["id"] = str(client_id)
    at.run()
    assert "A01" in words(at)


def upload(at: AppTest, kind: str, name: str, content: bytes) -> AppTest:
    at.button_group(key="import_kind").set_value(kind).run()
    at.file_uploader(key=f"import_file_{kind}").set_value((name, content, "text/csv")).run()
    return at


CLIENTS = b"name,business_id,sector\nSuopursu Oy,,energy\n"


def test_hr_checks_a_file_imports_it_and_undoes_it(house: House) -> None:
    at = upload(opened(house, Role.HR), "clients", "clients.csv", CLIENTS)
    at.button(key="import_check").click().run()
    assert "nothing has been written" in at.success[0].value
    at.button(key="import_go").click().run()
    assert "Imported as batch" in at.success[0].value
    with house.db.read() as tx:
        batch = tx.exec(select(Batch).order_by(Batch.id.desc())).first()  # type: ignore[union-attr]
    assert batch is not None
    at.button(key="import_go").click().run()
    assert "in already" in at.info[0].value
    at.button(key=f"undo_go_{batch.id}").click().run()
    with house.db.read() as tx:
        assert not tx.exec(select(Client).where(Client.name == "Suopursu Oy")).all()


def test_a_wrong_file_gets_its_error_table_and_writes_nothing(house: House) -> None:
    at = upload(opened(house, Role.HR), "clients", "clients.csv", b"name,since\nSuopursu Oy,31.2.2026\n")
    at.button(key="import_go").click().run()
    assert "Nothing was written" in at.error[0].value
    table: Any = at.table[0].value
    assert table.iloc[0].tolist()[:2] == ["2", "since"]


def test_columns_are_matched_by_hand_and_remembered(house: House) -> None:
    content = b"Yritys,Ala\nSuopursu Oy,energia\n"
    at = upload(opened(house, Role.HR), "clients", "yritykset.csv", content)
    key = next(s.key for s in at.selectbox if s.key and s.key.endswith("col_name"))
    at.selectbox(key=key).select("Yritys").run()
    at.button(key="import_go").click().run()
    assert "Imported as batch" in at.success[0].value
    again = upload(
        opened(house, Role.HR), "clients", "yritykset.csv", b"Yritys,Ala\nSuopursu Oy,energia\nVaivero Oy,media\n"
    )
    key = next(s.key for s in again.selectbox if s.key and s.key.endswith("col_name"))
    assert again.selectbox(key=key).value == "Yritys"


def test_a_renamed_program_is_refused_in_a_sentence(house: House) -> None:
    at = upload(opened(house, Role.HR), "clients", "clients.csv", b"\x7fELF" + b"\0" * 100)
    assert at.error
    assert "CSV" in at.error[0].value


def test_the_administrator_adds_a_person_who_gets_a_one_time_password(house: House) -> None:
    at = opened(house, Role.ADMINISTRATOR, "ethics/people/pages/people.py")
    at.text_input(key="people_name").set_value("Uusi Ihminen")
    at.text_input(key="people_login").set_value("uusi")
    at.multiselect(key="people_roles").set_value(["agent"])
    next(b for b in at.button if b.label == "Add").click().run()
    assert not at.error, at.error
    assert re.search(r"One-time password: \w{5}-\w{5}-\w{5}", at.code[0].value)


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


def test_a_mapping_file_may_be_brought_to_the_page(house: House) -> None:
    content = b"Yritys;Kuukausi\nSuopursu Oy;100,50\n"
    at = upload(opened(house, Role.HR), "clients", "yritykset.csv", content)
    mapping = b'decimal = ","\n[columns]\nname = "Yritys"\nmonthly_revenue = "Kuukausi"\n'
    at.file_uploader(key="import_mapping_clients").set_value(("m.toml", mapping, "application/toml")).run()
    at.button(key="import_go").click().run()
    assert "Imported as batch" in at.success[0].value
    with house.db.read() as tx:
        found = tx.exec(select(Client).where(Client.name == "Suopursu Oy")).one()
    assert found.monthly_revenue_cents == 10_050


def test_a_mapping_file_that_is_no_mapping_says_so(house: House) -> None:
    at = upload(opened(house, Role.HR), "clients", "c.csv", CLIENTS)
    at.file_uploader(key="import_mapping_clients").set_value(("m.toml", b"[columns\n", "application/toml")).run()
    assert "not TOML" in at.error[0].value


@pytest.mark.parametrize(
    "text", ["http://evil.test/x", "HTTPS://evil.test", "www.evil.test", "somebody@evil.test", "x://y"]
)
def test_no_bare_address_is_left_for_a_renderer_to_make_a_link_of(text: str) -> None:
    """Renderers look for `://`, `www.` and `a@b` once the escapes are gone; a joiner stands in each."""
    shown = markdown(text).replace("\\", "")
    assert not re.search(r"://|www\.|@\w", shown, re.IGNORECASE)
    assert shown.replace("\N{WORD JOINER}", "") == text
