"""What households of the demonstration world have already bought."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from market.accounts import queries as account_queries
from market.carts import queries as carts
from market.carts.types import CartOwner
from market.catalogue import queries as catalogue
from market.catalogue.types import ListingFilter
from market.checkout import outcomes, picking, settle
from market.checkout import quote as pricing
from market.checkout import service as checkout
from market.checkout.types import Submission
from market.kernel.actor import Actor
from market.orders import queries as order_queries
from market.orders import service as orders
from market.orders.types import QuantityOf, Shipment
from market.payments import service as payments
from market.payments.types import Method
from market.pickups.types import PickupChoice
from market.seed.people import People
from market.seed.sellers import Shop

# A seller, a kind (or a kind and a material, "G105:gw100") and packs of it.
Wanted = tuple[Shop, str, int]


def buy_all(session: Session, people: People, shops: list[Shop], now: datetime) -> None:
    """One order to be sent and paid at the door; one of two sellers, paid and sent in part."""
    by_key = {shop.row["key"]: shop for shop in shops}
    at_door = _order(
        session, people.actors["13800000101"], "cash_on_delivery",
        [(by_key["fuping"], "G105", 8), (by_key["fuping"], "G304", 2)], now,
    )  # fmt: skip
    outcomes.accept_on_delivery(session, at_door, now)
    household = people.actors["13800000102"]
    wanted = [(by_key["jintang"], "G302", 6), (by_key["shuanglin"], "G103", 4)]
    transferred = _order(session, household, "bank_transfer", wanted, now)
    _transfer(session, transferred, now)
    _send_some(session, transferred, {shop.id: shop.owner for shop, _kind, _packs in wanted}, now)


def buy_and_receive(
    session: Session, household: Actor, wanted: list[Wanted], owners: Mapping[str, Actor],
    now: datetime,
) -> str:  # fmt: skip
    """An order that is paid, sent whole and received; returns its number."""
    order_id = _order(session, household, "bank_transfer", wanted, now, "demonstration-received")
    _transfer(session, order_id, now)
    order = order_queries.find_order(session, order_id)
    assert order is not None
    for part in order.seller_orders:
        options = orders.batch_options(session, part.lines, now)
        chosen = {key: offered.choices[0].id for key, offered in options.items()}
        packs = tuple(QuantityOf(line.id, line.quantity) for line in part.lines)
        whole = Shipment(packs, "示例物流", "SL-0002", batches=chosen)
        orders.ship(session, part.id, whole, actor=owners[part.seller_id], now=now)
        orders.confirm_receipt(session, part.id, household, now)
    return order.code


def buy_and_pay(session: Session, household: Actor, wanted: list[Wanted], now: datetime) -> None:
    """An order that is paid and not sent yet."""
    order_id = _order(session, household, "bank_transfer", wanted, now, "demonstration-paid")
    _transfer(session, order_id, now)


def order_to_point(session: Session, household: Actor, wanted: list[Wanted], now: datetime) -> str:
    """An order that is paid and fetched at the first point of its township; returns its id."""
    order_id = _order(
        session, household, "bank_transfer", wanted, now, "demonstration-fetched", fetched=True
    )
    _transfer(session, order_id, now)
    return order_id


def _order(
    session: Session, household: Actor, method: str, wanted: list[Wanted], now: datetime,
    key: str = "demonstration", *, fetched: bool = False,
) -> str:  # fmt: skip
    """Fill the cart and submit it; returns the order's id."""
    account = household.account_id or ""
    owner = CartOwner(account_id=account)
    address = account_queries.addresses(session, account)[0]
    for shop, what, packs in wanted:
        kind, _colon, material = what.partition(":")
        asked = ListingFilter(sellers=frozenset({shop.id}), kinds=frozenset({kind}))
        found = catalogue.list_listings(session, asked, now).page.items
        listing = next(one for one in found if material in ("", one.material_key))
        checkout.add_to_cart(session, owner, listing.id, packs, now)
    cart = carts.get_cart(session, owner)
    quoted = pricing.quote(session, cart, address.region, account, now, to_door=not fetched)
    pickup = None
    if fetched:
        offered = picking.offers(session, quoted, [address.region], now)
        point = next(one for one in offered if one.days)
        pickup = PickupChoice(point.point.id, point.days[0].day)
    submission = Submission(f"{key}-{account}", address.id, method, quoted.total_fen, pickup=pickup)
    return checkout.place_order(session, account, submission, now).id


def _transfer(session: Session, order_id: str, now: datetime) -> None:
    """The household reports its transfer, the operator sees it on the account."""
    order = order_queries.find_order(session, order_id)
    assert order is not None
    payment = payments.start(
        session, order_id, order.due_fen, Method.TRANSFER,
        order_code=order.code, account_id=order.account_id, language="zh", now=now,
    )  # fmt: skip
    outcomes.await_transfer(session, order_id, payment.expires_at, now)
    payments.announce_transfer(session, payment.id, reference="SL20261122", file_id=None, now=now)
    applied = payments.confirm_transfer(session, payment.id, payment.amount_fen, now)
    assert applied.payment is not None
    settle.payment_arrived(session, applied.payment, now)


def _send_some(session: Session, order_id: str, owners: dict[str, Actor], now: datetime) -> None:
    """The first seller sends all but one pack of its part."""
    order = order_queries.find_order(session, order_id)
    assert order is not None
    part = order.seller_orders[0]
    line = part.lines[0]
    options = orders.batch_options(session, [line], now)
    chosen = {key: offered.choices[0].id for key, offered in options.items()}
    packs = (QuantityOf(line.id, line.quantity - 1),)
    some = Shipment(packs, "示例物流", "SL-0001", batches=chosen)
    orders.ship(session, part.id, some, actor=owners[part.seller_id], now=now)
