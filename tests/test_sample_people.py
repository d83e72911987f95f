"""The sample centre's people: whom they serve and when, and sick leave that rises with the dose as planted."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from ethics.imports.sample import Centre, Role, generate
from ethics.imports.sample.seasons import public_holidays
from ethics.wellbeing.dose import WEIGHTS, Mismatches, client_rates
from tests.sampled import RISKS, SUNDAY, by_week


@pytest.fixture(scope="module")
def centre() -> Centre:
    return generate(until=SUNDAY)


@pytest.fixture(scope="module")
def large() -> Centre:
    """Six times the people: enough spells to see each client's effect by counting."""
    return generate(until=SUNDAY, agents=2_000, seed=2)


# -- their work --------------------------------------------------------------------------------------------


def test_a_team_mostly_serves_one_client_and_teams_move(centre: Centre) -> None:
    shifts = by_week(centre, centre.shifts, "date")
    hours = shifts.groupby(["team", "week", "client"])["hours"].sum()
    largest = hours.groupby(["team", "week"]).max() / hours.groupby(["team", "week"]).sum()
    assert largest.median() > 0.7
    main = hours.reset_index().sort_values("hours").groupby(["team", "week"])["client"].last()
    assert (main.groupby("team").nunique() > 1).sum() >= 5


def test_a_planted_team_move_is_seen_in_the_shifts(centre: Centre) -> None:
    move = next(m for m in centre.truth.team_moves if m.week > date(2025, 1, 1))
    shifts = centre.shifts[centre.shifts["team"] == move.team]
    days = (shifts["date"] - pd.Timestamp(move.week)).dt.days
    hours_before = shifts[days.between(-14, -1)].groupby("client")["hours"].sum()
    hours_after = shifts[days.between(0, 13)].groupby("client")["hours"].sum()
    assert (hours_before.idxmax(), hours_after.idxmax()) == (move.before, move.after)


def test_some_agents_serve_two_clients_on_one_day_but_most_days_have_one(centre: Centre) -> None:
    clients_a_day = centre.shifts.groupby(["agent", "date"]).size()
    assert clients_a_day.max() == 2
    assert (clients_a_day == 1).mean() > 0.9


def test_people_leave_and_others_join(centre: Centre) -> None:
    days = centre.shifts.groupby("agent")["date"].agg(["min", "max"])
    assert (days["max"] < pd.Timestamp(SUNDAY) - pd.Timedelta(60, "D")).sum() > 50
    assert (days["min"] > pd.Timestamp(2025, 2, 1)).sum() > 50


def test_only_the_chat_client_has_contact_rows_and_its_shifts_have_none(centre: Centre) -> None:
    (chat,) = centre.truth.clients[Role.CHAT]
    assert set(centre.contacts["client"]) == {chat}
    assert len(centre.contacts) == 104
    by_client = centre.shifts.groupby("client")["contacts"].sum()
    assert set(by_client[by_client == 0].index) == {chat}


def test_contacts_are_about_six_an_hour(centre: Centre) -> None:
    hours = centre.shifts["hours"].sum()
    assert 5 < (centre.shifts["contacts"].sum() + centre.contacts["contacts"].sum()) / hours < 7


def test_july_and_christmas_day_are_quiet_and_february_is_sick(centre: Centre) -> None:
    month = centre.shifts["date"].dt.month
    assert (month == 7).sum() < 0.8 * (month == 3).sum()
    assert (centre.shifts["date"] == pd.Timestamp(2025, 12, 25)).sum() < 60
    starts = centre.spells["start"].dt.month.value_counts()
    hours = centre.shifts.groupby(month)["hours"].sum()
    assert starts[2] / hours[2] > 1.3 * starts[6] / hours[6]


def test_public_holidays_of_2026() -> None:
    """As in the Finnish almanac for 2026, with the two eves that are holidays in practice."""
    assert sorted(public_holidays(2026)) == [
        date(2026, 1, 1), date(2026, 1, 6), date(2026, 4, 3), date(2026, 4, 5), date(2026, 4, 6),
        date(2026, 5, 1), date(2026, 5, 14), date(2026, 5, 24), date(2026, 6, 19), date(2026, 6, 20),
        date(2026, 10, 31), date(2026, 12, 6), date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 26),
    ]  # fmt: skip


