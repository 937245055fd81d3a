"""What the desks' first pages and the audit trail show."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from market.audit.queries import AuditRow
from market.jobs.types import JobView
from market.kernel.backlog import Backlog
from market.kernel.i18n import N_
from market.kernel.paging import Page
from market.kernel.region_code import RegionCode

ANSWER_WITHIN = timedelta(days=5)  # an application that waits longer is late
PERIODS = (7, 30, 90)


@dataclass(frozen=True)
class Queue:
    """A list with work in it: how much waits, how much of it too long, and where it is."""

    word: str
    endpoint: str
    backlog: Backlog
    late_word: str = N_("超过 5 天没处理")
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Figure:
    """A number with the list it counts."""

    word: str
    count: int
    endpoint: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Gap:
    """A township with requests that too few crews can serve."""

    region: RegionCode
    place: Any
    live: int
    short: int


@dataclass(frozen=True)
class OfficialBoard:
    """The first page of an official's desk."""

    places: tuple[Any, ...]
    queues: tuple[Queue, ...]
    figures: tuple[Figure, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True)
class IndexStanding:
    """The text index: how many listings are in it (None: unusable), how many changes wait."""

    documents: int | None
    waiting: int
    outgrown: bool = False  # more than the embedded engine is meant for


@dataclass(frozen=True)
class OperatorBoard:
    """The first page of the operator's desk."""

    queues: tuple[Queue, ...]
    troubles: tuple[Queue, ...]
    figures: tuple[Figure, ...]
    jobs: tuple[JobView, ...]
    ledger_fen: int
    unbalanced: int
    index: IndexStanding


@dataclass(frozen=True)
class Change:
    """One value before and after an act; None where it was not there."""

    key: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Act:
    """One row of the audit trail, with names instead of keys."""

    row: AuditRow
    who: str
    phone: str
    what: str
    place: Any
    endpoint: str | None
    values: dict[str, str]
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Trail:
    """A page of the audit trail and the kinds of things it can be narrowed to."""

    page: Page[AuditRow]
    acts: tuple[Act, ...]
    object_types: tuple[str, ...]


@dataclass(frozen=True)
class Finding:
    """What one invariant said: its code, its promise and every breach."""

    code: str
    promise: str
    breaches: tuple[str, ...]
    milliseconds: int


@dataclass(frozen=True)
class AuditReport:
    """All invariants at one instant."""

    at: datetime
    findings: tuple[Finding, ...]

    @property
    def is_clean(self) -> bool:
        return not any(finding.breaches for finding in self.findings)
