"""Facts about suppliers of whole solutions."""

from dataclasses import dataclass

from market.kernel.events import Event


@dataclass(frozen=True)
class SupplierSubmitted(Event):
    """An application (or the answer to a question) waits for the officials of the region."""

    application_id: str
    seller_name: str
    region_code: str


@dataclass(frozen=True)
class SupplierDecided(Event):
    """An application was approved, questioned or refused, or the role was withdrawn."""

    application_id: str
    seller_id: str
    decision: str  # "approved", "asked", "refused" or "ended"
    reason: str


@dataclass(frozen=True)
class SupplierLost(Event):
    """A seller holds the role no more, by its own wish or an official's decision."""

    seller_id: str
