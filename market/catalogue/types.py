"""What other packages may know of kinds, products, listings and stock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from market.catalogue.attributes import AttributeValue
from market.catalogue.carbon_label import CarbonLabel, label_json, label_of
from market.catalogue.cited import Cited
from market.catalogue.contents import Content
from market.catalogue.index_types import IndexOffer, IndexProduct, IndexText
from market.catalogue.kind_types import GroupView, KindDetails, KindView, Risk, Scheme
from market.catalogue.local_areas import admits
from market.catalogue.shelf_types import Facets, ListingFilter, ShelfRow
from market.catalogue.stock_types import (
    Allocation,
    CartTurn,
    CartWish,
    Demand,
    Movement,
    MovementKind,
    Shelf,
    StockLevel,
)
from market.certification.types import CertificateView
from market.kernel.paging import Page
from market.kernel.region_code import RegionCode
from market.media.queries import FileView
from market.sellers.types import SellerView

__all__ = [
    "Allocation",
    "CarbonLabel",
    "CartTurn",
    "CartWish",
    "Demand",
    "Facets",
    "GroupView",
    "IndexOffer",
    "IndexProduct",
    "IndexText",
    "KindDetails",
    "KindView",
    "ListingFilter",
    "Movement",
    "MovementKind",
    "Risk",
    "Scheme",
    "Shelf",
    "ShelfRow",
    "StockLevel",
    "label_json",
    "label_of",
]


class ProductState(StrEnum):
    """Where a product stands."""

    DRAFT = "draft"
    LIVE = "live"
    PAUSED = "paused"
    ARCHIVED = "archived"


class ListingState(StrEnum):
    """Where a listing stands."""

    DRAFT = "draft"
    LIVE = "live"
    PAUSED = "paused"
    ARCHIVED = "archived"


class CarbonTrust(StrEnum):
    """How far a carbon figure can be relied on."""

    VERIFIED = "verified"
    DECLARED = "declared"
    AVERAGE = "average"


class Dimension(StrEnum):
    """The six dimensions a product gives evidence on."""

    ENERGY = "energy"
    EMISSION = "emission"
    CARBON = "carbon"
    SAFETY = "safety"
    EASE = "ease"
    CIRCULAR = "circular"


class Sort(StrEnum):
    """Orders of a list."""

    UNIT_PRICE = "price"
    UNIT_PRICE_DOWN = "price_down"
    NEWEST = "newest"
    EFFECT = "effect"  # by metric, then the price of the same effect; without one last
    SALES = "sales"


PROOFS = ("certificate", "report")


@dataclass(frozen=True)
class Evidence:
    """One of the six dimensions: a statement and where it comes from, or a gap."""

    dimension: Dimension
    value: str | None = None
    source: str | None = None
    value_en: str | None = None
    proof: str | None = None  # one of PROOFS: the paper that shows it

    @property
    def is_gap(self) -> bool:
        return not self.value


@dataclass(frozen=True)
class Carbon:
    """Embodied carbon per declared unit; `None` in a product means no data, never zero."""

    kg_per_unit: Decimal
    source: str
    trust: CarbonTrust
    label: CarbonLabel | None = None  # of a verified figure: by which declaration, until when


@dataclass(frozen=True)
class ProductDetails:
    """What a maker fills in for a product."""

    kind_code: str
    name_zh: str
    unit: str
    name_en: str = ""
    model: str = ""
    use_zh: str = ""
    use_en: str = ""
    certificate_id: str | None = None
    standard: str = ""
    report_number: str = ""
    report_issued_on: date | None = None
    report_file_id: str | None = None
    life_years: int | None = None
    carbon: Carbon | None = None
    material_key: str | None = None
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)
    evidence: Sequence[Evidence] = ()


@dataclass(frozen=True)
class VariantDetails:
    """A pack size: `pack_size` declared units in one pack that weighs `weight_g`."""

    label_zh: str
    pack_size: Decimal
    weight_g: int
    label_en: str = ""


@dataclass(frozen=True)
class ListingDetails:
    """A seller's terms for one variant; the price is per pack."""

    price_fen: int
    min_packs: int = 1
    lead_days: int = 3
    made_to_order: bool = False


