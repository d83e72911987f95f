"""Files that people download, behind the gate and a role check: never a media address that anybody could open."""

from __future__ import annotations

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from ethics import gate
from ethics.database import database
from ethics.language import LANGUAGES, Refused, reader
from reports import reviews


async def review_pdf(request: Request) -> Response:
    """`/files/reviews/R-2026-001.pdf?language=fi`: the PDF, or 404 when it is not there or not for this person."""
    actor = await anyio.to_thread.run_sync(gate.asker, request)
    asked = request.query_params.get("language") or (actor.language if actor else None) or "en"
    language = asked if asked in LANGUAGES else "en"
    number = request.path_params["number"]

    def read() -> bytes:
        with database().read() as tx:
            if actor is None:
                raise Refused("Your session has ended. Sign in again.")
            return reviews.pdf(tx, actor, number, language)

    try:
        content = await anyio.to_thread.run_sync(read)
    except Refused as refused:
        return PlainTextResponse(reader(language).say(refused.sentence), 404, {"cache-control": "no-store"})
    headers = {
        "content-disposition": f'attachment; filename="reilu-{number}-{language}.pdf"',
        "cache-control": "no-store, private",
    }
    return Response(content, media_type="application/pdf", headers=headers)


def routes() -> list[Route]:
    """The files' addresses."""
    return [Route("/files/reviews/{number:str}.pdf", review_pdf)]
