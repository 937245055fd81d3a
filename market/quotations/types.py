"""What a quotation shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class QuotationCard:
    """A quotation in the list of its owner."""

    number: str
    name_zh: str
    name_en: str
    place: Mapping[str, str]
    total_fen: int
    issued_at: datetime
    valid_until: datetime
    is_valid: bool


@dataclass(frozen=True)
class QuotationView:
    """A quotation as it was issued, and what the same packs cost now (None: not for sale now)."""

    number: str
    configuration_id: str
    place: Mapping[str, str]
    content: Mapping[str, Any]
    total_fen: int
    issued_at: datetime
    valid_until: datetime
    total_now_fen: int | None

    @property
    def holds(self) -> bool:
        """Whether the price is still the one on paper."""
        return self.total_now_fen == self.total_fen
