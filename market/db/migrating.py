"""Migrations by Alembic, reached through `flask db`."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from market.db.session import Database

DIRECTORY = Path(__file__).parent.parent.parent / "migrations"


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


def head() -> str | None:
    """The newest revision in the files."""
    config = Config()
    config.set_main_option("script_location", str(DIRECTORY))
    return ScriptDirectory.from_config(config).get_current_head()


def at_head(database: Database) -> bool:
    """Whether the database has the newest revision."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head()
