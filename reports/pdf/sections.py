"""What follows the first page: the evidence, section by section, in the order in which a reader asks for it.

A section is a list of flowables that begins with its heading. Charts stay with their heading and sentence; a table may
break between rows, never right after its head. Empty, unknown and hidden each have a sentence of their own.
"""

from __future__ import annotations

from typing import Any, Final

from reportlab.platypus import KeepTogether, Spacer

from ethics.language import Reader
from ethics.mismatches.words import CATEGORIES, NORMAL_WORK
from ethics.palette import BAND_ORDER
from reports import words
from reports.client_file import CategoryLine, CheckLine, ClientFile, DimensionLine
from reports.pdf import charts, scales
from reports.pdf import styles as s
from reports.pdf.blocks import ALONE, ROWS, figure, grid, heading, more, p
from reports.pdf.claims import promises, quotes
from reports.pdf.flowables import Heading, Picture
from reports.pdf.text import plain

#: How many of the newest weeks the trend compares with the weeks before them.
RECENT: Final = 8


def sections(file: ClientFile, t: Reader) -> list[Any]:
    """All sections of evidence."""
    return [
        *_score(file, t),
        *_rate(file, t),
        *_categories(file, t),
        *promises(file, t),
        *quotes(file, t),
        *_checks(file, t),
        *_change(file, t),
        *_absence(t),
    ]


def _dimension(name: str, t: Reader) -> str:
    return plain(t(words.DIMENSION_NAMES.get(name, name)), 60)


def _score(file: ClientFile, t: Reader) -> list[Any]:
    title = t("How the score is made up")
    names = [_dimension(name, t) for name in file.unknown]
    left_out = p(t("Not known: {names}. What is not known is left out, not counted as zero.", names=names))
    if file.score is None:
        return [*heading(title, ALONE), p(t.say(words.likely(file))), *([left_out] if file.unknown else [])]
    says = [t("The score is the sum of what each dimension adds.")]
    if file.weakest is not None:
        says.append(t("The weakest link is {dimension}.", dimension=_dimension(file.weakest, t)))
    if file.floor in words.FLOORS:
        says.append(t(words.FLOORS[file.floor], points=round(file.band_limits[1])))
    rows = [(_dimension(name, t), points) for name, points in file.contributions]
    parts = "; ".join(f"{name} {t.number(points, 1, sign=True)}" for name, points in rows)
    alt = t("What each dimension adds to the score: {parts}. Sum: {score}.", parts=parts, score=round(file.score))
    chart = charts.waterfall(
        rows,
        names,
        file.score,
        words=(t("Score"), t("not known: left out")),
        band=scales.known(file.band),
        t=t,
        wide=s.MEASURE,
    )
    known = [line for line in file.dimensions if line.score is not None]
    table = grid(
        [t("Dimension"), t("Of 100"), t("95% interval"), "", t("Adds")],
        [_dimension_row(line, file, t) for line in [*known, *(x for x in file.dimensions if x.score is None)]],
        [150, 46, 92, s.MEASURE - 358, 70],
        numbers=(1, 4),
    )
    below = [p(t("Each dimension on the same scale from 0 to 100, and what its weight lets it add.")), table]
    return [
        KeepTogether([Heading(title, s.H2, 1), p(" ".join(says)), figure(chart, alt)]),
        Spacer(0, 16),
        KeepTogether([*below, left_out] if file.unknown else below),
    ]


def _dimension_row(line: DimensionLine, file: ClientFile, t: Reader) -> list[Any]:
    name = _dimension(line.name, t)
    if line.score is None:
        return [p(name, s.CELL_MUTE), p("–", s.NUMBER_MUTE), p(t("not known"), s.CELL_MUTE), "", p("–", s.NUMBER_MUTE)]
    low, high = line.low if line.low is not None else line.score, line.high if line.high is not None else line.score
    scale = Picture(scales.mini_scale(line.score, low, high, file.band_limits, 135))
    return [
        name,
        t.number(line.score),
        f"{t.number(low)}–{t.number(high)}",
        scale,
        t.number(line.contribution, 1, sign=True),
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
    mean = t.plural("mean of {n} week", "mean of {n} weeks", sum(week.contacts > 0 for week in file.weeks))
    chart = charts.trend(file.weeks, mean_name=mean, unit=t("per 1,000 contacts"), t=t, wide=s.MEASURE)
    return [KeepTogether([Heading(title, s.H2, 1), p(" ".join(says)), p(shows), figure(chart, shows)])]


def _trend_says(file: ClientFile, t: Reader) -> str:
    """The trend in words: the newest weeks beside those before them, or the whole period while it is short."""
    weeks = file.weeks
    span = t(
        "Mismatches per 1,000 contacts, weeks of {first} to {last}.",
        first=weeks[0].week_start,
        last=weeks[-1].week_start,
    )
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


def _change(file: ClientFile, t: Reader) -> list[Any]:
    parts: list[Any] = []
    if file.earlier is None:
        parts.append(p(t("This is the first review of this client: there is nothing to compare with.")))
    else:
        then = file.earlier
        exact = scales.digits(max(then.rate_mean, file.rate_mean))
        parts += [
            p(
                t(
                    "The review before this one is {number}, as of {date}.",
                    number=plain(then.number, 20),
                    date=then.as_of,
                )
            ),
            grid(
                ["", t("Then"), t("Now"), t("Difference")],
                [
                    [t("Score"), *_pair(then.score, file.score, t)],
                    [t("Mismatches per 1,000 contacts"), *_pair(then.rate_mean, file.rate_mean, t, exact)],
                    [t("Band"), *(t(words.BAND_NAMES[scales.known(band)]) for band in (then.band, file.band)), ""],
                ],
                [s.MEASURE - 300, 100, 100, 100],
                (1, 2, 3),
            ),
        ]
    scored = [line for line in file.history if line.score is not None]
    if len(scored) > 1:
        shows = t(
            "The score from {first} to {last}: from {start} to {end}. The lines are 95% intervals.",
            first=scored[0].as_of,
            last=scored[-1].as_of,
            start=round(scored[0].score or 0),
            end=round(scored[-1].score or 0),
        )
        names = [t(words.BAND_NAMES[code]) for code in BAND_ORDER]
        chart = charts.history(scored, file.band_limits, names=names, t=t, wide=s.MEASURE)
        parts += [Spacer(0, 12), KeepTogether([p(shows), figure(chart, shows)])]
    room = ALONE if file.earlier is None else 140
    return [*heading(t("What has changed since the last review"), room), *parts]


def _pair(then: float | None, now: float | None, t: Reader, decimals: int = 0) -> tuple[str, str, str]:
    """Two values and their difference as printed: rounded first, so that the row adds up for its reader."""
    one, two = (t("not known") if v is None else t.number(v, decimals) for v in (then, now))
    if then is None or now is None:
        return one, two, "–"
    return one, two, t.number(round(now, decimals) - round(then, decimals), decimals, sign=True)


def _absence(t: Reader) -> list[Any]:
    return [
        *heading(t("Sick leave"), ALONE),
        p(
            t(
                "Figures on absence are no part of this review: they are published only under the disclosure rules, "
                "and are withheld here to protect people."
            )
        ),
    ]
