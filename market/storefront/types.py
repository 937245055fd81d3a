"""What the pages of the shop window are made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from market.bundles.types import BundleCard
from market.catalogue.types import GroupView, KindView, ListingView, ProductPage
from market.certification.types import CertificateView
from market.kernel.money import Fen
from market.kernel.paging import Page
from market.picks.types import NOTHING, Favoured, Pick
from market.promotions.types import PromotionSpec
from market.sellers.types import SellerView
from market.storefront.figures import Figures
from market.storefront.nearness import Near
from market.storefront.rules import Delivered, Functional, Purchase

LONG_FACET = 12
FIGURE = "a_"  # begins the names of filters by figures


class Sort(StrEnum):
    """How a list is ordered. There is no paid rank."""

    EFFECT = "effect"
    DELIVERED = "delivered"
    NEWEST = "newest"
    RELEVANCE = "relevance"
    PRICE = "price"
    SALES = "sales"
    LOCAL = "local"
    FAVOURED = "favoured"


@dataclass(frozen=True)
class Choice:
    """What a visitor asked of a list; unset fields do not restrict."""

    kinds: frozenset[str] = frozenset()
    stars: frozenset[int] = frozenset()
    sellers: frozenset[str] = frozenset()
    in_stock: bool = False
    delivers: bool = False
    # (key of a figure, its chosen tokens), see `figures.py`
    figures: tuple[tuple[str, frozenset[str]], ...] = ()
    sort: Sort = Sort.EFFECT
    number: int = 1

    @property
    def filters(self) -> int:
        """How many restrictions are on."""
        named = len(self.kinds) + len(self.stars) + len(self.sellers)
        figures = sum(len(tokens) for _, tokens in self.figures)
        return named + figures + self.in_stock + self.delivers


@dataclass(frozen=True, slots=True)
class Offer:
    """A shown listing with its price at the visitor's place; `delivered` None: out of reach."""

    listing_id: str
    product_id: str
    seller_id: str
    star: int
    in_stock: bool
    published: float
    unit: str
    delivered: Delivered | None
    functional: Functional | None
    price: int = 0  # of one unit at the seller's door, in thousandths of a fen
    sold: Decimal = Decimal(0)  # units, lately
    made: str = ""  # the county it is made in


@dataclass(frozen=True)
class Stock:
    """Everything for sale in one kind, priced for one place."""

    offers: tuple[Offer, ...]
    seller_names: dict[str, str]
    figures: Figures = field(default_factory=Figures)

    @property
    def size(self) -> int:
        """The bytes it takes, about: measured, not counted."""
        columns, rows = len(self.figures.columns), len(self.figures.rows)
        names = 200 * len(self.seller_names)
        return 360 * len(self.offers) + names + rows * (60 + 8 * columns) + 500


@dataclass(frozen=True)
class Counts:
    """How many products each value of each facet would leave."""

    total: int
    kinds: dict[str, int]
    stars: dict[int, int]
    sellers: dict[str, int]
    in_stock: int | None = None
    delivers: int | None = None
    figures: dict[str, dict[str, int]] = field(default_factory=dict)  # by key and token


@dataclass(frozen=True)
class ProductCard:
    """One product of a list, as `product_card` draws it."""

    href: str
    kind_code: str
    group_code: str
    name_zh: str
    name_en: str
    certifiable: bool
    cert: CertificateView | None
    price_fen: int | None
    unit: str
    place: str | None
    per: str | None = None
    tag: str | None = None
    reason: str | None = None
    local: bool = False
    parts: tuple[tuple[str, bool], ...] = ()  # the name, with what a search asked for
    seller: str | None = None  # in lists where one product stands once per seller


@dataclass(frozen=True)
class FavouredRow:
    """One product that a place prefers, with why: who recommends it, or how many households of
    the county bought it (0: not told)."""

    card: ProductCard
    pick: Pick | None
    households: int


@dataclass(frozen=True)
class FacetRow:
    """One value of a facet with its count; a count of 0 stays visible."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """A group of checkboxes named like its query parameter."""

    name: str
    title: str
    rows: tuple[FacetRow, ...]
    is_shut: bool = False

    @property
    def is_open(self) -> bool:
        """A long group, or one that is one of many, stays shut until something in it is chosen."""
        short = len(self.rows) <= LONG_FACET and not self.is_shut
        return short or any(row.chosen for row in self.rows)


@dataclass(frozen=True)
class Shelf:
    """One page of a list with the counts beside it: of products, each at its best offer, or of
    single offers, where a product stands once per seller."""

    page: Page[ListingView]
    offers: dict[str, Offer]
    counts: Counts
    seller_names: dict[str, str]
    sorts: tuple[Sort, ...]
    promotions: dict[str, PromotionSpec]
    by_offer: bool = False
    near: Mapping[str, Near] = field(default_factory=dict)  # by county, when that is the order
    favoured: Favoured = NOTHING  # at the place, when that is the order
    sort: Sort | None = None  # what it is ordered by


@dataclass(frozen=True)
class Aisle:
    """What the list of kinds shows: groups, their kinds and how much is for sale in each.

    The page of a kind lists products (`counts`), that of a group the offers (`offers`).
    """

    groups: tuple[GroupView, ...]
    kinds: tuple[KindView, ...]
    counts: dict[str, int]
    offers: dict[str, int]

    def of_group(self, code: str) -> list[KindView]:
        """The kinds of one group."""
        return [kind for kind in self.kinds if kind.group_code == code]

    def total(self, code: str) -> int:
        """How many offers a group has."""
        return sum(self.offers.get(kind.code, 0) for kind in self.of_group(code))


@dataclass(frozen=True)
class Stall:
    """One seller's listing on a product page, at the visitor's place and amount."""

    listing: ListingView
    seller: SellerView | None
    delivered: Delivered | None
    purchase: Purchase

    @property
    def is_out(self) -> bool:
        """Whether less than the smallest sale is left."""
        left = self.listing.available
        return left is not None and left < self.listing.min_packs

    @property
    def can_buy(self) -> bool:
        """Whether it reaches the place and something is left."""
        return self.delivered is not None and not self.is_out


@dataclass(frozen=True)
class Asked:
    """What a visitor typed on a product page."""

    amount: Decimal | None = None
    loss: int | None = None
    listing_id: str | None = None
    typed: str = ""
    error: str = ""
    # Packs that could not be put into the cart: what was typed, and why not.
    packs: str = ""
    packs_error: str = ""
    # Nothing was typed: the price of a unit is to be that of lists, at exactly their amount.
    as_listed: bool = False


@dataclass(frozen=True)
class EvidenceCell:
    """One of the six dimensions as it is drawn; without a value it is a gap. `href` leads to the
    paper, `link` is its word."""

    key: str
    value: str | None
    source: str
    href: str | None = None
    link: str | None = None


@dataclass(frozen=True)
class ProductShow:
    """Everything the product page draws."""

    found: ProductPage
    stalls: tuple[Stall, ...]
    chosen: Stall | None
    saving_fen: Fen
    promotions: tuple[PromotionSpec, ...]
    functional: Functional | None
    bundles: tuple[BundleCard, ...] = ()
