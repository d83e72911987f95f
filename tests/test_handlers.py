"""Who handles a flag: not whom the reporter keeps out, not who stands too near, not the reporter; never nobody."""

from __future__ import annotations

import pytest

from ethics.access import Role
from ethics.database import Database
from ethics.language import NotFound, Refused
from ethics.mismatches import flags
from ethics.mismatches.models import Decision, Flag
from ethics.people.models import User, UserRole
from ethics.triage import card, handlers, inquiries, queue, rulings, similar
from tests.centre import AGENT, DAY, OFFICER, SECOND, build, file
from tests.conftest import someone

YES = rulings.Ruling("T5", "M05", 3, None, "The invoice shows it", "It is as you said.")


@pytest.fixture
def centre(db: Database) -> Database:
    return build(db)


def waiting(db: Database, officer: int) -> set[str]:
    with db.read() as tx:
        return {row.id for row in queue.queue(tx, someone(Role.OFFICER, user_id=officer))}


def test_an_officer_whom_the_reporter_keeps_out_never_meets_the_flag(centre: Database) -> None:
    key = file(centre, exclude=(OFFICER.user_id,))
    assert waiting(centre, 2) == set()
    assert waiting(centre, 3) == {key}
    with centre.read() as tx:
        assert queue.count(tx, OFFICER).open == 0
    for use in (
        lambda tx: card.card(tx, OFFICER, key),
        lambda tx: card.read(tx, OFFICER, key),
        lambda tx: similar.similar(tx, OFFICER, key),
        lambda tx: rulings.acknowledge(tx, OFFICER, key),
        lambda tx: rulings.decide(tx, OFFICER, key, YES),
        lambda tx: inquiries.ask_reporter(tx, OFFICER, key, "Which page?"),
        lambda tx: inquiries.ask_client(tx, OFFICER, key, "Which page?", DAY),
        lambda tx: inquiries.verify(tx, OFFICER, key, method="document", result="unclear", text="Terms", done_on=DAY),
        lambda tx: inquiries.add_note(tx, OFFICER, key, "Hello"),
        lambda tx: rulings.show_client(tx, OFFICER, key, "Because"),
        lambda tx: handlers.step_aside(tx, OFFICER, key),
    ):
        with centre.write() as tx, pytest.raises(NotFound, match="There is no such flag"):
            use(tx)


def test_absent_and_kept_out_sound_alike(centre: Database) -> None:
    key = file(centre, exclude=(OFFICER.user_id,))
    said = []
    for asked in (key, "f" * 32):
        with centre.read() as tx, pytest.raises(NotFound) as refused:
            card.card(tx, OFFICER, asked)
        said.append(str(refused.value))
    assert said[0] == said[1]


def test_a_reporter_cannot_keep_every_officer_out(centre: Database) -> None:
    with pytest.raises(Refused, match="leave at least one officer"):
        file(centre, exclude=(OFFICER.user_id, SECOND.user_id))


def test_a_kept_out_officers_flag_cannot_be_merged_away(centre: Database) -> None:
    hidden, mine = file(centre, exclude=(OFFICER.user_id,)), file(centre, submission="two")
    for one, other in ((hidden, mine), (mine, hidden)):
        with centre.write() as tx, pytest.raises(NotFound):
            rulings.merge(tx, OFFICER, one, other)
    with centre.read() as tx:
        assert [found.id for found in similar.similar(tx, OFFICER, mine)] == []


def test_who_steps_aside_leaves_the_flag_to_the_others(centre: Database) -> None:
    key = file(centre)
    with centre.write() as tx:
        handlers.step_aside(tx, OFFICER, key)
    assert waiting(centre, 2) == set()
    assert waiting(centre, 3) == {key}


def test_the_last_officer_cannot_step_aside(centre: Database) -> None:
    key = file(centre, exclude=(SECOND.user_id,))
    with centre.write() as tx, pytest.raises(Refused, match="leave at least one officer"):
        handlers.step_aside(tx, OFFICER, key)
    with centre.write() as tx:
        second = tx.get(User, 3)
        assert second is not None
        second.active = False
    with centre.write() as tx, pytest.raises(Refused, match="leave at least one officer"):
        handlers.step_aside(tx, OFFICER, file(centre, submission="two"))


def test_a_declared_conflict_hides_the_clients_flags_and_no_others(centre: Database) -> None:
    first, second = file(centre), file(centre, client_id=2, submission="two")
    with centre.write() as tx:
        handlers.declare_conflicts(tx, OFFICER, {1})
        assert handlers.conflicts(tx, OFFICER) == {1: "Lumikki Oy"}
    assert waiting(centre, 2) == {second}
    assert waiting(centre, 3) == {first, second}
    with centre.write() as tx:
        handlers.declare_conflicts(tx, OFFICER, set())
    assert waiting(centre, 2) == {first, second}


def test_somebody_is_always_left_for_a_client(centre: Database) -> None:
    with centre.write() as tx:
        handlers.declare_conflicts(tx, SECOND, {1})
    with centre.write() as tx, pytest.raises(Refused, match="leave at least one officer"):
        handlers.declare_conflicts(tx, OFFICER, {1, 2})
    with centre.write() as tx:
        handlers.declare_conflicts(tx, OFFICER, {2})


def test_a_conflict_and_an_exclusion_together_leave_somebody_too(centre: Database) -> None:
    key = file(centre)
    with centre.write() as tx:
        handlers.declare_conflicts(tx, SECOND, {1})
    with centre.write() as tx, pytest.raises(Refused, match="leave at least one officer"):
        handlers.step_aside(tx, OFFICER, key)


def test_a_conflict_with_no_such_client_is_not_found(centre: Database) -> None:
    with centre.write() as tx, pytest.raises(NotFound):
        handlers.declare_conflicts(tx, OFFICER, {99})


def test_an_officer_who_is_an_agent_too_reads_the_own_flag_but_decides_nothing_on_it(centre: Database) -> None:
    key = file(centre)
    with centre.write() as tx:
        tx.add(UserRole(user_id=1, role=Role.OFFICER))
    both = someone(Role.AGENT, Role.OFFICER, user_id=AGENT.user_id)
    with centre.read() as tx:
        assert card.card(tx, both, key).mine
    for act in (
        lambda tx: rulings.acknowledge(tx, both, key),
        lambda tx: rulings.decide(tx, both, key, YES),
        lambda tx: inquiries.ask_client(tx, both, key, "Is it so?", DAY),
        lambda tx: inquiries.verify(tx, both, key, method="document", result="unclear", text="Terms", done_on=DAY),
    ):
        with centre.write() as tx, pytest.raises(Refused, match="You filed this flag yourself"):
            act(tx)


def test_a_held_flag_is_shown_to_nobody_before_its_period_ends(centre: Database) -> None:
    key = file(centre)
    with centre.write() as tx:
        flag = tx.get(Flag, key)
        assert flag is not None
        flag.status = Decision.HELD
    assert waiting(centre, 2) == set()
    with centre.read() as tx, pytest.raises(NotFound):
        card.card(tx, OFFICER, key)


def test_the_officers_that_a_reporter_may_keep_out_are_the_active_ones(centre: Database) -> None:
    with centre.write() as tx:
        assert flags.officers(tx) == {2: "Test officer", 3: "Test second"}
        second = tx.get(User, 3)
        assert second is not None
        second.active = False
        tx.flush()
        assert flags.officers(tx) == {2: "Test officer"}
