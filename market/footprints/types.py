"""Values of carbon footprints."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from market.catalogue.types import CarbonLabel


class Stage(StrEnum):
    """A part of a product's life, by ISO 21930; D lies beyond the boundary."""

    MAKING = "A1-A3"
    TRANSPORT = "A4"
    INSTALLING = "A5"
    USE = "B"
    END = "C"
    BEYOND = "D"


class Standing(StrEnum):
    """What a declaration means today; the clock and later versions have a say."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    REFUSED = "refused"
    VERIFIED = "verified"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"  # a later version was verified
    WITHDRAWN = "withdrawn"


class Quality(StrEnum):
    """How far a factor can be relied on."""

    A = "A"  # checked against the publication
    B = "B"  # an official publication or national standard, by a public copy
    C = "C"  # a default or an average of a trade
    D = "D"  # not checked
    E = "E"  # estimated


@dataclass(frozen=True)
class FactorDraft:
    """A factor as the operator writes it down. `region` is a code, empty for the country."""

    code: str
    category: str
    name_zh: str
    name_en: str
    unit: str
    kg_per_unit: Decimal
    gas: str
    region: str
    year: int | None
    stage: str
    source: str
    quality: Quality
    basis: str = ""


@dataclass(frozen=True)
class FactorView:
    """One version of a factor; `superseded_at` tells that there is a newer one."""

    id: str
    code: str
    version: int
    category: str
    name_zh: str
    name_en: str
    unit: str
    kg_per_unit: Decimal
    gas: str
    region: str
    year: int | None
    stage: str
    source: str
    quality: Quality
    basis: str
    supersedes_id: str | None
    created_at: datetime
    superseded_at: datetime | None
    updated_at: datetime

    @property
    def is_current(self) -> bool:
        """Whether no newer version stands."""
        return self.superseded_at is None


@dataclass(frozen=True)
class BillLine:
    """An amount for one declared unit times a factor; `kg` is exact."""

    id: str
    position: int
    stage: Stage
    factor_id: str
    code: str
    version: int
    name_zh: str
    name_en: str
    factor_unit: str
    kg_per_unit: Decimal
    amount: Decimal
    unit: str
    kg: Decimal
    is_outdated: bool


@dataclass(frozen=True)
class DeclarationDraft:
    """What a maker fills in. `per_product_unit` is how many declared units one unit of the
    product is; None when they are the same or physics says it."""

    unit: str
    method: str
    pcr: str = ""
    per_product_unit: Decimal | None = None
    conversion: str = ""
    stages: Mapping[Stage, Decimal] = field(default_factory=dict)
    verifier_body_id: str | None = None
    verifier_name: str = ""
    verifier_number: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class DeclarationView:
    """A declaration as its maker, officials and (once verified) everyone see it."""

    id: str
    product_id: str
    name_zh: str
    name_en: str
    model: str
    kind_code: str
    product_unit: str
    maker_id: str
    maker_name: str
    region_code: str
    version: int
    standing: Standing
    draft: DeclarationDraft
    verifier: str
    stages: tuple[tuple[Stage, Decimal | None], ...]
    total_kg: Decimal | None
    label_kg: Decimal | None
    bill: tuple[BillLine, ...]
    has_report: bool
    has_evidence: bool
    evidence: str
    reason: str
    label: CarbonLabel | None
    created_at: datetime
    submitted_at: datetime | None
    decided_at: datetime | None
    withdrawn_at: datetime | None
    updated_at: datetime

    @property
    def is_outdated(self) -> bool:
        """Whether a factor it was computed with has a newer version."""
        return any(line.is_outdated for line in self.bill)

    @property
    def is_public(self) -> bool:
        """Whether everyone may read it: it was verified once."""
        return self.label is not None

    @property
    def shows_label(self) -> bool:
        """Whether the label may be drawn."""
        return self.standing is Standing.VERIFIED
