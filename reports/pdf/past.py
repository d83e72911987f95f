"""How the risk has moved: the score's weeks with what happened in them, and the change since the last review."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from reportlab.platypus import KeepTogether

from ethics.language import Reader
from ethics.palette import BAND_ORDER
from ethics.risk.words import BAND_NAMES
from reports import risk_words
from reports.client_file import ClientFile, EventLine, HistoryLine
from reports.pdf import history, scales
from reports.pdf import styles as s
from reports.pdf.blocks import ALONE, figure, grid, heading, more, p
from reports.pdf.flowables import Heading, Picture
from reports.pdf.text import plain

#: So many of the newest events are marked and listed.
EVENTS: Final = 8


def moved(file: ClientFile, t: Reader) -> list[Any]:
    """The score by week, with its alarms and events; nothing while there is only one week."""
    lines = [line for line in file.history if line.score is not None]
    if len(lines) < 2:
        return []
    within = [event for event in file.events if lines[0].as_of <= event.day]
    shown = sorted(within, key=lambda event: event.day)[-EVENTS:]
    says = _says(file, lines, t)
    alarms = [alarm for alarm in file.alarms if lines[0].as_of <= alarm.week <= lines[-1].as_of]
    chart = history.history(
        lines,
        file.band_limits,
        names=[t(BAND_NAMES[code]) for code in BAND_ORDER],
        policy_names={
            version: t("policy version {version}", version=version)
            for version in {line.policy_version for line in lines}
        },
        t=t,
        wide=s.MEASURE,
        alarms=alarms,
        events=[event.day for event in shown],
    )
    alt = " ".join([*says, *(t.say(risk_words.alarm_named(alarm)) + "." for alarm in alarms)])
    top = KeepTogether(
        [Heading(t("How the risk has moved"), s.H2, 1), p(" ".join(says), limit=1000), figure(chart, alt)]
    )
    if not (alarms or shown):
        return [top]
    return [top, _happened(file, shown, history.axis(lines, s.MEASURE), t), *more(len(within), t, EVENTS)]


def _says(file: ClientFile, lines: list[HistoryLine], t: Reader) -> list[str]:
    first, last = lines[0], lines[-1]
    start, end = round(first.score or 0), round(last.score or 0)
    says = [
        t(
            "The score from {first} to {last}: from {start} to {end}. Shaded: the 95% interval.",
            first=first.as_of,
            last=last.as_of,
            start=start,
            end=end,
        )
    ]
    if file.score is not None and round(file.score) != end:
        says.append(
            t(
                "Each week is scored by what was known when it ended; {score}, the score of this review, also knows what has "
                "come in since.",
                score=round(file.score),
            )
        )
    if len({line.policy_version for line in lines}) > 1:
        says.append(t("A dashed rule marks where another version of the score policy begins."))
    return says


def _happened(file: ClientFile, shown: list[EventLine], axis: history.Axis, t: Reader) -> Any:
    """The marks of the chart in words: alarms by their triangle, events by their number, in the order of days."""
    titles = risk_words.checklist_titles(file, t.language)
    numbers = history.numbered([event.day for event in shown], axis)
    rows: list[tuple[dt.date, int, list[Any]]] = [
        (
            event.day,
            1,
            [p(t.number(number), s.CELL_STRONG), t.date(event.day), t.say(risk_words.event_says(event, titles))],
        )
        for event, number in zip(shown, numbers, strict=True)
    ]
    for alarm in file.alarms:
        if axis.first <= alarm.week <= axis.last:
            mark = Picture(scales.alarm_sign(plain(t("alarm"), 20), filled=alarm.open), role="P")
            rows.append((alarm.week, 0, [mark, t.date(alarm.week), t.say(risk_words.alarm_named(alarm))]))
    ordered = [row for *_, row in sorted(rows, key=lambda row: row[:2])]
    return grid([t("Mark"), t("Date"), t("What happened")], ordered, [58, 82, s.MEASURE - 140])


def since_last_review(file: ClientFile, t: Reader) -> list[Any]:
    """What has changed since the review before this one."""
    title = t("What has changed since the last review")
    if file.earlier is None:
        says = t("This is the first review of this client: there is nothing to compare with.")
        return [*heading(title, ALONE), p(says)]
    then = file.earlier
    exact = scales.digits(max(then.rate_mean, file.rate_mean))
    says = t("The review before this one is {number}, as of {date}.", number=plain(then.number, 20), date=then.as_of)
    table = grid(
        ["", t("Then"), t("Now"), t("Difference")],
        [
            [t("Score"), *_pair(then.score, file.score, t)],
            [
                t("Mismatches per 1,000 contacts"),
                *_pair(then.rate_mean, file.rate_mean if file.contacts else None, t, exact),
            ],
            [t("Band"), *(t(BAND_NAMES[scales.known(band)]) for band in (then.band, file.band)), ""],
        ],
        [s.MEASURE - 300, 100, 100, 100],
        (1, 2, 3),
    )
    return [*heading(title, 140), p(says), table]


def _pair(then: float | None, now: float | None, t: Reader, decimals: int = 0) -> tuple[str, str, str]:
    """Two values and their difference as printed: rounded first, so that the row adds up for its reader."""
    one, two = (t("not known") if v is None else t.number(v, decimals) for v in (then, now))
    if then is None or now is None:
        return one, two, "–"
    return one, two, t.number(round(now, decimals) - round(then, decimals), decimals, sign=True)
