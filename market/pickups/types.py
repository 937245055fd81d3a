"""What other packages may know of pick-up points."""

from dataclasses import dataclass
from datetime import date

from market.kernel.region_code import RegionCode


@dataclass(frozen=True)
class PointDraft:
    """A point as typed by those who keep it. Weights in grams, lengths in millimetres, hours in
    minutes of the day, weekdays 1 (Monday) to 7; days are Shanghai's."""

    name_zh: str
    name_en: str
    village: str
    detail: str
    landmark: str
    agent_name: str
    agent_phone: str
    weekdays: tuple[int, ...]
    opens: int
    closes: int
    capacity_g: int
    max_pack_g: int | None
    max_piece_mm: int | None
    open_from: date
    open_until: date | None


@dataclass(frozen=True)
class PointView:
    """A point. `open_until` is the last day on which something is dropped, None without end."""

    id: str
    region: RegionCode
    name_zh: str
    name_en: str
    village: str
    detail: str
    landmark: str
    agent_id: str
    agent_name: str
    agent_phone: str
    weekdays: tuple[int, ...]
    opens: int
    closes: int
    capacity_g: int
    max_pack_g: int | None
    max_piece_mm: int | None
    open_from: date
    open_until: date | None
    closed_reason: str

    @property
    def hours(self) -> str:
        """From when to when somebody is there: 08:00–18:00."""
        return f"{clock_text(self.opens)}–{clock_text(self.closes)}"

    @property
    def where(self) -> str:
        """Village, address and landmark in one line."""
        return " ".join(part for part in (self.village, self.detail, self.landmark) if part)

    def is_open(self, day: date) -> bool:
        """Whether the point takes goods on a day, whatever the weekday."""
        return self.open_from <= day and (self.open_until is None or day <= self.open_until)

    def has_ended(self, day: date) -> bool:
        """Whether nothing is dropped from a day on."""
        return self.open_until is not None and self.open_until < day


def clock_text(minutes: int) -> str:
    """Minutes of the day as 08:00."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


@dataclass(frozen=True)
class Piece:
    """One pack of goods: its weight, and its longest side where the maker gave one."""

    name_zh: str
    name_en: str
    weight_g: int
    longest_mm: int | None = None


@dataclass(frozen=True)
class Goods:
    """What is to be dropped: grams in all, and a pack of each sort."""

    weight_g: int
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class Unfit:
    """Why goods cannot go to a point: a pack too heavy, a piece too long, or the whole too much."""

    reason: str  # "pack", "piece" or "whole"
    piece: Piece | None
    most: int  # grams, or millimetres for a piece


@dataclass(frozen=True)
class DropDay:
    """A day on which goods are dropped; grams that are still free."""

    day: date
    free_g: int


@dataclass(frozen=True)
class PointOffer:
    """A point as a household may choose it: the days with room, or why the goods do not go."""

    point: PointView
    days: tuple[DropDay, ...]
    unfit: Unfit | None = None


@dataclass(frozen=True)
class PickupChoice:
    """A point and a drop day that a household chose."""

    point_id: str
    day: date


@dataclass(frozen=True)
class Share:
    """What one seller brings to the point: grams."""

    seller_id: str
    weight_g: int


@dataclass(frozen=True)
class PlaceView:
    """The place of a seller's goods at a point on a drop day."""

    id: str
    order_id: str
    seller_id: str
    point_id: str
    day: date
    weight_g: int
