"""One number by one statement, without the cost of a session's transaction.

Kept pages ask for their revision this way: the statement goes straight to the driver on a
pooled connection. The number is of its own moment, not of the session's transaction.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Compiled, Engine, Select
from sqlalchemy.orm import Session

from market.db.session import GLANCES

watchers: list[Callable[[str], object]] = []
_made: dict[tuple[int, str], tuple[Select[Any], Compiled]] = {}


def glance(session: Session, statement: Select[Any], values: Mapping[str, Any]) -> Any:
    """The first column of the first row, None without one.

    `statement` is one built once for the life of the process. A session that is within its
    transaction, or joined to another's, is asked itself.
    """
    bind = session.get_bind()
    if not isinstance(bind, Engine) or session.in_transaction():
        return session.scalar(statement, dict(values))
    bind = bind.get_execution_options().get(GLANCES, bind)
    made = _compiled(bind, statement)
    text = made.string
    asked: Any = {**made.params, **values}
    order = getattr(made, "positiontup", None)
    for watch in watchers:
        watch(text)
    asked = asked if order is None else [asked[name] for name in order]
    try:
        return _first(bind, text, asked)
    except bind.dialect.loaded_dbapi.OperationalError:
        if bind.dialect.name == "sqlite":
            raise
        bind.dispose()  # the server may have been started anew: once more, with new connections
        return _first(bind, text, asked)


def _first(bind: Engine, text: str, asked: Any) -> Any:
    connection = bind.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(text, asked)
        row = cursor.fetchone()
        cursor.close()
    except Exception:
        connection.invalidate()
        raise
    finally:
        connection.close()
    return row[0] if row else None


def _compiled(bind: Engine, statement: Select[Any]) -> Compiled:
    key = (id(statement), bind.dialect.name)
    if key not in _made:
        _made[key] = (statement, statement.compile(dialect=bind.dialect))
    return _made[key][1]
