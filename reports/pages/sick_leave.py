"""Published sick leave beside one client: its year, its quarter, the company's answer, and what that cannot say."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from ethics.escape import markdown
from ethics.language import Reader, reader
from ethics.pages import desk, look
from ethics.palette import DARK, LIGHT
from ethics.wellbeing import words
from ethics.wellbeing.pages import forest
from reports import wellbeing_words
from reports.client_file import ClientFile
from reports.wellbeing_lines import WellbeingLines

WELLBEING_PAGE: Final = "ethics/wellbeing/pages/wellbeing.py"


@st.cache_data(max_entries=64, show_spinner=False)
def _drawn(bars: tuple[forest.Bar, ...], language: str, dark: bool) -> dict[str, Any]:
    """A chart by what it shows, its language and theme."""
    return forest.draw(bars, reader(language), DARK if dark else LIGHT)


def client(here: desk.Desk, file: ClientFile, client_id: int) -> None:
    """The section; nothing for people who see no sick leave of this client."""
    if not here.actor.sees_leave(client_id):
        return
    t, lines = here.t, file.wellbeing
    title = t("Sick leave of the people who serve this client")
    if lines is None:
        look.section(title)
        look.empty(
            "shield",
            t("No quarter has been published yet"),
            t("HR publishes a quarter from six weeks after its end; then it is here for good."),
        )
        return
    says = wellbeing_words.client_says(t, lines, markdown(file.name))
    look.section(title, says)
    left, right = st.columns(2, gap="large")
    with left:
        _figures(t, lines)
    with right:
        _ratio(t, lines, says)
        _company(t, lines)
    st.page_link(
        WELLBEING_PAGE,
        label=t("Wellbeing: every check, the method and its limits"),
        icon=":material/health_and_safety:",
    )


def _figures(t: Reader, lines: WellbeingLines) -> None:
    """The client's quarter beside the company's."""
    quarter = words.quarter_name(t, lines.release.quarter)
    columns = {whose: list(figures) for whose, *figures in wellbeing_words.rows(t, lines, t("This client"))}
    st.table(
        {quarter: [t("Agents"), t("Agents with sick leave"), t("Days of sick leave")], **columns},
        border="horizontal",
        hide_index=True,
        alt=t("Sick leave in {quarter}", quarter=quarter),
    )
    st.caption(wellbeing_words.quarter_says(t, lines))
    if any(cell is None for cell in (lines.release.total, *([lines.figures] if lines.worked else []))):
        st.caption(words.why_hidden(t))


def _ratio(t: Reader, lines: WellbeingLines, says: str) -> None:
    """The client's ratio with its interval; nothing where none was published."""
    if lines.ratio is not None:
        bars = forest.of_clients(t, [(str(lines.year), lines.ratio)])
        if bars:
            look.chart(_drawn(bars, t.language, look.dark()), says)


def _company(t: Reader, lines: WellbeingLines) -> None:
    """The whole centre's answer, and what no answer is told without."""
    st.markdown(t("**All clients together:** {answer}.", answer=words.answer(t, lines.release.headline)))
    st.caption(" ".join(words.first_limits(t)))
