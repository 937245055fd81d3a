"""Engine, sessions and the only place that commits.

SQLite runs in WAL mode with `synchronous=FULL`; writing transactions begin IMMEDIATE
behind a lock shared by the processes of one machine, which is fairer and faster than
busy-waiting. PostgreSQL writes in its ordinary transactions and reads outside of any: each of
its statements sees what was committed before it in either case, and the round trips that
begin and end a transaction are saved.
"""

import fcntl
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import Session

from market.db.changes import has_moved, open_changes
from market.db.glance import CHANGES, KEPT
from market.kernel.kept import PieceCache

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=15000",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-1000",  # for each thread's connection; the system caches the file
)
_KEPT_BYTES = 4_000_000
_READ_ONLY = "market_read_only"
# What is read often lies in memory: one row by its index costs little more than its neighbour.
_READING = "-c default_transaction_read_only=on -c random_page_cost=1.1"
_IDLE_SECONDS = 1.0  # a server that was started anew was away for longer


class Database:
    """One database and the ways to open a transaction on it."""

    def __init__(
        self, url: str, *, pool_size: int = 8, pooler: bool = False, mark: Path | None = None
    ) -> None:
        """`pooler`: connections are shared between transactions by something in between, so
        nothing may be kept on them. `mark`: the file by which the processes of this machine tell
        each other of changes; SQLite's lies beside the database, PostgreSQL needs to be told."""
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self.engine = _sqlite(self.url, pool_size)
            self.readers: Engine = self.engine.execution_options(**{_READ_ONLY: True})
            self.engines: tuple[Engine, ...] = (self.engine,)
        else:
            self.engine = _postgresql(self.url, pool_size, pooler=pooler)
            self.readers = _postgresql(self.url, pool_size, pooler=pooler, reading=True)
            self.engines = (self.engine, self.readers)
        self._bind: Engine | Connection = self.engine
        self._nested = False
        self._thread_lock = threading.Lock()
        self._lock_path = self._beside("write-lock")
        mark = self._beside("mark") or mark
        self._changes = open_changes(mark) if mark else None
        self._kept = PieceCache(size=_KEPT_BYTES)
        self._idle: list[Session] = []  # for reading; as many as were ever open at once

    def _beside(self, ending: str) -> Path | None:
        name = self.url.database
        if not self.is_sqlite or not name or name == ":memory:" or name.startswith("file:"):
            return None
        return Path(f"{name}.{ending}")

    @contextmanager
    def unit_of_work(self) -> Iterator[Session]:
        """One writing transaction: committed at the end, rolled back on any exception."""
        with self._writer():
            session = self._session()
            try:
                yield session
                session.commit()
            except BaseException:
                session.rollback()
                raise
            finally:
                if self._changes is not None and has_moved(session):
                    self._changes.tell()
                session.close()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for reads; nothing it does is kept. Closed ones serve again: to make one
        is 2 % of a kept page."""
        idle = [] if self._nested else self._idle
        try:
            session = idle.pop()
        except IndexError:
            session = self._session(read_only=True)
        try:
            yield session
        finally:
            session.close()
            idle.append(session)

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """Reads that all see one instant of the data, however long they take."""
        with self.reading() as session:
            if not (self.is_sqlite or self._nested):  # SQLite's transactions always do
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield session

    def ping(self) -> None:
        """Raise when the database does not answer."""
        with self.reading() as session:
            session.execute(text("SELECT 1"))

    @contextmanager
    def joined_to(self, connection: Connection) -> Iterator[None]:
        """All sessions join `connection`'s transaction by savepoints; tests roll it back."""
        self._bind, self._nested = connection, True
        try:
            yield
        finally:
            self._bind, self._nested = self.engine, False

    def dispose(self) -> None:
        """Close the pooled connections."""
        for engine in self.engines:
            engine.dispose()

    def _session(self, *, read_only: bool = False) -> Session:
        if self._nested:
            return Session(
                self._bind, expire_on_commit=False, join_transaction_mode="create_savepoint"
            )
        if read_only:
            told = {CHANGES: self._changes, KEPT: self._kept}
            return Session(self.readers, expire_on_commit=False, info=told)
        return Session(self.engine, expire_on_commit=False)

    @contextmanager
    def _writer(self) -> Iterator[None]:
        if self._lock_path is None or self._nested:
            yield
            return
        with self._thread_lock, self._lock_path.open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _sqlite(url: URL, pool_size: int) -> Engine:
    engine = create_engine(
        url,
        connect_args={"check_same_thread": False, "timeout": 15},
        pool_size=pool_size,
        max_overflow=pool_size,
    )

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions begin where the hook below says
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        if connection.execute("PRAGMA synchronous").fetchone()[0] != 2:
            raise RuntimeError("SQLite must run with synchronous=FULL")
        if connection.execute("PRAGMA foreign_keys").fetchone()[0] != 1:
            raise RuntimeError("SQLite must enforce foreign keys")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        if connection.get_execution_options().get(_READ_ONLY, False):
            # Straight to the driver: it cannot fail, and every page begins with it.
            connection.connection.cursor().execute("BEGIN")
        else:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _postgresql(url: URL, pool_size: int, *, pooler: bool, reading: bool = False) -> Engine:
    """Statements asked a third time are prepared, which halves what they cost the server. Those
    that write are about single rows, whose plan is the same for all values."""
    told: dict[str, Any] = {"cursor_factory": _Cursor, "prepare_threshold": None}
    if not pooler:
        told["prepare_threshold"] = 2
        told["options"] = _READING if reading else "-c plan_cache_mode=force_generic_plan"
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        connect_args=told,
        # Outside of transactions nothing is left that would have to be undone.
        **({"isolation_level": "AUTOCOMMIT", "pool_reset_on_return": None} if reading else {}),
    )
    _look_after_idle(engine)
    return engine


