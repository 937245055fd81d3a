"""What other packages may know of promotions; what the engine eats is in `engine_types`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from market.kernel.money import Fen
from market.kernel.region_code import RegionCode
from market.promotions.bundle_rule import BundleRule, Named
from market.promotions.engine_types import (
    Adjustment,
    Bearing,
    Benefit,
    BenefitKind,
    BundlePart,
    Caps,
    Channel,
    Conditions,
    Evaluation,
    Gift,
    GiftOffer,
    GroupState,
    Layer,
    Owner,
    PricedLine,
    PromotionSpec,
    PromotionState,
    ProofState,
    Situation,
    Step,
    Tier,
    Verdict,
)

__all__ = [
    "Adjustment",
    "Bearing",
    "Benefit",
    "BenefitKind",
    "BundlePart",
    "BundleRule",
    "Caps",
    "Channel",
    "Conditions",
    "Evaluation",
    "Gift",
    "GiftOffer",
    "GroupState",
    "Layer",
    "Named",
    "Owner",
    "PricedLine",
    "PromotionSpec",
    "PromotionState",
    "ProofState",
    "Situation",
    "Step",
    "Tier",
    "Verdict",
]


@dataclass(frozen=True, slots=True)
class Redemption:
    """One use to reserve at checkout."""

    promotion_id: str
    amount_fen: Fen
    code: str | None = None
    packs: int = 1  # pieces traded in, or packs of a group purchase


@dataclass(frozen=True, slots=True)
class PromotionDraft:
    """What its owner fills in; dates as instants, `ends_at` exclusive."""

    name: str
    benefit: Benefit
    starts_at: datetime
    ends_at: datetime
    name_en: str = ""
    region_prefixes: frozenset[str] = frozenset()
    kind_codes: frozenset[str] = frozenset()
    product_ids: frozenset[str] = frozenset()
    min_amount_fen: Fen = 0
    min_star: int = 0
    certified_only: bool = False
    budget_fen: Fen | None = None
    max_uses: int | None = None
    household_limit: int | None = None
    asks_household: bool = False  # with a limit: only for those who stated their household
    needs_code: bool = False
    group: str = ""
    exclusive: bool = False
    priority: int = 0
    layer: Layer | None = None
    bearings: tuple[Bearing, ...] = ()
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
class Facts:
    """What is known of a household and of the market, as the promotions at hand ask for it."""

    uses: Mapping[str, int] = field(default_factory=dict)
    used_at: Mapping[str, datetime] = field(default_factory=dict)
    stated: bool = True
    flags: frozenset[str] = frozenset()
    proofs: Mapping[str, ProofState] = field(default_factory=dict)
    groups: Mapping[str, GroupState] = field(default_factory=dict)
    enrolled: Mapping[str, frozenset[str]] = field(default_factory=dict)
    caps: Caps = field(default_factory=Caps)


@dataclass(frozen=True, slots=True)
class Had:
    """What a household had: how often each promotion and when last; `stated`: whether the account
    states a household (nobody is asked before signing in)."""

    uses: Mapping[str, int] = field(default_factory=dict)
    used_at: Mapping[str, datetime] = field(default_factory=dict)
    stated: bool = True


@dataclass(frozen=True, slots=True)
class Running:
    """The promotions a cart looks at, what its household had of them, and the caps on all."""

    specs: tuple[PromotionSpec, ...]
    had: Had
    caps: Caps


@dataclass(frozen=True, slots=True)
class Ownership:
    """Whose promotion is made: a seller's, a region's or the platform's."""

    owner: Owner
    seller_id: str | None = None
    region: RegionCode = field(default_factory=lambda: RegionCode(""))

    @property
    def bearer(self) -> str:
        """Who bears the cost: the seller of the line, the platform, or a region by code."""
        if self.owner is Owner.SELLER:
            return "seller"
        return f"region:{self.region}" if self.owner is Owner.REGION else "platform"


