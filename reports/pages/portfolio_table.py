"""The portfolio's table: a page of clients at a time, found by name, and all of them as a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import pandas as pd
import streamlit as st

from ethics.clients.models import STATUS_NAMES, Status
from ethics.language import Reader, mark
from ethics.pages import look
from ethics.palette import BAND_ORDER, UNKNOWN
from ethics.risk.words import BAND_NAMES, DIMENSION_NAMES
from reports.portfolio import PAGE, Portfolio, PortfolioLine, pages

_HEADER: Final = (
    mark("Client"),
    mark("Risk"),
    mark("Low"),
    mark("High"),
    mark("Band"),
    mark("Status"),
    mark("Mismatches per 1,000 contacts"),
    mark("Mismatches"),
    mark("Contacts"),
    mark("8 weeks"),
    mark("Weakest dimension"),
    mark("Alarm since"),
    mark("Still sold"),
    mark("Open flags"),
    mark("Flags heard"),
    mark("Flags usual"),
    mark("Last review"),
)


def show(t: Reader, whole: Portfolio, go: Callable[[int], None]) -> None:
    """The table with its search and pages, and the file."""
    lines: Sequence[PortfolioLine] = whole.lines
    paged = len(lines) > PAGE
    if paged:
        part = st.text_input(
            t("Find a client by name"), key="portfolio_search", icon=":material/search:", max_chars=120, width=420
        )
        lines = whole.named(part)
    if not lines:
        look.empty("search_off", t("No client has that in its name"), t("Try a shorter part of the name."))
    else:
        leaves = pages(lines)
        number = 1
        place = st.container()
        if len(leaves) > 1:
            # The key has the search in it: another search starts on its first page.
            number = st.pagination(len(leaves), key=f"portfolio_page_{len(lines)}_{lines[0].client_id}")
        with place:
            _grid(t, whole, leaves[number - 1], go)
    left, right = st.columns([5, 1])
    left.caption(
        t("Risk 0 = fair play, 100 = no thanks. Bar: 95% interval; tick: best estimate; background: the four bands.")
        + " "
        + t("▲ in the trend: the alarm. Still sold: promises proved broken that nobody has withdrawn.")
    )
    with right.container(horizontal_alignment="right"):
        look.download(t, "reilu-portfolio", [t(name) for name in _HEADER], _rows(t, whole), key="portfolio_csv")


def _rows(t: Reader, whole: Portfolio) -> list[tuple[Any, ...]]:
    """Every client with every figure, whatever page is shown."""
    return [
        (
            line.name,
            line.score,
            line.low,
            line.high,
            t(BAND_NAMES[line.band]),
            t(STATUS_NAMES[Status(line.status)]),
            line.rate,
            line.mismatches,
            line.contacts,
            line.change,
            t(DIMENSION_NAMES[line.weakest]) if line.weakest else "",
            line.alarm.since if line.alarm else "",
            line.still_sold,
            line.open_flags,
            line.silence.observed if line.silence else "",
            line.silence.expected if line.silence else "",
            line.last_review,
        )
        for line in whole.lines
    ]


def _grid(t: Reader, whole: Portfolio, lines: Sequence[PortfolioLine], go: Callable[[int], None]) -> None:
    limits, top = whole.band_limits, whole.top_rate
    cells: dict[str, list[Any]] = {
        "client": [line.name for line in lines],
        "risk": [round(line.score) if line.score is not None else None for line in lines],
        "interval": [look.interval_picture(line.score, line.low, line.high, line.band, limits) for line in lines],
        "band": [[t(BAND_NAMES[line.band])] for line in lines],
        "change": [t.number(line.change, 1, sign=True) if line.change is not None else "" for line in lines],
        "weeks": [look.trend_picture(line.weekly, top, line.alarm_at) if line.contacts else None for line in lines],
        "weakest": [t(DIMENSION_NAMES[line.weakest]) if line.weakest else "" for line in lines],
        "alarm": [t.date(line.alarm.since) if line.alarm else "" for line in lines],
        "sold": [t.number(line.still_sold) if line.still_sold else "" for line in lines],
        "open": [t.number(line.open_flags) if line.open_flags else "" for line in lines],
        "review": [t.date(line.last_review) if line.last_review else t("not yet") for line in lines],
    }
    if any(line.status != Status.ACTIVE for line in whole.lines):
        cells["status"] = [t(STATUS_NAMES[Status(line.status)]) for line in lines]
    bands = [*BAND_ORDER, UNKNOWN]
    column = st.column_config
    with st.container(key="grid_portfolio"):
        st.dataframe(
            pd.DataFrame(cells),
            hide_index=True,
            row_height=34,
            placeholder="–",
            height="content" if len(lines) <= 25 else 900,
            alt=t("All clients, highest risk first"),
            column_config={
                "client": column.ButtonColumn(
                    t("Client"),
                    type="tertiary",
                    pinned=True,
                    alignment="left",
                    width=160,
                    key="portfolio_click",
                    on_click=_clicked,
                    args=(tuple(line.client_id for line in lines), go),
                ),
                "risk": column.NumberColumn(t("Risk"), width=50, format="%d"),
                "interval": column.ImageColumn(t("95% interval"), width=130),
                "band": column.MultiselectColumn(
                    t("Band"),
                    options=[t(BAND_NAMES[band]) for band in bands],
                    color=[look.BAND_COLOUR[band] for band in bands],
                    width=92 if all(line.score is not None for line in lines) else 112,
                ),
                "change": column.TextColumn(
                    t("8 weeks"), width=66, help=t("Mismatches per 1,000 contacts: the last 8 weeks less the 8 before.")
                ),
                "weeks": column.ImageColumn(t("26 weeks"), width=130),
                "weakest": column.TextColumn(t("Weakest"), width=122),
                "alarm": column.TextColumn(t("Alarm since"), width=104),
                "sold": column.TextColumn(
                    t("Still sold"), width=92, help=t("Promises proved broken that nobody has withdrawn.")
                ),
                "open": column.TextColumn(t("Undecided"), width=104, help=t("Open flags")),
                "review": column.TextColumn(t("Review"), width=86, help=t("Last review")),
                "status": column.TextColumn(t("Status"), width=84),
            },
        )


def _clicked(client_ids: tuple[int, ...], go: Callable[[int], None]) -> None:
    """A name in the table was clicked: remember whose; the page moves there on its next run."""
    go(client_ids[st.session_state["portfolio_click"]["row"]])
