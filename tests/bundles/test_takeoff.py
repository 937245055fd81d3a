"""Quantities, costs and carbon of the seven bundles agree with the worked examples."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.bundles.carbon import CarbonLevel, CarbonLine, add_up
from market.bundles.materials import bundle_data, geometry, materials
from market.bundles.takeoff import SlotFormula, formula, inputs_of, measure, take_off

EXAMPLES = json.loads((Path(__file__).parent / "data" / "bundle_examples.json").read_text())
BUNDLES = {row["slug"]: row for row in bundle_data()["bundles"]}


def slots_of(slug: str) -> list[SlotFormula]:
    return [
        SlotFormula(s["key"], s["unit"], s["quantity"], s["waste"], s["zone_factors"])
        for s in BUNDLES[slug]["slots"]
    ]


def house(example: dict[str, Any]) -> dict[str, float]:
    return measure({**example["inputs"], "pv_m2_per_kw": 5}, geometry())


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["bundle"])
def test_geometry_matches_the_example(example: dict[str, Any]) -> None:
    values = house(example)
    assert {key: round(values[key], 3) for key in example["geometry"]} == example["geometry"]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["bundle"])
def test_quantities_match_the_example(example: dict[str, Any]) -> None:
    lines = take_off(slots_of(example["bundle"]), house(example))
    assert [(line.key, round(line.quantity, 2), line.unit) for line in lines] == [
        (line["material"], line["qty"], line["unit"].lower()) for line in example["lines"]
    ]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["bundle"])
def test_cost_labour_and_carbon_match_the_example(example: dict[str, Any]) -> None:
    values = house(example)
    lines = take_off(slots_of(example["bundle"]), values)
    known = materials()
    costs = [line.quantity * float(known[line.key].price_typ_yuan) for line in lines]
    assert [round(cost, 2) for cost in costs] == [x["cost_typ_cny"] for x in example["lines"]]
    assert round(sum(costs)) == example["material_cost_cny"][1]
    labour = BUNDLES[example["bundle"]]["labour"]
    for at, rate in enumerate(("low_fen", "high_fen")):
        total = sum(formula(row["quantity"]).evaluate(values) * row[rate] / 100 for row in labour)
        assert round(total) == example["labour_cost_cny"][at]
    carbon = [
        CarbonLine(x.key, Decimal(str(x.quantity)), known[x.key].carbon_kg, CarbonLevel.AVERAGE)
        for x in lines
    ]
    each = [round(line.quantity * float(known[line.key].carbon_kg or 0), 1) for line in lines]
    assert each == [line["ec_kgco2e"] for line in example["lines"]]
    assert round(add_up(carbon).kg) == example["embodied_kgco2e"]


def test_two_layers_of_insulation_in_the_coldest_zones() -> None:
    values = house(EXAMPLES[0])
    plain, doubled = (take_off(slots_of("cold-envelope"), values, zone) for zone in ("1C", "1A"))
    assert doubled[0].quantity == pytest.approx(2 * plain[0].quantity)
    assert doubled[0].factor == 2
    assert doubled[1:] == plain[1:]


def test_a_typed_wall_area_replaces_the_formula_and_the_rest_follows() -> None:
    inputs = {**EXAMPLES[1]["inputs"], "pv_m2_per_kw": 5}
    slots = slots_of("cold-clean-heat")
    small, large = (
        take_off(slots, measure(inputs, geometry(), {"wall_net": area}), "2B")
        for area in (180, 200)
    )
    assert small[0].quantity == pytest.approx((180 + 10.8 * 0.3) * 1.05)
    assert large[0].quantity == pytest.approx((200 + 10.8 * 0.3) * 1.05)


def test_only_the_inputs_a_bundle_uses_are_asked_for() -> None:
    texts = [slot.quantity for slot in slots_of("age-friendly-bath-kitchen")]
    assert inputs_of(texts, geometry()) == {"bath_n", "kitchen_n"}


@given(st.floats(3, 40), st.floats(0, 10), st.sampled_from(sorted(BUNDLES)))
def test_quantities_never_shrink_when_the_house_grows(
    length: float, more: float, slug: str
) -> None:
    base = {**EXAMPLES[0]["inputs"], "pv_m2_per_kw": 5}
    before, after = (
        take_off(slots_of(slug), measure({**base, "L": size}, geometry()))
        for size in (length, length + more)
    )
    assert all(b.quantity <= a.quantity + 1e-9 for b, a in zip(before, after, strict=True))


def test_carbon_states_what_is_missing() -> None:
    total = add_up(
        [
            CarbonLine("a", Decimal(10), Decimal(2), CarbonLevel.DECLARED),
            CarbonLine("b", Decimal(20), Decimal(3), CarbonLevel.AVERAGE),
            CarbonLine("c", Decimal(5), None, CarbonLevel.MISSING),
        ]
    )
    assert (total.kg, total.missing, total.lines) == (Decimal(80), 1, 3)
    assert [(s.level.value, s.share) for s in total.shares] == [
        ("declared", 0.25),
        ("average", 0.75),
    ]


AREAS = ("wall_net", "window_area", "roof_flat", "roof_slope")


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(sorted(BUNDLES)),
    st.fixed_dictionaries({key: st.tuples(st.floats(0, 400), st.floats(0, 400)) for key in AREAS}),
)  # fmt: skip
def test_quantities_grow_with_the_areas(slug: str, areas: dict[str, tuple[float, float]]) -> None:
    inputs = {**EXAMPLES[1]["inputs"], "pv_m2_per_kw": 5, **BUNDLES[slug]["defaults"]}
    small, large = (
        take_off(slots_of(slug), measure(inputs, geometry(), known))
        for known in (
            {key: low for key, (low, _) in areas.items()},
            {key: low + more for key, (low, more) in areas.items()},
        )
    )
    assert all(a.quantity <= b.quantity for a, b in zip(small, large, strict=True))
