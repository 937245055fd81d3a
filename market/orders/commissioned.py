"""What commissions brought, month by month, and what the preference for participants cost."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.orm import Session

from market.db.types import UtcDateTime
from market.kernel.clock import shanghai_date, start_of_day
from market.orders import models as m
from market.orders.commission_types import CommissionMonth

_LINE = m.OrderLine
_KEPT = _LINE.quantity - _LINE.cancelled


def _of_kept(column: Any) -> ColumnElement[int]:
    """The part of a frozen sum that falls on packs not cancelled, as a refund splits it."""
    return func.coalesce(func.sum(column - column * _LINE.cancelled // _LINE.quantity), 0)


_MONTH = (
    select(func.count(), _of_kept(_LINE.commission_fen), _of_kept(_LINE.usual_commission_fen))
    .select_from(_LINE)
    .join(m.SellerOrder, m.SellerOrder.id == _LINE.seller_order_id)
    .join(m.Order, m.Order.id == m.SellerOrder.order_id)
    .where(
        m.Order.confirmed_at >= bindparam("since", type_=UtcDateTime()),
        m.Order.confirmed_at < bindparam("until", type_=UtcDateTime()),
        _LINE.commission.is_not(None),
        _KEPT > 0,
    )
)


def commissions_by_month(session: Session, now: datetime, months: int) -> list[CommissionMonth]:
    """The last `months` calendar months in Shanghai, this one first; a statement each."""
    found, until = [], now + timedelta(microseconds=1)
    first = shanghai_date(now).replace(day=1)
    for _ in range(months):
        since = start_of_day(first)
        lines, fen, usual = session.execute(_MONTH, {"since": since, "until": until}).one()
        cost = int(usual) - int(fen)
        found.append(CommissionMonth(first, int(lines), int(fen), cost))
        first, until = (first - timedelta(days=1)).replace(day=1), since
    return found
