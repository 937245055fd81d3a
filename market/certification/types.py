"""What other packages may know of certificates."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from market.kernel.i18n import N_
from market.kernel.region_code import RegionCode
from market.media.service import NewFile


class Scheme(StrEnum):
    """Which certification: with one to three stars, or without stars."""

    GRADED = "graded"
    ACTIVITY1 = "activity1"


class Review(StrEnum):
    """How far the platform's check of an entered certificate has come."""

    SUBMITTED = "submitted"
    CLARIFICATION = "clarification"
    ANSWERED = "answered"
    APPROVED = "approved"
    REFUSED = "refused"


class Standing(StrEnum):
    """What the issuing body has declared."""

    IN_FORCE = "in_force"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    CANCELLED = "cancelled"


class CertificateState(StrEnum):
    """The state at one instant, derived from review, standing and the clock."""

    PENDING = "pending"
    REFUSED = "refused"
    UPCOMING = "upcoming"
    VALID = "valid"
    DUE = "due"
    SURVEILLANCE_OVERDUE = "surveillance_overdue"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    CANCELLED = "cancelled"

    @property
    def opens_gate(self) -> bool:
        """Whether goods under a certificate in this state may be sold."""
        return self in (CertificateState.VALID, CertificateState.DUE)


_LEGAL_FORM = re.compile(r"(?:股份)?有限(?:责任)?公司$|,? (?:Co\.?,? )?(?:Ltd|Inc)\.?$")
TOLD_BY_REGISTRY = N_("登记库公布")  # the reason of a standing that no official decided
SCHEME_NAMES = {
    Scheme.GRADED: N_("绿色建材产品分级认证（有星级）"),
    Scheme.ACTIVITY1: N_("绿色产品认证（活动一，没有星级）"),
}


@dataclass(frozen=True)
class CertificateFacts:
    """What the state depends on, apart from the clock."""

    review: Review
    standing: Standing
    valid_from: date
    valid_to: date
    surveillance_due_on: date | None = None


@dataclass(frozen=True)
class GateWindow:
    """When a certificate lets goods be sold: from `opens_at` until before `closes_at`."""

    opens_at: datetime
    closes_at: datetime
    blocked: bool

    def is_open(self, at: datetime) -> bool:
        """Whether the gate is open at an instant."""
        return not self.blocked and self.opens_at <= at < self.closes_at


@dataclass(frozen=True)
class CertificateView:
    """A certificate with its state at the instant asked for."""

    id: str
    number: str
    scheme: Scheme
    star: int | None
    issuer_name: str
    holder: str
    kinds: tuple[str, ...]
    standard: str
    valid_from: date
    valid_to: date
    state: CertificateState
    since: datetime | None
    reason: str
    seller_id: str = ""
    days_left: int = 0
    surveillance_due_on: date | None = None
    models: str = ""
    updated_at: datetime | None = None

    @property
    def issuer_short(self) -> str:
        """The issuer's name without the words of its legal form, for one line of a card."""
        return _LEGAL_FORM.sub("", self.issuer_name) or self.issuer_name

    @property
    def is_in_force(self) -> bool:
        """Whether the mark and stars may be shown and goods sold."""
        return self.state.opens_gate


@dataclass(frozen=True)
class LogEntry:
    """One line of the append-only status log."""

    at: datetime
    action: str
    actor_name: str
    reason: str


@dataclass(frozen=True)
class CheckRecord:
    """The manual check against the issuer's or the national platform's records."""

    checked_at: datetime
    checked_by: str
    note: str
    next_check_on: date


@dataclass(frozen=True)
class CertificateDetail:
    """Everything about a certificate for its own page and its reviewers."""

    view: CertificateView
    review: Review
    standing: Standing
    body_id: str
    manufacturer: str
    factory: str
    product_scope: str
    models: str
    rule_no: str
    first_issued_on: date | None
    region: RegionCode
    seller_name: str
    evidence_file_id: str | None
    question: str
    answer: str
    check: CheckRecord | None
    submitted_at: datetime
    anomalies: tuple[str, ...] = ()
    log: tuple[LogEntry, ...] = ()
    visits: tuple["SurveillanceVisit", ...] = ()
    papers: Mapping[str, str] = field(default_factory=dict)  # file ids of `Papers` by name


@dataclass(frozen=True)
class QueueRow:
    """One row of the officials' queue of certificates."""

    view: CertificateView
    review: Review
    seller_name: str
    submitted_at: datetime


@dataclass(frozen=True)
class BodyView:
    """A certification body."""

    id: str
    name: str
    approval_no: str
    is_approved: bool
    scope_kinds: tuple[str, ...]
    note: str = ""

    def covers(self, kind_code: str) -> bool:
        """Whether the body may certify this kind; no list means every kind."""
        return not self.scope_kinds or kind_code in self.scope_kinds


@dataclass(frozen=True)
class BodyDetails:
    """What the operator enters about a body."""

    name: str
    approval_no: str
    is_approved: bool
    scope_kinds: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True)
class CertificateEntry:
    """A certificate as a seller types it from the paper."""

    number: str
    scheme: Scheme
    star: int | None
    body_id: str
    holder: str
    manufacturer: str
    factory: str
    product_scope: str
    models: str
    kinds: tuple[str, ...]
    standard: str
    rule_no: str
    valid_from: date
    valid_to: date
    first_issued_on: date | None = None
    evidence_file_id: str | None = field(default=None)


@dataclass(frozen=True)
class ManualCheck:
    """What the reviewer writes down when approving."""

    note: str
    next_check_on: date
    holder_confirmed: bool = False
    surveillance_due_on: date | None = None


@dataclass(frozen=True)
class Papers:
    """What a reviewer keeps on file of a check: what was seen, and the holder's consent."""

    check: NewFile | None = None
    authorisation: NewFile | None = None


@dataclass(frozen=True)
class SurveillanceVisit:
    """One annual surveillance by the issuing body, as an official recorded it."""

    id: str
    due_on: date
    done_on: date
    passed: bool
    report_number: str
    note: str
    evidence_file_id: str
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True)
class SurveillanceResult:
    """What an official writes down of a surveillance. Without `next_due_on` the next one is
    due on the next anniversary of the certificate."""

    done_on: date
    passed: bool
    report_number: str
    note: str = ""
    next_due_on: date | None = None
