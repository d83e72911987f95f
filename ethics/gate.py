"""The gate in front of everything: who is asking, and the headers that every answer carries. Pure ASGI; knows no page.

A request without a live session gets the sign-in page (303), 401 for what is not a page, or a closed websocket.
For a live one the session's hash goes to Streamlit as a trusted header; whatever header of that name came from
outside is dropped first. Streamlit freezes identity when its websocket opens, so pages read the person anew from
the database at each rerun (`ethics.pages.desk`).
"""

from __future__ import annotations

import base64
import hashlib
import re
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Final
from urllib.parse import quote

import anyio.to_thread
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ethics import plain
from ethics.access import Actor
from ethics.database import database
from ethics.people import sessions
from ethics.settings import settings

#: Streamlit reads this header into `st.user.sid` (`server.trustedUserHeaders` in .streamlit/config.toml).
SID_HEADER: Final = b"x-reilu-sid"
SIGN_IN: Final = "/auth/sign-in"
#: What nobody has to sign in for. Everything else is closed.
OPEN_PATHS: Final = ("/auth/", "/fonts/", "/static/", "/favicon")
OPEN_EXACTLY: Final = frozenset({"/healthz", "/_stcore/health", "/_stcore/host-config"})
#: Never answered with a redirect: a script or a socket asks here, not a person.
MACHINE_PATHS: Final = ("/_stcore", "/media", "/component", "/files", "/api")
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
#: The anonymous door: here nobody is asked who they are, whatever their browser sends along.
DOOR_PATHS: Final = frozenset({"/flag", "/follow"})
#: What a browser says of itself: the door is not told.
TELLS_WHO: Final = frozenset({b"cookie", b"user-agent", b"authorization", b"referer", b"x-forwarded-for", b"forwarded"})


def cookie_name() -> str:
    """`__Host-` binds the cookie to this host over HTTPS; plain HTTP on a laptop cannot carry that prefix."""
    return "__Host-reilu" if settings().secure_cookie else "reilu"


def set_session(response: Response, token: str) -> Response:
    """Put the session token into the answer's cookie: HttpOnly, SameSite, for this host's whole path."""
    response.set_cookie(
        cookie_name(),
        token,
        max_age=settings().session_hours * 3600,
        path="/",
        httponly=True,
        samesite="lax",
        secure=settings().secure_cookie,
    )
    return response


def drop_session(response: Response) -> Response:
    """Take the cookie away."""
    response.delete_cookie(cookie_name(), path="/", httponly=True, samesite="lax", secure=settings().secure_cookie)
    return response


def asked_token(scope: Scope) -> str:
    """The token that the request's cookie carries; empty when there is none or it cannot be read."""
    jar: SimpleCookie = SimpleCookie()
    try:
        for key, value in scope["headers"]:
            if key == b"cookie":
                jar.load(value.decode("latin-1"))
    except CookieError:
        return ""
    morsel = jar.get(cookie_name())
    return morsel.value if morsel is not None and len(morsel.value) <= 64 else ""


def _look_up(hashed: str) -> Actor | None:
    with database().read() as tx:
        return sessions.who(tx, hashed)


def asker(connection: HTTPConnection) -> Actor | None:
    """The person behind a request that passed the gate, as the database knows them now."""
    hashed = connection.scope.get("reilu_sid")
    return _look_up(hashed) if hashed else None


def same_origin(scope: Scope) -> bool:
    """False when a browser says that another site's page sent this request.

    `Sec-Fetch-Site` cannot be forged by a page and is sent even where a referrer policy turns `Origin` into "null";
    older browsers and websockets are judged by `Origin`. A client that sends neither is no browser.
    """
    headers = dict(scope["headers"])
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        return site in (b"same-origin", b"none")
    origin = headers.get(b"origin")
    return origin is None or origin.decode("latin-1").split("://", 1)[-1] == headers.get(b"host", b"").decode("latin-1")


def inside(path: str) -> str:
    """`path` when it leads to a page of this house, else "/": a sign-in link must not send people elsewhere."""
    return path if re.fullmatch(r"/(?![/\\])[^\x00-\x1f\\]{0,500}", path) else "/"


