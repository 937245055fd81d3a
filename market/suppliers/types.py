"""Values of suppliers of whole solutions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ApplicationState(StrEnum):
    """Where an application for the role stands."""

    SUBMITTED = "submitted"
    ASKED = "asked"
    ANSWERED = "answered"
    APPROVED = "approved"
    REFUSED = "refused"
    ENDED = "ended"  # given up, withdrawn by an official, or a newer grading took its place


@dataclass(frozen=True, slots=True)
class Criterion:
    """What is graded: something that is counted, and the points from a count on."""

    key: str
    name_zh: str
    name_en: str
    unit_zh: str
    unit_en: str
    ask_zh: str
    ask_en: str
    steps: tuple[tuple[int, int], ...]

    @property
    def most(self) -> int:
        """The most points it gives."""
        return max(points for _count, points in self.steps)

    @property
    def unit(self) -> Mapping[str, str]:
        return {"name_zh": self.unit_zh, "name_en": self.unit_en}

    @property
    def ask(self) -> Mapping[str, str]:
        """What the applicant should say and prove, in both languages."""
        return {"name_zh": self.ask_zh, "name_en": self.ask_en}


@dataclass(frozen=True, slots=True)
class Entry:
    """What an applicant says under one criterion."""

    key: str
    count: int
    words: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """What an official gives under one criterion, and why when it is not the usual."""

    key: str
    points: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """One criterion of an application: said, proved, graded."""

    key: str
    count: int
    words: str
    has_file: bool
    points: int | None
    note: str


@dataclass(frozen=True, slots=True)
class ApplicationView:
    """An application as its seller, officials and (once approved) everyone see it."""

    id: str
    seller_id: str
    seller_name: str
    region_code: str
    state: ApplicationState
    evidence: Mapping[str, EvidenceView]
    points: int | None
    grade: str
    question: str
    answer: str
    reason: str
    submitted_at: datetime
    decided_at: datetime | None

    @property
    def is_waiting(self) -> bool:
        """Whether an official has to decide."""
        return self.state in (ApplicationState.SUBMITTED, ApplicationState.ANSWERED)

    @property
    def is_open(self) -> bool:
        """Whether it is neither decided nor ended."""
        return self.is_waiting or self.state is ApplicationState.ASKED
