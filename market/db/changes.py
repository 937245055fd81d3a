"""Whether anything that public pages are made of changed, told without asking the database.

The processes of one machine share eight bytes in a file, the mark. A transaction that moves a
revision gives it a value never seen before as soon as it is committed; what was read under
another mark is read again. What was read is trusted for a second at most, for those who cannot
see the mark (other machines) or were not told (a process that ended between commit and mark).
"""

import mmap
import os
from collections.abc import Hashable
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy.orm import Session

TRUSTED_SECONDS = 1.0
_SIZE = 8
_MOST = 2_000  # answers kept: pages that are asked for again and again are fewer
_MOVED = "market.moved"


def move(session: Session) -> None:
    """Say that this transaction moves a revision; all are told when it is committed."""
    session.info[_MOVED] = True


def has_moved(session: Session) -> bool:
    """Whether it said so."""
    return _MOVED in session.info


def open_changes(path: Path) -> "Changes | None":
    """None when the file cannot be opened: such a process asks the database every time, and the
    others see its changes within the second."""
    try:
        return Changes(path)
    except OSError:
        return None


class Changes:
    """The mark of one database, and what was read under it."""

    def __init__(self, path: Path) -> None:
        """`path` is the file that all processes of this machine share; made when missing.
        Raises OSError."""
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if os.fstat(file).st_size < _SIZE:
                os.pwrite(file, os.urandom(_SIZE), 0)
            self._mark = mmap.mmap(file, _SIZE)
        finally:
            os.close(file)  # the mapping stays
        self._known: dict[Hashable, tuple[bytes, float, Any]] = {}

    def tell(self) -> None:
        """Make every process ask again. A random value needs no lock: of two that tell at once
        one value stays, and whoever takes it reads what both have committed before."""
        self._mark[:] = os.urandom(_SIZE)

    def mark(self) -> bytes:
        """The mark now; to be taken before the database is asked."""
        return self._mark[:]

    def find(self, key: Hashable) -> tuple[Any, ...]:
        """The answer kept under a key, alone in a tuple; empty when it must be asked for."""
        known = self._known.get(key)
        if known is None or known[0] != self._mark[:] or monotonic() >= known[1]:
            return ()
        return known[2:]

    def keep(self, key: Hashable, answer: Any, mark: bytes, asked_at: float) -> None:
        """Keep an answer that was asked for under a mark, at an instant of `monotonic`."""
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[key] = (mark, asked_at + TRUSTED_SECONDS, answer)
