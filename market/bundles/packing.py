"""Packs: the cheapest whole packs that cover a need. Exact, for several pack sizes.

With unlimited packs the search is short: once there are as many other packs as the best
pack is long (in steps of the common measure), some of them can be exchanged for best
packs at no extra cost, so only that many need to be tried.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from itertools import combinations
from math import ceil, gcd

_SCALE = 1000


@dataclass(frozen=True, slots=True)
class Pack:
    """One size on offer; `available` None means made on demand without limit."""

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


def cover(need: Decimal, packs: Sequence[Pack]) -> Cover | None:
    """The cheapest cover of `need`; among equals the one with least left over, then fewest packs.

    None when the packs cannot cover it (stock, or nothing on offer). A need of zero is
    covered by nothing.
    """
    target = ceil(need * _SCALE)
    if target <= 0:
        return Cover((), 0, Decimal(0), Decimal(0))
    items = _usable(packs)
    candidates = [
        found
        for count in range(1, len(items) + 1)
        for chosen in combinations(items, count)
        if (found := _cover_with(target, chosen)) is not None
    ]
    if not candidates:
        return None
    cost, total, _, counts = min(candidates)
    held = Decimal(total) / _SCALE
    return Cover(tuple(counts), cost, held, held - need)


_Found = tuple[int, int, int, list[tuple[str, int]]]


def _usable(packs: Sequence[Pack]) -> list[_Item]:
    items = [
        _Item(pack.key, int(pack.size * _SCALE), pack.price_fen, pack.min_packs, pack.available)
        for pack in sorted(packs, key=lambda pack: pack.key)
        if pack.size > 0 and pack.price_fen >= 0
    ]
    return [item for item in items if item.most is None or item.most >= max(1, item.least)]


def _cover_with(target: int, items: Sequence[_Item]) -> _Found | None:
    """The best cover that uses every one of `items` at least its minimum number of times."""
    counts = {item.key: max(1, item.least) for item in items}
    rest = target - sum(item.size * counts[item.key] for item in items)
    if rest > 0:
        more = _fill(rest, items, counts)
        if more is None:
            return None
        for key, count in more.items():
            counts[key] += count
    cost = sum(item.price * counts[item.key] for item in items)
    total = sum(item.size * counts[item.key] for item in items)
    return cost, total, sum(counts.values()), sorted(counts.items())


def _fill(rest: int, items: Sequence[_Item], used: dict[str, int]) -> dict[str, int] | None:
    """Cheapest further packs for `rest`, within what is left of each."""
    rooms = {item.key: None if item.most is None else item.most - used[item.key] for item in items}
    if len(items) == 1:
        count, room = -(-rest // items[0].size), rooms[items[0].key]
        return {items[0].key: count} if room is None or count <= room else None
    step = reduce(gcd, (item.size for item in items))
    if any(room is not None and room * item.size < rest
           for item in items for room in (rooms[item.key],)):  # fmt: skip
        return _fill_bounded(-(-rest // step), step, items, rooms)
    return _fill_freely(rest, step, items)


def _fill_freely(rest: int, step: int, items: Sequence[_Item]) -> dict[str, int]:
    """No limit binds: fill with the best value, search only the tail."""
    best = min(items, key=lambda item: (Fraction(item.price, item.size), -item.size))
    tail = best.size // step * max(item.size for item in items if item is not best)
    base = max(0, (rest - tail) // best.size)
    counts = {item.key: 0 for item in items}
    counts[best.key] = base
    for key, count in _search_freely(-(-(rest - base * best.size) // step), step, items).items():
        counts[key] += count
    return counts


def _search_freely(cells: int, step: int, items: Sequence[_Item]) -> dict[str, int]:
    """Cheapest packs that reach at least `cells` steps, each as often as wanted."""
    lengths = [item.size // step for item in items]
    end = cells + max(lengths)
    cost: list[tuple[int, int] | None] = [(0, 0)] + [None] * end
    via = [-1] * (end + 1)
    for at in range(1, end + 1):
        for index, length in enumerate(lengths):
            before = cost[at - length] if 0 <= at - length < cells else None
            if before is None:
                continue
            reached, here = (before[0] + items[index].price, before[1] + 1), cost[at]
            if here is None or reached < here:
                cost[at], via[at] = reached, index
    goal = min((found[0], at) for at in range(cells, end + 1) if (found := cost[at]) is not None)[1]
    counts: dict[str, int] = {}
    while goal > 0:
        item = items[via[goal]]
        counts[item.key] = counts.get(item.key, 0) + 1
        goal -= lengths[via[goal]]
    return counts


_Cell = tuple[int, int, tuple[tuple[str, int], ...]]


def _fill_bounded(
    cells: int, step: int, items: Sequence[_Item], rooms: dict[str, int | None]
) -> dict[str, int] | None:
    """Limited packs: batches of 1, 2, 4 … of each, every batch taken or not."""
    best: dict[int, _Cell] = {0: (0, 0, ())}
    for item in items:
        length, room = item.size // step, rooms[item.key]
        for number in _batches(-(-cells // length) if room is None else room):
            for at in sorted((at for at in best if at < cells), reverse=True):
                before, to = best[at], at + length * number
                price = before[0] + item.price * number
                reached = (price, before[1] + number, (*before[2], (item.key, number)))
                if to not in best or reached[:2] < best[to][:2]:
                    best[to] = reached
    ends = [(cell[0], at) for at, cell in best.items() if at >= cells]
    if not ends:
        return None
    counts: dict[str, int] = {}
    for key, number in best[min(ends)[1]][2]:
        counts[key] = counts.get(key, 0) + number
    return counts


def _batches(count: int) -> list[int]:
    batches, size = [], 1
    while count > 0:
        batches.append(min(size, count))
        count -= batches[-1]
        size *= 2
    return batches
