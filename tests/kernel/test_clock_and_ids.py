from datetime import UTC, date, datetime

import pytest

from market.kernel.clock import FixedClock, end_of_day, shanghai_date, start_of_day
from market.kernel.ids import new_code, new_id, repeatable_ids


def test_a_day_in_shanghai_begins_at_sixteen_utc_of_the_day_before():
    assert start_of_day(date(2026, 11, 22)) == datetime(2026, 11, 21, 16, tzinfo=UTC)
    assert end_of_day(date(2026, 11, 22)) == datetime(2026, 11, 22, 16, tzinfo=UTC)
    assert shanghai_date(datetime(2026, 11, 22, 16, tzinfo=UTC)) == date(2026, 11, 23)


def test_a_fixed_clock_moves_only_when_told():
    clock = FixedClock(datetime(2026, 11, 22, tzinfo=UTC))
    before = clock.now()
    clock.advance(hours=2)
    assert (clock.now() - before).total_seconds() == 7200


def test_a_naive_instant_is_refused():
    with pytest.raises(ValueError, match="aware"):
        FixedClock(datetime(2026, 11, 22))  # noqa: DTZ001


def test_ids_are_unique_and_ordered_and_of_twenty_characters():
    ids = [new_id() for _ in range(2000)]
    assert len(set(ids)) == 2000
    assert all(len(i) == 20 for i in ids)


def test_the_same_seed_gives_the_same_ids_and_codes():
    with repeatable_ids(7):
        first = [new_id(), new_id(), new_code()]
    with repeatable_ids(7):
        second = [new_id(), new_id(), new_code()]
    assert first == second
    assert sorted(first[:2]) == first[:2]
