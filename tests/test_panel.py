"""The evidence on many days at once equals a slow sum by the rules, and its hash tells every difference."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ethics.mismatches.counted import NEVER, ORDER, Counted
from ethics.risk.evidence import Contacts, Ledger, Panel, judged, panel, repaired
from ethics.risk.formula import evaluate
from ethics.risk.policies import built_in
from ethics.risk.policy import MISMATCH_DIMENSIONS, Policy

RULES: Final = built_in()
#: A short memory, so that windows end inside the days that tests look at.
SHORT: Final = dataclasses.replace(RULES, half_life_weeks=5, window_weeks=12)
LAST: Final = dt.date(2026, 11, 15).toordinal()  # a Sunday
CLIENTS: Final = (4, 9, 2)
Row = dict[str, int]


def days(n: int, last: int = LAST) -> np.ndarray[Any, np.dtype[np.int64]]:
    """`n` days, a week apart, up to `last`."""
    return np.asarray(last - 7 * np.arange(n - 1, -1, -1, dtype=np.int64))


def counted(rows: list[Row]) -> Counted:
    names = [part.name for part in dataclasses.fields(Counted)]
    return Counted(*(np.array([row[name] for row in rows], dtype=np.int64) for name in names))


def one(**other: int) -> Row:
    """A mismatch of the first client, of severity 3, that counts from the day of its contact."""
    met = other.get("met", LAST - 10)
    row = {"client": 4, "category": ORDER.index("M05"), "severity": 3, "promise": 0, "met": met, "since": met}
    return {**row, "until": NEVER, "proved_since": NEVER, **other}


def ledger(
    flags: list[Row],
    contacts: list[tuple[int, int, int]],
    on: Any,
    withdrawn: Mapping[int, list[tuple[int, int]]] | None = None,
) -> Ledger:
    """A ledger of flags and of (client, Monday, contacts), without readings and failures."""
    columns = np.array(contacts, dtype=np.int64).reshape(-1, 3).T
    found = counted(flags)
    return Ledger(
        clients=CLIENTS,
        flags=found,
        repaired=repaired(found, withdrawn or {}),
        contacts=Contacts(*columns),
        readings=np.full((len(CLIENTS), len(on), 2, 3), np.nan),
        failed=np.zeros((len(CLIENTS), len(on)), dtype=bool),
    )


def made_up(seed: int, flags: int = 300, contacts: int = 200) -> tuple[list[Row], list[tuple[int, int, int]]]:
    """Flags and contacts of 40 weeks: from the start or later, until now or dismissed, proved or not."""
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(flags):
        met = LAST - int(rng.integers(-5, 280))
        since = met + int(rng.choice([0, 0, 3, 8, 40]))
        until = NEVER if rng.random() < 0.6 else since + int(rng.integers(1, 120))
        proved = since + int(rng.choice([0, 30])) if rng.random() < 0.5 else NEVER
        rows.append(
            one(
                client=int(rng.choice(CLIENTS)),
                category=int(rng.integers(0, len(ORDER))),
                severity=int(rng.integers(0, 5)),
                promise=int(rng.integers(0, 4)),
                met=met,
                since=since,
                until=until,
                proved_since=proved,
            )
        )
    mondays = LAST - 6 - 7 * rng.integers(-2, 40, contacts)
    worked = [(int(rng.choice(CLIENTS)), int(monday), int(rng.integers(0, 900))) for monday in mondays]
    return rows, worked


def slowly(
    rows: list[Row],
    contacts: list[tuple[int, int, int]],
    withdrawn: Mapping[int, list[tuple[int, int]]],
    client: int,
    day: int,
    policy: Policy,
) -> dict[str, Any]:
    """One cell of the panel, one flag after the other."""
    counts, window, proved, decayed, whole = np.zeros((4, 4)), 0, 0, 0.0, 0
    for row in rows:
        weeks, dimension = (day - row["met"]) // 7, policy.dimension_of(ORDER[row["category"]])
        if row["client"] != client or dimension is None or not row["since"] <= day < row["until"]:
            continue
        if not 0 <= weeks < policy.window_weeks:
            continue
        window += 1
        proved += row["severity"] == 4 and row["proved_since"] <= day
        if row["severity"]:
            stretches = withdrawn.get(row["promise"], [])
            away = any(since <= day < until and row["met"] < since for since, until in stretches)
            worth = policy.withdrawn_weight if away else 1.0
            cell = MISMATCH_DIMENSIONS.index(dimension), row["severity"] - 1
            counts[cell] += worth * 0.5 ** (weeks / policy.half_life_weeks)
    for of, monday, n in contacts:
        weeks = (day - monday) // 7
        if of == client and 0 <= weeks < policy.window_weeks:
            decayed += n * 0.5 ** (weeks / policy.half_life_weeks)
            whole += n
    return {"counts": counts, "contacts": decayed, "whole": whole, "mismatches": window, "proved": proved}


def require_equal(
    found: Panel, rows: list[Row], contacts: list[tuple[int, int, int]], withdrawn: Mapping[int, Any], policy: Policy
) -> None:
    for k, client in enumerate(found.clients):
        for t, day in enumerate(found.days.tolist()):
            for name, expected in slowly(rows, contacts, withdrawn, client, day, policy).items():
                cell = getattr(found, name)[k, t]
                assert cell == pytest.approx(expected, abs=1e-9), (name, client, day)


@pytest.mark.parametrize("policy", [RULES, SHORT], ids=["two years", "twelve weeks"])
def test_each_cell_is_the_slow_sum_by_the_rules(policy: Policy) -> None:
    rows, contacts = made_up(1)
    withdrawn = {1: [(LAST - 100, LAST - 50), (LAST - 20, NEVER)], 2: [(LAST - 60, NEVER)]}
    on = days(30)
    found = panel(ledger(rows, contacts, on, withdrawn), on, policy)
    require_equal(found, rows, contacts, withdrawn, policy)
    assert found.counts.max() > 3
    assert found.proved.max() > 0


@pytest.mark.parametrize("weekday", range(7))
def test_a_single_day_of_any_weekday_is_counted_by_the_same_rules(weekday: int) -> None:
    rows, contacts = made_up(2, flags=60, contacts=60)
    on = days(1, LAST - weekday)
    require_equal(panel(ledger(rows, contacts, on), on, SHORT), rows, contacts, {}, SHORT)


def test_of_a_withdrawn_promise_what_was_met_before_that_day_counts_less_and_what_was_met_since_whole() -> None:
    rows = [
        one(promise=7, met=LAST - 2, severity=1),
        one(promise=7, met=LAST - 1),
        one(promise=7, met=LAST, severity=4),
    ]
    found = panel(ledger(rows, [], days(1), {7: [(LAST - 1, NEVER)]}), days(1), RULES)
    by_severity = found.counts[CLIENTS.index(4), 0].sum(axis=0)
    assert by_severity.tolist() == pytest.approx([RULES.withdrawn_weight, 0, 1, 1])
    assert RULES.withdrawn_weight < 1


flag_rows = st.builds(
    lambda client, category, severity, back, later, lasts, proof: one(
        client=client,
        category=category,
        severity=severity,
        met=LAST - back,
        since=LAST - back + later,
        until=NEVER if lasts is None else LAST - back + later + lasts,
        promise=category % 3,
        proved_since=NEVER if proof is None else LAST - back + later + proof,
    ),
    st.sampled_from(CLIENTS),
    st.integers(0, len(ORDER) - 1),
    st.integers(0, 4),
    st.integers(-10, 120),
    st.integers(0, 20),
    st.none() | st.integers(1, 60),
    st.none() | st.integers(0, 30),
)
contact_rows = st.tuples(
    st.sampled_from(CLIENTS), st.integers(-2, 16).map(lambda week: LAST - 6 - 7 * week), st.integers(0, 5000)
)
stretches = st.tuples(st.integers(0, 90), st.none() | st.integers(1, 60)).map(
    lambda s: (LAST - s[0], NEVER if s[1] is None else LAST - s[0] + s[1])
)


@settings(max_examples=40)
@given(
    rows=st.lists(flag_rows, max_size=6),
    contacts=st.lists(contact_rows, max_size=4),
    stretch=stretches,
    n=st.integers(1, 6),
)
def test_small_ledgers_are_counted_by_the_rules_too(
    rows: list[Row], contacts: list[tuple[int, int, int]], stretch: tuple[int, int], n: int
) -> None:
    on, withdrawn = days(n), {1: [stretch]}
    require_equal(panel(ledger(rows, contacts, on, withdrawn), on, SHORT), rows, contacts, withdrawn, SHORT)


def test_equal_evidence_has_an_equal_hash_whatever_days_were_asked() -> None:
    rows, contacts = made_up(3)
    withdrawn = {1: [(LAST - 80, NEVER)]}
    whole = panel(ledger(rows, contacts, days(40), withdrawn), days(40), SHORT).prints
    for n, last in ((1, LAST), (10, LAST), (10, LAST - 70), (1, LAST - 140)):
        asked = panel(ledger(rows, contacts, days(n, last), withdrawn), days(n, last), SHORT).prints
        end = 40 - (LAST - last) // 7
        assert (asked == whole[:, end - n : end]).all()


def test_the_order_of_flags_and_contacts_does_not_matter() -> None:
    rows, contacts = made_up(4)
    found = panel(ledger(rows, contacts, days(20)), days(20), SHORT)
    turned = panel(ledger(rows[::-1], contacts[::-1], days(20)), days(20), SHORT)
    assert (turned.prints == found.prints).all()
    assert turned.counts == pytest.approx(found.counts)


BASE = [one(met=LAST - 30), one(met=LAST - 9, promise=7), one(met=LAST - 3, severity=4, proved_since=LAST - 3)]
WORK = [(4, LAST - 13, 500), (9, LAST - 6, 80)]


def prints(rows: list[Row] = BASE, contacts: Any = WORK, withdrawn: Any = None, **other: Any) -> Any:
    """The hashes of the last day, by client."""
    found = dataclasses.replace(ledger(rows, contacts, days(4), withdrawn), **other)
    return panel(found, days(4), RULES).prints[:, -1]


def read(which: int, place: int, value: float) -> Any:
    readings = np.full((len(CLIENTS), 4, 2, 3), np.nan)
    readings[0, :, which] = 50
    readings[0, :, which, place] = value
    return readings


@pytest.mark.parametrize(
    "other",
    [
        {"rows": BASE[1:]},
        {"rows": [*BASE, BASE[0]]},
        {"rows": [one(met=LAST - 30, severity=2), *BASE[1:]]},
        {"rows": [one(met=LAST - 30, category=ORDER.index("M08")), *BASE[1:]]},
        {"rows": [one(met=LAST - 31), *BASE[1:]]},
        {"rows": [one(met=LAST - 30, until=LAST), *BASE[1:]]},
        {"rows": [one(met=LAST - 30, since=LAST + 1), *BASE[1:]]},
        {"rows": [*BASE[:2], one(met=LAST - 3, severity=4)]},
        {"contacts": [(4, LAST - 13, 501), WORK[1]]},
        {"contacts": [(4, LAST - 20, 500), WORK[1]]},
        {"contacts": WORK[1:]},
        {"withdrawn": {7: [(LAST - 1, NEVER)]}},
        {"failed": np.array([[True] * 4, [False] * 4, [False] * 4])},
        {"readings": read(0, 1, 50)},
        {"readings": read(1, 1, 50)},
    ],
)
def test_one_difference_changes_the_hash_of_that_client_and_of_no_other(other: dict[str, Any]) -> None:
    changed = prints(**other) != prints()
    assert changed.tolist() == [True, False, False]


def test_another_reading_has_another_hash_and_the_two_dimensions_are_told_apart() -> None:
    hashes = [prints(readings=read(which, 1, value))[0] for which in (0, 1) for value in (50, 50.1)]
    assert len(set(hashes)) == 4


def test_the_ends_of_a_burden_s_interval_change_the_hash_and_those_of_the_response_do_not() -> None:
    """A response's interval follows from its score and its matters; a ratio of 1 or less scores 0 whatever it is."""
    hashes = {(which, place): prints(readings=read(which, place, 51))[0] for which in (0, 1) for place in (0, 2)}
    assert hashes[1, 0] != prints(readings=read(1, 0, 50))[0] != hashes[1, 2]
    assert hashes[1, 0] != hashes[1, 2]
    assert hashes[0, 0] == hashes[0, 2] == prints(readings=read(0, 0, 50))[0]


