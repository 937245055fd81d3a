"""The carbon label: a verified footprint as it stands on a product, and as it stood on what was
sold. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class CarbonLabel:
    """kg CO2e (A1-A3) per unit of the product, by a declaration that somebody verified.

    Copied onto the product while the declaration stands, and onto batches and order lines for
    good: a later version never changes what was sold under an earlier one.
    """

    declaration_id: str
    version: int
    kg_per_unit: Decimal
    unit: str
    verifier: str
    since: date
    until: date

    def holds_on(self, day: date) -> bool:
        """Whether the label may be shown on a day; both ends count."""
        return self.since <= day <= self.until


def label_json(label: CarbonLabel | None) -> dict[str, Any] | None:
    """What is stored; numbers and days as text, so that they come back exactly."""
    if label is None:
        return None
    return {
        "declaration_id": label.declaration_id, "version": label.version,
        "kg_per_unit": f"{label.kg_per_unit:f}", "unit": label.unit, "verifier": label.verifier,
        "since": label.since.isoformat(), "until": label.until.isoformat(),
    }  # fmt: skip


def label_of(stored: dict[str, Any] | None) -> CarbonLabel | None:
    """The label that was stored."""
    if stored is None:
        return None
    return CarbonLabel(
        declaration_id=stored["declaration_id"],
        version=stored["version"],
        kg_per_unit=Decimal(stored["kg_per_unit"]),
        unit=stored["unit"],
        verifier=stored["verifier"],
        since=date.fromisoformat(stored["since"]),
        until=date.fromisoformat(stored["until"]),
    )
