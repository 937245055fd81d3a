"""Which rules of a bundle the choices break. Pure."""

from collections.abc import Sequence

from market.bundles.types import Clash, FilledSlot, Rule, RuleKind


def clashes(rules: Sequence[Rule], slots: Sequence[FilledSlot]) -> tuple[Clash, ...]:
    """Every broken rule, in the order of the rules."""
    by_key = {item.slot.key: item for item in slots}
    found = []
    for rule in rules:
        one, other = by_key.get(rule.slot), by_key.get(rule.other)
        if one is None or other is None or not _holds(one, rule.material):
            continue
        there = _holds(other, rule.other_material)
        if there == (rule.kind is RuleKind.EXCLUDES) and other.need > 0:
            found.append(Clash(rule, one.slot, other.slot))
    return tuple(found)


def _holds(item: FilledSlot, material: str) -> bool:
    return item.is_bought and material in ("", item.material_key)
