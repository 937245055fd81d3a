"""What becomes of a held order: paid, paid on delivery, waited for, given up, or too late."""

from datetime import datetime

from sqlalchemy.orm import Session

from market.carts import service as carts
from market.catalogue import stock
from market.catalogue.errors import HoldExpired, OutOfStock
from market.catalogue.types import Allocation, Demand
from market.checkout.types import PaymentOutcome
from market.kernel.clock import shanghai_date
from market.orders import queries as order_queries
from market.orders import service as orders
from market.orders.errors import OrderNotFound
from market.orders.events import OrderCancelled, RemainderCancelled
from market.orders.types import AllocatedStock, OrderView, PayMethod, State
from market.pickups import service as pickups
from market.pickups.errors import DayFull
from market.promotions import service as promotions
from market.promotions.errors import BudgetExhausted
from market.subsidies import service as subsidies
from market.subsidies.errors import SubsidySpent

# Why late money went back; the pages say it in words.
LATE = "late_payment"
LATE_DISCOUNT = "late_discount"
LATE_PLACE = "late_place"


def payment_succeeded(
    session: Session, order_id: str, amount_fen: int, now: datetime
) -> PaymentOutcome:
    """Money for an order arrived: the goods are sold, or it all goes back.

    Safe to repeat: when nothing is due the answer is ALREADY_PAID and nothing changes; that
    money belongs back to the household. After the hold ended the goods and the budgets of its
    discounts are taken again; when either is gone, it is cancelled and refunded in full.
    Raises OrderNotFound, and AmountMismatch when the amount is not what is due.
    """
    state, due = orders.state_for_payment(session, order_id)
    if due <= 0:
        return PaymentOutcome.ALREADY_PAID
    obstacle = LATE if state is State.CANCELLED else None
    if state in (State.HELD, State.EXPIRED):
        obstacle = _sell(session, order_id, state, now)
    if obstacle is not None:
        orders.refund_late_payment(session, order_id, amount_fen, obstacle, now)
        return PaymentOutcome.REFUNDED
    orders.mark_paid(session, order_id, amount_fen, now)
    return PaymentOutcome.PAID


def payment_failed(session: Session, order_id: str, now: datetime, reason: str = "") -> None:
    """An attempt to pay failed: noted; the goods stay held until the time shown."""
    orders.note_payment_failed(session, order_id, reason, now)


def accept_on_delivery(session: Session, order_id: str, now: datetime) -> None:
    """The household pays at the door: the goods are sold now, the money comes later.

    Raises NotPossibleNow (of orders) when the order is not held any more, OutOfStock.
    """
    state, _due = orders.state_for_payment(session, order_id)
    if _sell(session, order_id, state, now) is not None:
        raise HoldExpired()
    orders.confirm(session, order_id, now, PayMethod.ON_DELIVERY)


def sell_new_on_delivery(session: Session, order_id: str, now: datetime) -> None:
    """The same for an order this transaction placed: it is held, and nobody else sees it yet."""
    stock.commit(session, order_id, now)
    promotions.settle(session, order_id, now)
    orders.confirm(session, order_id, now)


def await_transfer(session: Session, order_id: str, until: datetime, now: datetime) -> None:
    """Hold the goods until a bank transfer can have arrived.

    Raises NotPossibleNow (of orders), HoldExpired (of catalogue).
    """
    orders.choose_method(session, order_id, PayMethod.TRANSFER)
    stock.extend(session, order_id, until, now)
    orders.prolong(session, order_id, until, now)


def expire_unpaid(session: Session, now: datetime) -> list[str]:
    """Give up every order nobody paid in time: goods and budgets are free again.

    Returns the ids. Safe to repeat and to run beside others.
    """
    gone = [order_id for order_id in orders.overdue(session, now)
            if orders.expire(session, order_id, now)]  # fmt: skip
    carts.forget_old_guests(session, now)
    return gone


def free_promotions(session: Session, event: OrderCancelled) -> None:
    """Reaction: what a cancelled order used of budgets and limits is free again."""
    promotions.free(session, event.order_id, event.at)
    subsidies.release(session, event.order_id, event.at)
    pickups.free(session, event.order_id, event.at)


def free_place(session: Session, event: RemainderCancelled) -> None:
    """Reaction: a seller who sends nothing any more needs no room at the pick-up point."""
    order = order_queries.find_order(session, event.order_id)
    parts = order.seller_orders if order else ()
    part = next((one for one in parts if one.id == event.seller_order_id), None)
    if part is not None and order is not None and order.pickup and not part.wanted:
        pickups.free_part(session, event.order_id, part.seller_id, event.at)


def _sell(session: Session, order_id: str, state: State, now: datetime) -> str | None:
    """Turn the hold into a sale; take everything again when it has ended.

    None when sold, otherwise what is gone: LATE, LATE_DISCOUNT or LATE_PLACE.
    """
    try:
        if state is State.EXPIRED:
            raise HoldExpired()
        stock.commit(session, order_id, now)
    except HoldExpired:
        obstacle = _take_again(session, order_id, now)
        if obstacle is not None:
            return obstacle
    promotions.settle(session, order_id, now)
    return None


def _take_again(session: Session, order_id: str, now: datetime) -> str | None:
    """Set goods and discounts aside once more and sell the goods; what is gone, or None."""
    order = order_queries.find_order(session, order_id)
    if order is None:
        raise OrderNotFound()
    try:
        with session.begin_nested():
            allocations = stock.reserve(session, order_id, _demands(order), now, now)
            stock.commit(session, order_id, now)
            promotions.retake(session, order_id, now)
            subsidies.retake(session, order_id, now)
            pickups.retake(session, order_id, shanghai_date(now))
    except OutOfStock:
        return LATE
    except (BudgetExhausted, SubsidySpent):
        return LATE_DISCOUNT
    except DayFull:
        return LATE_PLACE
    orders.reallocate(session, order_id, _kept(allocations))
    return None


def _demands(order: OrderView) -> list[Demand]:
    return [
        Demand(line.listing_id, line.quantity, order.region)
        for part in order.seller_orders
        for line in part.lines
    ]


def _kept(allocations: list[Allocation]) -> list[AllocatedStock]:
    return [
        AllocatedStock(a.listing_id, a.warehouse_id, a.quantity)
        for a in allocations
        if a.warehouse_id is not None
    ]
