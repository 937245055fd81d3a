"""Changes of published products, and first publications, on their way through review."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ChangeState(StrEnum):
    """How far a change is."""

    PENDING = "pending"
    ASKED = "requires_action"  # the reviewer asks something
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"  # by its maker


class ChangeKind(StrEnum):
    """What is asked for."""

    FIRST = "first"  # to be published for the first time
    EDIT = "edit"


OPEN = (ChangeState.PENDING, ChangeState.ASKED)


@dataclass(frozen=True)
class FieldDiff:
    """One field that would be different; an empty text is a gap."""

    field: str
    part: str  # the parameter, dimension or pack size it belongs to; empty for the product
    before: str
    after: str


@dataclass(frozen=True)
class ChangeView:
    """A change as its maker sees it; `internal_note` is filled for reviewers only."""

    id: str
    product_id: str
    product_name: str
    maker_id: str
    maker_name: str
    kind: ChangeKind
    state: ChangeState
    version: int
    submitted_at: datetime
    decided_at: datetime | None
    decided_by: str
    note: str
    answer: str
    internal_note: str
    diff: tuple[FieldDiff, ...] = ()
    product_name_en: str = ""

    @property
    def name_zh(self) -> str:
        return self.product_name

    @property
    def name_en(self) -> str:
        return self.product_name_en

    @property
    def is_open(self) -> bool:
        return self.state in OPEN
