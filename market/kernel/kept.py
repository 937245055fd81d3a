"""What a process made and may use again until an instant. Least recently used things make room."""

from collections import OrderedDict
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Lock
from typing import Any


class PieceCache:
    """Least recently used pieces up to a number and a size; safe between threads."""

    def __init__(self, entries: int = 4_000, size: int = 12_000_000) -> None:
        self._kept: OrderedDict[Hashable, tuple[datetime, datetime, Any, int]] = OrderedDict()
        self._lock = Lock()
        self._making: dict[Hashable, tuple[Lock, int]] = {}
        self._entries, self._room = entries, size
        self._size = 0

    def find(self, key: Hashable, now: datetime) -> Any | None:
        """The piece, None when absent or past its time (also when the clock went back)."""
        found = self.look(key, now)
        return None if found is None else found[0]

    def look(self, key: Hashable, now: datetime) -> tuple[Any, datetime] | None:
        """The piece and its end, or None."""
        with self._lock:
            entry = self._kept.get(key)
            if entry is None or not entry[0] <= now < entry[1]:
                return None
            self._kept.move_to_end(key)
            return entry[2], entry[1]

    def keep(self, key: Hashable, value: Any, now: datetime, until: datetime, size: int) -> None:
        """Keep a piece until an instant; old ones make room."""
        with self._lock:
            self._drop(key)
            self._kept[key] = (now, until, value, size)
            self._size += size
            while self._kept and (len(self._kept) > self._entries or self._size > self._room):
                self._drop(next(iter(self._kept)))

    @contextmanager
    def alone(self, key: Hashable) -> Iterator[bool]:
        """Nobody else makes this piece meanwhile; True when somebody just did. A piece is never
        made of itself, so those who wait for each other never form a ring."""
        with self._lock:
            turn, waiting = self._making.get(key, (Lock(), 0))
            self._making[key] = turn, waiting + 1
        try:
            with turn:
                yield waiting > 0
        finally:
            with self._lock:
                turn, waiting = self._making.pop(key)
                if waiting > 1:
                    self._making[key] = turn, waiting - 1

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
            self._size = 0

    def _drop(self, key: Hashable) -> None:
        entry = self._kept.pop(key, None)
        if entry is not None:
            self._size -= entry[3]
