"""How long goods are kept at a point. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from market.kernel.clock import shanghai_date


@dataclass(frozen=True)
class Patience:
    """Days after which a household is reminded, and days for which its goods are kept."""

    remind_days: int
    keep_days: int

    def until(self, complete_at: datetime) -> date:
        """The last day on which goods that were all there at an instant are kept."""
        return shanghai_date(complete_at) + timedelta(days=self.keep_days)


DEFAULT = Patience(3, 7)
