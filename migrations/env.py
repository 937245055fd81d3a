"""Alembic environment: runs on the database given by the program, never on an ini file."""

from alembic import context

from market import all_models
from market.db.session import Database

config = context.config


def run() -> None:
    """Run the migrations on one connection."""
    database: Database = config.attributes["database"]
    with database.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=all_models.metadata,
            render_as_batch=database.is_sqlite,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
