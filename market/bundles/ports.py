"""What bundles ask of the processes above them; the composition root plugs the answer in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from market.bundles.types import Priced, SelectionLine
from market.kernel.region_code import RegionCode

PRICE = "market.bundle_price"  # key among the application's extensions


class PriceGoods(Protocol):
    """Answered by whoever owns the pricing function (see ADR: one price with its reasons)."""

    def __call__(
        self,
        session: Session,
        lines: Sequence[SelectionLine],
        bundle_id: str,
        region: RegionCode | None,
        household_id: str | None,
        now: datetime,
    ) -> Priced:
        """The price of packs of a bundle delivered to a region, for a household."""
        ...
