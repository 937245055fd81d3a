"""Data sets, made once and kept in build/bench; each run works on a copy."""

import hashlib
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from market.adapters import postgres_index, whoosh_index
from market.app import create_app
from market.config import Settings
from market.db import migrating
from market.db.session import database
from market.search import jobs as search
from tests import postgres
from tests.bench import world

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build" / "bench"
SECRET = "bench" * 8
CREWS = 100_000


@dataclass(frozen=True)
class DataSet:
    """A database with its files, ready to be served."""

    engine: str
    size: int
    directory: Path
    url: str

    def settings(self) -> Settings:
        """What a site on this data set is told."""
        return Settings(
            secret_key=SECRET, data_dir=self.directory, database_url=self.url, dev_messages=False
        )


class Library:
    """Makes data sets and hands out copies. `server` is the URL of the run's PostgreSQL."""

    def __init__(self, server: str | None) -> None:
        self.server = server
        self.now = world.first_of_month(datetime.now(UTC))
        self.stamp = _stamp(self.now)

    def catalogue(self, engine: str, size: int) -> DataSet:
        """A fresh copy of the catalogue with `size` listings."""

        def make(kept: DataSet) -> None:
            app = create_app(kept.settings())
            with app.app_context():
                migrating.upgrade(database())
            world.build_catalogue(app, size, self.now)
            database().dispose()

        return self._copy(engine, f"{engine}-{size}", size, make)

    def crews(self, engine: str) -> DataSet:
        """A fresh copy of the country's crews."""

        def make(kept: DataSet) -> None:
            app = create_app(kept.settings())
            with app.app_context():
                migrating.upgrade(database())
            world.build_crews(app, CREWS, self.now)
            database().dispose()

        return self._copy(engine, f"{engine}-crews", CREWS, make)

    def _copy(self, engine: str, name: str, size: int, make: Callable[[DataSet], None]) -> DataSet:
        kept = BUILD / name
        if not (kept / "stamp").is_file() or (kept / "stamp").read_text() != self.stamp:
            shutil.rmtree(kept, ignore_errors=True)
            kept.mkdir(parents=True)
            if engine == "sqlite":
                make(DataSet(engine, size, kept, f"sqlite:///{kept / 'market.db'}"))
            else:
                self._make_dump(kept, size, make)
            (kept / "stamp").write_text(self.stamp)
            (kept / "form").write_text(_form())
        elif not (kept / "form").is_file() or (kept / "form").read_text() != _form():
            self._bring_up_to_date(kept, engine, size)
            (kept / "form").write_text(_form())
        work = BUILD / "work"
        shutil.rmtree(work, ignore_errors=True)
        if engine == "sqlite":
            shutil.copytree(kept, work)
            return DataSet(engine, size, work, f"sqlite:///{work / 'market.db'}")
        work.mkdir()
        return DataSet(engine, size, work, self._restore(kept, "bench"))

    def _bring_up_to_date(self, kept: Path, engine: str, size: int) -> None:
        """Data sets outlive a change of schema or index, as real databases do."""
        if engine == "sqlite":
            _migrate(DataSet(engine, size, kept, f"sqlite:///{kept / 'market.db'}"))
        else:
            url = self._restore(kept, "bench_new")
            _migrate(DataSet(engine, size, kept, url))
            self._tool("pg_dump", "-Fc", "-Z1", "-f", str(kept / "data.dump"), url)

    def _make_dump(self, kept: Path, size: int, make: Callable[[DataSet], None]) -> None:
        url = self._fresh_database("bench_new")
        make(DataSet("postgresql", size, kept, url))
        self._tool("pg_dump", "-Fc", "-Z1", "-f", str(kept / "data.dump"), url)

    def _restore(self, kept: Path, name: str) -> str:
        url = self._fresh_database(name)
        self._tool("pg_restore", "--no-owner", "-j", "2", "-d", _plain(url),
                   str(kept / "data.dump"))  # fmt: skip
        with psycopg.connect(_plain(url), autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
            connection.execute("CHECKPOINT")
        return url

    def _fresh_database(self, name: str) -> str:
        assert self.server is not None
        with psycopg.connect(_plain(self.server), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        return self.server.rsplit("/", 1)[0] + f"/{name}"

    @staticmethod
    def _tool(name: str, *arguments: str) -> None:
        program = postgres.binaries() / name
        subprocess.run([program, *(_plain(a) for a in arguments)], check=True, capture_output=True)


def _migrate(data: DataSet) -> None:
    app = create_app(data.settings())
    with app.app_context():
        migrating.upgrade(database())
        search.heal(app.extensions["market.text_index"])
    database().dispose()


def postmaster(url: str) -> int:
    """The process id of the server that answers at `url`: the parent of its backends."""
    with psycopg.connect(_plain(url)) as connection:
        found = connection.execute("SELECT pg_backend_pid()").fetchone()
        assert found is not None
        status = Path(f"/proc/{found[0]}/stat").read_text()
    return int(status.rpartition(")")[2].split()[1])


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")


def _stamp(now: datetime) -> str:
    """Changes with the generator and the month."""
    sources = [Path(__file__).parent / "world.py", ROOT / "market" / "seed" / "data" / "goods.csv"]
    return _digest(sources, f"{now:%Y-%m}")


def _form() -> str:
    """Changes with the schema and the search index."""
    migrations = sorted((ROOT / "migrations" / "versions").glob("*.py"))
    return _digest(migrations, f"{whoosh_index.VERSION} {postgres_index.VERSION}")


def _digest(sources: list[Path], more: str) -> str:
    digest = hashlib.blake2b(more.encode(), digest_size=12)
    for path in sources:
        digest.update(path.read_bytes())
    return digest.hexdigest()
