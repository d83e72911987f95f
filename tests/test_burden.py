"""Agent burden: what a published ratio scores, since when it is known, and that nothing finer than it gets through."""

from __future__ import annotations

import datetime as dt
import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm

from ethics import changes
from ethics.access import TERMINAL
from ethics.database import Database
from ethics.risk import analysis, burden, scores
from ethics.risk.command import as_json
from ethics.risk.models import StoredScore
from ethics.risk.policy import BurdenRules
from ethics.wellbeing.release import YearRatios
from ethics.wellbeing.releases import YearPublished
from ethics.wellbeing.results import ClientRatio, Ratio
from tests.centre import build
from tests.ledgers import WEEK, Clock, flag, work
from tests.releases import line, store, year

RULES = BurdenRules()
#: So little shrinks that what is left of a ratio is the ratio.
WIDE = BurdenRules(prior_sd=2.0)
FEB = dt.date(2026, 2, 12)


def published(number: int, day: dt.date, *lines: ClientRatio) -> YearPublished:
    return YearPublished(day, YearRatios(number, lines))


def score(*ratio: float, rules: BurdenRules = RULES) -> float:
    """Points before they are told in steps."""
    return burden.exact(Ratio(*ratio), rules)[1]


def step(*ratio: float) -> float:
    """Points as they are told."""
    return burden.reading(Ratio(*ratio), RULES)[1]


def at(years: list[YearPublished], day: dt.date, client: int = 7, rules: BurdenRules = RULES) -> float | None:
    """The score of a client on a day; None when it is not known."""
    found = float(burden.readings(years, [client], [day.toordinal()], rules)[0, 0, 1])
    return None if math.isnan(found) else found


def test_twice_as_often_means_that_half_of_the_spells_go_with_the_client() -> None:
    assert score(2.0, 2.0, 2.0, rules=WIDE) == pytest.approx(50, abs=0.1)
    assert score(4.0, 4.0, 4.0, rules=WIDE) == pytest.approx(75, abs=0.1)


@pytest.mark.parametrize("ratio", [0.0, 0.4, 0.9, 1.0])
def test_as_often_as_elsewhere_or_less_scores_0(ratio: float) -> None:
    assert score(ratio, 0.0, 3.0) == 0


def by_hand(middle: float, error: float, sd: float) -> tuple[float, float, float]:
    """Low, middle and high of a log ratio by integrating prior times likelihood, without the formula."""

    def weight(x: float) -> float:
        return float(norm.pdf(middle, x, error) * norm.pdf(x, 0, sd))

    whole = quad(weight, -6, 6, points=[0, middle], limit=400)[0]
    mean = quad(lambda x: x * weight(x) / whole, -6, 6, points=[0, middle], limit=400)[0]
    square = quad(lambda x: x * x * weight(x) / whole, -6, 6, points=[0, middle], limit=400)[0]
    reach = 1.96 * math.sqrt(square - mean**2)
    return mean - reach, mean, mean + reach


@pytest.mark.parametrize("ratio", [(1.4, 1.1, 1.8), (1.2, 0.6, 2.4), (0.8, 0.5, 1.3), (2.6, 1.9, 3.6)])
def test_a_ratio_is_drawn_towards_1_as_bayes_has_it(ratio: tuple[float, float, float]) -> None:
    """The error is that of the interval and of the rounding to a tenth."""
    rate, low, high = ratio
    error = math.hypot((math.log(high) - math.log(low)) / 3.92, 0.1 / math.sqrt(12) / rate)
    expected = [100 * max(1 - math.exp(-x), 0) for x in by_hand(math.log(rate), error, RULES.prior_sd)]
    assert burden.exact(Ratio(*ratio), RULES) == pytest.approx(expected, abs=1e-4)


def test_of_two_equal_ratios_the_surer_one_scores_more() -> None:
    assert score(1.5, 1.4, 1.6) > score(1.5, 1.1, 2.1) > score(1.5, 0.5, 4.5) > 0


def test_a_lower_end_that_was_rounded_to_nought_is_not_taken_for_certainty_and_the_upper_half_speaks() -> None:
    error = math.hypot((math.log(2.9) - math.log(1.1)) / 1.96, 0.1 / math.sqrt(12) / 1.1)
    _, mean, _ = by_hand(math.log(1.1), error, RULES.prior_sd)
    assert score(1.1, 0.0, 2.9) == pytest.approx(100 * (1 - math.exp(-mean)), abs=1e-4)
    assert 0 < score(1.1, 0.0, 2.9) < score(1.1, 0.9, 1.3)


def test_a_wider_prior_leaves_more_of_a_ratio() -> None:
    scored = [score(1.6, 1.0, 2.6, rules=BurdenRules(prior_sd=sd)) for sd in (0.1, 0.3, 1.0)]
    assert scored == sorted(scored)
    assert scored[0] < 8
    assert scored[-1] > 30


