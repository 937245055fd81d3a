"""The real places are there before the tests of this folder run."""

import pytest

from market.db.session import Database
from tests.factories.regions import load_once


@pytest.fixture(autouse=True, scope="session")
def _places(shared_database: Database) -> None:
    load_once(shared_database)
