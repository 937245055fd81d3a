"""Packs of a cart one by one, the dearest first, without ever listing them one by one. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from market.kernel.money import Fen


def value_of(left_fen: Fen, quantity: int, packs: int) -> Fen:
    """What `packs` of a line's packs are worth, of what is left of the line."""
    return left_fen * packs // quantity


@dataclass(frozen=True, slots=True)
class Runs:
    """Runs of equal packs in order: (line, first position, behind the last position)."""

    runs: tuple[tuple[str, int, int], ...]
    worth: Mapping[str, tuple[Fen, int]]
    packs: int

    @classmethod
    def of(cls, lines: Iterable[tuple[str, int, Fen]]) -> "Runs":
        """Of (key, packs, fen left); the dearest pack first, equal ones by key."""
        chosen = sorted([(-(left // n), key, n, left) for key, n, left in lines if n > 0])
        runs, position = [], 0
        for _, key, quantity, _ in chosen:
            runs.append((key, position, position + quantity))
            position += quantity
        return cls(tuple(runs), {key: (left, n) for _, key, n, left in chosen}, position)

    def value(self, key: str, packs: int) -> Fen:
        """What so many packs of a line are worth."""
        left, quantity = self.worth[key]
        return value_of(left, quantity, packs)

    def values(self, packs: Mapping[str, int]) -> dict[str, Fen]:
        """What so many packs of each line are worth."""
        worth = self.worth
        return {key: worth[key][0] * count // worth[key][1] for key, count in packs.items()}

    def first(self, packs: int) -> dict[str, int]:
        """How many of the first `packs` packs belong to each line."""
        found = {}
        for key, start, end in self.runs:
            count = min(end, packs) - start
            if count <= 0:
                break
            found[key] = count
        return found

    def last_of_groups(self, paid: int, off: int, groups: int) -> dict[str, int]:
        """In the first `groups` groups of `paid + off` packs, the last `off`, by line."""
        size = paid + off
        end_of_groups = groups * size
        found: dict[str, int] = {}
        behind = 0
        for key, start, end in self.runs:
            if start >= end_of_groups:
                break
            whole, rest = divmod(end if end < end_of_groups else end_of_groups, size)
            now = whole * off + (rest - paid if rest > paid else 0)
            if now > behind:
                found[key] = now - behind
            behind = now
        return found

    def sets_worth_more(self, size: int, price_fen: Fen, most: int) -> int:
        """How many sets of `size` packs, dearest first, are worth more than their price."""
        for number in range(most):
            if self._value_between(number * size, (number + 1) * size) <= price_fen:
                return number
        return most

    def _value_between(self, first: int, behind: int) -> Fen:
        total = 0
        for key, start, end in self.runs:
            if start >= behind:
                break
            if end > first:
                total += self.value(key, min(end, behind) - max(start, first))
        return total
