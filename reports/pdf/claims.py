"""What was promised, and what agents wrote of it: the promises with their verdicts, and the quotes."""

from __future__ import annotations

from typing import Any, Final

from reportlab.platypus import KeepTogether, Spacer

from ethics.clients.models import VERDICT_NAMES
from ethics.language import Reader
from ethics.mismatches.words import CATEGORIES, SEVERITY_WORDS
from reports.client_file import ClientFile, PromiseLine, Quote
from reports.pdf import scales
from reports.pdf import styles as s
from reports.pdf.blocks import ALONE, ROWS, grid, heading, more, p
from reports.pdf.flowables import Columns, Heading, Picture
from reports.pdf.text import plain

QUOTES: Final = 12
_VERDICTS: Final = {str(code): name for code, name in VERDICT_NAMES.items()}
_VERDICT_BANDS: Final = {"broken": "remedy", "kept": "fair_play"}
_VERDICT_ORDER: Final = ("broken", "unproven", "kept")


def promises(file: ClientFile, t: Reader) -> list[Any]:
    """The promises, the broken ones first, with how many mismatches were tied to each."""
    title = t("What was promised to end customers")
    if not file.promises:
        return [*heading(title, ALONE), p(t("No promises have been recorded for this client."))]
    order = {code: at for at, code in enumerate(_VERDICT_ORDER)}
    shown = sorted(file.promises, key=lambda x: (order.get(x.verdict, 9), not x.still_sold, -x.mismatches))
    counts = [f"{t(_VERDICTS[code])} {t.number(sum(x.verdict == code for x in shown))}" for code in _VERDICT_ORDER]
    says = [" · ".join(counts)]
    if any(x.still_sold for x in shown):
        says.append(t("A broken promise counts as still sold until somebody shows it withdrawn."))
    table = grid(
        [t("Promise, word for word"), t("Verdict"), t("Mismatches")],
        [_promise_row(x, t) for x in shown[:ROWS]],
        [s.MEASURE - 170, 100, 70],
        (2,),
    )
    # A pill is higher than its line: lift it to the line's middle.
    table.setStyle([("TOPPADDING", (1, 1), (1, -1), 3.5)])
    return [*heading(title), *(p(sentence) for sentence in says), table, *more(len(shown), t)]


def _promise_row(line: PromiseLine, t: Reader) -> list[Any]:
    dates = ""
    if line.from_date and line.until_date:
        dates = t("from {start} until {end}", start=line.from_date, end=line.until_date)
    elif line.from_date:
        dates = t("from {start}", start=line.from_date)
    elif line.until_date:
        dates = t("until {end}", end=line.until_date)
    note = " · ".join(plain(part, 90) for part in (line.product, line.campaign, line.source, dates) if plain(part, 90))
    band = _VERDICT_BANDS.get(line.verdict, "unknown")
    word = plain(t(_VERDICTS.get(line.verdict, line.verdict)), 20)
    text = p(t("“{text}”", text=plain(line.text, 400) or "–"), s.CELL)
    pill = Picture(scales.pill(word, band, marked=False, size=7.5), role="P")
    sold = t("Still sold") if line.still_sold else ""
    if line.withdrawn_on:
        sold = t("withdrawn {day}", day=line.withdrawn_on)
    return [
        [text, p(note, s.CELL_NOTE)] if note else text,
        [pill, p(sold, s.CELL_NOTE)] if sold else pill,
        t.number(line.mismatches),
    ]


def quotes(file: ClientFile, t: Reader) -> list[Any]:
    """What agents wrote, word for word: the week only, never the day or the writer."""
    if not file.quotes:
        return []
    shown = file.quotes[:QUOTES]
    says = t("Word for word from confirmed flags. Only the week is told, never who wrote it.")
    first, *rest = [_quote(quote, t) for quote in shown]
    top = KeepTogether([Heading(t("In the agents’ own words"), s.H2, 1), p(says), first])
    return [top, *(part for block in rest for part in (Spacer(0, 11), block)), *more(len(file.quotes), t, QUOTES)]


def _quote(quote: Quote, t: Reader) -> Columns:
    known = CATEGORIES.get(quote.category)
    severity = SEVERITY_WORDS.get(quote.severity)
    parts = (t(known.name) if known else quote.category, t(severity) if severity else None, t.week(quote.week_start))
    about = " · ".join(plain(part, 60) for part in parts if part)
    inset = [("LEFTPADDING", (0, 0), (-1, -1), 13), ("RIGHTPADDING", (0, 0), (-1, -1), 40)]
    return Columns(
        [[[p(t("“{text}”", text=plain(quote.text) or "–"), s.QUOTE, 700), p(about, s.CELL_NOTE)]]],
        colWidths=[s.MEASURE],
        style=[*s.BARE, *inset, ("LINEBEFORE", (0, 0), (0, 0), 2, s.BORDER)],
    )
