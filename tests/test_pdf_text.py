"""Whatever people have typed is printed as text: it is plain, bounded, and moves nothing on the page."""

from __future__ import annotations

import io
import re
import unicodedata

import pikepdf
import pypdfium2  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.pdf import styles as s
from reports.pdf.fonts import install
from reports.pdf.text import REPLACEMENT, fit, plain, safe, settled, unprintable
from tests.extremes import HOSTILE
from tests.papers import FILES, text_of


@pytest.mark.parametrize("language", ["en", "fi"])
def test_hostile_text_is_printed_as_text(papers: dict[tuple[str, str], bytes], language: str) -> None:
    pdf = papers["hostile", language]
    text = text_of(pdf)
    for literal in (
        "<b>lihava</b>",
        '<img src="/etc/passwd"/>',
        "<a href='javascript:alert(1)'>auki",
        "</para></para><para>",
        "&lt;&amp;&#0;&nbsp;%s {name} {0}",
        "oikealta vasemmalle",
        f"{REPLACEMENT} on matemaattinen",
        "[31mpunainen",
        "abcd",
    ):
        assert literal in text
    said = {"en": "stands for characters", "fi": "korvaa merkit"}[language]
    assert f"{REPLACEMENT} {said}" in text
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert len(opened.pages) <= 10
        assert not [o for o in opened.objects if isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Image"]
        assert not any("/Annots" in page for page in opened.pages)


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_printed_in_the_margins(papers: dict[tuple[str, str], bytes], name: str) -> None:
    scale = 2
    with pypdfium2.PdfDocument(papers[name, "fi"]) as pdf:
        for number in range(len(pdf)):
            image = pdf[number].render(scale=scale, grayscale=True).to_numpy()
            below_bar = image[12 * scale :]
            edge = int((s.MARGIN - 2) * scale)
            assert below_bar[:, :edge].min() > 250, f"left margin of page {number + 1}"
            assert below_bar[:, -edge:].min() > 250, f"right margin of page {number + 1}"
            between = image[-int((s.BOTTOM - 1) * scale) : -int(46 * scale)]
            assert between.min() > 250, f"above the foot of page {number + 1}"


@pytest.mark.parametrize("text", HOSTILE)
def test_plain_text_is_one_printable_bounded_line(text: str) -> None:
    said = plain(text, 80)
    assert len(said) <= 80
    assert all(ord(character) in install() for character in said)
    assert not any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} for character in said)
    assert plain(said, 80) == said


@given(st.text(st.characters(), max_size=300))
def test_safe_text_carries_no_markup_and_nothing_unprintable(text: str) -> None:
    said = safe(text, 100)
    assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", said)
    assert all(ord(character) <= 0xFFFF and ord(character) in install() for character in said)


def test_text_is_normalised_cut_and_replaced_in_runs() -> None:
    assert plain("A\u0308iti") == "Äiti"
    assert plain("yksi  kaksi\n\n\nkolme") == "yksi kaksi kolme"
    assert plain("1\N{NO-BREAK SPACE}234") == "1\N{NO-BREAK SPACE}234"
    assert plain("abcdef", 4) == "abc…"
    assert plain("漢字 x") == f"{REPLACEMENT} x"
    assert safe("a<b & c") == "a&lt;b &amp; c"
    assert plain("q\u0303\u0303 e\u0301") == f"q{REPLACEMENT} é"
    assert unprintable("漢")
    assert not unprintable("Žižek → 5 ≥ 4 – ÅÄÖ åäö €")


def test_the_last_short_word_is_not_left_alone() -> None:
    assert (
        settled("Continue, and look again in six months.") == "Continue, and look again in six\N{NO-BREAK SPACE}months."
    )
    assert settled("Two words") == "Two words"


def test_fit_never_exceeds_its_room() -> None:
    assert fit("Lumikki", "Inter-Regular", 8, 100) == "Lumikki"
    assert fit("Lumikki Laajakaista", "Inter-Regular", 8, 44) == "Lumikki L…"
    assert fit("Lumikki", "Inter-Regular", 8, 1) == ""
