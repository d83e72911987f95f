"""What an officer has begun to write on a flag: kept while another flag is read, emptied once it is saved."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

#: For a field's `persist_state`: the draft stays while the officer stays on the page.
KEPT: Final = "page"


def field(flag_id: str, part: str, first: Any = "") -> str:
    """The key of a field of a flag's card; a new field begins with `first`."""
    key = f"{flag_id}_{part}"
    st.session_state.setdefault(key, first)
    return key


def forget(flag_id: str, *parts: str) -> None:
    """Empty fields, once what they held is saved."""
    for part in parts:
        st.session_state.pop(f"{flag_id}_{part}", None)
