"""The fields of a flag and of a whistle. Every key is free of language, so a draft survives a change of it."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import streamlit as st

from ethics.database import today
from ethics.language import Reader, mark
from ethics.mismatches import flags, form
from ethics.mismatches.flags import Draft
from ethics.mismatches.models import Disclosed
from ethics.mismatches.pages import sending
from ethics.mismatches.pages.evidence_field import evidence_of_draft
from ethics.mismatches.words import (
    CATEGORIES,
    CERTAINTIES,
    CHANNELS,
    FAMILY,
    FREQUENCIES,
    NORMAL_WORK,
    SEVERITIES,
    SEVERITY_WORDS,
    STEPS,
    WHISTLE_SEVERITIES,
)
from ethics.pages import look
from ethics.pages.desk import Desk

_NORMAL: Final = mark("A disappointment or an openly told outage is normal work: it never counts against a client.")
#: A draft lives as long as its session: it may be left for another page between two calls.
_KEPT: Final[Any] = "session"
_NAME: Final = {
    Disclosed.CONFIDENTIAL.value: (
        mark("Only the fair-play officer"),
        mark("Managers read the flag without your name."),
    ),
    Disclosed.NAMED.value: (mark("The officer and the client's managers"), mark("They can ask you directly.")),
}


def client_of_draft() -> tuple[int | None, int | None]:
    """The client and the campaign that the draft is about, as chosen so far."""
    client_id = st.session_state.get("flag_client")
    return client_id, st.session_state.get(f"flag_campaign_{client_id}")


def client_and_campaign(t: Reader, offered: form.Choices, label: str) -> tuple[int | None, int | None]:
    """Which client, and which of its campaigns when it has any."""
    left, right = st.columns(2, gap="medium") if offered.campaigns else (st.container(), None)
    with left:
        client_id = st.selectbox(
            label,
            list(offered.clients),
            index=None,
            format_func=offered.clients.__getitem__,
            placeholder=t("Choose the client"),
            key="flag_client",
            persist_state=_KEPT,
        )
    if right is None or client_id is None:
        return client_id, None
    with right:
        campaign_id = st.selectbox(
            t("Campaign, if you know"),
            list(offered.campaigns),
            index=None,
            format_func=offered.campaigns.__getitem__,
            placeholder=t("Any of them"),
            key=f"flag_campaign_{client_id}",
            persist_state=_KEPT,
        )
    return client_id, campaign_id


def words(label: str, hint: str, *, key: str = "flag_text", most: int = flags.MAX_TEXT, height: int = 110) -> str:
    """A text in the reporter's words."""
    return st.text_area(label, max_chars=most, height=height, placeholder=hint, key=key, persist_state=_KEPT) or ""


def _category(t: Reader, label: str) -> str | None:
    with st.container(gap="xxsmall"):
        category = st.pills(
            label,
            list(CATEGORIES),
            format_func=lambda c: t(CATEGORIES[c].short),
            key="flag_category",
            wrap=True,
            persist_state=_KEPT,
        )
        st.caption(t(CATEGORIES[category].means) if category else t("Choose the nearest one; its meaning shows here."))
        if category in NORMAL_WORK:
            st.caption(t(_NORMAL))
    return category


def _severity(t: Reader, label: str, offered: tuple[int, ...], key: str) -> int | None:
    with st.container(gap="xxsmall"):
        severity = st.pills(
            label, list(offered), format_func=lambda s: t(SEVERITY_WORDS[s]), key=key, wrap=True, persist_state=_KEPT
        )
        st.caption(
            t("Choose the nearest one; its meaning shows here.") if severity is None else t(SEVERITIES[severity])
        )
    return severity


def _certainty(t: Reader, label: str) -> str | None:
    return st.segmented_control(
        label,
        list(CERTAINTIES),
        format_func=lambda c: t(CERTAINTIES[c]),
        key="flag_certainty",
        wrap=True,
        persist_state=_KEPT,
    )


def flag(here: Desk, offered: form.Choices) -> tuple[Draft, tuple[bytes, ...]]:
    """The form of a flag: six questions, and what else one may know. Files come beside the draft, not yet cleaned."""
    t = here.t
    client_id, campaign_id = client_and_campaign(t, offered, t("1 · Which client?"))
    category = _category(t, t("2 · What happened?"))
    text = words(
        t("3 · What is so?"),
        t("For example: told 19.90 € for two years, the invoice says 34.90 €. Leave names and phone numbers out."),
    )
    severity = _severity(t, t("4 · How serious was it?"), tuple(SEVERITIES), "flag_severity")
    certainty = _certainty(t, t("5 · How do you know?"))
    disclosed = st.radio(
        t("6 · Who may see your name?"),
        list(_NAME),
        format_func=lambda d: t(_NAME[d][0]),
        captions=[t(caption) for _, caption in _NAME.values()],
        key="flag_disclosed",
        persist_state=_KEPT,
    )
    with st.expander(t("More, if you know"), key="flag_more"):
        more = _more(t, offered)
        files = evidence_of_draft(t, "flag_files")
    draft = Draft(
        client_id=client_id,
        campaign_id=campaign_id,
        category=category,
        severity=severity,
        certainty=certainty,
        text=text,
        disclosed=disclosed,
        submission=sending.submission(),
        language=t.language,
        **more,
    )
    return draft, files


