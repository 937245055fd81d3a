"""Every ORM model, imported in one place so that the metadata is complete."""

from market.db.base import Base

metadata = Base.metadata
