"""Households with something in the cart, and orders placed by the real checkout."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from market.accounts import service as accounts
from market.accounts.types import AddressInput
from market.carts import queries as carts
from market.carts.types import CartOwner
from market.checkout import service as checkout
from market.checkout.quote import quote
from market.checkout.types import Submission
from market.kernel.actor import Actor
from market.kernel.region_code import RegionCode
from market.orders import queries as orders
from market.orders.types import OrderView, PlacedOrder
from tests.factories.accounts import make_account
from tests.factories.catalogue import Offer

START = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
TOWN = RegionCode("130624104")


def make_household(session: Session, **overrides: Any) -> Actor:
    """An account that may buy."""
    account = make_account(session, **overrides)
    return Actor(account_id=account.id, roles=frozenset({"household"}), display_name="张三")


def make_address(session: Session, account_id: str, region: RegionCode = TOWN) -> str:
    """An address in the township."""
    entered = AddressInput("张三", "13912345678", region, "三坡村 2 组 18 号")
    return accounts.add_address(session, account_id, entered)


def fill_cart(
    session: Session, account_id: str, *packs: tuple[Offer, int], now: datetime = START
) -> None:
    """Put packs of the offers into the account's cart."""
    for offer, quantity in packs:
        checkout.add_to_cart(session, CartOwner(account_id), offer.listing_id, quantity, now)


def submission(
    session: Session, account_id: str, address_id: str, now: datetime = START, **overrides: Any
) -> Submission:
    """What the household sees and agrees to now."""
    cart = carts.get_cart(session, CartOwner(account_id))
    priced = quote(session, cart, TOWN, account_id, now)
    values: dict[str, Any] = {
        "idempotency_key": "first-submission-key",
        "address_id": address_id,
        "payment_method": "alipay",
        "seen_total_fen": priced.total_fen,
        "made_to_order_agreed": True,
        **overrides,
    }
    return Submission(**values)


def place(
    session: Session,
    household: Actor,
    *packs: tuple[Offer, int],
    now: datetime = START,
    **overrides: Any,
) -> PlacedOrder:
    """An order placed through the real checkout."""
    account_id = household.account_id or ""
    address_id = make_address(session, account_id)
    fill_cart(session, account_id, *packs, now=now)
    return checkout.place_order(
        session, account_id, submission(session, account_id, address_id, now, **overrides), now
    )


def view(session: Session, order_id: str) -> OrderView:
    """The order as it is now."""
    found = orders.find_order(session, order_id)
    assert found is not None
    return found
