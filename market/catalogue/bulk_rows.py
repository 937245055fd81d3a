"""Rows on their way into the tables: made and changed in memory, made ready without a
transaction, and written by a few statements with many parameters."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from sqlalchemy import Column, Dialect, bindparam, insert, inspect, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import Insert, Update

from market.db.base import Base

_CHUNK = 1_000
Values = dict[str, Any]
T = TypeVar("T", bound=Base)


@dataclass(frozen=True)
class Batch:
    """A statement in the words of the database, and its parameters as its driver takes them."""

    sql: str
    parameters: Sequence[Any]

    def write(self, session: Session) -> None:
        """Run it, some hundreds of rows at a time."""
        connection = session.connection()
        for start in range(0, len(self.parameters), _CHUNK):
            connection.exec_driver_sql(self.sql, list(self.parameters[start : start + _CHUNK]))


class Rows:
    """New entities, and known ones as they were. Nothing here touches a session by itself."""

    def __init__(self) -> None:
        self._made: dict[type[Base], list[Base]] = defaultdict(list)
        self._new: set[int] = set()
        self._known: dict[type[Base], dict[int, tuple[Base, Values]]] = defaultdict(dict)

    def make(self, entity: Base) -> None:
        """A row that is to be inserted, with whatever is still changed of it."""
        self._made[type(entity)].append(entity)
        self._new.add(id(entity))

    def made(self, table: type[T]) -> list[T]:
        """The new entities of a table."""
        return cast(list[T], self._made[table])

    def is_made(self, entity: Base) -> bool:
        """Whether an entity is among the new ones."""
        return id(entity) in self._new

    def change(self, entity: Base) -> None:
        """To be called before a row that stands is changed; only what then differs is written."""
        known = self._known[type(entity)]
        if id(entity) not in known:
            known[id(entity)] = entity, dict(inspect(entity).dict)

    def ready(self, dialect: Dialect, tables: Sequence[type[Base]]) -> list[Batch]:
        """Everything to insert and to update, table by table in the order given."""
        assert set(tables) >= set(self._made) | set(self._known)
        found = []
        for table in tables:
            if made := self._made[table]:
                found.append(_inserts(dialect, table, made))
            found += [_updates(dialect, table, rows) for rows in _alike(self._changes(table))]
        return found

    def _changes(self, table: type[Base]) -> Iterator[Values]:
        """By row its key and the columns that differ; rows as they were are left out, and those
        made here are inserted as they became."""
        names = [column.key for column in inspect(table).columns]
        keys = [str(column.key) for column in inspect(table).primary_key]
        for entity, before in self._known[table].values():
            after = inspect(entity).dict
            changed = {n: after[n] for n in names if n in after and after[n] != before.get(n)}
            if changed and not self.is_made(entity):
                yield changed | {f"key_{name}": before[name] for name in keys}


def _alike(rows: Iterable[Values]) -> Iterable[list[Values]]:
    """Rows with the same columns together, as one statement needs them."""
    found: dict[tuple[str, ...], list[Values]] = defaultdict(list)
    for row in rows:
        found[tuple(sorted(row))].append(row)
    return found.values()


def _inserts(dialect: Dialect, table: type[Base], made: Sequence[Base]) -> Batch:
    columns = [column for column in inspect(table).columns if column.computed is None]
    defaults = {column.key: _default(column) for column in columns}
    rows = []
    for entity in made:
        held = inspect(entity).dict
        rows.append({k: held[k] if k in held else make() for k, make in defaults.items()})
    return _bound(dialect, insert(table).values(dict.fromkeys(defaults)), rows)


def _default(column: Column[Any]) -> Callable[[], Any]:
    """What a column holds that nobody filled in."""
    default = column.default
    if default is None:
        return lambda: None
    if default.is_callable:
        return lambda: default.arg(None)  # type: ignore[attr-defined]
    return lambda: default.arg  # type: ignore[attr-defined]


def _updates(dialect: Dialect, table: type[Base], rows: Sequence[Values]) -> Batch:
    columns = inspect(table).columns
    statement = update(table)
    values: dict[Any, Any] = {}
    for name in rows[0]:
        if name.startswith("key_"):
            column = columns[name.removeprefix("key_")]
            statement = statement.where(column == bindparam(name, type_=column.type))
        else:
            values[columns[name]] = bindparam(f"new_{name}", type_=columns[name].type)
    named = [{k if k.startswith("key_") else f"new_{k}": v for k, v in r.items()} for r in rows]
    return _bound(dialect, statement.values(values), named)


def _bound(dialect: Dialect, statement: Insert | Update, rows: Sequence[Values]) -> Batch:
    """The statement with every value turned into what the driver stores."""
    compiled = statement.compile(dialect=dialect)
    names = list(rows[0])
    turn = {
        name: compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)
        for name in names
    }
    order = getattr(compiled, "positiontup", None)
    turned = ({n: t(row[n]) if (t := turn[n]) else row[n] for n in names} for row in rows)
    if order is None:
        return Batch(str(compiled), list(turned))
    return Batch(str(compiled), [tuple(row[name] for name in order) for row in turned])