class _Cursor(psycopg.Cursor[Any]):
    """Tells of columns what is asked for. The driver's own description, made for every result,
    takes three microseconds a column: 2 to 4 % of a checkout."""

    @property
    def description(self) -> Any:
        """Name and type of each column, in the seven places of the standard."""
        result = self.pgresult
        if result is None or not result.nfields:
            return super().description
        return [
            ((result.fname(at) or b"").decode(), result.ftype(at), None, None, None, None, None)
            for at in range(result.nfields)
        ]


def _look_after_idle(engine: Engine) -> None:
    """A connection that lay idle is asked whether it still works before it is handed out; to
    ask before every use would cost a short page a tenth of its time."""

    @event.listens_for(engine, "checkin")
    def on_checkin(_connection: Any, record: Any) -> None:
        record.info["since"] = monotonic()

    @event.listens_for(engine, "checkout")
    def on_checkout(connection: Any, record: Any, _proxy: Any) -> None:
        since = record.info.get("since")
        if since is None or monotonic() - since < _IDLE_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error


_current: Database | None = None


def use(database: Database) -> None:
    """Make `database` the one that `unit_of_work` and `reading` open."""
    global _current  # noqa: PLW0603 (one database per process, set by the composition root)
    _current = database


def database() -> Database:
    """The database in use. Raises RuntimeError before the composition root chose one."""
    if _current is None:
        raise RuntimeError("no database is in use")
    return _current


def unit_of_work() -> AbstractContextManager[Session]:
    """`with unit_of_work() as session:` one writing transaction on the database in use."""
    return database().unit_of_work()


def reading() -> AbstractContextManager[Session]:
    """`with reading() as session:` reads on the database in use."""
    return database().reading()


def snapshot() -> AbstractContextManager[Session]:
    """`with snapshot() as session:` reads of one instant on the database in use."""
    return database().snapshot()


__all__ = ["KEPT", "Database", "database", "reading", "snapshot", "unit_of_work", "use"]
