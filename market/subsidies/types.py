"""What other packages hand in and get to see of subsidies."""

from dataclasses import dataclass
from datetime import date, datetime

from market.kernel.money import Fen
from market.kernel.region_code import RegionCode
from market.subsidies.scheme_types import (
    BEARER,
    FORMULAS,
    LEVELS,
    OPEN_CLAIMS,
    REPAYMENTS,
    STANDING_CLAIMS,
    WHOLE,
    AidLine,
    Assessment,
    Check,
    ClaimState,
    Grant,
    Household,
    LoanState,
    Names,
    Outcome,
    Phase,
    Repayment,
    Scheme,
    SchemeDraft,
    SchemeState,
    SchemeType,
    SchemeView,
    Step,
    Terms,
    Used,
    VoucherState,
    VoucherView,
)

__all__ = [
    "BEARER",
    "FORMULAS",
    "LEVELS",
    "OPEN_CLAIMS",
    "REPAYMENTS",
    "STANDING_CLAIMS",
    "WHOLE",
    "AidLine",
    "Assessment",
    "BatchView",
    "Check",
    "ClaimState",
    "ClaimView",
    "EventView",
    "Funds",
    "Grant",
    "Household",
    "Invoice",
    "LoanState",
    "LoanTerms",
    "LoanView",
    "Names",
    "NewClaim",
    "NewLoan",
    "Outcome",
    "Phase",
    "Repayment",
    "Scheme",
    "SchemeDraft",
    "SchemeState",
    "SchemeType",
    "SchemeView",
    "Step",
    "Terms",
    "Used",
    "VoucherState",
    "VoucherView",
]


@dataclass(frozen=True)
class Invoice:
    """A bill for goods bought elsewhere."""

    number: str
    seller: str
    issued_on: date


@dataclass(frozen=True)
class NewClaim:
    """What a household or a maker asks for."""

    scheme_id: str
    beneficiary_id: str
    region: RegionCode
    lines: tuple[AidLine, ...] = ()
    flags: frozenset[str] = frozenset()
    order_id: str | None = None
    order_code: str = ""
    invoice: Invoice | None = None
    certificate_id: str | None = None
    note: str = ""


@dataclass(frozen=True)
class EventView:
    """Something that happened to a claim or an application."""

    kind: str
    text: str
    at: datetime
    by_office: bool


@dataclass(frozen=True)
class ClaimView:
    """A claim as those concerned see it."""

    id: str
    code: str
    scheme: SchemeView
    beneficiary_id: str
    filed_by: str
    region_code: str
    state: ClaimState
    what: str  # order, invoice, quarter or fee
    price_fen: Fen
    asked_fen: Fen
    amount_fen: Fen | None
    steps: tuple[Step, ...]
    order_id: str | None
    order_code: str
    invoice: Invoice | None
    certificate_id: str | None
    loan_id: str | None
    quarter: int | None
    note: str
    reason: str
    filed_at: datetime
    decided_at: datetime | None
    paid_at: datetime | None
    batch_reference: str
    events: tuple[EventView, ...] = ()

    @property
    def name_zh(self) -> str:
        return self.scheme.name_zh

    @property
    def name_en(self) -> str:
        return self.scheme.name_en


@dataclass(frozen=True)
class LoanTerms:
    """A loan as its contract says."""

    principal_fen: Fen
    rate_bp: int
    starts_on: date
    months: int
    repayment: Repayment


@dataclass(frozen=True)
class NewLoan:
    """An application for interest subsidy."""

    scheme_id: str
    household_id: str
    region: RegionCode
    terms: LoanTerms
    lender: str
    contract_no: str
    purpose: str
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True)
class LoanView:
    """An application with the sum of its schedule's subsidies."""

    id: str
    code: str
    scheme: SchemeView
    household_id: str
    region_code: str
    state: LoanState
    terms: LoanTerms
    lender: str
    contract_no: str
    purpose: str
    total_fen: Fen
    reason: str
    filed_at: datetime
    decided_at: datetime | None
    events: tuple[EventView, ...] = ()

    @property
    def name_zh(self) -> str:
        return self.scheme.name_zh

    @property
    def name_en(self) -> str:
        return self.scheme.name_en


@dataclass(frozen=True)
class BatchView:
    """Claims that were paid together."""

    id: str
    reference: str
    paid_on: date
    total_fen: Fen
    count: int


@dataclass(frozen=True)
class Funds:
    """Budgets of several schemes together; the three parts add up to the whole."""

    budget_fen: Fen = 0
    reserved_fen: Fen = 0
    used_fen: Fen = 0

    @property
    def left_fen(self) -> Fen:
        return self.budget_fen - self.reserved_fen - self.used_fen
