"""What is made once for all tests of a module, each of which works in a savepoint of its own."""

from contextlib import contextmanager

import pytest

from market.db import session as db


@pytest.fixture(scope="module")
def kept_for_the_module(shared_database, shared_app):
    """A transaction that is rolled back when the module is over."""
    with shared_database.engine.connect() as connection:
        transaction = connection.begin()
        with shared_database.joined_to(connection):
            yield Kept(shared_database, connection)
        transaction.rollback()


class Kept:
    """The open transaction of a module."""

    def __init__(self, database, connection):
        self._database, self._connection = database, connection

    def writing(self):
        """A unit of work whose rows stay until the module is over."""
        db.use(self._database)
        return self._database.unit_of_work()

    @contextmanager
    def undone(self):
        """What happens inside is forgotten."""
        point = self._connection.begin_nested()
        yield
        point.rollback()
