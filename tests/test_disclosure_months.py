"""Facts about months of absence: told for the company, all or none, and never so that the quarter tells of few."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from ethics.disclosure import Figures, publish_months, safe
from tests.attacks import large
from tests.month_attacks import MONTH_ATTACKS, MONTH_EXAMPLES, Months, months, nonnegative, split

SUITE = settings(max_examples=200, deadline=None, database=None, suppress_health_check=list(HealthCheck))


def test_months_are_told_for_the_company_with_their_own_cap() -> None:
    of = large(320, 12, 16, seed=1)
    by_month = split(of, seed=1)
    told = publish_months(of.team, of.client_of, by_month)
    capped = np.minimum(by_month, 10)
    assert told == [Figures(320, int((c > 0).sum()), int(c.sum())) for c in capped.T]


def test_agents_who_are_not_employed_in_a_month_are_not_counted_in_it() -> None:
    of = large(320, 12, 16, seed=1)
    by_month = split(of, seed=1)
    by_month[:7, 0] = -1
    told = publish_months(of.team, of.client_of, by_month)
    assert [figures and figures.agents for figures in told] == [313, 320, 320]


def test_one_unsafe_month_hides_all_three() -> None:
    of = large(320, 12, 16, seed=1)
    by_month = split(of, seed=1)
    by_month[:, 2] = 0
    by_month[5, 2] = 4
    assert publish_months(of.team, of.client_of, by_month) == [None, None, None]


def test_months_are_hidden_when_they_would_tell_how_long_the_only_long_absence_was() -> None:
    # Nobody else reached ten days in the quarter: the months less the quarter are what one agent had beyond them.
    of = large(320, 12, 16, seed=1)
    by_month = np.minimum(split(of, seed=1), 3)
    by_month[11] = (10, 9, 0)
    quarter = by_month.sum(axis=1)
    assert (quarter > 10).sum() == 1
    assert safe(quarter, of.team)
    assert all(safe(month, of.team) for month in by_month.T)
    assert publish_months(of.team, of.client_of, by_month) == [None, None, None]


def test_months_are_hidden_when_a_manager_knows_all_but_one_client_in_which_nobody_was_away() -> None:
    of = large(1_200, 3, 16, seed=1)
    by_month = split(of, seed=1)
    rest = [i for i, client in enumerate(of.client) if client == 2]
    by_month[rest, 0] = 0
    assert all(publish_months(of.team, of.client_of, by_month))
    assert all(publish_months(of.team, of.client_of, by_month, known=[{0, 2}, {1, 2}]))
    assert publish_months(of.team, of.client_of, by_month, known=[{0, 1}]) == [None, None, None]


def test_months_that_make_no_sense_are_refused() -> None:
    for wrong in ([1, 2], [[1, 2, -2], [0, 0, 0]], [[1, 2, 3]]):
        with pytest.raises(ValueError, match="days"):
            publish_months([1, 1], {1: 1}, wrong)
    assert publish_months([], {}, np.zeros((0, 3))) == [None, None, None]


@SUITE
@given(months())
def test_no_difference_of_months_and_quarter_tells_of_few(of: Months) -> None:
    told = publish_months(of.team, of.client_of, of.by_month, None, of.known)
    for attack in MONTH_ATTACKS:
        attack(of, told)


def test_no_other_difference_of_months_and_quarter_has_one_sign() -> None:
    # Quarter less a month, months less quarter, and months themselves: all that is never negative is a sum of them.
    sums = {tuple(w) for w in nonnegative()}
    checked = [(1, -1, 0, 0), (1, 0, -1, 0), (1, 0, 0, -1), (-1, 1, 1, 1), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)]
    built = {
        tuple(int(x) for x in np.array(many) @ np.array(checked)) for many in itertools.product(range(4), repeat=7)
    }
    assert sums <= built
    assert set(checked) <= sums


@pytest.mark.parametrize("of", MONTH_EXAMPLES)
def test_months_that_were_hard_tell_of_no_few(of: Months) -> None:
    told = publish_months(of.team, of.client_of, of.by_month, None, of.known)
    for attack in MONTH_ATTACKS:
        attack(of, told)
