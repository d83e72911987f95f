"""What is done to a promise: a verdict, a withdrawal, a correction; and what was done before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import streamlit as st

from ethics.access import Permission
from ethics.clients import campaigns, promises
from ethics.clients.models import VERDICT_NAMES, Verdict
from ethics.clients.standing import Act
from ethics.database import today
from ethics.escape import markdown
from ethics.language import Reader, mark
from ethics.mismatches.ledger import Event, LedgerLine, history
from ethics.mismatches.words import CHANNELS
from ethics.pages import desk, look

_FIELDS: Final = {
    "source": mark("Source"),
    "product": mark("Product"),
    "campaign": mark("Campaign"),
    "from": mark("First day"),
    "until": mark("Last day"),
}
_DAYS: Final = ("from", "until")


def day_or_none(t: Reader, label: str, value: dt.date | None, *, key: str) -> dt.date | None:
    """A day, or none yet."""
    chosen = st.date_input(label, value, format=look.date_input_format(t), key=key)
    return chosen if isinstance(chosen, dt.date) else None


def campaign_field(t: Reader, known: Mapping[int, str], chosen: int | None, *, key: str) -> int | None:
    """One of the client's campaigns, or none."""
    options = [None, *known]
    return st.selectbox(
        t("Campaign"),
        options,
        index=options.index(chosen) if chosen in known else 0,
        format_func=lambda number: known[number] if number else t("No campaign of its own"),
        key=key,
    )


def forget(prefix: str) -> None:
    """Empty the forms whose keys begin with `prefix`, once what they held is saved."""
    for key in [key for key in st.session_state if str(key).startswith(prefix)]:
        del st.session_state[key]


def add_promise(here: desk.Desk, client_id: int, known: Mapping[int, str]) -> None:
    """The form for a new promise."""
    t, key = here.t, f"new_promise_{client_id}_"
    with st.form(key + "form", border=False):
        text = st.text_area(
            t("The promise, word for word"), max_chars=promises.MAX_TEXT, key=key + "text", height="content"
        )
        left, right = st.columns(2)
        with left:
            source = st.text_input(
                t("Where it was made: a page, a letter, a script"), max_chars=promises.MAX_SOURCE, key=key + "source"
            )
            first = day_or_none(t, t("First day"), None, key=key + "from")
            campaign_id = campaign_field(t, known, None, key=key + "campaign")
        with right:
            product = st.text_input(t("Product"), max_chars=promises.MAX_NAME, key=key + "product")
            last = day_or_none(t, t("Last day; empty while it stands"), None, key=key + "until")
        sent = st.form_submit_button(t("Add the promise"), type="primary", key=key + "add")
    if sent:
        with desk.told(t):
            with desk.acting() as (tx, actor):
                draft = promises.Draft(client_id, text or "", source, product, campaign_id, first, last)
                promises.add(tx, actor, draft)
            forget(key)
            st.toast(t("The promise is in the ledger."), icon=":material/check:")
            st.rerun()


def client_campaigns(here: desk.Desk, client_id: int, known: Sequence[campaigns.CampaignLine]) -> None:
    """The client's campaigns, and the form for one more."""
    t, key = here.t, f"new_campaign_{client_id}_"
    for line in known:
        facts = (
            [t(CHANNELS[line.channel]) if line.channel in CHANNELS else markdown(line.channel)] if line.channel else []
        )
        facts += [t("from {day}", day=line.from_date)] if line.from_date else []
        facts += [t("until {day}", day=line.until_date)] if line.until_date else []
        facts += [] if line.running else [t("not running today")]
        st.markdown(" · ".join([f"**{markdown(line.name)}**", *facts]))
    if not known:
        st.caption(t("No campaigns yet. Flags and promises can name one."))
    if not here.actor.may(Permission.KEEP_LEDGER):
        return
    with st.form(key + "form", border=False):
        left, right = st.columns(2)
        with left:
            name = st.text_input(t("Name of the campaign"), max_chars=campaigns.MAX_NAME, key=key + "name")
            first = day_or_none(t, t("First day"), None, key=key + "from")
        with right:
            channel = st.selectbox(
                t("Channel"),
                [None, *CHANNELS],
                format_func=lambda code: t(CHANNELS[code]) if code else t("Several channels"),
                key=key + "channel",
            )
            last = day_or_none(t, t("Last day; empty while it runs"), None, key=key + "until")
        sent = st.form_submit_button(t("Add the campaign"), key=key + "add")
    if sent:
        with desk.told(t):
            with desk.acting() as (tx, actor):
                campaigns.add_campaign(
                    tx, actor, client_id, name=name, channel=channel, from_date=first, until_date=last
                )
            forget(key)
            st.toast(t("The campaign is added."), icon=":material/check:")
            st.rerun()


def work_on(here: desk.Desk, line: LedgerLine, known: Mapping[int, str]) -> None:
    """Everything that the person may do to a promise, one tab each, and its history last."""
    t = here.t
    rooms: dict[str, Callable[[], None]] = {}
    if here.actor.may(Permission.JUDGE_PROMISE):
        rooms[t("Verdict")] = lambda: _judge(t, line)
    if here.actor.may(Permission.KEEP_LEDGER):
        if line.verdict == Verdict.BROKEN:
            rooms[t("Withdrawal")] = lambda: _withdraw(t, line)
        rooms[t("Correction")] = lambda: _change(t, line, known)
    if not rooms:
        _history(here, line)
        return
    rooms[t("History")] = lambda: _history(here, line)
    for tab, room in zip(st.tabs(list(rooms)), rooms.values(), strict=True):
        with tab:
            room()


