"""What each kind of benefit takes off given lines. Pure, integer fen, never more than is left.

Every kind answers with a `Wish`: an amount to be spread over the lines in proportion to what
is left of them, or fixed parts per line; or with the `Failure` that keeps it from applying.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from market.kernel.money import Fen, allocate, percent_of
from market.promotions.conditions import Failure
from market.promotions.engine_types import (
    WHOLE,
    Benefit,
    BenefitKind,
    PromotionSpec,
    Step,
    Tier,
)
from market.promotions.goods import Goods

Parts = Sequence[tuple[int, Fen]]


@dataclass(slots=True)
class Wish:
    """What a promotion would take off: fixed `parts` of some of its lines, by their places among
    them; of the `freight` by seller; packs of a gift; else an amount spread over all its lines."""

    amount_fen: Fen
    parts: Parts | None = None
    freight: Mapping[str, Fen] | None = None
    gift_packs: int = 0
    uses: int = 1
    next_fen: Fen = 0  # how much more goods it takes to the next rung
    next_off_fen: Fen = 0


def wish(spec: PromotionSpec, goods: Goods) -> Wish | Failure:
    """What the promotion would take off these goods, after its cap per use."""
    found = _KINDS[spec.benefit.kind](spec, goods)
    if isinstance(found, Failure):
        return found
    amount, cap = found.amount_fen, spec.benefit.cap_fen
    if amount <= 0:
        return Failure("nothing_off")
    if cap is not None and amount > cap:
        return _capped(found, cap)
    return found


def _capped(found: Wish, cap: Fen) -> Wish:
    parts, freight = found.parts, found.freight
    if parts is not None:
        parts = _scaled(parts, cap)
    if freight is not None:
        freight = dict(zip(freight, allocate(cap, list(freight.values())), strict=True))
    return Wish(cap, parts, freight, found.gift_packs, found.uses)


def _scaled(parts: Parts, total: Fen) -> Parts:
    split = allocate(total, [fen for _, fen in parts])
    return [(line, fen) for (line, _), fen in zip(parts, split, strict=True)]


def _spread(goods: Goods, amount: Fen) -> Wish:
    amount = min(amount, goods.base_fen)
    return Wish(amount if amount > 0 else 0)


def _percent(spec: PromotionSpec, goods: Goods) -> Wish | Failure:
    return _spread(goods, percent_of(goods.base_fen, spec.benefit.basis_points))


def _amount(spec: PromotionSpec, goods: Goods) -> Wish | Failure:
    return _spread(goods, spec.benefit.amount_fen)


def _threshold(spec: PromotionSpec, goods: Goods) -> Wish | Failure:
    """The highest rung reached; a single rung may repeat ("every 300, 30 off")."""
    benefit, base = spec.benefit, goods.base_fen
    step = reached(benefit.steps, base)
    if step is None:
        return _below(benefit, base)
    uses = 1
    if len(benefit.steps) == 1 and step.at_least_fen and benefit.times != 1:
        uses = base // step.at_least_fen
        uses = min(uses, benefit.times) if benefit.times else uses
    higher = next_step(benefit, base)
    return Wish(
        min(uses * step.off_fen, base),
        uses=uses,
        next_fen=higher.at_least_fen - base if higher else 0,
        next_off_fen=higher.off_fen if higher else 0,
    )


def _below(benefit: Benefit, base: Fen) -> Failure:
    first = min(benefit.steps, key=lambda step: step.at_least_fen, default=None)
    if first is None:
        return Failure("nothing_off")
    return Failure(
        "below_step",
        {
            "short_fen": first.at_least_fen - base,
            "minimum_fen": first.at_least_fen,
            "off_fen": first.off_fen,
        },
    )


def _quantity(spec: PromotionSpec, goods: Goods) -> Wish | Failure:
    packs = goods.packs
    tier = tier_reached(spec.benefit.tiers, packs)
    if tier is None:
        return _too_few(min((t.at_least for t in spec.benefit.tiers), default=0), packs)
    return _spread(goods, percent_of(goods.base_fen, tier.basis_points))


def _too_few(wanted: int, packs: int) -> Failure:
    if wanted <= packs:
        return Failure("nothing_off")
    return Failure("below_quantity", {"short": wanted - packs, "minimum": wanted})


def _nth_item(spec: PromotionSpec, goods: Goods) -> Wish | Failure:
    """Of every `every` packs, dearest first, the last is cheaper."""
    benefit = spec.benefit
    return _of_groups(goods, benefit, benefit.every - 1, 1, benefit.basis_points)


def _buy_get(spec: PromotionSpec, goods: Goods) -> Wish | Failure:
    """Of every X + Y packs, dearest first, the last Y are free; or a gift for every X."""
    benefit = spec.benefit
    if not benefit.gift_listing_id:
        return _of_groups(goods, benefit, benefit.every, benefit.get, WHOLE)
    return _gift(benefit, goods)


def _of_groups(goods: Goods, benefit: Benefit, paid: int, off: int, bp: int) -> Wish | Failure:
    """The last `off` of every `paid + off` packs at `bp` less, complete groups only."""
    size = paid + off
    if size <= 0 or off <= 0:
        return Failure("nothing_off")
    sorts = list(goods.runs_by_product().values()) if benefit.same_item else [goods.runs()]
    values: list[tuple[int, Fen]] = []
    uses, fullest = 0, 0
    for runs in sorts:
        groups = runs.packs // size
        fullest = max(fullest, runs.packs)
        groups = min(groups, benefit.times) if benefit.times else groups
        uses += groups
        values += runs.values(runs.last_of_groups(paid, off, groups))
    if not uses:
        return _too_few(size, fullest)
    return _fixed([(line, fen * bp // WHOLE) for line, fen in sorted(values)], uses)


def _fixed(parts: Parts, uses: int) -> Wish:
    return Wish(sum([fen for _, fen in parts]), [part for part in parts if part[1]], uses=uses)


def _gift(benefit: Benefit, goods: Goods) -> Wish | Failure:
    """A gift for every X packs, as many as there are of it."""
    groups = goods.packs // benefit.every if benefit.every else 1
    if not groups:
        return _too_few(benefit.every, goods.packs)
    groups = min(groups, benefit.times) if benefit.times else groups
    offer = goods.cart.situation.gifts.get(benefit.gift_listing_id)
    if offer is None or offer.seller_id not in goods.sellers:
        return Failure("gift_unavailable")
    packs = groups * benefit.get
    if offer.available is not None:
        packs = min(packs, offer.available - goods.cart.gifts_taken.get(offer.listing_id, 0))
    if packs <= 0:
        return Failure("gift_gone")
    if benefit.cap_fen is not None and offer.unit_price_fen > 0:
        packs = min(packs, benefit.cap_fen // offer.unit_price_fen)  # whole packs within the cap
    return Wish(packs * offer.unit_price_fen, gift_packs=packs, uses=groups)


def _bundle_price(spec: PromotionSpec, goods: Goods) -> Wish | Failure:
    """A set of named products, or any n packs, for one price."""
    benefit = spec.benefit
    return _named_set(benefit, goods) if benefit.parts else _any_set(benefit, goods)


def _named_set(benefit: Benefit, goods: Goods) -> Wish | Failure:
    have: dict[str, int] = {}
    for line in goods.lines:
        have[line.product_id] = have.get(line.product_id, 0) + line.quantity
    sets = min((have.get(p.product_id, 0) // p.quantity for p in benefit.parts), default=0)
    if not sets:
        missing = next((p for p in benefit.parts if have.get(p.product_id, 0) < p.quantity), None)
        if missing is None:
            return Failure("nothing_off")
        short = missing.quantity - have.get(missing.product_id, 0)
        return Failure(
            "set_incomplete",
            {"missing": missing.name, "missing_en": missing.name_en, "short": short},
        )
    sets = min(sets, benefit.times) if benefit.times else sets
    runs, values = goods.runs_by_product(), dict[int, Fen]()
    for part in benefit.parts:
        mine = runs[part.product_id]
        for at, fen in mine.values(mine.first(part.quantity * sets)):
            values[at] = values.get(at, 0) + fen
    return _over_values(list(values.items()), sets * benefit.amount_fen, sets)


def _any_set(benefit: Benefit, goods: Goods) -> Wish | Failure:
    runs = goods.runs()
    sets = runs.packs // benefit.every if benefit.every else 0
    if not sets:
        return _too_few(benefit.every, runs.packs)
    sets = min(sets, benefit.times) if benefit.times else sets
    worth = runs.sets_worth_more(benefit.every, benefit.amount_fen, sets)
    values = runs.values(runs.first(worth * benefit.every))
    return _over_values(values, worth * benefit.amount_fen, worth)


def _over_values(values: Parts, price: Fen, uses: int) -> Wish | Failure:
    """What goods are worth more than the price of their sets."""
    off = sum([fen for _, fen in values]) - price
    if off <= 0:
        return Failure("nothing_off")
    return Wish(off, _scaled(sorted(values), off), uses=uses)


def _free_delivery(spec: PromotionSpec, goods: Goods) -> Wish | Failure:
    """A part of the freight of every seller whose goods it is about; parts are by seller."""
    if goods.cart.situation.region is None:
        return Failure("region_unknown")
    left, share = goods.cart.freight_left, spec.benefit.basis_points or WHOLE
    parts = {}
    for seller in goods.sellers:
        if fen := percent_of(left.get(seller, 0), share):
            parts[seller] = fen
    return Wish(sum(parts.values()), freight=parts)


def _trade_in(spec: PromotionSpec, goods: Goods) -> Wish | Failure:
    """So much for each old piece handed in, or a part of the price of as many new ones."""
    proof = goods.cart.situation.proofs.get(spec.id)
    if proof is None or not proof.accepted:
        return Failure("proof_waiting" if proof and proof.waiting else "proof_needed")
    benefit = spec.benefit
    pieces = min(goods.packs, proof.accepted)
    pieces = min(pieces, benefit.times) if benefit.times else pieces
    chosen = goods.runs().first(pieces)
    parts = []
    for (line, value), (_, packs) in zip(goods.runs().values(chosen), chosen, strict=True):
        by_share = percent_of(value, benefit.basis_points)
        parts.append((line, by_share or min(value, packs * benefit.amount_fen)))
    return _fixed(sorted(parts), pieces)


def _group_buy(spec: PromotionSpec, goods: Goods) -> Wish | Failure:
    """The tier all joined packs reached together, for as many packs as the household joined."""
    benefit, situation = spec.benefit, goods.cart.situation
    now, state = situation.now, situation.groups.get(spec.id)
    is_open = benefit.closes_at is not None and now < benefit.closes_at
    is_open = is_open or (state is not None and not state.closed)
    if state is None or not state.joined:
        return Failure("group_join" if is_open else "group_closed", {"until": benefit.closes_at})
    if is_open:
        return Failure("group_open", {"until": benefit.closes_at, "total": state.total})
    tier = tier_reached(benefit.tiers, state.total)
    if tier is None:
        least = min((t.at_least for t in benefit.tiers), default=0)
        return Failure("group_failed", {"total": state.total, "minimum": least})
    runs = goods.runs()
    chosen = runs.first(min(goods.packs, state.joined))
    parts = [(line, percent_of(fen, tier.basis_points)) for line, fen in runs.values(chosen)]
    return _fixed(sorted(parts), sum(packs for _, packs in chosen))


_KINDS: Mapping[BenefitKind, Callable[[PromotionSpec, Goods], Wish | Failure]] = {
    BenefitKind.PERCENT: _percent,
    BenefitKind.AMOUNT: _amount,
    BenefitKind.THRESHOLD: _threshold,
    BenefitKind.QUANTITY: _quantity,
    BenefitKind.NTH_ITEM: _nth_item,
    BenefitKind.BUY_GET: _buy_get,
    BenefitKind.BUNDLE_PRICE: _bundle_price,
    BenefitKind.FREE_DELIVERY: _free_delivery,
    BenefitKind.TRADE_IN: _trade_in,
    BenefitKind.GROUP_BUY: _group_buy,
}


def reached(steps: Sequence[Step], base_fen: Fen) -> Step | None:
    """The highest rung of a ladder that the base reaches."""
    within = [step for step in steps if step.at_least_fen <= base_fen]
    return max(within, key=lambda step: step.at_least_fen, default=None)


def next_step(benefit: Benefit, base_fen: Fen) -> Step | None:
    """The next rung above the base, to say how much more it takes."""
    above = [step for step in benefit.steps if step.at_least_fen > base_fen]
    return min(above, key=lambda step: step.at_least_fen, default=None)


def tier_reached(tiers: Sequence[Tier], packs: int) -> Tier | None:
    """The highest tier that so many packs reach."""
    within = [tier for tier in tiers if tier.at_least <= packs]
    return max(within, key=lambda tier: tier.at_least, default=None)


def smallest_use(benefit: Benefit) -> Fen:
    """The least that one use can cost: a budget below it is spent."""
    least = 1
    if benefit.kind is BenefitKind.THRESHOLD:
        least = min((step.off_fen for step in benefit.steps), default=1)
    elif benefit.kind is BenefitKind.AMOUNT:
        least = benefit.amount_fen
    return max(1, min(least, benefit.cap_fen) if benefit.cap_fen is not None else least)
