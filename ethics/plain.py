"""Plain HTML pages: no script, one small stylesheet inside the page, for any browser. The doors are made of them."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from ethics.language import LANGUAGES, Reader, Refused, preferred, reader

TEMPLATES: Final = Path(__file__).parent / "templates"
#: What a form may weigh, whatever its fields hold: more than a flag at its longest in any script.
LONGEST_FORM: Final = 96_000
MOST_FIELDS: Final = 60


@cache
def stylesheet() -> str:
    """The one stylesheet, put into each page without its spaces: no second request, and allowed by its hash."""
    css = (TEMPLATES / "plain.css").read_text(encoding="utf-8")
    return re.sub(r":\s+", ":", re.sub(r"\s*([{};,])\s*", r"\1", css)).replace(";}", "}").strip()


@cache
def content_policy() -> str:
    """The Content-Security-Policy of plain pages: this stylesheet, forms to this house, nothing else."""
    digest = base64.b64encode(hashlib.sha256(stylesheet().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["css"] = Markup(stylesheet())  # noqa: S704 - our own file, no user text
    return environment


def language(request: Request, given: dict[str, str] | None = None) -> Reader:
    """The reader that a request asks for: by its form, its address, or what the browser prefers."""
    chosen = (given or {}).get("language") or request.query_params.get("language", "")
    return reader(chosen if chosen in LANGUAGES else preferred(request.headers.get("accept-language")))


def page(request: Request, template: str, status: int = 200, t: Reader | None = None, **values: Any) -> HTMLResponse:
    """A plain page in the reader's language; `values` fill the template."""
    t = t or language(request)
    html = _templates().get_template(template).render(t=t, languages=LANGUAGES, path=request.url.path, **values)
    return HTMLResponse(html, status)


class TooLong(Refused):
    """The form is heavier than anything that its fields may hold."""


async def form(request: Request) -> dict[str, str]:
    """The fields of a posted form; a field that comes several times is joined by commas. Raises TooLong.

    Read by ourselves, because the body of a form without files is otherwise read whole before anybody asks its size.
    """
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LONGEST_FORM:
            raise TooLong("This is longer than a form can be. Shorten the text and send it again.")
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except (UnicodeDecodeError, ValueError):
        raise TooLong("This form cannot be read. Open the page again.") from None
    fields: dict[str, str] = {}
    for key, value in pairs:
        fields[key] = f"{fields[key]},{value}" if key in fields else value.replace("\x00", "")
    return fields
