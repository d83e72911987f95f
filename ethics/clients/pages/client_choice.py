"""Which client: out of the page's address, else out of a list. For every page that is about one client."""

from __future__ import annotations

import streamlit as st

from ethics.clients import clients
from ethics.pages import desk, look


def choose(here: desk.Desk, parameter: str) -> int | None:
    """The client's number, kept in the address as `parameter`; None while there is none to show."""
    t = here.t
    with desk.reading() as tx:
        seen = {client.id: client.name for client in clients.visible(tx, here.actor) if client.id is not None}
    if not seen:
        look.title(t("No clients to show yet"))
        look.empty(
            "storefront",
            t("Nothing here"),
            t(
                "Clients come in from a file on the Import page; the administrator gives each manager their clients on the People page."
            ),
        )
        return None
    asked = st.query_params.get(parameter, "")
    number = int(asked) if asked.isdecimal() and len(asked) < 10 else None
    if number is not None and number not in seen:
        look.title(t("There is no such client."))
        number = None
    elif number is None:
        look.title(t("Which client?"))
    options = list(seen)
    chosen = st.selectbox(
        t("Client"),
        options,
        index=options.index(number) if number is not None else None,
        format_func=seen.__getitem__,
        placeholder=t("Choose the client"),
        key=f"client_choice_{number}",
        label_visibility="collapsed",
    )
    if chosen is not None and chosen != number:
        st.query_params[parameter] = str(chosen)
    return chosen
