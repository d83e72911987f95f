"""Published sick leave in a review: the company's answer with all that belongs beside it, then this client."""

from __future__ import annotations

from typing import Any, Final

from reportlab.platypus import KeepTogether, Spacer

from ethics.language import Reader
from ethics.wellbeing import words
from ethics.wellbeing.release import Release
from ethics.wellbeing.results import NOT_ENOUGH_DATA, WITHHELD, Headline
from ethics.wellbeing.weighing import ratio_written
from reports import wellbeing_words
from reports.client_file import ClientFile
from reports.pdf import ratios
from reports.pdf import styles as s
from reports.pdf.blocks import ALONE, figure, grid, heading, p
from reports.pdf.flowables import Heading, Text
from reports.pdf.text import plain, safe, settled
from reports.wellbeing_lines import WellbeingLines

#: Room for the longest sentences of this section.
LONG: Final = 900


def sick_leave(file: ClientFile, t: Reader) -> list[Any]:
    """The section; a sentence where nothing had been published."""
    title, lines = t("Sick leave"), file.wellbeing
    if lines is None:
        says = t(
            "No figures on sick leave had been published when this review was made. They are published once for each "
            "quarter, under rules that protect people."
        )
        return [*heading(title, ALONE), p(says)]
    release = lines.release
    held = words.not_claimed(t, release.headline)
    top = [
        Heading(title, s.H2, 1),
        p(words.answer(t, release.headline) + ".", s.ASKED, LONG),
        Spacer(0, 2),
        p(words.frame(t, release), s.SMALL),
        *([p(held, s.STRONG, LONG)] if held else []),
        *_intervals(release.headline, t),
    ]
    return [
        KeepTogether(top),
        *_weighed(release.headline, t),
        *_above_calm(release, t),
        *_client(file, lines, t),
        *_listed(t("What is withheld"), words.hidden(t, release)),
        *_listed(t("What this cannot say"), words.limits(t)),
        Spacer(0, 5),
        p(t("SHA-256 of the published quarter: {hash}", hash=lines.sha256), s.SMALL),
    ]


def _intervals(headline: Headline, t: Reader) -> list[Any]:
    """The estimate and those beside it, drawn; nothing where nothing was estimated."""
    if headline.ratio is None or headline.status == NOT_ENOUGH_DATA:
        return []
    found = [
        (t("1–4 weeks before"), headline.ratio, headline.claimed),
        *(
            (t("{first}–{last} weeks before", first=window.first, last=window.last), window.ratio, False)
            for window in headline.windows
        ),
        (t("Clients not held apart"), headline.dose_only, False),
    ]
    rows = [
        ratios.Row(name, ratio, ratio_written(t, ratio), strong) for name, ratio, strong in found if ratio is not None
    ]
    note = t("Computed, but not claimed") if headline.status == WITHHELD else ""
    alt = " ".join((*([f"{note}."] if note else []), *(f"{row.name}: {row.written}." for row in rows)))
    return [
        *([p(note, s.EYEBROW)] if note else []),
        figure(ratios.intervals(rows, t=t, wide=s.MEASURE), alt),
        p(words.meaning(t, headline), limit=LONG),
        p(_facts(headline, t), s.SMALL),
    ]


def _facts(headline: Headline, t: Reader) -> str:
    """What the estimate could have found, and the E-values."""
    found = (
        (t("Smallest ratio found four times in five"), headline.minimum_detectable, 2),
        (t("Effective number of agents"), headline.effective_agents, 0),
        (t("E-value of the estimate"), headline.e_value, 2),
        (t("E-value of the limit nearer to 1"), headline.e_value_limit, 2),
    )
    unknown = t("not known")
    return " · ".join(f"{name}: {unknown if n is None else t.number(n, decimals)}" for name, n, decimals in found)


def _weighed(headline: Headline, t: Reader) -> list[Any]:
    """What speaks for a link, and what against it; both are told even where one of them is empty."""
    speaks_for, speaks_against = words.speaks_for(t, headline), words.speaks_against(t, headline)
    if not speaks_for and not speaks_against:
        return []
    none = [t("None of the checks.")]
    return [
        *_listed(t("What speaks for the estimate"), speaks_for or none),
        *_listed(t("What speaks against it"), speaks_against or none),
    ]


def _above_calm(release: Release, t: Reader) -> list[Any]:
    """Sick leave above the level at calm clients, and its cost."""
    said = words.attributable(t, release.headline, release.euros)
    explained = [p(words.calm_level(t), s.SMALL, LONG)] if release.headline.days is not None else []
    return [*_listed(t("Sick leave above the calm level"), said), *explained]


def _client(file: ClientFile, lines: WellbeingLines, t: Reader) -> list[Any]:
    """The client's newest published year with its interval, and its quarter beside the company's."""
    name = plain(file.name)
    says = wellbeing_words.client_says(t, lines, name)
    drawn = []
    if lines.ratio is not None and lines.ratio.ratio is not None:
        ratio = lines.ratio.ratio
        row = ratios.Row(str(lines.year), ratio, ratio_written(t, ratio, 1), lines.ratio.claimed)
        drawn = [figure(ratios.intervals([row], t=t, wide=s.MEASURE), says)]
    table = grid(
        ["", t("Agents"), t("Agents with sick leave"), t("Days of sick leave")],
        wellbeing_words.rows(t, lines, name),
        [s.MEASURE - 320, 100, 115, 105],
        (1, 2, 3),
    )
    shown = (lines.release.total, *([lines.figures] if lines.worked else []))
    hidden = [p(words.why_hidden(t), s.SMALL, LONG)] if None in shown else []
    return [
        KeepTogether([p(t("This client"), s.STRONG), p(says, limit=LONG), *drawn]),
        KeepTogether([p(wellbeing_words.quarter_says(t, lines), limit=LONG), table]),
        *hidden,
    ]


def _listed(name: str, said: list[str]) -> list[Any]:
    """A list under its name; nothing without lines."""
    if not said:
        return []
    first, *rest = _bullets(said)
    return [KeepTogether([p(name, s.STRONG), first]), *rest]


def _bullets(said: list[str]) -> list[Any]:
    return [Text(settled(safe(text, LONG)), s.BULLET, bulletText="•") for text in said]
