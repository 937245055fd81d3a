"""Ready pieces of public pages, kept in the process that made them.

A piece is found by a key that holds everything it depends on (what, revision, language,
place, filters); it holds nothing personal. Prices, certificates, selling out and returning
move the revision at once. The lifetime bounds what it does not see: freight tables,
promotions, bundles, exact stock counts, sales. No piece outlives the day in Shanghai, because
certificates begin and end with it.
"""

from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from threading import local
from typing import TypeVar

from flask import current_app
from flask.sansio.app import App

from market.kernel.clock import end_of_day, shanghai_date
from market.kernel.kept import PieceCache

T = TypeVar("T")
LIFETIME = timedelta(seconds=20)
_EXTENSION = "market.page_cache"
_here = local()  # `end`: until when what this thread is making may be kept


def until(now: datetime) -> datetime:
    """How long a piece made now may be shown."""
    return min(now + LIFETIME, end_of_day(shanghai_date(now)))


def pieces() -> PieceCache:
    """The cache of this application."""
    cache: PieceCache = current_app.extensions[_EXTENSION]
    return cache


def piece(key: Hashable, now: datetime, make: Callable[[], str]) -> str:
    """The piece under `key`, made when it is not there."""
    return _kept(key, now, make, lambda text: len(text) * 2)


def ready(key: Hashable, now: datetime, make: Callable[[], bytes]) -> bytes:
    """Like `piece` for what is sent as it is."""
    return _kept(key, now, make, len)


def value(
    key: Hashable,
    now: datetime,
    size: int | Callable[[T], int],
    make: Callable[[], T],
    stands: Callable[[T], bool] = lambda _: True,
) -> T:
    """Like `piece` for a value that is no text; `size` is a rough count of its bytes, or counts
    them when that depends on the value. A value that knows what it was made of may be asked
    whether it still stands, in place of a revision in the key; it is made anew when not."""
    return _kept(key, now, make, size if callable(size) else lambda _: size, stands)


def _kept(
    key: Hashable,
    now: datetime,
    make: Callable[[], T],
    size: Callable[[T], int],
    stands: Callable[[T], bool] = lambda _: True,
) -> T:
    """What is made of other kept things does not outlive them."""
    kept = pieces()
    found = kept.look(key, now)
    if found is None or not stands(found[0]):
        with kept.alone(key) as waited:
            found = kept.look(key, now) if waited else None
            if found is None or not stands(found[0]):
                found = _made(make, now)
                kept.keep(key, found[0], now, found[1], size(found[0]))
    if (end := getattr(_here, "end", None)) is not None:
        _here.end = min(end, found[1])
    thing: T = found[0]
    return thing


def _made(make: Callable[[], T], now: datetime) -> tuple[T, datetime]:
    """What was made, and until when what it was made of may be shown."""
    outer, _here.end = getattr(_here, "end", None), until(now)
    try:
        return make(), _here.end
    finally:
        _here.end = outer


def init_app(app: App) -> None:
    """Give the application its cache."""
    app.extensions[_EXTENSION] = PieceCache()
