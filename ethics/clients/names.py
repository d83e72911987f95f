"""One key for the spellings of one company's name.

`key` does this, in this order, and nothing else:

1. Unicode NFKC (full-width letters, ligatures and no-break spaces become plain ones), then case folding;
2. typographic apostrophes and dashes become `'` and `-`;
3. commas become spaces, full stops vanish: `Acme, Inc.`, `ACME Inc` and `Acme,Inc` are one, `U.S. Bancorp` is
   `us bancorp`;
4. runs of white space become one space, none is left at the ends.

Company forms stay: `Acme Oy` and `Acme Oyj` are two companies. Nothing is guessed beyond this.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable
from typing import Final

LONGEST: Final = 120
_SAME: Final = str.maketrans(
    {
        ",": " ",
        ".": None,
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "´": "'",
        "`": "'",
        "‐": "-",
        "‑": "-",
        "‒": "-",
        "–": "-",
        "—": "-",
        "−": "-",
    }
)


def key(name: str) -> str:
    """The key of `name`; empty when nothing of it is left."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().translate(_SAME).split())


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The one of `names` that `name` was probably meant to be; None when none comes close."""
    by_key = {key(known): known for known in names}
    found = difflib.get_close_matches(key(name), list(by_key), n=1, cutoff=0.6)
    return by_key[found[0]] if found else None
