"""Reilu's furniture: the head and foot of a page, bands, clocks, small pictures. The only module with raw HTML.

Everything is native Streamlit theming (.streamlit/config.toml). No component takes user text as HTML; text that a
person wrote goes through `ethics.escape.markdown` before it meets a label.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Final
from urllib.parse import quote

import streamlit as st
from PIL import Image, ImageDraw

from ethics.escape import csv_bytes
from ethics.language import LANGUAGES, Reader
from ethics.pages.desk import Desk, acting
from ethics.palette import BAND_ORDER, DARK, LIGHT, Palette
from ethics.people import accounts

#: Streamlit's colour names; the theme gives them the bands' colours.
BAND_COLOUR: Final = {
    "fair_play": "green",
    "watch": "yellow",
    "remedy": "orange",
    "no_thanks": "red",
    "unknown": "gray",
}
BAND_ICON: Final = {
    "fair_play": ":material/check_circle:",
    "watch": ":material/visibility:",
    "remedy": ":material/build:",
    "no_thanks": ":material/block:",
    "unknown": ":material/help:",
}
SEVERITY_COLOUR: Final = {0: "gray", 1: "gray", 2: "yellow", 3: "orange", 4: "red"}

#: Three bars, as on the plain pages; the two themes share a blue that reads on both.
_MARK: Final = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 96 28' height='28'><g fill='#3F7AC6'>"
    "<rect x='2' y='14' width='6' height='9' rx='1.5' opacity='.75'/><rect x='10' y='10' width='6' height='13' rx='1.5' opacity='.88'/>"
    "<rect x='18' y='5' width='6' height='18' rx='1.5'/></g><text x='32' y='22' font-family='Inter, Segoe UI, Arial, sans-serif' "
    "font-weight='700' font-size='20' fill='#3F7AC6'>Reilu</text></svg>"
)
# The only CSS on the Streamlit side. 1: the grid's own toolbar exports picture addresses and speaks English only; we
# offer our own download. 2: in dark, no one colour reads both as text and under Streamlit's fixed white button label.
_CSS: Final = """<style>
[class*="st-key-grid"] [data-testid="stElementToolbar"] { display: none; }
</style>"""
_CSS_DARK: Final = """<style>
button[data-testid^="stBaseButton-primary"], button[data-testid^="stBaseButton-primary"] p { color: #0B131E; }
</style>"""


def page_config() -> None:
    """Width, title and mark of the browser's tab."""
    st.set_page_config(page_title="Reilu", page_icon=_icon(), layout="wide")


@cache
def _icon() -> Image.Image:
    """The mark as the tab's picture. Not a Material icon: those are fetched from another host."""
    picture = Image.new("RGBA", (64, 64))
    draw = ImageDraw.Draw(picture)
    for left, top in ((4, 34), (24, 20), (44, 6)):
        draw.rounded_rectangle((left, top, left + 15, 58), radius=4, fill="#3F7AC6")
    return picture


def dark() -> bool:
    """True when the reader's theme is dark."""
    return st.context.theme.type == "dark"


def palette() -> Palette:
    """The colours of the reader's theme."""
    return DARK if dark() else LIGHT


def head_of_every_page() -> None:
    """The mark, and the two rules of CSS."""
    st.logo(_MARK, size="large")
    st.html(_CSS + (_CSS_DARK if dark() else ""))


def title(answer: str, frame: str = "") -> None:
    """The head of a page: the answer as its title, the frame (week, data until, how many) in one line below."""
    with st.container(gap=None):
        st.title(answer, anchor=False)
        if frame:
            st.caption(frame)


def section(name: str, says: str = "") -> None:
    """A section's head, and the sentence that says what is below it."""
    with st.container(gap=None):
        st.header(name, anchor=False)
        if says:
            st.caption(says)


def pill(band: str, name: str) -> None:
    """A band's badge: word, icon and colour."""
    st.badge(name, color=BAND_COLOUR[band], icon=BAND_ICON[band])  # type: ignore[arg-type]


def clock(t: Reader, days: int) -> str:
    """Time left as a Markdown badge: words first, the colour repeats them."""
    if days < 0:
        return f":orange-badge[:material/timer_off: {t.plural('{n} day late', '{n} days late', -days)}]"
    if days == 0:
        return f":yellow-badge[:material/timer: {t('Due today')}]"
    colour = "yellow" if days <= 2 else "gray"
    return f":{colour}-badge[:material/timer: {t.plural('{n} day left', '{n} days left', days)}]"


def empty(icon: str, name: str, what: str) -> None:
    """An empty page or section: what it would show, and what to do next."""
    with st.container(border=True, horizontal_alignment="center", gap="xsmall"):
        st.markdown(f":material/{icon}: **{name}**", text_alignment="center")
        st.caption(what, text_alignment="center")


def chart(spec: dict[str, Any], says: str) -> None:
    """A ready Vega-Lite chart; `says` is its text for people who do not see it."""
    st.vega_lite_chart(spec, theme=None, width="stretch", alt=says)


def download(t: Reader, name: str, header: Sequence[str], rows: Iterable[Sequence[Any]], *, key: str) -> None:
    """A table as a CSV file."""
    st.download_button(
        t("Download the table"),
        csv_bytes(header, rows),
        file_name=f"{name}.csv",
        mime="text/csv",
        type="tertiary",
        icon=":material/download:",
        key=key,
        on_click="ignore",
    )


def _picture(svg: str) -> str:
    return "data:image/svg+xml;utf8," + quote(svg, safe="~()*!.'=/: ,;")


def interval_picture(
    score: float | None, low: float | None, high: float | None, band: str, limits: Sequence[float]
) -> str | None:
    """A score with its interval over the four bands. No text: an SVG used as a picture has none of the page's fonts."""
    if score is None or low is None or high is None:
        return None
    colours, width, height = palette(), 120, 26

    def x(value: float) -> float:
        return round(3 + (width - 6) * value / 100, 1)

    middle = height / 2
    edges = [0, *limits, 100]
    bands = "".join(
        f"<rect x='{x(a)}' y='{middle - 4}' width='{round(x(b) - x(a) - 1, 1)}' height='8' fill='{colours.bands[name].tint}'/>"
        for name, a, b in zip(BAND_ORDER, edges, edges[1:], strict=False)
    )
    return _picture(
        f"<svg id='{round(score):03d}' xmlns='http://www.w3.org/2000/svg' width='{width * 2}' height='{height * 2}' "
        f"viewBox='0 0 {width} {height}'>{bands}<rect x='{x(low)}' y='{middle - 4}' width='{round(max(x(high) - x(low), 1), 1)}' "
        f"height='8' rx='1.5' fill='{colours.bands[band].mark}'/><rect x='{round(x(score) - 1.25, 1)}' y='{middle - 8}' width='2.5' "
        f"height='16' fill='{colours.ink}'/></svg>"
    )


def trend_picture(rates: Sequence[float], top: float, alarm: int | None = None) -> str | None:
    """Weekly rates as a line; every row of a table shares the scale 0–`top`. ▲ stands over the week `alarm`."""
    if len(rates) < 2:
        return None
    colours, width, height = palette(), 120, 26
    step = (width - 12) / (len(rates) - 1)
    points = [
        (round(4 + step * k, 1), round(height - 3 - (height - 7) * min(rate, top) / (top or 1), 1))
        for k, rate in enumerate(rates)
    ]
    line = " ".join(f"{a},{b}" for a, b in points)
    sign = _alarm_sign(*points[alarm], colours) if alarm is not None and 0 <= alarm < len(points) else ""
    return _picture(
        f"<svg id='{rates[-1]:06.2f}' xmlns='http://www.w3.org/2000/svg' width='{width * 2}' height='{height * 2}' "
        f"viewBox='0 0 {width} {height}'><polyline points='{line}' fill='none' stroke='{colours.accent}' stroke-width='1.6' "
        f"stroke-linejoin='round'/><circle cx='{points[-1][0]}' cy='{points[-1][1]}' r='2.4' fill='{colours.accent}'/>{sign}</svg>"
    )


def _alarm_sign(x: float, y: float, colours: Palette) -> str:
    """A triangle over a point of the line, below it where there is no room above."""
    top = y - 10 if y >= 12 else y + 3
    return (
        f"<path d='M{round(x - 4.2, 1)} {round(top + 7, 1)}h8.4l-4.2 -7z' fill='{colours.bands['remedy'].mark}' "
        f"stroke='{colours.background}' stroke-width='1'/>"
    )


def foot(desk: Desk) -> None:
    """The language, who is signed in, and the way out: at the foot of every page."""

    def choose() -> None:
        chosen = st.session_state.get("language")
        if chosen and desk.actor.user_id is not None:
            with acting() as (tx, actor):
                accounts.choose_language(tx, actor.user_id or 0, chosen)

    t = desk.t
    st.space("medium")
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.segmented_control(
            "Language / Kieli",
            list(LANGUAGES),
            format_func=LANGUAGES.__getitem__,
            default=t.language,
            required=True,
            key="language",
            on_change=choose,
            label_visibility="collapsed",
        )
        st.caption(t("Signed in as {name}", name=desk.actor.name), width="content")
        st.link_button(t("Password"), "/auth/password", type="tertiary", icon=":material/key:")
        st.html(
            "<form method='post' action='/auth/sign-out'><button style='border:0;background:none;padding:.4rem 0;color:inherit;font-size:.875rem;"
            f"font-family:inherit;cursor:pointer;text-decoration:underline'>{t('Sign out')}</button></form>",
            width="content",
        )


def date_input_format(t: Reader) -> str:
    """How Streamlit's date field writes a day for this reader."""
    return "DD.MM.YYYY" if t.language == "fi" else "DD/MM/YYYY"


def date_field(t: Reader, label: str, value: dt.date, *, latest: dt.date, key: str) -> dt.date:
    """A day, at most `latest`; Finnish readers get the Finnish order."""
    chosen = st.date_input(label, value, max_value=latest, format=date_input_format(t), key=key)
    return chosen if isinstance(chosen, dt.date) else value


def warm() -> None:
    """Import what the first page would otherwise wait for."""
    import altair
    import pandas
    import pyarrow

    _ = (altair, pandas, pyarrow)
