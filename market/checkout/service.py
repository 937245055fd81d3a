"""From the cart to a held order, and from a payment to a confirmed one.

Everything scarce (packs, budgets, uses of codes) is taken in the transaction that writes the
order, before any payment starts; nothing is taken twice by a second submission.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.bundles import queries as bundle_queries
from market.bundles import service as bundles
from market.bundles.types import Owner as BundleOwner
from market.carts import queries as cart_queries
from market.carts import service as carts
from market.carts.types import CartOwner, LineToAdd
from market.catalogue import queries as catalogue
from market.catalogue import service as goods
from market.catalogue import stock
from market.catalogue.errors import OutOfStock
from market.catalogue.types import Allocation, Demand, ListingView
from market.checkout import keeping, picking
from market.checkout.bundle_price import as_cart
from market.checkout.commissioning import commissions_of
from market.checkout.errors import (
    CartChanged,
    CodeUnknown,
    ListingGone,
    MadeToOrderNotAgreed,
    MethodMissing,
    NothingToBuy,
    SoldOutMeanwhile,
    TooManyHeld,
    TotalChanged,
)
from market.checkout.keeping import Due, KeepTerms
from market.checkout.outcomes import (
    accept_on_delivery,
    await_transfer,
    expire_unpaid,
    free_place,
    free_promotions,
    payment_failed,
    payment_succeeded,
    sell_new_on_delivery,
)
from market.checkout.quote import quote
from market.checkout.types import BundleAdded, Quote, QuotedLine, SellerBlock, Submission
from market.kernel.ids import new_id
from market.kernel.money import format_fen
from market.kernel.region_code import RegionCode
from market.orders import service as orders
from market.orders.types import (
    AdjustmentToCopy,
    AllocatedStock,
    CertificateSnapshot,
    CommissionToCopy,
    LineToPlace,
    OrderToPlace,
    PayMethod,
    PlacedOrder,
    SellerPart,
)
from market.pickups.types import PointView
from market.promotions import queries as promotion_queries
from market.promotions import service as promotions
from market.promotions.types import Adjustment
from market.regions import queries as regions
from market.subsidies import queries as subsidy_queries
from market.subsidies import service as subsidies

POLICIES = {"version": 1, "return_days": 7, "refund": "paid_share", "freight_refund": "by_weight"}


@dataclass(frozen=True)
class Limits:
    """How long goods are held, and how many lines one household may hold unpaid."""

    hold: timedelta = timedelta(minutes=30)
    hold_cap_lines: int = 20
    transfer_hold: timedelta = timedelta(days=3)


def add_code(session: Session, owner: CartOwner, code: str, now: datetime) -> str:
    """Use a coupon code; one that exists but helps nothing now stays, with its reason shown.

    Raises CodeUnknown and the refusals of carts.
    """
    plain = carts.add_code(session, owner, code, now)
    if not promotion_queries.knows_code(session, plain):
        raise CodeUnknown(field="code")
    return plain


def add_to_cart(
    session: Session,
    owner: CartOwner,
    listing_id: str,
    quantity: int,
    now: datetime,
    *,
    region: RegionCode | None = None,
    terms: KeepTerms | None = None,
) -> str:
    """Put packs of a listing into the cart and keep them for it; returns the product's name.

    What cannot be sold now can still be put in: the cart says why and what to do.
    Raises ListingGone and the refusals of carts.
    """
    offer = catalogue.find_offer(session, listing_id, now)
    if offer is None:
        raise ListingGone()
    added = carts.add(session, owner, LineToAdd(listing_id, quantity, offer.price_fen), now)
    keeping.keep_added(session, added, offer.shelf, region, now, terms or _usual(owner))
    return offer.product_name


def set_quantity(
    session: Session,
    owner: CartOwner,
    line_id: str,
    quantity: int,
    now: datetime,
    *,
    region: RegionCode | None = None,
    terms: KeepTerms | None = None,
) -> None:
    """Change the packs of a line and what is kept for it; 0 takes it out. Raises
    CartLineNotFound, QuantityOutOfRange."""
    carts.set_quantity(session, owner, line_id, quantity, now)
    _keep(session, owner, [line_id], region, now, terms)


def _keep(
    session: Session,
    owner: CartOwner,
    more: Collection[str],
    region: RegionCode | None,
    now: datetime,
    terms: KeepTerms | None,
) -> None:
    """Prolong what is kept for the cart and keep packs for more of its lines."""
    cart = cart_queries.get_cart(session, owner)
    standing = frozenset(line.id for line in cart.lines if line.kept)
    wanted = Due(standing, frozenset(more))
    keeping.keep(session, owner, wanted, region, now, terms or _usual(owner))


def _usual(owner: CartOwner) -> KeepTerms:
    return KeepTerms(taking=owner.account_id is not None)


def add_group_to_cart(
    session: Session,
    owner: CartOwner,
    label: str,
    packs: Sequence[tuple[str, int]],
    now: datetime,
    *,
    link: str | None = None,
    label_en: str = "",
    origin: str = "",
    region: RegionCode | None = None,
    terms: KeepTerms | None = None,
    contract_id: str = "",
) -> str:
    """Put listings that belong together into the cart in one step and keep the packs of all of
    them or of none; returns the group's id.

    Raises NothingToBuy, ListingGone and the refusals of carts; then nothing was added.
    """
    listings = catalogue.listings_by_ids(session, {listing_id for listing_id, _ in packs}, now)
    lines = []
    for listing_id, quantity in packs:
        if listing_id not in listings:
            raise ListingGone()
        lines.append(LineToAdd(listing_id, quantity, listings[listing_id].price_fen))
    if not lines:
        raise NothingToBuy()
    group_id = carts.add_group(
        session, owner, label, lines, now, link=link, label_en=label_en, origin=origin,
        contract_id=contract_id,
    )  # fmt: skip
    stocked = {
        line.id
        for line in cart_queries.get_cart(session, owner).lines
        if line.group_id == group_id and not listings[line.listing_id].made_to_order
    }
    _keep(session, owner, stocked, region, now, terms)
    return group_id


def add_bundle_to_cart(
    session: Session,
    owner: CartOwner,
    bundle_owner: BundleOwner,
    configuration_id: str,
    region: RegionCode | None,
    *,
    now: datetime,
    terms: KeepTerms | None = None,
) -> BundleAdded:
    """Put a household's configured bundle into the cart as one group.

    The packs are counted here anew, from the stored choices. A configuration is one house: put
    in again, it takes the place of what it put in before, so that no house is bought twice by
    a second press of the button. Raises, and is to be undone, the refusals of bundles
    (ConfigurationNotFound, BundleNotFound, NothingChosen) and of carts.
    """
    stored = bundle_queries.get_configuration(session, bundle_owner, configuration_id)
    link = f"/bundles/{stored.slug}/my/{stored.id}"
    before = carts.remove_linked(session, owner, link, now)  # what was kept for it is free again
    chosen = bundles.select_for_cart(session, bundle_owner, configuration_id, region, now)
    add_group_to_cart(
        session,
        owner,
        chosen.label,
        [(line.listing_id, line.packs) for line in chosen.lines],
        now,
        link=link,
        label_en=chosen.label_en,
        origin=f"{chosen.bundle_id}@{chosen.version}",
        region=region,
        terms=terms,
    )
    return BundleAdded(chosen.label, chosen.label_en, replaced=before > 0)


def accept_price(session: Session, owner: CartOwner, line_id: str, now: datetime) -> None:
    """The buyer has read that a price changed. Raises CartLineNotFound."""
    cart = cart_queries.get_cart(session, owner)
    listing_id = next((line.listing_id for line in cart.lines if line.id == line_id), "")
    listing = catalogue.listings_by_ids(session, {listing_id}, now).get(listing_id)
    carts.accept_price(session, owner, line_id, listing.price_fen if listing else 0, now)


def remove_blocked(session: Session, owner: CartOwner, quoted: Quote, now: datetime) -> int:
    """Take every line out that cannot be bought. Returns how many went."""
    return carts.remove(session, owner, [line.line_id for line in quoted.blocked], now)


def place_order(
    session: Session,
    account_id: str,
    submission: Submission,
    now: datetime,
    limits: Limits | None = None,
) -> PlacedOrder:
    """Hold the goods and budgets and write the order, or do nothing at all.

    The same submission twice gives the same order. Raises AddressNotFound (of accounts),
    MethodMissing, NothingToBuy, CartChanged, TotalChanged, MadeToOrderNotAgreed, TooManyHeld,
    SoldOutMeanwhile, BudgetExhausted (of promotions), SubsidySpent (of subsidies), PointGone,
    NobodyTakesCash, GoodsUnfit, DayNotOffered, DayFull (of pickups).
    """
    limits = limits or Limits()
    owner = CartOwner(account_id=account_id)
    carts.lock(session, owner, now)
    done = orders.find_by_key(session, account_id, submission.idempotency_key)
    if done is not None:
        return done
    address = accounts.get_address(session, account_id, submission.address_id)
    cart = cart_queries.get_cart(session, owner)
    goods.keep_gates(session, [line.listing_id for line in cart.lines])
    point = picking.chosen_point(session, submission, address, now)
    quoted = quote(session, cart, address.region, account_id, now, to_door=point is None)
    _refuse_unless_ready(quoted, submission)
    _refuse_hoarding(session, account_id, quoted, limits, now)
    order_id, until = new_id(), now + limits.hold
    allocations = _reserve(session, order_id, quoted, account_id, until, now)
    if quoted.redemptions:
        promotions.reserve(session, quoted.redemptions, order_id, account_id, now)
    fees = commissions_of(session, quoted, now)
    if quoted.grants:
        subsidies.reserve(session, quoted.grants, order_id, account_id, now)
    label = regions.label(session, address.region.digits)
    pickup = picking.take_place(session, order_id, quoted, submission, point, label, now)
    wanted = OrderToPlace(
        id=order_id,
        account_id=account_id,
        idempotency_key=submission.idempotency_key,
        recipient=address.recipient,
        phone=address.phone,
        region=address.region,
        region_label=label,
        detail=address.detail,
        payment_method=PayMethod(submission.payment_method),
        parts=tuple(_part(block, allocations, fees, point) for block in quoted.seller_blocks),
        held_until=until,
        certified_share_bp=quoted.certified_share_bp,
        policies=POLICIES,
        made_to_order_agreed_at=now if quoted.made_to_order else None,
        note=submission.note,
        discounts=_why(quoted),
        pickup=pickup,
    )
    placed = orders.place(session, wanted, now)
    carts.clear(session, cart)
    return placed


def _why(quoted: Quote) -> dict[str, Any]:
    """What the price said of promotions and schemes, to be kept with the order."""
    return {
        **promotion_queries.kept_with_order(quoted.verdicts, quoted.promotions),
        "subsidies": subsidy_queries.kept(quoted.aid.outcomes),
    }


def accept_new(
    session: Session, placed: PlacedOrder, submission: Submission, now: datetime
) -> bool:
    """An order just placed to be paid at the door is accepted in the same transaction.

    False when another step must follow.
    """
    if not placed.is_new or submission.payment_method != PayMethod.ON_DELIVERY:
        return False
    sell_new_on_delivery(session, placed.id, now)
    return True


def _refuse_unless_ready(quoted: Quote, submission: Submission) -> None:
    if submission.payment_method not in set(PayMethod):
        raise MethodMissing(field="payment_method")
    if not quoted.lines:
        raise NothingToBuy()
    if not quoted.can_be_ordered:
        raise CartChanged()
    if quoted.total_fen != submission.seen_total_fen:
        raise TotalChanged(
            old=format_fen(submission.seen_total_fen), new=format_fen(quoted.total_fen)
        )
    if quoted.made_to_order and not submission.made_to_order_agreed:
        raise MadeToOrderNotAgreed(field="made_to_order_agreed")


def _refuse_hoarding(
    session: Session, account_id: str, quoted: Quote, limits: Limits, now: datetime
) -> None:
    """Goods held for earlier unpaid orders and for this one stay under the cap together."""
    held = orders.held_lines(session, account_id, now)
    if held and held + len(quoted.lines) > limits.hold_cap_lines:
        raise TooManyHeld(held=held)


def _reserve(
    session: Session, order_id: str, quoted: Quote, holder: str, until: datetime, now: datetime
) -> list[Allocation]:
    """Take what is ordered; what is kept for the cart becomes the order's."""
    demands = [Demand(line.listing_id, line.quantity, quoted.region) for line in quoted.buyable]
    try:
        return stock.reserve(session, order_id, demands, until, now, holder=holder)
    except OutOfStock as gone:
        name = next(
            line.listing.product_name
            for line in quoted.buyable
            if line.listing is not None and line.listing_id == gone.listing_id
        )
        raise SoldOutMeanwhile(product=name, available=gone.available) from gone


