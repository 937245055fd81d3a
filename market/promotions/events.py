"""Facts about promotions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from market.kernel.events import Event


@dataclass(frozen=True)
class RedeemedAtTill(Event):
    """A shop gave a discount; `borne` says what others than the shop bear of it."""

    voucher_id: str
    promotion_id: str
    seller_id: str
    off_fen: int
    borne: Mapping[str, int]
    at: datetime


@dataclass(frozen=True)
class PromotionExhausted(Event):
    """The budget or the number of uses is spent; published once per promotion."""

    promotion_id: str
    name: str
    owner: str
    seller_id: str | None
    region_code: str
    budget_fen: int | None
    created_by: str | None
