"""THE price. Cart page, checkout, order placement and API all ask here.

`price` is pure: listings, freight tables and promotions in, sums with their reasons out.
`quote` loads what it needs in a fixed number of statements, whatever the cart's size.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from market.carts.types import CartLine, CartView
from market.catalogue import queries as catalogue
from market.catalogue.types import ListingView
from market.checkout import subsidising
from market.checkout.types import LineProblem, Quote, QuotedLine, SellerBlock
from market.kernel.region_code import RegionCode
from market.orders import queries as orders
from market.promotions import engine
from market.promotions import queries as promotions
from market.promotions.types import (
    Adjustment,
    Evaluation,
    Facts,
    Gift,
    GiftOffer,
    PricedLine,
    PromotionSpec,
    Situation,
)
from market.regions import queries as regions
from market.sellers import freight
from market.sellers import queries as sellers
from market.sellers.freight import FreightQuote
from market.sellers.types import FreightTable
from market.subsidies.types import Household, Scheme

NOBODY = ""


@dataclass(frozen=True)
class World:
    """Everything a price depends on besides the cart."""

    now: datetime
    region: RegionCode | None
    listings: Mapping[str, ListingView]
    freight_tables: Mapping[str, FreightTable]
    promotions: Sequence[PromotionSpec] = ()
    household_id: str | None = None
    uses_by_promotion: Mapping[str, int] = field(default_factory=dict)
    facts: Facts = field(default_factory=Facts)
    gifts: Mapping[str, ListingView] = field(default_factory=dict)
    zone: str = ""
    first_order: bool | None = None
    schemes: Sequence[Scheme] = ()
    household: Household | None = None
    seller_regions: Mapping[str, RegionCode] = field(default_factory=dict)


def quote(
    session: Session,
    cart: CartView,
    region: RegionCode | None,
    household_id: str | None,
    now: datetime,
) -> Quote:
    """What `cart` costs delivered to `region` at `now`, with every reason."""
    goods = catalogue.ListingsRead(session, now)
    seller_ids = goods.rows({line.listing_id for line in cart.lines})
    running = promotions.promotions_for(
        session, seller_ids, region, cart.coupon_codes, household_id, now
    )
    specs, uses = running.specs, running.uses
    facts = promotions.facts_for(session, specs, household_id, uses, running.caps)
    gifts = {x.benefit.gift_listing_id for x in specs if x.benefit.gift_listing_id}
    goods.rows(gifts)
    listings = goods.views()
    aid = subsidising.load(session, region, household_id, seller_ids, now)
    world = World(
        now=now,
        region=region,
        listings=listings,
        freight_tables=sellers.freight_tables(session, seller_ids),
        promotions=specs,
        household_id=household_id,
        uses_by_promotion=uses,
        facts=facts,
        gifts={key: listings[key] for key in gifts if key in listings and listings[key].sellable},
        zone=_zone(session, specs, region),
        first_order=_first_order(session, specs, household_id),
        schemes=aid.schemes,
        household=aid.household,
        seller_regions=aid.seller_regions,
    )
    return price(cart, world)


def _zone(session: Session, specs: Sequence[PromotionSpec], region: RegionCode | None) -> str:
    if region is None or not any(spec.conditions.zones for spec in specs):
        return ""
    return regions.climate_zone(session, region).zone


def _first_order(
    session: Session, specs: Sequence[PromotionSpec], household_id: str | None
) -> bool | None:
    if household_id is None or not any(spec.conditions.first_order for spec in specs):
        return None
    return not orders.has_ordered(session, household_id)


def price(cart: CartView, world: World) -> Quote:
    """The price of a cart in a world. Pure."""
    problems = _problems(cart, world)
    lines = [_line(line, world, problems[line.id]) for line in cart.lines]
    blocks = _blocks(lines, world)
    evaluation = _evaluate(lines, blocks, cart, world)
    blocks = _discounted(blocks, evaluation, world)
    aid = subsidising.assess(
        blocks, world.schemes, world.household, world.seller_regions, world.now
    )
    blocks = subsidising.applied(blocks, aid)
    lines = [line for block in blocks for line in block.lines]
    buyable = [line for block in blocks for line in block.buyable]
    goods = sum(line.amount_fen for line in buyable)
    by_seller = -sum(a.amount_fen for a in evaluation.adjustments if a.bearer == "seller")
    return Quote(
        at=world.now,
        region=world.region,
        seller_blocks=tuple(blocks),
        coupon_codes=cart.coupon_codes,
        verdicts=evaluation.verdicts,
        problems=tuple(problem for line in lines for problem in line.problems),
        goods_fen=goods,
        freight_fen=sum(block.freight_fen for block in blocks),
        seller_discount_fen=by_seller,
        platform_discount_fen=evaluation.discount_fen - by_seller,
        certified_share_bp=_certified_share(buyable),
        subsidy_fen=aid.total_fen,
        aid=aid,
    )


def _discounted(
    blocks: Sequence[SellerBlock], evaluation: Evaluation, world: World
) -> list[SellerBlock]:
    """The blocks with their adjustments and gifts."""
    by_line: dict[str, list[Adjustment]] = defaultdict(list)
    by_freight: dict[str, list[Adjustment]] = defaultdict(list)
    for item in evaluation.adjustments:
        if item.line_key is None:
            by_freight[item.seller_id].append(item)
        else:
            by_line[item.line_key].append(item)
    gifts: dict[str, list[QuotedLine]] = defaultdict(list)
    for gift in evaluation.gifts:
        listing = world.gifts[gift.listing_id]
        line = _gift_line(gift, listing)
        gifts[listing.seller_id].append(replace(line, adjustments=tuple(by_line[gift.key])))
    points = {spec.id: spec.benefit.drop_point for spec in world.promotions}
    return [
        replace(
            block,
            drop_point=_drop_point(block, by_line, points),
            lines=(
                *(replace(x, adjustments=tuple(by_line[x.line_id])) for x in block.lines),
                *gifts[block.seller_id],
            ),
            freight_adjustments=tuple(by_freight[block.seller_id]),
        )
        for block in blocks
    ]


def _drop_point(
    block: SellerBlock, by_line: Mapping[str, Sequence[Adjustment]], points: Mapping[str, str]
) -> str:
    """Where a seller delivers what it sells to a village together."""
    used = (item.promotion_id for line in block.lines for item in by_line.get(line.line_id, ()))
    return next((points[key] for key in used if points.get(key)), "")


def _gift_line(gift: Gift, listing: ListingView) -> QuotedLine:
    return QuotedLine(
        line_id=gift.key,
        listing_id=listing.id,
        listing=listing,
        quantity=gift.quantity,
        seen_price_fen=listing.price_fen,
        group_id=None,
        group_label=None,
        group_label_en="",
        group_origin="",
        group_link=None,
        unit_price_fen=listing.price_fen,
        amount_fen=gift.value_fen,
        gift_of=gift.promotion_id,
    )


def _line(line: CartLine, world: World, problems: list[LineProblem]) -> QuotedLine:
    listing = world.listings.get(line.listing_id)
    unit_price = listing.price_fen if listing else line.seen_price_fen
    return QuotedLine(
        line_id=line.id,
        listing_id=line.listing_id,
        listing=listing,
        quantity=line.quantity,
        seen_price_fen=line.seen_price_fen,
        group_id=line.group_id,
        group_label=line.group_label,
        group_label_en=line.group_label_en,
        group_origin=line.group_origin,
        group_link=line.group_link,
        unit_price_fen=unit_price,
        amount_fen=unit_price * line.quantity,
        problems=tuple(problems),
    )


def _problems(cart: CartView, world: World) -> dict[str, list[LineProblem]]:
    """Every line's problems. Lines of one listing share its stock and its minimum."""
    found: dict[str, list[LineProblem]] = {}
    demand: dict[str, int] = defaultdict(int)
    for line in cart.lines:
        demand[line.listing_id] += line.quantity
    taken: dict[str, int] = defaultdict(int)
    for line in cart.lines:
        listing = world.listings.get(line.listing_id)
        mine: list[LineProblem] = []
        blocker = _blocker(line, listing, world)
        if blocker is None and listing is not None:
            blocker = _amount_problem(line, listing, demand, taken)
        if blocker is not None:
            mine.append(blocker)
        if listing is not None and listing.sellable and listing.price_fen != line.seen_price_fen:
            mine.append(
                LineProblem(
                    line.id,
                    "price_changed",
                    {"old_fen": line.seen_price_fen, "new_fen": listing.price_fen},
                    blocking=False,
                )
            )
        found[line.id] = mine
    return found


