"""Wellbeing: do mismatches go together with sick leave? Everything here was published; nothing is computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from ethics.access import Permission
from ethics.escape import markdown
from ethics.language import Reader, reader
from ethics.pages import desk, look
from ethics.palette import DARK, LIGHT
from ethics.wellbeing import publishing, releases, terms, words
from ethics.wellbeing.pages import checks, figures, forest, publish_form, terms_form
from ethics.wellbeing.publishing import Standing
from ethics.wellbeing.release import Release
from ethics.wellbeing.results import NOT_ENOUGH_DATA, Headline
from ethics.wellbeing.terms import Confirmed


@dataclass(frozen=True, slots=True)
class _Hr:
    """What HR has to do here."""

    confirmed: Confirmed | None
    cents: int | None
    standings: list[Standing]

    @property
    def agreed(self) -> bool:
        """The present terms are confirmed."""
        return self.confirmed is not None and self.confirmed.current


@st.cache_data(max_entries=64, show_spinner=False)
def _drawn(bars: tuple[forest.Bar, ...], note: str, language: str, dark: bool) -> dict[str, Any]:
    """A chart by what it shows, the note above it, its language and theme."""
    return forest.draw(bars, reader(language), DARK if dark else LIGHT, note)


def _chart(t: Reader, bars: tuple[forest.Bar, ...], says: str, note: str = "") -> None:
    look.chart(_drawn(bars, note, t.language, look.dark()), says)


def _waiting(t: Reader, hr: _Hr | None) -> bool:
    """Tell HR of quarters that wait to be published; False when none does."""
    waiting = publish_form.ready(hr.standings) if hr is not None else 0
    if waiting:
        st.info(
            t.plural(
                "One quarter can be published: at the end of this page.",
                "{n} quarters can be published: at the end of this page.",
                waiting,
            ),
            icon=":material/lock_clock:",
        )
    return waiting > 0


def _nothing(here: desk.Desk, hr: _Hr | None) -> None:
    """No quarter has been published: what to do next."""
    t = here.t
    if hr is not None and not hr.agreed:
        look.title(
            t("Before the first sick leave comes in, confirm its terms"),
            t("Staff are heard and an impact assessment is made first; until then no file of sick leave is taken."),
        )
        return
    look.title(t("No quarter has been published yet"))
    if hr is None:
        look.empty(
            "hourglass_empty",
            t("Not yet"),
            t("HR publishes a quarter from six weeks after its end; then it is here for good."),
        )
    elif not _waiting(t, hr):
        look.empty(
            "upload_file",
            t("Sick leave comes first"),
            t("A quarter can be published once its shifts and sick leave are in and six weeks have passed."),
        )
        if here.actor.may(Permission.IMPORT_PEOPLE):
            st.page_link(
                "ethics/imports/pages/imports.py", label=t("To the page Import"), icon=":material/arrow_forward:"
            )


def _lines(lines: Sequence[str]) -> None:
    st.markdown("\n".join(f"- {line}" for line in lines))


def _chosen(t: Reader, found: Sequence[Release]) -> Release:
    """The quarter to read, the newest unless another is chosen."""
    if len(found) == 1:
        return found[0]
    by_name = {one.quarter: one for one in found}
    if (just := st.session_state.pop(publish_form.JUST_PUBLISHED, None)) in by_name:
        st.session_state["wellbeing_quarter"] = just
    picked = st.selectbox(
        t("Quarter"),
        list(by_name),
        format_func=lambda quarter: words.quarter_name(t, quarter),
        key="wellbeing_quarter",
        width=220,
    )
    return by_name[picked]


def _headline(t: Reader, headline: Headline) -> None:
    """The estimate with its interval, and what speaks for and against it."""
    held, bars = words.not_claimed(t, headline), forest.of_headline(t, headline)
    if held:
        st.warning(held, icon=":material/front_hand:")
    if bars and headline.status != NOT_ENOUGH_DATA:
        says = words.meaning(t, headline)
        look.section(t("How much, and how sure"), says)
        _chart(t, bars, says, t("Computed, but not claimed") if held else "")
    speaks_for, speaks_against = words.speaks_for(t, headline), words.speaks_against(t, headline)
    if speaks_for or speaks_against:
        left, right = st.columns(2, gap="large")
        for side, name, lines, none in (
            (left, t("What speaks for the estimate"), speaks_for, t("None of the checks.")),
            (right, t("What speaks against it"), speaks_against, t("None of the checks.")),
        ):
            with side:
                look.section(name)
                _lines(lines or [none])


def _above_calm(t: Reader, release: Release) -> None:
    said = words.attributable(t, release.headline, release.euros)
    if said:
        look.section(t("Sick leave above the calm level"), words.calm_level(t))
        _lines(said)


def _not_compared(t: Reader, year: int) -> str:
    return t(
        "{year}: clients were not compared. When its fourth quarter was published, part of the year had been deleted or its sick leave had a hole.",
        year=str(year),
    )


def _clients(t: Reader, release: Release | None, without: int | None) -> None:
    """The clients of the newest published year, one below the other; `without`: a year that could not be compared."""
    if release is None or release.ratios is None:
        look.section(t("Client by client"))
        look.empty(
            "calendar_month",
            t("No year has been published yet") if without is None else t("No year could be compared"),
            t("Clients are compared once a year, when its four quarters are published.")
            if without is None
            else _not_compared(t, without),
        )
        return
    names, year = {client.client: client.name for client in release.clients}, str(release.ratios.year)
    lines = [(names.get(line.client) or t("Other clients together"), line) for line in release.ratios.lines]
    says = t(
        "{year}: how often sick leave begins in the four weeks after work for a client, against all other work. Filled marks are claimed; about one in twenty of such claims is wrong. 1 is no difference.",
        year=year,
    )
    look.section(t("Client by client"), says)
    bars = forest.of_clients(t, lines)
    if bars:
        _chart(t, bars, says)
    _lines([words.client_answer(t, line, markdown(name)) for name, line in lines])
    alone = {line.client for line in release.ratios.lines}
    st.caption(words.officers_see(t))
    if without is not None:
        st.caption(_not_compared(t, without))
    if hidden := sum(client not in alone for client in names):
        st.caption(
            t.plural(
                "One client is not shown by itself, to protect people.",
                "{n} clients are not shown by themselves, to protect people.",
                hidden,
            )
        )
    figures.year_file(t, release)


def _hidden(t: Reader, release: Release) -> None:
    said = words.hidden(t, release)
    if said:
        look.section(t("What is withheld"))
        _lines(said)


def _explained(t: Reader) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        look.section(t("What this cannot say"))
        _lines(words.limits(t))
    with right:
        look.section(t("How it is computed"))
        _lines(words.method(t))


def show() -> None:
    """The answer and everything beside it; for HR also the terms, the cost of a day and publishing."""
    here = desk.allowed(Permission.SEE_WELLBEING)
    t, hr = here.t, None
    with desk.reading() as tx:
        found = releases.releases(tx, here.actor)
        without = releases.year_without_ratios(tx)
        if here.actor.may(Permission.PUBLISH_WELLBEING):
            confirmed = terms.confirmed(tx, here.actor)
            hr = _Hr(confirmed, terms.day_cost(tx), publishing.standings(tx, here.actor))
    if not found:
        _nothing(here, hr)
    else:
        head = st.container()
        release = _chosen(t, found)
        with head:
            look.title(words.answer(t, release.headline), words.frame(t, release))
        _waiting(t, hr)
        _headline(t, release.headline)
        checks.show(t, release)
        _above_calm(t, release)
        of_year = next((one for one in found if one.ratios and one.quarter <= release.quarter), None)
        _clients(t, of_year, without if release is found[0] else None)
        figures.show(t, release)
        _hidden(t, release)
        _explained(t)
    if hr is None:
        return
    if not hr.agreed or hr.confirmed is None:
        terms_form.before(here)
        return
    publish_form.show(here, hr.standings)
    terms_form.day_cost(here, hr.cents)
    terms_form.after(here, hr.confirmed)


show()
