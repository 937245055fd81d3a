"""The best choice of options for an aim under a budget. Pure and deterministic.

Choices are compared by one key, smallest first: broken exclusions, fen over the budget, the
aim, what it costs delivered. A seller's base freight and last mile come once for all it
delivers, so slots are not independent. The search begins with the best of the household's own
choice (the result is never worse than it), the cheapest and the best in the aim, improves it by
single changes and by leaving a seller out, and then branches over the slots with lower bounds of
every part of the key. When that ends within `NODES` the result is proven the best; otherwise the
other beginnings are improved too, and it is the best that was found. The limit counts steps, not
time. An option that another one of its slot beats whatever else is chosen is not looked at.
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


_FREE = Fee(0, 0)
_ROUNDED = 2_000  # what rounding the freight of two sellers moves at most, thousandths of a fen

_T = TypeVar("_T")
Key = tuple[int, int, int, int]
Order = Callable[[Option], tuple[int, int]]
_Pick = list[int]
_Shared = list[list[tuple[int, int, str]]]  # by slot: with shares, without, the seller


@dataclass(slots=True)
class _Branch:
    """Where the search over the slots stands."""

    order: list[int]
    least_amount: list[int]
    least_milli: list[int]  # without what comes once for a seller
    shared: list[_Shared]
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
    search = _Search(task, start)
    first, *others = sorted(
        (
            search.picked(start),
            [0] * len(search.names),
            search.each(lambda option: (amount(option, task.aim), option.landed_fen)),
            search.each(lambda option: (option.landed_fen, 0)),
        ),
        key=search.key,
    )
    search.improve_from(first)
    proven = search.branch()
    if not proven:
        for other in others:
            search.improve_from(other)
    chosen = {
        name: options[at].key
        for name, options, at in zip(search.names, search.rows, search.best, strict=True)
    }
    cost = search.cost(search.best)
    over = task.budget_fen is not None and cost > task.budget_fen
    return Best(chosen, cost, proven, over)


@dataclass(frozen=True, slots=True)
class _Bid:
    """An option with how far it is from the aim and thousandths of a fen: its own, and what
    comes once for its seller."""

    option: Option
    amount: int
    milli: int
    once: int

    @property
    def seller(self) -> str:
        """Whose goods it is."""
        return self.option.listing.seller_id

    def is_beaten(self, others: Sequence["_Bid"], is_alone: bool, is_ruled: bool) -> bool:
        """Whether one of the others is better in whatever choice this one could be part of."""
        seller = self.seller
        own, together = self.milli - _ROUNDED, self.milli + self.once - _ROUNDED
        most = together if is_alone else own
        return any(
            other.amount <= self.amount
            and other.milli + other.once <= (together if other.seller == seller else most)
            and (not is_ruled or other.option.material_key == self.option.material_key)
            for other in others
        )


class _Search:
    def __init__(self, task: Task, start: Mapping[str, str]) -> None:
        self.task = task
        self.names = [name for name, options in task.slots.items() if options]
        self.rows = self._worth_trying(start)
        self.amounts = [[amount(o, task.aim) for o in row] for row in self.rows]
        self.costs = [[o.cost_fen for o in row] for row in self.rows]
        self.grams = [[o.weight_g for o in row] for row in self.rows]
        self.sellers = [[o.listing.seller_id for o in row] for row in self.rows]
        self.milli = [[self._milli(o) for o in row] for row in self.rows]
        self.once = [[1000 * self._fee(o).once_fen for o in row] for row in self.rows]
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
        return self.task.fees.get(option.listing.seller_id, _FREE)

    def _milli(self, option: Option) -> int:
        """Thousandths of a fen: goods and the freight of the weight, not rounded."""
        return option.cost_fen * 1000 + self._fee(option).per_kg_fen * option.weight_g

    def _worth_trying(self, start: Mapping[str, str]) -> list[list[Option]]:
        """The options that no other one of their slot beats in the aim and the cost, even if that
        one's seller had to come for it alone. A seller of one slot only does come for it alone;
        who is left out may make others such, so it is asked again until nothing changes. Rules,
        where there are some, tell materials apart."""
        aim, rules = self.task.aim, self.task.rules
        ruled = {slot for rule in rules for slot in (rule.slot, rule.other)}
        rows = [
            [
                _Bid(option, amount(option, aim), self._milli(option),
                     1000 * self._fee(option).once_fen)
                for option in self.task.slots[name]
            ]
            for name in self.names
        ]  # fmt: skip
        count = 0
        while count != (count := sum(map(len, rows))):
            serves = Counter(who for row in rows for who in {bid.seller for bid in row})
            rows = [
                [
                    bid for bid in row
                    if bid.option.key == start.get(name)
                    or not bid.is_beaten(row, serves[bid.seller] == 1, name in ruled)
                ]
                for name, row in zip(self.names, rows, strict=True)
            ]  # fmt: skip
        return [[bid.option for bid in row] for row in rows]

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
        state = _Branch(
            order,
            _least_from(order, self.amounts),
            _least_from(order, self.milli),
            [self._shared(order[depth:]) for depth in range(len(order) + 1)],
            [0] * len(self.rows),
        )
        self._descend(state, 0, 0, 0, frozenset())
        return state.left > 0

    def _shared(self, slots: Sequence[int]) -> _Shared:
        """The goods of some slots with what comes once for each seller in equal parts: as many as
        there are slots it may serve, so that a choice pays at least as many parts as it holds."""
        serves = Counter(seller for slot in slots for seller in set(self.sellers[slot]))
        return [
            sorted(
                (milli + once // serves[seller], milli, seller)
                for milli, once, seller in zip(
                    self.milli[slot], self.once[slot], self.sellers[slot], strict=True
                )
            )
            for slot in slots
        ]

    def _spread(self, slot: int) -> int:
        return max(self.milli[slot]) - min(self.milli[slot])

    def _descend(
        self,
        state: _Branch,
        depth: int,
        aim: int,
        milli: int,
        open_sellers: frozenset[str],
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
        least_aim, least_milli = aim + state.least_amount[depth + 1], state.least_milli[depth + 1]
        for own_aim, own_milli, at in children:
            state.left -= 1
            if state.left <= 0:
                return
            now_open, spent = open_sellers | {sellers[at]}, milli + own_milli
            if (best := self.best_key) is not None:
                # Even the lower bounds do not beat the best: no part of a key is below its own.
                if self._bound(least_aim + own_aim, spent + least_milli, budget) >= best:
                    continue
                spent_least = spent + _least_shared(state.shared[depth + 1], now_open)
                if self._bound(least_aim + own_aim, spent_least, budget) >= best:
                    continue
            state.pick[slot] = at
            self._descend(state, depth + 1, aim + own_aim, spent, now_open)

    @staticmethod
    def _bound(aim: int, milli: int, budget_fen: int | None) -> Key:
        cost = -(-milli // 1000)
        return 0, max(0, cost - budget_fen) if budget_fen is not None else 0, aim, cost


def _least_shared(slots: _Shared, open_sellers: frozenset[str]) -> int:
    """Thousandths of a fen that goods for some slots take at least, when these sellers come
    anyway."""
    found = 0
    for row in slots:
        least = row[0][0]
        for _, milli, seller in row:
            if seller in open_sellers and milli < least:
                least = milli
        found += least
    return found


def _least_from(order: Sequence[int], rows: Sequence[Sequence[int]]) -> list[int]:
    """At every place of the order the sum of the smallest of each slot from there on."""
    found = [0]
    for slot in reversed(order):
        found.insert(0, found[0] + min(rows[slot]))
    return found


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
