"""The lines of a cart while promotions are worked out. Pure.

Lines have their place in the order of their keys. A set of lines is an integer with a bit for
each place, so that what a promotion is about, what others closed and whether two of them meet is
a matter of one operation. `Goods` are the lines of such a set in columns, with what earlier
promotions left of them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import TypeVar

from market.kernel.money import Fen
from market.promotions.bundle_rule import BundleRule
from market.promotions.engine_types import WHOLE, PricedLine, Situation
from market.promotions.units import Runs

Bits = int
Name = TypeVar("Name", str, int)


class Cart:
    """All lines, what is left of them and of freight, and the gifts taken so far."""

    def __init__(self, lines: Iterable[PricedLine], situation: Situation) -> None:
        self.lines = sorted(lines, key=attrgetter("key"))
        self.quantities = [line.quantity for line in self.lines]
        self.situation = situation
        self.left: list[Fen] = [max(0, line.amount_fen) for line in self.lines]
        caps = situation.caps
        self.room = self.left  # what may be taken off each line yet
        if caps.line_bp != WHOLE:
            self.room = [fen * caps.line_bp // WHOLE for fen in self.left]
        self.order_room = sum(self.left) * caps.order_bp // WHOLE
        self.freight_left = {key: max(0, fen) for key, fen in situation.freight.items()}
        self.gifts_taken: dict[str, int] = {}
        self.everything: Bits = (1 << len(self.lines)) - 1
        self.sellers = self._by(lambda line: line.seller_id)
        self.kinds = self._by(lambda line: line.kind_code)
        self.products = self._by(lambda line: line.product_id)
        self.stars = self._by(lambda line: line.star or 0)
        self.makers = {x.key: x.maker_id for x in self.lines if x.maker_id != x.seller_id}
        self._goods: dict[Bits, Goods] = {}
        self._looked: list[Goods] = []  # those that know what is left of them

    @cached_property
    def bundles(self) -> list[tuple[str, Bits]]:
        """The groups that were made from bundles: of which, and their lines. Asked for by few."""
        found: dict[tuple[str, str], Bits] = {}
        for place, line in enumerate(self.lines):
            if line.bundle_id:
                key = line.bundle_id, line.group
                found[key] = found.get(key, 0) | 1 << place
        return [(bundle_id, lines) for (bundle_id, _), lines in found.items()]

    def bundled(self, rule: BundleRule) -> Bits:
        """The lines of all groups that a rule asks for."""
        if not self.bundles:
            return 0
        wanted = rule.bundle_ids
        inside = self.everything
        if rule.kinds or rule.products:
            inside = 0
            for known, things in ((self.kinds, rule.kinds), (self.products, rule.products)):
                for thing in things:
                    inside |= known.get(thing.id, 0)
        return sum([
            lines for bundle_id, lines in self.bundles
            if (not wanted or bundle_id in wanted) and lines & inside
        ])  # fmt: skip

    def _by(self, name: Callable[[PricedLine], Name]) -> dict[Name, Bits]:
        found: dict[Name, Bits] = {}
        for place, line in enumerate(self.lines):
            key = name(line)
            found[key] = found.get(key, 0) | 1 << place
        return found

    def only(self, bits: Bits, holds: Callable[[PricedLine], bool]) -> Bits:
        """Those lines of a set for which something holds."""
        chosen = (place for place in places(bits) if holds(self.lines[place]))
        return sum([1 << place for place in chosen])

    def goods(self, bits: Bits) -> "Goods":
        """The lines of a set with what is left of them now."""
        found = self._goods.get(bits)
        if found is None:
            found = self._goods[bits] = Goods.of(self, bits)
        if found.stale:
            found.look()
            self._looked.append(found)
        return found

    def take(self, lines: Bits, spots: Sequence[int], parts: Sequence[Fen]) -> None:
        """Something is taken off these lines, given as set and as places."""
        for column in (self.left,) if self.room is self.left else (self.left, self.room):
            for place, part in zip(spots, parts, strict=True):
                column[place] -= part
        self.order_room -= sum(parts)
        kept = []
        for one in self._looked:
            if one.bits & lines:
                one.stale = True
            else:
                kept.append(one)
        self._looked = kept

    @property
    def off(self) -> dict[str, Fen]:
        """What was taken off each line."""
        pairs = zip(self.lines, self.left, strict=True)
        return {line.key: max(0, line.amount_fen) - left for line, left in pairs}


@dataclass(slots=True)
class Goods:
    """Lines of a cart in columns; `left` and `base_fen`, the sum of it, are what earlier
    promotions left."""

    cart: Cart
    bits: Bits
    places: list[int]
    lines: list[PricedLine]
    quantities: list[int]
    packs: int
    left: list[Fen] = field(default_factory=list)
    base_fen: Fen = 0
    stale: bool = True
    _runs: Runs | None = None
    _sellers: dict[str, Bits] | None = None

    @classmethod
    def of(cls, cart: Cart, bits: Bits) -> "Goods":
        """The lines of a set."""
        chosen = places(bits)
        lines, quantities = cart.lines, cart.quantities
        packs = [quantities[place] for place in chosen]
        return cls(cart, bits, chosen, [lines[place] for place in chosen], packs, sum(packs))

    def look(self) -> None:
        """See what is left now."""
        left = self.cart.left
        self.left = [left[place] for place in self.places]
        self.base_fen = sum(self.left)
        self.stale, self._runs = False, None

    @property
    def sellers(self) -> Mapping[str, Bits]:
        """Who sells these lines, and which of them."""
        if self._sellers is None:
            known = self.cart.sellers
            self._sellers = {key: known[key] & self.bits for key in sorted(known)
                             if known[key] & self.bits}  # fmt: skip
        return self._sellers

    def runs(self) -> Runs:
        """Single packs of all lines, the dearest first."""
        if self._runs is None:
            self._runs = Runs.of(self.left, self.quantities, range(len(self.left)))
        return self._runs

    def runs_by_product(self) -> dict[str, Runs]:
        """Single packs of each product, the dearest first."""
        found: dict[str, list[int]] = {}
        for at, line in enumerate(self.lines):
            found.setdefault(line.product_id, []).append(at)
        return {key: Runs.of(self.left, self.quantities, found[key]) for key in found}


def places(bits: Bits) -> list[int]:
    """The places of a set, in order."""
    return [place for place in range(bits.bit_length()) if bits >> place & 1]
