"""What would change a client's score, and how sure the parts of it are."""

from __future__ import annotations

import streamlit as st

from ethics.escape import markdown
from ethics.language import Reader
from ethics.pages import look
from ethics.risk.words import BAND_NAMES, DIMENSION_NAMES
from reports import risk_words, words
from reports.client_file import ClientFile


def would_change(t: Reader, file: ClientFile) -> None:
    """Up to three things that would lower the score, the strongest first; else why there is none."""
    look.section(
        t("What would change it?"),
        t("The score today if only this were put right. It is no forecast, and the lines do not add up."),
    )
    if not file.would_change:
        name = t("Nothing in the ledger would lower it today")
        look.empty("check_circle", name, t.say(risk_words.nothing_would_change(file)))
        return
    for line in file.would_change:
        left, right = st.columns([1, 4], vertical_alignment="center", gap="small")
        left.markdown(
            f"**{t.say(risk_words.change_scores(file, line))}** "
            f":{look.BAND_COLOUR[line.band]}-badge[{look.BAND_ICON[line.band]} {t(BAND_NAMES[line.band])}]"
        )
        right.markdown(markdown(t.say(risk_words.change_says(line))))


def dimensions(t: Reader, file: ClientFile) -> None:
    """Each dimension with its interval and what it rests on; the unknown ones are named, with the reason."""
    look.section(
        t("How sure is each part?"),
        t(
            "Each dimension from 0 to 100, with the mismatches behind it by severity, as they weigh today: older ones weigh less. What is not known is left out, not counted as zero."
        ),
    )
    known = [line for line in file.dimensions if line.score is not None]
    names = [line.name for line in known] + list(file.unknown)
    rows = {
        t("Dimension"): [t(DIMENSION_NAMES.get(name, name)) for name in names],
        t("Of 100"): [t.number(line.score or 0) for line in known] + [t("not known") for _ in file.unknown],
        t("95% interval"): [
            f"{t.number(line.low if line.low is not None else line.score or 0)}–"
            f"{t.number(line.high if line.high is not None else line.score or 0)}"
            for line in known
        ]
        + ["–" for _ in file.unknown],
        t("Rests on"): [words.rests_on(line, t) for line in known]
        + [t(words.unknown_because(name)) for name in file.unknown],
    }
    st.table(rows, border="horizontal", hide_index=True, alt=t("How sure is each part?"))
