"""One number by one statement, without the cost of a session.

Kept pages ask for their revision this way: the statement goes straight to the driver on a
pooled connection. The number is of its own moment, not of the session's transaction.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Compiled, Engine, Select
from sqlalchemy.orm import Session

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
    made = _compiled(bind, statement)
    asked: Any = {**made.params, **values}
    order = getattr(made, "positiontup", None)
    for watch in watchers:
        watch(made.string)
    connection = bind.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(made.string, asked if order is None else [asked[name] for name in order])
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
