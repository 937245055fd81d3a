"""Alembic environment: runs on the database given by the program, never on an ini file."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from sqlalchemy import Connection

from market import all_models
from market.db.session import Database

config = context.config


@contextmanager
def rebuilding(connection: Connection) -> Iterator[None]:
    """SQLite rebuilds a table to change a column: rows that refer to it dangle meanwhile.

    Foreign keys are therefore checked at the end instead of at each statement. The switch works
    outside of transactions only. Raises RuntimeError, and nothing is changed, when rows dangle.
    """
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if dangling:
            raise RuntimeError(f"rows without the row they refer to: {dangling[:5]}")
        connection.commit()
    finally:
        connection.rollback()
        driver.execute("PRAGMA foreign_keys=ON")


@contextmanager
def changing(connection: Connection) -> Iterator[None]:
    """All or nothing; PostgreSQL keeps foreign keys by itself."""
    yield
    connection.commit()


def run() -> None:
    """Run the migrations on one connection."""
    database: Database = config.attributes["database"]
    keeping = rebuilding if database.is_sqlite else changing
    with database.engine.connect() as connection, keeping(connection):
        context.configure(
            connection=connection,
            target_metadata=all_models.metadata,
            render_as_batch=database.is_sqlite,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
