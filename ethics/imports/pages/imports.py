"""Import: a centre's files in, checked before anything is written, undone when they were the wrong ones."""

from __future__ import annotations

from typing import Final

import streamlit as st

from ethics.access import TERMINAL, Permission
from ethics.escape import markdown
from ethics.imports import batches, words
from ethics.imports.kinds import KINDS, Kind
from ethics.imports.mapping import Mapping
from ethics.imports.models import Batch
from ethics.imports.outcome import Outcome
from ethics.imports.pages import mapping_form
from ethics.imports.reading import open_source
from ethics.imports.sample.loading import LOADER
from ethics.language import Reader, mark
from ethics.pages import desk, look
from ethics.settings import settings
from ethics.wellbeing import terms

ERRORS_SHOWN: Final = 20
BATCHES_SHOWN: Final = 12
#: Who brings files in and is nobody, by the name that is kept.
_NOT_PEOPLE: Final = {TERMINAL.name: mark("the terminal"), LOADER.name: mark("the sample centre")}


def _outcome(t: Reader, outcome: Outcome) -> None:
    """What a check or an import found, in counts or as an error table."""
    if outcome.already is not None:
        st.info(words.already(t, outcome), icon=":material/info:")
        return
    if outcome.ok:
        said = (
            t("The file is good; nothing has been written yet.")
            if outcome.dry_run
            else t("Imported as batch {n}.", n=outcome.batch_id or 0)
        )
        st.success(f"{said} {words.counts(t, outcome)}", icon=":material/check:")
        if not outcome.counted:
            st.caption(t("Which rows were new is not told: it would tell whose sick leave is known."))
        for line in words.besides(t, outcome):
            st.caption(markdown(line))
        return
    st.error(
        t.plural(
            "One cell is wrong. Nothing was written.", "{n} cells are wrong. Nothing was written.", outcome.error_count
        ),
        icon=":material/error:",
    )
    rows = [(w.row or "", w.column, w.value, t.say(w.what)) for w in outcome.errors]
    header = [t("Row"), t("Column"), t("Value"), t("What is wrong, and what would be right")]
    st.table(
        {name: [markdown(str(row[k])) for row in rows[:ERRORS_SHOWN]] for k, name in enumerate(header)},
        border="horizontal",
        hide_index=True,
        alt=t("What is wrong in the file"),
    )
    if outcome.error_count > ERRORS_SHOWN:
        st.caption(t("The first {n} are shown; the table to download has more.", n=ERRORS_SHOWN))
    look.download(t, "reilu-errors", header, rows, key="import_errors_csv")


def _terms_stand(here: desk.Desk, kind: Kind) -> bool:
    """True when files of this kind may come in; else says what must be confirmed first, and where."""
    t = here.t
    if kind.name != "spells":
        return True
    with desk.reading() as tx:
        said = terms.confirmed(tx, here.actor)
    if said is not None and said.current:
        return True
    look.empty(
        "health_and_safety",
        t("First: on what terms"),
        t(
            "Sick leave can come in once you have read what is stored of it, for how long and who sees it, and have "
            "confirmed that staff were heard and that an impact assessment exists."
        ),
    )
    if here.actor.may(Permission.SEE_WELLBEING):
        st.page_link(
            "ethics/wellbeing/pages/wellbeing.py", label=t("To the page Wellbeing"), icon=":material/arrow_forward:"
        )
    return False


def _file(here: desk.Desk, kind: Kind) -> None:
    t = here.t
    if not _terms_stand(here, kind):
        return
    uploaded = st.file_uploader(
        t("A CSV file or an Excel workbook (.xlsx), {n} MB at most", n=settings().max_upload_mb),
        key=f"import_file_{kind.name}",
        max_upload_size=settings().max_upload_mb,
    )
    if uploaded is None:
        with st.expander(t("What the file holds")):
            mapping_form.template(t, kind)
        return
    content = uploaded.getvalue()
    with desk.told(t):
        with desk.reading() as tx:
            remembered = batches.remembered_mapping(tx, here.actor, kind.name) or Mapping()
        most = settings().max_upload_mb * 1024**2
        ready_made = st.file_uploader(
            t("A mapping made earlier (TOML), if there is one"), type=["toml"], key=f"import_mapping_{kind.name}"
        )
        if ready_made is not None:
            remembered = Mapping.from_toml(ready_made.getvalue().decode("utf-8-sig", "replace"))
        mapping = mapping_form.show(
            t, kind, lambda: open_source(content, most_bytes=most, sheet=remembered.sheet), remembered
        )
        with st.container(horizontal=True):
            checked = st.button(t("Check the file"), key="import_check")
            wanted = st.button(t("Import the file"), key="import_go", type="primary")
        if checked or wanted:
            with st.spinner(t("Reading and checking…")), desk.acting() as (tx, actor):
                outcome = batches.import_file(
                    tx, actor, kind.name, content, file_name=uploaded.name, mapping=mapping, dry_run=not wanted
                )
                if outcome.ok and wanted:
                    batches.remember_mapping(tx, actor, kind.name, mapping)
            _outcome(t, outcome)


