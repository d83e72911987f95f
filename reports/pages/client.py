"""Client: the score with its reasons, the weeks, the promises, the checks, and the way to a review."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from ethics.access import Permission
from ethics.clients.models import STATUS_NAMES, Status
from ethics.clients.pages import promise_badges
from ethics.clients.pages.client_choice import choose
from ethics.escape import markdown
from ethics.language import Reader, reader
from ethics.mismatches.words import CATEGORIES
from ethics.pages import desk, look
from ethics.palette import DARK, LIGHT
from ethics.risk import alarms
from ethics.risk.words import BAND_NAMES
from ethics.triage.pages import told_words
from reports import client_charts as charts
from reports import history_chart, reviews, risk_words, weekly_chart, words
from reports.client_file import ClientFile
from reports.gather import client_file
from reports.pages import alarm_card, outlook, quiet, sick_leave

PROMISES_PAGE: Final = "ethics/mismatches/pages/promises.py"


@st.cache_data(max_entries=64, show_spinner=False, hash_funcs={ClientFile: repr})
def _drawn(name: str, file: ClientFile, language: str, dark: bool) -> dict[str, Any]:
    """A chart by its data, language and theme: the file itself is the key."""
    draw = {
        "scale": charts.score_scale,
        "waterfall": charts.waterfall,
        "history": history_chart.history,
        "weekly": weekly_chart.weekly,
    }
    return draw[name](file, reader(language), DARK if dark else LIGHT)


def _verdict(t: Reader, file: ClientFile) -> None:
    with st.container(border=True):
        left, right = st.columns([2, 3], gap="large", vertical_alignment="center")
        with left:
            look.pill(file.band, t(BAND_NAMES[file.band]))
            if file.score is not None:
                moved = words.moved(file)
                says = t.say(words.likely(file)) + (" " + t.say(moved) if moved else "")
                st.markdown(f"**{t('{score} of 100.', score=round(file.score))}** {says}")
            st.caption(t.say(words.evidence(file)) + " " + t("0 is fair play."))
        with right:
            if file.score is not None:
                look.chart(_drawn("scale", file, t.language, look.dark()), charts.score_scale_says(file, t))


def _why(t: Reader, file: ClientFile) -> None:
    left, right = st.columns([3, 2], gap="large")
    with left:
        if file.score is not None:
            look.section(t("Why {score}?", score=round(file.score)), charts.waterfall_says(file, t))
            look.chart(_drawn("waterfall", file, t.language, look.dark()), charts.waterfall_says(file, t))
    with right:
        look.section(t("Reasons"))
        for reason in words.reasons(file):
            st.markdown(f":material/arrow_right: {markdown(t.say(reason))}")
        st.markdown(_rate(t, file))
        if file.position is not None:
            st.caption(t("Place {position} of {of} by risk.", position=file.position, of=file.clients))


def _rate(t: Reader, file: ClientFile) -> str:
    if not file.contacts:
        return t("No contacts have been counted yet, so there is no rate.")
    return t(
        "{mean} mismatches per 1,000 contacts (95% interval {low} to {high}).",
        mean=t.number(file.rate_mean, 1),
        low=t.number(file.rate_low, 1),
        high=t.number(file.rate_high, 1),
    )


def _over_time(t: Reader, file: ClientFile) -> None:
    """The score by week, then the mismatches by week."""
    if len(history_chart.known(file)) > 1:
        says = history_chart.history_says(file, t)
        look.section(t("How has the risk moved?"), says)
        look.chart(_drawn("history", file, t.language, look.dark()), says)
        titles = risk_words.checklist_titles(file, t.language)
        some = history_chart.done(file)
        if some:
            with st.expander(
                t.plural("What happened: one event", "What happened: {n} events", len(some)), icon=":material/event:"
            ):
                for event in reversed(some):
                    st.markdown(f":gray[{t.date(event.day)}] {markdown(t.say(risk_words.event_says(event, titles)))}")
    if file.weeks:
        says = weekly_chart.weekly_says(file, t)
        look.section(t("Is it getting better or worse?"), says)
        look.chart(_drawn("weekly", file, t.language, look.dark()), says)


def _promises(here: desk.Desk, file: ClientFile, client_id: int) -> None:
    t = here.t
    look.section(
        t("Promises"), t("What was sold, word for word; a mismatch counts here when triage tied it to the promise.")
    )
    if not file.promises:
        look.empty(
            "handshake",
            t("No promises in the ledger"),
            t("They are written down on the page Promises, or come in from a file on the Import page."),
        )
    for promise in file.promises:
        left, right = st.columns([1, 6], vertical_alignment="top")
        sold = promise_badges.sold(t, still_sold=promise.still_sold, withdrawn_on=None)
        left.markdown(f"{promise_badges.verdict(t, promise.verdict)} {sold}")
        facts = [markdown(part) for part in (promise.product, promise.campaign, promise.source) if part]
        facts += [t("from {day}", day=promise.from_date)] if promise.from_date else []
        facts += [t("until {day}", day=promise.until_date)] if promise.until_date else []
        facts += [t("withdrawn {day}", day=promise.withdrawn_on)] if promise.withdrawn_on else []
        facts.append(t.plural("{n} mismatch", "{n} mismatches", promise.mismatches))
        with right.container(gap=None):
            st.markdown(t("“{text}”", text=markdown(promise.text)))
            st.caption(" · ".join(facts))
    if here.actor.may(Permission.SEE_RISK):
        st.page_link(
            PROMISES_PAGE,
            label=t("The promise ledger"),
            icon=":material/handshake:",
            query_params={"client": str(client_id)},
        )


def _flags(t: Reader, file: ClientFile) -> None:
    look.section(t("Flags by category"), t("Disappointment and open outages are normal work: shown, never counted."))
    if not file.categories:
        look.empty("flag", t("No flags yet"), t("Agents file them on the page Flag; older ones come in from a file."))
        return
    rows = {
        t("Category"): [t(CATEGORIES[c.category].name) for c in file.categories],
        t("Confirmed"): [c.confirmed for c in file.categories],
        t("Undecided"): [c.open for c in file.categories],
        t("Dismissed"): [c.dismissed for c in file.categories],
    }
    st.table(rows, border="horizontal", hide_index=True, alt=t("Flags by category"))


def _checks(here: desk.Desk, file: ClientFile) -> None:
    t = here.t
    look.section(t("Checks"))
    if not file.checks:
        look.empty("checklist", t("No checklist filled in yet"), t("Managers fill them in on the page Checklists."))
    for check in file.checks:
        share = t.percent(check.share) if check.share is not None else t("no answers")
        st.markdown(
            f"**{markdown(check.title.get(t.language, check.checklist))}** · {t(words.CONCLUSIONS[check.conclusion])} · {share} · "
            + t("{answered} of {of} answered · {day}", answered=check.answered, of=check.of, day=check.done_on)
        )
        for item in words.failed(check, t.language):
            st.markdown(f":material/block: {markdown(item)}")
    if here.actor.may(Permission.FILL_CHECK):
        st.page_link("checklists/pages/check.py", label=t("Checklists"), icon=":material/checklist:")


def _review(here: desk.Desk, client_id: int, *, primary: bool) -> None:
    t = here.t
    look.section(t("Reviews"), t("A review freezes what is known today; its PDF never changes."))
    if here.actor.may(Permission.MAKE_REVIEW) and st.button(
        t("Make a review"), key="make_review", type="primary" if primary else "secondary", icon=":material/description:"
    ):
        with desk.told(t):
            with desk.acting() as (tx, actor):
                number = reviews.make(tx, actor, client_id)
            st.toast(t("Review {number} is frozen.", number=number), icon=":material/check:")
    if here.actor.may(Permission.READ_REVIEW):
        with desk.reading() as tx:
            lines = reviews.reviews(tx, here.actor, client_id=client_id)
        for line in lines[:5]:
            st.link_button(
                t("{number} · {day} (PDF)", number=line.number, day=line.made_on),
                f"/files/reviews/{line.number}.pdf?language={t.language}",
                icon=":material/download:",
                type="tertiary",
                key=f"pdf_{line.number}",
            )


def show() -> None:
    """One client, from the verdict down."""
    here = desk.allowed(Permission.SEE_RISK)
    t = here.t
    client_id = choose(here, "id")
    if client_id is None:
        return
    with desk.told(t):
        with desk.reading() as tx:
            file = client_file(tx, here.actor, client_id)
            known = alarms.of_client(tx, client_id)
        frame = [
            t.value(words.sector(file)),
            t("status: {status}", status=t(STATUS_NAMES[Status(file.status)])),
            t("as of {day}", day=file.as_of),
        ]
        look.title(t.say(words.verdict(file)), markdown(" · ".join(part for part in frame if part)))
        _verdict(t, file)
        for alarm in known:
            if alarm.open:
                alarm_card.card(here, alarm)
        _why(t, file)
        if file.score is not None:
            outlook.would_change(t, file)
        _over_time(t, file)
        alarm_card.earlier(t, known)
        _promises(here, file, client_id)
        left, right = st.columns(2, gap="large")
        with left:
            _flags(t, file)
        with right:
            _checks(here, file)
        sick_leave.client(here, file, client_id)
        quiet.client(t, file)
        outlook.dimensions(t, file)
        told_words.show(here, client_id)
        _review(here, client_id, primary=not any(alarm.open for alarm in known))


show()
