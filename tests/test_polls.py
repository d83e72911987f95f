"""Facts about looking again and again: what unsigned flags change is seen when their four weeks end, and all at once.

What is seen earlier, and on purpose: whistles, by those who answer them; what officers have decided; and counts from
the eighth day that nobody decided, which date a confidential flag to its day and an anonymous one to its week. Officers
read flags that are sent at once as they come; of what is mixed in they see nothing before the period ends.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings

from ethics import audit
from ethics.access import TERMINAL
from ethics.database import Database
from ethics.mismatches import flags, tally
from ethics.triage import queue, told
from tests import poll_attacks
from tests.mutants import in_house, succeeds
from tests.poll_attacks import Heap, Poll

SUITE = settings(max_examples=200, deadline=None, database=None, suppress_health_check=list(HealthCheck))
Patch = pytest.MonkeyPatch


def test_whoever_looks_before_an_unsigned_flag_and_after_reads_the_same(lite: Database) -> None:
    poll_attacks.found(lite)
    look = in_house(lite, poll_attacks.looking_twice_shows_nothing)

    @SUITE
    @given(poll_attacks.polls())
    def attempt(of: Poll) -> None:
        look(of)

    attempt()


def test_the_day_of_an_unsigned_flag_is_in_no_list_when_its_four_weeks_have_ended(lite: Database) -> None:
    poll_attacks.found(lite)
    read = in_house(lite, poll_attacks.the_day_is_in_no_list)

    @SUITE
    @given(poll_attacks.heaps())
    def attempt(of: Heap) -> None:
        read(of)

    attempt()


# Each rule, taken out, lets one of them succeed.


def _all_shown(patch: Patch) -> None:
    tallies = tally.tallies
    patch.setattr(tally, "tallies", lambda *a, **k: (replace(one, shown=True) for one in tallies(*a, **k)))


def _on_record(patch: Patch) -> None:
    file = flags.file

    def recorded(tx: Any, actor: Any, draft: Any) -> str:
        audit.record(tx, TERMINAL, "file flag")
        return file(tx, actor, draft)

    patch.setattr(flags, "file", recorded)


POLLS = {
    "texts as they come": lambda patch: patch.setattr(tally, "settled", lambda _day: sa.true()),
    "counts as they come": _all_shown,
    "held flags in the queue": lambda patch: patch.setattr(queue, "open_to", lambda _user: sa.true()),
    "an audit entry for each flag": _on_record,
}


@pytest.mark.parametrize("name", POLLS)
def test_whoever_looks_twice_sees_that_a_flag_came_with(name: str, lite: Database, monkeypatch: Patch) -> None:
    poll_attacks.found(lite)
    POLLS[name](monkeypatch)
    assert succeeds(poll_attacks.polls(), in_house(lite, poll_attacks.looking_twice_shows_nothing))


def test_a_list_by_day_tells_the_day(lite: Database, monkeypatch: Patch) -> None:
    poll_attacks.found(lite)
    monkeypatch.setattr(told, "period", lambda day: day)
    assert succeeds(poll_attacks.heaps(), in_house(lite, poll_attacks.the_day_is_in_no_list))
