"""The first page of a review: it answers alone. Verdict, score, reasons, what is asked, and the figures behind them."""

from __future__ import annotations

from typing import Any, Final

from reportlab.platypus import Spacer

from ethics.clients.models import STATUS_NAMES
from ethics.language import Reader
from ethics.palette import BAND_ORDER
from ethics.risk.words import BAND_NAMES
from reports import risk_words, words
from reports.client_file import ClientFile
from reports.pdf import scales
from reports.pdf import styles as s
from reports.pdf.blocks import p
from reports.pdf.flowables import Columns, Heading, Picture, Text
from reports.pdf.text import plain, safe, settled

#: Longer names than this are set smaller, so that a title takes two lines at most.
LONG_NAME: Final = 44
_STATUSES: Final = {str(code): name for code, name in STATUS_NAMES.items()}


def front(file: ClientFile, number: str, t: Reader) -> list[Any]:
    """Everything from the confidentiality line to the key figures."""
    eyebrow = Columns(
        [
            [
                Text(safe(t("Fair-play review · confidential")), s.EYEBROW),
                Text(safe(t("{number} · as of {date}", number=number, date=file.as_of)), s.EYEBROW_RIGHT),
            ]
        ],
        colWidths=[s.MEASURE / 2] * 2,
        style=s.BARE,
    )
    return [
        eyebrow,
        Heading(plain(file.name), s.H1 if len(file.name) <= LONG_NAME else s.H1_LONG, 0),
        Text(safe(_who(file, t), 240), s.EYEBROW),
        Spacer(0, 12),
        _card(file, t),
        Spacer(0, 24),
        _why_and_what(file, t),
        Spacer(0, 22),
        _key_figures(file, t),
    ]


def _who(file: ClientFile, t: Reader) -> str:
    since = t("client since {date}", date=file.since) if file.since else None
    status = t("status: {status}", status=t(_STATUSES.get(file.status, file.status)))
    return " · ".join(
        plain(part, 80) for part in (t.value(words.sector(file)), file.business_id, since, status) if part
    )


def _card(file: ClientFile, t: Reader) -> Columns:
    band = scales.known(file.band)
    pad, left = 16.0, 118.0
    inside = s.MEASURE - 2 * pad
    scale = scales.score_scale(
        file.score,
        file.low,
        file.high,
        file.band_limits,
        names=[t(BAND_NAMES[code]) for code in BAND_ORDER],
        band=band,
        t=t,
        wide=inside,
    )
    if file.score is None:
        figure, caption, alt = (
            "–",
            t("no score yet"),
            t("The scale of scores from 0 to 100. This client has no score yet."),
        )
    else:
        figure, caption = t.number(file.score), t("of 100, where 0 is fair play")
        alt = t(
            "The score is {score} on a scale from 0, fair play, to 100, no thanks. {likely}",
            score=round(file.score),
            likely=words.likely(file),
        )
    score = [Text(safe(figure), s.NO_SCORE if file.score is None else s.SCORE), Text(safe(caption), s.KEY)]
    verdict = [
        Picture(scales.pill(plain(t(BAND_NAMES[band]), 40), band, size=9.5), role="P"),
        Spacer(0, 7),
        p(t.say(words.verdict(file)), s.LEAD),
    ]
    below = [Picture(scale, alt=plain(alt)), Spacer(0, 4), Text(safe(t.say(words.likely(file))), s.KEY)]
    return Columns(
        [[score, verdict], [below, ""]],
        colWidths=[left + pad, s.MEASURE - left - pad],
        style=[
            *s.BARE,
            ("SPAN", (0, 1), (1, 1)),
            ("BACKGROUND", (0, 0), (-1, -1), s.PANEL),
            ("ROUNDEDCORNERS", [8, 8, 8, 8]),
            ("LEFTPADDING", (0, 0), (0, -1), pad),
            ("RIGHTPADDING", (-1, 0), (-1, -1), pad),
            ("RIGHTPADDING", (0, 1), (0, 1), pad),
            ("TOPPADDING", (0, 0), (-1, 0), pad),
            ("TOPPADDING", (0, 1), (-1, 1), 12),
            ("BOTTOMPADDING", (0, 1), (-1, 1), pad - 4),
            ("VALIGN", (0, 0), (-1, 0), "MIDDLE"),
        ],
    )


