"""The sample centre's tables: the same from the same seed, tidy, and of the size asked for."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta

import pandas as pd
import pytest
from stdnum.fi import ytunnus

from ethics.imports.sample import Centre, generate
from tests.sampled import SUNDAY

TABLES = ("clients", "contacts", "shifts", "spells", "promises", "flags")
KEYS = {
    "clients": ["name"],
    "contacts": ["client", "week"],
    "shifts": ["agent", "date", "client"],
    "spells": ["agent", "start"],
    "promises": ["client", "product", "text", "from"],
    "flags": ["client", "date", "category", "severity", "certainty", "text"],
}


@pytest.fixture(scope="module")
def centre() -> Centre:
    return generate(until=SUNDAY)


# -- the same every time ----------------------------------------------------------------------------------


@pytest.mark.parametrize("table", TABLES)
def test_the_same_arguments_give_the_same_tables(centre: Centre, table: str) -> None:
    again = generate(until=SUNDAY)
    pd.testing.assert_frame_equal(getattr(centre, table), getattr(again, table))


def test_another_seed_gives_other_shifts_spells_and_flags_but_the_same_cast(centre: Centre) -> None:
    other = generate(until=SUNDAY, seed=2)
    for table in ("shifts", "spells", "flags"):
        assert not getattr(centre, table).equals(getattr(other, table))
    pd.testing.assert_frame_equal(centre.clients, other.clients)


def test_the_data_end_with_until(centre: Centre) -> None:
    later = generate(until=SUNDAY + timedelta(weeks=1))
    assert later.truth.first_week == centre.truth.first_week + timedelta(weeks=1)
    assert later.shifts["date"].max() <= pd.Timestamp(SUNDAY + timedelta(weeks=1))


def test_sick_leave_takes_shifts_away_and_changes_no_other(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each thing drawn has its own generator: without illness, the same shifts were planned."""
    monkeypatch.setattr("ethics.imports.sample.work.WEEKLY_HAZARD", 0.0)
    healthy = generate(until=SUNDAY)
    same = ["agent", "date", "client", "hours", "team"]
    assert healthy.spells.empty
    assert len(healthy.shifts) > len(centre.shifts)
    assert len(centre.shifts.merge(healthy.shifts, on=same)) == len(centre.shifts)


# -- tidy --------------------------------------------------------------------------------------------------


def test_the_columns_are_the_canonical_import_columns(centre: Centre) -> None:
    assert {table: list(getattr(centre, table).columns) for table in TABLES} == {
        "clients": ["name", "business_id", "sector", "since", "monthly_revenue"],
        "contacts": ["client", "week", "contacts"],
        "shifts": ["agent", "date", "client", "hours", "contacts", "team"],
        "spells": ["agent", "start", "end"],
        "promises": ["client", "product", "campaign", "text", "source", "from", "until"],
        "flags": ["client", "date", "category", "severity", "certainty", "text", "status"],
    }


@pytest.mark.parametrize("table", TABLES)
def test_natural_keys_are_unique(centre: Centre, table: str) -> None:
    assert not getattr(centre, table).duplicated(KEYS[table]).any()


@pytest.mark.parametrize("table", TABLES)
def test_only_a_promise_may_lack_a_value_and_only_its_end(centre: Centre, table: str) -> None:
    lacking = getattr(centre, table).isna().any()
    assert list(lacking[lacking].index) == (["until"] if table == "promises" else [])


@pytest.mark.parametrize("table", TABLES)
def test_a_tiny_centre_has_the_same_column_types(centre: Centre, table: str) -> None:
    tiny = generate(until=SUNDAY, clients=1, agents=5, weeks=8)
    assert list(getattr(tiny, table).dtypes) == list(getattr(centre, table).dtypes)


def test_dates_stay_within_the_weeks_asked_for(centre: Centre) -> None:
    first, last = pd.Timestamp(2024, 11, 18), pd.Timestamp(SUNDAY)
    for dates in (centre.shifts["date"], centre.flags["date"], centre.spells["start"], centre.spells["end"]):
        assert dates.between(first, last).all()
    assert (centre.contacts["week"].dt.weekday == 0).all()
    assert (centre.clients["since"] < first).all()


def test_hours_are_quarters_and_no_working_day_is_longer_than_twelve(centre: Centre) -> None:
    hours = centre.shifts["hours"]
    assert (hours > 0).all()
    assert ((hours * 4) % 1 == 0).all()
    assert centre.shifts.groupby(["agent", "date"])["hours"].sum().max() <= 12


def test_spells_of_an_agent_never_overlap_and_never_touch(centre: Centre) -> None:
    spells = centre.spells.sort_values(["agent", "start"])
    after = spells.groupby("agent")["start"].shift(-1)
    gap = (after - spells["end"]).dt.days.dropna()
    assert (spells["start"] <= spells["end"]).all()
    assert gap.min() >= 2


def test_nobody_works_while_sick(centre: Centre) -> None:
    both = centre.shifts.merge(centre.spells, on="agent")
    assert not both["date"].between(both["start"], both["end"]).any()


def test_business_ids_are_valid_unique_and_beyond_the_register() -> None:
    ids = generate(until=SUNDAY, clients=300, agents=20, weeks=8).clients["business_id"]
    assert all(ytunnus.is_valid(number) for number in ids)
    assert ids.is_unique
    assert ids.str.startswith("9").all()  # the register has reached three million


@pytest.mark.parametrize(
    ("clients", "agents", "weeks"), [(1, 5, 8), (3, 9, 11), (12, 320, 104), (40, 100, 200), (1_000, 2_000, 8)]
)
def test_sizes_are_honoured(clients: int, agents: int, weeks: int) -> None:
    made = generate(until=SUNDAY, clients=clients, agents=agents, weeks=weeks)
    assert made.clients["name"].nunique() == clients
    assert made.shifts["agent"].nunique() == agents
    assert made.truth.first_week == SUNDAY + timedelta(days=1) - timedelta(weeks=weeks)
    assert made.shifts["date"].dt.isocalendar()[["year", "week"]].drop_duplicates().shape[0] == weeks


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"clients": 0}, "at least 1 clients"),
        ({"agents": 4}, "at least 5 agents"),
        ({"weeks": 7}, "at least 8 weeks"),
        ({"clients": 1_000_000}, "names for"),
        ({"seed": -1}, "seed must be 0 or more"),
        ({"until": date(2026, 11, 14)}, "must end on a Sunday; 2026-11-14 is a Saturday"),
        ({"weeks": 2_000}, "before the year 2010"),
        ({"weeks": 10**7}, "before the year 2010"),
    ],
)
def test_hostile_arguments_are_refused_with_a_sentence(arguments: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        generate(**{"until": SUNDAY, **arguments})  # type: ignore[arg-type]


def test_a_centre_cannot_be_changed(centre: Centre) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        centre.truth.log_rate_ratio_per_10 = 3  # type: ignore[misc]
