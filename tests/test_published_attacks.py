"""Facts about what was published: the attacks on it fail, whatever is drawn.

The attacks on a release before it is stored are in `test_disclosure`; more examples of all: `python -m tests.fuzz`.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from ethics.database import Database
from ethics.wellbeing.contrasts import OTHER
from tests import frozen_attacks, ratio_attacks, store_attacks
from tests.frozen_attacks import Past
from tests.mutants import in_house
from tests.ratio_attacks import COUNT_ATTACKS, YEAR_ATTACKS, Counts, Four, Year
from tests.store_attacks import Reading

SUITE = settings(max_examples=200, deadline=None, database=None, suppress_health_check=list(HealthCheck))


def test_a_published_quarter_is_the_same_whatever_happens_to_its_people_later(lite: Database) -> None:
    frozen_attacks.found(lite)
    stays = in_house(lite, frozen_attacks.a_published_quarter_stays_as_it_is)
    seen = {"shown": 0, "hidden": 0, "people who changed": 0}

    @SUITE
    @given(frozen_attacks.pasts())
    def attempt(of: Past) -> None:
        release, changed = stays(of)
        seen["shown" if release.total else "hidden"] += 1
        seen["people who changed"] += changed

    attempt()
    assert min(seen.values()) >= 30, seen
    assert seen["people who changed"] >= 100, seen


def test_every_number_on_every_surface_was_published_for_its_reader(lite: Database) -> None:
    store_attacks.found(lite)
    shown = in_house(lite, store_attacks.nothing_is_shown_that_was_not_published)
    seen = {"managers": 0, "charts": 0}

    @SUITE
    @given(store_attacks.readings())
    def attempt(of: Reading) -> None:
        shown(of)
        seen["managers"] += bool(of.clients)
        seen["charts"] += of.charts

    attempt()
    assert seen["managers"] >= 50, seen
    assert seen["charts"], seen


@pytest.mark.parametrize("attack", COUNT_ATTACKS)
def test_no_number_of_sick_leaves_follows_from_a_client_ratio(attack: object) -> None:
    seen = {"told": 0, "withheld": 0}

    @SUITE
    @given(ratio_attacks.counts())
    def attempt(of: Counts) -> None:
        told = of.line()
        attack(of, told)  # type: ignore[operator]
        seen["told" if told.ratio else "withheld"] += 1

    attempt()
    assert min(seen.values()) >= 30, seen


def test_hidden_clients_are_in_no_line_and_in_no_fit_and_lines_name_no_numbers() -> None:
    seen = {"pooled": 0, "alone": 0}
    named = lines = 0

    @SUITE
    @given(ratio_attacks.years())
    def attempt(of: Year) -> None:
        nonlocal named, lines
        told = ratio_attacks.published(of)
        for attack in YEAR_ATTACKS:
            attack(of, told)
        clients = {line.client for line in told}
        seen["pooled"] += OTHER in clients and len(clients) > 1
        seen["alone"] += bool(clients - {OTHER})
        everybody = replace(of, among=of.panel.clients)
        several, found = ratio_attacks.counted_out(everybody, ratio_attacks.published(everybody))
        lines, named = lines + several, named + found

    attempt()
    assert min(seen.values()) >= 30, seen
    assert lines >= 100
    assert 100 * named <= lines  # now and then a guess is right


def test_every_line_of_a_client_has_four_quarters_of_twenty_agents_behind_it(lite: Database) -> None:
    alone, line = [], in_house(lite, ratio_attacks.four_quarters_of_twenty_are_behind_every_line)

    @SUITE
    @given(ratio_attacks.fours())
    def attempt(of: Four) -> None:
        alone.append(line(of))

    attempt()
    assert sum(map(bool, alone)) >= 20
