"""THE price. Cart page, checkout, order placement and API all ask here.

`price` is pure: listings, freight tables and promotions in, sums with their reasons out.
`quote` loads what it needs in a fixed number of statements, whatever the cart's size.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
    Benefit,
    Evaluation,
    Facts,
    Gift,
    GiftOffer,
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
Shipment = tuple[int, FreightQuote | None]  # grams, and what it costs to bring them


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
    to_door: bool = True


def quote(
    session: Session,
    cart: CartView,
    region: RegionCode | None,
    household_id: str | None,
    now: datetime,
    *,
    to_door: bool = True,
) -> Quote:
    """What `cart` costs delivered to `region` at `now`, with every reason; not `to_door`: dropped
    at one of its pick-up points. What is kept for the cart itself stands in nobody's way."""
    goods = catalogue.ListingsRead(session, now, cart.holder)
    seller_ids = goods.rows({line.listing_id for line in cart.lines})
    running = promotions.promotions_for(
        session, seller_ids, region, cart.coupon_codes, household_id, now
    )
    specs = running.specs
    facts = promotions.facts_for(session, specs, household_id, running.had, running.caps)
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
        uses_by_promotion=facts.uses,
        facts=facts,
        gifts={key: listings[key] for key in gifts if key in listings and listings[key].sellable},
        zone=_zone(session, specs, region),
        first_order=_first_order(session, specs, household_id),
        schemes=aid.schemes,
        household=aid.household,
        seller_regions=aid.seller_regions,
        to_door=to_door,
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
    sold = [line for line in cart.lines if all(not x.blocking for x in problems[line.id])]
    shipments = _shipments(sold, world)
    evaluation = _evaluate(sold, shipments, cart, world)
    blocks = _blocks(cart, problems, shipments, evaluation, world)
    aid = subsidising.assess(
        blocks, world.schemes, world.household, world.seller_regions, world.now
    )
    blocks = subsidising.applied(blocks, aid)
    lines = [line for block in blocks for line in block.lines]
    buyable = [line for block in blocks for line in block.buyable]
    goods = sum(line.amount_fen for line in buyable)
    by_seller = evaluation.borne_by("seller")
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
        promotions=world.promotions,
    )


def _shipments(sold: Sequence[CartLine], world: World) -> dict[str, Shipment]:
    """Of each seller whose goods can be bought, the weight and what it costs to bring it."""
    weights: dict[str, int] = defaultdict(int)
    for line in sold:
        listing = world.listings[line.listing_id]
        weights[listing.seller_id] += listing.weight_g * line.quantity
    found: dict[str, Shipment] = {}
    for seller_id, weight in weights.items():
        table, shipped = world.freight_tables.get(seller_id), None
        if world.region is not None and table is not None:
            shipped = freight.quote(table, world.region, weight, to_door=world.to_door)
        found[seller_id] = weight, shipped
    return found


def _blocks(
    cart: CartView,
    problems: Mapping[str, Sequence[LineProblem]],
    shipments: Mapping[str, Shipment],
    evaluation: Evaluation,
    world: World,
) -> list[SellerBlock]:
    """One block per seller in the order in which they came into the cart, gifts at the end."""
    lines: dict[str, list[QuotedLine]] = {}
    for line in cart.lines:
        listing = world.listings.get(line.listing_id)
        seller_id = listing.seller_id if listing else NOBODY
        quoted = _line(line, listing, problems[line.id], evaluation)
        lines.setdefault(seller_id, []).append(quoted)
    for gift in evaluation.gifts:
        listing = world.gifts[gift.listing_id]
        lines[listing.seller_id].append(_gift_line(gift, listing, evaluation))
    off_freight: dict[str, list[Adjustment]] = defaultdict(list)
    for item in evaluation.of_freight:
        off_freight[item.seller_id].append(item)
    points = {x.id: x.benefit for x in world.promotions if x.benefit.drop_point}
    return [
        SellerBlock(
            seller_id,
            next((line.listing.seller_name for line in mine if line.listing), ""),
            tuple(mine),
            *shipments.get(seller_id, (0, None)),
            tuple(off_freight[seller_id]),
            *_drop_point(mine, points),
        )
        for seller_id, mine in lines.items()
    ]


def _drop_point(lines: Sequence[QuotedLine], points: Mapping[str, Benefit]) -> tuple[str, str]:
    """Where a seller delivers what it sells to a village together, and which pick-up point that
    is; empty without."""
    used = (item.promotion_id for x in lines if not x.is_gift for item in x.adjustments)
    found = next((points[key] for key in used if key in points), None) if points else None
    return (found.drop_point, found.drop_point_id) if found else ("", "")


def _gift_line(gift: Gift, listing: ListingView, evaluation: Evaluation) -> QuotedLine:
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
        evaluation=evaluation,
    )


