"""The pick-up point of an order, as it was when the household chose it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class PickupThen:
    """Where and on which day the goods are dropped; `where` is village, address and landmark."""

    point_id: str
    name_zh: str
    name_en: str
    town: str
    where: str
    hours: str
    agent_name: str
    agent_phone: str
    day: date

    def as_json(self) -> dict[str, Any]:
        """The form in which an order keeps it."""
        return {**asdict(self), "day": self.day.isoformat()}


@dataclass(frozen=True)
class ArrivalView:
    """Packs that the agent says came; `broken` of them are."""

    id: str
    at: datetime
    packs: int
    broken: int
    note: str
    photo_id: str | None


@dataclass(frozen=True)
class PickupState:
    """How one seller's goods stand at the point. `until` is the day until which they are kept,
    None before everything is there."""

    place_id: str
    arrived: int = 0
    broken: int = 0
    complete_at: datetime | None = None
    until: date | None = None
    fetched_at: datetime | None = None
    arrivals: tuple[ArrivalView, ...] = ()


@dataclass(frozen=True)
class PartAtPoint:
    """What the agent of a point is told of one seller's part. `state` is that of the part."""

    seller_order_id: str
    order_id: str
    code: str
    account_id: str
    seller_id: str
    seller_name: str
    recipient: str
    phone: str
    state: str
    wanted: int
    shipped: int
    goods: tuple[tuple[str, str, int], ...]  # name, English name, packs


def pickup_then(stored: Mapping[str, Any] | None) -> PickupThen | None:
    """What an order kept; None: it is brought home."""
    if not stored:
        return None
    return PickupThen(**{**stored, "day": date.fromisoformat(stored["day"])})
