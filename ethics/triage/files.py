"""Evidence that officers open: behind the gate and a role check, never a media address that anybody could open."""

from __future__ import annotations

from typing import Final

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from ethics import gate
from ethics.database import database
from ethics.language import Refused, reader
from ethics.triage import card

_TYPES: Final = {"png": "image/png", "jpeg": "image/jpeg", "pdf": "application/pdf"}
_CLOSED: Final = {"cache-control": "no-store, private", "x-content-type-options": "nosniff"}


async def evidence_file(request: Request) -> Response:
    """`/files/evidence/{id}`: the cleaned file, or 404 when it is not there or not for this person."""
    actor = await anyio.to_thread.run_sync(gate.asker, request)
    key = request.path_params["key"]

    def read() -> tuple[int, str, bytes]:
        with database().read() as tx:
            if actor is None:
                raise Refused("Your session has ended. Sign in again.")
            return card.file(tx, actor, key)

    try:
        position, kind, content = await anyio.to_thread.run_sync(read)
    except Refused as refused:
        said = reader((actor.language if actor else None) or "en").say(refused.sentence)
        return PlainTextResponse(said, 404, _CLOSED)
    headers = {"content-disposition": f'attachment; filename="evidence-{position}.{kind}"', **_CLOSED}
    return Response(content, media_type=_TYPES.get(kind, "application/octet-stream"), headers=headers)


def routes() -> list[Route]:
    """The files' addresses."""
    return [Route("/files/evidence/{key:str}", evidence_file, methods=["GET"])]
