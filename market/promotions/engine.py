"""Evaluates promotions on priced lines. Pure, deterministic, independent of input order.

Two layers: first what concerns single listings, then what concerns the order, worked out on
what the first left. Within a layer promotions come by priority (high first), then by the
larger possible discount, then by id. Each works on what the earlier ones left:

* of a stacking group only the first that applies is used on a line;
* an exclusive promotion applies only to lines that no other of its layer has touched, and
  closes them for the layer;
* freight counts as a line of its own for each seller.

A discount larger than the budget left is refused whole, never given in part. Discounts are
split over their lines by largest remainder. Bearers share the whole discount by largest
remainder, and each bearer's share is split over the lines so that both sums are kept to the fen.
The caps per line and per order cut what would go beyond them, so no line and no total goes below
zero.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from operator import attrgetter, itemgetter

from market.kernel.money import Fen, allocate, allocate_shares
from market.promotions import benefits, conditions
from market.promotions.benefits import Wish
from market.promotions.conditions import Failure
from market.promotions.engine_types import (
    Adjustment,
    BenefitKind,
    Evaluation,
    Gift,
    Layer,
    PricedLine,
    PromotionSpec,
    Situation,
    Taken,
    Verdict,
)
from market.promotions.goods import Bits, Cart, Goods

FREIGHT = "freight:"
GIFT = "gift:"
_told = partial(tuple.__new__, Verdict)  # as `_make`, at a third of its cost
_Parts = tuple[Sequence[int], Sequence[Fen]]  # places of lines, what each gets


def evaluate(
    lines: Sequence[PricedLine], situation: Situation, promotions: Sequence[PromotionSpec]
) -> Evaluation:
    """Apply what may be applied and say of everything else why not."""
    done = _Done(Cart(lines, situation))
    by_layer: dict[Layer, list[PromotionSpec]] = {layer: [] for layer in Layer}
    for spec in promotions:
        by_layer[spec.works_on].append(spec)
    for specs in by_layer.values():
        _layer(done, specs)
    failed = sorted(done.failed, key=attrgetter("name", "promotion_id"))
    return Evaluation(
        tuple(done.taken),
        (*done.applied, *failed, *_unknown_codes(situation, promotions)),
        tuple(done.gifts),
        done.cart.off | {gift.key: gift.value_fen for gift in done.gifts},
    )


@dataclass(slots=True)
class _Done:
    """A cart and what was found out about it so far."""

    cart: Cart
    taken: list[Taken | Adjustment] = field(default_factory=list)
    gifts: list[Gift] = field(default_factory=list)
    applied: list[Verdict] = field(default_factory=list)  # in the order of their positions
    failed: list[Verdict] = field(default_factory=list)


@dataclass(slots=True)
class _Taken:
    """Which lines promotions of one layer were applied to, or which lines' freight: by any, by
    exclusive ones, by those of each group."""

    touched: Bits = 0
    closed: Bits = 0
    groups: dict[str, Bits] = field(default_factory=dict)
    uses: list[tuple[PromotionSpec, Bits]] = field(default_factory=list)

    def note(self, spec: PromotionSpec, lines: Bits) -> None:
        """The promotion was applied to these."""
        self.uses.append((spec, lines))
        self.touched |= lines
        if spec.exclusive:
            self.closed |= lines
        if spec.group:
            self.groups[spec.group] = self.groups.get(spec.group, 0) | lines

    def kept_from(self, spec: PromotionSpec) -> Bits:
        """The lines it must leave alone."""
        kept = self.touched if spec.exclusive else self.closed
        return kept | self.groups.get(spec.group, 0) if spec.group else kept

    def reason(self, spec: PromotionSpec, line: Bits) -> Failure:
        """Why it must leave this line alone."""
        before = [use for use, lines in self.uses if lines & line]
        closing = [use for use in before if use.exclusive]
        others, code = closing or (before if spec.exclusive else []), "not_combinable"
        if not others:
            others, code = [use for use in before if use.group == spec.group], "one_of_group"
        return Failure(code, {"other": others[0].name, "other_en": others[0].name_en})


def _layer(done: _Done, specs: Sequence[PromotionSpec]) -> None:
    """Apply the promotions of one layer in their fixed order."""
    cart = done.cart
    ready: list[tuple[int, Fen, str, PromotionSpec, Bits, str]] = []
    for spec in specs:
        failure = conditions.first_failure(spec, cart.situation)
        if failure is not None:
            done.failed.append(_refused(spec, failure))
            continue
        lines, code = conditions.select(spec, cart)
        found = _wish(spec, cart.goods(lines)) if lines else None
        most = found.amount_fen if isinstance(found, Wish) else 0
        ready.append((-spec.priority, -most, spec.id, spec, lines, code))
    taken, of_freight = _Taken(), _Taken()
    for *_, spec, lines, code in sorted(ready, key=itemgetter(0, 1, 2)):
        freight = spec.benefit.kind is BenefitKind.FREE_DELIVERY
        failure = _apply(done, of_freight if freight else taken, spec, lines, code)
        if failure is not None:
            done.failed.append(_refused(spec, failure))


def _wish(spec: PromotionSpec, goods: Goods) -> Wish | Failure:
    if spec.asks_amount:
        failure = conditions.amount_failure(spec, goods)
        if failure is not None:
            return failure
    return benefits.wish(spec, goods)


def _apply(
    done: _Done, taken: _Taken, spec: PromotionSpec, lines: Bits, code: str
) -> Failure | None:
    """Take the discount off its lines, or give the first rule that keeps it from it."""
    if not lines:
        return conditions.no_lines(spec, code)
    open_lines = lines & ~taken.kept_from(spec)
    if not open_lines:
        return taken.reason(spec, lines & -lines)
    goods = done.cart.goods(open_lines)
    found = _wish(spec, goods)
    if isinstance(found, Failure):
        return found
    parts: _Parts = (), ()
    amount, by = found.amount_fen, ""
    if found.freight is None and not found.gift_packs:
        parts, amount, by = _parts(done.cart, goods, found)
    if amount <= 0:
        return Failure("cap_reached")
    if spec.budget_left_fen is not None and amount > spec.budget_left_fen:
        return Failure("budget_spent")
    base = goods.base_fen
    if found.freight is not None:
        _take_freight(done, spec, found.freight)
        open_lines = sum([done.cart.sellers[seller] for seller in found.freight])
    elif found.gift_packs:
        _give(done, spec, found)
    else:
        _take(done, spec, goods, parts)
    taken.note(spec, open_lines)
    said = {"next_fen": found.next_fen, "next_off_fen": found.next_off_fen}
    done.applied.append(_told((
        spec.id, spec.name, amount, "", said if found.next_fen else {}, spec.owner, spec.code,
        spec.name_en, spec.works_on, spec.benefit.kind, len(done.applied) + 1, base,
        found.amount_fen - amount, by, found.uses,
    )))  # fmt: skip
    return None


def _parts(cart: Cart, goods: Goods, found: Wish) -> tuple[_Parts, Fen, str]:
    """The discount by line, cut to what the caps leave; its sum, and the cap that cut it."""
    if found.parts is None:
        spots, parts = goods.places, allocate(found.amount_fen, goods.left)
    else:
        spots = [goods.places[line] for line, _ in found.parts]
        parts = [fen for _, fen in found.parts]
    if cart.room is not cart.left or found.parts is not None:
        room = cart.room
        parts = [fen if fen <= room[spot] else room[spot]
                 for spot, fen in zip(spots, parts, strict=True)]  # fmt: skip
    amount, by = sum(parts), "line_cap"
    if amount > cart.order_room:
        parts, by = allocate(cart.order_room, parts), "order_cap"
        amount = cart.order_room
    return (spots, parts), amount, by if amount < found.amount_fen else ""


def _take(done: _Done, spec: PromotionSpec, goods: Goods, chosen: _Parts) -> None:
    """Take parts off lines."""
    spots, parts = chosen
    cart, bits, lines = done.cart, goods.bits, goods.lines
    if spots is not goods.places:
        bits, lines = sum([1 << spot for spot in spots]), [cart.lines[spot] for spot in spots]
    cart.take(bits, spots, parts)
    if spec.sole_bearer is not None:
        done.taken.append(Taken(spec, spec.sole_bearer, lines, parts))
        return
    _note(done, spec, {line.key: part for line, part in zip(lines, parts, strict=True)})


def _take_freight(done: _Done, spec: PromotionSpec, parts: Mapping[str, Fen]) -> None:
    for seller, fen in parts.items():
        done.cart.freight_left[seller] -= fen
    _note(done, spec, {FREIGHT + seller: parts[seller] for seller in sorted(parts)})


def _give(done: _Done, spec: PromotionSpec, found: Wish) -> None:
    listing_id, spot = spec.benefit.gift_listing_id, GIFT + spec.id
    taken = done.cart.gifts_taken
    taken[listing_id] = taken.get(listing_id, 0) + found.gift_packs
    done.gifts.append(Gift(spec.id, spot, listing_id, found.gift_packs, found.amount_fen))
    _note(done, spec, {spot: found.amount_fen})


def _note(done: _Done, spec: PromotionSpec, parts: Mapping[str, Fen]) -> None:
    """The adjustments of each spot: of lines and gifts by their key, of freight by its seller."""
    rows = allocate_shares(list(parts.values()), [one.basis_points for one in spec.borne])
    for spot, shares in zip(parts, rows, strict=True):
        seller = spot.removeprefix(FREIGHT) if spot.startswith(FREIGHT) else ""
        line_key = None if seller else spot
        for bearer, fen in _named(done.cart, spec, spot, shares):
            done.taken.append(
                Adjustment(spec.id, spec.name, line_key, -fen, bearer, spec.name_en, seller)
            )


def _named(
    cart: Cart, spec: PromotionSpec, spot: str, shares: Sequence[Fen]
) -> Sequence[tuple[str, Fen]]:
    """What each bearer gives of one spot; a maker who sells itself is the seller."""
    split: dict[str, Fen] = {}
    for bearing, fen in zip(spec.borne, shares, strict=True):
        bearer = bearing.bearer
        if bearer == "maker":
            maker = _maker(cart, spec, spot)
            bearer = f"maker:{maker}" if maker else "seller"
        split[bearer] = split.get(bearer, 0) + fen
    return [(bearer, fen) for bearer, fen in split.items() if fen]


def _maker(cart: Cart, spec: PromotionSpec, spot: str) -> str:
    if spot.startswith(GIFT):
        offer = cart.situation.gifts[spec.benefit.gift_listing_id]
        return offer.maker_id if offer.maker_id != offer.seller_id else ""
    return cart.makers.get(spot, "")


def _refused(spec: PromotionSpec, failure: Failure) -> Verdict:
    return _told((
        spec.id, spec.name, 0, failure.code, dict(failure.params), spec.owner, spec.code,
        spec.name_en, spec.works_on, spec.benefit.kind, 0, 0, 0, "", 1,
    ))  # fmt: skip


def _unknown_codes(situation: Situation, specs: Sequence[PromotionSpec]) -> list[Verdict]:
    """A verdict for every typed code that belongs to nothing."""
    if not situation.coupon_codes:
        return []
    known = {code for spec in specs for code in spec.codes}
    return [
        Verdict("", code, 0, "code_unknown", {"code": code}, code=code)
        for code in sorted(set(situation.coupon_codes) - known)
    ]
