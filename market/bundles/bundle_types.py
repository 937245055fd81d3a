"""What a bundle is: slots with formulas, rules between them, labour, the zones it is for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from market.bundles.siting import ANYWHERE, Site
from market.bundles.takeoff import SlotFormula
from market.kernel.money import Fen


class BundleState(StrEnum):
    """draft → live → retired; only live bundles are offered, carts keep their version."""

    DRAFT = "draft"
    LIVE = "live"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Slot:
    """One material of a bundle and the formula of its quantity.

    `alternatives` are generic materials that may be laid instead, in the same quantity; `room`
    names the room whose inner measures a module must fit into.
    """

    key: str
    kind_code: str
    name_zh: str
    name_en: str
    unit: str
    quantity: str
    waste: float
    material_key: str | None = None
    purpose_zh: str = ""
    purpose_en: str = ""
    zone_factors: Mapping[str, float] = field(default_factory=dict)
    element: str = ""
    layers: int = 1
    note_zh: str = ""
    note_en: str = ""
    use_key: str = ""  # the application class of what fills it, see `market.uses`
    alternatives: tuple[str, ...] = ()
    lap: float = 0.0
    room: str = ""
    product_id: str = ""  # the product its author chose; others stand in where it is not sold
    product_zh: str = ""
    product_en: str = ""

    @property
    def product(self) -> Mapping[str, str]:
        """The name of the chosen product, as it was when the slot was written."""
        return {"name_zh": self.product_zh, "name_en": self.product_en}

    @property
    def materials(self) -> tuple[str | None, ...]:
        """The material it is written for, then those that may stand in for it."""
        return (self.material_key, *self.alternatives)

    @property
    def formula(self) -> SlotFormula:
        """The part the take-off needs."""
        return SlotFormula(
            self.key, self.unit, self.quantity, self.waste, self.zone_factors, self.lap
        )

    @property
    def purpose(self) -> Mapping[str, str]:
        """What it is for, in both languages."""
        return {"name_zh": self.purpose_zh or self.name_zh, "name_en": self.purpose_en}

    @property
    def note(self) -> Mapping[str, str]:
        return {"name_zh": self.note_zh, "name_en": self.note_en}


class RuleKind(StrEnum):
    """What a rule demands."""

    NEEDS = "needs"
    EXCLUDES = "excludes"


@dataclass(frozen=True, slots=True)
class Rule:
    """A needs B, or A excludes C: slots, or certain materials in them ("" = any)."""

    kind: RuleKind
    slot: str
    other: str
    material: str = ""
    other_material: str = ""
    reason_zh: str = ""
    reason_en: str = ""

    @property
    def reason(self) -> Mapping[str, str]:
        """Why, in both languages."""
        return {"name_zh": self.reason_zh, "name_en": self.reason_en}


@dataclass(frozen=True, slots=True)
class LabourRow:
    """Work that goes with a bundle: a formula and a range per unit (示例)."""

    name_zh: str
    name_en: str
    unit: str
    quantity: str
    low_fen: Fen
    high_fen: Fen


@dataclass(frozen=True, slots=True)
class Origin:
    """The demonstration project that a bundle was cloned from, with its title then."""

    id: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class BundleCard:
    """A bundle in a list."""

    id: str
    slug: str
    version: int
    state: BundleState
    name_zh: str
    name_en: str
    summary_zh: str
    summary_en: str
    zones: tuple[str, ...]
    kind_codes: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    seller_id: str = ""  # the supplier who wrote it; "" is the operator
    origin: Origin | None = None

    @property
    def summary(self) -> Mapping[str, str]:
        return {"name_zh": self.summary_zh, "name_en": self.summary_en}

    def suits(self, zone: str | None) -> bool:
        """Whether it is meant for a climate zone."""
        return "all" in self.zones or (zone is not None and zone in self.zones)

    def is_for(self, region: str | None) -> bool:
        """Whether it is meant for a place; no regions means everywhere."""
        return not self.regions or any((region or "").startswith(p) for p in self.regions)


@dataclass(frozen=True, slots=True)
class BundleView:
    """A whole bundle."""

    card: BundleCard
    targets: Mapping[str, float]
    defaults: Mapping[str, float]
    ranges: Mapping[str, tuple[float, float]]
    days: tuple[int, int]
    slots: tuple[Slot, ...]
    labour: tuple[LabourRow, ...]
    rules: tuple[Rule, ...] = ()
    site: Site = ANYWHERE

    @property
    def formulas(self) -> list[str]:
        """All formulas, for finding out which measures to ask for."""
        return [slot.quantity for slot in self.slots] + [row.quantity for row in self.labour]


@dataclass(frozen=True, slots=True)
class BundleDraft:
    """What an operator fills in about a bundle, slots apart."""

    slug: str
    name_zh: str
    name_en: str
    summary_zh: str
    summary_en: str
    zones: tuple[str, ...]
    days: tuple[int, int]
    targets: Mapping[str, float] = field(default_factory=dict)
    defaults: Mapping[str, float] = field(default_factory=dict)
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    labour: tuple[LabourRow, ...] = ()
    rules: tuple[Rule, ...] = ()
    regions: tuple[str, ...] = ()
    site: Site = ANYWHERE
    rule_lines: tuple[int, ...] = ()  # where the rules stood in what was typed, from 1


class ReviewState(StrEnum):
    """Where a supplier's version stands on its way to publication."""

    WAITING = "waiting"
    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    ENDED = "ended"  # taken back, or the supplier lost its role


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A version that was handed in, for its supplier and its reviewers."""

    id: str
    bundle: BundleView
    state: ReviewState
    region_code: str
    version: int | None
    words: str
    reason: str
    submitted_at: datetime
    decided_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether it is neither decided nor taken back."""
        return self.state in (ReviewState.WAITING, ReviewState.ASKED)
