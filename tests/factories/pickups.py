"""Pick-up points, and orders that are fetched there."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.carts import queries as carts
from market.carts.types import CartOwner
from market.checkout import service as checkout
from market.checkout.quote import quote
from market.checkout.types import Submission
from market.kernel.actor import SYSTEM, Actor
from market.kernel.clock import shanghai_date
from market.kernel.region_code import RegionCode
from market.orders.types import PlacedOrder
from market.pickups import queries
from market.pickups import service as pickups
from market.pickups.types import PickupChoice, PointDraft, PointView
from tests.factories.accounts import make_account
from tests.factories.catalogue import Offer
from tests.factories.orders import START, TOWN, fill_cart, make_address

DRAFT = PointDraft(
    name_zh="三坡村村口",
    name_en="Sanpo village stop",
    village="三坡村",
    detail="村口大路东 50 米",
    landmark="大槐树旁",
    agent_name="李四",
    agent_phone="",
    weekdays=(1, 2, 3, 4, 5, 6, 7),
    opens=8 * 60,
    closes=18 * 60,
    capacity_g=1_000_000,
    max_pack_g=None,
    max_piece_mm=None,
    open_from=date(2026, 11, 1),
    open_until=None,
)


def draft(**changes: Any) -> PointDraft:
    """What is typed of a point."""
    return PointDraft(**{**vars(DRAFT), **changes})


def make_point(
    session: Session, town: RegionCode = TOWN, agent_id: str | None = None, **changes: Any
) -> PointView:
    """A point with an agent, open every day."""
    agent = accounts.get_account(session, agent_id) if agent_id else make_account(session)
    wanted = draft(agent_phone=agent.phone, **changes)
    made = pickups.add_point(session, SYSTEM, town, wanted, now=START)
    point = queries.find_point(session, made)
    assert point is not None
    return point


def agent_of(point: PointView) -> Actor:
    """The account that takes goods in at the point."""
    return Actor(account_id=point.agent_id, display_name=point.agent_name)


def day_after(now: datetime = START, days: int = 10) -> date:
    """A drop day that is late enough for goods from stock."""
    return shanghai_date(now) + timedelta(days=days)


def place_at(
    session: Session, household: Actor, point: PointView, *packs: tuple[Offer, int],
    day: date | None = None, now: datetime = START, key: str = "to-a-point", **overrides: Any,
) -> PlacedOrder:  # fmt: skip
    """An order placed through the real checkout, to be fetched at the point."""
    account_id = household.account_id or ""
    address_id = make_address(session, account_id, point.region)
    fill_cart(session, account_id, *packs, now=now)
    cart = carts.get_cart(session, CartOwner(account_id))
    seen = quote(session, cart, point.region, account_id, now, to_door=False)
    values: dict[str, Any] = {
        "idempotency_key": key, "address_id": address_id, "payment_method": "alipay",
        "seen_total_fen": seen.total_fen, "made_to_order_agreed": True,
        "pickup": PickupChoice(point.id, day or day_after(now)), **overrides,
    }  # fmt: skip
    return checkout.place_order(session, account_id, Submission(**values), now)
