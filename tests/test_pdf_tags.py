"""The review as a PDF for a reader with ears, or a checking program: sound, tagged, its fonts embedded."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf
import pytest

from tests.extremes import HOSTILE
from tests.papers import FILES, text_of


def elements(node: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Every element of a structure tree, in reading order."""
    kids: Any = node.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/StructElem":
            yield kid
            yield from elements(kid)


def marks(element: pikepdf.Object) -> list[pikepdf.Object]:
    return [kid for kid in element.get("/K", []) if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/MCR"]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("language", ["en", "fi"])
def test_the_file_is_sound_and_says_what_it_is(papers: dict[tuple[str, str], bytes], name: str, language: str) -> None:
    with pikepdf.open(io.BytesIO(papers[name, language])) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert str(pdf.Root.Lang) == language
        assert pdf.Root.MarkInfo.Marked is True  # type: ignore[comparison-overlap]
        assert pdf.Root.ViewerPreferences.DisplayDocTitle is True
        assert pdf.Root.OutputIntents[0].S == "/GTS_PDFA1"
        assert "R-2026-007" in str(pdf.docinfo["/Title"])
        with pdf.open_outline() as outline:
            assert len(outline.root) == 1
            assert len(outline.root[0].children) >= 10
        xmp = bytes(pdf.Root.Metadata.read_bytes()).decode()
    assert "pdfuaid" not in xmp
    assert "pdfaid" not in xmp
    assert f"<rdf:li>{language}</rdf:li>" in xmp


@pytest.mark.parametrize("name", FILES)
def test_every_font_is_embedded(papers: dict[tuple[str, str], bytes], name: str) -> None:
    with pikepdf.open(io.BytesIO(papers[name, "fi"])) as pdf:
        fonts = [obj for obj in pdf.objects if isinstance(obj, pikepdf.Dictionary) and obj.get("/Type") == "/Font"]
        assert fonts
        for font in fonts:
            assert re.match(r"/[A-Z]{6}\+Inter", str(font.BaseFont)), font.BaseFont
            assert "/FontFile2" in font.FontDescriptor
    assert b"Helvetica" not in papers[name, "fi"]


@pytest.mark.parametrize("name", FILES)
def test_everything_is_tagged_or_an_artifact(papers: dict[tuple[str, str], bytes], name: str) -> None:
    with pikepdf.open(io.BytesIO(papers[name, "en"])) as pdf:
        tree = pdf.Root.StructTreeRoot
        found = list(elements(tree))
        roles = [str(element.S) for element in found]
        assert roles.count("/H1") == 1
        assert roles.count("/H2") >= 10
        assert set(roles) <= {"/Document", "/H1", "/H2", "/P", "/Table", "/TR", "/TH", "/TD", "/Figure"}
        for element, role in zip(found, roles, strict=True):
            if role == "/Figure":
                assert len(str(element.Alt)) > 10
                assert len(element.A.BBox) == 4
            if role == "/TH":
                assert str(element.A.Scope) in {"/Column", "/Row"}
        numbers = list(tree.ParentTree.Nums)[1::2]
        assert len(numbers) == len(pdf.pages)
        assert sum(len(page) for page in numbers) == sum(len(marks(element)) for element in found)
        for page, listed in zip(pdf.pages, numbers, strict=True):
            depth, seen = 0, []
            for operands, operator in pikepdf.parse_content_stream(page):  # type: ignore[misc]
                if str(operator) in {"BMC", "BDC"}:
                    depth += 1
                    seen += [int(operands[1].MCID)] if str(operator) == "BDC" else []
                elif str(operator) == "EMC":
                    depth -= 1
                elif str(operator) in {"Tj", "TJ", "f", "S", "B", "Do"}:
                    assert depth == 1, "drawn outside of marked content"
                assert depth in {0, 1}
            assert depth == 0
            assert seen == list(range(len(listed)))


def test_a_table_over_two_pages_is_one_table_and_its_head_is_read_once(papers: dict[tuple[str, str], bytes]) -> None:
    with pikepdf.open(io.BytesIO(papers["hostile", "en"])) as pdf:
        tables = [element for element in elements(pdf.Root.StructTreeRoot) if element.S == "/Table"]
        longest = max(tables, key=lambda table: len(table.K))
        pages = {mark.Pg.objgen for part in elements(longest) for mark in marks(part)}
        heads = [cell for cell in elements(longest) if cell.S == "/TH" and cell.A.Scope == "/Column"]
    assert len(pages) == 2
    assert len(longest.K) == len(HOSTILE) + 1
    assert len(heads) in {3, 5}
    promises = text_of(papers["hostile", "en"])
    assert promises.count("Promise, word for word") == 2