def _blocker(line: CartLine, listing: ListingView | None, world: World) -> LineProblem | None:
    """Why the listing cannot be sold here and now, whatever the number of packs."""
    if listing is None:
        return LineProblem(line.id, "withdrawn")
    if not listing.sellable:
        return LineProblem(line.id, *_unsellable(listing))
    if world.region is None:
        return None
    if not listing.may_go_to(world.region, world.now):
        return LineProblem(line.id, "local_only", {"seller": listing.seller_name})
    table = world.freight_tables.get(listing.seller_id)
    if table is None or not freight.delivers_to(table, world.region):
        return LineProblem(line.id, "not_deliverable", {"seller": listing.seller_name})
    return None


def _unsellable(listing: ListingView) -> tuple[str, dict[str, object]]:
    reason = listing.unsellable_reason or ""
    certificate = listing.certificate
    known = {"seller_suspended", "certificate_expired", "certificate_suspended",
             "certificate_surveillance_overdue",
             "certificate_revoked", "certificate_cancelled", "spot_check_failed",
             "kind_barred"}  # fmt: skip
    if reason == "seller_not_approved":
        reason = "seller_suspended"
    if reason.startswith("substance_"):
        return "substance", {"seller": listing.seller_name}
    if reason not in known:
        reason = "certificate_closed" if reason.startswith("certificate_") else "withdrawn"
    params: dict[str, object] = {"seller": listing.seller_name}
    if certificate is not None:
        params |= {"number": certificate.number, "day": certificate.valid_to,
                   "since": certificate.since, "reason": certificate.reason}  # fmt: skip
    if listing.held_since is not None:
        params["since"] = listing.held_since
    return reason, params


