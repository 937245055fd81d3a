"""What happened to goods at pick-up points."""

from dataclasses import dataclass
from datetime import date, datetime

from market.kernel.events import Event


@dataclass(frozen=True)
class GoodsArrived(Event):
    """Packs came to a point; `until` is the day until which they are kept once all are there."""

    arrival_id: str
    order_id: str
    seller_order_id: str
    code: str
    account_id: str
    seller_id: str
    point: str
    hours: str
    packs: int
    arrived: int
    wanted: int
    broken: int
    until: date | None
    at: datetime


@dataclass(frozen=True)
class GoodsFetched(Event):
    """Somebody with the code fetched them."""

    order_id: str
    seller_order_id: str
    code: str
    account_id: str
    seller_id: str
    point: str
    at: datetime


@dataclass(frozen=True)
class GoodsWaiting(Event):
    """They were not fetched for some days; `overdue`: not until the day they are kept."""

    order_id: str
    seller_order_id: str
    code: str
    account_id: str
    seller_id: str
    agent_id: str
    agent_phone: str
    point: str
    hours: str
    until: date
    overdue: bool
    at: datetime
