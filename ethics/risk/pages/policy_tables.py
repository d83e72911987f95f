"""A policy in tables: its numbers as text, what a change would do to clients, and the versions that there were."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from ethics.escape import markdown
from ethics.language import Reader
from ethics.mismatches.words import CATEGORIES
from ethics.pages import look
from ethics.palette import BAND_ORDER, UNKNOWN
from ethics.risk.policies import VersionLine
from ethics.risk.policy import Policy
from ethics.risk.policy_change import Preview, PreviewLine
from ethics.risk.policy_fields import Value, says, values
from ethics.risk.policy_words import FIELDS, GROUPS
from ethics.risk.words import BAND_NAMES, DIMENSION_NAMES

#: A longer table scrolls in itself.
_ROWS: int = 15


def categories(t: Reader, names: tuple[str, ...]) -> str:
    """The categories that count in a dimension; a sentence where none does."""
    if not names:
        return t("Measured elsewhere: no category counts here.")
    return ", ".join(f"{name} {t(CATEGORIES[name].name)}" for name in names)


def numbers(t: Reader, rules: Policy) -> None:
    """Every number of a policy as text, group by group, with the formula, and all of it as a file."""
    shown = values(rules)
    look.section(
        t("The formula"),
        t(
            "A dimension scores 100 × rate ÷ (rate + the rate that scores 50). A client scores (100% − weakest link) × "
            "the weighted mean of its dimensions + weakest link × the worst of them."
        ),
    )
    for group in GROUPS:
        look.section(t(group.name), t(group.says))
        st.table(
            pd.DataFrame(
                {
                    t("Number"): t.say(field.name),
                    t("Value"): t.say(says(field.path, shown[field.path])),
                    t("What it does"): t(field.help),
                }
                for field in group.fields
            ),
            hide_index=True,
        )
        if group.key == "dimensions":
            with st.container(gap="xxsmall"):
                for name, dimension in rules.dimensions.items():
                    st.caption(f"**{t(DIMENSION_NAMES[name])}:** {categories(t, dimension.categories)}")
    look.download(
        t,
        f"reilu-policy-{rules.version}",
        [t("Number"), t("Value"), t("What it does")],
        [[t.say(field.name), t.say(says(path, shown[path])), t(field.help)] for path, field in FIELDS.items()],
        key="policy_numbers_csv",
    )


def effect(t: Reader, found: Preview) -> None:
    """What a change would do: the sentence that answers, and the clients whose score would move."""
    look.section(_effect_title(t, found), _effect_frame(t, found))
    lines = [line for line in found.lines if line.changes_band or line.score_before != line.score_after]
    if not lines:
        return
    bands = [*BAND_ORDER, UNKNOWN]
    names, colours = [t(BAND_NAMES[band]) for band in bands], [look.BAND_COLOUR[band] for band in bands]
    column = st.column_config
    with st.container(key="grid_policy_effect"):
        st.dataframe(
            pd.DataFrame(
                {
                    "client": [line.name for line in lines],
                    "before": [[t(BAND_NAMES[line.band_before])] for line in lines],
                    "after": [[t(BAND_NAMES[line.band_after])] for line in lines],
                    "score": [_move(t, line) for line in lines],
                }
            ),
            hide_index=True,
            row_height=34,
            height="content" if len(lines) <= _ROWS else 34 * (_ROWS + 1),
            alt=t("Clients whose score would change; those whose band would change come first"),
            column_config={
                "client": column.TextColumn(t("Client")),
                "before": column.MultiselectColumn(t("Band now"), options=names, color=colours, width=120),
                "after": column.MultiselectColumn(t("Band then"), options=names, color=colours, width=120),
                "score": column.TextColumn(t("Score, points"), width=110),
            },
        )
    look.download(
        t,
        "reilu-policy-preview",
        [t("Client"), t("Score now"), t("Score then"), t("Band now"), t("Band then")],
        [
            [
                line.name,
                line.score_before,
                line.score_after,
                t(BAND_NAMES[line.band_before]),
                t(BAND_NAMES[line.band_after]),
            ]
            for line in lines
        ],
        key="policy_effect_csv",
    )


def _effect_title(t: Reader, found: Preview) -> str:
    if not found.clients:
        return t("There are no clients yet whose score could change")
    if not found.bands:
        return t("No client would change band")
    return t.plural(
        "{n} of {of} clients would change band", "{n} of {of} clients would change band", found.bands, of=found.clients
    )


def _effect_frame(t: Reader, found: Preview) -> str:
    if not found.clients:
        return ""
    if not found.moved:
        return (
            t("The scores themselves would stay as they are.") if found.bands else t("Every score would stay as it is.")
        )
    return t.plural(
        "The score of {n} client would move, by {most} points.",
        "The scores of {n} clients would move, the most by {most} points.",
        found.moved,
        most=t.number(found.furthest, 1),
    )


def _move(t: Reader, line: PreviewLine) -> str:
    return f"{_score(t, line.score_before)} → {_score(t, line.score_after)}"


def _score(t: Reader, score: float | None) -> str:
    return "–" if score is None else t.number(score, 1)


def versions(t: Reader, lines: list[VersionLine]) -> None:
    """Every version, newest first: what changed, who changed it, when and why."""
    look.section(
        t("Versions"), t("A score keeps the version that made it; weeks that have ended are not scored again.")
    )
    st.table(
        pd.DataFrame(
            {
                t("Version"): str(line.version),
                t("Since"): f"{t.date(line.made_on)}  \n{markdown(line.made_by)}" if line.made_on else "–",
                t("What changed"): "  \n".join(change_says(t, *change) for change in line.changed)
                or t("It came with Reilu"),
                t("Why"): markdown(line.reason),
            }
            for line in lines
        ),
        hide_index=True,
    )
    look.download(
        t,
        "reilu-policy-versions",
        [t("Version"), t("Since"), t("Number"), t("Before"), t("After"), t("Why"), t("Who")],
        [
            [line.version, line.made_on or "", *_change_cells(t, change), line.reason, line.made_by]
            for line in lines
            for change in (line.changed or (None,))
        ],
        key="policy_versions_csv",
    )


def change_says(t: Reader, path: str, before: Value, after: Value) -> str:
    """One change of a number in words."""
    return t("{name}: {before} → {after}", name=FIELDS[path].name, before=says(path, before), after=says(path, after))


def _change_cells(t: Reader, change: tuple[str, Value, Value] | None) -> tuple[str, str, str]:
    if change is None:
        return t("It came with Reilu"), "", ""
    path, before, after = change
    return t.say(FIELDS[path].name), t.say(says(path, before)), t.say(says(path, after))
