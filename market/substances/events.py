"""What happened in the register."""

from dataclasses import dataclass
from datetime import date

from market.kernel.events import Event


@dataclass(frozen=True)
class ProductUnfit(Event):
    """A rule will keep, or keeps, a product on sale off the market from a day on."""

    product_id: str
    product_name: str
    maker_id: str
    substance: str
    from_on: date
