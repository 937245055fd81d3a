"""What a promotion must say of itself before it can run. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from market.kernel.money import Fen, format_fen
from market.promotions.benefits import smallest_use
from market.promotions.engine_types import WHOLE
from market.promotions.errors import (
    AlreadyOver,
    BudgetTooSmall,
    BundleNotAtTills,
    CampaignNeeded,
    ChannelNotPossible,
    EndsBeforeStart,
    GroupEndsTooLate,
    PromotionIncomplete,
    ShareNeedsBudget,
    SharesNotWhole,
    SharesNotYours,
    StepsOutOfOrder,
    TiersOutOfOrder,
)
from market.promotions.types import (
    Bearing,
    Benefit,
    BenefitKind,
    Channel,
    Owner,
    Ownership,
    PromotionDraft,
    Step,
    Tier,
)

AT_TILLS = (BenefitKind.PERCENT, BenefitKind.AMOUNT, BenefitKind.THRESHOLD)


def check(draft: PromotionDraft) -> None:
    """Raise the refusal for the first thing that is wrong, naming its field."""
    _check_benefit(draft.benefit)
    if draft.ends_at <= draft.starts_at:
        raise EndsBeforeStart(field="ends_on")
    if draft.channel is not Channel.ONLINE and draft.benefit.kind not in AT_TILLS:
        raise ChannelNotPossible(field="channel")
    if draft.channel is not Channel.ONLINE and draft.bundle is not None:
        raise BundleNotAtTills(field="channel")
    closes = draft.benefit.closes_at
    if closes is not None and not draft.starts_at < closes < draft.ends_at:
        raise GroupEndsTooLate(field="closes_on")
    least = smallest_use(draft.benefit)
    if draft.budget_fen is not None and draft.budget_fen < least:
        raise BudgetTooSmall(field="budget_fen", amount=format_fen(least))


def check_not_over(ends_at: datetime, now: datetime) -> None:
    """A promotion that is over cannot be started."""
    if ends_at <= now:
        raise AlreadyOver(field="ends_on")


def _check_benefit(benefit: Benefit) -> None:
    wrong = _WRONG.get(benefit.kind)
    field = wrong(benefit) if wrong else ""
    if field:
        raise PromotionIncomplete(field=field)
    if benefit.kind is BenefitKind.THRESHOLD:
        _check_ladder(benefit.steps)
    if benefit.kind in (BenefitKind.QUANTITY, BenefitKind.GROUP_BUY):
        _check_tiers(benefit.tiers)


def _wrong_buy_get(benefit: Benefit) -> str:
    if benefit.every < 1:
        return "get_every"
    return "" if 1 <= benefit.get <= MOST_GIVEN else "get_packs"


def _wrong_set(benefit: Benefit) -> str:
    if benefit.amount_fen <= 0:
        return "set_price_fen"
    if benefit.every or benefit.parts:
        return "" if benefit.every != 1 else "set_every"
    return "part1_product"


def _wrong_group(benefit: Benefit) -> str:
    return "" if benefit.closes_at is not None else "closes_on"


# The field that is missing or makes no sense, by kind; empty when all is well.
MOST_GIVEN = 99
_WRONG: Mapping[BenefitKind, Callable[[Benefit], str]] = {
    BenefitKind.PERCENT: lambda b: "" if 0 < b.basis_points <= 9000 else "percent",
    BenefitKind.AMOUNT: lambda b: "" if b.amount_fen > 0 else "amount_fen",
    BenefitKind.NTH_ITEM: lambda b: (
        "nth_every" if b.every < 2 else "" if 0 < b.basis_points <= WHOLE else "nth_percent"
    ),
    BenefitKind.BUY_GET: _wrong_buy_get,
    BenefitKind.BUNDLE_PRICE: _wrong_set,
    BenefitKind.FREE_DELIVERY: lambda b: "" if 0 < b.basis_points <= WHOLE else "freight_percent",
    BenefitKind.TRADE_IN: lambda b: "" if b.amount_fen > 0 or b.basis_points else "trade_fen",
    BenefitKind.GROUP_BUY: _wrong_group,
}


def _check_tiers(tiers: tuple[Tier, ...]) -> None:
    if not tiers:
        raise PromotionIncomplete(field="tier1_at_least")
    for number, (lower, higher) in enumerate(pairwise(tiers), 2):
        if higher.at_least <= lower.at_least or higher.basis_points <= lower.basis_points:
            raise TiersOutOfOrder(field=f"tier{number}_at_least")


def check_bearings(draft: PromotionDraft, ownership: Ownership) -> None:
    """Shares add up, and nobody is made to pay who did not agree.

    A seller bears its own promotions, or asks the platform for a part (`sharing.py`). An office
    bears its own, with sellers and makers only when they enrolled in the campaign whose terms say
    so; an official cannot spend the platform's money.
    """
    if not draft.bearings:
        return
    if ownership.owner is Owner.SELLER:
        _check_asked(draft)
        return
    if sum(one.basis_points for one in draft.bearings) != WHOLE:
        raise SharesNotWhole(field="share_platform")
    who = {one.bearer.partition(":")[0] for one in draft.bearings}
    if ownership.owner is Owner.REGION and "platform" in who:
        raise SharesNotYours(field="share_platform")
    if any(one.bearer == "region:" for one in draft.bearings):
        raise SharesNotYours(field="share_region")
    if who & {"seller", "maker"} and not draft.campaign_id:
        raise CampaignNeeded(field="campaign_id")


def _check_asked(draft: PromotionDraft) -> None:
    """A seller's shares: what the platform is asked for, the rest its own, of a known budget."""
    who = sorted(one.bearer for one in draft.bearings)
    if who not in (["platform"], ["platform", "seller"]):
        raise SharesNotYours(field="share_platform")
    parts = [one.basis_points for one in draft.bearings]
    if sum(parts) != WHOLE or min(parts) <= 0:
        raise SharesNotWhole(field="share_platform")
    if draft.budget_fen is None:
        raise ShareNeedsBudget(field="budget_fen")


def with_rest(draft: PromotionDraft) -> PromotionDraft:
    """A seller's draft that asks the platform for a part: the rest is the seller's."""
    asked = draft.bearings
    if len(asked) != 1 or asked[0].bearer != "platform" or asked[0].basis_points >= WHOLE:
        return draft
    return replace(draft, bearings=(Bearing("seller", WHOLE - asked[0].basis_points), *asked))


def part_of_platform(bearings: Iterable[Bearing]) -> int:
    """Basis points that the platform bears; 0 when it is not named."""
    return sum(one.basis_points for one in bearings if one.bearer == "platform")


def most_borne(budget_fen: Fen, basis_points: int) -> Fen:
    """What a share of a whole budget comes to, rounded up to the fen."""
    return -(-budget_fen * basis_points // WHOLE)


def _check_ladder(steps: tuple[Step, ...]) -> None:
    if not steps:
        raise PromotionIncomplete(field="step1_at_least_fen")
    for number, step in enumerate(steps, 1):
        if not 0 < step.off_fen <= step.at_least_fen:
            raise StepsOutOfOrder(field=f"step{number}_off_fen")
    for number, (lower, higher) in enumerate(pairwise(steps), 2):
        if higher.at_least_fen <= lower.at_least_fen or higher.off_fen <= lower.off_fen:
            raise StepsOutOfOrder(field=f"step{number}_at_least_fen")
