"""What goes into the promotion engine and what comes out. All frozen, all plain."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from market.kernel.money import Fen
from market.kernel.region_code import RegionCode


class Owner(StrEnum):
    """Whose promotion it is: decides the layer and who bears the cost."""

    SELLER = "seller"
    PLATFORM = "platform"
    REGION = "region"


class BenefitKind(StrEnum):
    """The three ways to take something off."""

    PERCENT = "percent"
    AMOUNT = "amount"
    THRESHOLD = "threshold"


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
class Benefit:
    """What is taken off: hundredths of a percent, an amount, or the highest rung reached."""

    kind: BenefitKind
    basis_points: int = 0
    amount_fen: Fen = 0
    steps: tuple[Step, ...] = ()
    cap_fen: Fen | None = None


@dataclass(frozen=True, slots=True)
class Conditions:
    """When it applies. Empty collections mean "all". Region prefixes as trimmed codes."""

    starts_at: datetime
    ends_at: datetime
    region_prefixes: frozenset[str] = frozenset()
    kind_codes: frozenset[str] = frozenset()
    product_ids: frozenset[str] = frozenset()
    min_amount_fen: Fen = 0
    certified_only: bool = False
    min_star: int = 0


@dataclass(frozen=True, slots=True)
class PromotionSpec:
    """One promotion as the engine sees it.

    `codes` are those of the shopper's typed codes that belong to it; `needs_code` without any
    means the shopper did not type one. `budget_left_fen` None: no budget set.
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
    code_uses_left: int | None = None
    budget_fen: Fen | None = None
    budget_left_fen: Fen | None = None
    uses_left: int | None = None
    household_limit: int | None = None
    group: str = ""
    exclusive: bool = False
    priority: int = 0
    bearer: str = ""


@dataclass(frozen=True, slots=True)
class PricedLine:
    """One line of a cart with its price; `key` names it in the answer."""

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


@dataclass(frozen=True, slots=True)
class Situation:
    """Who buys, where, when, with which codes, and how often each promotion was used before."""

    now: datetime
    region: RegionCode | None = None
    household_id: str | None = None
    coupon_codes: tuple[str, ...] = ()
    uses_by_promotion: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A signed amount on one line (None: on the whole), with its name and who bears it."""

    promotion_id: str
    label: str
    line_key: str | None
    amount_fen: Fen
    bearer: str
    label_en: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one promotion: the amount applied, or the first rule that failed."""

    promotion_id: str
    name: str
    applied_fen: Fen
    reason_code: str = ""
    reason_params: Mapping[str, object] = field(default_factory=dict)
    owner: Owner | None = None
    code: str = ""
    name_en: str = ""

    @property
    def applied(self) -> bool:
        return self.applied_fen > 0


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All adjustments, and a verdict for every promotion looked at."""

    adjustments: tuple[Adjustment, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def discount_fen(self) -> Fen:
        return -sum(item.amount_fen for item in self.adjustments)

    def by_promotion(self) -> dict[str, Fen]:
        """Positive discount per promotion, for reserving budgets."""
        totals: dict[str, Fen] = {}
        for item in self.adjustments:
            totals[item.promotion_id] = totals.get(item.promotion_id, 0) - item.amount_fen
        return totals


@dataclass(frozen=True, slots=True)
class Redemption:
    """One use to reserve at checkout."""

    promotion_id: str
    amount_fen: Fen
    code: str | None = None


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
    needs_code: bool = False
    group: str = ""
    exclusive: bool = False
    priority: int = 0


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
