"""What a house was built with becomes formulas, and the heat it needs becomes an estimate."""

from dataclasses import replace
from decimal import Decimal

import pytest

from market.bundles.formulas import checked
from market.demonstrations import drafting
from market.demonstrations.types import BillLine, Place, ProjectKind
from market.regions.types import ClimateZone
from market.uses.types import Use
from tests.factories.demonstrations import DRAFT, HOUSE

ZONE = ClimateZone("2A", "A", hdd18=2700)
VALUES = drafting.values_of(HOUSE)
BOARD = BillLine(
    id="1", order_row_id="o", kind_code="G105", kind_zh="保温材料", kind_en="Insulation",
    product_id="p1", product_zh="板", product_en="Board", material_key="eps80",
    variant_label="包", unit="m2", pack_size=Decimal(3), packs=42, unit_price_fen=9000,
    amount_fen=378_000, place=Place.WALL, use=Use.OUTDOOR,
)  # fmt: skip


def slot(*lines, offered=frozenset()):
    [found] = drafting.slots_of(lines, VALUES, offered)
    return found


def test_an_area_of_goods_becomes_so_much_for_each_square_metre():
    found = slot(BOARD, offered={"p1"})
    assert (found.key, found.quantity, found.waste) == ("eps80-wall-m2", "1.05*wall_net", 0.0)
    assert (found.product_id, found.material_key, found.element) == ("p1", "eps80", "wall")
    assert found.note_zh == "估算：示范工程外墙 120 m² 用了 126 m²，每 m² 1.05，含整包余量"
    assert "126 m² for 120 m² of outer wall" in found.note_en
    assert checked(found.quantity, {}, found.unit) > 0


@pytest.mark.parametrize(
    ("change", "quantity"),
    [
        ({"place": Place.OTHER}, "126"),  # nobody said where it went
        ({"packs": 4}, "12"),  # a tenth of the wall: not for all of it
        ({"packs": 400}, "1200"),  # ten times the wall
        ({"place": Place.ROOF}, "1.575*roof_flat"),
        ({"place": Place.FLOOR}, "1.575*floor_area"),
        ({"unit": "kg", "kind_code": "G107", "packs": 200}, "5*wall_net"),
        ({"unit": "set", "kind_code": "G501", "packs": 1, "pack_size": Decimal(1)}, "1"),
    ],
)
def test_what_does_not_divide_plausibly_stays_a_number(change, quantity):
    found = slot(replace(BOARD, **change))
    assert found.quantity == quantity
    checked(found.quantity, {}, found.unit)
    assert found.note_zh.startswith("估算：")
    assert len(found.note_zh) <= 150


def test_the_use_of_goods_is_that_of_their_slot():
    assert slot(BOARD).use_key == "outdoor"
    inside = replace(BOARD, id="2", use=Use.CHILD_ROOM)
    found = drafting.slots_of([BOARD, inside], VALUES, frozenset())
    assert sorted((one.key, one.use_key) for one in found) == [
        ("eps80-wall-m2", "outdoor"), ("eps80-wall-m2-child-room", "child_room"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "part", "use"),
    [
        ("X01", Place.WALL, Use.STRUCTURAL), ("G105", Place.WALL, Use.OUTDOOR),
        ("G304", Place.FLOOR, Use.INDOOR), ("G304", Place.OTHER, Use.INDOOR),
        ("X04", Place.OTHER, Use.OUTDOOR), ("G201", Place.WINDOW, Use.OUTDOOR),
    ],
)  # fmt: skip
def test_what_goods_are_used_for_unless_somebody_says_otherwise(kind, part, use):
    assert drafting.usual_use(kind, part) is use


def test_one_slot_for_each_material_and_part_names_what_cost_most():
    dear = replace(BOARD, id="2", product_id="p2", amount_fen=500_000)
    roof = replace(BOARD, id="3", place=Place.ROOF)
    wall, ceiling = drafting.slots_of([roof, BOARD, dear], VALUES, {"p1", "p2"})
    assert (wall.product_id, wall.material_key, wall.quantity) == ("p2", "eps80", "2.1*wall_net")
    assert wall.layers == 2
    assert ceiling.element == "roof"
    assert slot(BOARD).product_id == ""  # no longer offered: whatever is of its kind


def test_two_materials_of_one_kind_are_two_things():
    bond = replace(BOARD, kind_code="G107", material_key="bondmortar", unit="kg", packs=200)
    render = replace(bond, id="2", material_key="rendmortar", packs=240)
    plain = replace(bond, id="3", material_key="")
    found = drafting.slots_of([bond, render, plain], VALUES, frozenset())
    assert {one.key: one.quantity for one in found} == {
        "bondmortar-wall-kg": "5*wall_net", "rendmortar-wall-kg": "6*wall_net",
        "g107-wall-kg": "5*wall_net",
    }  # fmt: skip
    assert {one.name_zh for one in found} == {"粘结砂浆", "抹面抗裂砂浆", "保温材料"}


def test_goods_in_other_units_stay_out():
    odd = replace(BOARD, unit="kwp")
    assert drafting.slots_of([odd], VALUES, frozenset()) == ()
    assert drafting.left_out([odd, BOARD]) == [odd]


def test_heat_is_worked_out_where_the_goods_say_enough():
    heat = drafting.heat_of(DRAFT, [BOARD], ZONE)
    assert heat is not None
    assert 0 < heat.after_kwh < heat.before_kwh
    half = drafting.heat_of(DRAFT, [replace(BOARD, packs=20)], ZONE)
    assert half is not None
    assert heat.after_kwh < half.after_kwh < heat.before_kwh  # half the wall, half the gain
    assert drafting.heat_of(DRAFT, [replace(BOARD, place=Place.OTHER)], ZONE) is None
    assert drafting.heat_of(DRAFT, [BOARD], None) is None
    assert drafting.heat_of(replace(DRAFT, kind=ProjectKind.FACILITY), [BOARD], ZONE) is None
