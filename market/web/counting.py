"""Counts the SQL statements of each answer into the header X-Statements; off by default."""

from threading import local
from typing import Any

from flask import Flask, Response
from sqlalchemy import Engine, event

from market.db import glance

_HEADER = "X-Statements"
_TRANSACTION = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT")
_here = local()


def init_app(app: Flask, engine: Engine) -> None:
    """Count from now on. One request runs in one thread, so a count per thread is enough."""

    @event.listens_for(engine, "before_cursor_execute")
    def on_statement(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        count(statement)

    def count(statement: str) -> None:
        if not statement.startswith(_TRANSACTION):
            _here.count = getattr(_here, "count", 0) + 1

    glance.watchers.append(count)

    @app.before_request
    def begin() -> None:
        _here.count = 0

    @app.after_request
    def tell(response: Response) -> Response:
        response.headers[_HEADER] = str(getattr(_here, "count", 0))
        return response
