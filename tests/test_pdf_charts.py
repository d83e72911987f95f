"""The charts of the review: what is drawn, where it stands and what is written beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest
from reportlab.graphics.shapes import Circle, Drawing, Line, Polygon, Rect, String

from ethics.language import reader
from ethics.palette import BAND_ORDER, DARK, LIGHT, SHAPES, UNKNOWN
from ethics.wellbeing.results import Ratio
from reports.client_file import AlarmMark, HistoryLine, WeekLine
from reports.pdf import charts, history, ratios, scales, weekly
from reports.pdf import styles as s
from tests.client_files import AS_OF, LAST_WEEK, rich_file


def trend(weeks: list[WeekLine], alarms: Sequence[AlarmMark] = ()) -> Drawing:
    return weekly.trend(
        weeks,
        alarms,
        mean_name="mean",
        range_name="expected range",
        alarm_name="alarm",
        unit="per 1,000",
        t=reader("en"),
        wide=500,
    )


def past(lines: list[HistoryLine], **more: Any) -> Drawing:
    names = ["Fair play", "Watch", "Remedy", "No thanks"]
    policies = {1: "policy 1", 2: "policy 2"}
    return history.history(
        lines, (25, 45, 70), names=names, policy_names=policies, t=reader("en"), wide=s.MEASURE, **more
    )


def said(drawing: Drawing) -> list[str]:
    return [shape.text for shape in drawing.contents if isinstance(shape, String)]


def test_the_waterfall_ends_in_the_sum() -> None:
    rows = [("Product truth", 30.0), ("Floor", 15.0), ("Response", -5.0)]
    drawing = charts.waterfall(
        rows, ["Burden"], 40.0, words=("Score", "not known"), band="watch", t=reader("en"), wide=500
    )
    bars = [shape for shape in drawing.contents if isinstance(shape, Rect) and shape.height > 10]
    assert bars[2].x == pytest.approx(bars[-1].x + bars[-1].width)
    texts = [shape.text for shape in drawing.contents if isinstance(shape, String)]
    assert {"+30.0", "−5.0", "not known", "40"} <= set(texts)


def test_the_trend_starts_at_zero_and_labels_its_last_value() -> None:
    weeks = [WeekLine(rich_file().weeks[k].week_start, 1000, n) for k, n in enumerate((2, 0, 7))]
    texts = said(trend(weeks))
    assert {"0", "8", "7.0", "mean 3.0", "25 May 2026", "8 Jun 2026"} <= set(texts)
    assert "expected range" not in texts


@pytest.mark.parametrize(
    ("top", "end", "step"), [(7.5, 8, 2), (0.32, 0.4, 0.1), (100, 100, 25), (0, 1, 0.25), (13, 15, 5)]
)
def test_axes_end_at_round_numbers(top: float, end: float, step: float) -> None:
    assert weekly.ceiling(top) == pytest.approx((end, step))


def test_the_score_scale_puts_its_tick_at_the_score() -> None:
    names = ["Fair play", "Watch", "Remedy", "No thanks"]
    drawing = scales.score_scale(50, 40, 60, (25, 45, 70), names=names, band="remedy", t=reader("en"), wide=400)
    ticks = [shape for shape in drawing.contents if type(shape).__name__ == "Line" and shape.x1 == shape.x2]
    assert {160, 200, 240} <= {tick.x1 for tick in ticks}


def test_each_band_has_colours_and_a_shape_of_its_own() -> None:
    for palette in (LIGHT, DARK):
        assert set(palette.bands) == {*BAND_ORDER, UNKNOWN}
        assert len({colours.mark for colours in palette.bands.values()}) == 5
    assert len(set(SHAPES.values())) == 5


def test_the_expected_range_is_drawn_where_it_is_known_and_replaces_the_mean() -> None:
    weeks = [
        WeekLine(LAST_WEEK - dt.timedelta(weeks=10 - k), 1000, 3, *((4.0, 1, 8) if k != 5 else (None, None, None)))
        for k in range(11)
    ]
    drawing = trend(weeks)
    assert len([shape for shape in drawing.contents if isinstance(shape, Polygon)]) == 2
    assert "expected range" in said(drawing)
    assert not [text for text in said(drawing) if text.startswith("mean")]


def test_a_week_with_few_contacts_does_not_flatten_the_others() -> None:
    weeks = [
        WeekLine(LAST_WEEK - dt.timedelta(weeks=k), 10 if k == 2 else 1000, 0, 1.0, 0, 4) for k in range(5, -1, -1)
    ]
    assert {"6", "4", "2", "0"} <= set(said(trend(weeks)))


def test_an_alarm_stands_over_its_week_filled_while_it_is_open() -> None:
    weeks = [WeekLine(LAST_WEEK - dt.timedelta(weeks=k), 1000, 3) for k in range(5, -1, -1)]
    marks = [AlarmMark(weeks[at].week_start, weeks[0].week_start, 700.0, 624.0, open=at == 3) for at in (1, 3)] + [
        AlarmMark(dt.date(2020, 1, 6), dt.date(2020, 1, 6), 700.0, 624.0, open=True)
    ]
    drawing = trend(weeks, marks)
    closed, waiting = [shape for shape in drawing.contents if isinstance(shape, Polygon)]
    assert closed.fillColor != closed.strokeColor
    assert waiting.fillColor == waiting.strokeColor
    assert said(drawing).count("alarm") == 2


def test_events_that_would_overlap_share_a_number() -> None:
    lines = [HistoryLine(AS_OF - dt.timedelta(weeks=k), 50.0, 45.0, 55.0, 1) for k in range(52, -1, -1)]
    days = [AS_OF - dt.timedelta(days=back) for back in (300, 200, 199, 10, 9)]
    assert history.numbered(days, history.axis(lines, s.MEASURE)) == [1, 2, 2, 3, 3]
    drawing = past(lines, events=days)
    assert [text for text in said(drawing) if text in {"1", "2", "3", "4"}] == ["1", "2", "3"]


def test_a_change_of_policy_is_named_where_it_begins() -> None:
    lines = [HistoryLine(AS_OF - dt.timedelta(weeks=k), 50.0, 45.0, 55.0, 1 if k > 9 else 2) for k in range(20, -1, -1)]
    assert said(past(lines)).count("policy 2") == 1
    assert not [text for text in said(past(lines[15:])) if "policy" in text]


def test_the_past_is_a_line_in_its_interval() -> None:
    lines = [HistoryLine(AS_OF - dt.timedelta(weeks=k), 50.0, 40.0 + k, None, 1) for k in (2, 1, 0)]
    (band,) = [shape for shape in past(lines).contents if isinstance(shape, Polygon) and shape.fillOpacity]
    assert len(band.points) == 12


def test_a_ratio_stands_right_of_the_line_of_no_link_when_it_is_above_1_and_a_claim_is_filled() -> None:
    rows = [
        ratios.Row("Above", Ratio(1.5, 1.2, 1.9), "1.5", strong=True),
        ratios.Row("Below", Ratio(0.5, 0.0, 40.0), "0.5"),
    ]
    drawing = ratios.intervals(rows, t=reader("en"), wide=500)
    above, below = [shape for shape in drawing.contents if isinstance(shape, Circle)]
    (none,) = [shape for shape in drawing.contents if isinstance(shape, Line) and shape.strokeDashArray]
    assert below.cx < none.x1 < above.cx
    assert above.fillColor == above.strokeColor
    assert below.fillColor != below.strokeColor
    bars = [shape for shape in drawing.contents if isinstance(shape, Line) and shape.y1 == shape.y2]
    assert all(0 < bar.x1 < bar.x2 < 500 for bar in bars)
    assert {"0.1", "1.0", "10.0", "Above", "Below"} <= set(said(drawing))
