"""The frozen form of a review: plain JSON values, sealed with the SHA-256 of their canonical text.

Canonical text has sorted keys, no spaces and no escapes, so that equal data have one text and one hash, in every
process. The hash covers every key but its own (`sha256`). It proves that nothing was changed, not who made it:
that is what the number of the newest audit entry inside the snapshot is for.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

SCHEMA: Final = 1


def canonical(data: Mapping[str, Any]) -> str:
    """The one JSON text of `data`. Raises ValueError for NaN and infinities, TypeError for what JSON cannot hold."""
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _hash(data: Mapping[str, Any]) -> str:
    rest = {key: value for key, value in data.items() if key != "sha256"}
    # "surrogatepass", because text that came in broken must still be sealed, not refused.
    return hashlib.sha256(canonical(rest).encode("utf-8", "surrogatepass")).hexdigest()


def seal(data: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of `data` with its hash (64 hexadecimal digits) under `sha256`; an earlier seal is replaced."""
    return {**data, "sha256": _hash(data)}


def intact(data: Mapping[str, Any]) -> bool:
    """Whether `data` is what was sealed: False when anything was changed, added or taken away."""
    return data.get("sha256") == _hash(data)
