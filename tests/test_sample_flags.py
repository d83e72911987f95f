"""What the sample's agents flag and its clients promise: true to the planted stories, in words that name nobody."""

from __future__ import annotations

import re
from datetime import date

import pandas as pd
import pytest

from ethics.imports.sample import Centre, Role, generate
from tests.sampled import RISKS, SUNDAY


@pytest.fixture(scope="module")
def centre() -> Centre:
    return generate(until=SUNDAY)


# -- the flags ---------------------------------------------------------------------------------------------


def _contacts(centre: Centre) -> pd.Series[int]:
    counted = pd.concat([centre.shifts[["client", "contacts"]], centre.contacts[["client", "contacts"]]])
    return counted.groupby("client")["contacts"].sum()


def _grave(flags: pd.DataFrame) -> pd.DataFrame:
    """Confirmed flags of M03–M12 with severity 2 or more."""
    return flags[flags["category"].isin(RISKS) & (flags["severity"] >= 2) & (flags["status"] == "confirmed")]


def test_flags_are_few_thousand_and_about_half_of_the_decided_ones_are_confirmed(centre: Centre) -> None:
    assert 2_000 < len(centre.flags) < 7_000
    decided = centre.flags[centre.flags["status"] != "open"]["status"]
    assert 0.42 < (decided == "confirmed").mean() < 0.56


def test_only_the_latest_flags_are_open_and_some_are_overdue(centre: Centre) -> None:
    age = (pd.Timestamp(SUNDAY) - centre.flags[centre.flags["status"] == "open"]["date"]).dt.days
    assert 20 <= len(age) <= 110
    assert (age > 7).sum() >= 5
    assert age.max() < 90


def test_words_and_numbers_of_flags_are_canonical(centre: Centre) -> None:
    assert set(centre.flags["certainty"]) == {"heard", "saw", "proof"}
    assert set(centre.flags["status"]) == {"open", "confirmed", "dismissed"}
    assert set(centre.flags["category"]) == {f"M{n:02d}" for n in range(1, 13)}
    assert set(centre.flags["severity"]) == {0, 1, 2, 3, 4}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_bad_three_have_the_highest_confirmed_rate_at_any_seed(seed: int) -> None:
    made = generate(until=SUNDAY, seed=seed)
    rate = (_grave(made.flags).groupby("client").size() / _contacts(made) * 1_000).sort_values()
    assert set(rate.index[-3:]) == set(made.truth.bad)


def test_planted_rates_are_recovered(centre: Centre) -> None:
    """Within 20 % where 100 or more were found. What made weeks differ is part of the plan."""
    found = _grave(centre.flags).groupby("client").size()
    rate, planted = found / _contacts(centre) * 1_000, centre.truth.confirmed_grave.sum(axis=1)
    many = found[found >= 100].index
    assert set(centre.truth.bad) <= set(many)
    assert (rate[many] / planted[many]).between(0.8, 1.2).all()


def test_no_product_means_proven_m04_of_severity_4_and_good_clients_have_no_4(centre: Centre) -> None:
    (name,) = centre.truth.clients[Role.NO_PRODUCT]
    flags = centre.flags[centre.flags["client"] == name]
    proven = flags[(flags["severity"] == 4) & (flags["certainty"] == "proof") & (flags["category"] == "M04")]
    assert len(proven) > 20
    assert set(centre.flags[centre.flags["severity"] == 4]["client"]) <= set(centre.truth.bad)


@pytest.mark.parametrize(
    ("role", "signature"),
    [
        (Role.HIDDEN_TERMS, {"M05", "M07"}),
        (Role.NO_PRODUCT, {"M04", "M10"}),
        (Role.SALES_PRESSURE, {"M08", "M11", "M12"}),
        (Role.REMEDIED, {"M06", "M10"}),
    ],
)
def test_each_bad_story_has_its_categories(centre: Centre, role: Role, signature: set[str]) -> None:
    (name,) = centre.truth.clients[role]
    most = centre.flags[centre.flags["client"] == name]["category"].value_counts().index[: len(signature)]
    assert set(most) == signature


