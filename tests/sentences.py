"""Every sentence that the code says, found in its syntax tree: what the catalogue has to translate.

`python -m tests.sentences` prints what `fi.po` lacks, ready to be filled in.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAYERS = {
    "t",
    "mark",
    "sentence",
    "Sentence",
    "Refused",
    "NotFound",
    "NotAllowed",
    "BadSettings",
    "TooManyTries",
    "TooMuch",
    "TooLong",
    "NotSent",
    "reader",
    "terminal_reader",
    "self",
}
COUNTERS = {"plural", "counted"}
FOLDERS = ("ethics", "checklists", "reports")


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        return _name(node.func)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _texts(call: ast.Call) -> tuple[str, ...] | None:
    name = _name(call.func)
    if name == "reader" and not isinstance(call.func, ast.Call):  # reader("fi") chooses, reader("fi")("…") says
        return None
    wanted = 1 if name in SAYERS else 2 if name in COUNTERS else 0
    found = [a.value for a in call.args[:wanted] if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    return tuple(found) if wanted and len(found) == wanted else None


def in_python(path: Path) -> Iterator[tuple[str, ...]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and (texts := _texts(node)) is not None:
            yield texts


def in_template(path: Path) -> Iterator[tuple[str, ...]]:
    for found in re.finditer(r'\bt\("((?:[^"\\]|\\.)*)"', path.read_text(encoding="utf-8")):
        yield (found[1],)


def sentences() -> dict[tuple[str, ...], set[str]]:
    """Each sentence (one text, or one and many) and the files that say it."""
    said: dict[tuple[str, ...], set[str]] = {}
    files = [ROOT / "app.py", *(p for folder in FOLDERS for p in sorted((ROOT / folder).rglob("*.py")))]
    for path in files:
        for texts in in_python(path):
            said.setdefault(texts, set()).add(str(path.relative_to(ROOT)))
    for path in sorted((ROOT / "ethics").rglob("templates/*.html")):
        for texts in in_template(path):
            said.setdefault(texts, set()).add(str(path.relative_to(ROOT)))
    return {texts: places for texts, places in said.items() if any(re.search(r"[^\W\d_]{2}", text) for text in texts)}


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


if __name__ == "__main__":
    from ethics.language import catalogue

    known = catalogue("fi")
    for texts, places in sorted(sentences().items()):
        if texts[0] not in known:
            print(f"#: {', '.join(sorted(places))}\nmsgid {_quoted(texts[0])}")
            if len(texts) == 2:
                print(f'msgid_plural {_quoted(texts[1])}\nmsgstr[0] ""\nmsgstr[1] ""\n')
            else:
                print('msgstr ""\n')
