"""Facts about spot checks."""

from dataclasses import dataclass
from datetime import date

from market.kernel.events import Event


@dataclass(frozen=True)
class SpotCheckPublished(Event):
    """A result became public; a failure has taken the product off the market."""

    check_id: str
    product_id: str
    product_name: str
    batch_no: str
    maker_id: str
    passed: bool
    recheck_due_on: date | None
    buyers: tuple[str, ...]
    shops: tuple[str, ...] = ()  # sellers of a failed product beside its maker


@dataclass(frozen=True)
class AppealMade(Event):
    """A maker objects; the officials of the region decide."""

    check_id: str
    appeal_id: str
    product_name: str
    region_code: str


@dataclass(frozen=True)
class AppealDecided(Event):
    """An objection was upheld or rejected."""

    check_id: str
    appeal_id: str
    product_name: str
    maker_id: str
    upheld: bool
    reason: str


@dataclass(frozen=True)
class RecheckDue(Event):
    """A failure stands and the day of the re-check is near."""

    check_id: str
    product_name: str
    maker_id: str
    due_on: date


@dataclass(frozen=True)
class RecheckOverdue(Event):
    """A failure stands and the day of the re-check has passed: the product stays off sale, and
    the officials of the region see to it."""

    check_id: str
    product_name: str
    maker_id: str
    region_code: str
    due_on: date
