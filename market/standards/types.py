"""Values of the library of standards."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class State(StrEnum):
    """How an edition stands on a day."""

    COMING = "coming"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, order=True)
class Code:
    """A standard as everybody writes it: "GB/T 8624", with the year of an edition or without."""

    body: str
    year: str = ""

    @property
    def text(self) -> str:
        return f"{self.body}-{self.year}" if self.year else self.body


@dataclass(frozen=True)
class EditionDraft:
    """What an operator writes of an edition."""

    name_zh: str
    effective_on: date
    basis: str
    name_en: str = ""
    mandatory: bool = False
    kinds: tuple[str, ...] = ()
    published_on: date | None = None
    source: str = ""  # where its text can be read
    verified: bool = False  # somebody checked it against the text or its register


@dataclass(frozen=True)
class EndingDraft:
    """That an edition is superseded from a day on, or withdrawn when nothing replaces it."""

    from_on: date
    basis: str
    by: str = ""
    until: date | None = None  # the last day for goods made before


@dataclass(frozen=True)
class EndingView(EndingDraft):
    """An ending that stands."""

    id: str = ""
    by_slug: str = ""
    made_at: datetime | None = None
    made_by: str = ""


@dataclass(frozen=True)
class EditionView:
    """An edition with its ending, if there is one."""

    id: str
    standard_id: str
    slug: str
    code: str
    name_zh: str
    name_en: str
    mandatory: bool
    kinds: tuple[str, ...]
    published_on: date | None
    effective_on: date
    source: str
    basis: str
    verified: bool
    updated_at: datetime
    made_by: str = ""
    ending: EndingView | None = None
    replaces: tuple[str, ...] = ()  # codes of the editions it supersedes

    def state_on(self, day: date) -> State:
        """How it stands on a day."""
        if self.ending is not None and self.ending.from_on <= day:
            return State.SUPERSEDED if self.ending.by else State.WITHDRAWN
        return State.COMING if self.effective_on > day else State.IN_FORCE


@dataclass(frozen=True)
class StandardView:
    """A standard with its editions, the latest first."""

    id: str
    body: str
    slug: str
    editions: tuple[EditionView, ...] = ()


@dataclass(frozen=True)
class Concern:
    """Whom an ending would concern: one product of one maker."""

    product_id: str
    name_zh: str
    name_en: str
    model: str
    state: str
    maker_id: str
    maker_name: str
    text: str  # what it cites, as its maker wrote it


@dataclass(frozen=True)
class Reach:
    """How many products and makers an ending concerns, and the first of them."""

    products: int
    on_sale: int
    makers: int
    first: tuple[Concern, ...]


@dataclass(frozen=True)
class UnknownText:
    """What products cite and the library does not have: the codes read from the text, none when
    no code can be read."""

    text: str
    codes: tuple[str, ...]
    products: int


@dataclass(frozen=True)
class Citing:
    """How many products cite each edition, by its code, and what is cited and unknown, what most
    products cite first."""

    counts: dict[str, int]
    unknown: tuple[UnknownText, ...]


@dataclass(frozen=True)
class Duty:
    """A mandatory edition a maker is to acknowledge, or has."""

    edition: EditionView
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""
