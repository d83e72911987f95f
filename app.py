"""The front door: routes, the gate, navigation. Both the ASGI app and the Streamlit script; no rules live here.

Run it with `python app.py` (or `uvicorn app:app`): outside a script run this file makes the ASGI application, inside
one it draws the page. One process serves; more of them need a proxy that keeps a person on the same one.
"""

from __future__ import annotations

import gc
import logging
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import streamlit as st
from starlette.middleware import Middleware
from streamlit import config as streamlit_config
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ethics import gate, rounds
from ethics.access import Actor, Permission
from ethics.database import database, migrate
from ethics.door import routes as door
from ethics.imports.sample import loading
from ethics.language import Refused, mark
from ethics.masking import names
from ethics.notices import digest, urgent  # noqa: F401 - rounds of their own
from ethics.pages import desk, look
from ethics.people import accounts, doors
from ethics.risk import scores  # noqa: F401 - listens for changes of evidence
from ethics.settings import BadSettings, settings
from ethics.triage import files as evidence_files
from ethics.triage import similar
from ethics.workforce import retention  # noqa: F401 - a round of its own
from reports import files

#: Every page: its file, its address, its name in the navigation, its icon, and the permission that opens it.
PAGES: Final = (
    ("ethics/mismatches/pages/flag.py", "new-flag", mark("Flag"), ":material/flag:", Permission.FILE_FLAG),
    ("ethics/mismatches/pages/my_flags.py", "my-flags", mark("My flags"), ":material/inbox:", Permission.FILE_FLAG),
    (
        "ethics/triage/pages/changed.py",
        "what-changed",
        mark("What changed"),
        ":material/published_with_changes:",
        Permission.SEE_CHANGES,
    ),
    ("ethics/triage/pages/triage.py", "triage", mark("Triage"), ":material/rule:", Permission.TRIAGE),
    ("ethics/triage/pages/whistles.py", "whistles", mark("Whistles"), ":material/sports:", Permission.ANSWER_WHISTLE),
    ("reports/pages/portfolio.py", "portfolio", mark("Portfolio"), ":material/stacked_bar_chart:", Permission.SEE_RISK),
    ("reports/pages/client.py", "client", mark("Client"), ":material/storefront:", Permission.SEE_RISK),
    ("ethics/mismatches/pages/promises.py", "promises", mark("Promises"), ":material/handshake:", Permission.SEE_RISK),
    ("checklists/pages/check.py", "checklists", mark("Checklists"), ":material/checklist:", Permission.FILL_CHECK),
    ("reports/pages/reviews.py", "reviews", mark("Reviews"), ":material/description:", Permission.READ_REVIEW),
    ("ethics/imports/pages/imports.py", "import", mark("Import"), ":material/upload_file:", Permission.IMPORT_BUSINESS),
    (
        "ethics/workforce/pages/quality.py",
        "data-quality",
        mark("Data quality"),
        ":material/fact_check:",
        Permission.SEE_DATA_QUALITY,
    ),
    (
        "ethics/wellbeing/pages/wellbeing.py",
        "wellbeing",
        mark("Wellbeing"),
        ":material/health_and_safety:",
        Permission.SEE_WELLBEING,
    ),
    ("ethics/people/pages/people.py", "people", mark("People"), ":material/group:", Permission.MANAGE_PEOPLE),
    ("ethics/risk/pages/policy.py", "policy", mark("Policy"), ":material/tune:", Permission.CHANGE_POLICY),
    (
        "ethics/risk/pages/scoring.py",
        "scoring",
        mark("How scores are made"),
        ":material/calculate:",
        Permission.SEE_RISK,
    ),
)
START: Final = "ethics/pages/start.py"


def main() -> None:
    """Draw one page for the person who asks."""
    look.page_config()
    here = desk.here()
    pages = [
        st.Page(path, title=here.t(name), icon=icon, url_path=address)
        for path, address, name, icon, permission in PAGES
        if here.actor.may(permission)
    ]
    start = st.Page(START, title="Reilu", url_path="start", default=True, visibility="hidden")
    st.session_state["first_page"] = next((path for path, *_, needed in PAGES if here.actor.may(needed)), "")
    chosen = st.navigation([start, *pages], position="top")
    look.head_of_every_page()
    chosen.run()
    look.foot(here)


def load_sample(actor: Actor, tell: Callable[[str], None]) -> None:
    """The sample centre for who asked for it; a manager gets all of its clients."""
    with database().write() as tx:
        client_ids = loading.load(tx, tell=tell)
        if actor.user_id is not None:
            accounts.assign_clients(tx, actor.user_id, client_ids)


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Migrate, say how to get in, freeze what has been imported for the garbage collector, and walk the rounds.

    Streamlit collects garbage after every rerun; without the freeze it walks all of pandas and Altair each time.
    """
    migrate(database())
    with database().write() as tx:
        if accounts.nobody_yet(tx):
            code = accounts.new_setup_code(tx)
            print(f"\n  Reilu is not set up yet. Open it in a browser; the set-up code is {code}\n", flush=True)
    look.warm()
    names.dictionary()
    similar.likeness("warm", ["up"])
    gc.collect()
    gc.freeze()
    stop_rounds = rounds.start(database())
    try:
        yield
    finally:
        stop_rounds()


def application() -> st.App:
    """The ASGI application: the gate in front, the plain doors and files, and Streamlit behind them."""
    # Streamlit logs a failed page with its message, which may quote what people wrote; desk.on_error logs the place.
    logging.getLogger("streamlit.error_util").addFilter(lambda _record: False)
    streamlit_config.set_option("server.cookieSecret", settings().cookie_secret.get_secret_value())
    index = Path(st.__file__).parent / "static" / "index.html"
    return st.App(
        __file__,
        lifespan=lifespan,
        routes=[*doors.routes(load_sample), *files.routes(), *evidence_files.routes(), *door.routes()],
        middleware=[Middleware(gate.Headers, csp=gate.content_policy(index)), Middleware(gate.Gate)],
        on_script_error=desk.on_error,
    )


def serve(host: str = "127.0.0.1", port: int = 8501) -> None:
    """Serve on `host:port` until interrupted."""
    import uvicorn

    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    print(f"\n  Reilu: http://{'localhost' if host == '127.0.0.1' else host}:{port}", flush=True)
    uvicorn.run(application(), host=host, port=port, log_level="warning", access_log=False, server_header=False)


if get_script_run_ctx(suppress_warning=True) is not None:
    main()
elif __name__ == "__main__":
    try:
        settings()
        import typer

        typer.run(serve)
    except BadSettings as refused:
        sys.exit(str(refused))
    except Refused as refused:
        sys.exit(str(refused))
else:
    app = application()
