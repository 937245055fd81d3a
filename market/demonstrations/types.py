"""Values of demonstration projects."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from market.bundles.types import HouseAnswers
from market.kernel.money import Fen
from market.kernel.region_code import RegionCode
from market.media.queries import FileView
from market.uses.types import Unsuitable, Use


class ProjectKind(StrEnum):
    """The three sorts that the plan names."""

    HOUSE = "house"  # 现代宜居农房
    RETROFIT = "retrofit"  # 农房节能改造
    FACILITY = "facility"  # 现代农业设施


class ProjectState(StrEnum):
    """draft → submitted → public → withdrawn; a refused one is a draft again."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    PUBLIC = "public"
    WITHDRAWN = "withdrawn"


class Place(StrEnum):
    """The part of a house that a material went into."""

    WALL = "wall"
    ROOF = "roof"
    WINDOW = "window"
    DOOR = "door"
    FLOOR = "floor"
    OTHER = "other"


class EnergyBasis(StrEnum):
    """How the energy of a year is known."""

    UNKNOWN = ""
    MEASURED = "measured"
    ESTIMATED = "estimated"


@dataclass(frozen=True)
class Energy:
    """kWh of a year before and after, with who says so; None is missing, never zero."""

    basis: EnergyBasis = EnergyBasis.UNKNOWN
    before_kwh: int | None = None
    after_kwh: int | None = None
    source: str = ""

    @property
    def saved_share(self) -> float | None:
        """The part that is saved, below zero when more is used; None when not known."""
        if not self.before_kwh or self.after_kwh is None:
            return None
        return (self.before_kwh - self.after_kwh) / self.before_kwh


@dataclass(frozen=True)
class ProjectDraft:
    """What an official fills in; goods, photos and visits apart."""

    kind: ProjectKind
    title_zh: str
    title_en: str
    summary_zh: str
    summary_en: str
    house: HouseAnswers
    work_days: int
    finished_on: date | None = None
    labour_fen: Fen | None = None
    energy: Energy = Energy()


@dataclass(frozen=True)
class BillLine:
    """Goods of a delivered order, frozen; `quantity` counts in `unit`."""

    id: str
    order_row_id: str
    kind_code: str
    kind_zh: str
    kind_en: str
    product_id: str
    product_zh: str
    product_en: str
    material_key: str
    variant_label: str
    unit: str
    pack_size: Decimal
    packs: int
    unit_price_fen: Fen
    amount_fen: Fen
    place: Place
    use: Use = Use.INDOOR

    @property
    def quantity(self) -> Decimal:
        return self.pack_size * self.packs

    @property
    def kind(self) -> Mapping[str, str]:
        return {"name_zh": self.kind_zh, "name_en": self.kind_en}

    @property
    def name_zh(self) -> str:
        return self.product_zh

    @property
    def name_en(self) -> str:
        return self.product_en


@dataclass(frozen=True)
class Swap:
    """A product that meets a rule, with what the amount of a line costs of it at the place."""

    product_id: str
    name_zh: str
    name_en: str
    model: str
    total_fen: Fen


@dataclass(frozen=True)
class Misuse:
    """A line that does not meet the rule of its use, why, and the cheapest that does."""

    line: BillLine
    why: Unsuitable
    swap: Swap | None = None


@dataclass(frozen=True)
class ShownOrder:
    """An order whose goods are shown, with who recorded the household's consent and when."""

    id: str
    code: str
    consent_by: str
    consent_at: datetime


@dataclass(frozen=True)
class Visit:
    """People who came on a day."""

    id: str
    day: date
    people: int


@dataclass(frozen=True)
class UsedGoods:
    """How much of a product arrived at a public project; `quantity` counts in `unit`."""

    project_id: str
    name_zh: str
    name_en: str
    region: RegionCode
    year: int
    quantity: Decimal
    unit: str


@dataclass(frozen=True)
class ProjectCard:
    """A project in a list."""

    id: str
    region: RegionCode
    kind: ProjectKind
    state: ProjectState
    name_zh: str
    name_en: str
    summary_zh: str
    summary_en: str
    archetype: str
    energy: Energy
    goods_fen: Fen
    lines: int
    submitted_at: datetime | None
    published_at: datetime | None
    photo: FileView | None

    @property
    def summary(self) -> Mapping[str, str]:
        return {"name_zh": self.summary_zh, "name_en": self.summary_en}


@dataclass(frozen=True)
class ProjectView:
    """A whole project."""

    id: str
    region: RegionCode
    state: ProjectState
    draft: ProjectDraft
    bill: tuple[BillLine, ...]
    orders: tuple[ShownOrder, ...]
    photos: tuple[FileView, ...]
    visits: tuple[Visit, ...]
    reason: str
    created_by: str
    submitted_by: str
    submitted_region: RegionCode
    submitted_at: datetime | None
    decided_at: datetime | None
    published_at: datetime | None

    @property
    def name_zh(self) -> str:
        return self.draft.title_zh

    @property
    def name_en(self) -> str:
        return self.draft.title_en

    @property
    def summary(self) -> Mapping[str, str]:
        return {"name_zh": self.draft.summary_zh, "name_en": self.draft.summary_en}

    @property
    def goods_fen(self) -> Fen:
        """What the goods cost by their prices when they were ordered."""
        return sum(line.amount_fen for line in self.bill)

    @property
    def visitors(self) -> int:
        return sum(visit.people for visit in self.visits)
