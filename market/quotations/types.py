"""What a quotation shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class QuotationView:
    """A quotation as it was issued, and what the same packs cost now (None: not for sale now)."""

    number: str
    configuration_id: str
    region_label: str
    content: Mapping[str, Any]
    total_fen: int
    issued_at: datetime
    valid_until: datetime
    total_now_fen: int | None

    @property
    def holds(self) -> bool:
        """Whether the price is still the one on paper."""
        return self.total_now_fen == self.total_fen
