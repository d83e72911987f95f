"""Where everybody arrives: sends each person on to the first page of their roles."""

from __future__ import annotations

import streamlit as st

from ethics.pages import desk


def show() -> None:
    """Move on, or say that there is nothing here yet."""
    first = st.session_state.get("first_page")
    if first:
        st.switch_page(first)
    here = desk.here()
    st.title(here.t("Nothing here for you yet"), anchor=False)
    st.caption(here.t("You have no role. Ask your administrator."))


show()
