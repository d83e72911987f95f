"""The field for evidence: files as bytes, kept while a draft waits."""

from __future__ import annotations

import streamlit as st

from ethics.language import Reader
from ethics.mismatches import form


def evidence(t: Reader, key: str, *, aside: bool = False) -> tuple[bytes, ...]:
    """Evidence as bytes, not yet cleaned; the names of the files go no further than this. `aside`: what is kept is said on a hint."""
    kept = t(
        "At most {n} files of {size} MB. Their names are not kept, nor what a camera or a program writes into them.",
        n=form.FILES,
        size=form.MEGABYTES,
    )
    chosen = st.file_uploader(
        t("Evidence: pictures (PNG, JPEG) or PDF"),
        type=["png", "jpg", "jpeg", "pdf"],
        accept_multiple_files=True,
        max_upload_size=form.MEGABYTES,
        key=key,
        help=kept if aside else None,
    )
    if not aside:
        st.caption(kept)
    return tuple(file.getvalue() for file in chosen)


def evidence_of_draft(t: Reader, key: str) -> tuple[bytes, ...]:
    """The same, for a draft that may be left and come back to: what was chosen then still goes along."""
    state, seen, before = st.session_state, f"{key}_seen", f"{key}_before"
    if key not in state:  # the field was not drawn the last time, and Streamlit has forgotten its files
        state[before] = (*state.get(before, ()), *state.pop(seen, ()))
    chosen = state[seen] = evidence(t, key)
    earlier: tuple[bytes, ...] = state.get(before, ())
    if not earlier:
        return chosen
    words = t.plural("Send {n} file chosen earlier, too", "Send {n} files chosen earlier, too", len(earlier))
    too = st.checkbox(words, value=True, key=f"{key}_too", persist_state="session")
    return (*earlier, *chosen) if too else chosen
