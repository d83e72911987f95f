"""Reviews on paper: the PDF of each example client file in each language, and the text of a PDF."""

from __future__ import annotations

import io
import re
from functools import cache

import pypdf

from reports.pdf.review import render
from tests.client_files import rich_file
from tests.extremes import empty_file, fair_file, hostile_file
from tests.snapshots import snapshot

FILES = {"rich": rich_file, "empty": empty_file, "fair": fair_file, "hostile": hostile_file}


def print_all() -> dict[tuple[str, str], bytes]:
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
