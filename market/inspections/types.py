"""Values of spot checks."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Purpose(StrEnum):
    """Why a sample was taken."""

    FIRST = "first"
    RECHECK = "recheck"


class Cause(StrEnum):
    """What led to a check."""

    PLAN = "plan"
    COMPLAINT = "complaint"
    NOTICE = "notice"  # of another authority, for example the province's
    RECHECK = "recheck"
    ROUTINE = "routine"


@dataclass(frozen=True)
class Reason:
    """What led to a check as the official says it; `note` names the complaint or notice."""

    cause: Cause = Cause.ROUTINE
    note: str = ""


class Standing(StrEnum):
    """What a check means today."""

    DRAFT = "draft"
    PASSED = "passed"
    FAILED = "failed"  # the product is off the market
    CLEARED = "cleared"  # failed, and a later check passed
    ANNULLED = "annulled"  # failed, and an appeal was upheld


@dataclass(frozen=True)
class Candidate:
    """A product on sale that a plan may draw. `packs_sold` over the last twelve months."""

    product_id: str
    seller_id: str
    risk: str
    past_fails: int
    packs_sold: int


@dataclass(frozen=True)
class Drawn:
    """A candidate with the weight it was drawn by."""

    candidate: Candidate
    kind_weight: int
    weight: float


@dataclass(frozen=True)
class PlanDraft:
    """What an official asks for. An empty seed lets the system choose one."""

    name: str
    size: int
    kind_codes: tuple[str, ...] = ()
    seed: str = ""


@dataclass(frozen=True)
class PlanRow:
    """A plan in a list."""

    id: str
    name: str
    seed: str
    size: int
    candidates: int
    created_at: datetime


@dataclass(frozen=True)
class SampleRow:
    """A drawn product and what became of its check."""

    product_id: str
    name_zh: str
    name_en: str
    seller_id: str
    seller_name: str
    kind_weight: int
    past_fails: int
    packs_sold: int
    weight: float
    check_id: str | None
    standing: Standing | None


@dataclass(frozen=True)
class PlanView:
    """A plan with its samples, in the order drawn."""

    row: PlanRow
    kind_codes: tuple[str, ...]
    samples: tuple[SampleRow, ...]


@dataclass(frozen=True)
class Result:
    """What the laboratory reported of one sample."""

    batch_no: str
    sampled_on: date
    laboratory: str
    report_number: str
    standard: str
    passed: bool
    findings: str = ""


@dataclass(frozen=True)
class CheckView:
    """A spot check as officials, its maker and (once published) everyone see it."""

    id: str
    region_code: str
    product_id: str
    name_zh: str
    name_en: str
    model: str
    maker_id: str
    maker_name: str
    seller_id: str
    seller_name: str
    kind_code: str
    purpose: Purpose
    cause: Cause
    cause_note: str
    result: Result
    has_report: bool
    standing: Standing
    entered_at: datetime
    published_at: datetime | None
    notice_no: str | None
    recheck_due_on: date | None
    barred_until: datetime | None
    cleared_at: datetime | None
    annulled_at: datetime | None
    updated_at: datetime
    appealed: bool = False  # an objection waits for its decision


@dataclass(frozen=True)
class Findable:
    """A product on a seller's shelf that an official may enter a check of."""

    product_id: str
    name_zh: str
    name_en: str
    model: str
    kind_code: str
    seller_id: str
    seller_name: str


@dataclass(frozen=True)
class AppealView:
    """An objection and its decision."""

    id: str
    check_id: str
    words: str
    made_at: datetime
    decision: str
    reason: str
    decided_at: datetime | None


@dataclass(frozen=True)
class Reach:
    """What publishing a failure will do, counted before it is done."""

    listings: int
    buyers: int
    bars_until: datetime | None
