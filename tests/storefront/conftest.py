import pytest

from tests.factories.regions import load_once

TOWN = "130624104"  # 天生桥镇


@pytest.fixture(autouse=True, scope="session")
def places(shared_database):
    """The real places."""
    load_once(shared_database)


@pytest.fixture
def in_town(client):
    """A visitor who has chosen a township."""
    client.set_cookie("township", TOWN)
    return client