@dataclass(frozen=True)
class VariantView:
    """A pack size."""

    id: str
    product_id: str
    label_zh: str
    label_en: str
    pack_size: Decimal
    unit: str
    weight_g: int
    is_open: bool = True

    @property
    def name_zh(self) -> str:
        return self.label_zh

    @property
    def name_en(self) -> str:
        return self.label_en


@dataclass(frozen=True)
class ProductView:
    """A product as its maker and the product page see it."""

    id: str
    maker_id: str
    maker_name: str
    kind_code: str
    name_zh: str
    name_en: str
    model: str
    use_zh: str
    use_en: str
    unit: str
    state: ProductState
    certificate_id: str | None
    standard: str
    report_number: str
    report_issued_on: date | None
    report_file_id: str | None
    life_years: int | None
    carbon: Carbon | None
    material_key: str | None
    attributes: Mapping[str, AttributeValue]
    evidence: tuple[Evidence, ...]
    created_at: datetime
    published_at: datetime | None
    held_since: datetime | None = None
    barred_since: datetime | None = None
    barred_until: datetime | None = None
    local_areas: str = ""
    batches_until: datetime | None = None
    manual_version: int | None = None
    contents: tuple[Content, ...] = ()
    unfit_from: datetime | None = None
    cited: tuple[Cited, ...] = ()
    label: CarbonLabel | None = None

    def carbon_on(self, day: date) -> Carbon | None:
        """What is known on a day: the verified label while it holds, else the maker's figure."""
        if self.label is None or not self.label.holds_on(day):
            return self.carbon
        return Carbon(self.label.kg_per_unit, self.label.verifier, CarbonTrust.VERIFIED, self.label)

    @property
    def details(self) -> ProductDetails:
        """What the maker filled in, for editing."""
        return ProductDetails(
            kind_code=self.kind_code,
            name_zh=self.name_zh,
            unit=self.unit,
            name_en=self.name_en,
            model=self.model,
            use_zh=self.use_zh,
            use_en=self.use_en,
            certificate_id=self.certificate_id,
            standard=self.standard,
            report_number=self.report_number,
            report_issued_on=self.report_issued_on,
            report_file_id=self.report_file_id,
            life_years=self.life_years,
            carbon=self.carbon,
            material_key=self.material_key,
            attributes=dict(self.attributes),
            evidence=self.evidence,
        )


@dataclass(frozen=True)
class OnSale:
    """A product on sale at a seller, with its kind's spot-check risk (low, medium, high)."""

    product_id: str
    seller_id: str
    risk: str


@dataclass(frozen=True)
class ListingView:
    """A seller's offer of one variant, as cart, checkout and bundles see it.

    `sellable` says whether the gate is open now; `available` is the free stock in packs,
    None when made to order. A sold-out listing is still `sellable`.
    """

    id: str
    product_id: str
    product_name: str
    kind_code: str
    kind_name: str
    certifiable: bool
    seller_id: str
    seller_name: str
    variant_id: str
    pack_size: Decimal
    unit: str
    weight_g: int
    price_fen: int
    min_packs: int
    lead_days: int
    made_to_order: bool
    available: int | None
    certificate: CertificateView | None
    star: int | None
    carbon_kg_per_unit: Decimal | None
    sellable: bool
    unsellable_reason: str | None
    unit_price_milli_fen: int = 0
    product_name_en: str = ""
    kind_name_en: str = ""
    group_code: str = ""
    variant_label: str = ""
    variant_label_en: str = ""
    material_key: str | None = None
    carbon_trust: str | None = None
    life_years: int | None = None
    maker_id: str = ""
    picture: str = ""
    photo: FileView | None = None
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)
    state: str = "live"
    model: str = ""
    was_fen: int | None = None  # the true lowest price of 30 days, to be struck out
    held_since: datetime | None = None
    shut: "tuple[Blocker, ...]" = ()  # what shuts the gate now
    local_areas: str = ""
    carbon_label: CarbonLabel | None = None  # while it holds
    maker_region: str = ""  # digits of the place it is made in
    sold: int = 0  # packs paid for in the last 90 days and not given back
    stocked: bool = False  # whether packs are there that no order has, in carts or not

    @property
    def lies_in_carts(self) -> bool:
        """Whether the last packs are kept for carts of others, from where they may come back."""
        return self.stocked and self.available is not None and self.available <= 0

    @property
    def name_zh(self) -> str:
        return self.product_name

    @property
    def name_en(self) -> str:
        return self.product_name_en

    @property
    def unit_price_fen(self) -> int:
        """Price of one declared unit, rounded half up to the fen; for display only."""
        return (self.unit_price_milli_fen + 500) // 1000

    @property
    def certified(self) -> bool:
        """Whether the goods count as certified when the gate is open."""
        return self.certifiable and not self.is_local

    @property
    def is_local(self) -> bool:
        """Whether only local lists let it be sold."""
        return self.certificate is None and bool(self.local_areas)

    def may_go_to(self, region: RegionCode | None, at: datetime) -> bool:
        """Whether it may be sold to a place: goods of local lists only inside their regions."""
        return not self.is_local or admits(self.local_areas, region, at)