def _line(
    line: CartLine,
    listing: ListingView | None,
    problems: Sequence[LineProblem],
    evaluation: Evaluation,
) -> QuotedLine:
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
        evaluation=evaluation,
        kept=line.kept,
        kept_until=line.kept_until,
        turn=line.turn,
        contract_id=line.contract_id,
    )


def _problems(cart: CartView, world: World) -> dict[str, list[LineProblem]]:
    """Every line's problems. Lines of one listing share its stock and its minimum."""
    found: dict[str, list[LineProblem]] = {}
    demand: dict[str, int] = defaultdict(int)
    for line in cart.lines:
        demand[line.listing_id] += line.quantity
    taken: dict[str, int] = defaultdict(int)
    reach = _reach(world)
    for line in cart.lines:
        listing = world.listings.get(line.listing_id)
        mine: list[LineProblem] = []
        blocker = _blocker(line, listing, world, reach)
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


def _reach(world: World) -> frozenset[str]:
    """The sellers who deliver to the place."""
    place, tables = world.region, world.freight_tables.items()
    if place is None:
        return frozenset()
    return frozenset(key for key, table in tables if freight.delivers_to(table, place))


def _blocker(
    line: CartLine, listing: ListingView | None, world: World, reach: frozenset[str]
) -> LineProblem | None:
    """Why the listing cannot be sold here and now, whatever the number of packs."""
    if listing is None:
        return LineProblem(line.id, "withdrawn")
    if not listing.sellable:
        return LineProblem(line.id, *_unsellable(listing))
    if world.region is None:
        return None
    if not listing.may_go_to(world.region, world.now):
        return LineProblem(line.id, "local_only", {"seller": listing.seller_name})
    if listing.seller_id not in reach:
        return LineProblem(line.id, "not_deliverable", {"seller": listing.seller_name})
    return None


def _unsellable(listing: ListingView) -> tuple[str, dict[str, object]]:
    reason = listing.unsellable_reason or ""
    certificate = listing.certificate
    known = {"seller_suspended", "certificate_expired", "certificate_suspended",
             "certificate_surveillance_overdue",
             "certificate_revoked", "certificate_cancelled", "certificate_upcoming",
             "spot_check_failed", "kind_barred", "local_ended"}  # fmt: skip
    if reason == "seller_not_approved":
        reason = "seller_suspended"
    if reason.startswith("substance_"):
        reason = "substance"
    elif reason not in known:
        reason = "certificate_closed" if reason.startswith("certificate_") else "withdrawn"
    params: dict[str, object] = {"seller": listing.seller_name}
    if certificate is not None:
        params |= {"number": certificate.number, "day": certificate.valid_to,
                   "since": certificate.since, "reason": certificate.reason}  # fmt: skip
    if listing.shut and reason != "seller_suspended":
        first = listing.shut[0]
        params |= {"since": first.since, "until": first.until,
                   "from_day": first.params.get("from_day")}  # fmt: skip
    return reason, params


def _amount_problem(
    line: CartLine, listing: ListingView, demand: Mapping[str, int], taken: dict[str, int]
) -> LineProblem | None:
    if listing.available is not None:
        left = max(0, listing.available - taken[listing.id])
        taken[listing.id] += line.quantity
        if listing.available <= 0:
            return LineProblem(line.id, "in_carts" if listing.lies_in_carts else "sold_out")
        if line.quantity > left:
            return LineProblem(line.id, "short_stock", {"available": left, "asked": line.quantity})
    if demand[listing.id] < listing.min_packs:
        return LineProblem(line.id, "min_packs", {"min_packs": listing.min_packs})
    return None


def _evaluate(
    sold: Sequence[CartLine], shipments: Mapping[str, Shipment], cart: CartView, world: World
) -> Evaluation:
    priced = [
        promotions.priced_line(
            world.listings[line.listing_id],
            line.quantity,
            key=line.id,
            region=world.region,
            group=line.group_id or "",
            bundle_id=line.bundle_id,
        )
        for line in sold
    ]
    situation = Situation(
        now=world.now,
        region=world.region,
        household_id=world.household_id,
        coupon_codes=cart.coupon_codes,
        uses_by_promotion=world.uses_by_promotion,
        used_at=world.facts.used_at,
        household_stated=world.facts.stated,
        zone=world.zone,
        household_flags=world.facts.flags,
        first_order=world.first_order,
        freight={key: shipped.total_fen for key, (_, shipped) in shipments.items() if shipped},
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


def _certified_share(buyable: Sequence[QuotedLine]) -> int:
    """Of the goods that are bought; gifts count nothing."""
    bought = [line for line in buyable if not line.is_gift and line.listing is not None]
    goods = sum(line.amount_fen for line in bought)
    certified = sum(x.amount_fen for x in bought if x.listing is not None and x.listing.certified)
    return certified * 10_000 // goods if goods else 0
