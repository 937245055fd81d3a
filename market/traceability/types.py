"""Values of trace codes, scans and alarms."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from market.batches.types import BatchView
from market.certification.types import CertificateView
from market.inspections.types import CheckView
from market.orders.types import BatchReach


class Level(StrEnum):
    """What a code is stuck on."""

    BATCH = "batch"
    PALLET = "pallet"
    UNIT = "unit"


class AlarmKind(StrEnum):
    """What makes a code look copied."""

    FAR = "far"  # scanned in two places too far apart for the time between
    MANY = "many"  # one unit or pallet in more hands than it is for


class Decision(StrEnum):
    """What an official found."""

    OPEN = "open"
    GENUINE = "genuine"
    COUNTERFEIT = "counterfeit"


@dataclass(frozen=True)
class CodesWanted:
    """How many codes to make: `pallets` with `units` on each, or `units` alone."""

    pallets: int
    units: int


@dataclass(frozen=True)
class NewCode:
    """A code to be stored; `parent` is the code it stands under."""

    code: str
    level: Level
    parent: str | None
    serial: int


@dataclass(frozen=True)
class CodeView:
    """A code as its label and its page show it."""

    code: str
    batch_id: str
    level: Level
    parent: str | None
    serial: int
    made_at: datetime
    first_scanned_at: datetime | None
    first_county: str
    scans: int
    counterfeit_at: datetime | None

    @property
    def printed(self) -> str:
        """In groups of four, as people read it to each other."""
        return "-".join(self.code[i : i + 4] for i in range(0, len(self.code), 4))


@dataclass(frozen=True)
class CodeCounts:
    """How many codes of a batch there are, and how many were scanned."""

    pallets: int
    units: int
    scanned: int


@dataclass(frozen=True)
class PastScan:
    """Where and when a code was scanned before; the county may be unknown."""

    county: str
    at: datetime


@dataclass(frozen=True)
class Apart:
    """Two scans of one code that one thing can hardly have made."""

    county: str
    km: int
    hours: int


@dataclass(frozen=True)
class Recorded:
    """What recording a scan did."""

    is_new: bool
    is_first: bool
    scans: int


@dataclass(frozen=True)
class AlarmView:
    """An alarm as officials and the maker see it."""

    id: str
    code: str
    level: Level
    batch: BatchView
    kind: AlarmKind
    county: str
    place: str
    other_county: str
    other_place: str
    km: int
    hours: int
    scans: int
    raised_at: datetime
    decision: Decision
    note: str
    decided_at: datetime | None


@dataclass(frozen=True)
class RecallView:
    """A message that went to the buyers of a batch."""

    id: str
    words: str
    buyers: int
    sent_at: datetime
    by_maker: bool


@dataclass(frozen=True)
class Place:
    """A county with its people and packs of a batch."""

    label: str
    buyers: int
    packs: int


@dataclass(frozen=True)
class ReachView:
    """How far a batch went, with the names of the counties."""

    reach: BatchReach
    places: tuple[Place, ...]
    recalls: tuple[RecallView, ...] = ()


@dataclass(frozen=True)
class BatchFacts:
    """All that everyone may know of a batch."""

    batch: BatchView
    certificate_now: CertificateView | None
    checks: Sequence[CheckView] = ()
    manual: int | None = None  # the version to go by
    manual_is_later: bool = False  # there was none when the batch was made


_HANDS = 3  # a driver, a household, a crew


@dataclass(frozen=True)
class CodePage:
    """What scanning a code shows."""

    code: CodeView
    facts: BatchFacts
    first_place: str
    parts: int  # codes directly under this one
    alarms: tuple[AlarmKind, ...] = field(default=())
    others: int = 0  # people beside the visitor who say that they hold it

    @property
    def is_doubtful(self) -> bool:
        """Whether the code is in more hands than the goods can be: a unit has one buyer."""
        return self.code.level is Level.UNIT and self.others > 0

    @property
    def is_suspicious(self) -> bool:
        """Whether the alarms speak of more than one further pair of hands."""
        return AlarmKind.FAR in self.alarms or (bool(self.alarms) and self.others > _HANDS)
