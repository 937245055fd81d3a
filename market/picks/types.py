"""Values of what places prefer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType

from market.kernel.region_code import RegionCode
from market.regions.types import RegionPath

MOST = 12  # picks of one kind that stand at once in one region
LEAST_HOUSEHOLDS = 5  # from how many on it is told what they bought; settings may ask for more
DAYS = 180  # how long a purchase counts
LONGEST_REASON = 60


@dataclass(frozen=True)
class PickDraft:
    """What an official writes down."""

    region: RegionCode
    reason: str
    until_on: date


@dataclass(frozen=True, slots=True)
class Pick:
    """A recommendation as households see it; it holds through its last day."""

    product_id: str
    kind_code: str
    region: str
    office: str
    reason: str
    until_on: date


@dataclass(frozen=True)
class PickRow:
    """A recommendation on its officials' list."""

    pick: Pick
    id: str
    place: RegionPath | None
    name_zh: str
    name_en: str
    model: str
    picked_at: datetime
    lost_at: datetime | None
    ended_at: datetime | None
    is_over: bool

    @property
    def stands(self) -> bool:
        """Whether it is neither ended nor past its last day."""
        return self.ended_at is None and not self.is_over


@dataclass(frozen=True)
class Favoured:
    """What is preferred at a place: recommendations by product, those of the nearest region
    first, and how many households of the county bought a product."""

    picks: Mapping[str, Pick] = field(default_factory=lambda: MappingProxyType({}))
    bought: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    def __bool__(self) -> bool:
        return bool(self.picks or self.bought)

    @property
    def size(self) -> int:
        """The bytes it takes, about."""
        return 500 * len(self.picks) + 200 * len(self.bought) + 500

    def rank(self, product_id: str) -> tuple[bool, int]:
        """Sorts what is recommended first, then by households."""
        return (product_id not in self.picks, -self.bought.get(product_id, 0))

    @property
    def in_order(self) -> list[str]:
        """Every product of it, the first first."""
        return sorted({**self.picks, **self.bought}, key=lambda key: (*self.rank(key), key))


NOTHING = Favoured()
