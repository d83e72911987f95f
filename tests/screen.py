"""A Streamlit that draws nothing and keeps what it was told to show: a page run a hundred times in a few seconds."""

from __future__ import annotations

import csv
import io
import runpy
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pandas as pd
from sqlmodel import Session

from ethics.access import Actor
from ethics.language import reader
from ethics.pages.desk import Desk
from ethics.wellbeing.pages import figures, publish_form, terms_form

#: What a page draws with must have been imported before, or it would keep the screen of the first run.
_DRAWN_WITH = (figures, publish_form, terms_form)
#: Settings of an element that a reader sees; all others are its looks.
SEEN = ("alt", "help", "label", "options", "value", "body", "placeholder", "caption")
#: What is laid out, not shown: its numbers are widths.
LAYOUT = {"columns", "container", "expander", "spinner", "form", "popover", "set_page_config", "html", "logo"}
#: Clicked by nobody.
QUIET = {"button", "form_submit_button", "toggle", "checkbox"}


class Screen:
    """Stands for `streamlit` in a page's module. A choice takes the option at `chosen`."""

    def __init__(self, chosen: int = 0) -> None:
        self.shown: list[Any] = []
        self.chosen = chosen
        self.session_state: dict[str, Any] = {}
        self.column_config = Columns()
        self.context = SimpleNamespace(theme=SimpleNamespace(type="light"), locale="en")

    def __enter__(self) -> Screen:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def element(*given: Any, **settings: Any) -> Any:
            if name == "cache_data":
                return lambda function: function
            if name not in LAYOUT:
                self.shown += [plain(one) for one in given]
            self.shown += [plain(settings[key]) for key in SEEN if key in settings]
            if name in ("columns", "tabs"):
                return [self] * (given[0] if isinstance(given[0], int) else len(given[0]))
            if name in ("selectbox", "radio", "pills", "segmented_control"):
                options = list(given[1])
                self.shown += [settings.get("format_func", str)(option) for option in options]
                return options[self.chosen % len(options)]
            return False if name in QUIET else self

        return element


class Columns:
    """Stands for `st.column_config`: a column shows its name."""

    def __getattr__(self, _name: str) -> Callable[..., str]:
        return lambda label, **_looks: label


def plain(value: Any) -> Any:
    """What a reader sees of it: of a chart the data and the title, of a table and a file the cells."""
    if isinstance(value, bytes):
        return list(csv.reader(io.StringIO(value.decode("utf-8-sig"))))
    if isinstance(value, pd.DataFrame):
        return [*value.columns, *value.astype(object).where(value.notna(), None).to_numpy().tolist()]
    if isinstance(value, dict) and "config" in value:
        return [*value["datasets"].values(), value.get("title", {}).get("text", "")]
    return value


def told(value: Any) -> Iterator[str]:
    """Everything that was shown, as texts."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from told(key)
            yield from told(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from told(inner)
    elif value is not None and not isinstance(value, bool):
        yield repr(value) if isinstance(value, float | int) else str(value)


def _bars(bars: Sequence[Any], *_: Any) -> dict[str, Any]:
    """What an intervals' chart is made of, in place of the chart: Altair takes a quarter of a second for one."""
    return {"config": {}, "datasets": {"bars": [bar._asdict() for bar in bars]}}


@contextmanager
def _at(tx: Session, actor: Actor, language: str, screen: Screen, charts: bool) -> Iterator[Desk]:
    """This person's desk with a transaction that is open already; every module of the house draws on the screen."""
    desk = Desk("sid", actor, reader(language))

    @contextmanager
    def reading() -> Iterator[Session]:
        yield tx

    ours = [
        module
        for name, module in sys.modules.items()
        if name.startswith(("ethics", "reports")) and getattr(module, "st", None) is not None
    ]
    held: list[Any] = [patch.object(module, "st", screen) for module in ours]
    held += [patch.dict(sys.modules, streamlit=screen), patch("ethics.pages.desk.reading", reading)]
    held.append(patch("ethics.pages.desk.allowed", lambda _permission: desk))
    if not charts:
        held.append(patch("ethics.wellbeing.pages.forest.draw", _bars))
    for one in held:
        one.start()
    try:
        yield desk
    finally:
        for one in reversed(held):
            one.stop()


def page(path: str, tx: Session, actor: Actor, language: str, *, chosen: int = 0, charts: bool = True) -> list[str]:
    """All texts of a page as this person sees it; numbers of charts and tables as Python writes them."""
    screen = Screen(chosen)
    with _at(tx, actor, language, screen, charts):
        runpy.run_path(path)
    return list(told(screen.shown))


def section(draw: Callable[[Desk], None], tx: Session, actor: Actor, language: str) -> list[str]:
    """All texts of a part of a page, without charts."""
    screen = Screen()
    with _at(tx, actor, language, screen, charts=False) as desk:
        draw(desk)
    return list(told(screen.shown))
