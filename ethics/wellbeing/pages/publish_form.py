"""Publishing a quarter, for HR: which ones wait, what stands in the way, and the one step that cannot be taken back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

import streamlit as st

from ethics.escape import markdown
from ethics.language import Sentence
from ethics.pages import desk, look
from ethics.wellbeing import publishing, words
from ethics.wellbeing.publishing import Standing

_CHOSEN = "publish_chosen"
#: The quarter published a moment ago: the page shows it next, whatever was read before.
JUST_PUBLISHED = "publish_just"


def ready(standings: Sequence[Standing]) -> int:
    """How many quarters nothing stands in the way of."""
    return sum(standing.obstacle is None for standing in standings)


def show(here: desk.Desk, standings: Sequence[Standing]) -> None:
    """Every unpublished quarter that the data reach, the oldest first."""
    t = here.t
    look.section(
        t("Publishing a quarter"),
        t(
            "Until HR publishes a quarter nobody sees its sick leave. From then on it is the same for everybody, for ever."
        ),
    )
    if not standings:
        look.empty(
            "event_available",
            t("No quarter waits"),
            t("A quarter can be published once its shifts and sick leave are in and six weeks have passed."),
        )
        return
    for standing, last in _together(standings):
        quarter = str(standing.quarter)
        name = words.quarter_name(t, quarter)
        if last.quarter != standing.quarter:
            name = t("{first} to {last}", first=name, last=words.quarter_name(t, str(last.quarter)))
        with st.container(border=True, key=f"publish_{quarter}"):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"**{name}**", width="content")
                if standing.obstacle is not None:
                    st.caption(t.say(_named(standing.obstacle, name)), width="content")
                elif st.session_state.get(_CHOSEN) != quarter:
                    st.button(
                        t("Publish {quarter}…", quarter=name),
                        key=f"publish_{quarter}_choose",
                        icon=":material/lock_clock:",
                        on_click=_choose,
                        args=(quarter,),
                    )
            if standing.obstacle is None and st.session_state.get(_CHOSEN) == quarter:
                _confirm(here, standing)


def _together(standings: Sequence[Standing]) -> Iterator[tuple[Standing, Standing]]:
    """First and last of the quarters in a row that lack the very same; each by itself that lacks nothing."""
    for obstacle, group in groupby(standings, key=lambda standing: standing.obstacle):
        alike = list(group)
        yield from [(one, one) for one in alike] if obstacle is None else [(alike[0], alike[-1])]


def _named(obstacle: Sentence, quarter: str) -> Sentence:
    """The obstacle with the quarter's name as the page writes it, and clients' names as text."""
    values = {key: markdown(value) if isinstance(value, str) else value for key, value in obstacle.values.items()}
    return replace(obstacle, values={**values, "quarter": quarter})


def _choose(quarter: str | None) -> None:
    st.session_state[_CHOSEN] = quarter


def _confirm(here: desk.Desk, standing: Standing) -> None:
    """What publishing means, and the button that does it."""
    t, quarter = here.t, str(standing.quarter)
    st.markdown(
        t(
            "The figures are computed now, checked so that nobody can be read out of them, and frozen. Late sick notes, corrected shifts and erasures change nothing in them afterwards. This cannot be taken back."
        )
    )
    st.caption(t("Check the page Data quality first: what is missing now will be missing for ever."))
    with st.container(horizontal=True):
        go = st.button(
            t("Publish for good"), type="primary", key=f"publish_{quarter}_go", icon=":material/verified_user:"
        )
        st.button(t("Not yet"), type="tertiary", key=f"publish_{quarter}_back", on_click=_choose, args=(None,))
    if not go:
        return
    with desk.told(t):
        with st.spinner(t("Computing and checking… This may take a minute.")):
            with desk.reading() as tx:
                prepared = publishing.prepare(tx, here.actor, standing.quarter)
            with desk.acting() as (tx, actor):
                publishing.publish(tx, actor, prepared)
        _choose(None)
        st.session_state[JUST_PUBLISHED] = quarter
        st.toast(
            t("{quarter} is published and frozen.", quarter=words.quarter_name(t, quarter)), icon=":material/check:"
        )
        st.rerun()
