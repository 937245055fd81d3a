"""Schemes, what they are worked out from, and what they come to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from market.kernel.i18n import N_
from market.kernel.money import Fen
from market.kernel.region_code import RegionCode

WHOLE = 10_000  # basis points
BEARER = "subsidy"  # who bears an adjustment: subsidy:<region code>:<scheme code>


class SchemeType(StrEnum):
    """How the money reaches people."""

    VOUCHER = "voucher"  # taken off at checkout
    CLAIM = "claim"  # asked for after the purchase, with documents
    INTEREST = "interest"  # part of the interest of a loan, by the quarter
    FEE = "fee"  # part of the certification fee of a maker


class SchemeState(StrEnum):
    """Where a scheme stands; whether it has begun or is over is told by its dates."""

    DRAFT = "draft"
    LIVE = "live"
    PAUSED = "paused"
    ENDED = "ended"


class Phase(StrEnum):
    """Where a scheme stands today."""

    DRAFT = "draft"
    COMING = "coming"
    OPEN = "open"
    SPENT = "spent"
    PAUSED = "paused"
    ENDED = "ended"


class VoucherState(StrEnum):
    """Where the subsidy of an order stands."""

    RESERVED = "reserved"  # with the order, until it is paid or given up
    USED = "used"
    RELEASED = "released"


class ClaimState(StrEnum):
    """Where a claim stands."""

    FILED = "filed"
    ASKED = "asked"  # the office wants to know more
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    PAID = "paid"


OPEN_CLAIMS = (ClaimState.FILED, ClaimState.ASKED)
STANDING_CLAIMS = (*OPEN_CLAIMS, ClaimState.APPROVED, ClaimState.PAID)


class LoanState(StrEnum):
    """Where an application for interest subsidy stands."""

    FILED = "filed"
    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Repayment(StrEnum):
    """How a loan is paid back."""

    EQUAL_PAYMENT = "equal_payment"  # 等额本息
    EQUAL_PRINCIPAL = "equal_principal"  # 等额本金
    BULLET = "bullet"  # interest by the month, the principal at the end


REPAYMENTS: dict[str, str] = {
    Repayment.EQUAL_PAYMENT: N_("等额本息，每月还一样多"),
    Repayment.EQUAL_PRINCIPAL: N_("等额本金，每月还的本金一样多"),
    Repayment.BULLET: N_("按月付息，到期还本"),
}


@dataclass(frozen=True)
class Terms:
    """On which goods, to whom and how much. Money is fen, shares are basis points.

    Either `rate_bp` of the price after discounts or `unit_fen` for each unit of the goods
    (m², piece …). Caps that are None do not bind. `household_uses` and `household_cap_fen`
    hold per `years` from the household's first use; with 0 years, once and for all. For loans
    `rate_bp` is the yearly interest that is borne (200 = two percentage points), for
    certification fees the share of the fee.
    """

    kinds: frozenset[str] = frozenset()
    min_star: int = 0
    certified_only: bool = True
    local_sellers: bool = False
    flags: frozenset[str] = frozenset()
    min_amount_fen: Fen = 0
    rate_bp: int = 0
    unit_fen: Fen = 0
    item_cap_fen: Fen | None = None  # per pack
    order_cap_fen: Fen | None = None  # per order, claim, loan or certificate
    household_cap_fen: Fen | None = None
    household_uses: int | None = None
    years: int = 0
    total_cap_bp: int = WHOLE  # all schemes together, of each line's price after discounts
    principal_cap_fen: Fen | None = None
    months_cap: int | None = None


@dataclass(frozen=True)
class SchemeDraft:
    """Everything an office writes about a scheme."""

    name: str
    type: SchemeType
    terms: Terms
    starts_at: datetime
    ends_at: datetime
    budget_fen: Fen
    name_en: str = ""
    measure: str = ""  # schemes of one region and measure share the household's limits
    sequence: int = 50
    source: str = ""
    example: bool = False
    asks_household: bool = False  # with a limit by household: only for those who stated theirs


@dataclass(frozen=True)
class Scheme:
    """A scheme as the calculation sees it."""

    id: str
    code: str
    name: str
    name_en: str
    region: RegionCode
    type: SchemeType
    terms: Terms
    state: SchemeState
    starts_at: datetime
    ends_at: datetime
    left_fen: Fen
    sequence: int = 50
    measure_key: str = ""
    example: bool = False
    asks_household: bool = False

    @property
    def bearer(self) -> str:
        """Who bears it, as adjustments name it."""
        return f"{BEARER}:{self.region.digits}:{self.code}"


@dataclass(frozen=True, slots=True)
class AidLine:
    """Goods to be subsidised: what is to be paid for them after all discounts."""

    key: str
    kind_code: str
    price_fen: Fen
    packs: int = 1
    units_milli: int = 1000  # thousandths of the goods' unit in all packs together
    star: int | None = None
    certified: bool = True
    seller_region: RegionCode | None = None
    aided_fen: Fen = 0  # what other schemes gave for it before
    cap_bp: int = WHOLE  # the strictest of their total caps


@dataclass(frozen=True)
class Used:
    """What a household had of a measure since `since`."""

    uses: int
    taken_fen: Fen
    since: datetime


@dataclass(frozen=True)
class Household:
    """What is known of who asks."""

    region: RegionCode
    flags: frozenset[str] = frozenset()
    used: Mapping[str, Used] = field(default_factory=dict)
    waived: frozenset[str] = frozenset()
    stated: bool = True  # False: signed in, and the account states no household


@dataclass(frozen=True)
class Check:
    """One rule and whether it is met."""

    code: str
    ok: bool
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """One step of the sum: what it came to, and by what."""

    code: str
    amount_fen: Fen
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What one scheme gives, or the first rule that is not met."""

    scheme: Scheme
    checks: tuple[Check, ...]
    steps: tuple[Step, ...] = ()
    shares: Mapping[str, Fen] = field(default_factory=dict)
    base_fen: Fen = 0

    @property
    def amount_fen(self) -> Fen:
        return sum(self.shares.values())

    @property
    def applied(self) -> bool:
        return self.amount_fen > 0

    @property
    def reason(self) -> Check | None:
        """The first rule that is not met."""
        return next((check for check in self.checks if not check.ok), None)

    @property
    def met(self) -> int:
        return sum(check.ok for check in self.checks)

    @property
    def missed(self) -> int:
        return len(self.checks) - self.met

    @property
    def cut(self) -> Step | None:
        """The last step that made the amount smaller."""
        return next((step for step in reversed(self.steps) if step.code not in FORMULAS), None)


