"""The real places, loaded once per test database."""

from market.db.session import Database
from market.regions import queries, service


def load_once(database: Database) -> None:
    """Load all places into `database`, committed, unless they are there."""
    with database.unit_of_work() as session:
        if not queries.is_loaded(session):
            service.load(session)
