"""Who gets how much from which scheme, and why not more. Pure.

Schemes are worked out one after the other: those that are taken off at checkout first, then by
sequence, from the country down, and by code. Each looks at what is to be paid for the goods
after all discounts:

1. rate × price, or amount × units of the goods, kept as exact fractions of a fen;
2. not more per pack than its cap;
3. all schemes together not more than the total cap of each of them, of each line's price;
4. the sum, rounded down to the fen, not more than per order, per household, and left in budget;
5. the sum is shared over the lines by largest remainder.

The result does not depend on the order of lines or schemes; no line ever gets more than what
is to be paid for it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from market.kernel.money import Fen, allocate
from market.subsidies.types import (
    WHOLE,
    AidLine,
    Assessment,
    Check,
    Household,
    Outcome,
    Scheme,
    SchemeState,
    SchemeType,
    Step,
    Terms,
    Used,
)
from market.subsidies.years import years_after, years_before

_PART = WHOLE  # amounts are counted in ten-thousandths of a fen until they are rounded


def assess(
    lines: Iterable[AidLine], household: Household, schemes: Iterable[Scheme], at: datetime
) -> Assessment:
    """What all schemes together give for these goods at `at`, each with its reasons."""
    ordered = sorted(lines, key=lambda line: line.key)
    run = _Run(ordered, household, at)
    return Assessment(tuple(run.next(scheme) for scheme in sorted(schemes, key=turn)))


def turn(scheme: Scheme) -> tuple[bool, int, int, str]:
    """Its place in the order in which schemes are worked out."""
    later = scheme.type is not SchemeType.VOUCHER
    return later, scheme.sequence, len(scheme.region.digits), scheme.code


class _Run:
    """What was given so far, line by line and household limit by household limit."""

    def __init__(self, lines: Sequence[AidLine], household: Household, at: datetime) -> None:
        self.lines, self.household, self.at = lines, household, at
        self.given = {line.key: line.aided_fen for line in lines}
        self.strictest = {line.key: line.cap_bp for line in lines}
        self.used: dict[str, Used] = dict(household.used)

    def next(self, scheme: Scheme) -> Outcome:
        """What the next scheme gives."""
        fitting, about_goods = _fitting(self.lines, scheme)
        used = used_now(self.used.get(scheme.measure_key), scheme.terms, self.at)
        base = sum(line.price_fen for line in fitting)
        checks = (
            *_about_scheme(scheme, self.at),
            *_about_household(scheme, self.household),
            *about_goods,
            *_about_limits(scheme, base, used, self.household),
        )
        if not all(check.ok for check in checks):
            return Outcome(scheme, checks, base_fen=base)
        steps, shares = self._sum(scheme, fitting, used)
        if not shares:
            checks = (*checks, Check(steps[-1].code, ok=False, params=steps[-1].params))
            return Outcome(scheme, checks, steps, base_fen=base)
        self._take(scheme, shares, used)
        return Outcome(scheme, checks, steps, shares, base)

    def _sum(
        self, scheme: Scheme, lines: Sequence[AidLine], used: Used
    ) -> tuple[tuple[Step, ...], dict[str, Fen]]:
        terms, steps = scheme.terms, []
        parts = {line.key: _wanted(line, terms) for line in lines}
        steps.append(_formula(terms, lines, _whole(parts)))
        if terms.item_cap_fen is not None:
            caps = {line.key: terms.item_cap_fen * line.packs for line in lines}
            params = {"cap": terms.item_cap_fen}
            parts = _capped(parts, caps, steps, "item_cap", params)
        rooms = {line.key: self._room(line, terms) for line in lines}
        parts = _capped(parts, rooms, steps, "total_cap", self._strictest_of(lines, terms))
        total = _whole(parts)
        for code, most, whole in _limits(scheme, used):
            if total > most:
                total = max(0, most)
                steps.append(Step(code, total, {"cap": whole}))
        shares = allocate(total, list(parts.values())) if total else []
        found = {key: fen for key, fen in zip(parts, shares, strict=False) if fen}
        if not found and len(steps) == 1:
            steps.append(Step("less_than_a_fen", 0))
        return tuple(steps), found

    def _room(self, line: AidLine, terms: Terms) -> Fen:
        """What all schemes together may still give for a line."""
        share = min(terms.total_cap_bp, self.strictest[line.key])
        return max(0, line.price_fen * share // WHOLE - self.given[line.key])

    def _strictest_of(self, lines: Sequence[AidLine], terms: Terms) -> dict[str, int]:
        return {"share": min(terms.total_cap_bp, *(self.strictest[line.key] for line in lines))}

    def _take(self, scheme: Scheme, shares: Mapping[str, Fen], used: Used) -> None:
        for key, fen in shares.items():
            self.given[key] += fen
            self.strictest[key] = min(self.strictest[key], scheme.terms.total_cap_bp)
        taken = used.taken_fen + sum(shares.values())
        self.used[scheme.measure_key] = Used(used.uses + 1, taken, used.since)


def used_now(used: Used | None, terms: Terms, at: datetime) -> Used:
    """What still counts of a household's uses: nothing when the years are over."""
    if used is None or used.uses == 0:
        return Used(0, 0, at)
    if terms.years and used.since <= years_before(at, terms.years):
        return Used(0, 0, at)
    return used


