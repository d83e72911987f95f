"""Facts about what is told of absence: the rules hold for all that can be derived, whoever asks.

More examples of the same attacks: `python -m tests.fuzz`.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ethics import disclosure
from ethics.disclosure import Figures, Release, Rules, publish, safe
from tests.attacks import ATTACKS, BIG, EXAMPLES, GOOD, World, broken, released, visible, world, worlds

SUITE = settings(max_examples=200, deadline=None, database=None, suppress_health_check=list(HealthCheck))


# What is shown.


def test_figures_are_agents_agents_with_leave_and_days_up_to_the_cap() -> None:
    assert released(world((1, BIG))).total == Figures(agents=22, with_leave=12, days=60)
    assert released(world((1, [*BIG, 60]))).total == Figures(agents=23, with_leave=13, days=70)


def test_one_client_is_the_total_and_one_team_is_its_client() -> None:
    release = released(EXAMPLES["one client with one team"])
    assert release.total == release.clients[1] == release.teams[1] == Figures(22, 12, 60)


def test_a_lone_unsafe_team_gets_company() -> None:
    three = world((1, BIG), (1, GOOD), (1, [0, 0, 3, 4, 0]), (2, BIG))
    assert visible(released(three)) == (True, {1, 2}, {1, 4})


def test_a_big_team_beside_one_agent_is_hidden_with_its_client() -> None:
    # The client less the big team would be the agent, for whoever manages the team.
    assert visible(released(EXAMPLES["a big team and one agent"])) == (True, set(), set())
    assert visible(released(EXAMPLES["a big team and one agent are all"])) == (False, set(), set())


def test_a_client_with_hidden_teams_is_shown_when_together_they_are_safe() -> None:
    small = [0, 0, 0, 3, 4, 9]
    assert visible(released(world((1, small), (1, small), (2, BIG)))) == (True, {1, 2}, {3})


def test_a_hidden_client_hides_its_teams() -> None:
    of = world((1, [0] * 12 + [3, 4]), (2, BIG), (3, [0] * 9 + [1, 2, 3, 4, 5, 6, 7, 8, 9]))
    assert visible(released(of)) == (True, {2}, {2})


def test_whoever_knows_a_whole_client_still_faces_five_others() -> None:
    of = EXAMPLES["a client of two teams beside one of one agent"]
    thirteen = [i for i, client in enumerate(of.client) if client in (1, 2)]
    assert safe([of.days[i] for i in thirteen], [of.team[i] for i in thirteen])
    assert not safe([of.days[i] for i in thirteen], [of.client[i] for i in thirteen])
    assert visible(released(of)) == (True, {3}, {4, 5})


def test_whoever_knows_several_clients_still_faces_five_others() -> None:
    # Company less client 1 less clients 2 and 3 would be the four people of client 4: two with leave, three days.
    of = EXAMPLES["a manager of two of three small clients"]
    cells = dataclasses.replace(of, known=())
    assert released(cells).total == Figures(46, 23, 102)
    assert released(cells).clients == {1: Figures(34, 17, 80), 2: None, 3: None, 4: None}
    assert visible(released(of)) == (True, set(), set())


def test_nothing_is_shown_where_a_manager_knows_all_clients_but_a_small_one() -> None:
    of = EXAMPLES["a manager of all clients but a small one"]
    assert visible(released(dataclasses.replace(of, known=())))[0]
    assert visible(released(of)) == (False, set(), set())


def test_managers_of_one_client_or_of_clients_without_agents_change_nothing() -> None:
    of = EXAMPLES["a manager of two of three small clients"]
    nobody = dataclasses.replace(of, known=())
    for known in ([set()], [{2}, {3}], [{2, 99}, {98, 99}], [{1, 2, 3, 4}]):
        assert publish(of.team, of.client_of, of.days, known=known) == released(nobody)
    assert publish(of.team, of.client_of, of.days, None, [[3, 2], (2, 3), {2, 3, 99}]) == released(of)


def test_nothing_is_shown_when_the_total_is_unsafe_and_there_is_one_way_of_not_showing() -> None:
    assert released(EXAMPLES["nobody was away"]) == Release(None, {1: None, 2: None}, {1: None, 2: None})


def test_nobody_there_is_not_shown_like_everything_else() -> None:
    assert publish([], {1: 1, 2: 1}, []) == Release(None, {1: None}, {1: None, 2: None})
    assert publish([], {}, []) == Release(None, {}, {})
    release = publish([1] * 22, {1: 1, 2: 1, 3: 9}, BIG)
    assert (release.teams[2], release.clients[9]) == (None, None)


def test_the_order_of_entries_changes_nothing() -> None:
    of = world((1, BIG), (1, GOOD), (1, GOOD), (2, [0, 3]), (2, GOOD), (3, BIG))
    order = np.random.default_rng(0).permutation(len(of.team))
    assert released(of) == publish(np.array(of.team)[order], of.client_of, np.array(of.days)[order])


def test_entries_that_make_no_sense_are_refused() -> None:
    for team, client_of, days in (([1, 1], {1: 1}, [1]), ([1], {1: 1}, [-1]), ([1, 2], {1: 1}, [1, 1])):
        with pytest.raises(ValueError, match=r"days|team"):
            publish(team, client_of, days)


# The rules of a cell.


@pytest.mark.parametrize(
    ("days", "verdict"),
    [
        ([0] * 5 + [2, 3, 4, 5, 6], True),
        ([0] * 4 + [2, 3, 4, 5, 6], False),  # nine agents
        ([0] * 9 + [5, 6], False),  # two with leave
        ([0] * 2 + [2, 3, 4, 5, 6] * 2, False),  # two without
        ([0] * 8 + [1, 1, 60], False),  # one long absence
        ([0] * 8 + [3, 3, 60], True),
        ([0] * 8 + [1, 1, 1, 9, 9], False),  # each of the two knows that the other has at most nine
        ([0] * 8 + [1] * 9, False),  # everybody away had one day
        ([0] * 8 + [1] * 6 + [3, 2], False),  # without the longest, one day more than one each
        ([0] * 8 + [60] * 9, False),  # everybody away had ten days or more
        ([0] * 8 + [60] * 6 + [8, 7], False),
        ([0] * 8 + [60] * 6 + [7, 7, 7], True),
    ],
)
def test_a_cell_of_one_team(days: list[int], verdict: bool) -> None:
    assert safe(days, [1] * len(days)) is verdict


@pytest.mark.parametrize(
    ("left", "verdict"),
    [
        ([0, 0, 3, 6], False),  # four
        ([0, 0, 3, 6, 0], True),
        ([0] * 12, False),  # nobody of them was away
        ([3, 6] * 6, False),  # everybody was
        ([0] * 5 + [6], False),  # one was, and all days are his or hers
        ([0] * 5 + [1] * 5, False),
        ([0] * 5 + [60] * 5, False),
    ],
)
def test_what_a_manager_does_not_know(left: list[int], verdict: bool) -> None:
    assert safe([*BIG, *left], [1] * len(BIG) + [2] * len(left)) is verdict
    # The same of whoever knows two of three: each alone would face the other as well.
    two = [*BIG, *BIG, *left], [1] * len(BIG) + [2] * len(BIG) + [3] * len(left)
    assert safe(*two)
    assert safe(*two, known=[{1, 2}]) is verdict


def test_rules_may_only_be_tightened() -> None:
    for loose in (
        {"agents": 9},
        {"with_leave": 2},
        {"without_leave": 2},
        {"percent": 19},
        {"insiders": 4},
        {"cap": 11},
    ):
        with pytest.raises(ValueError, match="tightened"):
            Rules(**loose)
    for odd in ({"agents": True}, {"percent": 20.5}, {"cap": 3}):
        with pytest.raises(ValueError, match=r"tightened|cap"):
            Rules(**odd)  # type: ignore[arg-type]


def test_tighter_rules_show_less() -> None:
    of = world((1, BIG), (1, GOOD), (1, GOOD))
    assert visible(released(of))[2] == {1, 2, 3}
    assert visible(released(of, Rules(agents=13)))[2] == {1}
    assert released(of, Rules(cap=5)).total == Figures(46, 22, 83)


# Attacks. Every world must also pass the audit, or publishing raises.


def test_every_attack_fails_in_every_world_and_worlds_are_worth_attacking() -> None:
    seen = {"shown": 0, "partly hidden": 0, "nothing": 0, "less, for a manager of several": 0}

    @SUITE
    @given(worlds())
    def attempt(of: World) -> None:
        release = released(of)
        for attack in ATTACKS:
            attack(of, release)
        total, _, teams = visible(release)
        seen["shown" if teams and len(teams) == len(set(of.team)) else "partly hidden" if total else "nothing"] += 1
        nobody = disclosure._tree(*disclosure._entries(of.team, of.client_of, of.days), of.client_of, Rules())
        seen["less, for a manager of several"] += release != nobody

    attempt()
    assert min(seen.values()) >= 5, seen
    assert seen["partly hidden"] >= 60, seen


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_attack_fails_in_worlds_that_were_hard(name: str) -> None:
    release = released(EXAMPLES[name])
    for attack in ATTACKS:
        attack(EXAMPLES[name], release)


@SUITE
@given(worlds(), st.integers(0, 127))
def test_a_cell_is_safe_exactly_when_no_rule_is_broken(of: World, some: int) -> None:
    who = frozenset(i for i, team in enumerate(of.team) if some >> team & 1)
    at = sorted(who)
    days, team, client = ([label[i] for i in at] for label in (of.days, of.team, of.client))
    assert (safe(days, team) and safe(days, client, known=of.known)) is (not broken(of, who))
