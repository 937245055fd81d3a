"""Which rule holds for a kind on a day, and whether a declared value meets it. Pure."""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from market.catalogue.contents import RuleOn
from market.kernel.quantity import decimal_text
from market.substances.types import Declared, RuleView, Status
from market.substances.units import in_base, quantity_of

_CAS = re.compile(r"([0-9]{2,7})-([0-9]{2})-([0-9])")


def is_cas(text: str) -> bool:
    """Whether a CAS registry number is well formed and its check digit fits.

    The check digit is the sum of the digits before it, counted 1, 2, 3 … from the right, modulo
    10 (Chemical Abstracts Service, "Check Digit Verification of CAS Registry Numbers").
    """
    match = _CAS.fullmatch(text)
    if match is None:
        return False
    digits = reversed(match[1] + match[2])
    return sum(place * int(digit) for place, digit in enumerate(digits, 1)) % 10 == int(match[3])


def governing(rules: Iterable[RuleView], kind_code: str, day: date) -> RuleView | None:
    """The rule for a kind on a day: one that names the kind goes before one for all kinds, then
    the one of the latest day. `rules` come newest first, later ones of the same day before."""
    begun = [rule for rule in rules if rule.valid_from <= day]
    named = [rule for rule in begun if kind_code in rule.kinds]
    general = [rule for rule in begun if not rule.kinds]
    return max(named or general, key=lambda rule: rule.valid_from, default=None)


def breach(declared: Declared, rule: RuleView) -> str:
    """banned, over, or unit when the two cannot be compared; empty when the rule is met."""
    if rule.status is Status.BANNED:
        return "banned" if declared.value > 0 else ""
    if rule.status is not Status.LIMITED or rule.limit is None:
        return ""
    if quantity_of(declared.unit) != quantity_of(rule.unit):
        return "unit"
    over = in_base(declared.value, declared.unit) > in_base(rule.limit, rule.unit)
    return "over" if over else ""


def timeline(rules: Sequence[RuleView], kind_code: str, declared: Declared) -> tuple[RuleOn, ...]:
    """What holds for a declared value of a kind, from each day on that something changes."""
    days = sorted({rule.valid_from for rule in rules if not rule.kinds or kind_code in rule.kinds})
    found = []
    for day in days:
        rule = governing(rules, kind_code, day)
        if rule is not None:
            found.append(
                RuleOn(
                    day, rule.status.value, decimal_text(rule.limit) if rule.limit else "",
                    rule.unit, breach(declared, rule), rule.replace_zh, rule.replace_en,
                    rule.replace_kinds,
                )
            )  # fmt: skip
    return tuple(found)