def _why_and_what(file: ClientFile, t: Reader) -> Columns:
    found = words.reasons(file)
    reasons: list[Any] = [
        Text(settled(safe(t.say(reason), 300)), s.NUMBERED, bulletText=t.number(k))
        for k, reason in enumerate(found, start=1)
    ] or [p(t("There is nothing to give reasons from yet."))]
    counted = t.say(words.evidence(file)) if file.contacts else t("No contacts have been counted yet.")
    period = t("Data from {start} to {end}.", start=file.data_from, end=file.as_of) if file.data_from else ""
    # "Decision asked for: agree on …": what stands before the colon becomes the heading.
    title, _, asked = t.say(words.decision_asked(file)).partition(": ")
    gap, right = 22.0, 208.0
    return Columns(
        [
            [
                [Heading(t("Why"), s.H2_FLUSH, 1), *reasons],
                "",
                [
                    Heading(plain(title, 60), s.H2_FLUSH, 1),
                    p(asked[:1].upper() + asked[1:], s.ASKED),
                    Spacer(0, 7),
                    *_open_alarm(file, t),
                    *(Text(safe(line), s.KEY) for line in (counted, period) if line),
                ],
            ]
        ],
        colWidths=[s.MEASURE - gap - right, gap, right],
        style=[*s.BARE, ("LINEBEFORE", (2, 0), (2, 0), 2, s.ACCENT), ("LEFTPADDING", (2, 0), (2, 0), 13)],
    )


def _open_alarm(file: ClientFile, t: Reader) -> list[Any]:
    """The newest alarm that still waits for somebody: whoever decides has to know of it."""
    waiting = [alarm for alarm in file.alarms if alarm.open]
    if not waiting:
        return []
    says = settled(safe(t.say(risk_words.alarm_says(max(waiting, key=lambda alarm: alarm.week)))))
    return [Text(says, s.ALARM_NOTE, bulletText="▲"), Spacer(0, 6)]


def _key_figures(file: ClientFile, t: Reader) -> Columns:
    """Four figures in a row: label, figure, what it means. What is not known is a dash with its reason."""
    dash = "–"
    if file.contacts:
        exact = scales.digits(file.rate_mean)
        low, high = t.number(file.rate_low, exact), t.number(file.rate_high, exact)
        rate = (t.number(file.rate_mean, exact), t("likely {low}–{high} (95%)", low=low, high=high))
    else:
        rate = (dash, t("no contacts counted"))
    if file.position is None:
        place = (dash, t("not ranked yet"))
    else:
        place = (t("{position} of {clients}", position=file.position, clients=file.clients), t("1 is the riskiest"))
    broken = sum(promise.verdict == "broken" for promise in file.promises)
    promises = (
        (t("{n} of {all}", n=broken, all=len(file.promises)), t("promises on record"))
        if file.promises
        else (dash, t("no promises on record"))
    )
    earlier = file.earlier
    if earlier is None:
        change = (dash, t("this is the first review"))
    elif earlier.score is None or file.score is None:
        change = (dash, t("no score then or now to compare"))
    else:
        change = (
            t.number(round(file.score) - round(earlier.score), sign=True),
            t("from {score} on {date}", score=round(earlier.score), date=earlier.as_of),
        )
    tiles = (
        (t("Mismatches per 1,000 contacts"), *rate),
        (t("Place in the portfolio"), *place),
        (t("Broken promises"), *promises),
        (t("Score since last review"), *change),
    )
    wide = (s.MEASURE - 28) / len(tiles)
    return Columns(
        [
            [
                [Text(safe(label), s.KEY), Text(safe(figure), s.FIGURE), Text(safe(note), s.KEY)]
                for label, figure, note in tiles
            ]
        ],
        colWidths=[wide + 28, *[wide] * (len(tiles) - 1)],
        style=[
            *s.BARE,
            ("LINEABOVE", (0, 0), (-1, 0), 0.9, s.LINE),
            ("LINEBELOW", (0, 0), (-1, 0), 0.5, s.GRID),
            ("TOPPADDING", (0, 0), (-1, -1), 8),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 10),
            ("RIGHTPADDING", (0, 0), (-2, -1), 12),
        ],
    )
