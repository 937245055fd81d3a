"""Sellers by number: the index counts and compares small numbers, which is quicker than ids.

Numbers are given by a build and stay until the next one. A process keeps them; every answer
says which they were, so that old ones are noticed.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Connection

KEPT = 32  # sets of sellers
SPARE = 128  # bytes, for 1,024 sellers this process has not heard of
State = tuple[int, int]  # the table itself and the highest number in it
CREATE = "CREATE TABLE {table} (number integer PRIMARY KEY, id text NOT NULL)"


@dataclass
class Sellers:
    """The numbers of one state of the index."""

    state: State | None = None
    ids: dict[int, str] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    _bits: dict[frozenset[str], bytes] = field(default_factory=dict)

    def number(self, seller_id: str) -> int:
        """That of a seller; the next one for a new seller."""
        return self.numbers.setdefault(seller_id, len(self.numbers))

    def bits(self, sellers: frozenset[str]) -> bytes:
        """A bit for each number, set for those of these sellers that are in the index. Places
        have the same sellers for long, so some sets are kept."""
        kept = self._bits.get(sellers)
        if kept is None:
            if len(self._bits) >= KEPT:
                self._bits.clear()
            kept = self._bits[sellers] = self._made(sellers)
        return kept

    def _made(self, sellers: Collection[str]) -> bytes:
        made = bytearray((len(self.numbers) >> 3) + SPARE)
        for number in map(self.numbers.get, sellers):
            if number is not None:
                made[number >> 3] |= 1 << (number & 7)
        return bytes(made)


def load(connection: Connection, table: str) -> Sellers:
    """All that are known now."""
    rows: Iterable[Any] = connection.execute(
        text(f"SELECT CAST(tableoid AS bigint), number, id FROM {table} ORDER BY number")  # noqa: S608 (a constant)
    )
    found = Sellers()
    for oid, number, seller_id in rows:
        found.state = oid, number
        found.ids[number] = seller_id
        found.numbers[seller_id] = number
    return found


def save(connection: Connection, table: str, sellers: Sellers) -> None:
    """Write those that have become known since `load`."""
    fresh = [{"id": key, "number": n} for key, n in sellers.numbers.items() if n not in sellers.ids]
    if fresh:
        connection.execute(
            text(f"INSERT INTO {table} (number, id) VALUES (:number, :id)"),  # noqa: S608 (a constant)
            fresh,
        )
