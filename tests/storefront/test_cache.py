"""Kept pieces: found, outlived, pushed out."""

from datetime import UTC, datetime, timedelta

from market.storefront.cache import PieceCache, until

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SOON = timedelta(seconds=20)


def test_a_piece_lives_until_its_time():
    cache = PieceCache()
    cache.keep("a", "page", NOW, NOW + SOON, 4)
    assert cache.find("a", NOW) == "page"
    assert cache.find("a", NOW + SOON) is None
    assert cache.find("a", NOW - SOON) is None
    assert cache.find("b", NOW) is None


def test_no_piece_outlives_the_day_of_a_certificate():
    midnight = datetime(2026, 11, 22, 16, tzinfo=UTC)  # in Shanghai
    assert until(midnight - timedelta(seconds=5)) == midnight
    assert until(midnight) == midnight + SOON


def test_the_least_used_makes_room():
    cache = PieceCache(entries=2)
    for key in ("a", "b"):
        cache.keep(key, key, NOW, NOW + SOON, 1)
    cache.find("a", NOW)
    cache.keep("c", "c", NOW, NOW + SOON, 1)
    assert [cache.find(key, NOW) for key in ("a", "b", "c")] == ["a", None, "c"]


def test_the_size_is_bounded():
    cache = PieceCache(size=10)
    for number in range(5):
        cache.keep(number, "x", NOW, NOW + SOON, 4)
    assert sum(cache.find(number, NOW) is not None for number in range(5)) == 2
    cache.clear()
    assert cache.find(4, NOW) is None
