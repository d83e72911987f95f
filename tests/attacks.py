"""Worlds of absence and attacks on their releases: the rules said a second time, in plain Python, from the outside.

An attack takes a world and its release and asserts that it fails. Suite, mutants and fuzz run the same ones.
"""

from __future__ import annotations

import itertools
import random
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st
from scipy import optimize

from ethics.disclosure import Figures, Release, Rules, publish
from ethics.disclosure_audit import exists

#: Days of an agent by the mood of the team, and how many teams of a world have it: most are mixed.
MOODS: dict[str, Callable[[random.Random, int], list[int]]] = {
    "mixed": lambda r, n: r.choices([0, 0, 1, 2, 4, 60], k=n),
    "usual": lambda r, n: r.choices([0, 0, 0, 2, 3, 5, 7, 12], k=n),
    "nobody": lambda _, n: [0] * n,
    "everybody": lambda r, n: r.choices([1, 3, 60], k=n),
    "one heavy": lambda r, n: [*([0] * (n - 1)), r.choice([8, 60])],
    "few": lambda r, n: [*r.choices([0, 0, 0, 1], k=n - 1), 40],
    "ones": lambda r, n: r.choices([0, 1], k=n),
    "caps": lambda r, n: r.choices([0, 60], k=n),
    "two heavy": lambda r, n: [*r.choices([0, 1], k=max(n - 2, 0)), 9, 8][-n:],
}
SIZES = (1, 3, 5, 6, 9, 10, 11, 12, 14, 22)
CAP = 10


@dataclass(frozen=True)
class World:
    """A quarter: each agent's team and days, each team's client, and each manager's clients."""

    team: tuple[int, ...]
    client_of: dict[int, int]
    days: tuple[int, ...]
    known: tuple[frozenset[int], ...] = ()

    @property
    def client(self) -> list[int]:
        return [self.client_of[one] for one in self.team]


def world(*teams: tuple[int, list[int]], known: Iterable[Collection[int]] = ()) -> World:
    """A world of teams, numbered from 1, each told as its client and its agents' days, and of managers' clients."""
    team = tuple(number for number, (_, days) in enumerate(teams, 1) for _ in days)
    return World(
        team,
        {number: client for number, (client, _) in enumerate(teams, 1)},
        tuple(itertools.chain.from_iterable(days for _, days in teams)),
        tuple(frozenset(clients) for clients in known),
    )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """One to seven teams around the smallest size, of one to three clients, or each a client of its own; and managers."""
    clients = draw(st.sampled_from([1, 2, 3, 3, 7]))
    chance = random.Random(draw(st.integers(0, 2**32)))
    names = draw(st.sampled_from([("usual",), ("usual", "mixed"), ("usual", "ones", "caps"), tuple(MOODS)]))
    teams = []
    for _ in range(draw(st.integers(4 if clients == 7 else 1, 7))):
        size, name = draw(st.sampled_from(SIZES)), draw(st.sampled_from(names))
        client = len(teams) + 1 if clients == 7 else draw(st.integers(1, clients))
        teams.append((client, MOODS[name](chance, size)))
    # Each manager knows all clients but a few.
    there = {client for client, _ in teams}
    strangers = draw(st.lists(st.sets(st.sampled_from(sorted(there)), min_size=1, max_size=2), max_size=2))
    return world(*teams, known=[there - few for few in strangers])