def _part(
    block: SellerBlock,
    allocations: Sequence[Allocation],
    fees: Mapping[str, CommissionToCopy],
    point: PointView | None,
) -> SellerPart:
    own = {line.listing_id for line in block.buyable}
    shipped = block.freight
    return SellerPart(
        seller_id=block.seller_id,
        seller_name=block.seller_name,
        lines=tuple(_line(line, fees.get(line.line_id)) for line in block.buyable),
        freight_fen=block.freight_fen,
        freight_parts={
            "base_fen": shipped.base_fen,
            "weight_fen": shipped.weight_fen,
            "last_mile_fen": shipped.last_mile_fen,
            "weight_g": block.weight_g,
        }
        if shipped
        else {},
        allocations=tuple(
            AllocatedStock(a.listing_id, a.warehouse_id, a.quantity)
            for a in allocations
            if a.listing_id in own and a.warehouse_id is not None
        ),
        freight_adjustments=_copied(block.freight_adjustments),
        drop_point="" if point and block.drop_point_id == point.id else block.drop_point,
    )


def _line(line: QuotedLine, fee: CommissionToCopy | None) -> LineToPlace:
    listing = line.listing
    if listing is None:
        raise CartChanged()
    return LineToPlace(
        listing_id=listing.id,
        variant_id=listing.variant_id,
        product_id=listing.product_id,
        product_name=listing.product_name,
        product_name_en=listing.product_name_en,
        variant_label=listing.variant_label,
        kind_code=listing.kind_code,
        kind_name=listing.kind_name,
        unit=listing.unit,
        pack_size=listing.pack_size,
        weight_g=0 if line.is_gift else listing.weight_g,  # no freight was taken for gifts
        quantity=line.quantity,
        unit_price_fen=line.unit_price_fen,
        adjustments=_copied((*line.adjustments, *line.subsidies)),
        certificate=_certificate(listing),
        carbon_label=listing.carbon_label,
        made_to_order=listing.made_to_order,
        lead_days=listing.lead_days,
        group_label=line.group_label,
        group_label_en=line.group_label_en,
        group_origin=line.group_origin,
        contract_id=line.contract_id,
        gift_of=line.gift_of,
        commission=fee,
    )


def _copied(adjustments: Sequence[Adjustment]) -> tuple[AdjustmentToCopy, ...]:
    return tuple(
        AdjustmentToCopy(
            promotion_id=a.promotion_id,
            label=a.label,
            label_en=a.label_en,
            bearer=a.bearer,
            amount_fen=a.amount_fen,
        )
        for a in adjustments
    )


def _certificate(listing: ListingView) -> CertificateSnapshot | None:
    seen = listing.certificate
    if seen is None or not listing.certifiable:
        return None
    return CertificateSnapshot(
        id=seen.id,
        number=seen.number,
        scheme=str(seen.scheme),
        star=seen.star,
        issuer=seen.issuer_name,
        state=str(seen.state),
        valid_to=seen.valid_to,
    )


__all__ = [
    "KeepTerms",
    "Limits",
    "accept_new",
    "accept_on_delivery",
    "accept_price",
    "add_bundle_to_cart",
    "add_group_to_cart",
    "add_to_cart",
    "as_cart",
    "await_transfer",
    "expire_unpaid",
    "free_place",
    "free_promotions",
    "payment_failed",
    "payment_succeeded",
    "place_order",
    "remove_blocked",
    "set_quantity",
]
