"""The way out of a form: what may tell who somebody is comes up first, then the flag, good news or reply is sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from uuid import uuid4

import streamlit as st

from ethics.escape import markdown
from ethics.language import Reader
from ethics.masking.masking import KIND_NAMES
from ethics.mismatches import form
from ethics.mismatches.form import Piece, Written
from ethics.pages import desk
from ethics.pages.desk import Desk

#: Everything that a draft leaves in the session begins so; none of it depends on the language.
DRAFT = "flag_"
#: Fields whose answers the browser names in the reader's language.
_SPOKEN = (
    "kind",
    "category",
    "severity",
    "grave",
    "certainty",
    "disclosed",
    "step",
    "channel",
    "frequency",
    "for_family",
    "met_on",
    "mask",
)


def submission() -> str:
    """The key of this draft: however often it is sent, it is stored once."""
    return str(st.session_state.setdefault(DRAFT + "submission", uuid4().hex))


def keep_choices(t: Reader, begins: str = DRAFT, spoken: tuple[str, ...] = _SPOKEN) -> None:
    """Carry what has been chosen over a change of language, before any field is drawn in the new one."""
    if st.session_state.get(begins + "reads", t.language) != t.language:
        names = tuple(begins + name for name in spoken)
        for key in [key for key in st.session_state if str(key).startswith(names)]:
            st.session_state[key] = st.session_state[key]
    st.session_state[begins + "reads"] = t.language


def _forget(begins: str) -> None:
    for key in [key for key in st.session_state if str(key).startswith(begins)]:
        del st.session_state[key]


def send(
    here: Desk, draft: Written, store: Callable[..., object], *, label: str, kind: str, files: Sequence[bytes] = ()
) -> None:
    """The button of the flag form: once `store`, a verb, has taken the draft, the page says what happens next."""
    if sent(here, draft, store, label=label, files=files):
        for name in ("category", "contact"):  # a link asks for them only once
            st.query_params.pop(name, None)
        st.session_state["sent"] = kind
        st.rerun()


def sent(
    here: Desk,
    draft: Written,
    store: Callable[..., object],
    *,
    label: str,
    begins: str = DRAFT,
    files: Sequence[bytes] = (),
) -> bool:
    """The button: the first click shows personal data, if there is any; the next one sends with `store`, a verb.

    `files` go along, cleaned. True when it has been sent; the draft, whose keys all begin with `begins`, is then
    forgotten.
    """
    t = here.t
    asked: tuple[Piece, ...] = st.session_state.get(begins + "found", ())
    masked = _panel(here, draft, asked, begins) if asked else ()
    if not st.button(label, type="primary", key=begins + "send"):
        return False
    with desk.told(t):
        with desk.reading() as tx:
            found = form.to_mask(tx, here.actor, draft)
        if not set(found) <= set(asked):
            st.session_state[begins + "found"] = found
            st.rerun()
        draft = form.with_files(draft, files)  # before the transaction: it takes seconds
        with desk.acting() as (tx, actor):
            store(tx, actor, form.without(tx, actor, draft, masked, t.language))
        _forget(begins)
        return True
    return False


def _panel(here: Desk, draft: Written, asked: tuple[Piece, ...], begins: str) -> tuple[Piece, ...]:
    """What was found, all of it to be masked unless the person says otherwise. Returns what to mask."""
    t = here.t
    key = f"{begins}mask_{sha256(repr(asked).encode()).hexdigest()[:8]}"
    st.session_state.setdefault(key, list(range(len(asked))))
    with st.container(border=True, gap="xsmall"):
        st.markdown(f":material/visibility_off: **{t('This may tell who somebody is')}**")
        st.caption(t("Nobody needs it to check a promise. What is chosen here is masked; the rest is sent as it is."))
        chosen = st.pills(
            t("Mask these"),
            list(range(len(asked))),
            selection_mode="multi",
            format_func=lambda n: f"{markdown(asked[n].text)} · {t(KIND_NAMES[asked[n].kind])}",
            key=key,
            wrap=True,
        )
        pieces = tuple(asked[n] for n in chosen)
        with desk.reading() as tx:
            reads = form.without(tx, here.actor, draft, pieces, t.language)
        if reads.text.strip():
            st.caption(t("It will read: “{text}”", text=markdown(reads.text.strip())))
    return pieces
