"""Packs: the cheapest whole packs that cover a need. Exact, for several pack sizes.

One size is a division, two sizes a short count, more are dynamic programming over steps of
the sizes' common measure. An unlimited pack of the best value bounds the search: once there
are as many other packs as it is long in steps, some of them make up a whole number of best
packs and can be exchanged for these at no extra cost. Where the common measure is so fine that
more than `CELLS` steps remain, sizes are rounded down to a coarser one: the cover still
covers, and may cost a little more than the least.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from math import ceil, gcd

CELLS = 20_000
_SCALE = 1000


@dataclass(frozen=True, slots=True)
class Pack:
    """One size on offer; `available` None means made on demand without limit.

    Of every size either none or at least `min_packs` are bought.
    """

    key: str
    size: Decimal
    price_fen: int
    min_packs: int = 1
    available: int | None = None


@dataclass(frozen=True, slots=True)
class Cover:
    """Chosen packs: counts by key, what they cost, what they hold and what is left over."""

    counts: tuple[tuple[str, int], ...]
    cost_fen: int
    total: Decimal
    leftover: Decimal


@dataclass(frozen=True, slots=True)
class _Item:
    key: str
    size: int
    price: int
    least: int
    most: int | None

    def fewest(self, rest: int) -> int | None:
        """How many of this alone hold `rest`; None when there are not so many."""
        if rest <= 0:
            return 0
        count = max(self.least, -(-rest // self.size))
        return count if self.most is None or count <= self.most else None


# (cost, size in thousandths, packs, counts): compared in this order.
_Found = tuple[int, int, int, tuple[tuple[str, int], ...]]


def cover(need: Decimal, packs: Sequence[Pack]) -> Cover | None:
    """The cheapest cover of `need`; among equals the one with least left over, then fewest packs.

    None when the packs cannot cover it (stock, or nothing on offer). A need of zero is
    covered by nothing.
    """
    target = ceil(need * _SCALE)
    if target <= 0:
        return Cover((), 0, Decimal(0), Decimal(0))
    if len(packs) == 1:
        return _of_one(need, packs[0])
    items = _usable(packs)
    if len(items) <= 2:
        found = min(_of_two(target, items), default=None)
    else:
        found = _of_many(target, items)
    if found is None:
        return None
    cost, total, _, counts = found
    held = Decimal(total) / _SCALE
    return Cover(tuple(sorted(counts)), cost, held, held - need)


def fewest(need: Decimal, pack: Decimal, least: int, available: int | None) -> int | None:
    """How many packs of one size cover a need above zero; None when there are not so many."""
    size = int(pack * _SCALE)
    if size <= 0:
        return None
    count = max(1, least, -(-ceil(need * _SCALE) // size))
    return count if available is None or count <= available else None


def _of_one(need: Decimal, pack: Pack) -> Cover | None:
    """The fewest of the one pack there is."""
    count = fewest(need, pack.size, pack.min_packs, pack.available)
    if count is None or pack.price_fen < 0:
        return None
    held = Decimal(int(pack.size * _SCALE) * count) / _SCALE
    return Cover(((pack.key, count),), pack.price_fen * count, held, held - need)


def _usable(packs: Sequence[Pack]) -> list[_Item]:
    items = [
        _Item(
            pack.key,
            int(pack.size * _SCALE),
            pack.price_fen,
            max(1, pack.min_packs),
            pack.available,
        )
        for pack in sorted(packs, key=lambda pack: pack.key)
        if int(pack.size * _SCALE) > 0 and pack.price_fen >= 0
    ]
    return [item for item in items if item.most is None or item.most >= item.least]


def _counted(counts: Sequence[tuple[_Item, int]]) -> _Found:
    bought = [(item, count) for item, count in counts if count]
    return (
        sum(item.price * count for item, count in bought),
        sum(item.size * count for item, count in bought),
        sum(count for _, count in bought),
        tuple((item.key, count) for item, count in bought),
    )


def _of_two(target: int, items: Sequence[_Item]) -> Iterator[_Found]:
    """Every number of the one pack worth trying, with the fewest of the other."""
    if len(items) < 2:
        for item in items:
            if (alone := item.fewest(target)) is not None:
                yield _counted([(item, alone)])
        return
    first, other = sorted(items, key=lambda x: (Fraction(x.price, x.size), -x.size, x.key))
    most = -(-target // other.size)
    if first.most is None:
        swap = first.size // gcd(first.size, other.size)
        rounds = max(1, -(-first.least * first.size // (swap * other.size)))
        most = min(most, other.least + swap * rounds)
    elif -(-target // first.size) < most:
        first, other, most = other, first, -(-target // first.size)
    most = max(other.least, most) if other.most is None else min(other.most, max(other.least, most))
    for count in (0, *range(other.least, most + 1)):
        fewest = first.fewest(target - count * other.size)
        if fewest is not None:
            yield _counted([(first, fewest), (other, count)])


def _of_many(target: int, items: Sequence[_Item]) -> _Found | None:
    base, best = _surely(target, items)
    rest = target - (base * best.size if best else 0)
    step = reduce(gcd, (item.size for item in items))
    step = max(step, -(-rest // CELLS))
    lengths = [item.size // step for item in items]
    cells = -(-rest // step)
    chains = _Chains(cells)
    for item, length in zip(items, lengths, strict=True):
        if length:
            chains.add(item, length, free=base > 0 and item is best)
    by_key = {item.key: item for item in items}
    found = []
    for chain in chains.ends():
        counts = dict(chain)
        if best is not None and base:
            counts[best.key] = counts.get(best.key, 0) + base
        found.append(_counted([(by_key[key], count) for key, count in sorted(counts.items())]))
    return min(found, default=None)


def _surely(target: int, items: Sequence[_Item]) -> tuple[int, _Item | None]:
    """How many of the unlimited pack of best value every cheapest cover may begin with."""
    best = min(items, key=lambda x: (Fraction(x.price, x.size), -x.size, x.key))
    if best.most is not None:
        return 0, None
    tail = best.size * max(1, best.least)
    for item in items:
        if item is not best:
            swap = best.size // gcd(best.size, item.size)
            tail += item.size * (item.least + swap)
    base = max(0, (target - tail) // best.size)
    return (base, best) if base >= best.least else (0, None)


_Cell = tuple[int, int, tuple[tuple[str, int], ...]]  # cost, packs, counts in order of buying


class _Chains:
    """The cheapest way to every number of steps below `cells`, and the ways that reach it."""

    def __init__(self, cells: int) -> None:
        self.cells = cells
        self._at: list[_Cell | None] = [(0, 0, ()), *([None] * (cells - 1))]
        self._ends: dict[int, _Cell] = {}

    def add(self, item: _Item, length: int, *, free: bool = False) -> None:
        """Allow none or `least` to `most` of an item; `free` when the minimum is met already."""
        least = 1 if free else item.least
        unlimited = item.most is None or item.most * length >= self.cells + length
        begun: list[_Cell | None] = [None] * self.cells
        ends: dict[int, _Cell] = {}
        for at in range(self.cells):
            if (cell := self._at[at]) is not None:
                _put(begun, ends, at + least * length, _more(cell, item, least))
            if unlimited and (going := begun[at]) is not None:
                _put(begun, ends, at + length, _more(going, item, 1))
        if not unlimited and item.most is not None:
            for count in _batches(item.most - least):
                for at in range(self.cells - 1, -1, -1):
                    if (going := begun[at]) is not None:
                        _put(begun, ends, at + count * length, _more(going, item, count))
        for at, found in enumerate(begun):
            if found is not None:
                _put(self._at, self._ends, at, found)
        for at, found in ends.items():
            _put(self._at, self._ends, at, found)

    def ends(self) -> Iterator[tuple[tuple[str, int], ...]]:
        """The counts of every way that covers all."""
        for _, _, chain in self._ends.values():
            counts: dict[str, int] = {}
            for key, count in chain:
                counts[key] = counts.get(key, 0) + count
            yield tuple(counts.items())


def _more(cell: _Cell, item: _Item, count: int) -> _Cell:
    cost, packs, chain = cell
    if chain and chain[-1][0] == item.key:
        chain = (*chain[:-1], (item.key, chain[-1][1] + count))
    else:
        chain = (*chain, (item.key, count))
    return cost + item.price * count, packs + count, chain


def _put(cells: list[_Cell | None], ends: dict[int, _Cell], at: int, cell: _Cell) -> None:
    before = ends.get(at) if at >= len(cells) else cells[at]
    if before is None or cell[:2] < before[:2]:
        if at >= len(cells):
            ends[at] = cell
        else:
            cells[at] = cell


def _batches(count: int) -> list[int]:
    batches, size = [], 1
    while count > 0:
        batches.append(min(size, count))
        count -= batches[-1]
        size *= 2
    return batches
