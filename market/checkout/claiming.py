"""From an order or an invoice to a claim: what the schemes need to know of it."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.checkout.errors import AddressNeeded
from market.kernel.actor import Actor
from market.kernel.region_code import RegionCode
from market.orders import queries as orders
from market.orders.errors import OrderNotFound
from market.orders.types import LineView, OrderView, State
from market.promotions import queries as promotions
from market.sellers import queries as sellers
from market.subsidies import queries as subsidies
from market.subsidies import service
from market.subsidies.types import WHOLE, AidLine, Invoice, NewClaim, SchemeView

DELIVERED = (State.SHIPPED, State.RECEIVED)
VALID = ("valid", "due")


def orders_to_claim(session: Session, account_id: str) -> list[OrderView]:
    """Orders whose goods are all sent, newest first."""
    rows = orders.list_orders(session, account_id).items
    found = [orders.find_order(session, row.id) for row in rows if row.state in DELIVERED]
    return [order for order in found if order is not None]


def of_order(
    session: Session, actor: Actor, seen: SchemeView, order_id: str, note: str, now: datetime
) -> NewClaim:
    """A claim for what was kept of an order. Raises OrderNotFound."""
    account_id = actor.account_id or ""
    order = orders.find_order(session, order_id)
    if order is None or order.account_id != account_id or order.state not in DELIVERED:
        raise OrderNotFound()
    return NewClaim(
        scheme_id=seen.id, beneficiary_id=account_id, region=order.region,
        lines=tuple(_lines(session, order, now)), flags=promotions.flags_of(session, account_id),
        order_id=order.id, order_code=order.code, note=note,
    )  # fmt: skip


def of_invoice(
    session: Session, actor: Actor, seen: SchemeView, line: AidLine, invoice: Invoice, note: str
) -> NewClaim:
    """A claim for goods bought elsewhere. Raises AddressNeeded."""
    account_id = actor.account_id or ""
    return NewClaim(
        scheme_id=seen.id, beneficiary_id=account_id, region=home_of(session, account_id),
        lines=(line,), flags=promotions.flags_of(session, account_id), invoice=invoice, note=note,
    )  # fmt: skip


def home_of(session: Session, account_id: str) -> RegionCode:
    """Where a household lives: its first address. Raises AddressNeeded."""
    homes = accounts.addresses(session, account_id)
    if not homes:
        raise AddressNeeded()
    return homes[0].region


def _lines(session: Session, order: OrderView, now: datetime) -> list[AidLine]:
    ids = {part.seller_id for part in order.seller_orders}
    places = {key: seller.region for key, seller in sellers.sellers_by_ids(session, ids).items()}
    caps = _caps(session, order, now)
    return [
        _line(line, places.get(part.seller_id), caps)
        for part in order.seller_orders
        for line in part.lines
        if not line.gift and line.quantity > line.cancelled
    ]


def _caps(session: Session, order: OrderView, now: datetime) -> dict[str, int]:
    """The total cap of each scheme that gave something for the order."""
    ids = {
        one.promotion_id
        for part in order.seller_orders
        for line in part.lines
        for one in line.adjustments
        if service.is_scheme(one.bearer)
    }
    known = subsidies.schemes_by_ids(session, ids, now)
    return {key: seen.draft.terms.total_cap_bp for key, seen in known.items()}


def _line(line: LineView, seller_region: RegionCode | None, caps: Mapping[str, int]) -> AidLine:
    given = [one for one in line.adjustments if service.is_scheme(one.bearer)]
    aided = -sum(one.amount_fen for one in given)
    kept = line.quantity - line.cancelled
    seen = line.certificate
    return AidLine(
        key=line.id,
        kind_code=line.kind_code,
        price_fen=(line.paid_fen + aided) * kept // line.quantity,
        packs=kept,
        units_milli=int(line.pack_size * 1000) * kept,
        star=seen.star if seen else None,
        certified=seen is not None and seen.state in VALID,
        seller_region=seller_region,
        aided_fen=aided * kept // line.quantity,
        cap_bp=min((caps.get(one.promotion_id, WHOLE) for one in given), default=WHOLE),
    )
