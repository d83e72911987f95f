"""The plain-HTML doors: sign-in, sign-out, a new password, the first set-up. No script; they work on any browser."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from ethics import gate, plain
from ethics.access import ROLE_NAMES, Actor, Role
from ethics.database import database
from ethics.language import LANGUAGES, Refused, reader
from ethics.people import accounts, passwords, sessions
from ethics.settings import ROOT

#: Loads the sample centre for the first administrator, telling how far it is: (actor, told) -> None.
SampleLoader = Callable[[Actor, Callable[[str], None]], None]
SETUP_ROLES: Final = tuple(role for role in Role if role is not Role.ADMINISTRATOR)


async def sign_in(request: Request) -> Response:
    """GET shows the form; POST checks the password and starts a session."""
    if await anyio.to_thread.run_sync(_nobody_yet):
        return RedirectResponse("/auth/set-up", 303)
    following = gate.inside(request.query_params.get("next", "/"))
    if request.method != "POST":
        return plain.page(request, "sign-in.html", following=following, login="", wrong=None)
    form = await plain.form(request)
    following = gate.inside(form.get("next", "/"))
    source = request.client.host if request.client else ""

    def check() -> tuple[str, Actor] | None:
        with database().write() as tx:
            return sessions.sign_in(tx, login=form.get("login", ""), password=form.get("password", ""), source=source)

    t = plain.language(request)
    try:
        found = await anyio.to_thread.run_sync(check)
    except Refused as refused:
        return plain.page(
            request,
            "sign-in.html",
            429,
            following=following,
            login=form.get("login", ""),
            wrong=t.say(refused.sentence),
        )
    if found is None:
        wrong = t("The user name or the password is not right.")
        return plain.page(request, "sign-in.html", 401, following=following, login=form.get("login", ""), wrong=wrong)
    token, actor = found
    return gate.set_session(RedirectResponse("/auth/password" if actor.must_change_password else following, 303), token)


async def sign_out(request: Request) -> Response:
    """POST ends the session."""
    hashed = request.scope.get("reilu_sid")

    def end() -> None:
        with database().write() as tx:
            sessions.sign_out(tx, hashed or "")

    if hashed:
        await anyio.to_thread.run_sync(end)
    return gate.drop_session(RedirectResponse(gate.SIGN_IN, 303))


async def new_password(request: Request) -> Response:
    """GET shows the form; POST changes one's own password and starts a new session."""
    actor = await anyio.to_thread.run_sync(gate.asker, request)
    if actor is None or actor.user_id is None:
        return RedirectResponse(gate.SIGN_IN, 303)
    t = reader(actor.language) if actor.language else plain.language(request)
    if request.method != "POST":
        return plain.page(
            request, "password.html", t=t, wrong=None, first=actor.must_change_password, least=passwords.MIN_LENGTH
        )
    form, user_id = await plain.form(request), actor.user_id

    def change() -> str:
        if form.get("new") != form.get("again"):
            raise Refused("The two new passwords differ. Write the same one twice.")
        with database().write() as tx:
            accounts.change_password(tx, user_id, old=form.get("old", ""), new=form.get("new", ""))
            return sessions.start(tx, user_id)

    try:
        token = await anyio.to_thread.run_sync(change)
    except Refused as refused:
        return plain.page(
            request,
            "password.html",
            400,
            t=t,
            wrong=t.say(refused.sentence),
            first=actor.must_change_password,
            least=passwords.MIN_LENGTH,
        )
    return gate.set_session(RedirectResponse("/", 303), token)


def _nobody_yet() -> bool:
    with database().read() as tx:
        return accounts.nobody_yet(tx)


class SetUp:
    """The first visit: the first administrator, the language, empty or with the sample centre.

    Loading the sample takes a while, so it runs beside the request; the waiting page tells how far it is and can
    be left.
    """

    def __init__(self, load_sample: SampleLoader) -> None:
        self.load_sample = load_sample
        self.step: str | None = None
        self.failed: str | None = None

    async def set_up(self, request: Request) -> Response:
        """GET shows the form; POST creates the administrator."""
        if not await anyio.to_thread.run_sync(_nobody_yet):
            return RedirectResponse(gate.SIGN_IN, 303)
        given: dict[str, str] = {
            "language": plain.language(request).language,
            "start": "sample",
            **{f"role-{r}": "on" for r in SETUP_ROLES},
        }
        if request.method != "POST":
            return self._form(request, given, None)
        given = await plain.form(request)
        roles = [role for role in SETUP_ROLES if given.get(f"role-{role}")]

        def create() -> tuple[int, str, Actor]:
            if given.get("password") != given.get("again"):
                raise Refused("The two new passwords differ. Write the same one twice.")
            with database().write() as tx:
                sessions.check_rate(tx, login="set-up", source="set-up")
                user_id = accounts.set_up(
                    tx,
                    code=given.get("code", ""),
                    name=given.get("name", ""),
                    login=given.get("login", ""),
                    password=given.get("password", ""),
                    language=given.get("language", "en"),
                    roles=roles,
                )
                actor = accounts.actor_of(tx, user_id)
                assert actor is not None
                return user_id, sessions.start(tx, user_id), actor

        try:
            _, token, actor = await anyio.to_thread.run_sync(create)
        except Refused as refused:
            await anyio.to_thread.run_sync(self._count_failure)
            return self._form(request, given, refused, 400)
        if given.get("start") != "sample":
            return gate.set_session(RedirectResponse("/", 303), token)
        self.step = ""
        threading.Thread(target=self._load, args=(actor,), name="sample centre", daemon=True).start()
        return gate.set_session(RedirectResponse("/auth/preparing", 303), token)

    def _form(self, request: Request, given: dict[str, str], refused: Refused | None, status: int = 200) -> Response:
        t = reader(given["language"]) if given.get("language") in LANGUAGES else plain.language(request)
        roles = [(role, t(ROLE_NAMES[role]), bool(given.get(f"role-{role}"))) for role in SETUP_ROLES]
        wrong = t.say(refused.sentence) if refused else None
        return plain.page(
            request, "set-up.html", status, t=t, given=given, roles=roles, wrong=wrong, least=passwords.MIN_LENGTH
        )

    def _count_failure(self) -> None:
        with database().write() as tx:
            sessions.count_failure(tx, login="set-up", source="set-up")

    def _load(self, actor: Actor) -> None:
        def tell(step: str) -> None:
            self.step = step

        try:
            self.load_sample(actor, tell)
        except Refused as refused:
            self.failed = str(refused)
        finally:
            self.step = None

    async def preparing(self, request: Request) -> Response:
        """How far the sample centre is; moves on by itself when it is there."""
        actor = await anyio.to_thread.run_sync(gate.asker, request)
        t = reader(actor.language) if actor and actor.language else plain.language(request)
        if self.step is None and self.failed is None:
            return RedirectResponse("/", 303)
        return plain.page(request, "preparing.html", t=t, step=t(self.step) if self.step else "", failed=self.failed)


def routes(load_sample: SampleLoader) -> list[BaseRoute]:
    """The doors' addresses."""
    first = SetUp(load_sample)
    return [
        Route(gate.SIGN_IN, sign_in, methods=["GET", "POST"]),
        Route("/auth/sign-out", sign_out, methods=["POST"]),
        Route("/auth/password", new_password, methods=["GET", "POST"]),
        Route("/auth/set-up", first.set_up, methods=["GET", "POST"]),
        Route("/auth/preparing", first.preparing),
        Mount("/fonts", StaticFiles(directory=ROOT / "ethics" / "pages" / "fonts", check_dir=False)),
        Route("/healthz", gate.healthz),
    ]
