"""Values of the bundles package that others may hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from market.bundles.carbon import CarbonTotal
from market.bundles.house import HouseAnswers
from market.bundles.insulation import UCheck
from market.bundles.packing import Cover
from market.bundles.takeoff import SlotFormula, TakeOff
from market.catalogue.types import ListingView
from market.kernel.money import Fen
from market.kernel.region_code import RegionCode
from market.uses.types import Unsuitable

GUEST_COOKIE = "house"  # the guest's token for configurations; see `Owner`


class BundleState(StrEnum):
    """draft → live → retired; only live bundles are offered, carts keep their version."""

    DRAFT = "draft"
    LIVE = "live"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Slot:
    """One material of a bundle and the formula of its quantity."""

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

    @property
    def formula(self) -> SlotFormula:
        """The part the take-off needs."""
        return SlotFormula(self.key, self.unit, self.quantity, self.waste, self.zone_factors)

    @property
    def purpose(self) -> Mapping[str, str]:
        """What it is for, in both languages."""
        return {"name_zh": self.purpose_zh or self.name_zh, "name_en": self.purpose_en}

    @property
    def note(self) -> Mapping[str, str]:
        return {"name_zh": self.note_zh, "name_en": self.note_en}


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

    @property
    def summary(self) -> Mapping[str, str]:
        return {"name_zh": self.summary_zh, "name_en": self.summary_en}

    def suits(self, zone: str | None) -> bool:
        """Whether it is meant for a climate zone."""
        return "all" in self.zones or (zone is not None and zone in self.zones)


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


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose configuration: an account, or the bearer of a guest cookie."""

    account_id: str | None = None
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """Everything a household chose: its house and an option per slot ("" = leave it out)."""

    house: HouseAnswers = field(default_factory=HouseAnswers)
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Configuration:
    """A stored choice of a bundle, editable by its link."""

    id: str
    bundle_id: str
    bundle_version: int
    slug: str
    choices: Choices
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Option:
    """One seller's product for a slot, in the packs that cover it at least cost."""

    key: str
    listing: ListingView
    cover: Cover
    lead_days: int
    weight_g: int = 0
    freight_fen: Fen = 0
    packs: tuple[tuple[ListingView, int], ...] = ()

    @property
    def cost_fen(self) -> Fen:
        return self.cover.cost_fen


@dataclass(frozen=True, slots=True)
class Refused:
    """A product on offer for a slot whose use does not allow it."""

    key: str
    listing: ListingView
    why: Unsuitable


@dataclass(frozen=True, slots=True)
class FilledSlot:
    """A slot with its quantity, its options by price and the chosen one.

    `problem` is none_here (nobody delivers it), none_suitable (only what its use refuses),
    stock_short (not enough left), choice_gone (the earlier choice is no longer on offer, the
    cheapest stands in) or unsuitable (the choice is refused by the slot's use, likewise).
    `refused` holds one listing of each product that the use does not allow, with the reason.
    """

    slot: Slot
    take_off: TakeOff
    options: tuple[Option, ...]
    chosen: Option | None
    skipped: bool = False
    problem: str = ""
    refused: tuple[Refused, ...] = ()
    refused_choice: Refused | None = None

    @property
    def need(self) -> Decimal:
        return self.take_off.need


@dataclass(frozen=True, slots=True)
class SellerFreight:
    """Freight of one seller's part, None when it cannot be quoted."""

    seller_id: str
    seller_name: str
    goods_fen: Fen
    weight_g: int
    freight_fen: Fen | None


@dataclass(frozen=True, slots=True)
class LabourRange:
    """Labour of one row for this house, as a range (示例)."""

    row: LabourRow
    quantity: float
    low_fen: Fen
    high_fen: Fen


@dataclass(frozen=True, slots=True)
class Calculation:
    """Everything the configurator shows for one house in one township."""

    bundle: BundleView
    choices: Choices
    values: Mapping[str, float]
    region: RegionCode | None
    zone: str | None
    slots: tuple[FilledSlot, ...]
    freight: tuple[SellerFreight, ...]
    carbon: CarbonTotal
    checks: tuple[UCheck, ...]
    labour: tuple[LabourRange, ...]

    @property
    def chosen(self) -> list[FilledSlot]:
        return [item for item in self.slots if item.chosen is not None and item.need > 0]

    @property
    def unfilled(self) -> list[FilledSlot]:
        """Slots that are needed and that nobody offers here."""
        return [
            item
            for item in self.slots
            if item.chosen is None and not item.skipped and item.need > 0
        ]

    @property
    def goods_fen(self) -> Fen:
        return sum(item.chosen.cost_fen for item in self.slots if item.chosen)

    @property
    def freight_fen(self) -> Fen:
        return sum(row.freight_fen or 0 for row in self.freight)

    @property
    def total_fen(self) -> Fen:
        return self.goods_fen + self.freight_fen

    @property
    def labour_fen(self) -> tuple[Fen, Fen]:
        return sum(r.low_fen for r in self.labour), sum(r.high_fen for r in self.labour)

    @property
    def certified_fen(self) -> Fen:
        """The part of the goods that a valid certificate covers."""
        return sum(
            item.chosen.cost_fen
            for item in self.slots
            if item.chosen and item.chosen.listing.certified
        )

    @property
    def certified_share(self) -> float | None:
        return self.certified_fen / self.goods_fen if self.goods_fen else None


@dataclass(frozen=True, slots=True)
class SelectionLine:
    """Packs of one listing."""

    listing_id: str
    packs: int
    price_fen: Fen


@dataclass(frozen=True, slots=True)
class BundleSelection:
    """What goes into the cart as one group, pinned to the bundle's version."""

    bundle_id: str
    version: int
    label: str
    lines: tuple[SelectionLine, ...]
    configuration_id: str = ""
    slug: str = ""
    label_en: str = ""