def _done(line: LedgerLine, says: str) -> None:
    forget(f"promise_{line.id}_")
    st.toast(says, icon=":material/check:")
    st.rerun()


def _judge(t: Reader, line: LedgerLine) -> None:
    key = f"promise_{line.id}_judge_"
    with st.form(key + "form", border=False):
        verdict = st.pills(
            t("Verdict"),
            [code.value for code in Verdict],
            default=line.verdict if line.verdict_on else None,
            format_func=lambda code: t(VERDICT_NAMES[Verdict(code)]),
            key=key + "verdict",
        )
        evidence = st.text_area(
            t("What shows it"),
            max_chars=promises.MAX_EVIDENCE,
            placeholder=t("What you checked, and what it showed. Nobody's name."),
            key=key + "evidence",
            height="content",
        )
        on = look.date_field(t, t("Found on"), today(), latest=today(), key=key + "on")
        sent = st.form_submit_button(t("Give the verdict"), key=key + "go")
    if sent:
        with desk.told(t):
            with desk.acting() as (tx, actor):
                promises.judge(tx, actor, line.id, verdict=verdict or "", evidence=evidence or "", on=on)
            _done(line, t("The verdict is in the ledger."))


def _withdraw(t: Reader, line: LedgerLine) -> None:
    key = f"promise_{line.id}_withdraw_"
    st.caption(t("A promise proved broken counts as still sold until somebody shows that it is not."))
    with st.form(key + "form", border=False):
        evidence = st.text_area(
            t("What shows that it is no longer sold"),
            max_chars=promises.MAX_EVIDENCE,
            placeholder=t("The new page, script or letter, and where you saw it."),
            key=key + "evidence",
            height="content",
        )
        on = look.date_field(t, t("Not sold since"), today(), latest=today(), key=key + "on")
        sent = st.form_submit_button(t("It is withdrawn"), key=key + "go")
    if sent:
        with desk.told(t):
            with desk.acting() as (tx, actor):
                promises.withdraw(tx, actor, line.id, evidence=evidence or "", on=on)
            _done(line, t("The withdrawal is in the ledger."))


def _change(t: Reader, line: LedgerLine, known: Mapping[int, str]) -> None:
    key = f"promise_{line.id}_change_"
    st.caption(t("The words of a promise never change. What you set here, no file overwrites."))
    with st.form(key + "form", border=False):
        left, right = st.columns(2)
        with left:
            source = st.text_input(
                t("Where it was made: a page, a letter, a script"),
                line.source,
                max_chars=promises.MAX_SOURCE,
                key=key + "source",
            )
            first = day_or_none(t, t("First day"), line.from_date, key=key + "from")
        with right:
            campaign_id = campaign_field(t, known, line.campaign_id, key=key + "campaign")
            last = day_or_none(t, t("Last day; empty while it stands"), line.until_date, key=key + "until")
        sent = st.form_submit_button(t("Save"), key=key + "go")
    if sent:
        with desk.told(t):
            with desk.acting() as (tx, actor):
                promises.change(
                    tx, actor, line.id, source=source, from_date=first, until_date=last, campaign_id=campaign_id
                )
            _done(line, t("Saved."))


def _history(here: desk.Desk, line: LedgerLine) -> None:
    t = here.t
    with desk.reading() as tx:
        events = history(tx, here.actor, line.id)
    for event in events:
        when = t.date(event.on.astimezone().date())
        with st.container(gap=None):
            st.markdown(" · ".join(part for part in (f"**{when}**", _said(t, event), markdown(event.who)) if part))
            for detail in _details(t, event):
                st.caption(detail)
    if line.from_file:
        st.caption(t("The promise came in from a file."))


def _said(t: Reader, event: Event) -> str:
    if event.act == Act.JUDGED:
        verdict = t(VERDICT_NAMES[Verdict(event.facts["verdict"])])
        return t("Verdict: {verdict}, found {day}", verdict=verdict, day=dt.date.fromisoformat(event.facts["on"]))
    if event.act == Act.WITHDRAWN:
        return t("Not sold since {day}", day=dt.date.fromisoformat(event.facts["on"]))
    return t("Corrected") if event.act == Act.CHANGED else t("Written down")


def _details(t: Reader, event: Event) -> list[str]:
    if evidence := event.facts.get("evidence"):
        return [t("“{text}”", text=markdown(evidence))]
    return [
        t("{field}: {before} → {after}", field=t(name), before=_value(t, code, pair[0]), after=_value(t, code, pair[1]))
        for code, name in _FIELDS.items()
        if event.act == Act.CHANGED and (pair := event.facts.get(code))
    ]


def _value(t: Reader, field: str, value: Any) -> str:
    if not value:
        return "–"
    return t.date(dt.date.fromisoformat(value)) if field in _DAYS else t("“{text}”", text=markdown(value))
