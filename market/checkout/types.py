"""The answer to "what does this cart cost, delivered here, now?"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from market.catalogue.types import CartTurn, ListingView
from market.kernel.region_code import RegionCode
from market.pickups.types import PickupChoice
from market.promotions.types import Adjustment, Evaluation, PromotionSpec, Redemption, Verdict
from market.sellers.freight import FreightQuote
from market.subsidies.types import Assessment, Grant


@dataclass(frozen=True)
class LineProblem:
    """Something the buyer must know of a line; a blocking one keeps it out of the order."""

    line_id: str
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    blocking: bool = True


@dataclass(frozen=True)
class QuotedLine:
    """A cart line with its price now. `listing` is None when it no longer exists."""

    line_id: str
    listing_id: str
    listing: ListingView | None
    quantity: int
    seen_price_fen: int
    group_id: str | None
    group_label: str | None
    group_label_en: str
    group_origin: str
    group_link: str | None
    unit_price_fen: int
    amount_fen: int
    problems: tuple[LineProblem, ...] = ()
    gift_of: str | None = None  # the promotion that gives it
    evaluation: Evaluation | None = None
    subsidies: tuple[Adjustment, ...] = ()
    kept: int = 0  # packs that are kept for it until the instant beside, be it over or not
    kept_until: datetime | None = None
    turn: CartTurn | None = None  # until when packs of its listing may be kept in all
    contract_id: str = ""

    def kept_at(self, at: datetime) -> int:
        """Packs that are kept for it at an instant."""
        return self.kept if self.kept_until is not None and at < self.kept_until else 0

    @property
    def needs_keeping(self) -> bool:
        """Whether its packs come from a stock; gifts are kept with the order."""
        return not self.is_gift and self.listing is not None and not self.listing.made_to_order

    @property
    def group_key(self) -> str:
        return self.group_id or ""

    @property
    def is_gift(self) -> bool:
        return self.gift_of is not None

    @property
    def buyable(self) -> bool:
        return not any(problem.blocking for problem in self.problems)

    @property
    def adjustments(self) -> Sequence[Adjustment]:
        return self.evaluation.by_line.get(self.line_id, ()) if self.evaluation else ()

    @property
    def discount_fen(self) -> int:
        return self.evaluation.off.get(self.line_id, 0) if self.evaluation else 0

    @property
    def subsidy_fen(self) -> int:
        return -sum(a.amount_fen for a in self.subsidies)

    @property
    def to_pay_fen(self) -> int:
        return self.amount_fen - self.discount_fen - self.subsidy_fen


@dataclass(frozen=True)
class SellerBlock:
    """What one seller would deliver. Lines that cannot be bought count nothing."""

    seller_id: str
    seller_name: str
    lines: tuple[QuotedLine, ...]
    weight_g: int
    freight: FreightQuote | None
    freight_adjustments: tuple[Adjustment, ...] = ()
    drop_point: str = ""  # where its goods of a village purchase are delivered
    drop_point_id: str = ""  # the pick-up point that is, if it is one

    @property
    def buyable(self) -> tuple[QuotedLine, ...]:
        return tuple(line for line in self.lines if line.buyable)

    @property
    def goods_fen(self) -> int:
        return sum(line.amount_fen for line in self.buyable)

    @property
    def discount_fen(self) -> int:
        return sum(line.discount_fen for line in self.buyable)

    @property
    def subsidy_fen(self) -> int:
        return sum(line.subsidy_fen for line in self.buyable)

    @property
    def freight_fen(self) -> int:
        return self.freight.total_fen if self.freight else 0

    @property
    def freight_off_fen(self) -> int:
        return -sum(a.amount_fen for a in self.freight_adjustments)

    @property
    def total_fen(self) -> int:
        off = self.discount_fen + self.subsidy_fen + self.freight_off_fen
        return self.goods_fen + self.freight_fen - off

    @property
    def lead_days(self) -> int:
        return max((line.listing.lead_days for line in self.buyable if line.listing), default=0)

    @property
    def dropped_g(self) -> int:
        """What stands at a pick-up point until it is fetched, in grams; gifts weigh too."""
        return sum(x.listing.weight_g * x.quantity for x in self.buyable if x.listing)


@dataclass(frozen=True)
class Quote:
    """The whole price with its reasons. Without a region, freight is not known yet."""

    at: datetime
    region: RegionCode | None
    seller_blocks: tuple[SellerBlock, ...]
    coupon_codes: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    problems: tuple[LineProblem, ...]
    goods_fen: int
    freight_fen: int
    seller_discount_fen: int
    platform_discount_fen: int
    certified_share_bp: int
    subsidy_fen: int = 0
    aid: Assessment = field(default_factory=Assessment)
    promotions: Sequence[PromotionSpec] = ()  # that were looked at

    @property
    def discount_fen(self) -> int:
        return self.seller_discount_fen + self.platform_discount_fen

    @property
    def total_fen(self) -> int:
        return self.goods_fen + self.freight_fen - self.discount_fen - self.subsidy_fen

    @property
    def certified_share(self) -> float:
        return self.certified_share_bp / 10_000

    @property
    def lines(self) -> tuple[QuotedLine, ...]:
        return tuple(line for block in self.seller_blocks for line in block.lines)

    @property
    def buyable(self) -> tuple[QuotedLine, ...]:
        return tuple(line for line in self.lines if line.buyable)

    @property
    def blocked(self) -> tuple[QuotedLine, ...]:
        return tuple(line for line in self.lines if not line.buyable)

    @property
    def kept_lines(self) -> tuple[QuotedLine, ...]:
        """Lines of which packs are kept at the time of the quote."""
        return tuple(line for line in self.lines if line.kept_at(self.at))

    @property
    def kept_until(self) -> datetime | None:
        """When the first of them is over."""
        return min((x.kept_until for x in self.kept_lines if x.kept_until), default=None)

    @property
    def kept_at_most(self) -> datetime | None:
        """Until when the first of them to end can be prolonged."""
        return min((x.turn.ends_at for x in self.kept_lines if x.turn), default=None)

    @property
    def can_be_ordered(self) -> bool:
        return self.region is not None and bool(self.buyable) and not self.blocked

    @property
    def made_to_order(self) -> tuple[QuotedLine, ...]:
        return tuple(
            line for line in self.buyable if line.listing is not None and line.listing.made_to_order
        )

    @property
    def applied(self) -> tuple[Verdict, ...]:
        return tuple(verdict for verdict in self.verdicts if verdict.applied)

    @property
    def not_applied(self) -> tuple[Verdict, ...]:
        return tuple(verdict for verdict in self.verdicts if not verdict.applied)

    @property
    def redemptions(self) -> tuple[Redemption, ...]:
        """What to reserve of the promotions' budgets."""
        return tuple(
            Redemption(
                verdict.promotion_id, verdict.applied_fen, verdict.code or None, verdict.uses
            )
            for verdict in self.applied
        )

    @property
    def grants(self) -> tuple[Grant, ...]:
        """What to reserve of the schemes' budgets."""
        return tuple(Grant(one.scheme.id, one.amount_fen) for one in self.aid.applied)


@dataclass(frozen=True)
class Submission:
    """What the household agreed to on the last page."""

    idempotency_key: str
    address_id: str
    payment_method: str
    seen_total_fen: int
    made_to_order_agreed: bool = False
    note: str = ""
    pickup: PickupChoice | None = None  # None: brought home


class PaymentOutcome(StrEnum):
    """What a payment led to."""

    PAID = "paid"
    ALREADY_PAID = "already_paid"  # nothing was due: the money is to go back
    REFUNDED = "refunded"  # came too late and the goods are gone


@dataclass(frozen=True)
class BundleAdded:
    """A bundle that went into the cart; `replaced` when it was there already."""

    label: str
    label_en: str
    replaced: bool
