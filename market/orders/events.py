"""What happened to orders. Handlers run in the same transaction and cannot refuse."""

from dataclasses import dataclass
from datetime import datetime

from market.kernel.events import Event
from market.orders.types import DeliveryWindow, SellerShare


@dataclass(frozen=True)
class OrderPlaced(Event):
    """Goods are set aside until `held_until`; nothing is paid."""

    order_id: str
    code: str
    account_id: str
    seller_ids: tuple[str, ...]
    total_fen: int
    held_until: datetime
    at: datetime
    payment_method: str = ""
    contract_ids: tuple[str, ...] = ()  # of the jobs that goods of it are for


@dataclass(frozen=True)
class OrderConfirmed(Event):
    """The sellers may start: the order was paid, or will be paid on delivery.

    `due_fen` is still to be paid by `method`; `shares` are the sellers' parts of the price.
    """

    order_id: str
    code: str
    account_id: str
    method: str
    due_fen: int
    shares: tuple[SellerShare, ...]
    at: datetime

    @property
    def seller_ids(self) -> tuple[str, ...]:
        return tuple(share.seller_id for share in self.shares)


@dataclass(frozen=True)
class OrderPaid(Event):
    """`amount_fen` was captured for the order; not `confirmed`: it goes back at once."""

    order_id: str
    code: str
    account_id: str
    amount_fen: int
    method: str
    confirmed: bool
    shares: tuple[SellerShare, ...]
    at: datetime


@dataclass(frozen=True)
class SellerOrderShipped(Event):
    """A parcel left; `complete` when nothing is left to ship."""

    order_id: str
    code: str
    seller_order_id: str
    account_id: str
    seller_name: str
    parcel_id: str
    shipped: int
    wanted: int
    complete: bool
    at: datetime


@dataclass(frozen=True)
class SellerOrderReceived(Event):
    """The household has the goods of one seller."""

    order_id: str
    code: str
    seller_order_id: str
    seller_id: str
    account_id: str
    at: datetime


@dataclass(frozen=True)
class OrderCancelled(Event):
    """The whole order is off. `expired`: because nobody paid in time."""

    order_id: str
    code: str
    account_id: str
    seller_ids: tuple[str, ...]
    reason: str
    expired: bool
    was_confirmed: bool
    at: datetime


@dataclass(frozen=True)
class DeliveryPlanned(Event):
    """The days of a seller's goods for a job changed.

    `what` is "planned" (dated for the first time), "moved", "held" (not to be sent, no window),
    "released" (may be sent again) or "dropped" (the household does not want them any more).
    """

    order_id: str
    code: str
    seller_order_id: str
    seller_id: str
    seller_name: str
    account_id: str
    what: str
    window: DeliveryWindow | None
    at: datetime


@dataclass(frozen=True)
class RemainderCancelled(Event):
    """A seller cancelled packs that had not left."""

    order_id: str
    code: str
    seller_order_id: str
    account_id: str
    seller_name: str
    packs: int
    reason: str
    at: datetime


@dataclass(frozen=True)
class OrderRefunded(Event):
    """`amount_fen` is to be given back; `share` is the seller's (negative) part of it.

    `kind` is "refund", or "reduction" when it had not been paid yet and no money moves.
    """

    order_id: str
    code: str
    refund_id: str
    account_id: str
    seller_order_id: str
    seller_id: str
    amount_fen: int
    kind: str
    method: str
    reason: str
    share: SellerShare
    at: datetime


@dataclass(frozen=True)
class ClaimReduced(Event):
    """Packs nobody paid for (a gift) are given up: what others bear of them is undone."""

    order_id: str
    seller_order_id: str
    key: str
    share: SellerShare
    at: datetime
