"""The charts of one client over time: what is drawn, where marks stand, and the sentences that say what they show."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from ethics.language import reader
from ethics.pages import look
from ethics.palette import DARK, LIGHT
from reports import client_charts, history_chart, time_marks, weekly_chart
from reports.client_file import AlarmMark, ClientFile, EventLine, HistoryLine
from tests.client_files import rich_file

EN, FI = reader("en"), reader("fi")
LAST = dt.date(2026, 11, 15)


def line(back: int, score: float | None, *, version: int = 2) -> HistoryLine:
    low, high = (None, None) if score is None else (score - 5, score + 5)
    return HistoryLine(LAST - dt.timedelta(weeks=back), score, low, high, version)


def filed(*history: HistoryLine, **changes: Any) -> ClientFile:
    """A client with just this history and none of the rest that happens over time."""
    bare: dict[str, Any] = {"alarms": (), "events": (), "score": 57.0}
    return replace(rich_file(), history=history, **(bare | changes))


def drawn(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """All rows of all layers."""
    return [row for rows in spec["datasets"].values() for row in rows]


def marks(spec: dict[str, Any]) -> list[str]:
    return [layer["mark"].get("shape", layer["mark"]["type"]) for layer in spec["layer"]]


STEADY = tuple(line(back, 50) for back in range(30, -1, -1))


def test_the_history_has_a_row_for_each_week_with_its_interval_and_its_policy() -> None:
    found = [row for row in drawn(history_chart.history(filed(*STEADY), EN, LIGHT)) if "interval" in row]
    assert len([row for row in found if row["day"] == "2026-11-15"]) == 2  # the line, and the label at its end
    assert found[0]["interval"] == "45–55"
    assert found[0]["policy"] == "2"


def test_weeks_before_the_first_score_are_left_out() -> None:
    file = filed(line(3, None), line(2, 40), line(1, None), line(0, 41))
    assert [week.score for week in history_chart.known(file)] == [40, None, 41]


def test_an_alarm_stands_over_the_score_of_its_week() -> None:
    monday = dt.date(2026, 10, 19)
    spec = history_chart.history(filed(*STEADY, alarms=(AlarmMark(monday, monday, 900, 600, True),)), EN, LIGHT)
    assert "triangle-up" in marks(spec)
    row = next(row for row in drawn(spec) if row.get("label") == "Alarm")
    assert (row["day"], row["score"]) == ("2026-10-25", 50)
    assert "▲" in history_chart.history_says(filed(*STEADY, alarms=(AlarmMark(monday, monday, 900, 600, False),)), EN)


def test_an_alarm_before_the_history_is_not_drawn() -> None:
    monday = dt.date(2024, 1, 1)
    file = filed(*STEADY, alarms=(AlarmMark(monday, monday, 900, 600, False),))
    assert "triangle-up" not in marks(history_chart.history(file, EN, LIGHT))
    assert "▲" not in history_chart.history_says(file, EN)


def test_what_happened_in_one_week_is_one_mark_that_names_all_of_it() -> None:
    day = dt.date(2026, 9, 16)
    file = filed(*STEADY, events=(EventLine(day, "broken", "Two days."), EventLine(day, "review", "R-2026-001")))
    row = next(row for row in drawn(history_chart.history(file, EN, LIGHT)) if "what" in row)
    assert row["what"] == "Promise proved broken: “Two days.”; Review R-2026-001"
    assert row["label"] == "Proved broken, Review"


@pytest.mark.parametrize(("versions", "rules"), [((2, 2), 0), ((1, 2), 1)])
def test_a_change_of_policy_is_a_dashed_rule_with_words(versions: tuple[int, int], rules: int) -> None:
    file = filed(line(1, 50, version=versions[0]), line(0, 51, version=versions[1]))
    assert [row["label"] for row in drawn(history_chart.history(file, EN, LIGHT)) if "policy version" in str(row)] == [
        "policy version 2"
    ] * rules
    assert ("dashed" in history_chart.history_says(file, EN)) == bool(rules)


def test_the_history_in_words_names_its_ends_and_its_top() -> None:
    says = history_chart.history_says(filed(line(2, 20), line(1, 64), line(0, 57)), EN)
    assert says.startswith("From 20 on 1 Nov 2026 to 57 on 15 Nov 2026; highest 64.")


def test_a_score_that_has_learnt_more_since_is_explained() -> None:
    assert "the 61 above" in history_chart.history_says(filed(line(1, 50), line(0, 57), score=61.0), EN)
    assert "above" not in history_chart.history_says(filed(line(1, 50), line(0, 57), score=57.0), EN)


@pytest.mark.parametrize(
    ("days", "sides"),
    [([100], ["right"]), ([350], ["left"]), ([100, 110], ["left", "right"]), ([100, 110, 120], ["left", "", "right"])],
)
def test_labels_of_events_never_cover_each_other(days: list[int], sides: list[str]) -> None:
    first = dt.date(2026, 1, 1)
    places = [first + dt.timedelta(days=n) for n in days]
    found = time_marks.sides(places, ["Withdrawn"] * len(days), first, first + dt.timedelta(days=365))
    assert found == sides


def test_the_weekly_range_is_the_alarms_and_a_week_without_one_has_none() -> None:
    known = rich_file().weeks
    weeks = (replace(known[0], low=None, high=None), *(replace(w, low=1, high=12) for w in known[1:]))
    rows = [row for row in drawn(weekly_chart.weekly(filed(weeks=weeks), EN, LIGHT)) if "usual" in row]
    assert (rows[0]["lo"], rows[0]["hi"], rows[0]["usual"]) == (None, None, "not known")
    assert rows[1]["hi"] == pytest.approx(12_000 / weeks[1].contacts)
    assert rows[1]["usual"] == "1–12"


def test_a_week_without_contacts_is_a_gap_and_says_so() -> None:
    weeks = (*rich_file().weeks[:3], replace(rich_file().weeks[3], contacts=0, mismatches=0))
    rows = [row for row in drawn(weekly_chart.weekly(filed(weeks=weeks), EN, LIGHT)) if row.get("contacts") == "0"]
    assert rows[0]["rate"] is None
    assert rows[0]["written"] == "no contacts"


def test_the_weeks_in_words_count_those_above_what_was_expected() -> None:
    weeks = tuple(
        replace(week, mismatches=n, low=0, high=5) for week, n in zip(rich_file().weeks, [1, 9, 6], strict=False)
    )
    assert "Of the last 3 weeks, 2 lie above it." in weekly_chart.weekly_says(filed(weeks=weeks), EN)
    calm = tuple(replace(week, mismatches=5) for week in weeks)
    assert "None of the last 3 weeks lies above it." in weekly_chart.weekly_says(filed(weeks=calm), EN)
    early = tuple(replace(week, low=None, high=None) for week in weeks)
    assert "Too little was known" in weekly_chart.weekly_says(filed(weeks=early), EN)


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("t", [EN, FI])
@pytest.mark.parametrize(
    "draw", [client_charts.score_scale, client_charts.waterfall, history_chart.history, weekly_chart.weekly]
)
def test_every_chart_of_a_rich_file_is_ready_for_the_page(draw: Any, t: Any, palette: Any) -> None:
    spec = draw(rich_file(), t, palette)
    assert "$schema" not in spec
    assert spec["config"]["background"] == "transparent"


def test_the_small_trend_has_a_triangle_only_with_an_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(look, "palette", lambda: LIGHT)
    calm, alarmed = look.trend_picture([1.0, 2.0, 3.0], 3.0), look.trend_picture([1.0, 2.0, 3.0], 3.0, 1)
    assert calm is not None
    assert alarmed is not None
    assert "path" not in calm
    assert "path" in alarmed
    assert look.trend_picture([1.0, 2.0], 3.0, 9) == look.trend_picture([1.0, 2.0], 3.0)