def is_limited(terms: Terms) -> bool:
    """Whether a household may have only so much."""
    return terms.household_uses is not None or terms.household_cap_fen is not None


def asks(asks_household: bool, terms: Terms) -> bool:
    """Whether a scheme needs to know the household: it has a limit by household and asks."""
    return asks_household and is_limited(terms)


def _about_scheme(scheme: Scheme, at: datetime) -> Iterable[Check]:
    if scheme.state in (SchemeState.DRAFT, SchemeState.PAUSED):
        yield Check("paused", ok=False)
    elif scheme.state is SchemeState.ENDED or at >= scheme.ends_at:
        yield Check("ended", ok=False, params={"day": scheme.ends_at})
    else:
        params = {"start": scheme.starts_at, "end": scheme.ends_at}
        yield Check("dates", ok=at >= scheme.starts_at, params=params)


def _about_household(scheme: Scheme, household: Household) -> Iterable[Check]:
    here = scheme.region.contains(household.region)
    yield Check("region", ok=here, params={"region": scheme.region.digits})
    wanted = scheme.terms.flags
    if wanted:
        yield Check("flags", ok=bool(wanted & household.flags), params={"flags": sorted(wanted)})
    if scheme.id in household.waived:
        yield Check("waived", ok=False)


def _fitting(lines: Sequence[AidLine], scheme: Scheme) -> tuple[list[AidLine], tuple[Check, ...]]:
    """The goods that meet every rule about goods, and each rule with whether any goods do."""
    terms, region = scheme.terms, scheme.region
    left = [line for line in lines if line.price_fen > 0]
    checks = [] if terms.kinds else [Check("goods", ok=bool(left))]
    rules: tuple[tuple[str, dict[str, Any], bool, Callable[[AidLine], bool]], ...] = (
        ("kinds", {"kinds": sorted(terms.kinds)}, bool(terms.kinds),
         lambda line: line.kind_code in terms.kinds),
        ("certified", {}, terms.certified_only, lambda line: line.certified),
        ("star", {"star": terms.min_star}, bool(terms.min_star),
         lambda line: (line.star or 0) >= terms.min_star),
        ("local", {"region": region.digits}, terms.local_sellers,
         lambda line: line.seller_region is not None and region.contains(line.seller_region)),
    )  # fmt: skip
    for code, params, asked, fits in rules:
        if asked:
            left = [line for line in left if fits(line)]
            checks.append(Check(code, ok=bool(left), params=params))
    return left, tuple(checks)


def _about_limits(scheme: Scheme, base: Fen, used: Used, household: Household) -> Iterable[Check]:
    terms, least = scheme.terms, scheme.terms.min_amount_fen
    uses, cap = terms.household_uses, terms.household_cap_fen
    again = _again(terms, used)
    if least:
        yield Check("minimum", base >= least, {"least": least, "short": max(0, least - base)})
    if asks(scheme.asks_household, terms):
        code = "stated" if uses is not None else "stated_cap"
        yield Check(code, household.stated, {"uses": uses, "cap": cap or 0, **again})
    if uses is not None:
        yield Check("uses", used.uses < uses, {"uses": uses, "used": used.uses, **again})
    if cap is not None:
        yield Check("household", used.taken_fen < cap, {"cap": cap, **again})
    yield Check("budget", scheme.left_fen > 0, {"left": max(0, scheme.left_fen)})


def _again(terms: Terms, used: Used) -> dict[str, Any]:
    if not used.uses:
        return {"years": terms.years}
    if not terms.years:
        return {"years": terms.years, "since": used.since}
    return {
        "years": terms.years, "again": years_after(used.since, terms.years), "since": used.since,
    }  # fmt: skip


def _wanted(line: AidLine, terms: Terms) -> int:
    """Rate × price or amount × units, in ten-thousandths of a fen."""
    if terms.rate_bp:
        return line.price_fen * terms.rate_bp
    return terms.unit_fen * line.units_milli * (_PART // 1000)


def _formula(terms: Terms, lines: Sequence[AidLine], amount: Fen) -> Step:
    base = sum(line.price_fen for line in lines)
    if terms.rate_bp:
        return Step("rate", amount, {"base": base, "rate": terms.rate_bp})
    units = sum(line.units_milli for line in lines)
    return Step("per_unit", amount, {"units": units, "unit_fen": terms.unit_fen})


def _limits(scheme: Scheme, used: Used) -> Iterable[tuple[str, Fen, Fen]]:
    """(code, most, the cap as the scheme says it) of what binds the sum."""
    terms = scheme.terms
    if terms.order_cap_fen is not None:
        yield "order_cap", terms.order_cap_fen, terms.order_cap_fen
    if terms.household_cap_fen is not None:
        left = terms.household_cap_fen - used.taken_fen
        yield "household_cap", left, terms.household_cap_fen
    yield "budget_cap", scheme.left_fen, scheme.left_fen


def _capped(
    parts: dict[str, int],
    most: Mapping[str, Fen],
    steps: list[Step],
    code: str,
    params: Mapping[str, object],
) -> dict[str, int]:
    """Each part at most `most` fen; a step when it made the sum smaller."""
    kept = {key: min(part, most[key] * _PART) for key, part in parts.items()}
    if kept != parts:
        steps.append(Step(code, _whole(kept), params))
    return kept


def _whole(parts: Mapping[str, int]) -> Fen:
    return sum(parts.values()) // _PART