# -- the sick leave ----------------------------------------------------------------------------------------


def _panel(centre: Centre) -> pd.DataFrame:
    """Agent-weeks in which the agent worked or fell ill: new spells `y`, each client's share of the hours of the four
    weeks before, and the planted `dose`. Weeks without hours in the four before are left out."""
    hours = by_week(centre, centre.shifts, "date").groupby(["agent", "week", "client"])["hours"].sum()
    worked = hours.unstack(fill_value=0)
    starts = by_week(centre, centre.spells, "start").groupby(["agent", "week"]).size()
    at_risk = worked.index.union(starts.index)
    before = worked.reset_index().set_index("agent")
    late = [before.assign(week=before["week"] + lag) for lag in range(1, 5)]
    summed = pd.concat(late).reset_index().groupby(["agent", "week"]).sum()
    share = summed.div(summed.sum(axis=1), axis=0).reindex(at_risk)
    week = share.index.get_level_values("week").to_numpy()
    doses = centre.truth.doses[share.columns].to_numpy()
    dose = np.nansum(share.to_numpy() * doses[np.minimum(week, len(doses) - 1)], axis=1)
    return share.assign(dose=dose, y=starts.reindex(at_risk).fillna(0))[share.notna().all(axis=1) & (week >= 4)]


def _ratio(panel: pd.DataFrame, exposed: pd.Series[bool], free: pd.Series[bool], slope: float) -> tuple[float, ...]:
    """Mantel–Haenszel log rate ratio of new spells over the weeks, the planted one, its standard error.

    The planted one follows from the doses of the same agent-weeks.
    """
    risk = np.exp(slope * panel["dose"])
    cells = {"a": panel["y"] * exposed, "n": exposed, "b": panel["y"] * free, "m": free}
    table = pd.DataFrame({**cells, "c": risk * exposed, "d": risk * free}).astype(float).groupby("week").sum()
    weight = 1 / np.maximum(table["n"] + table["m"], 1)
    found = (table["a"] * table["m"] * weight).sum() / (table["b"] * table["n"] * weight).sum()
    planted = (table["c"] * table["m"] * weight).sum() / (table["d"] * table["n"] * weight).sum()
    # An agent's frailty (log-sd 0.4) goes with his or her spells: a quarter more than Poisson.
    error = 1.25 * float(np.sqrt(1 / table["a"].sum() + 1 / table["b"].sum()))
    return float(np.log(found)), float(np.log(planted)), error


def test_new_spells_rise_with_the_dose_as_planted(large: Centre) -> None:
    """Within three standard errors of the planted ratio in each band of doses; the higher bands more than four above 1."""
    panel, slope = _panel(large), large.truth.log_rate_ratio_per_10 / 10
    assert np.exp(10 * slope) == pytest.approx(2.4)
    dose = panel["dose"]
    for low, high, sure in ((1, 3, False), (3, 6, True), (6, 100, True)):
        found, planted, error = _ratio(panel, dose.between(low, high, inclusive="left"), dose < 0.3, slope)
        assert abs(found - planted) < 3 * error, low
        assert (found > 4 * error) or not sure, low


def test_at_a_burdening_client_spells_rise_after_the_weeks_that_had_more_mismatches(large: Centre) -> None:
    """The same client, its agents against the calm ones of the same weeks: after campaigns, and after quiet weeks."""
    panel, truth = _panel(large), large.truth
    week = panel.index.get_level_values("week")
    for name in truth.burdening:
        there, calm = panel[name] >= 0.5, panel["dose"] < 0.3
        dose = truth.doses[name].to_numpy()[week]
        after: dict[bool, float] = {}
        for much in (True, False):
            weeks = (dose > truth.doses[name].median()) == much
            found, planted, error = _ratio(panel, there & weeks, calm & weeks, truth.log_rate_ratio_per_10 / 10)
            assert abs(found - planted) < 3 * error
            after[much] = found
        assert after[True] > after[False]