tenths = st.integers(0, 90).map(lambda n: n / 10)


@given(tenths, tenths, tenths, st.floats(0.05, 2))
def test_every_published_ratio_is_a_reading_that_the_score_takes(a: float, b: float, c: float, sd: float) -> None:
    low, middle, high = sorted((a, b, c))
    found = burden.reading(Ratio(middle, low, high), BurdenRules(prior_sd=sd))
    assert 0 <= found[0] <= found[1] <= found[2] <= 100
    assert all(end % 10 == 0 for end in found)


@given(tenths, tenths, tenths, st.floats(0.05, 2))
def test_the_steps_are_those_nearest_to_the_points_and_the_interval_is_told_no_narrower(
    a: float, b: float, c: float, sd: float
) -> None:
    low, middle, high = sorted((a, b, c))
    ratio, rules = Ratio(middle, low, high), BurdenRules(prior_sd=sd)
    told, points = burden.reading(ratio, rules), burden.exact(ratio, rules)
    assert abs(told[1] - points[1]) <= 5
    assert points[0] - 10 < told[0] <= points[0] + 1e-6
    assert points[2] - 1e-6 <= told[2] < points[2] + 10


@pytest.mark.parametrize("ratio", [(1.8, 1.4, 2.3), (1.2, 0.8, 1.8), (2.6, 1.9, 3.6)])
def test_what_was_published_cannot_be_worked_back_from_the_points(ratio: tuple[float, float, float]) -> None:
    """Officers read the points: many published ratios must give the same."""
    told = burden.reading(Ratio(*ratio), RULES)
    alike = [
        (rate, low, high)
        for rate in range(5, 50)
        for low in range(1, rate + 1)
        for high in range(rate, 80)
        if burden.reading(Ratio(rate / 10, low / 10, high / 10), RULES) == told
    ]
    assert len(alike) > 50
    assert len({rate for rate, _, _ in alike}) > 1


@given(tenths, tenths, tenths)
def test_a_higher_ratio_with_the_same_interval_in_proportion_never_scores_less(a: float, b: float, by: float) -> None:
    less, more = sorted((a, b))
    assert score(less, less / (1 + by), less * (1 + by)) <= score(more, more / (1 + by), more * (1 + by)) + 1e-9


def test_a_client_that_was_not_shown_is_not_known() -> None:
    years = [published(2025, FEB, line(7), line(8, 1.5, 1.2, 1.9), line(0, 1.1, 0.9, 1.3))]
    assert at(years, FEB, client=7) is None
    assert at(years, FEB, client=9) is None
    assert (at(years, FEB, client=8) or 0) > 20


def test_before_its_publication_a_ratio_is_not_known() -> None:
    years = [published(2025, FEB, line(7, 1.5, 1.2, 1.9))]
    assert at(years, FEB - dt.timedelta(days=1)) is None
    assert at(years, FEB) is not None
    assert at([], FEB) is None


def test_an_older_year_holds_until_the_next_is_published_and_then_no_longer() -> None:
    next_one = dt.date(2027, 2, 12)
    years = [
        published(2025, FEB, line(7, 1.5, 1.2, 1.9), line(8, 1.5, 1.2, 1.9)),
        published(2026, next_one, line(7, 1.1, 0.9, 1.4)),
    ]
    before = at(years, next_one - dt.timedelta(days=1))
    after = at(years, next_one)
    assert before == step(1.5, 1.2, 1.9)
    assert after == step(1.1, 0.9, 1.4)
    assert at(years, next_one, client=8) is None, "hidden in the newest year: what it was before is no answer"


def test_a_year_published_late_does_not_speak_over_a_newer_one() -> None:
    years = [published(2024, dt.date(2026, 5, 1), line(7, 3.0, 2.0, 4.5)), published(2025, FEB, line(7, 1.1, 0.9, 1.4))]
    assert at(years, dt.date(2026, 6, 1)) == step(1.1, 0.9, 1.4)


def test_two_years_after_the_end_of_its_year_a_ratio_is_not_known_any_more() -> None:
    years = [published(2025, FEB, line(7, 1.5, 1.2, 1.9))]
    assert at(years, dt.date(2027, 12, 31)) is not None
    assert at(years, dt.date(2028, 1, 1)) is None
    assert at(years, dt.date(2028, 12, 31), rules=BurdenRules(longest_years=3)) is not None


