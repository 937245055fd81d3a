"""How much a promotion takes off a base amount. Pure, integer fen, never more than the base."""

from market.kernel.money import Fen, percent_of
from market.promotions.conditions import Failure
from market.promotions.types import Benefit, BenefitKind, Step


def discount(benefit: Benefit, base_fen: Fen) -> Fen:
    """The amount off a base, after the cap per use; between 0 and the base."""
    if base_fen <= 0:
        return 0
    off = _uncapped(benefit, base_fen)
    if benefit.cap_fen is not None:
        off = min(off, benefit.cap_fen)
    return max(0, min(off, base_fen))


def _uncapped(benefit: Benefit, base_fen: Fen) -> Fen:
    if benefit.kind is BenefitKind.PERCENT:
        return percent_of(base_fen, benefit.basis_points)
    if benefit.kind is BenefitKind.AMOUNT:
        return benefit.amount_fen
    step = reached(benefit.steps, base_fen)
    return step.off_fen if step else 0


def reached(steps: tuple[Step, ...], base_fen: Fen) -> Step | None:
    """The highest rung of a ladder that the base reaches."""
    within = [step for step in steps if step.at_least_fen <= base_fen]
    return max(within, key=lambda step: step.at_least_fen, default=None)


def step_failure(benefit: Benefit, base_fen: Fen) -> Failure | None:
    """How far a base is below the first rung of a ladder."""
    if benefit.kind is not BenefitKind.THRESHOLD or reached(benefit.steps, base_fen):
        return None
    first = min(benefit.steps, key=lambda step: step.at_least_fen, default=None)
    if first is None:
        return Failure("nothing_off")
    return Failure(
        "below_step",
        {
            "short_fen": first.at_least_fen - base_fen,
            "minimum_fen": first.at_least_fen,
            "off_fen": first.off_fen,
        },
    )


def next_step(benefit: Benefit, base_fen: Fen) -> Step | None:
    """The next rung above the base, to say how much more it takes."""
    above = [step for step in benefit.steps if step.at_least_fen > base_fen]
    return min(above, key=lambda step: step.at_least_fen, default=None)


def smallest_use(benefit: Benefit) -> Fen:
    """The least that one use can cost: a budget below it is spent."""
    if benefit.kind is BenefitKind.THRESHOLD:
        least = min((step.off_fen for step in benefit.steps), default=1)
    elif benefit.kind is BenefitKind.AMOUNT:
        least = benefit.amount_fen
    else:
        least = 1
    return max(1, min(least, benefit.cap_fen) if benefit.cap_fen is not None else least)