def test_what_does_not_count_on_a_day_leaves_no_trace_in_its_hash() -> None:
    silent = [
        one(met=LAST - 7 * RULES.window_weeks),
        one(since=LAST + 1),
        one(until=LAST),
        one(met=LAST + 3),
        one(category=ORDER.index("M01")),
    ]
    assert (prints([*BASE, *silent]) == prints()).all()
    assert (prints(contacts=[*WORK, (4, LAST + 1, 70), (4, LAST - 7 * RULES.window_weeks, 70)]) == prints()).all()


def test_a_day_that_is_judged_by_a_later_one_knows_its_decisions_and_forgets_what_was_dismissed() -> None:
    late = one(since=LAST + 5, severity=4, proved_since=LAST + 6)
    away, early = one(until=LAST + 5), one(since=LAST + 9)
    found = panel(
        dataclasses.replace(ledger([], [], days(1)), flags=judged(counted([late, away, early]), LAST + 6)),
        days(1),
        RULES,
    )
    assert (found.mismatches[:, 0].tolist(), found.proved[:, 0].tolist()) == ([1, 0, 0], [1, 0, 0])


def test_floors_stand_where_a_four_is_proved_or_a_requirement_failed_and_nowhere_else() -> None:
    on = days(3)
    whole = ledger([one(severity=4, met=LAST - 7, proved_since=LAST - 7)], [(2, LAST - 6, 10)], on)
    failed = np.array([[False] * 3, [False, True, False], [False] * 3])
    found = panel(dataclasses.replace(whole, failed=failed), on, RULES)
    assert found.floor(RULES).tolist() == [[0, 45, 45], [0, 45, 0], [0, 0, 0]]
    assert found.known().tolist() == [[False, True, True], [False, True, False], [False, False, True]]


def test_rows_for_the_formula_are_those_chosen_the_days_of_one_client_after_the_other() -> None:
    rows, contacts = made_up(5)
    found = panel(ledger(rows, contacts, days(6)), days(6), RULES)
    which = np.zeros((3, 6), dtype=bool)
    which[1, 2] = which[0, 5] = which[1, 4] = True
    chosen = evaluate(found.columns(which, RULES), RULES).score
    alone = [
        evaluate(found.columns(np.eye(18, dtype=bool)[k].reshape(3, 6), RULES), RULES).score[0] for k in (5, 8, 10)
    ]
    assert chosen == pytest.approx(alone, abs=1e-9)
