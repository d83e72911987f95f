"""A plain page read as a browser reads it: its forms with what they would send, its title, its words."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any


class Page(HTMLParser):
    """`forms` are the fields that each form would send, by its id or its place; `text` what a reader sees."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: dict[str, dict[str, Any]] = {}
        self.names: set[str] = set()
        self.said: list[str] = []
        self._form, self._textarea, self._select, self._silent = "", "", "", False
        self._seen: list[str] = []
        self.feed(html)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.said).split())

    def fields(self, form: str = "") -> dict[str, Any]:
        """What the form of this id (else the last one) would send, without its button."""
        return dict(self.forms[form or self._seen[-1]])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "style":
            self._silent = True
        if tag == "form":
            self._form = given.get("id") or f"form-{len(self._seen)}"
            self._seen.append(self._form)
            self.forms.setdefault(self._form, {})
        form = self.forms.setdefault(given.get("form") or self._form, {})
        name = given.get("name", "")
        if name and tag in ("input", "select", "textarea"):
            self.names.add(name)
        if tag == "input" and name:
            ticks = given.get("type") in ("radio", "checkbox")
            if given.get("type") == "checkbox" and "checked" in given:
                form.setdefault(name, []).append(given.get("value", "on"))
            elif not ticks or "checked" in given:
                form[name] = given.get("value", "")
        if tag == "textarea":
            self._textarea, form[name] = name, ""
        if tag == "select":
            self._select, form[name] = name, ""
        if tag == "option" and self._select and "selected" in given:
            form[self._select] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        self._silent = self._silent and tag != "style"
        self._form = "" if tag == "form" else self._form
        self._textarea = "" if tag == "textarea" else self._textarea
        self._select = "" if tag == "select" else self._select

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.forms[self._form][self._textarea] += data
        elif not self._silent:
            self.said.append(data)
