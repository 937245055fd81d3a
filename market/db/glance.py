"""One number by one statement, without the cost of a session's transaction.

Kept pages ask for their revision this way: the statement goes straight to the driver on a
pooled connection. The number is of its own moment, not of the session's transaction.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Engine, Select
from sqlalchemy.orm import Session

watchers: list[Callable[[str], object]] = []
_texts: dict[tuple[int, str], tuple[Select[Any], str, tuple[str, ...] | None]] = {}


def glance(session: Session, statement: Select[Any], values: Mapping[str, Any]) -> Any:
    """The first column of the first row, None without one.

    `statement` is one built once for the life of the process. A session that is within its
    transaction, or joined to another's, is asked itself.
    """
    bind = session.get_bind()
    if not isinstance(bind, Engine) or session.in_transaction():
        return session.scalar(statement, dict(values))
    text, order = _compiled(bind, statement)
    for watch in watchers:
        watch(text)
    connection = bind.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(text, [values[name] for name in order] if order is not None else values)
        row = cursor.fetchone()
        cursor.close()
    finally:
        connection.close()
    return row[0] if row else None


def _compiled(bind: Engine, statement: Select[Any]) -> tuple[str, tuple[str, ...] | None]:
    key = (id(statement), bind.dialect.name)
    if key not in _texts:
        made = statement.compile(dialect=bind.dialect)
        order = getattr(made, "positiontup", None)
        _texts[key] = (statement, str(made), tuple(order) if order is not None else None)
    _, text, order = _texts[key]
    return text, order
