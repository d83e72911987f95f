"""From an agent's flag to an officer's decision, and what the score makes of it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from sqlmodel import select

from ethics import audit
from ethics.access import TERMINAL, Actor, Role
from ethics.clients.models import Client, Promise
from ethics.database import Database, today
from ethics.language import NotFound, Refused
from ethics.mismatches import flags, own, tally
from ethics.mismatches.models import Flag
from ethics.people.models import User
from ethics.risk import scores
from ethics.triage import card, queue, rulings
from ethics.workforce.models import ContactWeek
from tests.conftest import someone

DAY = today()
DRAFT = flags.Draft(1, "M05", 3, "proof", "Luvattiin 19,90 €, laskulla 34,90 €.", DAY, "confidential", "one")
CONFIRM = rulings.Ruling("T5", "M05", 3, None, "The invoice shows it", "Thank you: it is as you said.")


@pytest.fixture
def centre(db: Database) -> Database:
    """Two clients with 20,000 contacts each last week, an agent (1), an officer (2)."""
    from ethics.database import now
    from ethics.imports.models import Batch

    monday = DAY - dt.timedelta(days=DAY.weekday() + 7)
    with db.write() as tx:
        tx.add(Batch(id=1, kind="clients", file_name="f", sha256="0", rows=2, imported_by="t", imported_at=now()))
        tx.flush()
        for number, name in ((1, "Lumikki Laajakaista Oy"), (2, "Oiva Lehdet Oy")):
            tx.add(Client(id=number, name=name, name_key=name.casefold()))
            tx.flush()
            tx.add(ContactWeek(client_id=number, week_start=monday, contacts=20_000, batch_id=1))
        for number, login in ((1, "agent"), (2, "officer")):
            tx.add(User(id=number, name=f"Test {login}", login=login, password_hash="x", created_at=now()))
        tx.flush()
        scores.compute(tx)
    return db


AGENT, OFFICER = someone(Role.AGENT, user_id=1), someone(Role.OFFICER, user_id=2)


def file(db: Database, **other: Any) -> str:
    with db.write() as tx:
        return flags.file(tx, AGENT, dataclasses.replace(DRAFT, **other))


def score(db: Database, client_id: int = 1) -> float:
    with db.read() as tx:
        found = scores.latest(tx)[client_id].score
    assert found is not None
    return found


def test_a_filed_flag_waits_in_the_queue_and_moves_no_score(centre: Database) -> None:
    before = score(centre)
    file(centre)
    with centre.read() as tx:
        rows = queue.queue(tx, OFFICER)
    assert [(r.client, r.category, r.days) for r in rows] == [("Lumikki Laajakaista Oy", "M05", 7)]
    assert score(centre) == before


def test_confirming_moves_the_score_of_that_client_only(centre: Database) -> None:
    before, other = score(centre), score(centre, 2)
    key = file(centre)
    with centre.write() as tx:
        rulings.decide(tx, OFFICER, key, CONFIRM)
    assert score(centre) > before
    assert score(centre, 2) == other


@pytest.mark.parametrize("category", ["M01", "M02"])
def test_confirmed_normal_work_moves_nothing(centre: Database, category: str) -> None:
    before = score(centre)
    key = file(centre)
    with centre.write() as tx:
        rulings.decide(tx, OFFICER, key, dataclasses.replace(CONFIRM, category=category))
    assert score(centre) == before


def test_a_dismissed_flag_moves_nothing_and_the_agent_reads_why(centre: Database) -> None:
    before = score(centre)
    key = file(centre)
    with centre.write() as tx:
        rulings.decide(
            tx, OFFICER, key, dataclasses.replace(CONFIRM, outcome="T1", answer="The offer said it plainly.")
        )
    with centre.read() as tx:
        mine = own.own(tx, AGENT)
    assert score(centre) == before
    assert [(f.status, f.answer) for f in mine] == [("dismissed", "The offer said it plainly.")]


def test_a_decision_can_be_changed_and_the_score_follows(centre: Database) -> None:
    before = score(centre)
    key = file(centre)
    for outcome in ("T5", "T10"):
        with centre.write() as tx:
            rulings.decide(tx, OFFICER, key, dataclasses.replace(CONFIRM, outcome=outcome))
    assert score(centre) == before


def test_silence_does_not_lower_a_risk(centre: Database) -> None:
    """A flag that nobody decided for eight days counts as reported."""
    before = score(centre)
    key = file(centre)
    with centre.write() as tx:
        flag = tx.get(Flag, key)
        assert flag is not None
        flag.filed_on = flag.met_on = DAY - dt.timedelta(days=8)
        tx.flush()
        scores.compute(tx)
    assert score(centre) > before


def test_the_same_click_twice_is_one_flag(centre: Database) -> None:
    assert file(centre) == file(centre)
    assert file(centre, submission="two") != file(centre)


def test_the_reporters_name_is_for_officers_and_only_when_it_was_given(centre: Database) -> None:
    named, quiet = file(centre, submission="a", disclosed="named"), file(centre, submission="b")
    with centre.read() as tx:
        assert card.card(tx, OFFICER, named).reporter == "Test agent"
        assert card.card(tx, OFFICER, quiet).reporter == "Test agent"
    with centre.read() as tx:
        bodies = [entry.body for entry in tx.exec(select(audit.AuditEntry))]
    assert [named in body for body in bodies] == [True]


def test_nothing_in_the_audit_trail_stands_near_a_confidential_flag(centre: Database) -> None:
    """An administrator reads the trail: an entry a minute after somebody's sign-in would say who filed it."""
    file(centre)
    with centre.read() as tx:
        assert audit.head(tx) == (0, audit.FIRST)


