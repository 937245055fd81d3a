"""What a sheet says, what it would change, and how an import stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, StrEnum
from typing import Any

MOST_ROWS = 20_000
MOST_MEGABYTES = 12  # of a file, as its form says
MOST_COLUMNS = 200
MOST_TEXT = 2_000  # of one cell
INLINE_BYTES = 150_000  # up to this size the preview is made while the seller waits
KEPT = timedelta(days=30)


class Marker(Enum):
    """What a cell holds instead of a value."""

    FORMULA = "formula"
    ERROR = "error"


Cell = str | Marker


@dataclass(frozen=True)
class RawRow:
    """A row of a file by column; empty cells are left out."""

    number: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True)
class Problem:
    """What is wrong with one cell: the column, a msgid and what fills it."""

    column: str
    message: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """A row with typed values; a cell that is empty or wrong has none."""

    number: int
    values: Mapping[str, Any]
    problems: tuple[Problem, ...] = ()


class State(StrEnum):
    """How far an import is."""

    QUEUED = "queued"  # the preview is to be made
    READY = "ready"  # the preview can be read
    BROKEN = "broken"  # the file cannot be used
    ASKED = "asked"  # to be applied
    APPLIED = "applied"
    DISCARDED = "discarded"


@dataclass(frozen=True)
class Counts:
    """What an import would do, or did, in rows of goods."""

    products: int = 0
    variants: int = 0
    listings: int = 0
    edited_products: int = 0
    edited_variants: int = 0
    prices: int = 0
    states: int = 0
    stock: int = 0
    changed_rows: int = 0
    wrong_rows: int = 0


@dataclass(frozen=True)
class Change:
    """One cell that would be different: codes and plain numbers, put in words when shown."""

    column: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """What becomes of one row."""

    number: int
    name: str
    makes: str = ""  # product, variant or listing when the row makes one
    for_review: bool = False
    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class ImportView:
    """An import as its seller sees it."""

    id: str
    filename: str
    state: State
    rows_total: int
    rows_done: int
    counts: Counts
    problem: Problem | None
    moved: bool
    created_at: datetime
    ended_at: datetime | None

    @property
    def is_busy(self) -> bool:
        return self.state in (State.QUEUED, State.ASKED)

    @property
    def can_apply(self) -> bool:
        counts = self.counts
        return self.state is State.READY and not counts.wrong_rows and counts.changed_rows > 0
