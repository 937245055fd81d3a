"""The best choice of options for an aim under a budget. Pure and deterministic.

Choices are compared by one key, smallest first: broken exclusions, fen over the budget, the
aim, what it costs delivered. A seller's base freight and last mile come once for all it
delivers, so slots are not independent. The search begins with the household's own choice (the
result is never worse than it), the cheapest and the best in the aim, improves each by single
changes and by leaving a seller out, and then branches over the slots with lower bounds of every
part of the key. When that ends within `NODES` the result is proven the best, otherwise it is
the best that was found; the limit counts steps, not time.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from market.bundles.types import Option, Rule, RuleKind

NODES = 6_000
_MISSING = 10**12  # a gram count no house reaches: missing carbon is never "lower"


class Aim(StrEnum):
    """What a household wants most."""

    COST = "cost"
    CARBON = "carbon"
    LOCAL = "local"
    STAR = "star"


@dataclass(frozen=True, slots=True)
class Fee:
    """Freight of one seller to the household: once, and per kilogram in fen."""

    once_fen: int
    per_kg_fen: int

    def of_weight(self, weight_g: int) -> int:
        """The part that goods of this weight add, rounded up as it is charged."""
        return -(-self.per_kg_fen * weight_g // 1000)


@dataclass(frozen=True, slots=True)
class Task:
    """What to choose from: options by slot, the sellers' fees, rules, an aim and a budget."""

    slots: Mapping[str, Sequence[Option]]
    fees: Mapping[str, Fee]
    rules: Sequence[Rule]
    aim: Aim
    budget_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Best:
    """The choice by slot, what it costs delivered, and whether nothing better exists."""

    options: Mapping[str, str]
    cost_fen: int
    is_proven: bool
    is_over_budget: bool


_T = TypeVar("_T")
Key = tuple[int, int, int, int]
Order = Callable[[Option], tuple[int, int]]
_Pick = list[int]


@dataclass(slots=True)
class _Branch:
    """Where the search over the slots stands."""

    order: list[int]
    least_amount: list[int]
    least_milli: list[int]
    pick: _Pick
    left: int = NODES


def amount(option: Option, aim: Aim) -> int:
    """How far an option is from an aim; smaller is better and amounts add up over slots."""
    if aim is Aim.CARBON:
        return _MISSING if option.carbon_kg is None else int(option.carbon_kg * 1000)
    if aim is Aim.LOCAL:
        return 0 if option.is_local else option.cost_fen
    if aim is Aim.STAR:
        return 3 - option.star
    return 0


def optimise(task: Task, start: Mapping[str, str]) -> Best:
    """The best choice, never worse than `start` (option keys by slot)."""
    search = _Search(task)
    search.improve_from(search.picked(start))
    search.improve_from([0] * len(search.names))
    search.improve_from(search.each(lambda option: (amount(option, task.aim), option.landed_fen)))
    search.improve_from(search.each(lambda option: (option.landed_fen, 0)))
    proven = search.branch()
    chosen = {
        name: options[at].key
        for name, options, at in zip(search.names, search.rows, search.best, strict=True)
    }
    cost = search.cost(search.best)
    over = task.budget_fen is not None and cost > task.budget_fen
    return Best(chosen, cost, proven, over)


