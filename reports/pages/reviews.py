"""Reviews: the frozen evidence, for executives and managers to read and download."""

from __future__ import annotations

import streamlit as st

from ethics.access import Permission
from ethics.clients import clients
from ethics.escape import markdown
from ethics.language import LANGUAGES
from ethics.pages import desk, look
from ethics.risk.words import BAND_NAMES
from reports import reviews


def _make(here: desk.Desk) -> None:
    t = here.t
    with desk.reading() as tx:
        seen = {client.id: client.name for client in clients.visible(tx, here.actor) if client.id is not None}
    if not seen:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            t("A new review of"),
            list(seen),
            index=None,
            format_func=seen.__getitem__,
            placeholder=t("Choose the client"),
            key="review_client",
        )
        if (
            st.button(t("Make a review"), key="review_make", type="primary", disabled=chosen is None)
            and chosen is not None
        ):
            with desk.told(t):
                with desk.acting() as (tx, actor):
                    number = reviews.make(tx, actor, chosen)
                st.toast(t("Review {number} is frozen.", number=number), icon=":material/check:")


def show() -> None:
    """Every review that the person may read, newest first."""
    here = desk.allowed(Permission.READ_REVIEW)
    t = here.t
    head = st.container()
    if here.actor.may(Permission.MAKE_REVIEW):
        _make(here)
    with desk.reading() as tx:
        lines = reviews.reviews(tx, here.actor)
    with head:
        look.title(
            t.plural("One review is ready to read", "{n} reviews are ready to read", len(lines))
            if lines
            else t("No reviews yet"),
            t("A review freezes what was known of a client on a day; its PDF is the same for everybody, for ever."),
        )
    if not lines:
        look.empty("description", t("Nothing here"), t("Make the first review of a client above."))
    for line in lines:
        with st.container(border=True, key=f"review_{line.number}"):
            left, right = st.columns([3, 2], vertical_alignment="center")
            with left, st.container(gap=None):
                st.markdown(f"**{markdown(line.client)}** · {line.number}")
                st.caption(
                    t(
                        "as of {day} · made {made} by {name}",
                        day=line.as_of,
                        made=line.made_on,
                        name=markdown(line.made_by),
                    )
                )
                score = f" **{round(line.score)}**" if line.score is not None else ""
                st.markdown(
                    f":{look.BAND_COLOUR[line.band]}-badge[{look.BAND_ICON[line.band]} {t(BAND_NAMES[line.band])}]{score}"
                )
            with right, st.container(horizontal=True, horizontal_alignment="right"):
                for language, name in LANGUAGES.items():
                    st.link_button(
                        f"PDF · {name}",
                        f"/files/reviews/{line.number}.pdf?language={language}",
                        icon=":material/download:",
                        type="primary" if language == t.language and line is lines[0] else "secondary",
                        key=f"pdf_{line.number}_{language}",
                    )


show()
