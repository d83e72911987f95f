"""What may be told about absence: one tree, total > clients > teams, decided once for each quarter. Pure.

An entry is one agent in one quarter: a team, a client through the team, and days of absence. `publish` says which
figures are shown; `audit` then attacks them with what a reader has, the figures and the roster. What it finds stops
the release. The rules and their reasons were measured before this was written; three were added here, because agents
with leave are published beside days (together they cost about two cells of a hundred):

- The p%-rule counts days beyond the first. Whoever knows who was away knows one day of each.
- Margin: without its longest leave, or without its shortest, a cell stays three days from "everybody had one day" and
  from "everybody reached the cap". Otherwise a colleague's one absence would be known to within a day.
- Insiders: what is left of a cell when a manager takes away a whole team, or at the top a whole client or all clients
  that one person knows (`known`), has agents with and without leave, two with leave at least, and the same margin.

Not covered: people who add up what they know, be it two managers, or one who knows a client and also a team of another,
or who got further clients after publishing; and a reader who reasons from the mask itself (the smallest cell is hidden
as company, so a large hidden cell beside a small shown one had a reason of its own). No reason is ever told.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ethics.disclosure_audit import Told, attack

Whole = NDArray[np.int64]
#: Sets of clients: each is what one person knows.
Known = Sequence[Collection[int]]

#: Days that must lie between a figure and its extremes: an agent is pinned within a day when fewer do.
MARGIN: Final = 3
#: Agents with leave that must be left when a manager takes away what he knows.
LEFT: Final = 2


class NotSafe(Exception):
    """The audit found a way to read a group from a release, or did not finish. `findings` says what, for the log."""

    def __init__(self, findings: Sequence[str]) -> None:
        super().__init__("; ".join(findings))
        self.findings = list(findings)


@dataclass(frozen=True, slots=True)
class Rules:
    """When a cell may be shown. The defaults are the loosest rules there are; looser ones raise ValueError.

    At least `agents`, of whom `with_leave` had leave and `without_leave` had none. The p%-rule with `percent`. What is
    left when one team is taken away is nobody or at least `insiders`. Days count up to `cap` for each agent.
    """

    agents: int = 10
    with_leave: int = 3
    without_leave: int = 3
    percent: int = 20
    insiders: int = 5
    cap: int = 10

    def __post_init__(self) -> None:
        for field in fields(self):
            value, least = getattr(self, field.name), field.default
            assert isinstance(least, int)
            if type(value) is not int or (value > least if field.name == "cap" else value < least):
                raise ValueError(f"{field.name} may only be tightened from {least}")
        if self.cap <= MARGIN:
            raise ValueError(f"cap must be more than {MARGIN}")


@dataclass(frozen=True, slots=True)
class Figures:
    """What is told of a cell: agents, agents with leave, and days, at most `cap` for each agent."""

    agents: int
    with_leave: int
    days: int


@dataclass(frozen=True, slots=True)
class Release:
    """What is shown of a quarter. None is "not shown", whatever the reason; teams and clients by their ids."""

    total: Figures | None
    clients: dict[int, Figures | None]
    teams: dict[int, Figures | None]


def publish(
    team: ArrayLike, client_of: Mapping[int, int], days: ArrayLike, rules: Rules | None = None, known: Known = ()
) -> Release:
    """The release of a quarter: `team` (N,) and `days` (N,), one entry for each agent; `client_of` every team.

    `known` holds the clients of each manager; one client is always taken to be known to somebody. The audit is part of
    it. Raises NotSafe when the audit finds anything or does not finish, ValueError when days are negative, the lengths
    differ or a team has no client.
    """
    rules = rules or Rules()
    teams, clients, absent = _entries(team, client_of, days)
    release = _tree(teams, clients, absent, client_of, rules, known)
    findings = audit(release, teams, client_of, rules, known)
    if findings:
        raise NotSafe(findings)
    return release


def safe(days: ArrayLike, team: ArrayLike, rules: Rules | None = None, known: Known = ()) -> bool:
    """Whether a cell with these entries may be shown: `days` (n,), `team` (n,) of the same agents.

    Somebody knows each team, and somebody each set of teams in `known`.
    """
    rules = rules or Rules()
    return _sound(np.asarray(days, dtype=np.int64), np.asarray(team, dtype=np.int64), rules, rules.cap, known)


def publish_months(
    team: ArrayLike,
    client_of: Mapping[int, int],
    days_by_month: ArrayLike,
    rules: Rules | None = None,
    known: Known = (),
) -> list[Figures | None]:
    """The company's months of a quarter: `days_by_month` (N, months) for the entries of `publish`, -1 if not employed.

    A month's days count up to the cap by themselves. All months are shown or none: the quarter less the others would
    tell the month that is missing. `known` as in `publish`. Raises ValueError as `publish` does.
    """
    rules = rules or Rules()
    several = _several(known, client_of)
    by_month = np.asarray(days_by_month, dtype=np.int64)
    if by_month.ndim != 2 or (by_month < -1).any():
        raise ValueError("days by month are a row for each agent, -1 when not employed")
    here, quarter = by_month >= 0, np.maximum(by_month, 0)
    teams, clients, absent = _entries(team, client_of, quarter.sum(axis=1))

    def allowed(values: Whole, at: NDArray[np.bool_], top: int) -> bool:
        return _sound(values[at], teams[at], rules, top) and _sound(values[at], clients[at], rules, top, several)

    # Rows of months and of the quarter are different figures of the same agents, so no sum of rows isolates a group.
    # But some differences cannot be negative for any agent: the quarter less a month, and the months less the quarter,
    # which holds only agents beyond the cap. A small one would tell of few, so each must itself be a safe cell, in
    # days and in agents with leave.
    everyone = np.ones(len(teams), dtype=bool)
    months = [np.minimum(column, rules.cap) for column in quarter.T]
    whole = np.minimum(absent, rules.cap)
    most = rules.cap * max(len(months) - 1, 1)
    beyond = [(sum(months, -whole), most)] if len(months) > 1 else []
    rest = [(whole - month, rules.cap) for month in months] if len(months) > 1 else []
    took = [(column > 0).astype(np.int64) for column in quarter.T]
    again = [sum(took, -(whole > 0).astype(np.int64)), *((whole > 0) - month for month in took)]
    shown = (
        bool(months)
        and allowed(whole, everyone, rules.cap)
        and all(allowed(month, here[:, m], rules.cap) for m, month in enumerate(months))
        and all(allowed(values, everyone, top) for values, top in beyond + rest)
        and (len(months) == 1 or all(_counted(values, rules) for values in again))
    )
    return [_figures(month[here[:, m]], rules) if shown else None for m, month in enumerate(months)]


def audit(
    release: Release,
    team: ArrayLike,
    client_of: Mapping[int, int],
    rules: Rules | None = None,
    known: Known = (),
    *,
    seconds: float = 15,
) -> list[str]:
    """What a reader could derive from a release and the roster that the rules forbid; empty when it is clean.

    `team` (N,) is the roster, one entry for each agent; `known` as in `publish`. Rank, integer programme and linear
    programme as in the rules; not finishing in `seconds` is a finding. Findings are for a log, not for a page.
    """
    rules = rules or Rules()
    until = time.monotonic() + seconds
    ids, sizes = np.unique(np.asarray(team, dtype=np.int64), return_counts=True)
    owner = np.array([client_of[int(one)] for one in ids], dtype=np.int64)
    told, hidden, found = [], [], []
    cells: list[tuple[str, Figures | None, NDArray[np.bool_]]] = [("total", release.total, np.ones(len(ids), bool))]
    cells += [(f"client {one}", figures, owner == one) for one, figures in release.clients.items()]
    cells += [(f"team {one}", figures, ids == one) for one, figures in release.teams.items()]
    for name, figures, members in cells:
        if figures is None:
            if members.any():
                hidden.append((name, members))
            continue
        if figures.agents != sizes[members].sum() or not members.any():
            found.append(f"{name}: the roster has another number of agents")
        told.append(Told(name, members, figures.with_leave, figures.days))
    if release.total is None and told:
        found.append("cells are shown below a hidden total")
    for one, figures in release.teams.items():
        if figures is not None and (one not in client_of or release.clients.get(client_of[one]) is None):
            found.append(f"team {one} is shown below a hidden client")
    if set(ids.tolist()) - set(release.teams) or set(owner.tolist()) - set(release.clients):
        found.append("a team or client of the roster is missing from the release")
    if found or not told:
        return found
    limits = (rules.agents, rules.with_leave, rules.without_leave, rules.insiders, rules.cap, MARGIN)
    readers = [ids == one for one in ids] + [owner == one for one in np.unique(owner)]
    readers += [np.isin(owner, many) for many in _several(known, client_of)]
    return attack(told, hidden, sizes, readers, limits, until)


def _entries(team: ArrayLike, client_of: Mapping[int, int], days: ArrayLike) -> tuple[Whole, Whole, Whole]:
    """Team, client and days of every entry, checked."""
    teams, absent = np.asarray(team, dtype=np.int64), np.asarray(days, dtype=np.int64)
    if teams.ndim != 1 or teams.shape != absent.shape:
        raise ValueError("every entry has one team and one number of days")
    if (absent < 0).any():
        raise ValueError("days are never negative")
    ids, at = np.unique(teams, return_inverse=True)
    if unknown := {int(one) for one in ids if int(one) not in client_of}:
        raise ValueError(f"teams without a client: {sorted(unknown)}")
    return teams, np.array([client_of[int(one)] for one in ids], dtype=np.int64)[at], absent


def _several(known: Known, client_of: Mapping[int, int]) -> list[list[int]]:
    """The sets of two and more clients of the quarter, each once; one client alone is taken away in any case."""
    there = set(client_of.values())
    return [sorted(many) for many in dict.fromkeys(frozenset(one) & there for one in known) if len(many) > 1]


def _tree(
    teams: Whole, clients: Whole, days: Whole, client_of: Mapping[int, int], rules: Rules, known: Known = ()
) -> Release:
    """Which cells are shown: the total, then clients, then teams of shown clients."""
    several = _several(known, client_of)
    release = Release(None, dict.fromkeys(sorted(set(client_of.values()))), dict.fromkeys(sorted(client_of)))

    def company(at: Whole) -> bool:
        # Above the teams a reader may know whole clients: a manager of clients does.
        return safe(days[at], teams[at], rules) and safe(days[at], clients[at], rules, several)

    everyone = np.arange(len(teams))
    if not company(everyone):
        return release
    for client, at in _shown(everyone, clients, company).items():
        release.clients[client] = _figures(days[at], rules)
        for one, mine in _shown(at, teams, lambda at: safe(days[at], teams[at], rules)).items():
            release.teams[one] = _figures(days[mine], rules)
    return Release(_figures(days, rules), release.clients, release.teams)


def _shown(parent: Whole, label: Whole, allowed: Callable[[Whole], bool]) -> dict[int, Whole]:
    """The children of a shown cell that are shown, with their entries.

    Hidden are those that are unsafe and then, smallest first, as many as it takes until what is hidden is together
    safe: a reader has it as the parent less the shown children. A lone hidden child is unsafe, so it gets company.
    """
    children = {int(one): parent[label[parent] == one] for one in np.unique(label[parent])}
    hidden = {one for one, at in children.items() if not allowed(at)}
    others = sorted(children.keys() - hidden, key=lambda one: (len(children[one]), one))
    while hidden and others and not allowed(np.concatenate([children[one] for one in sorted(hidden)])):
        hidden.add(others.pop(0))
    return {one: children[one] for one in sorted(others)}


def _figures(days: Whole, rules: Rules) -> Figures:
    """What is told of these entries."""
    return Figures(len(days), int((days > 0).sum()), int(np.minimum(days, rules.cap).sum()))


def _counted(values: Whole, rules: Rules) -> bool:
    """Whether a count of agents is neither of too few nor of nearly all."""
    return rules.with_leave <= int((values > 0).sum()) <= len(values) - rules.without_leave


def _sound(values: Whole, owner: Whole, rules: Rules, top: int, known: Known = ()) -> bool:
    """The rules, for values from 0 to `top`; whoever knows one `owner`, or one set of them, knows all its entries."""
    days = np.minimum(values, top)
    taken = np.sort(days[days > 0])
    n, took, total = len(days), len(taken), int(days.sum())
    if n < rules.agents or took < rules.with_leave or n - took < rules.without_leave:
        return False
    first, second, last = int(taken[-1]), int(taken[-2]), int(taken[0])
    if 100 * (total - first - second - (took - 2)) < rules.percent * first:
        return False
    if (total - first) - (took - 1) < MARGIN or top * (took - 1) - (total - last) < MARGIN:
        return False
    owners, at = np.unique(owner, return_inverse=True)
    counts = np.array([np.bincount(at), np.bincount(at, weights=days > 0), np.bincount(at, weights=days)])
    several = [counts[:, np.isin(owners, list(many))].sum(axis=1) for many in known]
    left, away, sum_left = np.array([[n], [took], [total]]) - np.column_stack([counts, *several])
    narrow = (away < LEFT) | (left - away < 1) | (sum_left - away < MARGIN) | (top * away - sum_left < MARGIN)
    return not ((left > 0) & ((left < rules.insiders) | narrow)).any()
