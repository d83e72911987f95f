"""Portfolio: which clients are risky, and where to look first."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from ethics.access import Permission
from ethics.clients.models import STATUS_NAMES, Status
from ethics.escape import markdown
from ethics.language import Reader, reader
from ethics.pages import desk, look
from ethics.palette import DARK, LIGHT
from reports import portfolio_charts as charts
from reports.portfolio import Portfolio, PortfolioLine, portfolio
from reports.words import BAND_NAMES, DIMENSION_NAMES

CLIENT_PAGE = "reports/pages/client.py"


def _headline(t: Reader, whole: Portfolio) -> str:
    worse = sum(line.trend is not None and line.trend.direction == "worse" for line in whole.lines)
    if worse:
        return t.plural(
            "One of {of} clients is getting worse", "{n} of {of} clients are getting worse", worse, of=len(whole.lines)
        )
    grave = sum(line.band in ("remedy", "no_thanks") for line in whole.lines)
    if grave:
        return t.plural(
            "Nobody is getting worse; one client has to repair",
            "Nobody is getting worse; {n} clients have to repair",
            grave,
        )
    return t("Nobody is getting worse")


def _say(t: Reader, line: PortfolioLine) -> str:
    """Who, how much, why: the sentence behind one of the three names at the top."""
    name = f"**{markdown(line.name)}**"
    band = t(BAND_NAMES[line.band])
    weakest = t(DIMENSION_NAMES[line.weakest]).lower() if line.weakest else ""
    if line.trend is not None and line.trend.direction == "worse":
        return t(
            "{name}: {early} → {late} mismatches per 1,000 contacts in eight weeks. Weakest: {weakest}.",
            name=name,
            early=t.number(line.trend.early, 1),
            late=t.number(line.trend.late, 1),
            weakest=weakest,
        )
    return t(
        "{name} stands at “{band}” ({score}). Weakest: {weakest}.",
        name=name,
        band=band,
        score=round(line.score or 0),
        weakest=weakest,
    )


def _first(whole: Portfolio) -> list[PortfolioLine]:
    worse = [line for line in whole.lines if line.trend is not None and line.trend.direction == "worse"]
    grave = [line for line in whole.lines if line.band in ("remedy", "no_thanks") and line not in worse]
    return (sorted(worse, key=lambda line: -(line.score or 0)) + grave)[:3]


def _open(client_id: int) -> None:
    st.session_state["open_client"] = client_id


def _table(t: Reader, whole: Portfolio) -> None:
    limits, top = whole.band_limits, max((max(line.weekly, default=0) for line in whole.lines), default=1) or 1
    changes = [line.trend.late - line.trend.early if line.trend else None for line in whole.lines]
    frame = pd.DataFrame(
        {
            "client": [line.name for line in whole.lines],
            "risk": [round(line.score) if line.score is not None else None for line in whole.lines],
            "interval": [
                look.interval_picture(line.score, line.low, line.high, line.band, limits) for line in whole.lines
            ],
            "band": [[t(BAND_NAMES[line.band])] for line in whole.lines],
            "change": [t.number(change, 1, sign=True) if change is not None else "" for change in changes],
            "weeks": [look.trend_picture(line.weekly, top) for line in whole.lines],
            "weakest": [t(DIMENSION_NAMES[line.weakest]) if line.weakest else "" for line in whole.lines],
            "status": [t(STATUS_NAMES[Status(line.status)]) for line in whole.lines],
            "open": [str(line.open_flags) if line.open_flags else "" for line in whole.lines],
            "review": [t.date(line.last_review) if line.last_review else t("not yet") for line in whole.lines],
        }
    )
    bands = ["fair_play", "watch", "remedy", "no_thanks", "unknown"]
    names = [t(BAND_NAMES[band]) for band in bands]
    column = st.column_config
    with st.container(key="grid_portfolio"):
        st.dataframe(
            frame,
            hide_index=True,
            row_height=34,
            height="content" if len(frame) <= 25 else 900,
            alt=t("All clients, highest risk first"),
            column_config={
                "client": column.ButtonColumn(
                    t("Client"),
                    type="tertiary",
                    pinned=True,
                    alignment="left",
                    key="portfolio_click",
                    on_click=_clicked,
                    args=(tuple(line.client_id for line in whole.lines),),
                ),
                "risk": column.NumberColumn(t("Risk"), width=60, format="%d"),
                "interval": column.ImageColumn(t("95% interval"), width=140),
                "band": column.MultiselectColumn(
                    t("Band"), options=names, color=[look.BAND_COLOUR[b] for b in bands], width=110
                ),
                "change": column.TextColumn(
                    t("8 weeks"), width=70, help=t("Mismatches per 1,000 contacts: the last 8 weeks less the 8 before.")
                ),
                "weeks": column.ImageColumn(t("26 weeks"), width=140),
                "weakest": column.TextColumn(t("Weakest dimension")),
                "status": column.TextColumn(t("Status"), width=90),
                "open": column.TextColumn(t("Open flags"), width=80),
                "review": column.TextColumn(t("Last review")),
            },
        )
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.caption(
            t(
                "Risk 0 = fair play, 100 = no thanks. Bar: 95% interval; tick: best estimate; background: the four bands."
            ),
            width="content",
        )
        look.download(
            t,
            "reilu-portfolio",
            [
                t("Client"),
                t("Risk"),
                t("Low"),
                t("High"),
                t("Band"),
                t("Mismatches per 1,000 contacts"),
                t("Mismatches"),
                t("Contacts"),
                t("Weakest dimension"),
                t("Open flags"),
                t("Last review"),
            ],
            [
                (
                    line.name,
                    line.score,
                    line.low,
                    line.high,
                    t(BAND_NAMES[line.band]),
                    line.rate,
                    line.mismatches,
                    line.contacts,
                    t(DIMENSION_NAMES[line.weakest]) if line.weakest else "",
                    line.open_flags,
                    line.last_review,
                )
                for line in whole.lines
            ],
            key="portfolio_csv",
        )


def _clicked(client_ids: tuple[int, ...]) -> None:
    """A name in the table was clicked: remember whose, and move there on the next run."""
    _open(client_ids[st.session_state["portfolio_click"]["row"]])


@st.cache_data(max_entries=64, show_spinner=False)
def _drawn(name: str, whole: Portfolio, language: str, dark: bool) -> dict[str, Any]:
    """A chart by its data, language and theme: the portfolio itself is the key, so nobody sees another's."""
    draw = charts.funnel if name == "funnel" else charts.heatmap
    return draw(whole, reader(language), DARK if dark else LIGHT)


