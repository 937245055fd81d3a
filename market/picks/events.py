"""Facts about pick lists."""

from dataclasses import dataclass

from market.kernel.events import Event
from market.kernel.region_code import RegionCode


@dataclass(frozen=True)
class PickLost(Event):
    """Nobody may sell a recommended product any more; `at` is when that was found."""

    pick_id: str
    region: RegionCode
    picked_by: str
    product_zh: str
    at: str
