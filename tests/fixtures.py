"""A real database, the real application, a clock that moves when told: what tests ask for."""

import fcntl
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import Environment, FileSystemBytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from market import all_models
from market.app import create_app
from market.catalogue import service as catalogue
from market.config import Settings
from market.db import session as db
from market.db.session import Database
from market.kernel.clock import FixedClock
from market.regions import service as regions
from tests.conftest import ENGINE, START
from tests.postgres import temporary_server


@pytest.fixture(scope="session")
def server_url() -> Iterator[str | None]:
    """A PostgreSQL server shared by the run's workers, or None for SQLite."""
    if ENGINE == "sqlite":
        yield None
    elif "TEST_POSTGRES_URL" in os.environ:
        yield os.environ["TEST_POSTGRES_URL"]
    else:
        with temporary_server() as url:
            yield url


@pytest.fixture(scope="session")
def make_database(
    server_url: str | None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], Database]]:
    """Makes databases of the run's engine, with all tables, the places and the kinds of goods."""
    made: list[Database] = []
    template = _template(server_url, tmp_path_factory)

    def make() -> Database:
        name = f"t{uuid.uuid4().hex[:12]}"
        if server_url is None:
            path = tmp_path_factory.mktemp("db") / f"{name}.db"
            shutil.copyfile(template, path)
            url = f"sqlite:///{path}"
        else:
            url = _create(server_url, name, template)
        database = Database(url)
        made.append(database)
        return database

    yield make
    for database in made:
        database.dispose()


def _shared_base(factory: pytest.TempPathFactory) -> Path:
    """The directory that all workers of the run have in common."""
    base = factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def _template(server_url: str | None, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What every database of the run is a copy of, made by the first worker that needs it."""
    base = _shared_base(tmp_path_factory)
    with (base / "template.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.seek(0)
        if known := lock.read():
            return known
        name = f"template{uuid.uuid4().hex[:12]}"
        if server_url is None:
            name = f"{base / name}.db"
            url = f"sqlite:///{name}"
        else:
            url = _create(server_url, name, "template0")
        database = Database(url)
        all_models.metadata.create_all(database.engine)
        with database.unit_of_work() as session:
            regions.load(session)
            catalogue.load_kinds(session)
        with database.engine.begin() as connection:
            connection.execute(text("ANALYZE"))
        database.dispose()  # SQLite: everything is in the one file then
        lock.write(name)
        return name


def _create(server_url: str, name: str, template: str) -> str:
    """A new database of the server; returns its address."""
    admin = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    admin.dispose()
    return server_url.rsplit("/", 1)[0] + f"/{name}"


@pytest.fixture(scope="session")
def shared_database(make_database: Callable[[], Database]) -> Iterator[Database]:
    """One database per worker; tests roll back what they write."""
    database = make_database()
    yield database
    database.dispose()


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this worker keeps files."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture
def clock() -> FixedClock:
    """10:00 in Shanghai on 2026-11-22 until moved."""
    return FixedClock(START)


@pytest.fixture
def now(clock: FixedClock) -> datetime:
    """The instant at which the test begins."""
    return clock.now()


@pytest.fixture(scope="session")
def settings(data_dir: Path) -> Settings:
    """Settings of the tests."""
    return Settings(secret_key="t" * 40, data_dir=data_dir, testing=True)


class CompiledTemplates(FileSystemBytecodeCache):
    """What templates of pages became, by language; a changed template is compiled anew."""

    def get_bucket(
        self, environment: Environment, name: str, filename: str | None, source: str
    ) -> Bucket:
        named = f"{getattr(environment, 'language', '')}/{name}"
        return super().get_bucket(environment, named, filename, source)


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> CompiledTemplates:
    """Shared by the workers of a run; TEST_TEMPLATES names a directory that runs share."""
    base = os.environ.get("TEST_TEMPLATES") or _shared_base(tmp_path_factory) / "templates"
    Path(base).mkdir(exist_ok=True)
    return CompiledTemplates(str(base))


@pytest.fixture(scope="session")
def shared_app(
    settings: Settings, shared_database: Database, compiled_templates: CompiledTemplates
) -> Flask:
    """The application, made once per worker; each template is compiled once in the run."""
    app = create_app(settings, database=shared_database)
    app.jinja_env.bytecode_cache = compiled_templates
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.fixture
def connection_scope(shared_database: Database) -> Iterator[None]:
    """Everything the test writes, through whatever session, is rolled back."""
    with shared_database.engine.connect() as connection:
        transaction = connection.begin()
        with shared_database.joined_to(connection):
            yield
        transaction.rollback()


@pytest.fixture
def session(
    connection_scope: None, shared_database: Database, shared_app: Flask
) -> Iterator[Session]:
    """A session in the test's transaction; the app sees what it flushed after `commit()`."""
    db.use(shared_database)
    opened = shared_database._session()
    yield opened
    opened.close()


@pytest.fixture
def app(shared_app: Flask, session: Session, clock: FixedClock) -> Flask:
    """The application on the test's database and clock."""
    shared_app.extensions["market.clock"] = clock
    shared_app.extensions["market.page_cache"].clear()
    return shared_app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor without cookies."""
    return app.test_client()


@pytest.fixture
def race_database(make_database: Callable[[], Database]) -> Iterator[Database]:
    """A database of its own whose commits are real, for tests with several threads."""
    previous = db._current
    database = make_database()
    db.use(database)
    yield database
    database.dispose()
    if previous is not None:
        db.use(previous)
