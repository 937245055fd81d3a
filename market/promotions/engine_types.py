"""What goes into the promotion engine and what comes out. All frozen, all plain."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from market.kernel.money import Fen
from market.kernel.region_code import RegionCode
from market.promotions.bundle_rule import BundleRule

WHOLE = 10_000  # basis points
MOST_JOINED = 300  # packs of a household in a group purchase whose owner sets no limit


class Owner(StrEnum):
    """Whose promotion it is."""

    SELLER = "seller"
    PLATFORM = "platform"
    REGION = "region"


class Layer(StrEnum):
    """Listings first; then what concerns the order, worked out on what is left of them."""

    LISTING = "listing"
    ORDER = "order"


class Channel(StrEnum):
    """Where a promotion is used: on this site, at a shop's till, or both."""

    ONLINE = "online"
    OFFLINE = "offline"
    BOTH = "both"


class BenefitKind(StrEnum):
    """The ways to give something."""

    PERCENT = "percent"
    AMOUNT = "amount"
    THRESHOLD = "threshold"
    QUANTITY = "quantity"
    NTH_ITEM = "nth_item"
    BUY_GET = "buy_get"
    BUNDLE_PRICE = "bundle_price"
    FREE_DELIVERY = "free_delivery"
    TRADE_IN = "trade_in"
    GROUP_BUY = "group_buy"


class PromotionState(StrEnum):
    """draft → live (from its start to its end) → stopped. Dates and budget are looked at apart."""

    DRAFT = "draft"
    LIVE = "live"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Step:
    """One rung of a 满减 ladder."""

    at_least_fen: Fen
    off_fen: Fen


@dataclass(frozen=True, slots=True)
class Tier:
    """From so many packs on, so much off each."""

    at_least: int
    basis_points: int