class Gate:
    """Lets in whom the database knows; sees requests and websockets alike."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Resolve the session, then pass on, redirect or refuse."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        scope = dict(scope)
        scope["headers"] = [(k, v) for k, v in scope["headers"] if k.replace(b"_", b"-") != SID_HEADER]
        path: str = scope["path"]
        if path.rstrip("/") in DOOR_PATHS:
            scope["path"] = path.rstrip("/")
            # No session is looked up, and another site's form gains nothing: it has no token of this house's.
            scope["headers"] = [(k, v) for k, v in scope["headers"] if k not in TELLS_WHO]
            await self.app(scope, receive, send)
            return
        writes = scope["type"] == "websocket" or scope["method"] not in SAFE_METHODS
        if writes and not same_origin(scope):
            await self._refuse(scope, receive, send, 403)
            return
        actor = None
        if token := asked_token(scope):
            hashed = sessions.token_hash(token)
            actor = await anyio.to_thread.run_sync(_look_up, hashed)
            if actor is not None:
                scope["reilu_sid"] = hashed
                scope["headers"].append((SID_HEADER, hashed.encode()))
        open_to_all = path in OPEN_EXACTLY or path.startswith(OPEN_PATHS)
        if actor is None and not open_to_all:
            if scope["type"] == "websocket" or path.startswith(MACHINE_PATHS):
                await self._refuse(scope, receive, send, 401)
            else:
                asked = path + ("?" + scope["query_string"].decode("latin-1") if scope["query_string"] else "")
                await RedirectResponse(f"{SIGN_IN}?next={quote(asked)}", 303)(scope, receive, send)
            return
        if actor is not None and actor.must_change_password and not open_to_all:
            await RedirectResponse("/auth/password", 303)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, status: int) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 4000 + status})
            return
        await PlainTextResponse("", status)(scope, receive, send)


class Headers:
    """Security headers on every answer, and the page's language in `<html lang>`, which Streamlit leaves English."""

    def __init__(self, app: ASGIApp, *, csp: str) -> None:
        self.app = app
        self.csp = csp.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers as the answer starts."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        wants_page = any(k == b"accept" and b"text/html" in v for k, v in scope["headers"])
        if wants_page:  # neither compressed nor "not modified", so that the language can be put in
            scope = dict(scope)
            scope["headers"] = [
                (k, v)
                for k, v in scope["headers"]
                if k not in (b"accept-encoding", b"if-none-match", b"if-modified-since")
            ]
        door = scope["path"].rstrip("/") in DOOR_PATHS
        plain_page = door or scope["path"].startswith("/auth/")
        finnish = wants_page and not plain_page and await anyio.to_thread.run_sync(_reads_finnish, scope)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                named = {name for name, _ in message["headers"]}
                extra = [
                    (b"x-content-type-options", b"nosniff"),
                    (b"referrer-policy", b"no-referrer" if door else b"same-origin"),
                    (b"x-frame-options", b"DENY"),
                    (b"content-security-policy", plain.content_policy().encode() if plain_page else self.csp),
                    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
                    (b"cross-origin-opener-policy", b"same-origin"),
                ]
                if plain_page or wants_page:
                    extra.append((b"cache-control", b"no-store"))
                    message["headers"] = [(k, v) for k, v in message["headers"] if k != b"cache-control"]
                message["headers"] = [
                    *message["headers"],
                    *((k, v) for k, v in extra if k not in named or k == b"cache-control"),
                ]
            elif message["type"] == "http.response.body" and finnish:
                message = {
                    **message,
                    "body": message.get("body", b"").replace(b'<html lang="en"', b'<html lang="fi"', 1),
                }
            await send(message)

        await self.app(scope, receive, sending)


def _reads_finnish(scope: Scope) -> bool:
    token = asked_token(scope)
    actor = _look_up(sessions.token_hash(token)) if token else None
    return actor is not None and actor.language == "fi"


def content_policy(index: Path) -> str:
    """The Content-Security-Policy for Streamlit's own page: its inline scripts by their hash, nothing from elsewhere."""
    inline = re.findall(r"<script(?:\s+type=\"module\")?>(.*?)</script>", index.read_text(encoding="utf-8"), re.DOTALL)
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in inline)
    return (
        f"default-src 'self'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self' data:; connect-src 'self' ws: wss:; worker-src 'self' blob:; object-src 'none'; "
        "form-action 'self'; base-uri 'self'; frame-ancestors 'none'"
    )


async def healthz(_request: HTTPConnection) -> Response:
    """Answers without sign-in: 200 while the database can be read."""

    def ask() -> bool:
        from sqlalchemy import text
        from sqlalchemy.exc import SQLAlchemyError

        try:
            with database().read() as tx:
                tx.execute(text("SELECT 1 FROM alembic_version"))
        except SQLAlchemyError:
            return False
        return True

    well = await anyio.to_thread.run_sync(ask)
    return JSONResponse({"ok": well}, status_code=200 if well else 503)
