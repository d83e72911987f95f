"""The mapping as a form: which column is which, how dates are written, what values mean. Remembers the last one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final

import streamlit as st

from ethics.imports.kinds import Cell, Column, Kind
from ethics.imports.mapping import Mapping, heading_key, value_key
from ethics.imports.privacy import told_by_rows
from ethics.imports.reading import Source
from ethics.language import Reader, mark
from ethics.pages import look

DATE_FORMATS: Final = {
    "": mark("2026-11-22"),
    "%d.%m.%Y": mark("22.11.2026"),
    "%m/%d/%Y": mark("11/22/2026"),
    "%d/%m/%Y": mark("22/11/2026"),
}
#: So many different values of a column are offered for translation; a column with more is free text, not a list.
MOST_VALUES: Final = 40
_KEEP: Final = "keep"


def distinct_values(reopened: Source, heading: str) -> list[str] | None:
    """The different values of a column, or None when they are too many to be a list of choices.

    Reads the rows of `reopened`, which a Source gives once.
    """
    found: dict[str, None] = {}
    for chunk in reopened.chunks([reopened.headings.index(heading)]):
        for value in chunk.cells[0].to_pylist():
            if value and value.strip():
                found.setdefault(value.strip())
        if len(found) > MOST_VALUES:
            return None
    return sorted(found)


def choices(column: Column) -> tuple[str, ...]:
    """The few values that a column may hold, when they are few: its words, or the numbers up to its largest."""
    if column.cell is Cell.WHOLE and column.most <= 10:
        return tuple(str(number) for number in range(column.most + 1))
    return column.words


def matched(kind: Kind, source: Source, remembered: Mapping) -> dict[str, str]:
    """Our column → the file's heading: as remembered, else by name."""
    headings = {heading_key(h): h for h in source.headings}
    found: dict[str, str] = {}
    for column in kind.columns:
        wanted = heading_key(remembered.columns.get(column.name, column.name))
        if wanted in headings:
            found[column.name] = headings[wanted]
    return found


def show(t: Reader, kind: Kind, reopen: Callable[[], Source], remembered: Mapping) -> Mapping:
    """Draw the form and return the mapping it describes."""
    source = reopen()
    # Widgets keep what was chosen by their key: another file, or another mapping to start from, begins anew.
    start = hashlib.sha256(repr(sorted(remembered.to_dict().items())).encode()).hexdigest()
    key = f"map_{kind.name}_{source.sha256[:8]}_{start[:8]}_"
    found = matched(kind, source, remembered)
    missing = [c for c in kind.columns if c.required and c.name not in found and c.name not in remembered.constants]
    counting = kind.name == "contacts" and st.session_state.get(key + "count", remembered.counts_rows)
    missing = [c for c in missing if not (counting and c.name == "contacts")]
    columns: dict[str, str] = {}
    constants: dict[str, str] = {}
    with st.expander(t("Match the columns"), expanded=bool(missing), key=key + "box"):
        if missing:
            st.markdown(
                f":orange-badge[:material/link_off: {t('Not found: {names}', names=', '.join(c.name for c in missing))}]"
            )
        counts_rows = kind.name == "contacts" and st.toggle(
            t("Each row of the file is one contact"), value=remembered.counts_rows, key=key + "count"
        )
        for column in kind.columns:
            if counts_rows and column.name == "contacts":
                continue
            _column(t, kind, column, source, found, remembered, key, columns, constants)
        formats = _dates(t, kind, remembered, key)
        create = any(c.cell is Cell.CLIENT for c in kind.columns) and st.toggle(
            t("Add clients that are not known yet"),
            value=remembered.create_clients,
            key=key + "create",
            help=t(
                "Leave this off when clients come from a file of their own: a misspelt name would become a new client."
            ),
        )
        values, otherwise = _values(t, kind, reopen, columns, remembered, key)
    return Mapping(
        columns=columns,
        constants=constants,
        formats=formats,
        any_day=counts_rows or remembered.any_day,
        values=values,
        otherwise=otherwise,
        skip_unless=remembered.skip_unless,
        counts_rows=counts_rows,
        create_clients=create,
        decimal=remembered.decimal,
        sheet=remembered.sheet,
    )


