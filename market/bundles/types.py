"""Values of the bundles package that others may hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from market.bundles.bundle_types import (
    BundleCard,
    BundleDraft,
    BundleState,
    BundleView,
    LabourRow,
    Origin,
    ReviewState,
    ReviewView,
    Rule,
    RuleKind,
    Slot,
)
from market.bundles.carbon import CarbonLine, CarbonTotal
from market.bundles.energy import Range, Saving
from market.bundles.gone_types import Gone
from market.bundles.house import HouseAnswers
from market.bundles.insulation import UCheck
from market.bundles.packing import Cover
from market.bundles.takeoff import TakeOff
from market.catalogue.types import ListingView
from market.kernel.money import Fen
from market.kernel.region_code import RegionCode
from market.uses.types import Unsuitable

__all__ = [
    "GUEST_COOKIE",
    "Aid",
    "BundleCard",
    "BundleDraft",
    "BundleSelection",
    "BundleState",
    "BundleView",
    "Calculation",
    "Choices",
    "Clash",
    "Configuration",
    "Discount",
    "FilledSlot",
    "HeatLoss",
    "HouseAnswers",
    "LabourRange",
    "LabourRow",
    "Option",
    "Origin",
    "Owner",
    "Priced",
    "Refused",
    "ReviewState",
    "ReviewView",
    "Rule",
    "RuleKind",
    "SelectionLine",
    "SellerFreight",
    "SellerPart",
    "Shared",
    "Slot",
    "UsePhase",
    "Winter",
    "selection_lines",
]

GUEST_COOKIE = "house"  # the guest's token for configurations; see `Owner`


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
    name: str = ""


@dataclass(frozen=True, slots=True)
class Shared:
    """What a short code stands for."""

    code: str
    slug: str
    version: int
    choices: Choices


@dataclass(frozen=True, slots=True)
class Option:
    """One seller's product for a slot, in the packs that cover it at least cost.

    `km` from its maker's county to the household's, `is_local` by the rule of the site, both
    None when a place is not known. `unfit` says why it cannot be chosen: too_big for the room,
    or no_size when its outer measures are not known.
    """

    key: str
    listing: ListingView
    cover: Cover
    lead_days: int
    weight_g: int = 0
    freight_fen: Fen = 0
    packs: tuple[tuple[ListingView, int], ...] = ()
    carbon: CarbonLine | None = None
    km: int | None = None
    is_local: bool | None = None
    unfit: str = ""

    @property
    def cost_fen(self) -> Fen:
        return self.cover.cost_fen

    @property
    def landed_fen(self) -> Fen:
        """With the freight of its weight; the seller's base and last mile come once for all."""
        return self.cost_fen + self.freight_fen

    @property
    def material_key(self) -> str:
        return self.listing.material_key or ""

    @property
    def star(self) -> int:
        return self.listing.star or 0

    @property
    def carbon_kg(self) -> Decimal | None:
        """Embodied carbon of what is needed; None is missing, not zero."""
        return self.carbon.kg if self.carbon else None


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
    cheapest stands in), named_gone (the author's product is not to be had here, the cheapest
    stands in) or unsuitable (the choice is refused by the slot's use, likewise).
    `refused` holds one listing of each product that the use does not allow, with the reason.
    """

    slot: Slot
    take_off: TakeOff
    options: tuple[Option, ...]
    chosen: Option | None
    skipped: bool = False
    problem: str = ""
    refused: tuple[Option, ...] = ()  # modules too large for the room
    barred: tuple[Refused, ...] = ()  # what the use does not allow
    barred_choice: Refused | None = None
    gone: Gone | None = None  # what was to be here, with why and since when nobody may sell it

    @property
    def is_bought(self) -> bool:
        """Whether something is chosen and needed."""
        return self.chosen is not None and self.need > 0

    @property
    def material_key(self) -> str:
        """The generic material that is laid: that of the choice, otherwise the slot's own."""
        own = self.chosen.material_key if self.chosen else ""
        return own or self.slot.material_key or ""

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
class Clash:
    """A rule that the choices break."""

    rule: Rule
    slot: Slot
    other: Slot

    @property
    def is_hard(self) -> bool:
        """Exclusions cannot be bought; what is needed may be in the house already."""
        return self.rule.kind is RuleKind.EXCLUDES


@dataclass(frozen=True, slots=True)
class HeatLoss:
    """One element of the house before and after: area (m²) and U (W/m²K)."""

    element: str
    area: float
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Winter:
    """The heat of a winter before and after, by the usual factors; the winter is as usual."""

    losses: tuple[HeatLoss, ...]
    air: tuple[float, float]
    h_before: float
    h_after: float
    degree_days: Range
    before_kwh: float
    after_kwh: float
    fuel: str
    fuel_is_guessed: bool
    new_fuel: str

    @property
    def is_estimated(self) -> bool:
        """Whether the place's own degree days are not known."""
        return not self.degree_days.is_exact


@dataclass(frozen=True, slots=True)
class UsePhase:
    """What a year saves, by heat and by panels; years are (soonest, usual, latest).

    After how many years the money is back depends on what is paid, see `money.py`."""

    saving: Saving
    winter: Winter | None
    solar_kw: float
    carbon_years: tuple[float | None, float | None, float | None] | None


@dataclass(frozen=True, slots=True)
class SelectionLine:
    """Packs of one listing."""

    listing_id: str
    packs: int
    price_fen: Fen


def selection_lines(slots: Sequence[FilledSlot]) -> tuple[SelectionLine, ...]:
    """The packs of all chosen options, those of one listing together."""
    packs: dict[str, SelectionLine] = {}
    for item in slots:
        for listing, count in item.chosen.packs if item.chosen else ():
            before = packs[listing.id].packs if listing.id in packs else 0
            packs[listing.id] = SelectionLine(listing.id, before + count, listing.price_fen)
    return tuple(packs.values())


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
    use: UsePhase | None = None
    clashes: tuple[Clash, ...] = ()

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
    def lines(self) -> tuple[SelectionLine, ...]:
        """What it puts into the cart."""
        return selection_lines(self.slots)

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
    def local_share(self) -> float | None:
        """The part of the goods that is made nearby; None when no maker's place is known."""
        known = [x.chosen for x in self.slots if x.chosen and x.chosen.is_local is not None]
        goods = sum(option.cost_fen for option in known)
        local = sum(option.cost_fen for option in known if option.is_local)
        return local / goods if goods else None

    @property
    def stars(self) -> dict[int, int]:
        """How many of the chosen goods have 3, 2, 1 or no stars."""
        found = {3: 0, 2: 0, 1: 0, 0: 0}
        for item in self.chosen:
            found[item.chosen.star if item.chosen else 0] += 1
        return found

    @property
    def certified_share(self) -> float | None:
        return self.certified_fen / self.goods_fen if self.goods_fen else None


@dataclass(frozen=True, slots=True)
class Discount:
    """What a promotion takes off, with how it is worked out in the visitor's language."""

    label: str
    label_en: str
    fen: Fen
    told: str = ""

    @property
    def name_zh(self) -> str:
        return self.label

    @property
    def name_en(self) -> str:
        return self.label_en or self.label


@dataclass(frozen=True, slots=True)
class Aid:
    """What a subsidy scheme gives for a selection: with how it is worked out, or else why it
    gives nothing, in the visitor's language."""

    name_zh: str
    name_en: str
    code: str
    fen: Fen
    told: str
    later: bool = False  # claimed after the purchase; else taken off when it is ordered
    example: bool = False


@dataclass(frozen=True, slots=True)
class SellerPart:
    """One seller's goods and freight before anything is taken off; no freight without a place."""

    seller_id: str
    seller_name: str
    goods_fen: Fen
    freight_fen: Fen | None
    weight_g: int


@dataclass(frozen=True, slots=True)
class Priced:
    """What a selection costs by the one pricing function, promotions included, and subsidies that
    are taken off when it is ordered. `aid` holds every scheme of the place, None without a place.

    `blocked` are the listings that cannot be bought like this, for instance because two slots
    together want more than is left; they count nothing.
    """

    goods_fen: Fen
    freight_fen: Fen
    discounts: tuple[Discount, ...]
    total_fen: Fen
    blocked: tuple[str, ...] = ()
    aid: tuple[Aid, ...] | None = None
    sellers: tuple[SellerPart, ...] = ()

    @property
    def given(self) -> tuple[Aid, ...]:
        """The schemes that give something."""
        return tuple(one for one in self.aid or () if one.fen)

    @property
    def aid_fen(self) -> Fen:
        """What all schemes give together."""
        return sum(one.fen for one in self.given)

    @property
    def taken_off(self) -> tuple[Aid, ...]:
        """What schemes take off when it is ordered."""
        return tuple(one for one in self.given if not one.later)

    @property
    def claimed(self) -> tuple[Aid, ...]:
        """What schemes give that is claimed after the purchase."""
        return tuple(one for one in self.given if one.later)

    @property
    def later_fen(self) -> Fen:
        """The part of it that is claimed after the purchase."""
        return sum(one.fen for one in self.given if one.later)


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
    held_until: datetime | None = None  # how long an older version than the newest is held
