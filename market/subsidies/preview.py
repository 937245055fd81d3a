"""Three test households for a scheme that is not public yet. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from market.kernel.clock import shanghai_date
from market.kernel.i18n import N_
from market.subsidies import interest, rules
from market.subsidies.types import (
    AidLine,
    Assessment,
    Household,
    LoanTerms,
    Outcome,
    Repayment,
    Scheme,
    SchemeState,
    Used,
)

_YUAN = 100
ANY_KIND = "?"


@dataclass(frozen=True)
class Trial:
    """A test household, invented like the end of its number, what it had and buys, and what it
    would get; `all` with the other schemes."""

    name: str
    last4: str
    used: Used
    price_fen: int
    star: int
    outcome: Outcome
    all: Assessment


@dataclass(frozen=True)
class LoanTrial:
    """A test loan and its schedule."""

    terms: LoanTerms
    schedule: interest.Schedule


def households(scheme: Scheme, others: Sequence[Scheme], now: datetime) -> list[Trial]:
    """What the scheme gives three households, beside the schemes that run there already.

    One buys three-star goods for 10,000 yuan; one registered with every need asked for buys
    two-star goods for 30,000; one that has had its share buys three-star goods for 50,000.
    """
    running = replace(scheme, state=SchemeState.LIVE)
    at = max(now, scheme.starts_at)
    terms = scheme.terms
    used = Used(terms.household_uses or 1, terms.household_cap_fen or 1, at)
    rows = (
        (N_("第一次买的一户"), "1024", 10_000, 3, Household(scheme.region)),
        (N_("登记过的困难户"), "2048", 30_000, 2, Household(scheme.region, flags=terms.flags)),
        (N_("已经用过的一户"), "4096", 50_000, 3,
         Household(scheme.region, used={scheme.measure_key: used})),
    )  # fmt: skip
    return [
        _trial(name, last4, yuan * _YUAN, star, household, running, others, at)
        for name, last4, yuan, star, household in rows
    ]


def _trial(
    name: str, last4: str, price: int, star: int, household: Household, scheme: Scheme,
    others: Sequence[Scheme], at: datetime,
) -> Trial:  # fmt: skip
    kind = min(scheme.terms.kinds, default=ANY_KIND)
    line = AidLine("goods", kind, price, packs=100, units_milli=100_000, star=star,
                   seller_region=scheme.region)  # fmt: skip
    rest = [one for one in others if one.id != scheme.id]
    found = rules.assess([line], household, [*rest, scheme], at)
    mine = next(one for one in found.outcomes if one.scheme.id == scheme.id)
    used = household.used.get(scheme.measure_key, Used(0, 0, at))
    return Trial(name, last4, used, price, star, mine, found)


def loans(scheme: Scheme, now: datetime) -> list[LoanTrial]:
    """The schedules of three loans of three years at 4.35 % a year."""
    start: date = shanghai_date(max(now, scheme.starts_at))
    rows = (
        LoanTerms(50_000 * _YUAN, 435, start, 36, Repayment.EQUAL_PAYMENT),
        LoanTerms(100_000 * _YUAN, 435, start, 36, Repayment.EQUAL_PRINCIPAL),
        LoanTerms(300_000 * _YUAN, 435, start, 36, Repayment.BULLET),
    )
    cap = scheme.terms.order_cap_fen
    return [LoanTrial(loan, interest.schedule(loan, scheme.terms, cap)) for loan in rows]