def test_new_spells_hardly_rise_at_the_other_clients(large: Centre) -> None:
    """Ten clients: three standard errors leave one false alarm in forty such tests."""
    panel, truth = _panel(large), large.truth
    calm = [name for name in large.clients["name"] if name not in truth.burdening]
    assert len(calm) == 10
    for name in calm:
        mostly, elsewhere = panel[name] >= 0.5, (panel[name] == 0) & (panel["dose"] < 0.3)
        found, planted, error = _ratio(panel, mostly, elsewhere, truth.log_rate_ratio_per_10 / 10)
        assert abs(found - planted) < 3 * error, name


def test_the_default_centre_is_large_enough_to_see_high_doses(centre: Centre) -> None:
    panel = _panel(centre)
    found, _, error = _ratio(panel, panel["dose"] >= 3, panel["dose"] < 0.3, centre.truth.log_rate_ratio_per_10 / 10)
    assert found > 3 * error


def test_the_burdening_clients_are_those_whose_dose_matters_and_calm_ones_have_almost_none(centre: Centre) -> None:
    truth = centre.truth
    mean = truth.doses.mean()
    assert truth.burdening == truth.clients[Role.NO_PRODUCT] + truth.clients[Role.SALES_PRESSURE]
    assert (np.exp(truth.log_rate_ratio_per_10 / 10 * mean[list(truth.burdening)]) > 1.1).all()
    assert mean.drop(list(truth.bad)).max() < 0.5
    assert list(truth.doses.index) == [truth.first_week + timedelta(weeks=week) for week in range(104)]


def test_the_planted_dose_is_what_the_wellbeing_room_counts(centre: Centre) -> None:
    """Confirmed mismatches of the four weeks before, by weight: at the bad clients the counts follow the truth."""
    counted, names = _counted(centre)
    for name in centre.truth.bad:
        ours, theirs = centre.truth.doses[name].to_numpy()[4:], counted[names.index(name)][4:]
        assert np.corrcoef(ours, theirs)[0, 1] > 0.8, name
        assert theirs.mean() == pytest.approx(ours.mean(), rel=0.15), name


def _counted(centre: Centre) -> tuple[NDArray[np.float64], list[str]]:
    """Clients × weeks as `client_rates` counts them, and the clients' names."""
    names = list(centre.clients["name"])
    flags = by_week(centre, centre.flags, "date")
    sure = flags[flags["category"].isin(RISKS) & (flags["severity"] > 0) & (flags["status"] == "confirmed")]
    weight = np.array(WEIGHTS, dtype=np.float64)[sure["severity"]]

    def summed(table: pd.DataFrame, values: NDArray[np.float64]) -> NDArray[np.float64]:
        sums = pd.Series(values, index=[table["client"], table["week"]]).groupby(level=[0, 1]).sum()
        return sums.unstack(fill_value=0).reindex(index=names, columns=range(104), fill_value=0.0).to_numpy()

    shifts = by_week(centre, centre.shifts, "date")
    own = by_week(centre, centre.contacts, "week")
    met = pd.concat([table[["client", "week", "contacts"]] for table in (shifts, own)])
    contacts = summed(met, met["contacts"].to_numpy(dtype=np.float64))
    found = Mismatches(summed(sure, weight), summed(sure, weight**2), summed(sure, np.ones(len(sure))), contacts)
    return client_rates(found), names


def test_campaigns_came_and_went_and_the_last_half_year_is_level(centre: Centre) -> None:
    for role in (Role.NO_PRODUCT, Role.SALES_PRESSURE):
        (name,) = centre.truth.clients[role]
        dose = centre.truth.doses[name].to_numpy()
        past, present = dose[4:78], dose[82:]
        assert past.max() > 1.5 * present.mean()
        assert past.min() < 0.2 * present.mean()
        assert past.mean() == pytest.approx(present.mean(), rel=0.5)
        assert present.std() < 0.3 * present.mean()


def test_the_spells_of_a_year_are_believable(centre: Centre) -> None:
    weeks = by_week(centre, centre.shifts, "date").groupby(["agent", "week"]).ngroups
    days = (centre.spells["end"] - centre.spells["start"]).dt.days + 1
    assert 2 < len(centre.spells) / (weeks / 52) < 4.5
    assert 3 < days.mean() < 7
