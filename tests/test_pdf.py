"""The review as a PDF: the same bytes, tagged, embedded, and unmoved by whatever people have typed."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.graphics.shapes import Circle, Drawing, Line, Polygon, Rect, String
from snapshots import (
    AS_OF,
    HOSTILE,
    LAST_WEEK,
    empty_file,
    fair_file,
    hostile_file,
    old_json,
    rich_file,
    snapshot,
    wellbeing_lines,
)

from checklists.lists import checklists
from ethics.language import Refused, reader
from ethics.palette import BAND_ORDER, DARK, LIGHT, SHAPES, UNKNOWN
from ethics.wellbeing import words as wellbeing_words
from ethics.wellbeing.results import NOT_ENOUGH_DATA, Headline, Ratio
from reports import risk_words, words
from reports.client_file import (
    AlarmMark,
    ChangeLine,
    CheckLine,
    ClientFile,
    EventLine,
    HistoryLine,
    SilenceLine,
    WeekLine,
    from_json,
    to_json,
)
from reports.pdf import charts, history, ratios, scales, weekly
from reports.pdf import styles as s
from reports.pdf.fonts import install
from reports.pdf.review import render
from reports.pdf.text import REPLACEMENT, fit, plain, safe, settled, unprintable
from reports.snapshot import canonical, intact, seal

HERE = Path(__file__).parent
FILES = {"rich": rich_file, "empty": empty_file, "fair": fair_file, "hostile": hostile_file}


@pytest.fixture(scope="module")
def made() -> dict[tuple[str, str], bytes]:
    """One PDF of each example in each language."""
    return {
        (name, language): render(snapshot(file()), language)
        for name, file in FILES.items()
        for language in ("en", "fi")
    }


@cache
def text_of(pdf: bytes, page: int | None = None) -> str:
    """The text of a PDF, in which line breaks and runs of spaces are one space."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return re.sub(r"\s+", " ", " ".join(p.extract_text() for p in (pages if page is None else [pages[page]])))


