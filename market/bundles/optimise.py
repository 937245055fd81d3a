"""The best choice of options for an aim under a budget. Pure and deterministic.

Choices are compared by one key, smallest first: broken exclusions, fen over the budget, the
aim, what it costs delivered. A seller's base freight and last mile come once for all it
delivers, so slots are not independent. The search begins with the household's own choice (the
result is never worse than it), the cheapest and the best in the aim, improves each by single
changes and by leaving a seller out, and then branches over the slots with lower bounds of every
part of the key. When that ends within `NODES` the result is proven the best, otherwise it is
the best that was found; the limit counts steps, not time.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from market.bundles.compatible import excluded
from market.bundles.types import Option, Rule

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
        self.sellers = [[o.listing.seller_id for o in row] for row in self.rows]
        # Thousandths of a fen: goods and the freight of the weight, not rounded.
        self.milli = [
            [o.cost_fen * 1000 + self._fee(o).per_kg_fen * o.weight_g for o in row]
            for row in self.rows
        ]
        self.best: _Pick = []
        self.best_key: Key | None = None

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
        goods, weights = 0, dict[str, int]()
        for row, at in zip(self.rows, pick, strict=True):
            option = row[at]
            goods += option.cost_fen
            seller = option.listing.seller_id
            weights[seller] = weights.get(seller, 0) + option.weight_g
        for seller, weight in weights.items():
            fee = self.task.fees.get(seller)
            if fee is not None:
                goods += fee.once_fen - (-fee.per_kg_fen * weight // 1000)
        return goods

    def key(self, pick: _Pick) -> Key:
        """What choices are compared by."""
        cost = self.cost(pick)
        over = max(0, cost - self.task.budget_fen) if self.task.budget_fen is not None else 0
        return self._broken(pick), over, sum(map(_at, self.amounts, pick)), cost

    def _broken(self, pick: _Pick) -> int:
        if not self.task.rules:
            return 0
        chosen = {n: row[at] for n, row, at in zip(self.names, self.rows, pick, strict=True)}
        return int(excluded(self.task.rules, chosen))

    def improve_from(self, pick: _Pick) -> None:
        """Single changes and sellers left out, the best first, until nothing gets better."""
        if not self.names:
            return
        key = self.key(pick)
        while True:
            found = min(
                ((self.key(other), other) for other in self._neighbours(pick)),
                default=(key, pick),
            )
            if found[0] >= key:
                break
            key, pick = found
        if self.best_key is None or key < self.best_key:
            self.best, self.best_key = pick, key

    def _neighbours(self, pick: _Pick) -> list[_Pick]:
        changed = [
            [*pick[:slot], at, *pick[slot + 1 :]]
            for slot, row in enumerate(self.rows)
            for at in range(len(row))
            if at != pick[slot]
        ]
        without = [
            [self._without(slot, at, seller) for slot, at in enumerate(pick)]
            for seller in sorted({self.sellers[slot][at] for slot, at in enumerate(pick)})
        ]
        return changed + without

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
        amounts, costs, sellers = self.amounts[slot], self.milli[slot], self.sellers[slot]
        children = []
        for at in range(len(amounts)):
            seller = sellers[at]
            fee = 0
            if seller not in open_sellers and seller in self.task.fees:
                fee = self.task.fees[seller].once_fen * 1000
            children.append((amounts[at], costs[at] + fee, at))
        children.sort()
        for own_aim, own_milli, at in children:
            state.left -= 1
            if state.left <= 0:
                return
            aims, millis = aim + own_aim, milli + own_milli
            if self._cannot_win(
                aims + state.least_amount[depth + 1], millis + state.least_milli[depth + 1]
            ):
                continue
            state.pick[slot] = at
            self._descend(state, depth + 1, aims, millis, open_sellers | {sellers[at]})

    def _cannot_win(self, aim: int, milli: int) -> bool:
        """Whether even the lower bounds do not beat the best: no part of a key is below its own."""
        cost = -(-milli // 1000)
        budget = self.task.budget_fen
        over = max(0, cost - budget) if budget is not None else 0
        return self.best_key is not None and (0, over, aim, cost) >= self.best_key


def _at(values: Sequence[int], at: int) -> int:
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
