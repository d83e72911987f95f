"""The triage page as an officer uses it, and as everybody else does not; and the files beside a flag."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import select
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from ethics import gate
from ethics.access import Role
from ethics.clients.models import Client
from ethics.database import today
from ethics.door import filing, receipts
from ethics.mismatches import evidence, flags, own
from ethics.mismatches.models import Exclusion, Flag
from ethics.people import accounts, doors
from ethics.triage import answers, card, files, handlers
from tests.house import PASSWORD, House
from tests.test_pages import ROOT, opened, words

PAGE = "ethics/triage/pages/triage.py"
DAY = today()
DRAFT = flags.Draft(1, "M05", 3, "proof", "Luvattiin 19,90 €, laskulla 34,90 €.", DAY, "confidential", "one")


def file(house: House, **other: Any) -> str:
    with house.db.write() as tx:
        draft = dataclasses.replace(DRAFT, client_id=house.client_ids[0])
        return flags.file(tx, house.actor(Role.AGENT), dataclasses.replace(draft, **other))


def flag_of(house: House, key: str) -> Flag:
    with house.db.read() as tx:
        flag = tx.get(Flag, key)
    assert flag is not None
    return flag


def second_officer(house: House) -> int:
    with house.db.write() as tx:
        number, _ = accounts.add_person(
            tx, house.actor(Role.ADMINISTRATOR), name="Test second", login="second.test", roles=[Role.OFFICER]
        )
    return number


def at_flag(house: House, key: str) -> AppTest:
    """The officer at the page, with this flag open."""
    at = opened(house, Role.OFFICER, PAGE)
    at.session_state["triage_flag"] = key
    at.run()
    assert not at.exception, at.exception
    return at


def click(at: AppTest, key: str) -> AppTest:
    at.button(key=key).click().run()
    assert not at.exception, at.exception
    return at


def heard(house: House) -> list[str]:
    """What the officer wrote to the agent."""
    with house.db.read() as tx:
        found = own.own(tx, house.actor(Role.AGENT))
    return [line.text for flag in found for line in flag.messages if line.side == "officer"]


def test_the_title_is_the_answer(house: House) -> None:
    at = opened(house, Role.OFFICER, PAGE)
    assert "flags are late" in at.title[0].value
    with house.db.write() as tx:
        for flag in tx.exec(select(Flag).where(Flag.status == "open")):
            flag.filed_on = flag.met_on = DAY
    due = DAY + dt.timedelta(days=7)
    at = opened(house, Role.OFFICER, PAGE)
    assert at.title[0].value == f"Nothing is late; the next is due {due.day} {due:%b} {due.year}".replace(
        "Sep ", "Sept "
    )


def test_the_first_flag_of_the_queue_is_open_and_another_is_read_by_a_click(house: House) -> None:
    at = opened(house, Role.OFFICER, PAGE)
    reads = [button for button in at.button if str(button.key).startswith("read_")]
    assert [button.disabled for button in reads][:2] == [True, False]
    click(at, str(reads[1].key))
    assert at.button(key=str(reads[1].key)).disabled
    assert not at.button(key=str(reads[0].key)).disabled


def test_everything_that_the_reporter_wrote_is_on_the_card(house: House) -> None:
    key = file(
        house,
        experience="The customer felt cheated",
        said="The same price for two years",
        said_where="On the phone",
        step="invoice",
        channel="phone",
        frequency="systematic",
        for_family="no",
        contact_ref="K-1",
    )
    shown = words(at_flag(house, key)).replace("\\", "")
    for part in (
        "Luvattiin 19,90 €, laskulla 34,90 €.",
        "The customer felt cheated",
        "The same price for two years",
        "On the phone",
        "I have proof · It is how it is sold · On the invoice · Phone · would buy it for the family: No · contact K-1",
        "You see the name, nobody else does: Test agent.",
    ):
        assert part in shown


def test_an_officer_tells_that_the_flag_has_been_read_once(house: House) -> None:
    key = file(house)
    at = click(at_flag(house, key), f"{key}_acknowledge")
    assert flag_of(house, key).acknowledged_on == DAY
    assert not [button for button in at.button if button.key == f"{key}_acknowledge"]


def test_opening_a_flag_marks_the_replies_as_read(house: House) -> None:
    key = file(house)
    at = at_flag(house, key)
    at.text_area(key=f"{key}_ask").set_value("Which page was it?")
    click(at, f"{key}_ask_go")
    assert at.text_area(key=f"{key}_ask").value == ""
    with house.db.write() as tx:
        own.reply(tx, house.actor(Role.AGENT), key, "The order page, REPLYWORDS.")
        assert [line.seen for line in card.card(tx, house.actor(Role.OFFICER), key).messages] == [False, False]
    assert "REPLYWORDS" in words(at_flag(house, key))
    with house.db.read() as tx:
        assert [line.seen for line in card.card(tx, house.actor(Role.OFFICER), key).messages] == [False, True]


def test_an_empty_question_is_refused_and_nothing_is_sent(house: House) -> None:
    key = file(house)
    at = click(at_flag(house, key), f"{key}_ask_go")
    assert at.error[0].value == "Write a few words first."
    assert heard(house) == []


def test_the_client_is_asked_and_its_answer_noted(house: House) -> None:
    key = file(house)
    at = at_flag(house, key)
    at.text_area(key=f"{key}_client").set_value("Is the price the same for two years?")
    click(at, f"{key}_client_go")
    with house.db.read() as tx:
        question = card.card(tx, house.actor(Role.OFFICER), key).questions[0]
    assert [code.value for code in at.code] == ["Is the price the same for two years?"]
    assert question.days == 14
    at.text_area(key=f"{question.id}_heard").set_value("It rises.")
    click(at, f"heard_{question.id}")
    assert "It rises" in words(at)


def test_a_question_that_quotes_the_flag_is_refused_and_stays_to_be_mended(house: House) -> None:
    said = "the seller promised me that nothing would ever change in the price"
    key = file(house, text=said)
    at = at_flag(house, key)
    at.text_area(key=f"{key}_client").set_value(f"We heard: {said}.")
    click(at, f"{key}_client_go")
    assert "quotes the flag" in at.error[0].value
    assert at.text_area(key=f"{key}_client").value == f"We heard: {said}."


def test_a_check_and_a_private_note_are_kept(house: House) -> None:
    key = file(house)
    at = at_flag(house, key)
    at.selectbox(key=f"{key}_method").select("recording")
    at.button_group(key=f"{key}_result").set_value("supports")
    at.text_area(key=f"{key}_seen").set_value("Five of ten say so")
    click(at, f"{key}_verify_go")
    at.text_area(key=f"{key}_note").set_value("As in October")
    click(at, f"{key}_note_go")
    shown = words(at)
    for part in ("Supports the flag", "Recording sample", "Five of ten say so", "As in October", "Test officer"):
        assert part in shown
    click(at, f"{key}_note_go")
    assert at.error[0].value == "Write a few words first."


def test_an_outcome_brings_its_answer_in_the_reporters_language_until_it_is_edited(house: House) -> None:
    key = file(house, language="fi")
    at = at_flag(house, key)
    with house.db.read() as tx:
        template = {code: answers.wording(tx, code, "fi") for code in ("T2", "T5", "T10")}
    for code in ("T5", "T2"):
        at.selectbox(key=f"{key}_outcome").select(code).run()
        assert at.text_area(key=f"{key}_answer").value == template[code]
    at.text_area(key=f"{key}_answer").set_value("Omin sanoin.").run()
    at.selectbox(key=f"{key}_outcome").select("T10").run()
    assert at.text_area(key=f"{key}_answer").value == "Omin sanoin."


def test_an_officer_decides_answers_and_goes_on_to_the_next(house: House) -> None:
    key = file(house)
    at = at_flag(house, key)
    at.selectbox(key=f"{key}_outcome").select("T5").run()
    at.selectbox(key=f"{key}_severity").select(2)
    at.text_input(key=f"{key}_reason").set_value("The invoice shows it")
    at.text_area(key=f"{key}_answer").set_value("It is as you said.")
    click(at, f"{key}_decide")
    assert not at.error, at.error
    flag = flag_of(house, key)
    assert (flag.status, flag.outcome, flag.severity) == ("confirmed", "T5", 2)
    assert heard(house) == ["It is as you said."]
    assert not [button for button in at.button if button.key == f"{key}_decide"]


@pytest.mark.parametrize(
    ("outcome", "reason", "says"),
    [
        (None, "Because", "Choose what comes of the flag."),
        ("T5", "", "Write the reason: somebody will ask for it."),
        ("T3", "Because", "Write the question to the client first"),
    ],
)
def test_an_incomplete_decision_says_what_is_missing(house: House, outcome: str | None, reason: str, says: str) -> None:
    key = file(house)
    at = at_flag(house, key)
    if outcome:
        at.selectbox(key=f"{key}_outcome").select(outcome).run()
    at.text_input(key=f"{key}_reason").set_value(reason)
    click(at, f"{key}_decide")
    assert says in at.error[0].value
    assert flag_of(house, key).status == "open"
    assert at.text_input(key=f"{key}_reason").value == reason


def test_a_draft_is_kept_while_another_flag_is_read(house: House) -> None:
    key = file(house)
    at = at_flag(house, key)
    at.text_input(key=f"{key}_reason").set_value("Half a reason").run()
    other = next(str(b.key) for b in at.button if str(b.key).startswith("read_") and b.key != f"read_{key}")
    click(at, other)
    at.session_state["triage_flag"] = key
    at.run()
    assert at.text_input(key=f"{key}_reason").value == "Half a reason"


def test_handing_over_warns_and_deletes_the_details(house: House) -> None:
    key = file(house, experience="A quarrel in the office")
    at = at_flag(house, key)
    at.selectbox(key=f"{key}_outcome").select("T9").run()
    assert "are deleted here" in at.warning[0].value
    at.text_input(key=f"{key}_reason").set_value("For HR")
    click(at, f"{key}_decide")
    assert (flag_of(house, key).text, flag_of(house, key).experience) == ("", "")


@pytest.mark.parametrize(
    ("outcome", "category", "says"),
    [
        ("T1", "M01", "confirmed as normal work"),
        ("T1", "M05", "does not count"),
        ("T4", "M05", "stays open"),
        ("T5", "M05", "counts in the client's score"),
        ("T6", "M05", "waits on the page Whistles"),
    ],
)
def test_the_page_says_where_an_outcome_leaves_the_flag(house: House, outcome: str, category: str, says: str) -> None:
    key = file(house, category=category)
    at = at_flag(house, key)
    at.selectbox(key=f"{key}_outcome").select(outcome).run()
    assert says in words(at)


def test_flags_that_are_alike_are_handled_together_from_the_card(house: House) -> None:
    key, other = file(house), file(house, submission="two")
    at = at_flag(house, key)
    assert "Nearly the same" in words(at)
    click(at, f"merge_{other}")
    assert flag_of(house, other).merged_into == key
    assert not [button for button in at.button if button.key == f"merge_{other}"]
    assert "Handled together with this flag" in words(at)


def test_the_later_flag_goes_with_the_earlier_one(house: House) -> None:
    key, earlier = file(house), file(house, submission="two")
    with house.db.write() as tx:
        flag = tx.get(Flag, earlier)
        assert flag is not None
        flag.filed_on = flag.met_on = DAY - dt.timedelta(days=1)
    at = click(at_flag(house, key), f"merge_{earlier}")
    assert flag_of(house, key).merged_into == earlier
    assert at.session_state["triage_flag"] == earlier


def test_a_merged_flag_leads_to_the_one_that_is_decided(house: House) -> None:
    key, other = file(house), file(house, submission="two")
    at = click(at_flag(house, key), f"merge_{other}")
    at.session_state["triage_flag"] = other
    at.run()
    click(at, f"{other}_kept")
    assert at.session_state["triage_flag"] == key


def anonymous(house: House, **choices: Any) -> str:
    token = receipts.new_token()
    draft = dataclasses.replace(DRAFT, client_id=house.client_ids[0], disclosed="anonymous")
    with house.db.write() as tx:
        hashed = receipts.slow_hash(receipts.code(token))
        filing.file(tx, draft, token, hashed, filing.Choices(**choices), on=DAY)
        return tx.exec(select(Flag.id).where(Flag.disclosed == "anonymous")).one()


def test_a_withheld_client_is_shown_after_a_reason(house: House) -> None:
    key = anonymous(house, withhold=True)
    with house.db.read() as tx:
        client = tx.get(Client, house.client_ids[0])
        assert client is not None
    at = at_flag(house, key)
    head = [caption.value for caption in at.caption if "Client withheld" in caption.value]
    assert head
    assert not [button for button in at.button if button.key == f"{key}_decide"]
    click(at, f"{key}_show")
    assert at.error[0].value == "Write the reason: somebody will ask for it."
    at.text_input(key=f"{key}_why").set_value("To judge the promise")
    click(at, f"{key}_show")
    assert any(client.name in caption.value for caption in at.caption)
    assert at.button(key=f"{key}_decide")


def test_of_an_anonymous_flag_only_the_week_is_told(house: House) -> None:
    key = anonymous(house)
    at = at_flag(house, key)
    year, week, _ = DAY.isocalendar()
    head = at.header[0], next(c.value for c in at.caption if "flag in" in c.value)
    assert head[1].endswith(f"flag in week {week}/{year}")
    assert "Nothing here tells who filed it" in words(at)


def test_an_imported_flag_needs_no_answer(house: House) -> None:
    with house.db.read() as tx:
        key = tx.exec(select(Flag.id).where(Flag.disclosed == "imported", Flag.status == "open")).first()
    assert key is not None
    at = at_flag(house, key)
    assert not [area for area in at.text_area if area.key == f"{key}_answer"]
    at.selectbox(key=f"{key}_outcome").select("T5").run()
    at.text_input(key=f"{key}_reason").set_value("The terms say so")
    click(at, f"{key}_decide")
    assert flag_of(house, key).status == "confirmed"


def test_who_stands_too_near_steps_aside(house: House) -> None:
    key = file(house)
    at = click(at_flag(house, key), f"{key}_aside")
    assert "leave at least one officer" in at.error[0].value
    second_officer(house)
    at = click(at_flag(house, key), f"{key}_aside")
    with house.db.read() as tx:
        assert tx.exec(select(Exclusion.flag_id)).all() == [key]
    assert not [button for button in at.button if str(button.key).startswith(key)]


def test_a_flag_that_was_taken_away_meanwhile_says_so_and_the_page_goes_on(house: House) -> None:
    key = file(house)
    at = at_flag(house, key)
    with house.db.write() as tx:
        tx.add(Exclusion(flag_id=key, user_id=house.user_ids[Role.OFFICER]))
    at.run()
    assert at.error[0].value == "There is no such flag."
    at.run()
    assert not at.error


def test_an_officers_own_flag_is_read_and_left_to_others(house: House) -> None:
    key = file(house)
    with house.db.write() as tx:
        flag = tx.get(Flag, key)
        assert flag is not None
        flag.reporter_id = house.user_ids[Role.OFFICER]
    at = at_flag(house, key)
    assert at.info[0].value == "You filed this flag yourself; another officer decides on it."
    assert not [button for button in at.button if str(button.key).startswith(key)]


def rules(house: House) -> AppTest:
    at = opened(house, Role.OFFICER, PAGE)
    at.session_state["triage_rules"] = True
    at.run()
    return at


def test_the_house_writes_its_own_answers_and_takes_the_built_in_one_back(house: House) -> None:
    at = rules(house)
    at.selectbox(key="rules_outcome").select("T5").run()
    built_in = at.text_area(key="rules_text_T5_en").value
    at.text_area(key="rules_text_T5_en").set_value("Our own words.")
    click(at, "rules_save")
    with house.db.read() as tx:
        assert answers.wording(tx, "T5", "en") == "Our own words."
        assert answers.wording(tx, "T5", "fi") != "Our own words."
    click(at, "rules_restore")
    assert at.text_area(key="rules_text_T5_en").value == built_in


def test_a_conflict_of_interest_hides_a_clients_flags(house: House) -> None:
    file(house)
    at = rules(house)
    at.multiselect(key="rules_conflicts").set_value([house.client_ids[0]])
    click(at, "rules_conflicts_save")
    assert "leave at least one officer" in at.error[0].value
    second_officer(house)
    click(at, "rules_conflicts_save")
    with house.db.read() as tx:
        officer = house.actor(Role.OFFICER)
        assert list(handlers.conflicts(tx, officer)) == [house.client_ids[0]]
    with house.db.read() as tx:
        name = tx.get(Client, house.client_ids[0]).name  # type: ignore[union-attr]
    assert not any(name in shown.value for shown in at.markdown if " · " in shown.value)


def test_among_the_decided_the_outcome_stands_in_the_place_of_the_clock(house: House) -> None:
    key = file(house)
    at = at_flag(house, key)
    at.selectbox(key=f"{key}_outcome").select("T10").run()
    at.text_input(key=f"{key}_reason").set_value("No trace of it")
    click(at, f"{key}_decide")
    at.button_group(key="triage_view").set_value("decided").run()
    assert at.button(key=f"read_{key}").disabled
    shown = words(at)
    assert "Not a mismatch" in shown
    assert "Cannot be assessed" in shown
    assert "Reason on file: No trace of it" in shown


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICER])
def test_nobody_else_reads_a_flag_here(house: House, role: Role) -> None:
    file(house, text="PRIVATEWORDS")
    at = AppTest.from_file(str(ROOT / PAGE), default_timeout=60)
    at.user = {"sid": house.sids[role]}
    at.run()
    assert "not for your roles" in at.title[0].value
    assert "PRIVATEWORDS" not in words(at)


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
