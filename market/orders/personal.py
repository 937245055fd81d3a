"""What of a person's data orders keep, and when they still need the account."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.accounts import service as accounts
from market.accounts.types import Blocker
from market.kernel.i18n import N_
from market.orders import models as m
from market.orders.queries import find_order
from market.orders.states import TERMINAL
from market.orders.types import State

_DONE = TERMINAL | {State.EXPIRED}


def export_orders(session: Session, account_id: str) -> list[dict[str, Any]]:
    """Every order of the account as plain values."""
    found = []
    for order_id in _ids(session, account_id):
        order = find_order(session, order_id)
        if order is None:
            continue
        found.append(
            {
                "code": order.code,
                "placed_at": order.placed_at.isoformat(),
                "state": order.state.value,
                "recipient": order.recipient,
                "phone": order.phone,
                "address": f"{order.region_label} {order.detail}",
                "pickup": f"{order.pickup.name_zh} {order.pickup.day}" if order.pickup else "",
                "total_fen": order.total_fen,
                "captured_fen": order.captured_fen,
                "refunded_fen": order.refunded_fen,
                "lines": [
                    {
                        "product": line.product_name,
                        "seller": part.seller_name,
                        "packs": line.quantity,
                        "paid_fen": line.paid_fen,
                    }
                    for part in order.seller_orders
                    for line in part.lines
                ],
            }
        )
    return found


def deletion_blocker(session: Session, account_id: str) -> Blocker | None:
    """Orders under way and refunds on their way need their account."""
    running = 0
    for order_id in _ids(session, account_id):
        order = find_order(session, order_id)
        running += order is not None and order.state not in _DONE
    returning = session.scalar(
        select(func.count(m.Refund.id))
        .join(m.Order, m.Order.id == m.Refund.order_id)
        .where(m.Order.account_id == account_id, m.Refund.settled_at.is_(None))
    )
    if running:
        return Blocker(N_("还有 %(count)s 个订单没有办完"), {"count": running})
    if returning:
        return Blocker(N_("还有 %(count)s 笔退款没有退回"), {"count": returning})
    return None


def _ids(session: Session, account_id: str) -> list[str]:
    query = select(m.Order.id).where(m.Order.account_id == account_id).order_by(m.Order.placed_at)
    return list(session.scalars(query))


accounts.contribute_export("orders", export_orders)
accounts.contribute_deletion_check("orders", deletion_blocker)
