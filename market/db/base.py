"""Declarative base with one naming convention, so that migrations can name constraints."""

from sqlalchemy import MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from market.kernel.ids import new_id

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of every table of the project."""

    metadata = MetaData(naming_convention=NAMING)


class IdMixin:
    """An opaque, time-ordered primary key."""

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
