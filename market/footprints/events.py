"""Facts about carbon declarations."""

from dataclasses import dataclass

from market.kernel.events import Event


@dataclass(frozen=True)
class DeclarationSubmitted(Event):
    """A declaration waits for the officials of its maker's region."""

    declaration_id: str
    product_name: str
    version: int
    region_code: str


@dataclass(frozen=True)
class DeclarationDecided(Event):
    """A declaration was verified, refused, or withdrawn by an official."""

    declaration_id: str
    product_name: str
    version: int
    maker_id: str
    decision: str  # "verified", "refused" or "withdrawn"
    reason: str
