"""Kept pieces: found, outlived, pushed out."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from time import sleep

from market.storefront import cache
from market.storefront.cache import PieceCache, until

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SOON = timedelta(seconds=20)


def test_a_piece_lives_until_its_time():
    kept = PieceCache()
    kept.keep("a", "page", NOW, NOW + SOON, 4)
    assert kept.find("a", NOW) == "page"
    assert kept.find("a", NOW + SOON) is None
    assert kept.find("a", NOW - SOON) is None
    assert kept.find("b", NOW) is None


def test_no_piece_outlives_the_day_of_a_certificate():
    midnight = datetime(2026, 11, 22, 16, tzinfo=UTC)  # in Shanghai
    assert until(midnight - timedelta(seconds=5)) == midnight
    assert until(midnight) == midnight + SOON


def test_the_least_used_makes_room():
    kept = PieceCache(entries=2)
    for key in ("a", "b"):
        kept.keep(key, key, NOW, NOW + SOON, 1)
    kept.find("a", NOW)
    kept.keep("c", "c", NOW, NOW + SOON, 1)
    assert [kept.find(key, NOW) for key in ("a", "b", "c")] == ["a", None, "c"]


def test_the_size_is_bounded():
    kept = PieceCache(size=10)
    for number in range(5):
        kept.keep(number, "x", NOW, NOW + SOON, 4)
    assert sum(kept.find(number, NOW) is not None for number in range(5)) == 2
    kept.clear()
    assert kept.find(4, NOW) is None


def test_what_is_made_of_kept_things_does_not_outlive_them(app):
    with app.app_context():
        app.extensions["market.page_cache"].clear()
        later = NOW + timedelta(seconds=15)
        cache.value("inner", NOW, 1, lambda: "offers")
        made = [cache.piece("outer", later, lambda: cache.value("inner", later, 1, str))]
        made.append(cache.piece("outer", NOW + SOON, lambda: "anew"))
    assert made == ["offers", "anew"]


def at_once(app, make):
    """Eight ask for the same piece; what each got, an exception by its type."""
    barrier, got = Barrier(8), []

    def ask():
        with app.app_context():
            barrier.wait(30)
            try:
                got.append(cache.piece("same", NOW, make))
            except ZeroDivisionError as error:
                got.append(type(error))

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return got


def test_who_asks_while_a_piece_is_made_waits_for_it(app):
    app.extensions["market.page_cache"].clear()
    calls = []

    def make():
        calls.append(1)
        sleep(0.2)
        return "page"

    assert at_once(app, make) == ["page"] * 8
    assert len(calls) == 1


def test_a_piece_that_could_not_be_made_is_tried_by_the_next(app):
    app.extensions["market.page_cache"].clear()
    calls = []

    def make():
        calls.append(1)
        if len(calls) < 3:
            return str(1 // 0)
        return "page"

    got = at_once(app, make)
    assert sorted(map(str, got)) == sorted([str(ZeroDivisionError)] * 2 + ["page"] * 6)
    assert not app.extensions["market.page_cache"]._making
