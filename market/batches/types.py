"""Values of batches."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from market.catalogue.types import CarbonLabel


@dataclass(frozen=True)
class BatchDraft:
    """What the maker writes down."""

    number: str
    made_on: date
    quantity: Decimal
    use_by: date | None = None


@dataclass(frozen=True)
class CertificateThen:
    """The certificate of a batch as it stood on the day of making; `state` as a word."""

    id: str
    number: str
    issuer: str
    star: int | None
    valid_from: date
    valid_to: date
    state: str

    @property
    def was_in_force(self) -> bool:
        """Whether goods could be made and sold under it that day."""
        return self.state in ("valid", "due")


@dataclass(frozen=True)
class BatchView:
    """A batch with the names of its product and maker."""

    id: str
    product_id: str
    name_zh: str
    name_en: str
    model: str
    kind_code: str
    maker_id: str
    maker_name: str
    number: str
    made_on: date
    use_by: date | None
    quantity: Decimal
    unit: str
    has_report: bool
    certificate: CertificateThen | None
    created_at: datetime
    withdrawn_at: datetime | None
    withdrawn_reason: str
    manual_version: int | None = None
    carbon_label: CarbonLabel | None = None  # of the day of making
    holds: tuple["HoldView", ...] = ()  # that stand, newest first


@dataclass(frozen=True)
class BatchChoice:
    """A batch that may go out, in a list to choose from."""

    id: str
    number: str
    made_on: date


@dataclass(frozen=True)
class HoldView:
    """Why goods with a batch number may not go out, and since when.

    `check_id` is the public result that says so, empty when an official did; `batch_id` is None
    while the maker has not written the batch down.
    """

    id: str
    product_id: str
    number: str
    batch_id: str | None
    check_id: str
    reason: str
    since: datetime
    region_code: str
    lifted_at: datetime | None = None
    lifted_reason: str = ""
