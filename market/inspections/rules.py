"""Which products to draw, and what a result leads to. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from math import log, log10
from random import Random

from market.inspections.types import Candidate, Drawn, Standing
from market.kernel.clock import shanghai_date

# How much likelier a kind of this risk is drawn; the plan of 2023 asks for more checks of
# cement, safety glass, membranes, coatings, boards and wood products, which are "high".
KIND_WEIGHTS = {"low": 1, "medium": 2, "high": 4}
RECHECK_AFTER = timedelta(days=56)
REMIND_BEFORE = timedelta(days=14)
REPEAT_WITHIN = timedelta(days=730)
BAR_FOR = timedelta(days=183)
APPEAL_WITHIN = timedelta(days=15)
SALES_WITHIN = timedelta(days=365)


def weight(candidate: Candidate) -> float:
    """Kind weight × (1 + failures so far) × (1 + log10(1 + packs sold in twelve months))."""
    volume = 1 + log10(1 + candidate.packs_sold)
    return KIND_WEIGHTS[candidate.risk] * (1 + candidate.past_fails) * volume


def draw(candidates: Iterable[Candidate], size: int, seed: str) -> list[Drawn]:
    """Draw `size` candidates without replacement, each by its weight.

    Every candidate gets the key log(u) / weight with u from the seed and its own id, and the
    largest keys win (weighted reservoir sampling, Efraimidis and Spirakis 2006). So the draw
    depends on seed and candidates only, not on their order, and anyone can repeat it.
    """
    keyed = []
    for candidate in candidates:
        drawn = Drawn(candidate, KIND_WEIGHTS[candidate.risk], weight(candidate))
        u = 1 - Random(f"{seed}:{candidate.product_id}").random()  # noqa: S311  # in (0, 1]
        keyed.append((-log(u) / drawn.weight, candidate.product_id, drawn))
    return [drawn for _, _, drawn in sorted(keyed)[:size]]


def standing(
    *, passed: bool, published: bool, cleared: bool = False, annulled: bool = False
) -> Standing:
    """What a check means today."""
    if not published:
        return Standing.DRAFT
    if passed:
        return Standing.PASSED
    if annulled:
        return Standing.ANNULLED
    return Standing.CLEARED if cleared else Standing.FAILED


def recheck_due(published_at: datetime) -> date:
    """The day by which goods that failed are checked again: eight weeks later."""
    return shanghai_date(published_at + RECHECK_AFTER)


def recheck_overdue(due_on: date | None, now: datetime) -> bool:
    """Whether the day of a re-check has passed."""
    return due_on is not None and due_on < shanghai_date(now)


def barred_until(earlier_fails: int, published_at: datetime) -> datetime | None:
    """Until when the maker may not sell the kind: half a year from a second failure within
    two years; None for a first one."""
    return published_at + BAR_FOR if earlier_fails else None


def bars(published: Sequence[datetime]) -> list[datetime | None]:
    """What each of a maker's failures of one kind barred it until, in the order of publication."""
    return [
        barred_until(sum(one >= at - REPEAT_WITHIN for one in published[:place]), at)
        for place, at in enumerate(published)
    ]


def may_appeal(standing_now: Standing, published_at: datetime | None, now: datetime) -> bool:
    """Whether a maker may still object."""
    fresh = published_at is not None and now < published_at + APPEAL_WITHIN
    return standing_now is Standing.FAILED and fresh


def notice_no(region_code: str, published_at: datetime, serial: int) -> str:
    """The number of a public notice: region, year and serial within both."""
    return f"{region_code}-{shanghai_date(published_at).year}-{serial:04d}"
