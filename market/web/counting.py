"""Counts the SQL statements of each answer into the header X-Statements; off by default."""

from threading import local
from typing import Any

from flask import Flask, Response
from sqlalchemy import event

from market.db import glance
from market.db.session import Database

_HEADER = "X-Statements"
_TRANSACTION = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT")
_here = local()


def init_app(app: Flask, database: Database) -> None:
    """Count from now on. One request runs in one thread, so a count per thread is enough."""

    def on_statement(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        count(statement)

    def count(statement: str) -> None:
        if not statement.startswith(_TRANSACTION):
            _here.count = getattr(_here, "count", 0) + 1

    for engine in database.engines:
        event.listen(engine, "before_cursor_execute", on_statement)
    glance.watchers.append(count)

    @app.before_request
    def begin() -> None:
        _here.count = 0

    @app.after_request
    def tell(response: Response) -> Response:
        response.headers[_HEADER] = str(getattr(_here, "count", 0))
        return response
