"""Facts about certificates."""

from dataclasses import dataclass
from datetime import date, datetime

from market.kernel.events import Event
from market.kernel.region_code import RegionCode


@dataclass(frozen=True)
class CertificateSubmitted(Event):
    """A certificate, or the answer to a question about it, waits for review."""

    certificate_id: str
    number: str
    region: RegionCode


@dataclass(frozen=True)
class CertificateReviewed(Event):
    """The reviewer approved, asked or refused (`outcome`: approved, clarification, refused)."""

    certificate_id: str
    seller_id: str
    outcome: str
    reason: str


@dataclass(frozen=True)
class CertificateChanged(Event):
    """Something that the gate depends on changed: review, standing, dates or star.

    `at` is given when what it covers may have changed too.
    """

    certificate_id: str
    at: datetime | None = None


@dataclass(frozen=True)
class CertificateDue(Event):
    """A certificate entered its last 90 days; published once per certificate."""

    certificate_id: str
    seller_id: str
    number: str
    valid_to: date
    days_left: int


@dataclass(frozen=True)
class StandingDecided(Event):
    """A certificate was suspended, reinstated, revoked or cancelled (`action`): by an official
    with a reason, or as the registry says."""

    certificate_id: str
    seller_id: str
    number: str
    action: str
    reason: str
    by_registry: bool = False


@dataclass(frozen=True)
class AnomalyDecided(Event):
    """An official ended an anomaly with a deed (`accept`, `keep`, or a verb of the review).

    `other_seller_id` is the other seller of a number used twice, empty when there is none.
    """

    anomaly_id: str
    certificate_id: str
    number: str
    seller_id: str
    other_seller_id: str
    deed: str
    reason: str
