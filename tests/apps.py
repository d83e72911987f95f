"""The house's pages without a browser: the front door opened as a role, and the words that a reader sees."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

from ethics.access import Role
from tests.house import House

ROOT = Path(__file__).resolve().parent.parent


def opened(house: House, role: Role, path: str | None = None, **query: str) -> AppTest:
    """The front door as `role`, moved on to a page."""
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    at.user = {"sid": house.sids[role]}
    at.run()
    if path is not None:
        for name, value in query.items():
            at.query_params[name] = value
        at.switch_page(path).run()
    assert not at.exception, at.exception
    return at


def words(at: AppTest) -> str:
    """Everything a reader sees as text."""
    kinds = ("title", "header", "caption", "markdown", "error", "success", "info", "warning")
    return "\n".join(str(element.value) for kind in kinds for element in getattr(at, kind))
