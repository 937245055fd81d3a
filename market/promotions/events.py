"""Facts about promotions."""

from dataclasses import dataclass

from market.kernel.events import Event


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