def _more(t: Reader, offered: form.Choices) -> dict[str, Any]:
    """Everything that a flag can do without, but for files."""
    more: dict[str, Any] = {"promise_id": None}
    if offered.promises:
        more["promise_id"] = _one(t, t("Which promise?"), offered.promises, "promise", t("Choose from the ledger"))
    if more["promise_id"] is None:
        left, right = st.columns(2, gap="medium")
        with left:
            more["said"] = words(
                t("Or what was said?") if offered.promises else t("What was said?"),
                t("Word for word, if you can"),
                key="flag_said",
                most=flags.MAX_SAID,
                height=78,
            )
        with right:
            more["said_where"] = _line(
                t("Where was it said?"), "said_where", flags.MAX_WHERE, t("For example: the script, an advertisement")
            )
    more["experience"] = words(
        t("What did the customer believe and feel?"), "", key="flag_experience", most=flags.MAX_TEXT, height=78
    )
    left, right = st.columns(2, gap="medium")
    with left:
        more["step"] = _one(t, t("At which step?"), _said(t, STEPS), "step")
        more["frequency"] = _one(t, t("How often?"), _said(t, FREQUENCIES), "frequency")
        more["contact_ref"] = _line(t("Reference of the contact"), "contact_ref", form.MAX_CONTACT, "")
    with right:
        more["channel"] = _one(t, t("In which channel?"), _said(t, CHANNELS), "channel")
        more["met_on"] = _day(t)
        more["for_family"] = st.segmented_control(
            t("Would you buy this for your own family?"),
            list(FAMILY),
            format_func=lambda answer: t(FAMILY[answer]),
            key="flag_for_family",
            wrap=True,
            persist_state=_KEPT,
        )
    if len(offered.officers) > 1:
        more["exclude"] = tuple(
            st.multiselect(
                t("Who must not handle this?"),
                list(offered.officers),
                format_func=offered.officers.__getitem__,
                placeholder=t("Choose officers, if any"),
                key="flag_exclude",
                persist_state=_KEPT,
            )
        )
    return more


def _one(t: Reader, label: str, offered: dict[Any, str], name: str, hint: str = "") -> Any:
    return st.selectbox(
        label,
        list(offered),
        index=None,
        format_func=offered.__getitem__,
        placeholder=hint or t("Choose, if you know"),
        key=f"flag_{name}",
        persist_state=_KEPT,
    )


def _said(t: Reader, words: dict[str, str]) -> dict[Any, str]:
    return {key: t(name) for key, name in words.items()}


def _line(label: str, name: str, most: int, hint: str) -> str:
    return (
        st.text_input(
            label, max_chars=most, placeholder=hint, autocomplete="off", key=f"flag_{name}", persist_state=_KEPT
        )
        or ""
    )


def _day(t: Reader) -> dt.date:
    day = today()
    chosen = st.date_input(
        t("When was the contact?"),
        min_value=day - flags.MAX_AGE,
        max_value=day,
        format=look.date_input_format(t),
        key="flag_met_on",
        persist_state=_KEPT,
    )
    return chosen if isinstance(chosen, dt.date) else day


def whistle(here: Desk, offered: form.Choices) -> Draft:
    """The short form of a whistle: what has to stop, and why."""
    t = here.t
    client_id, campaign_id = client_and_campaign(t, offered, t("1 · Which client?"))
    category = _category(t, t("2 · What happened?"))
    text = words(
        t("3 · What has to stop, and why?"),
        t("For example: the subscription is sold as a gift; those who order do not know that they pay each month."),
    )
    severity = _severity(t, t("4 · How serious was it?"), WHISTLE_SEVERITIES, "flag_grave")
    certainty = _certainty(t, t("5 · How do you know?"))
    return Draft(
        client_id=client_id,
        campaign_id=campaign_id,
        category=category,
        severity=severity,
        certainty=certainty,
        text=text,
        met_on=today(),
        disclosed=Disclosed.CONFIDENTIAL,
        submission=sending.submission(),
        language=t.language,
        whistle=True,
    )