FORMULAS = ("rate", "per_unit")


@dataclass(frozen=True)
class Assessment:
    """The answer of all schemes, in the order in which they were worked out."""

    outcomes: tuple[Outcome, ...] = ()

    @property
    def applied(self) -> tuple[Outcome, ...]:
        return tuple(one for one in self.outcomes if one.applied)

    @property
    def not_applied(self) -> tuple[Outcome, ...]:
        return tuple(one for one in self.outcomes if not one.applied)

    @property
    def total_fen(self) -> Fen:
        return sum(one.amount_fen for one in self.outcomes)

    @property
    def by_level(self) -> tuple[tuple[str, Fen], ...]:
        """(level, fen) from the country down; levels that give nothing are left out."""
        found: dict[str, Fen] = {}
        for one in self.applied:
            level = one.scheme.region.level
            found[level] = found.get(level, 0) + one.amount_fen
        return tuple((level, found[level]) for level in LEVELS if level in found)


LEVELS: dict[str, str] = {
    "country": N_("中央"),
    "province": N_("省级"),
    "city": N_("市级"),
    "county": N_("县级"),
    "town": N_("乡镇"),
}


@dataclass(frozen=True)
class Names:
    """Names of places and kinds in the visitor's language."""

    regions: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Grant:
    """What to reserve of a scheme for an order."""

    scheme_id: str
    amount_fen: Fen


@dataclass(frozen=True)
class SchemeView:
    """A scheme with its standing."""

    scheme: Scheme
    draft: SchemeDraft
    budget_fen: Fen
    reserved_fen: Fen
    used_fen: Fen
    phase: Phase
    region_code: str

    @property
    def id(self) -> str:
        return self.scheme.id

    @property
    def name_zh(self) -> str:
        return self.scheme.name

    @property
    def name_en(self) -> str:
        return self.scheme.name_en

    @property
    def left_fen(self) -> Fen:
        return self.budget_fen - self.reserved_fen - self.used_fen

    @property
    def used_share(self) -> Decimal:
        return Decimal(self.reserved_fen + self.used_fen) / self.budget_fen


@dataclass(frozen=True)
class VoucherView:
    """The subsidy of one order."""

    id: str
    scheme_id: str
    scheme_code: str
    name_zh: str
    name_en: str
    order_id: str
    amount_fen: Fen
    returned_fen: Fen
    state: VoucherState
    reserved_at: datetime
