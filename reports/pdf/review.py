"""The review of a client as an A4 PDF, made from its frozen snapshot alone: no database, no clock, no settings.

The same snapshot and language give the same bytes, in every process. A snapshot is what `reports.snapshot.seal`
returned for {"schema", "number", "made_on", "made_by", "audit_head", "file"}: `file` is `to_json` of a ClientFile,
`audit_head` the number and hash of the newest audit entry. One that was changed since is not printed.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from threading import Lock
from typing import Any, Final

from reportlab.platypus import BaseDocTemplate, Frame, KeepTogether, NextPageTemplate, PageTemplate, Spacer

from ethics.language import Reader, Refused, reader
from reports.client_file import ClientFile, from_json
from reports.pdf import styles as s
from reports.pdf.blocks import grid, heading, p
from reports.pdf.flowables import Columns, Heading, Text
from reports.pdf.fonts import REGULAR, SEMIBOLD, install, width
from reports.pdf.front import front
from reports.pdf.sections import sections
from reports.pdf.tags import TaggedCanvas
from reports.pdf.text import fit, plain, safe, settled, unprintable
from reports.snapshot import SCHEMA, canonical, intact

NAME_LIMIT: Final = 120
#: ReportLab keeps fonts and their subsets per process and promises nothing about threads; sessions are threads.
_ONE_AT_A_TIME: Final = Lock()


def render(snapshot: Mapping[str, Any], language: str) -> bytes:
    """The PDF of a sealed snapshot in `language` ("en" or "fi"; another reads English).

    Raises Refused when the snapshot is not what was sealed, or of a schema that this program does not know.
    """
    if snapshot.get("schema") != SCHEMA:
        raise Refused("This review was frozen by another version of the program. Open it with that version.")
    if not intact(snapshot):
        raise Refused("This snapshot is not what was frozen: its contents and its hash do not match.")
    t = reader(language)
    file = from_json(snapshot["file"])
    # The name stands in titles and sentences: bound it once, at the source.
    file = replace(file, name=plain(file.name, NAME_LIMIT) or t("a client without a name"))
    with _ONE_AT_A_TIME:
        install()
        return _build(snapshot, file, t)


def _build(snapshot: Mapping[str, Any], file: ClientFile, t: Reader) -> bytes:
    number = plain(snapshot["number"], 20)
    made_on = dt.date.fromisoformat(snapshot["made_on"])
    furniture = Furniture(file, number, snapshot["sha256"][:12], t)
    target = io.BytesIO()
    document = BaseDocTemplate(
        target,
        pagesize=s.PAGE,
        invariant=1,
        lang=t.language,
        initialFontName=REGULAR,
        initialFontSize=9.5,
        title=plain(t("Fair-play review of {name}, {number}", name=file.name, number=number)),
        author=plain(snapshot["made_by"], 80),
        subject=t("Fair-play review · confidential"),
        creator="Reilu",
        keywords=f"SHA-256 {snapshot['sha256']}",
        pageTemplates=[
            PageTemplate("front", [_frame(s.TOP - 20)], onPage=furniture.bar),
            PageTemplate("later", [_frame(s.TOP)], onPage=furniture.head),
        ],
    )
    story = [
        NextPageTemplate("later"),
        *front(file, number, t),
        *sections(file, t),
        *_limits(snapshot, file, t),
        *_method(file, t),
        # Who signs has what is signed before their eyes: the two stay on one page.
        KeepTogether([*_proof(snapshot, made_on, t), *_sign_off(t)]),
    ]
    document.build(story, canvasmaker=partial(TaggedCanvas, made_on=made_on, foot=furniture.foot))
    return target.getvalue()


def _frame(top: float) -> Frame:
    high = s.PAGE[1] - top - s.BOTTOM
    return Frame(s.MARGIN, s.BOTTOM, s.MEASURE, high, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)


class Furniture:
    """What stands on every page beside its text; never tagged, because it repeats."""

    def __init__(self, file: ClientFile, number: str, short_hash: str, t: Reader) -> None:
        self._t = t
        self._name = file.name
        self._right = t("Fair-play review {number} · {date}", number=number, date=file.as_of)
        self._facts = t("{number} · snapshot {hash} · confidential", number=number, hash=short_hash)

    def bar(self, canvas: TaggedCanvas, _document: BaseDocTemplate) -> None:
        """The bar over page 1."""
        canvas.setFillColor(s.LINE)
        canvas.rect(0, s.PAGE[1] - 9, s.PAGE[0], 9, stroke=0, fill=1)

    def head(self, canvas: TaggedCanvas, _document: BaseDocTemplate) -> None:
        """The running head of later pages."""
        y = s.PAGE[1] - 36
        canvas.setFillColor(s.MUTE)
        canvas.setFont(REGULAR, 8)
        canvas.drawRightString(s.PAGE[0] - s.MARGIN, y, self._right)
        canvas.setFont(SEMIBOLD, 8)
        canvas.drawString(s.MARGIN, y, fit(self._name, SEMIBOLD, 8, s.MEASURE - width(self._right, REGULAR, 8) - 20))
        self._rule(canvas, y - 7)

    def foot(self, canvas: TaggedCanvas, page: int, pages: int) -> None:
        """The foot of page `page` of `pages`."""
        y = 30.0
        self._rule(canvas, y + 14)
        canvas.setFillColor(s.MUTE)
        canvas.setFont(REGULAR, 7.5)
        right = self._t("Page {page} of {pages}", page=page, pages=pages)
        canvas.drawRightString(s.PAGE[0] - s.MARGIN, y, right)
        room = s.MEASURE - width(right + self._facts, REGULAR, 7.5) - 40
        canvas.drawString(s.MARGIN, y, f"{fit(self._name, REGULAR, 7.5, room)} · {self._facts}")

    def _rule(self, canvas: TaggedCanvas, y: float) -> None:
        canvas.setStrokeColor(s.GRID)
        canvas.setLineWidth(0.6)
        canvas.line(s.MARGIN, y, s.PAGE[0] - s.MARGIN, y)


def _limits(snapshot: Mapping[str, Any], file: ClientFile, t: Reader) -> list[Any]:
    says = [
        t("An interval holds the true value with a probability of 95%, if the method fits: one in twenty does not."),
        t("Reporting is voluntary. Few flags can mean few mismatches, or that people do not flag."),
        t("Flags name what an agent met. What nobody met, or nobody wrote down, is not here."),
    ]
    if file.alarms:
        says.append(
            t(
                "An alarm is a reason to look, not a finding: of all clients together, about one a year at most is false."
            )
        )
    if file.unknown:
        says.append(
            t("Dimensions that are not known are left out of the score; it may move either way once they are known.")
        )
    if unprintable(canonical(snapshot)):
        says.append(t("□ stands for characters that this document’s font cannot print."))
    return [*heading(t("What we do not know")), *(Text(settled(safe(text)), s.BULLET, bulletText="•") for text in says)]


def _method(file: ClientFile, t: Reader) -> list[Any]:
    limits = [round(limit) for limit in file.band_limits]
    says = t(
        "Score policy version {version}. Bands: fair play below {watch}, watch below {remedy}, remedy below {no_thanks}, "
        "and no thanks from there. Rates come from a Gamma–Poisson model of all clients, which draws small clients towards "
        "the typical one.",
        version=file.policy_version,
        watch=limits[0],
        remedy=limits[1],
        no_thanks=limits[2],
    )
    return [KeepTogether([Heading(t("Method"), s.H2, 1), p(" ".join((says, _versions(file, t))), limit=1200)])]


def _versions(file: ClientFile, t: Reader) -> str:
    """Which policy scored the weeks of the history."""
    versions = {line.policy_version for line in file.history if line.score is not None}
    if versions == {file.policy_version}:
        return t("The same version scored every week of the history.")
    if not versions or 0 in versions:
        return t("Earlier weeks and reviews may have been scored by another version.")
    return t(
        "The weeks of the history were scored by versions {versions}: a step from one to the next may be the policy’s.",
        versions=[str(version) for version in sorted(versions)],
    )


def _proof(snapshot: Mapping[str, Any], made_on: dt.date, t: Reader) -> list[Any]:
    entry, digest = snapshot["audit_head"]
    made = t("{name}, {date}", name=plain(snapshot["made_by"], 80), date=made_on)
    facts = (
        (t("Review number"), plain(snapshot["number"], 20), s.CELL),
        (t("Made by"), made, s.CELL),
        (t("Snapshot SHA-256"), snapshot["sha256"], s.HASH),
        (t("Newest audit entry"), t.number(int(entry)), s.CELL),
        (t("Hash of that entry"), plain(digest, 64), s.HASH),
    )
    table = Columns(
        [[p(name, s.CELL_MUTE), p(value, style)] for name, value, style in facts],
        colWidths=[128, s.MEASURE - 128],
        style=[*s.BARE, ("BOTTOMPADDING", (0, 0), (-1, -1), 2)],
        hAlign="LEFT",
    )
    return [
        Heading(t("How to verify this document"), s.H2, 1),
        p(
            t(
                "Open the Verify page, find the review by its number and compare the hash of its snapshot with the one below. "
                "The audit entry lets the same page tell whether the trail up to then is still whole."
            )
        ),
        table,
    ]


def _sign_off(t: Reader) -> list[Any]:
    """What was decided, and by whom: boxes and lines for a pen."""
    choices = (t("Continue with the client"), t("Agree on a remedy plan"), t("Pause the sales"), t("No thanks"))
    wide = [width(choice, REGULAR, 9.5) + 32 for choice in choices]
    boxes = Columns([[p(f"□ {choice}") for choice in choices]], colWidths=wide, style=s.BARE, hAlign="LEFT")
    lines = grid([t("Name"), t("Date"), t("Signature")], [["", "", ""]] * 2, [200, 110, s.MEASURE - 310])
    lines.setStyle([("BOTTOMPADDING", (0, 1), (-1, -1), 12), ("LINEBELOW", (0, 1), (-1, -1), 0.6, s.MUTE)])
    return [
        Heading(t("Decision and signatures"), s.H2, 1),
        p(t("Pausing the sales and “no thanks” need two different people.")),
        boxes,
        Spacer(0, 6),
        lines,
    ]
