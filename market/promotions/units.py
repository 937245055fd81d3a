"""Packs of some lines one by one, the dearest first, without ever listing them one by one. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from market.kernel.money import Fen


@dataclass(slots=True)
class Runs:
    """Runs of equal packs: `order` has the lines, by their places in columns of what is left of
    each and of how many packs it has, `ends` how many packs there are up to the end of each."""

    left: Sequence[Fen]
    quantities: Sequence[int]
    order: list[int]
    ends: list[int]
    packs: int

    @classmethod
    def of(cls, left: Sequence[Fen], quantities: Sequence[int], lines: Iterable[int]) -> "Runs":
        """Of these lines; the dearest pack first, equal ones in the order of their places."""
        worth = [fen // packs if packs > 0 else 0
                 for fen, packs in zip(left, quantities, strict=True)]  # fmt: skip
        order = sorted(lines, key=worth.__getitem__, reverse=True)
        ends = list(accumulate([quantities[line] for line in order]))
        return cls(left, quantities, order, ends, ends[-1] if ends else 0)

    def values(self, packs: Sequence[tuple[int, int]]) -> list[tuple[int, Fen]]:
        """What so many packs of each line are worth, of what is left of it."""
        left, quantities = self.left, self.quantities
        return [(line, left[line] * number // quantities[line]) for line, number in packs]

    def first(self, packs: int) -> list[tuple[int, int]]:
        """How many of the first `packs` packs belong to each line."""
        found, start = [], 0
        for line, end in zip(self.order, self.ends, strict=True):
            if start >= packs:
                break
            if end > start:
                found.append((line, (end if end < packs else packs) - start))
            start = end
        return found

    def last_of_groups(self, paid: int, off: int, groups: int) -> list[tuple[int, int]]:
        """In the first `groups` groups of `paid + off` packs, the last `off`, by line."""
        size = paid + off
        end_of_groups = groups * size
        found, start, behind = [], 0, 0
        for line, end in zip(self.order, self.ends, strict=True):
            if start >= end_of_groups:
                break
            whole, rest = divmod(end if end < end_of_groups else end_of_groups, size)
            now = whole * off + (rest - paid if rest > paid else 0)
            if now > behind:
                found.append((line, now - behind))
            start, behind = end, now
        return found

    def sets_worth_more(self, size: int, price_fen: Fen, most: int) -> int:
        """How many sets of `size` packs, dearest first, are worth more than their price."""
        for number in range(most):
            if self._value_between(number * size, (number + 1) * size) <= price_fen:
                return number
        return most

    def _value_between(self, first: int, behind: int) -> Fen:
        total, start = 0, 0
        for line, end in zip(self.order, self.ends, strict=True):
            if start >= behind:
                break
            packs = min(end, behind) - max(start, first)
            if packs > 0:
                total += self.left[line] * packs // self.quantities[line]
            start = end
        return total
