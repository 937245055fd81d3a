"""Statements that go straight to the driver fail as all others do."""

import pytest
from sqlalchemy.exc import DBAPIError

from market.db.glance import rows_of_text


def test_what_the_driver_raises_is_what_sqlalchemy_would_raise(race_database):
    bind = race_database.readers
    with pytest.raises(DBAPIError) as caught:
        rows_of_text(bind, "SELECT 1 FROM nowhere_at_all", {})
    assert "nowhere_at_all" in str(caught.value.orig)
    assert [tuple(row) for row in rows_of_text(bind, "SELECT 1", {})] == [(1,)]