def show() -> None:
    """The answer, the three to look at, the table, the two charts."""
    here = desk.allowed(Permission.SEE_RISK)
    t = here.t
    if "open_client" in st.session_state:
        st.switch_page(CLIENT_PAGE, query_params={"id": str(st.session_state.pop("open_client"))})
    with desk.reading() as tx:
        whole = portfolio(tx, here.actor)
    if not whole.lines:
        look.title(t("No clients to show yet"))
        look.empty(
            "storefront",
            t("Nothing here"),
            t(
                "Clients come in from a file on the Import page; the administrator gives each manager their clients on the People page."
            ),
        )
        return
    look.title(
        _headline(t, whole),
        t(
            "Data until {day} · {n} contacts · revenue is hidden here: fair play is judged before price",
            day=whole.as_of,
            n=whole.contacts,
        ),
    )
    with st.container(gap=None):
        for line in _first(whole):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                icon = "trending_up" if line.trend is not None and line.trend.direction == "worse" else "gavel"
                st.markdown(f":material/{icon}: {_say(t, line)}", width="content")
                st.button(
                    t("Open"),
                    key=f"open_{line.client_id}",
                    type="tertiary",
                    icon=":material/arrow_forward:",
                    icon_position="right",
                    on_click=_open,
                    args=(line.client_id,),
                )
    look.section(t("All clients, highest risk first"))
    _table(t, whole)
    if not any(line.contacts for line in whole.lines):
        return
    left, right = st.columns(2, gap="large")
    with left:
        says = charts.funnel_says(whole, t)
        look.section(t("Who stands out, given how much we see?"), markdown(says))
        look.chart(_drawn("funnel", whole, t.language, look.dark()), says)
    with right:
        says = charts.heatmap_says(whole, t)
        look.section(t("What goes wrong, and where?"), markdown(says))
        look.chart(_drawn("heatmap", whole, t.language, look.dark()), says)


show()
