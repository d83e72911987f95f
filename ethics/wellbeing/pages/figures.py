"""The figures of a published quarter: the company, its months, clients and their teams. Shown as stored, or not shown.

Here are also the files of the tables, and that of a year's client ratios.
"""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
import streamlit as st

from ethics.disclosure import Figures, Rules
from ethics.language import Reader, mark
from ethics.pages import look
from ethics.wellbeing import words
from ethics.wellbeing.release import Release
from ethics.wellbeing.results import NOT_ENOUGH_DATA

_HEADER: Final = (
    mark("Quarter"),
    mark("Client"),
    mark("Team"),
    mark("Agents"),
    mark("Agents with sick leave"),
    mark("Days of sick leave"),
)
_MONTHS: Final = (
    mark("Quarter"),
    mark("Month"),
    mark("Agents"),
    mark("Agents with sick leave"),
    mark("Days of sick leave"),
)
_YEAR: Final = (mark("Year"), mark("Client"), mark("Ratio"), mark("Low"), mark("High"), mark("Claimed"))
#: Rows that the table shows without scrolling.
_SHOWN: Final = 25

Row = tuple[str, str, Figures | None]


def rows(t: Reader, release: Release) -> list[Row]:
    """The company, then each client with its teams: client, team and figures; None is not shown."""
    found: list[Row] = [(t("The whole company"), "", release.total)]
    for client in release.clients:
        found.append((client.name, "", client.figures))
        found += [(client.name, team.name, team.figures) for team in release.teams if team.client == client.client]
    return found


def show(t: Reader, release: Release) -> None:
    """The quarter's figures, and the file."""
    look.section(
        t("Sick leave in {quarter}", quarter=words.quarter_name(t, release.quarter)),
        t(
            "Days count up to {n} for each agent, so that no long illness shows. Nothing here changes any more, whatever comes in later.",
            n=Rules().cap,
        ),
    )
    _company(t, release)
    if release.clients:
        _grid(t, release)
    else:
        look.empty(
            "storefront",
            t("No clients to show"),
            t("Managers see their own clients here; the administrator gives them on the People page."),
        )
    left, right = st.columns([5, 1])
    left.caption(words.why_hidden(t))
    with right.container(horizontal_alignment="right"):
        look.download(
            t, f"reilu-sick-leave-{release.quarter}", [t(name) for name in _HEADER], _file(t, release), key="leave_csv"
        )


def _company(t: Reader, release: Release) -> None:
    names = (t("Agents"), t("Agents with sick leave"), t("Days of sick leave"))
    for card, name, value in zip(st.columns(3), names, _written(t, release.total), strict=True):
        card.metric(name, value)
    if not release.months:
        return
    months = [_written(t, month.figures) for month in release.months]
    st.table(
        {
            t("The whole company by month"): [
                t("{month}/{year}", month=str(month.first.month), year=str(month.first.year))
                for month in release.months
            ],
            **{name: [month[k] for month in months] for k, name in enumerate(names)},
        },
        border="horizontal",
        hide_index=True,
        alt=t("The whole company by month"),
    )
    with st.container(horizontal_alignment="right"):
        file = f"reilu-sick-leave-months-{release.quarter}"
        look.download(t, file, [t(name) for name in _MONTHS], _months(t, release), key="leave_months_csv")


def _grid(t: Reader, release: Release) -> None:
    found = rows(t, release)[1:]
    cells: dict[str, Any] = {
        "client": [client for client, _, _ in found],
        "team": [team or t("All teams") for _, team, _ in found],
    }
    for name in ("agents", "with_leave", "days"):
        cells[name] = pd.array([getattr(shown, name) if shown else None for _, _, shown in found], dtype="Int64")
    column = st.column_config
    with st.container(key="grid_leave"):
        st.dataframe(
            pd.DataFrame(cells),
            hide_index=True,
            row_height=34,
            placeholder=t("not shown"),
            height="content" if len(found) <= _SHOWN else 900,
            alt=t("Sick leave by client and team"),
            column_config={
                "client": column.TextColumn(t("Client"), width=200),
                "team": column.TextColumn(t("Team"), width=160),
                "agents": column.NumberColumn(t("Agents"), width=110),
                "with_leave": column.NumberColumn(t("Agents with sick leave"), width=160),
                "days": column.NumberColumn(t("Days of sick leave"), width=140),
            },
        )


def _file(t: Reader, release: Release) -> list[tuple[Any, ...]]:
    """Every row of the table as the file has it."""
    return [(release.quarter, client, team, *_cells(t, shown)) for client, team, shown in rows(t, release)]


def _months(t: Reader, release: Release) -> list[tuple[Any, ...]]:
    """Every month of the company as the file has it."""
    return [(release.quarter, f"{month.first:%Y-%m}", *_cells(t, month.figures)) for month in release.months]


def _cells(t: Reader, shown: Figures | None) -> tuple[Any, Any, Any]:
    """Figures for a file; a missing row or an empty cell would look like nobody ill."""
    return (shown.agents, shown.with_leave, shown.days) if shown else (t("not shown"),) * 3


def year_file(t: Reader, release: Release) -> None:
    """The file of a published year's client ratios; nothing without a year."""
    if release.ratios is not None:
        file = f"reilu-sick-leave-clients-{release.ratios.year}"
        with st.container(horizontal_alignment="right"):
            look.download(t, file, [t(name) for name in _YEAR], _year(t, release), key="leave_clients_csv")


def _year(t: Reader, release: Release) -> list[tuple[Any, ...]]:
    if release.ratios is None:
        return []
    names = {client.client: client.name for client in release.clients}
    found: list[tuple[Any, ...]] = []
    for line in release.ratios.lines:
        whose = (release.ratios.year, names.get(line.client) or t("Other clients together"))
        if line.ratio is None or line.status == NOT_ENOUGH_DATA:
            found.append((*whose, *(t("not enough data"),) * 3, t("no")))
        else:
            claimed = t("yes") if line.claimed else t("no")
            found.append((*whose, line.ratio.rate_ratio, line.ratio.low, line.ratio.high, claimed))
    return found


def _written(t: Reader, shown: Figures | None) -> tuple[str, str, str]:
    if shown is None:
        return (t("not shown"),) * 3
    return t.number(shown.agents), t.number(shown.with_leave), t.number(shown.days)
