"""Heat demand agrees with the worked cases; savings are ranges that hold their usual value."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.bundles.energy import (
    Heating,
    Range,
    fuel_units,
    heat_demand,
    heat_loss,
    make_power,
    payback_years,
    save_heat,
)
from market.bundles.reference import (
    coefficients,
    fuel_of,
    fuels,
    grid_kg_per_kwh,
    heat_pump,
    solar_kwh_per_kw,
    usual_fuel,
    zone_degree_days,
)

DATA = Path(__file__).parent / "data"
CASES = json.loads((DATA / "energy_check.json").read_text(encoding="utf-8"))["cases"]
F = coefficients()["part_time"].range


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["city"])
def test_heat_demand_of_the_given_loss_is_within_two_per_mille(case: dict[str, Any]) -> None:
    for when in ("before", "after"):
        found = heat_demand(case[f"H_{when}_w_k"], case["hdd18"], F.usual)
        assert found == pytest.approx(case[f"demand_{when}_kwh"], rel=0.002)
        assert round(found / 80) == pytest.approx(case[f"kwh_m2_{when}"], abs=1)
    saved = 1 - case["H_after_w_k"] / case["H_before_w_k"]
    assert round(100 * saved) == pytest.approx(case["saving_pct"], abs=1)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["city"])
def test_coal_of_the_given_demand(case: dict[str, Any]) -> None:
    coal = fuel_of("raw_coal", "11")
    burnt = fuel_units(case["demand_before_kwh"], coal, coal.efficiency.usual)
    assert burnt == pytest.approx(case["coal_before_kg"], rel=0.002)


def test_loss_adds_up_elements_and_air() -> None:
    found = heat_loss({"wall": 100, "roof": 80}, {"wall": 1.5, "roof": 2.0}, 240)
    assert found == pytest.approx(150 + 160 + 0.335 * 240)


def heating(**over: Any) -> Heating:
    told = {
        "h_before": 598, "h_after": 214, "degree_days": Range.of(2699), "part_time": F,
        "take_back": coefficients()["take_back"].range,
        "before": fuel_of("raw_coal", "13"), "after": fuel_of("raw_coal", "13"), **over,
    }  # fmt: skip
    return Heating(**told)


def test_part_of_the_saving_is_taken_back() -> None:
    saved = save_heat(heating())
    demand = heat_demand(598, 2699, 0.3) - heat_demand(214, 2699, 0.3)
    assert saved.kwh.usual == pytest.approx(0.75 * demand)
    assert saved.kwh.low == pytest.approx(demand / 0.3 * 0.25 * 0.7)
    assert saved.kwh.high == pytest.approx(demand / 0.3 * 0.6 * 0.8)


def test_the_same_fuel_never_costs_more_after_less_heat() -> None:
    assert save_heat(heating()).yuan.low > 0


def test_a_heat_pump_instead_of_coal_may_cost_more_and_says_so() -> None:
    saved = save_heat(heating(h_after=598, after=heat_pump("13")))
    assert saved.kwh == Range(0, 0, 0)
    assert saved.yuan.low < 0 < saved.yuan.high
    assert saved.kg.usual > 0


@given(
    st.floats(50, 2000), st.floats(0, 1), st.floats(100, 8000), st.floats(0, 1000),
    st.sampled_from(sorted(fuels())), st.sampled_from([*sorted(fuels()), "pump"]),
)  # fmt: skip
def test_the_usual_case_lies_within_the_range(
    h: float, share: float, days: float, more: float, before: str, after: str
) -> None:
    new = heat_pump("62") if after == "pump" else fuel_of(after, "62")
    winter = Range(days, days + more / 2, days + more)
    told = heating(h_before=h, h_after=h * share, degree_days=winter,
                   before=fuel_of(before, "62"), after=new)  # fmt: skip
    for part in (save_heat(told).kwh, save_heat(told).yuan, save_heat(told).kg):
        assert part.low - 1e-6 <= part.usual <= part.high + 1e-6


def test_panels_and_payback() -> None:
    made = make_power(9, solar_kwh_per_kw("13") or 0, fuel_of("electricity", "13"))
    assert made.kwh.usual == 9 * 1300
    assert made.kg.usual == pytest.approx(9 * 1300 * 0.6516)
    soon, usual, late = payback_years(Range(20_000, 21_000, 22_000), made.yuan)
    assert soon is not None
    assert usual is not None
    assert late is not None
    assert soon < usual < late
    assert payback_years(Range.of(1), Range(-5, 0, 1)) == (1, None, None)


def test_places_without_their_own_figures_use_wider_ones() -> None:
    assert grid_kg_per_kwh("54") == grid_kg_per_kwh("") == 0.5306
    assert grid_kg_per_kwh("13") == 0.6516
    assert zone_degree_days()["2B"] == Range(2000, 2900, 3800)
    assert set(zone_degree_days()) == {f"{n}{x}" for n, s in
                                       ((1, "ABC"), (2, "AB"), (3, "AB"), (4, "AB"), (5, "AB"))
                                       for x in s}  # fmt: skip
    assert usual_fuel("寒冷地区") == "raw_coal"
    assert usual_fuel("夏热冬暖地区") == "electricity"