def test_the_disappointed_client_has_most_flags_and_almost_none_of_them_is_a_risk(centre: Centre) -> None:
    (name,) = centre.truth.clients[Role.DISAPPOINTED]
    flags = centre.flags[centre.flags["client"] == name]
    assert centre.flags["client"].value_counts().index[0] == name
    assert (flags["category"] == "M01").mean() > 0.85
    assert len(_grave(flags)) / _contacts(centre)[name] * 1_000 < 0.2


def test_the_outage_clients_flags_are_bursts_of_m02(centre: Centre) -> None:
    (name,) = centre.truth.clients[Role.OUTAGE]
    flags = centre.flags[centre.flags["client"] == name]
    outages = flags[flags["category"] == "M02"]
    dark = pd.Series(data=False, index=outages.index)
    for first, last in centre.truth.outages:
        dark |= outages["date"].between(pd.Timestamp(first), pd.Timestamp(last))
    days = sum((last - first).days + 1 for first, last in centre.truth.outages)
    assert len(outages) > 0.5 * len(flags)
    assert days < 0.05 * 7 * 104
    assert dark.mean() > 0.5


def test_hidden_terms_get_worse_at_the_end_and_the_remedied_client_got_better(centre: Centre) -> None:
    def weekly(role: Role, since: date) -> tuple[float, float]:
        (name,) = centre.truth.clients[role]
        flags = centre.flags[(centre.flags["client"] == name) & centre.flags["category"].isin(RISKS)]
        late = int((flags["date"] >= pd.Timestamp(since)).sum())
        weeks = (SUNDAY - since).days / 7
        return (len(flags) - late) / (104 - weeks), late / weeks

    before, after = weekly(Role.HIDDEN_TERMS, centre.truth.worsens_from)
    assert after > 2.5 * before
    before, after = weekly(Role.REMEDIED, centre.truth.remedied_from)
    assert after < 0.5 * before


def test_with_fewer_clients_the_roles_stay_in_their_order() -> None:
    made = generate(until=SUNDAY, clients=3, agents=20, weeks=8).truth
    assert list(made.clients) == [Role.HIDDEN_TERMS, Role.NO_PRODUCT, Role.SALES_PRESSURE, Role.GOOD]
    assert made.clients[Role.GOOD] == ()
    assert len(made.bad) == 3
    assert set(made.burdening) <= set(made.bad)


# -- the texts ---------------------------------------------------------------------------------------------


def _texts(centre: Centre) -> pd.Series[str]:
    return pd.concat([centre.flags["text"], centre.promises["text"]], ignore_index=True)


def test_texts_are_seven_tenths_finnish(centre: Centre) -> None:
    english = centre.flags["text"].str.contains(r"\b(?:the|was|customer|not)\b", case=False)
    assert 0.25 < english.mean() < 0.35
    assert centre.flags[~english]["text"].str.contains("asiakas|[äö]", case=False).mean() > 0.9


def test_texts_hold_nothing_like_a_phone_number_an_identity_code_or_an_address(centre: Centre) -> None:
    digits = re.compile(r"\+\d|\d(?:[ -]?\d){5,}")  # six digits in a row, however spaced
    identity = re.compile(r"\d{6}[-+A-FU-Y]\w{4}")
    for pattern in (digits, identity, re.compile("@|https?:|www")):
        assert not _texts(centre).str.contains(pattern).any()


def test_texts_are_filled_in_and_do_not_look_copied(centre: Centre) -> None:
    text = centre.flags["text"]
    assert not text.str.contains(r"[{}]|\bnan\b").any()
    assert text.nunique() > 0.8 * len(text)
    assert text.str.match("[A-ZÅÄÖ€0-9]").all()
    assert text.str.len().between(20, 250).all()


def test_every_client_makes_promises(centre: Centre) -> None:
    assert set(centre.promises["client"]) == set(centre.clients["name"])
    ended = centre.promises.dropna(subset="until")
    assert 0 < len(ended) < len(centre.promises)
    assert (ended["from"] <= ended["until"]).all()