@dataclass(frozen=True, slots=True)
class BundlePart:
    """So many packs of a product belong to a set; the name is for the explanation."""

    product_id: str
    quantity: int
    name: str = ""
    name_en: str = ""

    @property
    def name_zh(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Benefit:
    """What is given.

    `every` is the n of "every nth" and "any n for", and the X of "buy X get Y" (`get` is Y).
    `times` is how often it repeats in one order, 0 without end. `amount_fen` is an amount off,
    the price of a set, or the amount for each piece traded in.
    """

    kind: BenefitKind
    basis_points: int = 0
    amount_fen: Fen = 0
    steps: tuple[Step, ...] = ()
    cap_fen: Fen | None = None
    tiers: tuple[Tier, ...] = ()
    every: int = 0
    get: int = 0
    times: int = 1
    same_item: bool = False
    gift_listing_id: str = ""
    parts: tuple[BundlePart, ...] = ()
    closes_at: datetime | None = None
    drop_point: str = ""
    drop_point_id: str = ""  # the pick-up point that is, if it is one
    most_packs: int = 0

    @property
    def most_joined(self) -> int:
        """With how many packs one household may join: what its owner says, else what a large
        house takes, so that nobody lifts the tier of all alone by a number made up."""
        return self.most_packs or MOST_JOINED


@dataclass(frozen=True, slots=True)
class Conditions:
    """When it applies. Empty collections mean "all". Region prefixes as trimmed codes.

    `from_minute` and `to_minute` bound the day in Shanghai, `weekdays` count from Monday = 0.
    Of `flags` the household needs one.
    """

    starts_at: datetime
    ends_at: datetime
    region_prefixes: frozenset[str] = frozenset()
    kind_codes: frozenset[str] = frozenset()
    product_ids: frozenset[str] = frozenset()
    min_amount_fen: Fen = 0
    certified_only: bool = False
    min_star: int = 0
    min_quantity: int = 0
    seller_ids: frozenset[str] = frozenset()
    zones: frozenset[str] = frozenset()
    channel: Channel = Channel.ONLINE
    weekdays: frozenset[int] = frozenset()
    from_minute: int = 0
    to_minute: int = 1440
    campaign_id: str = ""
    flags: frozenset[str] = frozenset()
    first_order: bool = False
    bundle: BundleRule | None = None


@dataclass(frozen=True, slots=True)
class Bearing:
    """Who bears a part of the cost: seller, maker, platform, or region:<code>."""

    bearer: str
    basis_points: int = WHOLE


@dataclass(frozen=True)  # no slots: what is worked out of one is kept on it
class PromotionSpec:
    """One promotion as the engine sees it.

    `codes` are those of the shopper's typed codes that belong to it, `open_code` the first of
    them with uses left; `needs_code` without any means the shopper did not type one.
    `budget_left_fen` None: no budget set. Without `layer` a seller's promotion is about
    listings, any other about the order; without `bearings` its `bearer` bears all of it.
    """

    id: str
    name: str
    owner: Owner
    benefit: Benefit
    conditions: Conditions
    seller_id: str | None = None
    name_en: str = ""
    state: PromotionState = PromotionState.LIVE
    needs_code: bool = False
    codes: frozenset[str] = frozenset()
    open_code: str = ""
    code_uses_left: int | None = None
    budget_fen: Fen | None = None
    budget_left_fen: Fen | None = None
    uses_left: int | None = None
    household_limit: int | None = None
    asks_household: bool = False
    group: str = ""
    exclusive: bool = False
    priority: int = 0
    bearer: str = ""
    layer: Layer | None = None
    bearings: tuple[Bearing, ...] = ()

    @cached_property
    def works_on(self) -> Layer:
        """The layer in which it is worked out."""
        if self.layer is not None:
            return self.layer
        return Layer.LISTING if self.owner is Owner.SELLER else Layer.ORDER

    @cached_property
    def borne(self) -> tuple[Bearing, ...]:
        """Who bears it, with shares that add up to the whole."""
        return self.bearings or (Bearing(self.bearer),)

    @cached_property
    def sole_bearer(self) -> str | None:
        """Who bears all of it whatever the line; None when it is split or depends on the maker."""
        first, *others = self.borne
        return None if others or first.bearer == "maker" else first.bearer

    @cached_property
    def asks_amount(self) -> bool:
        """Whether it asks for a least amount or a least number of packs."""
        return bool(self.conditions.min_amount_fen or self.conditions.min_quantity)

    @cached_property
    def code(self) -> str:
        """The shopper's code that it is used with."""
        return self.open_code or min(self.codes, default="")


@dataclass(frozen=True, slots=True)
class PricedLine:
    """One line of a cart with its price; `key` names it in the answer, `group` the lines that came
    in as one, `bundle_id` the bundle these were made from."""

    key: str
    listing_id: str
    product_id: str
    kind_code: str
    seller_id: str
    quantity: int
    unit_price_fen: Fen
    amount_fen: Fen
    star: int | None = None
    certified: bool = False
    region: RegionCode | None = None
    maker_id: str = ""
    group: str = ""
    bundle_id: str = ""


@dataclass(frozen=True, slots=True)
class GiftOffer:
    """A listing that can be given away: its price, and what no line of the cart needs."""

    listing_id: str
    seller_id: str
    maker_id: str
    unit_price_fen: Fen
    available: int | None = None


@dataclass(frozen=True, slots=True)
class ProofState:
    """Pieces a household has handed in: accepted and not yet used, and still looked at."""

    accepted: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class GroupState:
    """A group purchase: packs this household joined with and has not bought, packs of all."""

    joined: int = 0
    total: int = 0
    closed: bool = True  # counted for good; False while late joins may still be under way


@dataclass(frozen=True, slots=True)
class Caps:
    """The most that all promotions together may take off a line, and off the whole order."""

    line_bp: int = WHOLE
    order_bp: int = WHOLE


@dataclass(frozen=True, slots=True)
class Situation:
    """Who buys, where, when, how, with which codes, and what is known of the household.

    `enrolled` names the sellers of each campaign; `first_order` None: nobody signed in.
    `household_stated` False: signed in, and the account states no household.
    """

    now: datetime
    region: RegionCode | None = None
    household_id: str | None = None
    coupon_codes: tuple[str, ...] = ()
    uses_by_promotion: Mapping[str, int] = field(default_factory=dict)
    used_at: Mapping[str, datetime] = field(default_factory=dict)
    household_stated: bool = True
    zone: str = ""
    channel: Channel = Channel.ONLINE
    household_flags: frozenset[str] = frozenset()
    first_order: bool | None = None
    freight: Mapping[str, Fen] = field(default_factory=dict)
    gifts: Mapping[str, GiftOffer] = field(default_factory=dict)
    proofs: Mapping[str, ProofState] = field(default_factory=dict)
    groups: Mapping[str, GroupState] = field(default_factory=dict)
    enrolled: Mapping[str, frozenset[str]] = field(default_factory=dict)
    caps: Caps = field(default_factory=Caps)


class Adjustment(NamedTuple):
    """A signed amount on one line, or (`line_key` None) on the freight of `seller_id`.

    One per bearer.
    """

    promotion_id: str
    label: str
    line_key: str | None
    amount_fen: Fen
    bearer: str
    label_en: str = ""
    seller_id: str = ""


class Gift(NamedTuple):
    """Packs of a listing given with the order; its adjustment carries `key`."""

    promotion_id: str
    key: str
    listing_id: str
    quantity: int
    value_fen: Fen


class Verdict(NamedTuple):
    """What became of one promotion: the amount applied, or the first rule that failed.

    Applied ones are numbered in the order in which they were worked out (`position`), on
    `base_fen`; `cut_fen` is what the cap named by `cut_by` kept back. A tuple, like adjustments.
    """

    promotion_id: str
    name: str
    applied_fen: Fen
    reason_code: str
    reason_params: Mapping[str, object]
    owner: Owner | None = None
    code: str = ""
    name_en: str = ""
    layer: Layer | None = None
    kind: BenefitKind | None = None
    position: int = 0
    base_fen: Fen = 0
    cut_fen: Fen = 0
    cut_by: str = ""
    uses: int = 1

    @property
    def applied(self) -> bool:
        return self.applied_fen > 0


class Taken(NamedTuple):
    """What one bearer gives off some lines by one promotion."""

    promotion: PromotionSpec
    bearer: str
    lines: Sequence[PricedLine]
    parts: Sequence[Fen]

    @property
    def adjustments(self) -> Iterator[Adjustment]:
        """One for each line that gets something."""
        spec, bearer = self.promotion, self.bearer
        name, name_en = spec.name, spec.name_en
        for line, part in zip(self.lines, self.parts, strict=True):
            if part:
                yield Adjustment(spec.id, name, line.key, -part, bearer, name_en)


@dataclass(frozen=True)  # no slots: adjustments are made when somebody asks, then kept
class Evaluation:
    """All that is taken off, the gifts, and a verdict for every promotion looked at.

    `off` is what is taken off each line and gift, by key.
    """

    taken: tuple[Taken | Adjustment, ...]
    verdicts: tuple[Verdict, ...]
    gifts: tuple[Gift, ...] = ()
    off: Mapping[str, Fen] = field(default_factory=dict)

    @cached_property
    def adjustments(self) -> tuple[Adjustment, ...]:
        """What is taken off, by line or freight and by bearer."""
        found: list[Adjustment] = []
        for one in self.taken:
            if isinstance(one, Taken):
                found += one.adjustments
            else:
                found.append(one)
        return tuple(found)

    @cached_property
    def by_line(self) -> Mapping[str, Sequence[Adjustment]]:
        """The adjustments of each line and gift."""
        found: dict[str, list[Adjustment]] = {}
        for item in self.adjustments:
            if item.line_key is not None:
                found.setdefault(item.line_key, []).append(item)
        return found

    @property
    def of_freight(self) -> Iterator[Adjustment]:
        """The adjustments of freight."""
        for one in self.taken:
            if isinstance(one, Adjustment) and one.line_key is None:
                yield one

    @property
    def discount_fen(self) -> Fen:
        return sum(fen for _, fen in self._borne())

    def borne_by(self, bearer: str) -> Fen:
        """What one bearer gives."""
        return sum(fen for who, fen in self._borne() if who == bearer)

    def _borne(self) -> Iterator[tuple[str, Fen]]:
        for one in self.taken:
            yield one.bearer, sum(one.parts) if isinstance(one, Taken) else -one.amount_fen

    def by_promotion(self) -> dict[str, Fen]:
        """Positive discount per promotion, for reserving budgets."""
        totals: dict[str, Fen] = {}
        for item in self.adjustments:
            totals[item.promotion_id] = totals.get(item.promotion_id, 0) - item.amount_fen
        return totals