class _Search:
    def __init__(self, task: Task) -> None:
        self.task = task
        self.names = [name for name, options in task.slots.items() if options]
        self.rows = [list(task.slots[name]) for name in self.names]
        self.amounts = [[amount(o, task.aim) for o in row] for row in self.rows]
        self.costs = [[o.cost_fen for o in row] for row in self.rows]
        self.grams = [[o.weight_g for o in row] for row in self.rows]
        self.sellers = [[o.listing.seller_id for o in row] for row in self.rows]
        # Thousandths of a fen: goods and the freight of the weight, not rounded.
        self.milli = [
            [o.cost_fen * 1000 + self._fee(o).per_kg_fen * o.weight_g for o in row]
            for row in self.rows
        ]
        self.once = [
            [1000 * fee.once_fen if (fee := task.fees.get(who)) else 0 for who in row]
            for row in self.sellers
        ]
        self.rules = self._exclusions()
        self.ruled = {slot for one, _, other, _ in self.rules for slot in (one, other)}
        self.best: _Pick = []
        self.best_key: Key | None = None

    def _exclusions(self) -> list[tuple[int, set[int], int, set[int]]]:
        """Every exclusion between slots on offer: two slots and the options of each it is about."""
        slots = {name: slot for slot, name in enumerate(self.names)}

        def about(slot: int, material: str) -> set[int]:
            return {at for at, option in enumerate(self.rows[slot])
                    if material in ("", option.material_key)}  # fmt: skip

        return [
            (slots[rule.slot], about(slots[rule.slot], rule.material),
             slots[rule.other], about(slots[rule.other], rule.other_material))
            for rule in self.task.rules
            if rule.kind is RuleKind.EXCLUDES and rule.slot in slots and rule.other in slots
        ]  # fmt: skip

    def _fee(self, option: Option) -> Fee:
        return self.task.fees.get(option.listing.seller_id, Fee(0, 0))

    def picked(self, start: Mapping[str, str]) -> _Pick:
        """A choice by keys as positions; what is not on offer takes the first."""
        return [
            next((at for at, o in enumerate(row) if o.key == start.get(name)), 0)
            for name, row in zip(self.names, self.rows, strict=True)
        ]

    def each(self, order: Order) -> _Pick:
        """The best of every slot by itself."""
        return [min(range(len(row)), key=lambda at: order(row[at])) for row in self.rows]

    def cost(self, pick: _Pick) -> int:
        """Fen for goods and freight, the freight of each seller rounded up as it is charged."""
        weights = self._weights(pick)
        freight = sum(self._freight(seller, weight) for seller, weight in weights.items())
        return sum(map(_at, self.costs, pick)) + freight

    def _weights(self, pick: _Pick) -> dict[str, int]:
        """Grams by seller."""
        found: dict[str, int] = {}
        for sellers, grams, at in zip(self.sellers, self.grams, pick, strict=True):
            found[sellers[at]] = found.get(sellers[at], 0) + grams[at]
        return found

    def _freight(self, seller: str, weight_g: int) -> int:
        fee = self.task.fees.get(seller)
        return fee.once_fen + fee.of_weight(weight_g) if fee is not None else 0

    def key(self, pick: _Pick) -> Key:
        """What choices are compared by."""
        cost = self.cost(pick)
        return self._broken(pick), self._over(cost), sum(map(_at, self.amounts, pick)), cost

    def _over(self, cost: int) -> int:
        budget = self.task.budget_fen
        return max(0, cost - budget) if budget is not None else 0

    def _broken(self, pick: _Pick) -> int:
        for one, these, other, those in self.rules:
            if pick[one] in these and pick[other] in those:
                return 1
        return 0

    def improve_from(self, pick: _Pick) -> None:
        """Single changes and sellers left out, the best first, until nothing gets better."""
        if not self.names:
            return
        key = self.key(pick)
        while True:
            better = [(found, self._changed(pick, slot, at))
                      for found, slot, at in self._changes(pick) if found < key]  # fmt: skip
            better += [(self.key(other), other) for other in self._sellers_left_out(pick)]
            found, other = min(better, default=(key, pick))
            if found >= key:
                break
            key, pick = found, other
        if self.best_key is None or key < self.best_key:
            self.best, self.best_key = pick, key

    @staticmethod
    def _changed(pick: _Pick, slot: int, at: int) -> _Pick:
        return [*pick[:slot], at, *pick[slot + 1 :]]

    def _changes(self, pick: _Pick) -> Iterator[tuple[Key, int, int]]:
        """The key of every single change with its slot and option: only the slot's own goods
        and the freight of the two sellers are counted anew."""
        weights, cost, fees = self._weights(pick), self.cost(pick), self.task.fees
        aim, broken_now = sum(map(_at, self.amounts, pick)), self._broken(pick)
        serves = Counter(map(_at, self.sellers, pick))
        freight = {seller: self._freight(seller, g) for seller, g in weights.items()}
        for slot, now in enumerate(pick):
            costs, amounts, grams = self.costs[slot], self.amounts[slot], self.grams[slot]
            old, ruled = self.sellers[slot][now], slot in self.ruled
            rest_g = weights[old] - grams[now]
            rest = self._freight(old, rest_g) if serves[old] > 1 else 0
            others_cost, others_aim = cost - costs[now] - freight[old] + rest, aim - amounts[now]
            broken = broken_now
            for at, seller in enumerate(self.sellers[slot]):
                if at == now:
                    continue
                before = rest if seller == old else freight.get(seller, 0)
                found = others_cost + costs[at] - before
                if (fee := fees.get(seller)) is not None:
                    weight = rest_g if seller == old else weights.get(seller, 0)
                    found += fee.once_fen + fee.of_weight(weight + grams[at])
                if ruled:
                    broken = self._broken(self._changed(pick, slot, at))
                yield (broken, self._over(found), others_aim + amounts[at], found), slot, at

    def _sellers_left_out(self, pick: _Pick) -> list[_Pick]:
        return [
            [self._without(slot, at, seller) for slot, at in enumerate(pick)]
            for seller in sorted(set(map(_at, self.sellers, pick)))
        ]

    def _without(self, slot: int, at: int, seller: str) -> int:
        if self.sellers[slot][at] != seller:
            return at
        others = [n for n, who in enumerate(self.sellers[slot]) if who != seller]
        if not others:
            return at
        return min(others, key=lambda n: (self.amounts[slot][n], self.milli[slot][n]))

    def branch(self) -> bool:
        """Search on from the best so far; whether the search ended."""
        if not self.names:
            return True
        order = sorted(range(len(self.rows)), key=lambda s: (-self._spread(s), s))
        least_amount, least_milli = [0], [0]
        for slot in reversed(order):
            least_amount.insert(0, least_amount[0] + min(self.amounts[slot]))
            least_milli.insert(0, least_milli[0] + min(self.milli[slot]))
        state = _Branch(order, least_amount, least_milli, [0] * len(self.rows))
        self._descend(state, 0, 0, 0, frozenset())
        return state.left > 0

    def _spread(self, slot: int) -> int:
        return max(self.milli[slot]) - min(self.milli[slot])

    def _descend(
        self, state: _Branch, depth: int, aim: int, milli: int, open_sellers: frozenset[str]
    ) -> None:
        if depth == len(state.order):
            key = self.key(state.pick)
            if self.best_key is None or key < self.best_key:
                self.best, self.best_key = list(state.pick), key
            return
        slot = state.order[depth]
        sellers, budget = self.sellers[slot], self.task.budget_fen
        children = sorted(
            (own_aim, cost if seller in open_sellers else cost + once, at)
            for at, (own_aim, cost, once, seller) in enumerate(
                zip(self.amounts[slot], self.milli[slot], self.once[slot], sellers, strict=True)
            )
        )
        least_aim = aim + state.least_amount[depth + 1]
        least_milli = milli + state.least_milli[depth + 1]
        for own_aim, own_milli, at in children:
            state.left -= 1
            if state.left <= 0:
                return
            if (best := self.best_key) is not None:
                # Even the lower bounds do not beat the best: no part of a key is below its own.
                bound = -(-(least_milli + own_milli) // 1000)
                over = max(0, bound - budget) if budget is not None else 0
                if (0, over, least_aim + own_aim, bound) >= best:
                    continue
            state.pick[slot] = at
            self._descend(
                state, depth + 1, aim + own_aim, milli + own_milli, open_sellers | {sellers[at]}
            )


def _at(values: Sequence[_T], at: int) -> _T:
    return values[at]


def better(options: Sequence[Option], chosen: Option | None) -> dict[Aim, Option]:
    """For every aim the option that does better in it than the chosen one, most of all."""
    if chosen is None:
        return {}
    found = {}
    for aim in Aim:
        best = min(options, key=lambda o: (_merit(o, aim), o.landed_fen, o.key))
        if _merit(best, aim) < _merit(chosen, aim):
            found[aim] = best
    return found


def _merit(option: Option, aim: Aim) -> int:
    if aim is Aim.COST:
        return option.landed_fen
    if aim is Aim.LOCAL:
        return _MISSING if option.km is None else option.km
    return amount(option, aim)
