"""Do the units of a formula fit together, and does it give what the slot is counted in? Pure.

Every measure of a house has a dimension: a power of the metre, or a bare number (pieces,
rooms, shares). A written number may carry any unit ("5 kg for each m²"), so a product with one
in it fits everywhere. What is left is what people get wrong: an area plus a length, or square
metres where kilograms are wanted.
"""

from collections.abc import Mapping

from market.bundles.expressions import (
    Call,
    FormulaError,
    Name,
    Negation,
    Node,
    Number,
    Operation,
    parse,
)

Dimension = int | None  # power of the metre; None: a written number is in it

DIMENSIONS: Mapping[str, int] = {
    "L": 1, "W": 1, "h": 1, "eave": 1, "perimeter": 1, "window_perim": 1,
    "room_l": 1, "room_w": 1, "room_h": 1,
    "door_area": 2, "wall_gross": 2, "facade_s": 2, "facade_n": 2, "facade_ew": 2,
    "window_area": 2, "wall_net": 2, "roof_flat": 2, "roof_slope": 2, "floor_area": 2,
    "ground_area": 2, "reveal_area": 2, "bath_floor": 2, "bath_wall": 2, "kitchen_floor": 2,
    "kitchen_wall": 2,
}  # fmt: skip
_WRITTEN = {0: "1", 1: "m", 2: "m²", 3: "m³"}
_COUNTED = frozenset({"piece", "set", "roll", "room"})
_METRES = {"m": 1, "m2": 2, "m3": 3}


def check_units(text: str, unit: str) -> None:
    """Refuse a formula whose parts or result have the wrong unit.

    Raises FormulaError `unit_mixed` at the operator that joins two units, `unit_result` at the
    beginning when the result cannot be counted in `unit`, and what `parse` raises.
    """
    found = _dimension(parse(text).root)
    if found is None:
        return
    if unit in _METRES:
        wanted = _METRES[unit]
    elif unit in _COUNTED:
        wanted = 0
    else:  # kg, l, t, w: only a written number can turn metres or pieces into them
        raise FormulaError("unit_result", 1, _WRITTEN.get(found, f"m^{found}"))
    if found != wanted:
        raise FormulaError("unit_result", 1, _WRITTEN.get(found, f"m^{found}"))


def _dimension(node: Node) -> Dimension:
    match node:
        case Number():
            return None
        case Name():
            return DIMENSIONS.get(node.name, 0)
        case Negation():
            return _dimension(node.operand)
        case Operation():
            return _of_operation(node)
        case Call():
            return _of_call(node)


def _of_operation(node: Operation) -> Dimension:
    left, right = _dimension(node.left), _dimension(node.right)
    if node.operator in "+-":
        return _same(left, right, node.position)
    if left is None or right is None:
        return None
    return left + right if node.operator == "*" else left - right


def _of_call(node: Call) -> Dimension:
    found = [_dimension(argument) for argument in node.arguments]
    if node.function == "cos":
        return _same(found[0], 0, node.position)
    result = found[0]
    for other in found[1:]:
        result = _same(result, other, node.position)
    return result


def _same(left: Dimension, right: Dimension, position: int) -> Dimension:
    if left is not None and right is not None and left != right:
        both = f"{_WRITTEN.get(left, '?')}, {_WRITTEN.get(right, '?')}"
        raise FormulaError("unit_mixed", position, both)
    return left if right is None else right
