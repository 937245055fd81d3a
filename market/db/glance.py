"""Rows by one statement without the cost of a session: straight from the driver, on a pooled
connection. They are of their own moment, not of the session's transaction.

Kept pages ask for their revision this way, and mostly without the statement: it is remembered
while no change was announced (`market.db.changes`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import Any, TypeVar

from sqlalchemy import CompoundSelect, Engine, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from market.db.changes import TRUSTED_SECONDS, Changes
from market.db.plain import read
from market.kernel.kept import PieceCache

# In the `info` of sessions that only read: what may be remembered of the database, and what the
# process keeps of it.
CHANGES, KEPT = "market.changes", "market.kept"
_CURSOR = "market.cursor"  # in a connection's `info`
watchers: list[Callable[[str], object]] = []
Statement = Select[Any] | CompoundSelect[Any]
Values = Mapping[str, Any]
_ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)  # what is kept knows itself until when it is good
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
Made = TypeVar("Made")
Processors = Sequence[tuple[int, Callable[[Any], Any]]]


@dataclass
class _Compiled:
    """A statement (kept, so that its `id` stays its own) as the driver takes it."""

    statement: Statement
    string: str
    params: Values
    order: Sequence[str] | None
    binders: Sequence[tuple[str, Callable[[Any], Any]]] = ()
    processors: Processors | None = None


_made: dict[tuple[int, str], _Compiled] = {}


def glance(session: Session, statement: Select[Any], values: Values) -> Any:
    """The first column of the first row, None without one.

    `statement` is one built once for the life of the process, about things whose every change
    is announced. A session that is within its transaction, or joined to another's, is asked
    itself.
    """
    bind = _apart(session)
    if bind is None:
        return session.scalar(statement, dict(values))
    key = id(statement), *values.values()
    return _remembered(session.info.get(CHANGES), key, lambda: _first(bind, statement, values))


def recent(session: Session, statement: Select[Any]) -> tuple[tuple[Any, ...], ...]:
    """The rows of a statement, remembered as by `glance`, also for a session that is within a
    transaction as long as it only reads: they may be newer than what it sees. A session that
    writes, or is joined to another's transaction, is asked itself."""
    bind, changes = session.get_bind(), session.info.get(CHANGES)
    if changes is None or not isinstance(bind, Engine):
        return tuple(map(tuple, read(session, statement, {})))
    found: tuple[tuple[Any, ...], ...] = _remembered(
        changes, (id(statement),), lambda: tuple(map(tuple, _ask(bind, statement, {})))
    )
    return found


def recent_piece(
    session: Session, statement: Statement, values: Values,
    make: Callable[[Sequence[Any]], tuple[Made, int]],
) -> Made:  # fmt: skip
    """What `make` makes of the rows, with its bytes, remembered as by `recent` in the room of what
    a process keeps. A session that writes, or is joined to another's transaction, is asked
    itself."""
    bind, changes = session.get_bind(), session.info.get(CHANGES)
    kept: PieceCache | None = session.info.get(KEPT)
    if changes is None or kept is None or not isinstance(bind, Engine):
        return make(read(session, statement, values))[0]
    key = id(statement), *values.values()
    known = kept.find(key, _ALWAYS)
    if known is not None and known[0] == changes.mark() and monotonic() < known[1]:
        found: Made = known[2]
        return found
    mark, until = changes.mark(), monotonic() + TRUSTED_SECONDS  # before the statement looks
    made, size = make(_ask(bind, statement, values))
    kept.keep(key, (mark, until, made), _ALWAYS, _NEVER, size)
    return made


def _remembered(changes: Changes | None, key: tuple[Any, ...], ask: Callable[[], Any]) -> Any:
    if changes is None:
        return ask()
    if found := changes.find(key):
        return found[0]
    mark, now = changes.mark(), monotonic()  # before the statement sees anything
    answer = ask()
    changes.keep(key, answer, mark, now)
    return answer