def _amount_problem(
    line: CartLine, listing: ListingView, demand: Mapping[str, int], taken: dict[str, int]
) -> LineProblem | None:
    if listing.available is not None:
        left = max(0, listing.available - taken[listing.id])
        taken[listing.id] += line.quantity
        if listing.available <= 0:
            return LineProblem(line.id, "sold_out")
        if line.quantity > left:
            return LineProblem(line.id, "short_stock", {"available": left, "asked": line.quantity})
    if demand[listing.id] < listing.min_packs:
        return LineProblem(line.id, "min_packs", {"min_packs": listing.min_packs})
    return None


def _evaluate(
    lines: Sequence[QuotedLine], blocks: Sequence[SellerBlock], cart: CartView, world: World
) -> Evaluation:
    priced = [
        PricedLine(
            key=line.line_id,
            listing_id=line.listing_id,
            product_id=line.listing.product_id,
            kind_code=line.listing.kind_code,
            seller_id=line.listing.seller_id,
            quantity=line.quantity,
            unit_price_fen=line.unit_price_fen,
            amount_fen=line.amount_fen,
            star=line.listing.star,
            certified=line.listing.certified,
            region=world.region,
            maker_id=line.listing.maker_id,
        )
        for line in lines
        if line.buyable and line.listing is not None
    ]
    situation = Situation(
        now=world.now,
        region=world.region,
        household_id=world.household_id,
        coupon_codes=cart.coupon_codes,
        uses_by_promotion=world.uses_by_promotion,
        zone=world.zone,
        household_flags=world.facts.flags,
        first_order=world.first_order,
        freight={block.seller_id: block.freight_fen for block in blocks},
        gifts=_gift_offers(cart, world),
        proofs=world.facts.proofs,
        groups=world.facts.groups,
        enrolled=world.facts.enrolled,
        caps=world.facts.caps,
    )
    return engine.evaluate(priced, situation, world.promotions)


def _gift_offers(cart: CartView, world: World) -> dict[str, GiftOffer]:
    """What can be given away: what stands in stock and no line of the cart asks for."""
    asked: dict[str, int] = defaultdict(int)
    for line in cart.lines:
        asked[line.listing_id] += line.quantity
    return {
        key: GiftOffer(
            listing_id=key,
            seller_id=listing.seller_id,
            maker_id=listing.maker_id,
            unit_price_fen=listing.price_fen,
            available=None if listing.available is None else max(0, listing.available - asked[key]),
        )
        for key, listing in world.gifts.items()
    }


def _blocks(lines: Sequence[QuotedLine], world: World) -> list[SellerBlock]:
    """One block per seller in the order in which they came into the cart."""
    grouped: dict[str, list[QuotedLine]] = {}
    for line in lines:
        seller_id = line.listing.seller_id if line.listing else NOBODY
        grouped.setdefault(seller_id, []).append(line)
    return [_block(seller_id, group, world) for seller_id, group in grouped.items()]


def _block(seller_id: str, lines: list[QuotedLine], world: World) -> SellerBlock:
    weight = sum(
        line.listing.weight_g * line.quantity for line in lines if line.buyable and line.listing
    )
    table = world.freight_tables.get(seller_id)
    shipped: FreightQuote | None = None
    if world.region is not None and table is not None and any(line.buyable for line in lines):
        shipped = freight.quote(table, world.region, weight)
    name = next((line.listing.seller_name for line in lines if line.listing), "")
    return SellerBlock(seller_id, name, tuple(lines), weight, shipped)


def _certified_share(buyable: Sequence[QuotedLine]) -> int:
    """Of the goods that are bought; gifts count nothing."""
    bought = [line for line in buyable if not line.is_gift and line.listing is not None]
    goods = sum(line.amount_fen for line in bought)
    certified = sum(x.amount_fen for x in bought if x.listing is not None and x.listing.certified)
    return certified * 10_000 // goods if goods else 0
