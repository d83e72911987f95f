"""What follows the first page: the evidence, section by section, in the order in which a reader asks for it.

A section is a list of flowables that begins with its heading. Charts stay with their heading and sentence; a table may
break between rows, never right after its head. Empty, unknown and hidden each have a sentence of their own.
"""

from __future__ import annotations

from typing import Any, Final

from reportlab.platypus import KeepTogether

from ethics.language import Reader
from ethics.mismatches.words import CATEGORIES, NORMAL_WORK
from reports import risk_words, words
from reports.client_file import AlarmMark, CategoryLine, CheckLine, ClientFile
from reports.pdf import scales, weekly
from reports.pdf import styles as s
from reports.pdf.blocks import ALONE, ROWS, figure, grid, heading, more, p
from reports.pdf.claims import promises, quotes
from reports.pdf.flowables import Heading, Picture, Text
from reports.pdf.makeup import makeup, would_change
from reports.pdf.past import moved, since_last_review
from reports.pdf.sick_leave import sick_leave
from reports.pdf.text import plain, safe, settled

#: How many of the newest weeks the trend compares with the weeks before them.
RECENT: Final = 8


def sections(file: ClientFile, t: Reader) -> list[Any]:
    """All sections of evidence."""
    return [
        *makeup(file, t),
        *would_change(file, t),
        *moved(file, t),
        *_rate(file, t),
        *_silence(file, t),
        *_categories(file, t),
        *promises(file, t),
        *quotes(file, t),
        *_checks(file, t),
        *since_last_review(file, t),
        *sick_leave(file, t),
    ]


def _rate(file: ClientFile, t: Reader) -> list[Any]:
    title = t("How often mismatches happen")
    if not file.contacts:
        return [*heading(title, ALONE), p(t("No contacts have been counted yet, so there is no rate."))]
    exact = scales.digits(file.rate_mean)
    says = [
        t(
            "{rate} mismatches per 1,000 contacts; likely between {low} and {high} (95% interval).",
            rate=t.number(file.rate_mean, exact),
            low=t.number(file.rate_low, exact),
            high=t.number(file.rate_high, exact),
        )
    ]
    if file.position is not None:
        says.append(
            t(
                "Place {position} of {clients} in the portfolio, where 1 is the riskiest.",
                position=file.position,
                clients=file.clients,
            )
        )
    if file.open_flags:
        waiting = t.plural("{n} flag waits for a decision", "{n} flags wait for a decision", file.open_flags)
        late = t.plural("{n} of them for more than 7 days", "{n} of them for more than 7 days", file.overdue_flags)
        says.append(f"{waiting}, {late}." if file.overdue_flags else f"{waiting}.")
    if not any(week.contacts for week in file.weeks):
        return [*heading(title), p(" ".join(says)), p(t("There are no weeks to draw a trend from yet."))]
    shows = _trend_says(file, t)
    chart = weekly.trend(
        file.weeks,
        file.alarms,
        mean_name=t.plural("mean of {n} week", "mean of {n} weeks", sum(week.contacts > 0 for week in file.weeks)),
        range_name=t("expected range"),
        alarm_name=t("alarm"),
        unit=t("per 1,000 contacts"),
        t=t,
        wide=s.MEASURE,
    )
    first = file.weeks[0].week_start
    raised = [(alarm, _alarm_says(file, alarm, t)) for alarm in file.alarms if alarm.week >= first]
    alt = " ".join([shows, *(says for _, says in raised)])
    return [
        KeepTogether([Heading(title, s.H2, 1), p(" ".join(says)), p(shows, limit=1000), figure(chart, alt)]),
        *(Text(settled(safe(line)), s.ALARM_LINE, bulletText="▲" if alarm.open else "△") for alarm, line in raised),
    ]


def _alarm_says(file: ClientFile, alarm: AlarmMark, t: Reader) -> str:
    counts = risk_words.alarm_counts(file, alarm)
    return " · ".join(t.say(part) for part in (risk_words.alarm_named(alarm), counts) if part is not None)


