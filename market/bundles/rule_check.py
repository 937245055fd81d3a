"""Whether the rules of a bundle can ever hold: they name slots and materials that it has."""

from collections.abc import Collection, Sequence

from market.bundles.errors import RuleRefused
from market.bundles.materials import materials
from market.bundles.types import Rule, Slot


def checked_rules(rules: Sequence[Rule], slots: Sequence[Slot], lines: Sequence[int] = ()) -> None:
    """Raises `RuleRefused` for the first rule that could never count, with the line it was
    written on (`lines`; without them the rules stand on one line each)."""
    by_key = {slot.key: slot for slot in slots}
    for at, rule in enumerate(rules):
        line = lines[at] if at < len(lines) else at + 1
        for key, material in ((rule.slot, rule.material), (rule.other, rule.other_material)):
            slot = by_key.get(key)
            if slot is None:
                raise RuleRefused("unknown_slot", line, name=key)
            if material and material not in _laid(slot):
                known = material in materials()
                fault = "material_elsewhere" if known else "unknown_material"
                raise RuleRefused(fault, line, name=material, slot=key)
        if rule.slot == rule.other:
            raise RuleRefused("same_slot", line, name=rule.slot)


def _laid(slot: Slot) -> Collection[str]:
    """The materials that may fill a slot: any of its kind where none is prescribed."""
    own = {key for key in slot.materials if key}
    if slot.material_key and not slot.product_id:
        return own
    return own | {m.key for m in materials().values() if m.kind_code == slot.kind_code}