def test_readings_stand_at_their_client_and_day() -> None:
    years = [published(2025, FEB, line(8, 1.5, 1.2, 1.9))]
    days = [(FEB + dt.timedelta(days=k)).toordinal() for k in (-7, 0, 7)]
    found = burden.readings(years, [9, 8], days, RULES)
    assert found.shape == (2, 3, 3)
    assert (~np.isnan(found)).tolist() == [[[False] * 3] * 3, [[False] * 3, [True] * 3, [True] * 3]]


# In the score

MONDAY = dt.date(2026, 1, 5)
LOOKED_AT = MONDAY + 12 * WEEK


@pytest.fixture
def house(lite: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Clients 1 and 2 with twelve weeks of contacts and the same mismatches."""
    Clock(monkeypatch, LOOKED_AT)
    with build(lite).write() as tx:
        for client in (1, 2):
            work(tx, client, MONDAY, 12)
            for k in range(4):
                flag(tx, client, MONDAY + k * WEEK, severity=2)
    return lite


def pictures(db: Database) -> dict[int, StoredScore]:
    with db.write() as tx:
        analysis.analyse(tx, TERMINAL)
    with db.read() as tx:
        return scores.latest(tx)


def told(row: StoredScore) -> dict[str, Any]:
    return as_json("Client", row, None, None)


def test_a_published_burden_is_the_sixth_dimension_of_the_score(house: Database) -> None:
    before = pictures(house)
    with house.write() as tx:
        store(tx, year(2025, FEB, line(1, 1.8, 1.4, 2.3), line(2)))
    after = pictures(house)
    low, middle, high = burden.reading(Ratio(1.8, 1.4, 2.3), RULES)
    known = after[1].detail["dimensions"]["agent_burden"]
    assert (known["low"], known["score"], known["high"]) == pytest.approx((low, middle, high), abs=0.06)
    assert "agent_burden" in before[1].detail["unknown"]
    assert after[1].detail["unknown"] == []
    assert (after[1].score or 0) > (before[1].score or 0)
    assert (after[2].score, after[2].detail) == (before[2].score, before[2].detail)


def test_a_client_that_burdens_nobody_scores_less_than_one_of_whom_nothing_was_published(house: Database) -> None:
    with house.write() as tx:
        store(tx, year(2025, FEB, line(1, 0.9, 0.8, 1.0)))
    found = pictures(house)
    assert (found[1].score or 0) < (found[2].score or 0)


def test_the_weights_of_known_dimensions_and_the_points_add_up_with_and_without_a_burden(house: Database) -> None:
    with house.write() as tx:
        store(tx, year(2025, FEB, line(1, 1.8, 1.4, 2.3)))
    for row in pictures(house).values():
        lines = row.detail["dimensions"].values()
        assert sum(line["weight_share"] for line in lines) == pytest.approx(1, abs=1e-3)
        assert sum(points for _, points in row.detail["contributions"]) == pytest.approx(row.score)


def test_the_command_prints_the_published_ratio_as_the_evidence(house: Database) -> None:
    with house.write() as tx:
        store(tx, year(2025, FEB, line(1, 1.8, 1.4, 2.3)))
    found = pictures(house)
    evidence = told(found[1])["dimensions"]["agent_burden"]["evidence"]
    assert evidence == {"year": 2025, "published_on": "2026-02-12", "rate_ratio": 1.8, "low": 1.4, "high": 2.3}
    assert "agent_burden" not in told(found[2])["dimensions"]
    json.dumps(told(found[1]))


def test_equal_published_ratios_give_equal_scores_whatever_p_stood_beside_them(house: Database) -> None:
    """Only what is published to one decimal goes in: two clients that read alike score alike."""
    one, other = line(1, 1.4, 1.1, 1.8), line(2, 1.4, 1.1, 1.8, claimed=True)
    with house.write() as tx:
        store(tx, year(2025, FEB, one, other))
    found = pictures(house)
    assert told(found[1])["dimensions"]["agent_burden"] == told(found[2])["dimensions"]["agent_burden"]
    assert found[1].score == found[2].score


def test_publishing_brings_the_burden_into_the_scores_of_the_clients_announced(house: Database) -> None:
    before = pictures(house)
    with house.write() as tx:
        store(tx, year(2025, FEB, line(1, 1.8, 1.4, 2.3)))
        changes.announce(tx, [1])
    with house.read() as tx:
        after = scores.latest(tx)
    assert "agent_burden" in after[1].detail["dimensions"]
    assert after[2].computed_at == before[2].computed_at


def test_a_score_of_before_the_publication_does_not_know_it(house: Database) -> None:
    with house.write() as tx:
        store(tx, year(2025, FEB, line(1, 1.8, 1.4, 2.3)))
        eve = scores.at(tx, FEB - dt.timedelta(days=1))
        day = scores.at(tx, FEB)
    assert "agent_burden" in eve[1].detail["unknown"]
    assert "agent_burden" not in day[1].detail["unknown"]
