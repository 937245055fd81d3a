"""Opaque identifiers: 20 characters, ordered by time of making, not guessable from each other."""

import random
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_TIME_BITS, _RANDOM_BITS = 45, 55


class _Repeatable:
    """A source for the demonstration world: the same seed gives the same ids."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 (not for secrets)
        self.counter = 0

    def bits(self) -> int:
        self.counter += 1
        return (self.counter << _RANDOM_BITS) | self.random.getrandbits(_RANDOM_BITS)


_repeatable: ContextVar[_Repeatable | None] = ContextVar("repeatable_ids", default=None)


def new_id() -> str:
    """A fresh primary key."""
    source = _repeatable.get()
    if source is not None:
        value = source.bits()
    else:
        millis = time.time_ns() // 1_000_000
        value = (millis << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS)
    value &= (1 << (_TIME_BITS + _RANDOM_BITS)) - 1
    return "".join(_ALPHABET[(value >> shift) & 31] for shift in range(95, -1, -5))


def new_code(length: int = 8) -> str:
    """A code people can read to each other: no 0/O, 1/I/L."""
    source = _repeatable.get()
    if source is not None:
        return "".join(source.random.choice(_CODE_ALPHABET) for _ in range(length))
    return "".join(secrets.choice(_CODE_ALPHABET) for _ in range(length))


def new_secret() -> str:
    """An unguessable token (256 bits, URL safe)."""
    return secrets.token_urlsafe(32)


@contextmanager
def repeatable_ids(seed: int) -> Iterator[None]:
    """Inside the block ids and codes repeat from run to run; secrets never do."""
    token = _repeatable.set(_Repeatable(seed))
    try:
        yield
    finally:
        _repeatable.reset(token)
