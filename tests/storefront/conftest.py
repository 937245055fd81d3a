import pytest

TOWN = "130624104"  # 天生桥镇


@pytest.fixture
def in_town(client):
    """A visitor who has chosen a township."""
    client.set_cookie("township", TOWN)
    return client
