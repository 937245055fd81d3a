"""Facts about factory profiles."""

from dataclasses import dataclass

from market.kernel.events import Event


@dataclass(frozen=True)
class ClaimSubmitted(Event):
    """A claim (or an answer to a question) waits for the officials of the region."""

    claim_id: str
    seller_name: str
    region_code: str


@dataclass(frozen=True)
class ClaimDecided(Event):
    """A claim was confirmed, questioned, refused or taken out."""

    claim_id: str
    seller_id: str
    decision: str  # "approved", "asked", "refused" or "ended"
    reason: str