@dataclass(frozen=True)
class ListingPage:
    """A page of listings with its facets."""

    page: Page[ListingView]
    facets: Facets


ONLY_TO_PUBLISH = frozenset({
    "batch_missing", "manual_missing", "variant_missing", "standard_superseded",
    "standard_withdrawn", "standard_unread",
})  # fmt: skip


@dataclass(frozen=True)
class Blocker:
    """One reason why something cannot go (or is not) live, with what fills its sentence."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def told(self) -> dict[str, object]:
        """What fills the sentence; what nobody knows is a dash."""
        return {key: "—" if value is None else value for key, value in self.params.items()}

    @property
    def since(self) -> date | None:
        """The day it began; None where nobody knows, or where it never was otherwise."""
        day = self.params.get("since")
        return date.fromisoformat(day) if isinstance(day, str) else None

    @property
    def until(self) -> date | None:
        """The day it ends by itself; None where it does not."""
        day = self.params.get("until")
        return date.fromisoformat(day) if isinstance(day, str) else None

    @property
    def only_to_publish(self) -> bool:
        """Whether it is asked for when publishing; what is on sale already stays there."""
        return self.code in ONLY_TO_PUBLISH


@dataclass(frozen=True)
class ProductPage:
    """Everything the public page of one product needs."""

    product: ProductView
    kind: KindView
    certificate: CertificateView | None
    listings: tuple[ListingView, ...]
    sellers: Mapping[str, SellerView]
    revision: int  # of the product row these were read with, or older than they are
    photos: tuple[FileView, ...] = ()
    shut: tuple[Blocker, ...] = ()  # why the gate is shut now, whoever sells it
    maker: SellerView | None = None

    @property
    def is_on_sale(self) -> bool:
        return any(listing.sellable for listing in self.listings)


@dataclass(frozen=True)
class ProductRow:
    """A product in the maker's list, with its blockers in words."""

    product: ProductView
    kind: KindView
    certificate: CertificateView | None
    blockers: tuple[Blocker, ...]
    listings: int
    live_listings: int

    @property
    def hiding(self) -> tuple[Blocker, ...]:
        """What keeps it from being sold."""
        return tuple(blocker for blocker in self.blockers if not blocker.only_to_publish)

    @property
    def to_publish(self) -> tuple[Blocker, ...]:
        """What is missing to publish it, but keeps nothing on sale from being sold."""
        return tuple(blocker for blocker in self.blockers if blocker.only_to_publish)


@dataclass(frozen=True)
class Offer:
    """What a cart remembers of a listing."""

    price_fen: int
    product_name: str
    product_id: str
    shelf: Shelf


@dataclass(frozen=True)
class ListingRow:
    """A listing in the seller's list: whether households see it, and why not."""

    listing: ListingView
    visible: bool
    blockers: tuple[Blocker, ...]


@dataclass(frozen=True)
class OwnListing:
    """A seller's own listing: its terms and its state."""

    id: str
    variant_id: str
    details: ListingDetails
    state: str


@dataclass(frozen=True)
class DeskGoods:
    """The products a seller makes or sells, their pack sizes, its listings and its stock.

    `blockers` says by product what would hide a listing of this seller that went live now;
    `levels` holds (on hand, reserved) by listing and warehouse.
    """

    products: Mapping[str, ProductView]
    variants: Mapping[str, VariantView]
    listings: Mapping[str, OwnListing]
    levels: Mapping[tuple[str, str], tuple[int, int]]
    blockers: Mapping[str, tuple[Blocker, ...]]
