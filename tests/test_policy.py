"""Facts about the risk policy: the house's own is sound, a senseless one is refused with a sentence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ethics.risk.policy import DEFAULT_PATH, DIMENSIONS, Policy, PolicyError, load_policy, read_policy, written

Edited = Callable[[str, str], Policy]


@pytest.fixture
def edited(tmp_path: Path) -> Edited:
    """Load the house policy with one text replaced by another."""

    def load(old: str, new: str) -> Policy:
        text = DEFAULT_PATH.read_text(encoding="utf-8")
        assert old in text
        path = tmp_path / "policy.toml"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return load_policy(path)

    return load


def test_the_bands_end_at_25_45_and_70() -> None:
    assert dict(load_policy().bands) == {"fair_play": 25, "watch": 45, "remedy": 70, "no_thanks": 100}


def test_each_band_starts_where_the_one_before_ends() -> None:
    policy = load_policy()
    assert [policy.lower_limit(band) for band in policy.bands] == [0, 25, 45, 70]


def test_a_proved_severity_4_and_a_failed_knockout_lift_to_the_start_of_remedy() -> None:
    policy = load_policy()
    assert policy.lower_limit(policy.floors.proved_severity_4) == 45
    assert policy.lower_limit(policy.floors.failed_knockout) == 45


def test_severity_0_weighs_nothing() -> None:
    assert load_policy().severity_weights[0] == 0


@pytest.mark.parametrize(
    ("category", "dimension"),
    [
        ("M01", None),
        ("M02", None),
        ("M03", "product_truth"),
        ("M04", "product_truth"),
        ("M05", "product_truth"),
        ("M06", "product_truth"),
        ("M07", "customer_rights"),
        ("M08", "sales_conduct"),
        ("M09", "enablement"),
        ("M10", "customer_rights"),
        ("M11", "sales_conduct"),
        ("M12", "sales_conduct"),
    ],
)
def test_each_category_counts_in_its_dimension_and_normal_work_in_none(category: str, dimension: str | None) -> None:
    assert load_policy().dimension_of(category) == dimension


def test_the_six_weights_add_up_to_one_in_a_fixed_order() -> None:
    policy = load_policy()
    assert tuple(policy.dimensions) == DIMENSIONS
    assert sum(dimension.weight for dimension in policy.dimensions.values()) == pytest.approx(1)


def test_response_and_agent_burden_are_measured_elsewhere() -> None:
    policy = load_policy()
    for name in ("response", "agent_burden"):
        assert (policy.dimensions[name].categories, policy.dimensions[name].reference) == ((), None)


def test_a_policy_of_before_agent_burden_was_measured_reads_as_the_house_s_own_does() -> None:
    told = written(load_policy())
    del told["burden"]
    assert read_policy(told) == load_policy()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"M03", ', '"M01", "M03", ', "M01 is normal work"),
        ('["M09"]', '["M09", "M02"]', "M02 is normal work"),
        ('["M09"]', '["M09", "M03"]', "M03 is listed twice"),
        ('["M09"]', '["M13", "M09"]', "M13 is not a category"),
        ('"M11", ', "", "No dimension holds M11"),
        ('["M09"]', "[]", r"In \[dimensions.enablement\], categories must be a list of texts"),
        ("version = 3", "version = true", "version must be a whole number"),
        ("version = 3", 'version = "1"', "version must be a whole number"),
        ("version = 3", "", "version is missing"),
        ("half_life_weeks = 26", "half_life_weeks = 0", "half_life_weeks must be a number above 0; it is 0"),
        ("half_life_weeks = 26", "half_life_weeks = nan", "half_life_weeks must be a number"),
        ("half_life_weeks", "halflife_weeks", "half_life_weeks is missing"),
        ("window_weeks = 104", "window_weeks = 104\nwindow_days = 7", "window_days is unknown"),
        ("[0, 1, 3, 8, 16]", "[1, 1, 3, 8, 16]", "must start with 0"),
        ("[0, 1, 3, 8, 16]", "[0, 3, 1, 8, 16]", "never fall"),
        ("[0, 1, 3, 8, 16]", "[0, 1, 3, 8]", "must be a list of 5 numbers"),
        ("weakest_link = 0.35", "weakest_link = 1.5", "weakest_link must be a number at least 0 and at most 1"),
        ("watch = 45", "watch = 20", r"In \[bands\], fair_play must be lower"),
        ("remedy = 70", "remedy = 100", r"In \[bands\], remedy must be lower"),
        ('failed_knockout = "remedy"', 'failed_knockout = "bad"', "must be one of fair_play, watch, remedy, no_thanks"),
        ("contacts = 3000", "contacts = 0", r"In \[prior\], contacts must be a number above 0"),
        ("0.45, 0.35", "0.45, 0.45", "severity_shares must add up to 1"),
        ("weight = 0.15", "weight = 0.25", "six dimensions must add up to 1"),
        ("weight = 0.15", "weight = 0.15\nreference = 2", r"In \[dimensions.response\], reference is unknown"),
        ("reference = 2.0", "reference = -1", "reference must be a number above 0"),
        ("[dimensions.response]", "[dimensions.respons]", "response is missing"),
        ("prior_sd = 0.3", "prior_sd = 0", r"In \[burden\], prior_sd must be a number above 0 and at most 2; it is 0"),
        ("longest_years = 2", "longest_years = 1.5", "longest_years must be a whole number"),
        ("longest_years = 2", "longest_year = 2", r"In \[burden\], longest_years is missing"),
        ("[bands]", "[bands", "not valid TOML"),
    ],
)
def test_a_senseless_policy_is_refused(edited: Edited, old: str, new: str, says: str) -> None:
    with pytest.raises(PolicyError, match=says):
        edited(old, new)


def test_a_policy_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="cannot be read"):
        load_policy(tmp_path / "none.toml")


def test_a_table_where_a_number_should_be_is_refused(edited: Edited) -> None:
    with pytest.raises(PolicyError, match="bands must be a table"):
        edited("[bands]\nfair_play = 25\nwatch = 45\nremedy = 70\n", "bands = 3\n")
