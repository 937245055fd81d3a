"""What a promotion must say of itself before it can run. Pure."""

from datetime import datetime
from itertools import pairwise

from market.kernel.money import format_fen
from market.promotions.benefits import smallest_use
from market.promotions.errors import (
    AlreadyOver,
    BudgetTooSmall,
    EndsBeforeStart,
    PromotionIncomplete,
    StepsOutOfOrder,
)
from market.promotions.types import Benefit, BenefitKind, PromotionDraft, Step


def check(draft: PromotionDraft) -> None:
    """Raise the refusal for the first thing that is wrong, naming its field."""
    _check_benefit(draft.benefit)
    if draft.ends_at <= draft.starts_at:
        raise EndsBeforeStart(field="ends_on")
    least = smallest_use(draft.benefit)
    if draft.budget_fen is not None and draft.budget_fen < least:
        raise BudgetTooSmall(field="budget_fen", amount=format_fen(least))


def check_not_over(ends_at: datetime, now: datetime) -> None:
    """A promotion that is over cannot be started."""
    if ends_at <= now:
        raise AlreadyOver(field="ends_on")


def _check_benefit(benefit: Benefit) -> None:
    if benefit.kind is BenefitKind.PERCENT and not 0 < benefit.basis_points <= 9000:
        raise PromotionIncomplete(field="percent")
    if benefit.kind is BenefitKind.AMOUNT and benefit.amount_fen <= 0:
        raise PromotionIncomplete(field="amount_fen")
    if benefit.kind is BenefitKind.THRESHOLD:
        _check_ladder(benefit.steps)


def _check_ladder(steps: tuple[Step, ...]) -> None:
    if not steps:
        raise PromotionIncomplete(field="step1_at_least_fen")
    for number, step in enumerate(steps, 1):
        if not 0 < step.off_fen <= step.at_least_fen:
            raise StepsOutOfOrder(field=f"step{number}_off_fen")
    for number, (lower, higher) in enumerate(pairwise(steps), 2):
        if higher.at_least_fen <= lower.at_least_fen or higher.off_fen <= lower.off_fen:
            raise StepsOutOfOrder(field=f"step{number}_at_least_fen")
