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
class GroupCounted(Event):
    """Joining a village's purchase is over; published once.

    `reached_from` packs and `basis_points` are those of the tier all came to, 0 when they came to
    none of `least` packs. The cheapest of the goods cost `was_fen` and cost `price_fen` now, 0
    when nothing is on sale. `is_stopped`: its owner ended it before, nobody gets anything off.
    """

    promotion_id: str
    name: str
    seller_id: str | None
    created_by: str | None
    household_ids: tuple[str, ...]
    total: int
    least: int
    reached_from: int
    basis_points: int
    product: str
    was_fen: int
    price_fen: int
    drop_point: str
    ends_at: datetime
    is_stopped: bool
    at: datetime


@dataclass(frozen=True)
class OldPiecesDecided(Event):
    """So many of the old pieces a household handed in count for a trade-in; 0 is a refusal."""

    proof_id: str
    promotion_id: str
    name: str
    household_id: str
    sent: int
    accepted: int
    reason: str
    at: datetime


@dataclass(frozen=True)
class PromotionExhausted(Event):
    """The budget or the number of uses is spent; published once per budget."""

    promotion_id: str
    name: str
    owner: str
    seller_id: str | None
    region_code: str
    budget_fen: int | None
    created_by: str | None


@dataclass(frozen=True)
class EnrolmentAsked(Event):
    """A seller wants to take part in a campaign; its officials decide."""

    campaign_id: str
    name: str
    region_code: str
    seller_id: str
    seller_name: str
    at: datetime


@dataclass(frozen=True)
class EnrolmentDecided(Event):
    """A seller was let into a campaign, or refused with a reason."""

    campaign_id: str
    name: str
    seller_id: str
    decision: str  # "approved" or "refused"
    reason: str
    at: datetime


@dataclass(frozen=True)
class ShareAsked(Event):
    """A seller wants the platform to bear a part of a promotion; operators decide."""

    promotion_id: str
    name: str
    seller_name: str
    platform_bp: int
    most_fen: int
    at: datetime


@dataclass(frozen=True)
class ShareDecided(Event):
    """The platform agreed to bear a part, or refused with a reason."""

    promotion_id: str
    name: str
    seller_id: str
    decision: str  # "accepted" or "refused"
    platform_bp: int
    reason: str
    at: datetime