def _silence(file: ClientFile, t: Reader) -> list[Any]:
    """The question that silence is; nothing when there is none."""
    if file.silence is None:
        return []
    says = (risk_words.silence_says(file.silence), risk_words.silence_means())
    title = plain(t.say(risk_words.silence_asks(file)), 200)
    return [*heading(title, ALONE), p(" ".join(t.say(part) for part in says))]


def _trend_says(file: ClientFile, t: Reader) -> str:
    """The trend in words: the newest weeks beside those before them, or the whole period while it is short."""
    weeks = file.weeks
    span = t(
        "Mismatches per 1,000 contacts, weeks of {first} to {last}.",
        first=weeks[0].week_start,
        last=weeks[-1].week_start,
    )
    if any(week.low is not None for week in weeks):
        span += " " + t("Shaded: what earlier weeks let one expect in 95 weeks of 100.")
    late, early = weeks[-RECENT:], weeks[:-RECENT]
    seen, before = sum(w.contacts for w in late), sum(w.contacts for w in early)
    if len(early) < RECENT or not seen or not before:
        return span
    newer, older = 1000 * sum(w.mismatches for w in late) / seen, 1000 * sum(w.mismatches for w in early) / before
    exact = scales.digits(max(newer, older))
    return (
        span
        + " "
        + t(
            "In the last {n} weeks {late}, in the weeks before {early}. Single weeks vary by chance.",
            n=RECENT,
            late=t.number(newer, exact),
            early=t.number(older, exact),
        )
    )


def _categories(file: ClientFile, t: Reader) -> list[Any]:
    title = t("What was flagged")
    if not file.categories:
        return [*heading(title, ALONE), p(t("Nobody has flagged anything about this client in the period."))]

    def row(line: CategoryLine) -> list[Any]:
        known = CATEGORIES.get(line.category)
        name = plain(t(known.name) if known else line.category, 60)
        if line.category in NORMAL_WORK:
            name = t("{category} (normal work)", category=name)
        bar = Picture(scales.share_bar(line.confirmed / most, 108, grey=line.category in NORMAL_WORK))
        return [name, bar, t.number(line.confirmed), t.number(line.open), t.number(line.dismissed)]

    most = max(1, *(line.confirmed for line in file.categories))
    counted = sorted(file.categories, key=lambda c: (c.category in NORMAL_WORK, -c.confirmed, c.category))
    heads = [t("Category"), "", t("Confirmed"), t("Undecided"), t("Dismissed")]
    table = grid(heads, [row(c) for c in counted], [s.MEASURE - 328, 118, 72, 70, 68], (2, 3, 4))
    says = [t("Flags of the period by category, and what triage made of them.")]
    if any(line.category in NORMAL_WORK for line in counted):
        says.append(t("Normal work is shown and never raises the score."))
    return [*heading(title), p(" ".join(says)), table]


def _checks(file: ClientFile, t: Reader) -> list[Any]:
    title = t("What the checklists say")
    if not file.checks:
        return [*heading(title, ALONE), p(t("No checklist has been filled in for this client."))]

    def row(line: CheckLine) -> list[Any]:
        name: Any = p(line.title.get(t.language, line.checklist), s.CELL, 80)
        if line.failed_knockouts:
            failed = "; ".join(plain(item, 160) for item in words.failed(line, t.language)[:20])
            name = [name, p(t("Failed absolute requirements: {codes}", codes=failed), s.CELL_NOTE)]
        share = t("not known") if line.share is None else t.percent(line.share)
        word = plain(t(words.CONCLUSIONS.get(line.conclusion, line.conclusion)), 40)
        return [name, t.date(line.done_on), t("{n} of {all}", n=line.answered, all=line.of), share, word]

    table = grid(
        [t("Checklist"), t("Filled in"), t("Answered"), t("In favour"), t("Can we go on?")],
        [row(c) for c in file.checks[:ROWS]],
        [s.MEASURE - 306, 72, 74, 74, 86],
        (2, 3),
    )
    share = p(t("“In favour” is the share of the answered weight. A failed absolute requirement outweighs any share."))
    return [*heading(title), share, table, *more(len(file.checks), t)]
