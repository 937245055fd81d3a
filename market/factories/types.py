"""Values of factory profiles."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class ClaimKind(StrEnum):
    """What a maker may claim of its works."""

    ZERO = "zero"
    GRADE = "grade"
    RECOGNITION = "recognition"
    WASTE = "waste"


class Zero(StrEnum):
    """The six zeros of the plan."""

    POWER = "power"
    FOSSIL = "fossil"
    RESOURCE = "resource"
    CARBON = "carbon"
    WASTE = "waste"
    WORKERS = "workers"


class Grade(StrEnum):
    """Environmental performance, best first."""

    A = "A"
    LEADING = "leading"
    B = "B"


class Level(StrEnum):
    """Who recognises."""

    NATIONAL = "national"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"


class ClaimState(StrEnum):
    """Where a claim stands."""

    SUBMITTED = "submitted"
    ASKED = "asked"
    ANSWERED = "answered"
    APPROVED = "approved"
    REFUSED = "refused"
    ENDED = "ended"  # withdrawn, revoked, or a newer one of its kind was confirmed
    EXPIRED = "expired"  # approved, and its last day is over


@dataclass(frozen=True)
class ClaimDraft:
    """What a maker fills in; which fields count depends on the kind."""

    kind: ClaimKind
    issuer: str
    year: int
    key: str = ""  # a Zero or a Grade
    title: str = ""  # of a recognition, or the number of a waste report
    level: str = ""
    list_no: str = ""
    share: Decimal | None = None
    expires_on: date | None = None
    issued_on: date | None = None  # the day on the paper


@dataclass(frozen=True)
class ClaimView:
    """A claim as its maker, officials and (once confirmed) everyone see it."""

    id: str
    seller_id: str
    seller_name: str
    region_code: str
    draft: ClaimDraft
    state: ClaimState
    question: str
    answer: str
    reason: str
    submitted_at: datetime
    decided_at: datetime | None

    @property
    def is_public(self) -> bool:
        """Whether everyone may read it."""
        return self.state is ClaimState.APPROVED

    @property
    def is_waiting(self) -> bool:
        """Whether an official has to decide."""
        return self.state in (ClaimState.SUBMITTED, ClaimState.ANSWERED)
