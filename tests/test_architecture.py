"""The house stays a house: imports point one way, Streamlit stays in its rooms, no room grows too large."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SLICES = ("ethics", "checklists", "reports")
FILES = [ROOT / "app.py", *(p for s in SLICES for p in sorted((ROOT / s).rglob("*.py")) if "versions" not in p.parts)]
#: Inside ethics a feature uses the foundation and the features before it in this list, never those after.
FEATURES = (
    "clients",
    "people",
    "workforce",
    "masking",
    "cleaning",
    "mismatches",
    "triage",
    "door",
    "notices",
    "wellbeing",
    "risk",
    "imports",
)
TOP_LEVEL = {
    "app.py",
    "ethics",
    "checklists",
    "reports",
    "tests",
    "pyproject.toml",
    "README.md",
    "CHANGELOG.md",
    "LICENSE",
    "Makefile",
    "requirements.lock",
    "requirements-dev.lock",
    ".ci",
    ".streamlit",
    ".gitignore",
}


def imports(path: Path) -> Iterator[str]:
    """Names of the modules that a file imports, wherever in the file it does."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rank(module: str) -> int | None:
    """How high a module lives; None for modules that are not ours."""
    parts = module.split(".")
    if parts[0] == "app":
        return 300
    if parts[0] == "reports":
        return 200
    if parts[0] == "checklists":
        return 100
    if parts[0] != "ethics":
        return None
    if len(parts) > 1 and parts[1] in FEATURES:
        return 10 + FEATURES.index(parts[1])
    return 0


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


#: The foundation that knows people: who asks is answered from their accounts. Features may be used here by name.
KNOWS_PEOPLE = {"ethics.gate", "ethics.pages.desk", "ethics.pages.look", "ethics.__main__"}


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_one_way(path: Path) -> None:
    me = module_of(path)
    mine = rank(me)
    assert mine is not None
    if me in KNOWS_PEOPLE:
        mine = 11 if me != "ethics.__main__" else 99
    wrong = {name for name in imports(path) if (theirs := rank(name)) is not None and theirs > mine}
    assert not wrong, f"{me} looks upwards at {sorted(wrong)}"


def test_the_rule_catches_a_rule_file_that_imports_a_page() -> None:
    assert (rank("reports.gather") or 0) > (rank("ethics.risk.score") or 0)
    assert (rank("ethics.risk.scores") or 0) > (rank("ethics.mismatches.triage") or 0)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_only_the_front_door_and_pages_import_streamlit(path: Path) -> None:
    if path.name == "app.py" or "pages" in path.parts:
        return
    assert not any(name.split(".")[0] == "streamlit" for name in imports(path))


@pytest.mark.parametrize("path", [p for p in FILES if "pages" in p.parts], ids=lambda p: str(p.relative_to(ROOT)))
def test_pages_reach_the_database_through_verbs_only(path: Path) -> None:
    if path.name in ("desk.py", "look.py", "charting.py"):
        return
    reached = {name.split(".")[0] for name in imports(path)}
    assert not reached & {"sqlalchemy", "sqlmodel"}, "a page holds no query"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_raw_html_lives_in_one_module(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if path.relative_to(ROOT).as_posix() == "ethics/pages/look.py":
        return
    assert "st.html(" not in text
    assert "unsafe_allow_html" not in text
    assert "components.html" not in text


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_room_is_crowded(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 320


def test_nothing_but_the_known_lies_at_the_top() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    assert {name.split("/")[0] for name in tracked if name} <= TOP_LEVEL


def test_lock_files_name_no_registry() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        assert "://" not in (ROOT / name).read_text(encoding="utf-8")


def test_cached_functions_have_whose_data_it_is_in_their_arguments() -> None:
    """`st.cache_data` is shared by everybody: what it returns may depend on nothing but its arguments."""
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and any("cache_data" in ast.dump(d) for d in node.decorator_list):
                names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
                assert not names & {"desk", "here", "database"}, f"{path.name}:{node.name}"
