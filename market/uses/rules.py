"""Which rule a use has for a kind, and whether a product meets it. Pure."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Protocol

from market.uses.types import Unsuitable, UseRule

VOC = "voc_g_l"


class Goods(Protocol):
    """What is asked of a product: its stars (None or less than 1: none) and its attributes."""

    @property
    def star(self) -> int | None: ...

    @property
    def attributes(self) -> Mapping[str, str | float]: ...


def rule_for(rules: Iterable[UseRule], use: str, kind_code: str, group_code: str) -> UseRule | None:
    """The rule of a use for a kind; one that names the kind goes before one for its group."""
    mine = [rule for rule in rules if rule.use == use]
    named = next((rule for rule in mine if rule.kind_code == kind_code), None)
    general = (rule for rule in mine if not rule.kind_code and rule.group_code == group_code)
    return named or next(general, None)


def unsuitable(option: Goods, rule: UseRule | None) -> Unsuitable | None:
    """Why an option does not meet a rule; None when it does, or when there is none.

    What is not known is not met: a limit asks for a figure.
    """
    if rule is None:
        return None
    star = option.star or 0
    if rule.min_star is not None and star < rule.min_star:
        return Unsuitable("star" if star > 0 else "star_missing", rule, star if star > 0 else None)
    if rule.max_voc is None:
        return None
    voc = option.attributes.get(VOC)
    if not isinstance(voc, int | float):
        return Unsuitable("voc_missing", rule)
    has = Decimal(str(voc))
    return Unsuitable("voc", rule, has) if has > rule.max_voc else None