def test_the_audit_trail_holds_no_free_text(centre: Database) -> None:
    key = file(centre, disclosed="named")
    with centre.write() as tx:
        rulings.decide(tx, OFFICER, key, CONFIRM)
        bodies = " ".join(entry.body for entry in tx.exec(select(audit.AuditEntry)))
    for text in (DRAFT.text, CONFIRM.reason, CONFIRM.answer):
        assert text not in bodies


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"client_id": None}, "Choose the client"),
        ({"client_id": 99}, "Choose the client"),
        ({"category": None}, "Choose what happened"),
        ({"category": "M13"}, "Choose what happened"),
        ({"severity": 5}, "how serious"),
        ({"severity": -1}, "how serious"),
        ({"certainty": "sure"}, "how you know"),
        ({"disclosed": "imported"}, "who may see your name"),
        ({"text": "  \n "}, "Write what was promised"),
        ({"text": "x" * 4001}, "too long"),
        ({"met_on": DAY + dt.timedelta(days=1)}, "future"),
        ({"met_on": DAY - dt.timedelta(days=400)}, "over a year ago"),
    ],
)
def test_a_draft_that_lacks_something_is_refused_with_the_reason(
    centre: Database, change: dict[str, Any], says: str
) -> None:
    with pytest.raises(Refused, match=says):
        file(centre, **change)
    with centre.read() as tx:
        assert tx.exec(select(Flag)).all() == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"outcome": ""}, "what comes of the flag"),
        ({"outcome": "T8"}, "what comes of the flag"),
        ({"outcome": "T3"}, "question to the client first"),
        ({"reason": " "}, "Write the reason"),
        ({"answer": ""}, "Write an answer"),
        ({"category": "M99"}, "from the lists"),
        ({"severity": 9}, "from the lists"),
        ({"promise_id": 77}, "another client"),
    ],
)
def test_a_ruling_that_lacks_something_is_refused_and_changes_nothing(
    centre: Database, change: dict[str, Any], says: str
) -> None:
    key = file(centre)
    with pytest.raises(Refused, match=says), centre.write() as tx:
        rulings.decide(tx, OFFICER, key, dataclasses.replace(CONFIRM, **change))
    with centre.read() as tx:
        assert card.card(tx, OFFICER, key).status == "open"


def test_nobody_decides_on_their_own_flag(centre: Database) -> None:
    both = Actor(name="Both", roles=frozenset({Role.AGENT, Role.OFFICER}), user_id=1)
    key = file(centre)
    with pytest.raises(Refused, match="another officer"), centre.write() as tx:
        rulings.decide(tx, both, key, CONFIRM)


def test_a_mismatch_is_tied_to_a_promise_of_the_same_client(centre: Database) -> None:
    with centre.write() as tx:
        tx.add(Promise(id=1, client_id=1, text="19,90 € kaksi vuotta", row_key="k"))
        tx.flush()
    key = file(centre)
    with centre.write() as tx:
        rulings.decide(tx, OFFICER, key, dataclasses.replace(CONFIRM, promise_id=1))
        assert tally.by_promise(tx, 1) == {1: 1}


def test_an_unknown_flag_is_not_found(centre: Database) -> None:
    with pytest.raises(NotFound), centre.read() as tx:
        card.card(tx, OFFICER, "nothing")


def test_the_queue_puts_the_late_first_and_counts_them(centre: Database) -> None:
    keys = [file(centre, submission=str(k)) for k in range(3)]
    with centre.write() as tx:
        for key, days in zip(keys, (2, 9, 5), strict=True):
            flag = tx.get(Flag, key)
            assert flag is not None
            flag.filed_on = DAY - dt.timedelta(days=days)
    with centre.read() as tx:
        assert [row.days for row in queue.queue(tx, OFFICER)] == [-2, 2, 5]
        state = queue.count(tx, OFFICER)
    assert (state.open, state.late, state.next_due) == (3, 1, DAY + dt.timedelta(days=2))


def test_decided_flags_are_listed_the_latest_first(centre: Database) -> None:
    keys = [file(centre, submission=str(k)) for k in range(2)]
    for key in keys:
        with centre.write() as tx:
            rulings.decide(tx, OFFICER, key, CONFIRM)
    with centre.read() as tx:
        assert [row.id for row in queue.queue(tx, OFFICER, decided=True)] == keys[::-1]


def test_ending_a_transaction_badly_leaves_no_flag_and_no_audit(centre: Database) -> None:
    with pytest.raises(RuntimeError), centre.write() as tx:
        flags.file(tx, AGENT, dataclasses.replace(DRAFT, disclosed="named"))
        raise RuntimeError
    with centre.read() as tx:
        assert audit.head(tx)[0] == 0


def test_the_terminal_can_triage_too(centre: Database) -> None:
    key = file(centre)
    with centre.write() as tx:
        rulings.decide(tx, TERMINAL, key, CONFIRM)
