import pytest

from tests.factories.regions import load_once


@pytest.fixture(scope="session", autouse=True)
def places(shared_database):
    """The real places, once per test database."""
    load_once(shared_database)