def _history(here: desk.Desk) -> None:
    t = here.t
    with desk.reading() as tx:
        found = batches.batches(tx, here.actor)
    look.section(
        t("What came in"), t("The newest batch of each kind can be undone: everything is then as it was before it.")
    )
    if not found:
        look.empty(
            "upload_file", t("Nothing yet"), t("Start with the file of clients; the others name clients from it.")
        )
        return
    newest: set[str] = set()
    for batch in found[:BATCHES_SHOWN]:
        standing = batch.undone_at is None
        undoable = standing and batch.kind not in newest
        if standing:
            newest.add(batch.kind)
        with st.container(
            horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key=f"batch_{batch.id}"
        ):
            with st.container(gap=None):
                state = "" if standing else f" :gray-badge[{t('undone')}]"
                st.markdown(f"**{batch.id} · {t(KINDS[batch.kind].title)}** {markdown(batch.file_name)}{state}")
                st.caption(_came_in(t, batch))
            if undoable:
                _undo(here, batch.id or 0)


def _came_in(t: Reader, batch: Batch) -> str:
    """When, by whom and what. Of sick leave only how many rows."""
    when, who = batch.imported_at.astimezone(), markdown(t(_NOT_PEOPLE.get(batch.imported_by, "")) or batch.imported_by)
    if KINDS[batch.kind].about_absence:
        return t("{when} by {who} · {rows} rows", when=when, who=who, rows=batch.rows)
    return t(
        "{when} by {who} · {added} new, {changed} changed, {unchanged} as before",
        when=when,
        who=who,
        added=batch.added,
        changed=batch.changed,
        unchanged=batch.unchanged,
    )


def _undo(here: desk.Desk, batch_id: int) -> None:
    """Undoing asks once more: it takes a whole file out again."""
    t = here.t
    with st.popover(t("Undo"), type="tertiary", icon=":material/undo:", key=f"undo_{batch_id}"):
        st.markdown(t("Everything that batch {n} added or changed goes back to what it was.", n=batch_id))
        if not st.button(t("Undo batch {n}", n=batch_id), key=f"undo_go_{batch_id}", type="primary"):
            return
        with desk.told(t):
            with desk.acting() as (tx, actor):
                batches.undo(tx, actor, batch_id)
            st.toast(t("Batch {n} is undone.", n=batch_id), icon=":material/check:")
            st.rerun()


def show() -> None:
    """Choose a kind, bring a file in, see what came in before."""
    here = desk.allowed(Permission.IMPORT_BUSINESS)
    t = here.t
    look.title(
        t("Bring the centre's files in"),
        t(
            "A file is checked whole before anything is written; the same file twice changes nothing; a batch can be undone."
        ),
    )
    kinds = [kind for kind in KINDS.values() if here.actor.may(kind.permission)]
    name = st.segmented_control(
        t("What is in the file?"),
        [kind.name for kind in kinds],
        default=kinds[0].name,
        required=True,
        key="import_kind",
        format_func=lambda k: t(KINDS[k].title),
    )
    kind = KINDS[name or kinds[0].name]
    if kind.about_people:
        st.caption(
            t("Employee numbers become pseudonyms on the way in. A file with names, reasons or diagnoses is refused.")
        )
    if kind.about_absence:
        st.caption(
            t(
                "A column that is not needed refuses the file. Each check and each import of sick leave goes into the "
                "audit trail."
            )
        )
    _file(here, kind)
    _history(here)


show()
