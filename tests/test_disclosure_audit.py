"""Facts about the audit of what is told of absence: what it sees, that its programmes are right, and how long it takes."""

from __future__ import annotations

import dataclasses
import itertools
import time

import numpy as np
import pytest

from ethics import disclosure
from ethics.disclosure import Figures, NotSafe, Release, Rules, audit
from ethics.disclosure_audit import exists, spread
from tests.attacks import BIG, EXAMPLES, GOOD, large, released, visible, world


def tampered(release: Release, team: int | None = None, **changed: Figures | None) -> Release:
    teams = release.teams | ({team: changed["figures"]} if team else {})
    return Release(changed.get("total", release.total), release.clients, teams)


def test_the_audit_sees_a_lone_hidden_team() -> None:
    of = EXAMPLES["a big team and one agent"]
    cell = Figures(22, 12, 60)
    told = Release(Figures(45, 25, 127), {1: Figures(23, 13, 67), 2: cell}, {1: cell, 2: None, 3: cell})
    found = audit(told, of.team, of.client_of)
    assert "team 2 can be derived" in found
    assert "a group of fewer than 10 can be derived" in found


def test_the_audit_sees_hidden_teams_that_are_few_together() -> None:
    of = world((1, BIG), (1, [0, 0, 3, 4]), (1, [0, 0, 0, 8, 9]), (2, GOOD), (2, GOOD))
    found = audit(tampered(released(of), 1, figures=Figures(22, 12, 60)), of.team, of.client_of)
    assert found[0] == "a group of fewer than 10 can be derived"


def test_the_audit_sees_what_a_manager_of_a_hidden_team_could_subtract() -> None:
    of = world((1, BIG), (1, GOOD), (1, [7]))
    found = audit(tampered(released(of), 1, figures=Figures(22, 12, 60)), of.team, of.client_of)
    assert "what an insider does not know of fewer than 5 can be derived" in found
    assert not any(one.startswith("a group") for one in found)


def test_the_audit_sees_what_a_manager_of_a_client_could_subtract() -> None:
    of = EXAMPLES["a client of two teams beside one of one agent"]
    cells = {3: Figures(34, 17, 80), 4: Figures(22, 12, 60)}
    told = Release(Figures(69, 36, 176), {1: None, 2: None} | cells, dict.fromkeys(of.client_of))
    found = audit(told, of.team, of.client_of)
    assert "what an insider does not know of fewer than 5 can be derived" in found


def test_the_audit_sees_what_a_manager_of_several_clients_could_subtract() -> None:
    of = EXAMPLES["a manager of two of three small clients"]
    told = released(dataclasses.replace(of, known=()))
    assert audit(told, of.team, of.client_of) == []
    assert audit(told, of.team, of.client_of, known=of.known) == [
        "what an insider does not know of fewer than 5 can be derived"
    ]
    assert audit(released(of), of.team, of.client_of, known=of.known) == []


def test_the_audit_sees_agents_who_are_pinned_by_leave_and_days_together() -> None:
    of = world((1, [0] * 10 + [1] * 10))
    told = Figures(20, 10, 12)
    found = audit(Release(told, {1: told}, {1: told}), of.team, of.client_of)
    assert found == ["an agent known to have been away is known to within less than 3 days"]


def test_the_audit_sees_cells_below_a_hidden_one() -> None:
    of = EXAMPLES["a client whose teams are all too small"]
    release = released(of)
    hidden = Release(release.total, release.clients | {2: None}, release.teams | {4: Figures(22, 12, 60)})
    assert audit(hidden, of.team, of.client_of) == ["team 4 is shown below a hidden client"]
    assert "cells are shown below a hidden total" in audit(tampered(release, total=None), of.team, of.client_of)


def test_the_audit_sees_figures_that_cannot_be_true() -> None:
    of = world((1, BIG), (1, GOOD))
    release = released(of)
    assert audit(release, of.team, of.client_of) == []
    for wrong in (Figures(21, 12, 60), Figures(22, 12, 61), Figures(22, 11, 60)):
        assert audit(tampered(release, 1, figures=wrong), of.team, of.client_of)
    assert audit(tampered(release, total=Figures(34, 17, 200)), of.team, of.client_of)


def test_the_audit_wants_every_team_and_client_of_the_roster() -> None:
    of = world((1, BIG), (1, GOOD))
    release = released(of)
    assert audit(Release(release.total, release.clients, {1: release.teams[1]}), of.team, of.client_of)
    assert audit(Release(release.total, {}, {}), of.team, of.client_of)


def test_no_time_means_no_release(monkeypatch: pytest.MonkeyPatch) -> None:
    of = world((1, BIG), (1, GOOD))
    assert audit(released(of), of.team, of.client_of, seconds=0)
    attack = disclosure.attack
    monkeypatch.setattr(disclosure, "attack", lambda *known: attack(*known[:-1], time.monotonic() - 1))
    with pytest.raises(NotSafe, match="in time"):
        released(of)


def test_the_integer_programme_agrees_with_trying_every_combination() -> None:
    chance, answers = np.random.default_rng(4), []
    for _ in range(150):
        rows, classes = chance.integers(1, 5), chance.integers(1, 7)
        columns = chance.integers(0, 2, (rows, classes))
        unknown = chance.integers(0, 7, classes)
        below = int(chance.integers(2, 11))
        weights = np.array(list(itertools.product(range(-2, 3), repeat=int(rows))))
        told = ((weights @ columns != 0) * unknown).sum(axis=1)
        answers.append(bool(((told > 0) & (told < below)).any()))
        assert exists(columns, unknown, below, time.monotonic() + 30) is answers[-1], (columns, unknown, below)
    assert 40 < sum(answers) < 110


def test_the_linear_programme_agrees_with_trying_every_world() -> None:
    # Four agents, two of whom are the part that is asked about; days up to three.
    every = np.array(list(itertools.product(range(4), repeat=4)))
    for seen in (0, 1, 2):
        known = every[(every[:, :2] > 0).sum(axis=1) >= seen]
        sums = np.column_stack([(known > 0).sum(axis=1), known.sum(axis=1)])
        part = np.column_stack([(known[:, :2] > 0).sum(axis=1), known[:, :2].sum(axis=1)])
        told = np.unique(sums, axis=0)
        four, two, away = (np.full(len(told), one) for one in (4, 2, seen))
        for what in (0, 1):
            met = [np.ptp(part[(sums == one).all(axis=1), what]) for one in told]
            assert spread(told, four, two, away, 3, what, time.monotonic() + 30) == pytest.approx(met), (seen, what)
    assert spread(np.array([[3, 2]]), np.array([4]), np.array([2]), np.array([0]), 3, 0, time.monotonic() + 30) is None


def test_five_thousand_agents_and_forty_managers_are_published_in_a_second_and_audited_in_fifteen() -> None:
    of, chance = large(5_000, 60, 200, seed=3), np.random.default_rng(3)
    known = [chance.choice(60, chance.integers(2, 20), replace=False).tolist() for _ in range(40)]
    start = time.perf_counter()
    release = disclosure._tree(*disclosure._entries(of.team, of.client_of, of.days), of.client_of, Rules(), known)
    published = time.perf_counter() - start
    start = time.perf_counter()
    assert audit(release, of.team, of.client_of, known=known) == []
    audited = time.perf_counter() - start
    assert published < 1
    assert audited < 15
    assert len(visible(release)[2]) > 100
