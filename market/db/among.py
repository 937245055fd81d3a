"""A column among texts that are given as one value, so that a statement is the same text however
many there are: nothing is put into it anew, and PostgreSQL plans it once.
"""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Dialect, String, Text, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


class _Texts(TypeDecorator[Collection[str]]):
    """Texts as one value: an array, or JSON where there are none."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        plain: TypeEngine[Any] = String() if dialect.name == "sqlite" else ARRAY(Text())
        return dialect.type_descriptor(plain)

    def process_bind_param(self, value: Collection[str] | None, dialect: Dialect) -> Any:
        texts = list(value or ())
        return json.dumps(texts) if dialect.name == "sqlite" else texts


class _Among(FunctionElement[bool]):
    """A column and the name of its texts."""

    type = Boolean()
    inherit_cache = True
    name = "among"


@compiles(_Among)
def _array(element: _Among, compiler: SQLCompiler, **kw: Any) -> str:
    column, texts = element.clauses
    return f"{compiler.process(column, **kw)} = ANY ({compiler.process(texts, **kw)})"


@compiles(_Among, "sqlite")
def _json(element: _Among, compiler: SQLCompiler, **kw: Any) -> str:
    column, texts = (compiler.process(part, **kw) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({texts}))"  # noqa: S608 (compiled parts)


def among(column: Any, name: str) -> ColumnElement[bool]:
    """Whether a text column is among the texts given under `name`; none for no texts."""
    return _Among(column, bindparam(name, type_=_Texts()))