def _column(
    t: Reader,
    kind: Kind,
    column: Column,
    source: Source,
    found: dict[str, str],
    remembered: Mapping,
    key: str,
    columns: dict[str, str],
    constants: dict[str, str],
) -> None:
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    options: list[str | None] = [None, *source.headings]
    label = f"**{column.name}**{' ·' if column.required else ''} {t('required') if column.required else ''} · {t(column.means)}"
    with left:
        chosen = st.selectbox(
            label,
            options,
            index=options.index(found.get(column.name)),
            key=f"{key}col_{column.name}",
            format_func=lambda h: t("not in this file") if h is None else h,
        )
    if chosen is not None:
        if heading_key(chosen) != heading_key(column.name):
            columns[column.name] = chosen
        return
    if column.name in told_by_rows(kind):
        if before := remembered.constants.get(column.name):
            constants[column.name] = before  # out of a mapping file: the import refuses it, and says why
        return
    with right:
        value = st.text_input(
            t("the same for all rows"),
            value=remembered.constants.get(column.name, ""),
            key=f"{key}const_{column.name}",
            max_chars=200,
        )
    if value and value.strip():
        constants[column.name] = value.strip()


def _dates(t: Reader, kind: Kind, remembered: Mapping, key: str) -> tuple[str, ...]:
    if not any(c.cell in (Cell.DATE, Cell.MONDAY) for c in kind.columns):
        return remembered.formats
    before = remembered.formats[0] if remembered.formats else ""
    options = list(DATE_FORMATS) + ([before] if before not in DATE_FORMATS else [])
    chosen = st.selectbox(
        t("How are dates written?"),
        options,
        index=options.index(before),
        key=key + "dates",
        format_func=lambda f: DATE_FORMATS.get(f, f),
    )
    return (chosen,) if chosen else ()


def _values(
    t: Reader, kind: Kind, reopen: Callable[[], Source], columns: dict[str, str], remembered: Mapping, key: str
) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """For columns that hold one of our few words: what each value of the file means."""
    values: dict[str, dict[str, str]] = {}
    otherwise: dict[str, str] = {}
    headings = reopen().headings
    for column in kind.columns:
        heading = columns.get(column.name) or next((h for h in headings if heading_key(h) == column.name), None)
        words = choices(column)
        if not words or heading is None:
            if column.name in remembered.values:
                values[column.name] = remembered.values[column.name]
            if column.name in remembered.otherwise:
                otherwise[column.name] = remembered.otherwise[column.name]
            continue
        met = distinct_values(reopen(), heading)
        known = {value_key(word) for word in words}
        if met is None or all(value_key(v) in known for v in met):
            continue
        st.markdown(f"**{t('What the values of {name} mean', name=column.name)}**")
        before = remembered.values.get(column.name, {})
        table: dict[str, str] = {}
        for value in met:
            options = [_KEEP, *words]
            now = before.get(value_key(value), _KEEP)
            chosen = st.selectbox(
                value[:80],
                options,
                index=options.index(now) if now in options else 0,
                key=f"{key}val_{column.name}_{value_key(value)}",
                format_func=lambda w: t("leave out") if w == _KEEP else w,
            )
            if chosen != _KEEP:
                table[value_key(value)] = chosen
        values[column.name] = table
        otherwise[column.name] = "skip"
    return values, otherwise


def template(t: Reader, kind: Kind) -> None:
    """What a file of this kind holds, and an empty one to start from."""
    st.table(
        {
            t("Column"): [c.name for c in kind.columns],
            t("Needed"): [t("yes") if c.required else t("no") for c in kind.columns],
            t("What it holds"): [t(c.means) for c in kind.columns],
        },
        border="horizontal",
        hide_index=True,
        alt=t("What the file holds"),
    )
    look.download(t, f"reilu-{kind.name}", [c.name for c in kind.columns], [], key=f"template_{kind.name}")
