"""Whether a price depends on the order in which goods and promotions are handed in. Pure.

Few of them are priced in every order there is, more in a fixed number of shuffles, the same ones
each time, after the order as it came and its reverse.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from math import factorial

from market.kernel.money import Fen
from market.promotions.engine import FREIGHT
from market.promotions.engine_types import Evaluation, PricedLine, PromotionSpec, Verdict

EVERY = 720  # up to so many orders all are tried
SHUFFLES = 200  # of more than that, so many
_SEED = 20_261_130

Price = Callable[[Sequence[PricedLine], Sequence[PromotionSpec]], Evaluation]
Input = tuple[Sequence[PricedLine], Sequence[PromotionSpec]]
Name = tuple[str, str]  # of a verdict: promotion and code


@dataclass(frozen=True, slots=True)
class Turn:
    """One order of input, by the keys of lines and the ids of promotions, and its result."""

    lines: tuple[str, ...]
    promotions: tuple[str, ...]
    result: Evaluation


@dataclass(frozen=True, slots=True)
class Check:
    """How many orders were tried, and the first whose result differs from that of the first.

    `parts` holds, by line, gift or freight, what the two orders take off where they differ;
    `traces` holds the two verdicts, by promotion.
    """

    possible: int
    tried: int
    first: Turn
    other: Turn | None = None
    parts: Mapping[str, tuple[Fen, Fen]] = field(default_factory=dict)
    traces: tuple[tuple[Verdict | None, Verdict | None], ...] = ()

    @property
    def same(self) -> bool:
        """Whether every order gave the same, to the fen, with the same reasons."""
        return self.other is None

    @property
    def every_order(self) -> bool:
        """Whether there was none that was not to be tried."""
        return self.possible <= EVERY


def check(lines: Sequence[PricedLine], specs: Sequence[PromotionSpec], price: Price) -> Check:
    """Price the same goods and promotions in many orders, up to the first that differs."""
    possible = factorial(len(lines)) * factorial(len(specs))
    first = _turn((lines, specs), price)
    tried = 0
    for tried, given in enumerate(_orders(lines, specs, possible), 1):
        turn = _turn(given, price)
        if not _alike(first.result, turn.result):
            return Check(
                possible, tried, first, turn, _parts(first.result, turn.result),
                _traces(first.result, turn.result),
            )  # fmt: skip
    return Check(possible, tried, first)


def taken_off(result: Evaluation) -> dict[str, Fen]:
    """What is taken off each line, gift and freight, together."""
    found: dict[str, Fen] = {}
    for item in result.adjustments:
        spot = FREIGHT + item.seller_id if item.line_key is None else item.line_key
        found[spot] = found.get(spot, 0) - item.amount_fen
    return found


def _turn(given: Input, price: Price) -> Turn:
    lines, specs = given
    return Turn(
        tuple(line.key for line in lines), tuple(spec.id for spec in specs), price(lines, specs)
    )


def _orders(
    lines: Sequence[PricedLine], specs: Sequence[PromotionSpec], possible: int
) -> Iterator[Input]:
    if possible <= EVERY:
        for some in permutations(lines):
            for others in permutations(specs):
                yield some, others
        return
    yield lines, specs
    yield lines[::-1], specs[::-1]
    chance = random.Random(_SEED)  # noqa: S311 — the same orders each time are what is wanted
    for _ in range(SHUFFLES - 2):
        yield chance.sample(lines, len(lines)), chance.sample(specs, len(specs))


def _alike(one: Evaluation, other: Evaluation) -> bool:
    """Equal in what every line gets of whom and who bears it, in gifts and in every reason."""
    return (
        sorted(one.adjustments, key=repr) == sorted(other.adjustments, key=repr)
        and sorted(one.gifts) == sorted(other.gifts)
        and _by_name(one) == _by_name(other)
    )


def _by_name(result: Evaluation) -> dict[Name, Verdict]:
    return {(verdict.promotion_id, verdict.code): verdict for verdict in result.verdicts}


def _parts(one: Evaluation, other: Evaluation) -> dict[str, tuple[Fen, Fen]]:
    here, there = taken_off(one), taken_off(other)
    pairs = {key: (here.get(key, 0), there.get(key, 0)) for key in sorted(here | there)}
    return {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}


def _traces(
    one: Evaluation, other: Evaluation
) -> tuple[tuple[Verdict | None, Verdict | None], ...]:
    here, there = _by_name(one), _by_name(other)
    pairs = ((here.get(name), there.get(name)) for name in sorted(here | there))
    return tuple(pair for pair in pairs if pair[0] != pair[1])
