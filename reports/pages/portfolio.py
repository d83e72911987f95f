"""Portfolio: which clients are risky, and where to look first."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from ethics.access import Permission
from ethics.escape import markdown
from ethics.language import Reader, reader
from ethics.pages import desk, look
from ethics.palette import DARK, LIGHT
from ethics.risk.words import BAND_NAMES, DIMENSION_NAMES
from reports import portfolio_charts as charts
from reports.pages import alarm_card, portfolio_table, quiet
from reports.portfolio import Portfolio, PortfolioLine, portfolio

CLIENT_PAGE: Final = "reports/pages/client.py"
#: So many sentences stand above the table.
_SENTENCES: Final = 3


def _headline(t: Reader, whole: Portfolio) -> str:
    of, alarmed = len(whole.lines), len({alarm.client_id for alarm in whole.alarms})
    if alarmed:
        return t.plural("Alarm at one of {of} clients", "Alarms at {n} of {of} clients", alarmed, of=of)
    worse = sum(line.worse for line in whole.lines)
    if worse:
        return t.plural("One of {of} clients is getting worse", "{n} of {of} clients are getting worse", worse, of=of)
    grave = sum(line.band in ("remedy", "no_thanks") for line in whole.lines)
    if grave:
        return t.plural(
            "Nobody is getting worse; one client has to repair",
            "Nobody is getting worse; {n} clients have to repair",
            grave,
        )
    return t("Nobody is getting worse")


def _say(t: Reader, line: PortfolioLine) -> str:
    """Who, how much, why: the sentence behind one of the names at the top."""
    name = f"**{markdown(line.name)}**"
    weakest = t(DIMENSION_NAMES[line.weakest]).lower() if line.weakest else t("not known")
    if line.worse and line.trend is not None:
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
        band=t(BAND_NAMES[line.band]),
        score=round(line.score or 0),
        weakest=weakest,
    )


def _open(client_id: int) -> None:
    st.session_state["open_client"] = client_id


def _first(t: Reader, whole: Portfolio) -> None:
    """At most three sentences in all; one at least beside the alarms."""
    for line in whole.first(max(1, _SENTENCES - len(whole.alarms))):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            icon = "trending_up" if line.worse else "gavel"
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


# Streamlit's own hash of a thousand lines takes longer than drawing them does.
@st.cache_data(max_entries=64, show_spinner=False, hash_funcs={Portfolio: repr})
def _drawn(name: str, whole: Portfolio, language: str, dark: bool) -> dict[str, Any]:
    """A chart by its data, language and theme: the portfolio itself is the key, so nobody sees another's."""
    draw = charts.funnel if name == "funnel" else charts.heatmap
    return draw(whole, reader(language), DARK if dark else LIGHT)


def show() -> None:
    """The answer, the alarms, who to look at first, the table, the quiet ones, the two charts."""
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
    alarm_card.lines(here, whole.alarms, _open)
    with st.container(gap=None):
        _first(t, whole)
    look.section(t("All clients, highest risk first"))
    portfolio_table.show(t, whole, _open)
    quiet.clients(t, whole, _open)
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
