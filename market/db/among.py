"""A column among texts that are given by name.

For statements that are asked for hundreds of rows by their keys. PostgreSQL gets the texts as one
array: the statement is the same text however many there are, so it is planned once. SQLite gets
them one by one. Short lists in tables that grow are better planned for what they are.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Dialect, String, Text, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator


class _Texts(TypeDecorator[Collection[str]]):
    """Texts as one array."""

    impl = ARRAY(Text)
    cache_ok = True

    def process_bind_param(self, value: Collection[str] | None, dialect: Dialect) -> list[str]:
        return list(value or ())


class _Among(FunctionElement[bool]):
    """A column and its texts."""

    type = Boolean()
    inherit_cache = True
    name = "among"

    def self_group(self, against: Any = None) -> "_Among":
        """It is a condition as it stands: compared with true, no index would serve it."""
        return self


@compiles(_Among)
def _array(element: _Among, compiler: SQLCompiler, **kw: Any) -> str:
    column, texts = element.clauses
    return f"{compiler.process(column, **kw)} = ANY ({compiler.process(texts, **kw)})"


@compiles(_Among, "sqlite")
def _one_by_one(element: _Among, compiler: SQLCompiler, **kw: Any) -> str:
    column, texts = element.clauses
    singly: Any = bindparam(texts.key, type_=String(), expanding=True)
    return compiler.process(column.in_(singly), **kw)


def among(column: Any, name: str) -> ColumnElement[bool]:
    """Whether a text column is among the texts given under `name`; none for no texts."""
    return _Among(column, bindparam(name, type_=_Texts()))
