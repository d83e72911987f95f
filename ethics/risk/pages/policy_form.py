"""The form of a policy: one field for each number, in cards. What it holds is kept until it is put in force or left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import streamlit as st

from ethics.language import Reader
from ethics.pages import look
from ethics.palette import BAND_ORDER
from ethics.risk.pages.policy_tables import categories
from ethics.risk.policy import Policy
from ethics.risk.policy_fields import Value, added_up, says, values
from ethics.risk.policy_words import (
    BANDS,
    BELIEVED,
    BURDEN,
    COUNTING,
    FLOORS,
    GROUPS,
    PRIOR,
    REFERENCES,
    RESPONSE,
    SEVERITIES,
    UNIT_NAMES,
    WEIGHTS,
    Field,
    Group,
)
from ethics.risk.words import DIMENSION_NAMES

#: The number of the form that is being filled: another number, and its fields are new.
_FORM: Final = "policy_form_number"
#: What the form holds by path, and the version that it began from; unlike fields they outlive a look at another page.
_HELD: Final = "policy_held"
_BASED_ON: Final = "policy_based_on"
_WHOLE: Final = 100


def key_of(t: Reader, path: str) -> str:
    """The key of a field's widget. A select box forgets its choice when its words change, so languages do not share."""
    return f"policy_{st.session_state.get(_FORM, 0)}_{t.language}_{path}"


def begin_anew() -> None:
    """Fill the form with the policy in force when the page is next drawn."""
    st.session_state[_FORM] = st.session_state.get(_FORM, 0) + 1
    st.session_state.pop(_HELD, None)


def fill(t: Reader, rules: Policy) -> int:
    """Fill the fields that are new; returns the version that the form began from."""
    if _HELD not in st.session_state:
        st.session_state[_HELD], st.session_state[_BASED_ON] = values(rules), rules.version
    for path, value in st.session_state[_HELD].items():
        if key_of(t, path) not in st.session_state:
            st.session_state[key_of(t, path)] = value
    return int(st.session_state[_BASED_ON])


def draw(t: Reader, rules: Policy) -> dict[str, Value]:
    """Draw the whole form, and return what it holds by path, with shares as per cent."""
    held: dict[str, Value] = {}
    bands, dimensions, counting, floors, prior, response, burden = GROUPS
    _head(t, bands)
    held |= _row(t, BANDS)
    _head(t, dimensions)
    held |= _dimensions(t, rules)
    _head(t, counting)
    held |= _row(t, SEVERITIES) | _row(t, COUNTING)
    _head(t, floors)
    held |= _row(t, FLOORS)
    _head(t, prior)
    held |= _row(t, PRIOR)
    st.caption(t("How the believed mismatches divide over the severities; the four shares add up to 100%."))
    held |= _row(t, BELIEVED)
    _warn(t, held, BELIEVED)
    _head(t, response)
    held |= _row(t, RESPONSE)
    _head(t, burden)
    held |= _row(t, BURDEN)
    st.session_state[_HELD] = held
    return held


def _head(t: Reader, group: Group) -> None:
    look.section(t(group.name), t(group.says))


def _row(t: Reader, fields: Sequence[Field]) -> dict[str, Value]:
    places = st.columns(len(fields), gap="medium", vertical_alignment="bottom")
    held: dict[str, Value] = {}
    for place, field in zip(places, fields, strict=True):
        with place:
            held[field.path] = _field(t, field)
    return held


def _field(t: Reader, field: Field) -> Value:
    key = key_of(t, field.path)
    if field.unit not in UNIT_NAMES:
        return str(
            st.selectbox(
                t.say(field.short),
                BAND_ORDER,
                key=key,
                format_func=lambda band: t.say(says(field.path, band)).capitalize(),
                help=t(field.help),
            )
        )
    kind, form = (int, "%d") if field.whole else (float, "%g")
    return kind(
        st.number_input(
            t("{name}, {unit}", name=field.short, unit=t(UNIT_NAMES[field.unit])),
            kind(field.least),
            kind(field.most),
            step=kind(field.step),
            format=form,
            key=key,
            help=t(field.help),
        )
    )


def _dimensions(t: Reader, rules: Policy) -> dict[str, Value]:
    held: dict[str, Value] = {}
    for begin in (0, 3):
        places = st.columns(3, gap="medium")
        for place, weight in zip(places, WEIGHTS[begin : begin + 3], strict=True):
            name = weight.path.split(".")[1]
            with place.container(border=True, height="stretch", vertical_alignment="distribute"):
                with st.container(gap=None):
                    st.markdown(f"**{t(DIMENSION_NAMES[name])}**")
                    st.caption(categories(t, rules.dimensions[name].categories))
                held |= _row(t, [field for field in (weight, REFERENCES.get(name)) if field is not None])
    _warn(t, held, WEIGHTS)
    return held


def _warn(t: Reader, held: Mapping[str, Value], fields: Sequence[Field]) -> None:
    """What shares add up to, while it is not 100%."""
    total = added_up(held, fields)
    if total != _WHOLE:
        text = t("These add up to {sum}%, and should to 100%", sum=int(total) if total.is_integer() else total)
        st.markdown(f":orange-badge[:material/warning: {text}]")
