import pytest

from tests.factories.regions import load_once


@pytest.fixture(autouse=True, scope="session")
def places(shared_database):
    """The real places."""
    load_once(shared_database)
