"""Formulas whose units do not fit are refused, at the place of the fault."""

import pytest

from market.bundles.expressions import FormulaError
from market.bundles.materials import bundle_data
from market.bundles.units import check_units


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("wall_net+reveal_area*0.3", "m2"), ("5*wall_net", "kg"), ("L*h*floors", "m2"),
        ("2*(L+W)", "m"), ("bath_n+kitchen_n", "piece"), ("ceil(window_perim/12)", "piece"),
        ("max(wall_net, window_area)", "m2"), ("roof_slope*cos(pitch_deg)", "m2"),
        ("L*W*h", "m3"), ("floor_area/W", "m"), ("1000*pv_kw", "w"), ("-2*L+perimeter", "m"),
    ],
)  # fmt: skip
def test_units_that_fit_pass(text: str, unit: str) -> None:
    check_units(text, unit)


@pytest.mark.parametrize(
    ("text", "unit", "code", "position", "found"),
    [
        ("wall_net+perimeter", "m2", "unit_mixed", 9, "m², m"),
        ("2*wall_net+bath_floor-L", "m2", "unit_mixed", 22, "m², m"),
        ("max(wall_net, L)", "m2", "unit_mixed", 1, "m², m"),
        ("wall_net", "kg", "unit_result", 1, "m²"),
        ("bath_n", "kg", "unit_result", 1, "1"),
        ("perimeter", "m2", "unit_result", 1, "m"),
        ("ceil(window_perim)", "piece", "unit_result", 1, "m"),
        ("cos(L)", "piece", "unit_mixed", 1, "m, 1"),
        ("L*W*h", "m2", "unit_result", 1, "m³"),
    ],
)
def test_units_that_do_not_fit_are_refused_where_they_meet(
    text: str, unit: str, code: str, position: int, found: str
) -> None:
    with pytest.raises(FormulaError) as fault:
        check_units(text, unit)
    assert (fault.value.code, fault.value.position, fault.value.found) == (code, position, found)


def test_every_shipped_formula_fits() -> None:
    for bundle in bundle_data()["bundles"]:
        for row in (*bundle["slots"], *bundle["labour"]):
            check_units(row["quantity"], row["unit"])
