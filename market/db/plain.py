"""Rows of joined tables as plain tuples: what entities would hold, at a third of their cost.

For reads of many pages. A service that goes on to change what it read loads entities.
"""

import json
from collections import namedtuple
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import JSON, Dialect, Executable, Select, Table, Text, cast, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

_NUMERIC = 1700  # what PostgreSQL calls the type of exact numbers; nothing else asks
_tuple: Any = namedtuple  # of names that are given


class Columns:
    """Some columns of one table, and the tuple they come as, with the names of the entity."""

    def __init__(self, entity: Any, names: str) -> None:
        table: Table = entity.__table__
        self.of = table.c
        self.names = names.split()
        self.columns = [table.c[name] for name in self.names]
        self._make = _tuple(entity.__name__, names)._make

    def __len__(self) -> int:
        return len(self.columns)

    def cut(self, row: Any, start: int = 0) -> Any:
        """The tuple that begins at a place of a row."""
        return self._make(row[start : start + len(self.columns)])


class AsGiven:
    """A statement whose rows come as the driver gives them: hashable, to be compared with rows
    seen before, and made into `values` only when they are new."""

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        columns = list(statement.selected_columns)
        self._types = [column.type for column in columns]
        self.statement = statement.with_only_columns(
            *(cast(column, Text) if isinstance(column.type, JSON)
              else type_coerce(column, NullType) for column in columns),
            maintain_column_froms=True,
        )  # fmt: skip
        self._makers = cache(self._makers_for)

    def values(self, dialect: Dialect, row: Any) -> list[Any]:
        """What the statement would have given."""
        values = list(row)
        for at, make in self._makers(dialect):
            if values[at] is not None:
                values[at] = make(values[at])
        return values

    def _makers_for(self, dialect: Dialect) -> list[tuple[int, Callable[[Any], Any]]]:
        found = (
            json.loads if isinstance(one, JSON)
            else one.dialect_impl(dialect).result_processor(dialect, _NUMERIC)
            for one in self._types
        )  # fmt: skip
        return [(at, make) for at, make in enumerate(found) if make is not None]


def read(session: Session, statement: Executable, values: Mapping[str, Any]) -> list[Any]:
    """The rows of a statement without entities, after what the session still had to write."""
    session.flush()
    return list(session.connection().execute(statement, dict(values)).all())
