"""Facts of renovation requests."""

from dataclasses import dataclass
from datetime import datetime

from market.kernel.events import Event


@dataclass(frozen=True)
class RequestEnded(Event):
    """A request ended without an award; `provider_ids` held a place or had sent a quote.

    `expired`: nobody decided in time; otherwise the household closed it.
    """

    request_id: str
    provider_ids: tuple[str, ...]
    expired: bool
    at: datetime
