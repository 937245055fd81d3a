"""Orders with and without a promotion, in the same period and region. No claim of cause.

Orders lie in another package of this layer: who counts them is handed in at start-up.
"""

from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy.orm import Session

from market.promotions.types import Comparison, PromotionView

Count = Callable[
    [Session, str, Collection[str], str | None, datetime, datetime], tuple[int, int, int, int]
]
_sources: dict[str, Count] = {}


def use_orders(count: Count) -> None:
    """`count`: promotion, regions, seller, from, until → orders with it, their sum, the
    orders without it, their sum."""
    _sources["orders"] = count


def compare(session: Session, seen: PromotionView, now: datetime) -> Comparison | None:
    """The two groups since the start; None before it or without a source."""
    count, draft = _sources.get("orders"), seen.draft
    until = min(now, draft.ends_at)
    if count is None or until <= draft.starts_at:
        return None
    regions = {prefix for prefix in draft.region_prefixes if prefix}
    seller_id = seen.ownership.seller_id
    found = count(session, seen.id, regions, seller_id, draft.starts_at, until)
    return Comparison(*found)