BIG, GOOD = [0] * 10 + [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 2, 3], [0] * 7 + [2, 3, 4, 5, 6]
EXAMPLES = {
    "a big team and one agent": world((1, BIG), (1, [7]), (2, BIG)),
    "a big team and one agent are all": world((1, BIG), (1, [7])),
    "a big client and one agent": world((1, BIG), (2, [7]), (3, BIG), (3, GOOD)),
    "a client of two teams beside one of one agent": world(
        (1, [0] * 3 + [3, 4, 9]), (1, [0] * 3 + [2, 5, 6]), (2, [7]), (3, GOOD), (3, BIG), (4, BIG)
    ),
    "one client": world((1, BIG), (1, GOOD)),
    "one client with one team": world((1, BIG)),
    "a client whose teams are all too small": world((1, [0, 2, 3, 0]), (1, [0, 4, 5, 0]), (1, [0, 0, 3, 9]), (2, BIG)),
    "nobody was away": world((1, [0] * 20), (2, [0] * 20)),
    "nobody is there": World((), {1: 1, 2: 1}, ()),
    "two clients of nine": world((1, [0] * 5 + [2, 3, 4, 5]), (2, [0] * 5 + [2, 3, 4, 5]), (3, BIG)),
    "two long absences among single days": world((1, [0] * 8 + [1, 1, 1, 9, 9]), (2, BIG), (2, GOOD)),
    "single days and few second ones": world((1, [0] * 8 + [1] * 5 + [2, 2, 2]), (2, BIG), (2, GOOD)),
    "long absences and two of a week": world((1, [0] * 8 + [60] * 6 + [8, 7]), (2, BIG), (2, GOOD)),
    "two without leave": world((1, [0, 0, 2, 3, 4, 5, 6, 2, 3, 4, 5]), (2, BIG), (2, GOOD)),
    "others who were away for long": world((1, BIG), (1, [0] * 5 + [60] * 5), (2, BIG), (2, GOOD)),
    "others who were all away": world((1, BIG), (1, [2, 3, 4, 5, 6, 7]), (2, BIG), (2, GOOD)),
    "four others": world((1, BIG), (1, [0, 0, 3, 6]), (2, BIG), (2, GOOD)),
    "others of whom one was away": world((1, BIG), (1, [0] * 5 + [6]), (2, BIG), (2, GOOD)),
    "others of whom two had one day": world((1, BIG), (1, [0] * 5 + [1, 1]), (2, BIG), (2, GOOD)),
    "a manager of two of three small clients": world(
        (1, [*BIG, *GOOD]), (2, [0, 7, 6, 0]), (3, [0, 1, 5, 0]), (4, [0, 2, 0, 1]), known=[{2, 3}]
    ),
    "managers of two of three small clients each": world(
        (1, [*BIG, *GOOD]), (2, GOOD[5:]), (3, GOOD[5:]), (4, [0, 2, 0, 1]), known=[{1, 4}, {3, 4}, {2, 3}]
    ),
    "a manager of all clients but a small one": world((1, BIG), (2, GOOD), (3, [0, 3, 0, 4]), known=[{1, 2}]),
    "a hidden team of 12 beside one of 5": world((1, [2, 3, 4, 5] * 3), (1, [0, 0, 0, 2, 6]), (1, BIG)),
}


def large(agents: int, clients: int, teams: int, *, seed: int) -> World:
    """A centre in which two of five agents had no leave and one of thirty was away for long."""
    chance = np.random.default_rng(seed)
    client_of = {one: one if one < clients else int(chance.integers(clients)) for one in range(teams)}
    days = np.where(chance.random(agents) < 0.4, 0, chance.geometric(0.3, agents))
    days = np.where(chance.random(agents) < 1 / 30, chance.integers(15, 64, agents), days)
    return World(tuple(chance.integers(0, teams, agents).tolist()), client_of, tuple(days.tolist()))


def released(of: World, rules: Rules | None = None) -> Release:
    """A world's release; raises NotSafe when the audit finds anything."""
    return publish(of.team, of.client_of, of.days, rules, of.known)


def visible(release: Release) -> tuple[bool, set[int], set[int]]:
    """Whether the total is shown, which clients are, and which teams."""
    cells = (release.clients, release.teams)
    clients, teams = ({one for one, figures in part.items() if figures} for part in cells)
    return release.total is not None, clients, teams


def shown(of: World, release: Release) -> Iterator[tuple[frozenset[int], Figures]]:
    """Every cell that is shown: who is in it, and what is told."""
    everyone = range(len(of.team))
    if release.total:
        yield frozenset(everyone), release.total
    for label, cells in ((of.client, release.clients), (of.team, release.teams)):
        for one, figures in cells.items():
            if figures:
                yield frozenset(i for i in everyone if label[i] == one), figures


def remainders(of: World, release: Release) -> list[frozenset[int]]:
    """Agents whom no figure tells apart: what subtracting shown cells from each other leads to."""
    cells = [who for who, _ in shown(of, release)]
    alike = defaultdict(set)
    for i in range(len(of.team)):
        if signature := frozenset(n for n, who in enumerate(cells) if i in who):
            alike[signature].add(i)
    return [frozenset(who) for who in alike.values()]


def derivable(of: World, release: Release) -> set[frozenset[int]]:
    """Shown cells, what is left of them, and sums of both."""
    atoms = remainders(of, release)[:6]
    sums = {frozenset().union(*some) for r in (1, 2, 3) for some in itertools.combinations(atoms, r)}
    return sums | {who for who, _ in shown(of, release)}


def broken(of: World, who: frozenset[int]) -> set[str]:
    """The rules that a group breaks, by name."""
    capped = [min(of.days[i], CAP) for i in who]
    away = sorted((c for c in capped if c), reverse=True)
    rules = set()
    if len(capped) < 10:
        rules.add("agents")
    if len(away) < 3:
        return rules | {"with leave"}
    if len(capped) - len(away) < 3:
        rules.add("without leave")
    if 5 * (sum(away[2:]) - len(away[2:])) < away[0]:
        rules.add("p%")
    if sum(c - 1 for c in away[1:]) < 3 or sum(CAP - c for c in away[:-1]) < 3:
        rules.add("margin")
    client = of.client
    insiders = [{i for i in who if label[i] == one} for label in (of.team, client) for one in {label[i] for i in who}]
    insiders += [{i for i in who if client[i] in many} for many in of.known]
    for mine in insiders:
        left = [min(of.days[i], CAP) for i in who - mine]
        gone = [c for c in left if c]
        if left and len(left) < 5:
            rules.add("insider: few")
        if left and (len(gone) < 2 or len(gone) == len(left)):
            rules.add("insider: all alike")
        if left and (sum(c - 1 for c in gone) < 3 or sum(CAP - c for c in gone) < 3):
            rules.add("insider: margin")
    return rules


