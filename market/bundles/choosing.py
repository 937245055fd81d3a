"""Choosing anew for an aim, with what the household would pay for it.

The search (`optimise.py`) knows goods and freight. What is paid is less, by promotions and
subsidies that depend on everything chosen together; so a few candidates are priced by the one
pricing function, and they are compared by what is paid. A budget is what the household pays.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from market.bundles import calculate as calculation
from market.bundles.calculate import Menu
from market.bundles.errors import HouseImpossible
from market.bundles.expressions import FormulaError
from market.bundles.held import held_version
from market.bundles.optimise import Aim, Best, Task, amount, optimise
from market.bundles.types import Calculation, Choices, Priced, SelectionLine, Slot
from market.kernel.money import Fen
from market.kernel.region_code import RegionCode

Pay = Callable[[Sequence[SelectionLine]], Priced]
_RAISES = 2  # how often a budget for goods and freight is raised by what will be taken off


@dataclass(frozen=True, slots=True)
class Cost:
    """Goods and freight, and what is paid of it after promotions and subsidies."""

    before_fen: Fen
    paid_fen: Fen


@dataclass(frozen=True, slots=True)
class Reoptimised:
    """New choices for an aim, with what the old and the new ones cost.

    `is_proven`: no other choice is better in the aim, or, where the aim is to pay less, none
    costs less in goods and freight. `missed` are the slots whose choice misses the limit of the
    place while another keeps it: the old choice was not to be had, so the new one may cost more.
    """

    choices: Choices
    old: Cost
    new: Cost
    aim: Aim
    is_changed: bool
    is_proven: bool
    is_over_budget: bool
    missed: tuple[Slot, ...] = ()
    has_freight: bool = True


@dataclass(frozen=True, slots=True)
class _Candidate:
    choices: Choices
    found: Calculation
    priced: Priced
    best: Best | None  # None: the household's own choice

    @property
    def cost(self) -> Cost:
        return Cost(self.found.total_fen, self.priced.total_fen)

    def amount(self, aim: Aim) -> int:
        """How far all of it is from an aim."""
        return sum(amount(item.chosen, aim) for item in self.found.chosen if item.chosen)

    def key(self, aim: Aim, budget_fen: int | None) -> tuple[int, int, int, int, int, int]:
        """What candidates are compared by, smallest first."""
        paid = self.priced.total_fen
        return (
            sum(clash.is_hard for clash in self.found.clashes),
            len(self.priced.blocked),
            max(0, paid - budget_fen) if budget_fen is not None else 0,
            self.amount(aim),
            paid,
            self.found.total_fen,
        )


def reoptimise(
    session: Session,
    slug: str,
    choices: Choices,
    aim: Aim,
    budget_fen: int | None,
    *,
    pay: Pay,
    region: RegionCode | None,
    now: datetime,
    version: int | None = None,
) -> Reoptimised:
    """The best options for an aim under a budget; slots left out on purpose stay out.

    `pay` is the price of packs for the household at `region` and `now`, and `budget_fen` what it
    pays at most. The result is never worse than the choices it began with, unless one of them
    makes a wall, roof, window or door miss the limit of the place while another keeps it.
    Raises `BundleNotFound`, `HouseImpossible`.
    """
    bundle = held_version(session, slug, version, now).bundle
    try:
        offered = calculation.menu(session, bundle, choices, region, now)
        found = calculation.settle(offered, choices)
    except FormulaError as fault:
        raise HouseImpossible from fault
    slots = {
        item.slot.key: calculation.keeping_limits(offered, choices, item)
        for item in found.slots
        if item.is_bought
    }
    missed = tuple(
        item.slot for item in found.slots
        if item.is_bought and item.chosen not in slots[item.slot.key]
    )  # fmt: skip
    own = _Candidate(choices, found, pay(found.lines), None)
    task = Task(slots, offered.fees, bundle.rules, aim)
    candidates = [] if missed else [own]
    candidates += _searched(offered, own, task, budget_fen, pay)
    best = min(candidates, key=lambda one: one.key(aim, budget_fen))
    return Reoptimised(
        best.choices, own.cost, best.cost, aim,
        is_changed=_picks(best) != _picks(own),
        is_proven=_is_proven(best, candidates, aim, budget_fen),
        is_over_budget=budget_fen is not None and best.priced.total_fen > budget_fen,
        missed=missed,
        has_freight=region is not None,
    )  # fmt: skip


def _searched(
    offered: Menu, own: _Candidate, task: Task, budget_fen: int | None, pay: Pay
) -> Iterator[_Candidate]:
    """What the search finds without a budget; with one, first as if nothing were taken off,
    then with the budget raised by what was taken off last."""
    start = {key: pick for key, pick in _picks(own).items() if pick is not None}
    known: list[_Candidate] = []

    def candidate(budget: int | None) -> _Candidate:
        best = optimise(replace(task, budget_fen=budget), start)
        same = next((one for one in known if one.best and one.best.options == best.options), None)
        if same is not None:
            return replace(same, best=best)
        known.append(found := settled(best))
        return found

    def settled(best: Best) -> _Candidate:
        choices = replace(own.choices, options={**own.choices.options, **best.options})
        found = calculation.settle(offered, choices)
        return _Candidate(choices, found, pay(found.lines), best)

    free = candidate(None)
    yield free
    if budget_fen is None or free.priced.total_fen <= budget_fen:
        return
    off = 0
    for _ in range(1 + _RAISES):
        found = candidate(budget_fen + off)
        yield found
        if (taken := found.cost.before_fen - found.cost.paid_fen) <= off:
            return
        off = taken


def _is_proven(
    best: _Candidate, candidates: Sequence[_Candidate], aim: Aim, budget_fen: int | None
) -> bool:
    """Whether the search without a budget ended and nothing had to be given up for the budget."""
    free = next(one for one in candidates if one.best is not None)
    if free.best is None or not free.best.is_proven:
        return False
    if budget_fen is not None and free.priced.total_fen > budget_fen:
        return False
    if aim is Aim.COST:
        return best.found.total_fen <= free.found.total_fen
    return best.amount(aim) <= free.amount(aim)


def _picks(one: _Candidate) -> Mapping[str, str | None]:
    return {item.slot.key: item.chosen.key if item.chosen else None for item in one.found.slots}