def elements(node: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Every element of a structure tree, in reading order."""
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/StructElem":
            yield kid
            yield from elements(kid)


def marks(element: pikepdf.Object) -> list[pikepdf.Object]:
    return [kid for kid in element.get("/K", []) if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/MCR"]


# The snapshot


def test_equal_data_have_one_canonical_text_and_one_seal() -> None:
    one, other = {"b": [1, 2.5], "a": "ä"}, {"a": "ä", "b": [1, 2.5]}
    assert canonical(one) == canonical(other) == '{"a":"ä","b":[1,2.5]}'
    assert seal(one) == seal(other)
    assert seal(one)["sha256"] == hashlib.sha256('{"a":"ä","b":[1,2.5]}'.encode()).hexdigest()


@pytest.mark.parametrize("change", [{"number": "R-2026-008"}, {"file": {}}, {"sha256": "0" * 64}, {"new": 1}])
def test_a_changed_snapshot_is_not_intact_and_not_printed(change: dict[str, Any]) -> None:
    sealed = snapshot(rich_file())
    assert intact(sealed)
    assert not intact({**sealed, **change})
    with pytest.raises(Refused, match="not what was frozen"):
        render({**sealed, **change}, "en")


def test_a_snapshot_without_a_seal_is_not_intact() -> None:
    assert not intact({"a": 1})


def test_sealing_again_replaces_the_seal() -> None:
    assert seal(seal({"a": 1})) == seal({"a": 1})


def test_what_json_cannot_hold_is_an_error() -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical({"a": float("nan")})


def test_a_snapshot_of_another_schema_is_not_printed() -> None:
    with pytest.raises(Refused, match="another version"):
        render(snapshot(rich_file(), schema=2), "en")


# The same bytes


def test_two_processes_make_the_same_bytes(made: dict[tuple[str, str], bytes]) -> None:
    program = (
        "import sys, hashlib; sys.path[:0] = [sys.argv[1], sys.argv[2]]\n"
        "from snapshots import rich_file, snapshot\nfrom reports.pdf.review import render\n"
        "render(snapshot(rich_file(), number='R-2026-001'), 'en')\n"
        "print(hashlib.sha256(render(snapshot(rich_file()), 'en')).hexdigest())"
    )
    places = {"PYTHONHASHSEED": "4321", "TZ": "Pacific/Auckland", "SOURCE_DATE_EPOCH": "86400"}
    run = subprocess.run(
        [sys.executable, "-c", program, str(HERE), str(HERE.parent)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **places},
    )
    assert run.stdout.strip() == hashlib.sha256(made["rich", "en"]).hexdigest()


def test_threads_do_not_disturb_each_other(made: dict[tuple[str, str], bytes]) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda name: render(snapshot(FILES[name]()), "en"), ["rich", "fair", "rich", "empty"]))
    assert found == [made[name, "en"] for name in ("rich", "fair", "rich", "empty")]


def test_the_file_is_dated_by_the_snapshot_and_carries_its_hash(made: dict[tuple[str, str], bytes]) -> None:
    sealed = snapshot(rich_file())
    with pikepdf.open(io.BytesIO(made["rich", "en"])) as pdf:
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20261122")
        assert str(pdf.docinfo["/Keywords"]) == f"SHA-256 {sealed['sha256']}"
    assert sealed["sha256"] in text_of(made["rich", "en"])
    assert "7c9e" * 16 in text_of(made["rich", "en"])


# What a reader with ears, or a checking program, needs


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("language", ["en", "fi"])
def test_the_file_is_sound_and_says_what_it_is(made: dict[tuple[str, str], bytes], name: str, language: str) -> None:
    with pikepdf.open(io.BytesIO(made[name, language])) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert str(pdf.Root.Lang) == language
        assert pdf.Root.MarkInfo.Marked is True
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
def test_every_font_is_embedded(made: dict[tuple[str, str], bytes], name: str) -> None:
    with pikepdf.open(io.BytesIO(made[name, "fi"])) as pdf:
        fonts = [obj for obj in pdf.objects if isinstance(obj, pikepdf.Dictionary) and obj.get("/Type") == "/Font"]
        assert fonts
        for font in fonts:
            assert re.match(r"/[A-Z]{6}\+Inter", str(font.BaseFont)), font.BaseFont
            assert "/FontFile2" in font.FontDescriptor
    assert b"Helvetica" not in made[name, "fi"]


@pytest.mark.parametrize("name", FILES)
def test_everything_is_tagged_or_an_artifact(made: dict[tuple[str, str], bytes], name: str) -> None:
    with pikepdf.open(io.BytesIO(made[name, "en"])) as pdf:
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
            for operands, operator in pikepdf.parse_content_stream(page):
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


def test_a_table_over_two_pages_is_one_table_and_its_head_is_read_once(made: dict[tuple[str, str], bytes]) -> None:
    with pikepdf.open(io.BytesIO(made["hostile", "en"])) as pdf:
        tables = [element for element in elements(pdf.Root.StructTreeRoot) if element.S == "/Table"]
        longest = max(tables, key=lambda table: len(table.K))
        pages = {mark.Pg.objgen for part in elements(longest) for mark in marks(part)}
        heads = [cell for cell in elements(longest) if cell.S == "/TH" and cell.A.Scope == "/Column"]
    assert len(pages) == 2
    assert len(longest.K) == len(HOSTILE) + 1
    assert len(heads) in {3, 5}
    promises = text_of(made["hostile", "en"])
    assert promises.count("Promise, word for word") == 2


# What it says


def test_the_first_page_stands_alone(made: dict[tuple[str, str], bytes]) -> None:
    file, page = rich_file(), text_of(made["rich", "en"], 0)
    assert "Fair-play review · confidential" in page
    assert "R-2026-007 · as of 22 Nov 2026" in page
    assert "Lumikki Laajakaista Oy must repair" in page
    assert "Remedy" in page
    assert " 58 " in page
    assert "Likely between 52 and 63 (95% interval)." in page
    assert len(words.reasons(file)) == 3
    for reason in words.reasons(file):
        assert str(reason) in page
    assert "Agree on a remedy plan with dates with the client" in page
    assert "385 mismatches in 84,120 contacts." in page


def test_every_page_has_its_foot(made: dict[tuple[str, str], bytes]) -> None:
    short = snapshot(rich_file())["sha256"][:12]
    pages = len(pypdf.PdfReader(io.BytesIO(made["rich", "en"])).pages)
    for page in range(pages):
        foot = f"Lumikki Laajakaista Oy · R-2026-007 · snapshot {short} · confidential"
        assert foot in text_of(made["rich", "en"], page)
        assert f"Page {page + 1} of {pages}" in text_of(made["rich", "en"], page)


def test_empty_unknown_and_hidden_are_three_sentences(made: dict[tuple[str, str], bytes]) -> None:
    empty = text_of(made["empty", "en"])
    assert "No promises have been recorded for this client." in empty
    assert "Nobody has flagged anything about this client in the period." in empty
    assert "There is no score: nothing has been counted yet." in empty
    assert "What is not known is left out, not counted as zero." in empty
    assert "No figures on sick leave had been published when this review was made." in empty
    assert "In the agents’ own words" not in empty
    assert " 0 of 100" not in empty


def test_the_change_adds_up_as_printed(made: dict[tuple[str, str], bytes]) -> None:
    assert "Score 49 58 +9" in text_of(made["rich", "en"])
    assert "Mismatches per 1,000 contacts 3.7 4.6 +0.9" in text_of(made["rich", "en"])


def test_failed_requirements_quotes_and_promises_are_there(made: dict[tuple[str, str], bytes]) -> None:
    text = text_of(made["rich", "en"])
    assert "Failed absolute requirements: A01; A07" in text
    assert "Delivery fails · Serious · week 46/2026" in text
    assert "“Irtisanominen onnistuu yhdellä puhelulla.” Kaikki liittymät · Sopimusehdot § 9" in text
    assert "Broken 2 · Unproven 2 · Kept 2" in text


def test_finnish_letters_numbers_and_dates_come_out_as_they_went_in(made: dict[tuple[str, str], bytes]) -> None:
    text = text_of(made["rich", "fi"])
    for words_of_agents in ("Järjestelmässä ei näy tilausta", "99 €", "Test Executive", "ensimmäinen kuukausi"):
        assert words_of_agents in text
    assert "4,6" in text
    assert "22.11.2026" in text
    assert "+14,9" in text


def test_a_flat_history_is_not_drawn_and_a_longer_one_is() -> None:
    file = fair_file()
    assert "How the risk has moved" not in text_of(render(snapshot(file), "en"))
    more = replace(file, history=(HistoryLine(AS_OF.replace(month=5), 14.0, 9.0, 21.0), file.history[-1]))
    assert "from 14 to 11. Shaded: the 95% interval." in text_of(render(snapshot(more), "en"))


def test_weeks_without_contacts_draw_no_trend() -> None:
    silent = replace(rich_file(), weeks=tuple(replace(week, contacts=0, mismatches=0) for week in rich_file().weeks))
    assert "There are no weeks to draw a trend from yet." in text_of(render(snapshot(silent), "en"))


# Hostile text


@pytest.mark.parametrize("language", ["en", "fi"])
def test_hostile_text_is_printed_as_text(made: dict[tuple[str, str], bytes], language: str) -> None:
    pdf = made["hostile", language]
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
    assert f"{REPLACEMENT} stands for characters" in text or language == "fi"
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert len(opened.pages) <= 10
        assert not [o for o in opened.objects if isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Image"]
        assert not any("/Annots" in page for page in opened.pages)


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_printed_in_the_margins(made: dict[tuple[str, str], bytes], name: str) -> None:
    scale = 2
    with pypdfium2.PdfDocument(made[name, "fi"]) as pdf:
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


# Charts


def test_the_waterfall_ends_in_the_sum() -> None:
    rows = [("Product truth", 30.0), ("Floor", 15.0), ("Response", -5.0)]
    drawing = charts.waterfall(
        rows, ["Burden"], 40.0, words=("Score", "not known"), band="watch", t=reader("en"), wide=500
    )
    bars = [shape for shape in drawing.contents if isinstance(shape, Rect) and shape.height > 10]
    assert bars[2].x == pytest.approx(bars[-1].x + bars[-1].width)
    texts = [shape.text for shape in drawing.contents if isinstance(shape, String)]
    assert {"+30.0", "−5.0", "not known", "40"} <= set(texts)


def test_the_trend_starts_at_zero_and_labels_its_last_value() -> None:
    weeks = [WeekLine(rich_file().weeks[k].week_start, 1000, n) for k, n in enumerate((2, 0, 7))]
    texts = said(trend(weeks))
    assert {"0", "8", "7.0", "mean 3.0", "25 May 2026", "8 Jun 2026"} <= set(texts)
    assert "expected range" not in texts


@pytest.mark.parametrize(
    ("top", "end", "step"), [(7.5, 8, 2), (0.32, 0.4, 0.1), (100, 100, 25), (0, 1, 0.25), (13, 15, 5)]
)
def test_axes_end_at_round_numbers(top: float, end: float, step: float) -> None:
    assert weekly.ceiling(top) == pytest.approx((end, step))


def test_the_score_scale_puts_its_tick_at_the_score() -> None:
    names = ["Fair play", "Watch", "Remedy", "No thanks"]
    drawing = scales.score_scale(50, 40, 60, (25, 45, 70), names=names, band="remedy", t=reader("en"), wide=400)
    ticks = [shape for shape in drawing.contents if type(shape).__name__ == "Line" and shape.x1 == shape.x2]
    assert {160, 200, 240} <= {tick.x1 for tick in ticks}


def test_each_band_has_colours_and_a_shape_of_its_own() -> None:
    for palette in (LIGHT, DARK):
        assert set(palette.bands) == {*BAND_ORDER, UNKNOWN}
        assert len({colours.mark for colours in palette.bands.values()}) == 5
    assert len(set(SHAPES.values())) == 5


def test_the_expected_range_is_drawn_where_it_is_known_and_replaces_the_mean() -> None:
    weeks = [
        WeekLine(LAST_WEEK - dt.timedelta(weeks=10 - k), 1000, 3, *((4.0, 1, 8) if k != 5 else (None, None, None)))
        for k in range(11)
    ]
    drawing = trend(weeks)
    assert len([shape for shape in drawing.contents if isinstance(shape, Polygon)]) == 2
    assert "expected range" in said(drawing)
    assert not [text for text in said(drawing) if text.startswith("mean")]


def test_a_week_with_few_contacts_does_not_flatten_the_others() -> None:
    weeks = [
        WeekLine(LAST_WEEK - dt.timedelta(weeks=k), 10 if k == 2 else 1000, 0, 1.0, 0, 4) for k in range(5, -1, -1)
    ]
    assert {"6", "4", "2", "0"} <= set(said(trend(weeks)))


def test_an_alarm_stands_over_its_week_filled_while_it_is_open() -> None:
    weeks = [WeekLine(LAST_WEEK - dt.timedelta(weeks=k), 1000, 3) for k in range(5, -1, -1)]
    marks = [AlarmMark(weeks[at].week_start, weeks[0].week_start, 700.0, 624.0, open=at == 3) for at in (1, 3)] + [
        AlarmMark(dt.date(2020, 1, 6), dt.date(2020, 1, 6), 700.0, 624.0, open=True)
    ]
    drawing = trend(weeks, marks)
    closed, waiting = [shape for shape in drawing.contents if isinstance(shape, Polygon)]
    assert closed.fillColor != closed.strokeColor
    assert waiting.fillColor == waiting.strokeColor
    assert said(drawing).count("alarm") == 2


def test_events_that_would_overlap_share_a_number() -> None:
    lines = [HistoryLine(AS_OF - dt.timedelta(weeks=k), 50.0, 45.0, 55.0, 1) for k in range(52, -1, -1)]
    days = [AS_OF - dt.timedelta(days=back) for back in (300, 200, 199, 10, 9)]
    assert history.numbered(days, history.axis(lines, s.MEASURE)) == [1, 2, 2, 3, 3]
    drawing = past(lines, events=days)
    assert [text for text in said(drawing) if text in {"1", "2", "3", "4"}] == ["1", "2", "3"]


def test_a_change_of_policy_is_named_where_it_begins() -> None:
    lines = [HistoryLine(AS_OF - dt.timedelta(weeks=k), 50.0, 45.0, 55.0, 1 if k > 9 else 2) for k in range(20, -1, -1)]
    assert said(past(lines)).count("policy 2") == 1
    assert not [text for text in said(past(lines[15:])) if "policy" in text]


def test_the_past_is_a_line_in_its_interval() -> None:
    lines = [HistoryLine(AS_OF - dt.timedelta(weeks=k), 50.0, 40.0 + k, None, 1) for k in (2, 1, 0)]
    (band,) = [shape for shape in past(lines).contents if isinstance(shape, Polygon) and shape.fillOpacity]
    assert len(band.points) == 12


def trend(weeks: list[WeekLine], alarms: Sequence[AlarmMark] = ()) -> Drawing:
    return weekly.trend(
        weeks,
        alarms,
        mean_name="mean",
        range_name="expected range",
        alarm_name="alarm",
        unit="per 1,000",
        t=reader("en"),
        wide=500,
    )


def past(lines: list[HistoryLine], **more: Any) -> Drawing:
    names = ["Fair play", "Watch", "Remedy", "No thanks"]
    policies = {1: "policy 1", 2: "policy 2"}
    return history.history(
        lines, (25, 45, 70), names=names, policy_names=policies, t=reader("en"), wide=s.MEASURE, **more
    )


def said(drawing: Drawing) -> list[str]:
    return [shape.text for shape in drawing.contents if isinstance(shape, String)]


# What is said of risk over time


def test_an_open_alarm_is_named_on_page_1_and_an_earlier_one_is_not(made: dict[tuple[str, str], bytes]) -> None:
    says = "Open alarm: in the weeks of 14 Sept 2026 to 5 Oct 2026, mismatches seem to have doubled."
    assert says in text_of(made["rich", "en"], 0)
    assert "Earlier alarm: week of 9 Feb 2026" in text_of(made["rich", "en"])
    assert "Earlier alarm" not in text_of(made["rich", "en"], 0)
    over = replace(rich_file(), alarms=rich_file().alarms[:1])
    assert "alarm" not in text_of(render(snapshot(over), "en"), 0)


def test_an_alarm_is_told_with_what_was_to_be_expected(made: dict[tuple[str, str], bytes]) -> None:
    line = "Open alarm: weeks of 14 Sept 2026 to 5 Oct 2026 · 70 mismatches, where 46.2 were to be expected"
    assert line in text_of(made["rich", "en"])
    assert "An alarm is a reason to look, not a finding" in text_of(made["rich", "en"])
    assert "An alarm is" not in text_of(made["fair", "en"])


def test_an_alarm_without_its_weeks_has_no_counts() -> None:
    (old, _) = rich_file().alarms
    assert risk_words.alarm_counts(rich_file(), old) is None


def test_three_ways_to_change_the_score_are_told_with_score_and_band(made: dict[tuple[str, str], bytes]) -> None:
    text = text_of(made["rich", "en"])
    assert "58 → 47 Remedy Withdraw the promise: “Hinta pysyy samana koko 24 kuukauden sopimuskauden ajan.”" in text
    assert "58 → 52 Remedy Meet the 2 failed absolute requirements: A01, A07." in text
    assert "57.8 → 57.6 Remedy Decide the 3 overdue flags that count in the score" in text
    more = replace(
        rich_file(), would_change=(*rich_file().would_change, ChangeLine("question", 57.7, "remedy", "Miksi?"))
    )
    assert "Miksi?" not in text_of(render(snapshot(more), "en"))
    one = replace(rich_file(), would_change=more.would_change[3:])
    assert "57.8 → 57.7 Remedy Answer the question: “Miksi?”" in text_of(render(snapshot(one), "en"))


def test_nothing_to_change_is_said_with_its_reason(made: dict[tuple[str, str], bytes]) -> None:
    assert "Nothing that waits in the ledger would lower the score today" in text_of(made["fair", "en"])


def test_silence_is_a_question(made: dict[tuple[str, str], bytes]) -> None:
    text = text_of(made["rich", "en"])
    assert "Is it safe to speak about Lumikki Laajakaista Oy?" in text
    assert (
        "23 flags in 24 weeks, from 18 May 2026 to 1 Nov 2026; about 108 would be usual by the client’s own past."
        in text
    )
    assert "Is it safe" not in text_of(made["fair", "en"])
    by_size = SilenceLine("size", 1, 6.4, dt.date(2026, 5, 18), dt.date(2026, 11, 1))
    assert str(risk_words.silence_says(by_size)).endswith("about 6.4 would be usual for a client of this size.")


def test_dimensions_have_their_evidence_and_the_unknown_ones_their_name(made: dict[tuple[str, str], bytes]) -> None:
    text = text_of(made["rich", "en"])
    assert "Product truth Annoying 85.6 · Clear 42.8 · Serious 21.4 · Grave 0.3 71 63–78" in text
    assert "Agent burden from published sick leave, not from mismatches 51 43–58" in text
    assert "Response – not known –" in text
    assert "no mismatch counts today" in text_of(made["fair", "en"])


def test_what_happened_is_listed_under_its_mark(made: dict[tuple[str, str], bytes]) -> None:
    text = text_of(made["rich", "en"])
    assert "1 20 Jul 2026 Promise proved broken: “Irtisanominen onnistuu yhdellä puhelulla.”" in text
    assert "2 20 Aug 2026 Review R-2026-004" in text
    assert "R-2025-001" not in text, "before the first week of the history"
    check = CheckLine("onboarding", AS_OF, 0.6, 13, 13, (), "no", checklists()["onboarding"].title)
    named = replace(rich_file(), checks=(check,), events=(EventLine(AS_OF, "check", "onboarding"),))
    assert "Tarkistuslista täytetty" not in text_of(render(snapshot(named), "en"))
    assert "Checklist filled in: Onboarding a client: can we say yes?" in text_of(render(snapshot(named), "en"))


def test_only_the_newest_events_are_listed() -> None:
    many = tuple(EventLine(AS_OF - dt.timedelta(days=9 * k), "review", f"R-{k:04}") for k in range(10, -1, -1))
    text = text_of(render(snapshot(replace(rich_file(), events=many)), "en"))
    assert "R-0007" in text
    assert "R-0008" not in text
    assert "3 more are in the ledger." in text


@pytest.mark.parametrize(
    ("versions", "says"),
    [
        ((2, 2), "The same version scored every week of the history."),
        (
            (1, 2),
            "The weeks of the history were scored by versions 1, 2: a step from one to the next may be the policy’s.",
        ),
        ((0, 0), "Earlier weeks and reviews may have been scored by another version."),
    ],
)
def test_the_method_names_the_versions_that_made_the_history(versions: tuple[int, int], says: str) -> None:
    lines = tuple(
        replace(line, policy_version=version) for line, version in zip(rich_file().history[-2:], versions, strict=True)
    )
    text = text_of(render(snapshot(replace(rich_file(), history=lines, policy_version=2)), "en"))
    assert f"towards the typical one. {says}" in text
    assert ("A dashed rule marks" in text) is (versions == (1, 2))


def test_a_score_that_knows_more_than_the_last_week_says_so() -> None:
    says = "58, the score of this review, also knows what has come in since."
    assert says not in text_of(render(snapshot(rich_file()), "en"))
    late = replace(rich_file(), history=(*rich_file().history[:-1], HistoryLine(AS_OF, 56.1, 50.0, 62.0, 1)))
    assert says in text_of(render(snapshot(late), "en"))


@pytest.mark.parametrize("language", ["en", "fi"])
def test_a_review_frozen_before_all_this_still_prints(language: str) -> None:
    text = text_of(render(seal({**snapshot(rich_file()), "file": old_json(rich_file())}), language))
    assert "Lumikki Laajakaista Oy" in text
    if language == "en":
        assert "Product truth 71 63–78" in text
        assert "from 36 to 58. Shaded: the 95% interval." in text
        assert "may have been scored by another version" in text
        for later in ("What would change", "Is it safe", "alarm", "expected range", "What happened"):
            assert later not in text


def test_page_1_stays_alone_with_an_alarm_and_long_words() -> None:
    """The alarm never pushes the key figures off the first page, in either language."""
    for file in (rich_file(), hostile_file()):
        for language, label in (("en", "Place in the portfolio"), ("fi", "Sija salkussa")):
            assert label in text_of(render(snapshot(file), language), 0)


def test_long_texts_are_cut_after_a_word() -> None:
    assert risk_words.brief("sana " * 40) == "sana " * 26 + "sana…"
    assert risk_words.brief("lyhyt") == "lyhyt"
    assert len(risk_words.brief("x" * 500)) == risk_words.LENGTH


# Published sick leave


@pytest.mark.parametrize("file", [rich_file, fair_file, hostile_file, empty_file])
def test_a_file_read_back_from_its_json_is_the_same(file: Callable[[], ClientFile]) -> None:
    data = json.loads(json.dumps(to_json(file())))
    assert from_json(data).wellbeing == file().wellbeing


def test_the_review_tells_the_answer_with_everything_that_belongs_beside_it(made: dict[tuple[str, str], bytes]) -> None:
    text, t = text_of(made["rich", "en"]), reader("en")
    release = rich_file().wellbeing.release  # type: ignore[union-attr]
    said = [
        wellbeing_words.answer(t, release.headline),
        wellbeing_words.frame(t, release),
        wellbeing_words.meaning(t, release.headline),
        *wellbeing_words.speaks_for(t, release.headline),
        *wellbeing_words.speaks_against(t, release.headline),
        *wellbeing_words.attributable(t, release.headline, release.euros),
        wellbeing_words.calm_level(t),
        *wellbeing_words.limits(t),
    ]
    for sentence in said:
        assert re.sub(r"\s+", " ", sentence) in text
    assert "€458,850" in text
    assert "5a1e" * 16 in text
    assert "Lumikki Laajakaista Oy 34 19 97" in text
    assert "The whole company 320 171 904" in text
    assert "1.4 (1.1–1.8)" in text
    assert "Smallest ratio found four times in five: 1.24 · Effective number of agents: 612" in text


def test_the_review_says_the_same_in_finnish(made: dict[tuple[str, str], bytes]) -> None:
    text, t = text_of(made["rich", "fi"]), reader("fi")
    release = rich_file().wellbeing.release  # type: ignore[union-attr]
    for sentence in (wellbeing_words.answer(t, release.headline), *wellbeing_words.limits(t)):
        assert re.sub(r"\s+", " ", sentence) in text
    assert "1,38 (1,12–1,70)" in text


def test_figures_that_are_not_shown_are_said_to_be_so_with_a_reason_in_general_words(
    made: dict[tuple[str, str], bytes],
) -> None:
    text = text_of(made["fair", "en"])
    assert "Pihlajan Puutarha Oy not shown not shown not shown" in text
    assert wellbeing_words.why_hidden(reader("en")) in text
    assert "The figures of one client or team, to protect people." in text
    assert wellbeing_words.why_hidden(reader("en")) not in text_of(made["rich", "en"])


def test_without_enough_data_there_is_an_answer_and_no_figure(made: dict[tuple[str, str], bytes]) -> None:
    text = text_of(made["fair", "en"])
    assert "Not enough data to tell whether mismatches go together with sick leave: fewer than 6 clients" in text
    assert "2025 · Pihlajan Puutarha Oy: not enough data to tell." in text
    assert "1–4 weeks before" not in text
    assert "Above the calm level" not in text


def test_a_withheld_claim_has_no_amounts_and_says_why(made: dict[tuple[str, str], bytes]) -> None:
    text = text_of(made["hostile", "en"])
    assert "No claim about mismatches and sick leave: reporting may follow burden." in text
    assert text.index("Withheld: the claim") < text.index("Computed, but not claimed") < text.index("1–4 weeks before")
    assert "not claimed" not in text_of(made["rich", "en"])
    assert "Above the calm level:" not in text
    assert "€" not in text[text.index("No claim about mismatches") :]


def test_nobody_reads_of_a_client_that_had_no_team_or_no_year() -> None:
    release = replace(wellbeing_lines().release, clients=())
    text = text_of(render(snapshot(replace(rich_file(), wellbeing=wellbeing_lines(release=release, year=None))), "en"))
    assert "No team belonged to this client in the quarter." in text
    assert "Lumikki Laajakaista Oy 34" not in text
    assert "Clients are compared once a year, when its four quarters are published." in text
    alone = text_of(render(snapshot(replace(rich_file(), wellbeing=wellbeing_lines(ratio=None))), "en"))
    assert "2025 · Lumikki Laajakaista Oy: nothing was published of this client alone." in alone


@pytest.mark.parametrize(
    "headline",
    [
        Headline(NOT_ENOUGH_DATA, ("no-fit",)),
        replace(wellbeing_lines().release.headline, claimed=False, p=0.4, ratio=Ratio(1.02, 0.8, 1.3)),
        replace(wellbeing_lines().release.headline, ratio=Ratio(0.71, 0.52, 0.96)),
        replace(wellbeing_lines().release.headline, days=None, spells=None, windows=(), dose_only=None, lead_p=None),
    ],
)
@pytest.mark.parametrize("language", ["en", "fi"])
def test_every_answer_is_printed(headline: Headline, language: str) -> None:
    file = replace(rich_file(), wellbeing=wellbeing_lines(headline))
    text, t = text_of(render(snapshot(file), language)), reader(language)
    assert re.sub(r"\s+", " ", wellbeing_words.answer(t, headline)) in text


def test_a_ratio_stands_right_of_the_line_of_no_link_when_it_is_above_1_and_a_claim_is_filled() -> None:
    rows = [
        ratios.Row("Above", Ratio(1.5, 1.2, 1.9), "1.5", strong=True),
        ratios.Row("Below", Ratio(0.5, 0.0, 40.0), "0.5"),
    ]
    drawing = ratios.intervals(rows, t=reader("en"), wide=500)
    above, below = [shape for shape in drawing.contents if isinstance(shape, Circle)]
    (none,) = [shape for shape in drawing.contents if isinstance(shape, Line) and shape.strokeDashArray]
    assert below.cx < none.x1 < above.cx
    assert above.fillColor == above.strokeColor
    assert below.fillColor != below.strokeColor
    bars = [shape for shape in drawing.contents if isinstance(shape, Line) and shape.y1 == shape.y2]
    assert all(0 < bar.x1 < bar.x2 < 500 for bar in bars)
    assert {"0.1", "1.0", "10.0", "Above", "Below"} <= set(said(drawing))


# Time


def test_a_review_is_made_in_time() -> None:
    sealed = snapshot(hostile_file())

    def seconds() -> float:
        start = time.perf_counter()
        render(sealed, "fi")
        return time.perf_counter() - start

    assert min(seconds() for _ in range(3)) < 1.5


@pytest.mark.parametrize(
    ("language", "title", "question"),
    [
        ("en", "Onboarding a client: can we say yes?", "Does the contract let agents tell customers the truth"),
        ("fi", "Asiakkuuden aloitus: voimmeko sanoa kyllä?", "Salliiko sopimus kertoa asiakkaalle totuuden"),
    ],
)
def test_a_failed_absolute_requirement_is_printed_with_its_question(language: str, title: str, question: str) -> None:
    """The words are frozen with the review: the list may change later, the paper may not."""
    item = next(item for item in checklists()["onboarding"].items if item.id == "A07")
    check = CheckLine(
        "onboarding", AS_OF, 0.6, 13, 13, ("A07",), "no", checklists()["onboarding"].title, (item.question,)
    )
    text = " ".join(text_of(render(snapshot(replace(rich_file(), checks=(check,))), language)).split())
    assert title in text
    assert f"A07 {question}" in text
