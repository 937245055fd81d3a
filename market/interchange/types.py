"""Values of the interchange."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from market.kernel.region_code import RegionCode


class Subject(StrEnum):
    """What a partner may call otherwise."""

    KIND = "kind"
    STAR = "star"
    STATE = "state"
    REGION = "region"


STARS = ("0", "1", "2", "3")  # 0 for certificates without stars
STATES = ("listed", "exited")
MOST_RECORDS = 100


@dataclass(frozen=True)
class PartnerView:
    """A partner as the operator sees it."""

    id: str
    code: str
    name: str
    account_id: str
    region: RegionCode
    is_open: bool
    key_generation: int
    mapping_version: int
    in_sequence: int
    in_digest: str
    out_sequence: int
    out_digest: str
    created_at: datetime


@dataclass(frozen=True)
class PartnerDraft:
    """What the operator enters of a partner; the account by its phone."""

    code: str
    name: str
    phone: str
    region: RegionCode


@dataclass(frozen=True)
class MappingView:
    """One line of a mapping table, in force while `version_to` is None."""

    id: str
    subject: Subject
    theirs: str
    ours: str
    version_from: int
    version_to: int | None
    made_name: str
    made_at: datetime
    ended_name: str
    ended_at: datetime | None


@dataclass(frozen=True)
class Envelope:
    """A signed batch: the text, and what was signed with it (Standard Webhooks)."""

    id: str
    timestamp: int  # seconds since 1970
    content: str
    signature: str


@dataclass(frozen=True)
class RowFault:
    """What is wrong with a row of a batch: its number from 0 (None: the batch), the field, a
    sentence (a msgid) with its values."""

    row: int | None
    field: str
    reason: str
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def path(self) -> str:
        """Where it stands in the content."""
        if self.row is None:
            return self.field
        return f"records.{self.row}.{self.field}".rstrip(".")

    @property
    def text(self) -> str:
        """The sentence with its values."""
        return self.reason % self.params if self.params else self.reason


@dataclass(frozen=True)
class Answer:
    """What became of a pushed batch: `rows` of an accepted one, `faults` of a rejected one."""

    sequence: int
    digest: str
    rows: Sequence[dict[str, str]] = ()
    faults: Sequence[RowFault] = ()
    repeated: bool = False


@dataclass(frozen=True)
class BatchView:
    """A batch in the operator's list, or whole for its partner."""

    id: str
    direction: str
    state: str
    sequence: int
    digest: str
    previous_digest: str
    records: int
    made_at: datetime
    content: str = ""
    answer: Sequence[dict[str, str]] = ()
