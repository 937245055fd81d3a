"""U-values of insulated walls and roofs against the regional limit."""

import pytest

from market.bundles.archetypes import constructions
from market.bundles.insulation import Layer, Limit, UCheck, check
from market.bundles.materials import limit_for


def check_wall(mm: int, layers: list[Layer], limit: Limit | None) -> UCheck:
    return check("wall", constructions()[f"brick{mm}"].resistance or 0, layers, limit)


def check_roof(layers: list[Layer], limit: Limit | None) -> UCheck:
    return check("roof", constructions()["tile_ceiling"].resistance or 0, layers, limit)


def test_eps_makes_a_brick_wall_pass_in_the_cold_zone() -> None:
    check = check_wall(370, [Layer("EPS", 80, 0.039)], limit_for("2B", "寒冷地区", "wall"))
    assert check.before == pytest.approx(1.59, abs=0.01)
    assert check.after == pytest.approx(0.37, abs=0.01)
    assert check.limit is not None
    assert check.limit.u_max == 0.65
    assert check.passes


def test_a_bare_wall_fails() -> None:
    check = check_wall(240, [], limit_for("1A", "严寒地区", "wall"))
    assert check.passes is False
    assert check.after == check.before


def test_two_layers_halve_the_resistance_gap() -> None:
    one, two = ([Layer("EPS", 100, 0.033)] * count for count in (1, 2))
    assert check_wall(370, two, None).after < check_wall(370, one, None).after
    assert check_wall(370, two, None).passes is None


def test_roof_and_windows_have_limits_of_their_own() -> None:
    assert check_roof([Layer("XPS", 80, 0.03)], limit_for("2A", "寒冷地区", "roof")).passes
    limit = limit_for("3A", "夏热冬冷地区", "window")
    assert limit is not None
    assert limit.u_max == 3.2
    warm = limit_for("4A", "夏热冬暖地区", "window")
    assert warm is None
