"""The page between writing and sending: what may tell who somebody is, a mask for each, and how it will read."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from starlette.requests import Request
from starlette.responses import Response

from ethics import plain
from ethics.door.findings import MOST_LISTED, Findings, pieces
from ethics.language import Reader
from ethics.masking.masking import KIND_NAMES


def page(
    request: Request,
    t: Reader,
    given: Mapping[str, str],
    found: Findings,
    handle: Mapping[str, str],
    *,
    texts: Collection[str],
    send: str,
) -> Response:
    """Show what was found in the fields `texts` of `given`, all of it ticked.

    Everything goes along in the page, with a fresh `handle` and the findings' digest, and comes back when the button
    whose act is `send` is pressed. Nothing is stored.
    """
    kept = {**given, **handle, "checked": found.digest}
    return plain.page(
        request,
        "flag-check.html",
        t=t,
        things=[(t(KIND_NAMES[kind]), text) for kind, text in found.things[:MOST_LISTED]],
        more=max(0, len(found.things) - MOST_LISTED),
        texts=[
            (field, pieces(given[field], found.by_field.get(field, ()), t.language))
            for field in texts
            if given.get(field)
        ],
        kept={name: value for name, value in kept.items() if value},
        send=send,
    )
