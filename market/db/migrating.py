"""Migrations by Alembic, reached through `flask db`."""

from alembic import command
from alembic.config import Config

from market.db.revision import DIRECTORY, at_head, head
from market.db.session import Database


def config_for(database: Database) -> Config:
    """Alembic's configuration for `database`; no ini file is read."""
    config = Config()
    config.set_main_option("script_location", str(DIRECTORY))
    config.set_main_option("version_path_separator", "os")
    config.attributes["database"] = database
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the schema to `revision`."""
    command.upgrade(config_for(database), revision)


def downgrade(database: Database, revision: str) -> None:
    """Take the schema back to `revision`."""
    command.downgrade(config_for(database), revision)


__all__ = ["DIRECTORY", "at_head", "config_for", "downgrade", "head", "upgrade"]
