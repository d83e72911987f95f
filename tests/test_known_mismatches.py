"""What is not known of mismatches is no dose: contacts that are missing, flags that nobody has decided yet."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from ethics.database import Database
from ethics.wellbeing import gathering
from ethics.wellbeing.association import headline
from ethics.wellbeing.dose import Mismatches, client_rates
from ethics.wellbeing.results import ESTIMATED, NOT_ENOUGH_DATA, Headline
from tests import files
from tests.validation.worlds import Drawn, World, draw

STRONG = World(agents=300, ratio=2.5, permanent=0.1, monthly=0.1)
MONDAY = dt.date(2026, 1, 5)


@cache
def drawn() -> Drawn:
    return draw(STRONG, 1)


def answered(mismatches: Mismatches) -> Headline:
    return headline(drawn().panel, mismatches)


def test_contacts_that_are_missing_are_said_when_a_rate_cannot_be_true() -> None:
    """A tenth of a percent of its contacts: the file counts thousands."""
    world = drawn()
    contacts = world.mismatches.contacts.copy()
    contacts[3] /= 1000
    answer = answered(replace(world.mismatches, contacts=contacts))
    assert (answer.status, answer.reasons) == (NOT_ENOUGH_DATA, ("absurd-rates",))
    assert (answer.ratio, answer.p, answer.days) == (None, None, None)


def test_contacts_that_begin_late_do_not_make_an_effect() -> None:
    """The contacts of one client are known of the last four weeks only, its mismatches of two years."""
    world = drawn()
    contacts = world.mismatches.contacts.copy()
    contacts[0, :-4] = 0
    rates = client_rates(replace(world.mismatches, contacts=contacts))
    assert rates[0].max() < 3 * client_rates(world.mismatches)[0].max()
    answer = answered(replace(world.mismatches, contacts=contacts))
    assert answer.status == ESTIMATED
    assert answer.ratio is not None
    assert answer.ratio.low <= 2.5 <= answer.ratio.high


def test_agents_of_a_client_without_contacts_are_left_out() -> None:
    """More than a tenth of the hours of the four weeks before for it, and nobody knows what the agent met."""
    world = drawn()
    contacts = world.mismatches.contacts.copy()
    contacts[0] = 0
    answer = answered(replace(world.mismatches, contacts=contacts))
    shares, worked = world.panel.shares(1, 4)
    rows = worked & (world.panel.week >= 4) & (shares[:, [0]].toarray().ravel() <= 0.1)
    assert answer.onsets == world.panel.onset[rows].sum()
    assert answer.status == ESTIMATED


def test_weeks_that_are_not_counted_yet_are_left_out_of_rows_and_rates() -> None:
    """Nothing of client 1 is decided of the last ten weeks: its agents' rows end before, the others' go on."""
    world = drawn()
    counted = np.ones(world.mismatches.count.shape, bool)
    counted[0, -10:] = False
    m = world.mismatches
    undecided = Mismatches(m.weighted * counted, m.squares * counted, m.count * counted, m.contacts, counted=counted)
    answer = answered(undecided)
    shares, worked = world.panel.shares(1, 4)
    waiting = np.clip(world.panel.week - (world.panel.weeks - 11), 0, 5) / 5
    rows = worked & (world.panel.week >= 4) & (shares[:, [0]].toarray().ravel() * waiting <= 0.1)
    assert answer.onsets == world.panel.onset[rows].sum()
    assert answer.weeks == 100
    assert answer.status == ESTIMATED


def centre(db: Database, flags: str, contacts: str = "") -> Mismatches:
    """The mismatches of five weeks of two clients with 100 contacts a week each in their shifts."""
    weeks = [MONDAY + dt.timedelta(days=7 * n) for n in range(5)]
    files.bring(db, "clients", "name\nAcme Oy\nBeta Oy\n")
    worked = "\n".join(f"A{n},{day},{client} Oy,8,100" for n, client in enumerate(("Acme", "Beta")) for day in weeks)
    assert files.bring(db, "shifts", "agent,date,client,hours,contacts\n" + worked).ok
    if flags:
        assert files.bring(db, "flags", "client,date,category,severity,status\n" + flags).ok
    if contacts:
        assert files.bring(db, "contacts", "client,week,contacts\n" + contacts).ok
    with db.read() as tx:
        found = gathering.evidence(tx, weeks[0], weeks[-1])
    assert len(found.panel.week) == 10
    return found.mismatches


def flagged(client: str, week: int, **number: int) -> str:
    """Lines of a file of flags of one client and week, so many of each status."""
    day = MONDAY + dt.timedelta(days=7 * week + 2)
    return "".join(n * f"{client} Oy,{day},M05,3,{status}\n" for status, n in number.items())


@pytest.mark.parametrize(
    ("waiting", "decided", "counted"),
    [(0, 0, True), (1, 0, False), (1, 3, False), (1, 4, True), (2, 7, False), (2, 8, True), (3, 11, False)],
)
def test_a_week_waits_while_more_than_a_fifth_of_its_flags_are_undecided(
    db: Database, waiting: int, decided: int, counted: bool
) -> None:
    found = centre(db, flagged("Acme", 2, open=waiting, confirmed=decided))
    assert found.known.tolist() == [[True, True, counted, True, True], [True] * 5]
    assert found.count[0].tolist() == [0, 0, decided, 0, 0]


def test_one_clients_undecided_flags_hold_no_other_client_up(db: Database) -> None:
    """Six of eight of Acme's flags wait; of Beta's none, and all of them count."""
    found = centre(db, flagged("Acme", 3, open=6, confirmed=2) + flagged("Beta", 3, confirmed=4))
    assert found.known.tolist() == [[True, True, True, False, True], [True] * 5]
    assert found.count[1].tolist() == [0, 0, 0, 4, 0]


def test_a_file_of_contacts_begun_today_leaves_what_was_before_to_the_shifts(db: Database) -> None:
    found = centre(db, flagged("Acme", 1, confirmed=3), "Acme Oy,2026-01-26,900\n")
    assert found.contacts.tolist() == [[100, 100, 100, 900, 0], [100] * 5]
    assert found.known[0].tolist() == [True, True, True, True, False]
