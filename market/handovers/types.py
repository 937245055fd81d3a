"""What is known of goods at pick-up points."""

from dataclasses import dataclass
from datetime import date, datetime

from market.orders.pickup_types import PartAtPoint


@dataclass(frozen=True)
class Waiting:
    """One seller's goods of an order at a point, on their way or there. `until` is the day until
    which they are kept, None before everything is there."""

    place_id: str
    point_id: str
    day: date
    part: PartAtPoint
    arrived: int = 0
    broken: int = 0
    complete_at: datetime | None = None
    until: date | None = None
    fetched_at: datetime | None = None

    @property
    def on_the_way(self) -> int:
        """Packs that the seller sent and that did not come yet."""
        return self.part.shipped - self.arrived


@dataclass(frozen=True)
class ArrivalDraft:
    """What the agent saw come: packs, how many of them broken, and words about it."""

    packs: int
    broken: int = 0
    note: str = ""


@dataclass(frozen=True)
class QueuedCode:
    """A code that was taken down without a connection, at an instant."""

    text: str
    code: str
    taken_at: datetime


@dataclass(frozen=True)
class Settled:
    """What became of a code: "fetched", "same_use" or the code of a refusal with its sentence's
    values."""

    text: str
    outcome: str
    order_code: str = ""
