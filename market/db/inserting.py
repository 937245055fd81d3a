"""Rows that may be there already: inserted when they are new, left alone or changed when not."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from market.db.base import Base


def insert_new(
    session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]], returning: str = "id"
) -> set[Any]:
    """Insert the rows that break no unique constraint, in one statement for all.

    Returns the value of `returning` of each row that is new. No savepoint is needed: a row that
    is there, or that another transaction commits first, is no error on either engine.
    """
    if not rows:
        return set()
    statement = _statement(session.get_bind().dialect.name, model, returning)
    return set(session.scalars(statement, list(rows)))


def upsert(session: Session, model: type[Base]) -> Any:
    """An insert that may say what happens `on_conflict_do_update`: both engines take the same,
    each from its own dialect."""
    return _insert(session.get_bind().dialect.name)(model)


def _insert(dialect: str) -> Any:
    return postgresql.insert if dialect == "postgresql" else sqlite.insert


@cache
def _statement(dialect: str, model: type[Base], returning: str) -> Any:
    return _insert(dialect)(model).on_conflict_do_nothing().returning(model.__table__.c[returning])
