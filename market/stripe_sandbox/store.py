"""The sandbox's own truth: objects as JSON in SQLite, changed under one lock."""

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from secrets import token_hex
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, kind TEXT NOT NULL,
    created INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, status INTEGER, body TEXT);
"""
Body = dict[str, Any]


class Store:
    """Objects by id, and the remembered answer of every idempotency key."""

    def __init__(self, database: str, now: Callable[[], float] = time.time) -> None:
        self.now = now
        self._connection = sqlite3.connect(database, check_same_thread=False, isolation_level=None)
        self._connection.executescript(SCHEMA)
        self._lock = threading.RLock()
        self._depth = 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, one at a time; nests by joining the outer one."""
        with self._lock:
            outer = self._depth == 0
            if outer:
                self._connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                if outer:
                    self._connection.execute("ROLLBACK")
                raise
            else:
                if outer:
                    self._connection.execute("COMMIT")
            finally:
                self._depth -= 1

    def insert(self, kind: str, prefix: str, body: Body) -> Body:
        """Store a new object; it gets its id, `object`, `created` and `livemode: false`."""
        at = int(self.now())
        whole = {
            "id": f"{prefix}_{token_hex(12)}",
            "object": kind,
            "created": at,
            "livemode": False,
            **body,
        }
        with self._lock:
            self._connection.execute(
                "INSERT INTO objects (id, kind, created, body) VALUES (?, ?, ?, ?)",
                (whole["id"], kind, at, json.dumps(whole)),
            )
        return whole

    def save(self, body: Body) -> Body:
        """Replace the stored object of the same id."""
        with self._lock:
            self._connection.execute(
                "UPDATE objects SET body = ? WHERE id = ?", (json.dumps(body), body["id"])
            )
        return body

    def find(self, kind: str, identity: str) -> Body | None:
        with self._lock:
            row = self._connection.execute(
                "SELECT body FROM objects WHERE id = ? AND kind = ?", (identity, kind)
            ).fetchone()
        return json.loads(row[0]) if row else None

    def all(self, kind: str) -> list[Body]:
        """Every object of a kind, newest first."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT body FROM objects WHERE kind = ? ORDER BY seq DESC", (kind,)
            ).fetchall()
        return [json.loads(row[0]) for row in rows]

    def begin_answer(self, key: str, fingerprint: str) -> tuple[str, int | None, str | None] | None:
        """What is remembered for `key`; None when it is new, and then it is reserved."""
        with self._lock:
            row = self._connection.execute(
                "SELECT fingerprint, status, body FROM answers WHERE key = ?", (key,)
            ).fetchone()
            if row:
                return (row[0], row[1], row[2])
            self._connection.execute(
                "INSERT INTO answers (key, fingerprint) VALUES (?, ?)", (key, fingerprint)
            )
            return None

    def finish_answer(self, key: str, status: int, body: str) -> None:
        with self._lock:
            self._connection.execute(
                "UPDATE answers SET status = ?, body = ? WHERE key = ?", (status, body, key)
            )

    def forget_answer(self, key: str) -> None:
        """A request that failed its validation leaves nothing behind."""
        with self._lock:
            self._connection.execute("DELETE FROM answers WHERE key = ?", (key,))