def rows_of_each(
    session: Session, statements: Sequence[Select[Any]], values: Values
) -> list[Sequence[Any]]:
    """The rows of statements that were built once, asked one after the other on one connection,
    as `market.db.plain.read` gives them, with the same exception for sessions that are within
    a transaction."""
    bind = _apart(session)
    if bind is None:
        return [read(session, statement, values) for statement in statements]
    return _ask_each(bind, statements, values)


def _apart(session: Session) -> Engine | None:
    """What to ask beside the session; None when it has to be asked itself."""
    bind = session.get_bind()
    return bind if isinstance(bind, Engine) and not session.in_transaction() else None


def _first(bind: Engine, statement: Select[Any], values: Values) -> Any:
    found = _ask(bind, statement, values)
    return found[0][0] if found else None


def _ask(bind: Engine, statement: Statement, values: Values) -> Sequence[Any]:
    return _ask_each(bind, (statement,), values)[0]


def _ask_each(bind: Engine, statements: Sequence[Statement], values: Values) -> list[Sequence[Any]]:
    with _cursor(bind) as cursor:
        return [_rows(cursor, bind, statement, values) for statement in statements]


def rows_of_text(bind: Engine, string: str, values: Values) -> Sequence[Any]:
    """The rows of a statement as the driver takes it. Raises what SQLAlchemy would."""
    for watch in watchers:
        watch(string)
    with _cursor(bind) as cursor:
        cursor.execute(string, values)
        found: Sequence[Any] = cursor.fetchall()
        return found


@contextmanager
def _cursor(bind: Engine) -> Iterator[Any]:
    connection = bind.raw_connection()
    try:
        # A connection keeps its cursor: to make one is a fifth of a short statement.
        cursor = connection.info.get(_CURSOR)
        if cursor is None:
            cursor = connection.info[_CURSOR] = connection.cursor()
        yield cursor
    except Exception as error:
        connection.invalidate()
        driver = bind.dialect.loaded_dbapi
        if isinstance(error, driver.Error):
            raise DBAPIError.instance(None, None, error, driver.Error) from error
        raise
    finally:
        connection.close()


def _rows(cursor: Any, bind: Engine, statement: Statement, values: Values) -> Sequence[Any]:
    made = _compiled(bind, statement)
    asked: Any = {**made.params, **values}
    for name, bind_value in made.binders:
        asked[name] = bind_value(asked[name])
    if made.order is not None:
        asked = [asked[name] for name in made.order]
    for watch in watchers:
        watch(made.string)
    cursor.execute(made.string, asked)
    found: Sequence[Any] = cursor.fetchall()
    processors = made.processors
    if processors is None:
        processors = made.processors = _processors(bind, statement, cursor.description)
    return [_processed(row, processors) for row in found] if processors else found


def _processed(row: Sequence[Any], processors: Processors) -> list[Any]:
    values = list(row)
    for place, process in processors:
        values[place] = process(values[place])
    return values


def _compiled(bind: Engine, statement: Statement) -> _Compiled:
    key = id(statement), bind.dialect.name
    if key not in _made:
        made = statement.compile(dialect=bind.dialect)
        order = getattr(made, "positiontup", None)
        _made[key] = _Compiled(
            statement, made.string, made.params, order, _binders(bind, made.binds)
        )
    return _made[key]


def _binders(bind: Engine, params: Mapping[str, Any]) -> list[tuple[str, Callable[[Any], Any]]]:
    """What turns values into those the driver takes, by name; texts and numbers need nothing."""
    found = (
        (name, one.type.dialect_impl(bind.dialect).bind_processor(bind.dialect))
        for name, one in params.items()
    )
    return [(name, process) for name, process in found if process is not None]


def _processors(bind: Engine, statement: Statement, told: Sequence[Any]) -> Processors:
    """What turns the driver's values into those of the columns' types; `told` is what the driver
    says of each column, which may decide about it."""
    dialect, found = bind.dialect, []
    for place, (column, said) in enumerate(zip(statement.selected_columns, told, strict=True)):
        process = column.type.dialect_impl(dialect).result_processor(dialect, said[1])
        if process is not None:
            found.append((place, process))
    return found
