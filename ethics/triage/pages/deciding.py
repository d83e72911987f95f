"""The decision on a flag: an outcome, what triage corrects, a reason for the file, and the answer to the reporter."""

from __future__ import annotations

from typing import Final

import streamlit as st

from ethics.escape import markdown
from ethics.language import LANGUAGES, Reader, mark
from ethics.mismatches.models import Decision
from ethics.mismatches.words import CATEGORIES, NORMAL_WORK, SEVERITIES, SEVERITY_WORDS
from ethics.pages import desk
from ethics.triage import answers, rulings
from ethics.triage.card import FlagCard
from ethics.triage.outcomes import CHOICES, OUTCOMES, status
from ethics.triage.pages.drafts import KEPT, field, forget

_FIELDS: Final = ("outcome", "category", "severity", "promise", "reason", "answer", "template")
_LEAVES: Final = {
    Decision.OPEN: mark("The flag stays open until it is decided."),
    Decision.CONFIRMED: mark("The flag is confirmed: it counts in the client's score."),
    Decision.DISMISSED: mark("The flag does not count."),
}
#: What else an outcome does or asks for.
_ALSO: Final = {
    "T3": mark("Write the question first, under “Find out”."),
    "T6": mark("The proposal waits on the page Whistles for the executive's answer."),
    "T9": mark("The flag's words, its files and what the reporter wrote are deleted here. Hand them over first."),
}


def show(here: desk.Desk, flag: FlagCard) -> None:
    """What has been decided so far, and the form."""
    t = here.t
    if flag.withheld:
        st.caption(t("Ask for the client's name first: nobody can judge a promise without knowing whose it is."))
        return
    if flag.status == Decision.MERGED:
        _go_to_kept(t, flag)
        return
    if flag.reason:
        st.caption(t("Reason on file: {reason}", reason=markdown(flag.reason)))
    top = st.container(gap="xsmall")
    ruling_on = _corrections(t, flag)
    with top:
        outcome = st.selectbox(
            t("Outcome"),
            CHOICES,
            index=None,
            placeholder=t("Choose an outcome"),
            format_func=lambda code: f"{code} · {t(OUTCOMES[code].name)}",
            key=field(flag.id, "outcome", flag.outcome if flag.outcome in CHOICES else None),
            persist_state=KEPT,
        )
        _consequences(t, flag, outcome, ruling_on[0])
    st.text_input(t("Reason, for the file"), max_chars=2000, key=field(flag.id, "reason"), persist_state=KEPT)
    if flag.answerable:
        _answer(here, flag, outcome)
    if st.button(t("Decide and answer") if flag.answerable else t("Decide"), type="primary", key=f"{flag.id}_decide"):
        _decide(t, flag, outcome, ruling_on)


def _go_to_kept(t: Reader, flag: FlagCard) -> None:
    st.caption(t("This flag is handled together with another one, and decided there."))
    if flag.merged_into and st.button(t("Read the other one"), key=f"{flag.id}_kept", icon=":material/arrow_forward:"):
        st.session_state["triage_flag"] = flag.merged_into
        st.rerun()


def _corrections(t: Reader, flag: FlagCard) -> tuple[str, int, int | None]:
    """Category, severity and promise: as the reporter chose them, until an officer corrects them."""
    left, right = st.columns(2)
    category = left.selectbox(
        t("Category"),
        list(CATEGORIES),
        key=field(flag.id, "category", flag.category),
        persist_state=KEPT,
        format_func=lambda code: f"{code} · {t(CATEGORIES[code].name)}",
        help=t("Correct it if another one fits better."),
    )
    severity = right.selectbox(
        t("Severity"),
        list(SEVERITIES),
        key=field(flag.id, "severity", flag.severity),
        persist_state=KEPT,
        format_func=lambda level: f"{level} · {t(SEVERITY_WORDS[level])}",
    )
    promises = dict(flag.promises)
    promise_id = None
    if promises:
        promise_id = st.selectbox(
            t("Which promise does it break?"),
            [0, *promises],
            key=field(flag.id, "promise", flag.promise_id or 0),
            persist_state=KEPT,
            format_func=lambda number: promises[number] if number else t("None in the ledger"),
        )
    return category or flag.category, flag.severity if severity is None else severity, promise_id or None


def _consequences(t: Reader, flag: FlagCard, outcome: str | None, category: str) -> None:
    """Where the outcome leaves the flag, before anybody clicks."""
    if outcome is None:
        return
    left = status(outcome, category)
    if left == Decision.CONFIRMED and category in NORMAL_WORK:
        said = t("The flag is confirmed as normal work: shown, never counted.")
    else:
        said = t(_LEAVES[left])
    if outcome == "T9":
        st.caption(said)
        st.warning(t(_ALSO[outcome]), icon=":material/delete_forever:")
    elif outcome in _ALSO and not (outcome == "T3" and flag.questions):
        st.caption(f"{said} {t(_ALSO[outcome])}")
    else:
        st.caption(said)


def _answer(here: desk.Desk, flag: FlagCard, outcome: str | None) -> None:
    """The outcome's answer in the reporter's language; another outcome brings its own, unless it has been edited."""
    t = here.t
    template = ""
    if outcome:
        with desk.reading() as tx:
            template = answers.template(tx, here.actor, outcome, flag.language)
    key, before = field(flag.id, "answer"), field(flag.id, "template")
    if st.session_state[key] in ("", st.session_state[before]):
        st.session_state[key] = template
    st.session_state[before] = template
    st.text_area(
        t("Answer to the reporter"),
        max_chars=2000,
        height=140,
        key=key,
        persist_state=KEPT,
        placeholder=t("Plain words: what you found and what happens now."),
    )
    if flag.language != t.language:
        st.caption(t("The reporter reads {language}.", language=LANGUAGES[flag.language]))


def _decide(t: Reader, flag: FlagCard, outcome: str | None, ruling_on: tuple[str, int, int | None]) -> None:
    category, severity, promise_id = ruling_on
    ruling = rulings.Ruling(
        outcome or "",
        category,
        severity,
        promise_id,
        st.session_state[f"{flag.id}_reason"] or "",
        st.session_state[f"{flag.id}_answer"] or "" if flag.answerable else "",
    )
    with desk.told(t):
        with desk.acting() as (tx, actor):
            rulings.decide(tx, actor, flag.id, ruling)
        forget(flag.id, *_FIELDS)
        st.session_state.pop("triage_flag", None)
        st.toast(t("Decided. The client's score is up to date."), icon=":material/check:")
        st.rerun()