class Phase(StrEnum):
    """Where a promotion stands now: its state, dates and budget together."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    EXHAUSTED = "exhausted"
    ENDED = "ended"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class CodeView:
    """A coupon code and how often it was used."""

    id: str
    code: str
    max_uses: int | None
    uses: int


@dataclass(frozen=True, slots=True)
class PromotionView:
    """A promotion as its desk shows it."""

    id: str
    ownership: Ownership
    draft: PromotionDraft
    phase: Phase
    reserved_fen: Fen
    spent_fen: Fen
    uses: int
    created_at: datetime
    exhausted_at: datetime | None
    stopped_at: datetime | None

    @property
    def name_zh(self) -> str:
        return self.draft.name

    @property
    def name_en(self) -> str:
        return self.draft.name_en

    @property
    def left_fen(self) -> Fen | None:
        if self.draft.budget_fen is None:
            return None
        return self.draft.budget_fen - self.reserved_fen - self.spent_fen

    @property
    def used_share(self) -> float:
        """The part of the budget that is reserved or spent; 0 without a budget."""
        budget = self.draft.budget_fen
        return (self.reserved_fen + self.spent_fen) / budget if budget else 0.0


@dataclass(frozen=True, slots=True)
class RedemptionView:
    """One use, for the statistics."""

    order_id: str
    amount_fen: Fen
    state: str
    code: str | None
    reserved_at: datetime


@dataclass(frozen=True, slots=True)
class Tally:
    """How many promotions run, of these out of budget, and how many are drafts."""

    running: int
    exhausted: int
    drafts: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """Uses and spend, freed ones apart."""

    reserved: int
    settled: int
    freed: int
    reserved_fen: Fen
    settled_fen: Fen
    households: int
    recent: tuple[RedemptionView, ...]


@dataclass(frozen=True, slots=True)
class GroupView:
    """A village's purchase as its page shows it."""

    closes_at: datetime
    closed_at: datetime | None
    total: int
    mine: int
    bought: int
    family: int = 0  # packs the other accounts of the household joined with


@dataclass(frozen=True, slots=True)
class ProofView:
    """Old pieces a household handed in."""

    id: str
    promotion_id: str
    household_id: str
    pieces: int
    accepted: int
    used: int
    note: str
    file_id: str
    state: str
    reason: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class WaitingProofs:
    """A trade-in with old pieces that wait to be looked at."""

    promotion_id: str
    name_zh: str
    name_en: str
    count: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class ShareView:
    """Where a seller's wish stands that the platform bears a part; `round` is what is answered."""

    promotion_id: str
    state: str  # unsent, asked, accepted, refused, void
    round: int
    platform_bp: int
    most_fen: Fen  # what the platform bears when the whole budget is used
    reason: str
    asked_at: datetime | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class CampaignDraft:
    """What an office fills in for a campaign."""

    name: str
    starts_at: datetime
    ends_at: datetime
    name_en: str = ""
    terms: str = ""


@dataclass(frozen=True, slots=True)
class CampaignView:
    """A region's campaign."""

    id: str
    name: str
    name_english: str
    terms: str
    region: RegionCode
    starts_at: datetime
    ends_at: datetime

    @property
    def name_zh(self) -> str:
        return self.name

    @property
    def name_en(self) -> str:
        return self.name_english


@dataclass(frozen=True, slots=True)
class EnrolmentView:
    """Where a seller stands in a campaign."""

    campaign_id: str
    seller_id: str
    state: str
    reason: str
    applied_at: datetime
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class VoucherView:
    """A household's code for a shop."""

    id: str
    promotion_id: str
    code: str
    issued_at: datetime
    redeemed_at: datetime | None
    off_fen: Fen | None


@dataclass(frozen=True, slots=True)
class AtTill:
    """A code scanned at a shop: what it stands for and, after the sum is typed, what it gives."""

    voucher_id: str
    promotion_id: str
    name: str
    name_english: str
    benefit: Benefit
    off_fen: Fen
    verdict: Verdict | None
    redeemed_at: datetime | None

    @property
    def name_zh(self) -> str:
        return self.name

    @property
    def name_en(self) -> str:
        return self.name_english


@dataclass(frozen=True, slots=True)
class TillRow:
    """An entry of the queue and what became of it."""

    code: str
    goods_fen: Fen
    taken_at: datetime
    outcome: str
    off_fen: Fen


@dataclass(frozen=True, slots=True)
class Comparison:
    """Orders with and without a promotion in one period and region; sums of their goods."""

    with_count: int
    with_fen: Fen
    without_count: int
    without_fen: Fen

    @property
    def with_average_fen(self) -> Fen:
        return self.with_fen // self.with_count if self.with_count else 0

    @property
    def without_average_fen(self) -> Fen:
        return self.without_fen // self.without_count if self.without_count else 0

    @property
    def share(self) -> float:
        """The part of all orders that used it."""
        everything = self.with_count + self.without_count
        return self.with_count / everything if everything else 0.0
