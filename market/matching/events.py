"""Facts of the matching of requests and crews."""

from dataclasses import dataclass
from datetime import datetime

from market.kernel.events import Event


@dataclass(frozen=True)
class InvitationSent(Event):
    """A crew was asked to quote."""

    invitation_id: str
    request_id: str
    provider_id: str
    region: str
    project_type: str
    expires_at: datetime


@dataclass(frozen=True)
class QuoteReceived(Event):
    """A crew sent a quote or a new version of it."""

    quote_id: str
    request_id: str
    household_id: str
    provider_id: str
    provider_name: str
    total_fen: int
    version: int


@dataclass(frozen=True)
class RequestAwarded(Event):
    """The household chose one crew; the others learn the outcome only."""

    request_id: str
    household_id: str
    provider_id: str
    quote_id: str
    other_provider_ids: tuple[str, ...]


@dataclass(frozen=True)
class NoQuotesByDeadline(Event):
    """Fewer than two quotes came in time: the household and the county should know."""

    request_id: str
    household_id: str
    region: str
    quotes: int