def rules_hold(of: World, release: Release) -> None:
    """Attack 3 and 4: every group whose figures can be derived follows the rules, insiders included."""
    for who in derivable(of, release):
        assert not broken(of, who), (broken(of, who), sorted(who))


def figures_are_capped_counts(of: World, release: Release) -> None:
    """What is told is what is true, with days capped."""
    for who, figures in shown(of, release):
        capped = [min(of.days[i], CAP) for i in who]
        assert figures == Figures(len(capped), sum(c > 0 for c in capped), sum(capped))


def nothing_shows_below_what_is_hidden(of: World, release: Release) -> None:
    """A shown team has a shown client, and a shown client a shown total."""
    for one, figures in release.teams.items():
        assert figures is None or release.clients[of.client_of[one]] is not None
    assert release.total is not None or not any(release.clients.values())


def no_manager_is_left_with_few(of: World, release: Release) -> None:
    """Attack 4 by subtraction: the company less the other clients that are shown, less all whom a manager knows."""
    if release.total is None:
        return
    client = of.client
    for mine in (*of.known, *({one} for one in set(client))):
        others = [figures for one, figures in release.clients.items() if figures and one not in mine]
        own = [min(c, CAP) for c, one in zip(of.days, client, strict=True) if one in mine]
        agents = release.total.agents - len(own) - sum(figures.agents for figures in others)
        leave = release.total.with_leave - sum(c > 0 for c in own) - sum(figures.with_leave for figures in others)
        days = release.total.days - sum(own) - sum(figures.days for figures in others)
        told = (sorted(mine), agents, leave, days)
        assert not agents or (agents >= 5 and 2 <= leave < agents and leave + 3 <= days <= CAP * leave - 3), told


def no_group_is_smaller_than_ten(of: World, release: Release) -> None:
    """Attack 1: no combination of figures is about fewer than ten agents, real teams as columns.

    Quarters need no stacking: they have no agent-quarter in common, so rows of one cannot subtract from another.
    """
    teams = sorted(set(of.team))
    cells = [{of.team[i] for i in who} for who, _ in shown(of, release)]
    if not cells:
        return
    columns = np.array([[int(one in cell) for one in teams] for cell in cells])
    sizes = np.array([of.team.count(one) for one in teams])
    assert exists(columns, sizes, 10, time.monotonic() + 30) is False


def no_agent_is_pinned(of: World, release: Release) -> None:
    """Attack 2: by figures and roster, nobody's days are known to within a day, nor those of somebody seen away."""
    teams = sorted(set(of.team))
    cells = [({of.team[i] for i in who}, figures) for who, figures in shown(of, release)]
    if not cells:
        return
    n = len(teams)
    sizes = [of.team.count(one) for one in teams]
    # One of each group that figures do not tell apart, from its largest and its smallest team.
    for who in remainders(of, release):
        mine = sorted({of.team[i] for i in who}, key=of.team.count)
        for target in {teams.index(mine[0]), teams.index(mine[-1])}:
            held = [size - (j == target) for j, size in enumerate(sizes)] + [1]
            # Variables: leave of teams without the target and of the target, then days in the same order.
            rows = [[float(teams[j] in cell) for j in range(n)] + [float(teams[target] in cell)] for cell, _ in cells]
            none = [0.0] * (n + 1)
            same = [row + none for row in rows] + [none + row for row in rows]
            values = [f.with_leave for _, f in cells] + [f.days for _, f in cells]
            eye = np.eye(n + 1)
            bounded = np.vstack([np.hstack([eye, -eye]), np.hstack([-CAP * eye, eye])])
            # Seen away once; who has not been seen can be moved farther still.
            low = np.zeros(2 * n + 2)
            low[n] = 1
            high = np.array([*held[:-1], 1, *(CAP * h for h in held)])
            conditions = [
                optimize.LinearConstraint(same, values, values),
                optimize.LinearConstraint(bounded, -np.inf, 0),
            ]
            goal = np.zeros(2 * n + 2)
            goal[-1] = 1
            # A programme without whole numbers: the linear one, with less around it.
            ends = [
                optimize.milp(sign * goal, constraints=conditions, bounds=optimize.Bounds(low, high)).fun
                for sign in (1, -1)
            ]
            assert None not in ends and -ends[1] - ends[0] > 2 + 1e-6, (who, ends)


ATTACKS = (
    rules_hold,
    figures_are_capped_counts,
    nothing_shows_below_what_is_hidden,
    no_manager_is_left_with_few,
    no_group_is_smaller_than_ten,
    no_agent_is_pinned,
)
