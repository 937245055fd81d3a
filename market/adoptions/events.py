"""Facts about adoption databases."""

from dataclasses import dataclass

from market.kernel.events import Event


@dataclass(frozen=True)
class AdoptionWaits(Event):
    """An entry waits for the officials of a region: `level` is city or province."""

    entry_id: str
    product_name: str
    region_code: str
    level: str
    hands: tuple[str, ...]
    at: str


@dataclass(frozen=True)
class AdoptionDecided(Event):
    """An entry moved; `decision` is passed, listed, asked, refused, removed, exited, returned
    or not_returned."""

    entry_id: str
    product_name: str
    seller_id: str
    decision: str
    reason: str
    cause: str
    at: str


@dataclass(frozen=True)
class UsageWaits(Event):
    """A record of use waits for somebody above."""

    entry_id: str
    usage_id: str
    project_name: str
    region_code: str
    entered_by: str


@dataclass(frozen=True)
class UsageDecided(Event):
    """A record of use was confirmed or refused."""

    entry_id: str
    usage_id: str
    project_name: str
    entered_by: str
    approved: bool
    reason: str


@dataclass(frozen=True)
class DifferencesFound(Event):
    """A partner's batch says otherwise of fields that officials have in care."""

    entry_id: str
    product_name: str
    region_code: str
    partner_name: str
    batch: str
