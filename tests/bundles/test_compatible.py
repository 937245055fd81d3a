"""A needs B, A excludes C, a module fits the room, colours suit the place."""

from decimal import Decimal
from typing import Any

import pytest

from market.bundles.compatible import clashes
from market.bundles.errors import RuleRefused
from market.bundles.options import fill, unfit
from market.bundles.packing import Cover
from market.bundles.palette import palette_for, palettes, surfaces
from market.bundles.rule_check import checked_rules
from market.bundles.staff_forms import read_rules, rules_text
from market.bundles.takeoff import TakeOff
from market.bundles.types import FilledSlot, Option, Rule, RuleKind, Slot
from tests.factories.catalogue import listing_view

NEEDS = Rule(RuleKind.NEEDS, "board", "anchor", reason_zh="要锚", reason_en="anchors")
EXCLUDES = Rule(RuleKind.EXCLUDES, "board", "paint", "steel", "dark", "烫", "hot")


def slot(key: str, **over: Any) -> Slot:
    return Slot(key, "G105", key, key, "m2", "1", 0.0, **over)


def option(key: str, material: str = "", unfit: str = "") -> Option:
    listing = listing_view(id=key, material_key=material or None)
    return Option(key, listing, Cover(((key, 1),), 100, Decimal(1), Decimal(0)), 3, unfit=unfit)


def filled(key: str, material: str = "", *, skip: bool = False, need: float = 1) -> FilledSlot:
    off = TakeOff(key, "m2", need, 1, 0, need)
    return fill(slot(key), off, [option(key, material)], "" if skip else None, 1)


def test_what_is_needed_must_be_bought_too() -> None:
    assert clashes((NEEDS,), [filled("board"), filled("anchor")]) == ()
    (clash,) = clashes((NEEDS,), [filled("board"), filled("anchor", skip=True)])
    assert (clash.slot.key, clash.other.key, clash.is_hard) == ("board", "anchor", False)
    assert clashes((NEEDS,), [filled("board", skip=True), filled("anchor", skip=True)]) == ()
    assert clashes((NEEDS,), [filled("board"), filled("anchor", skip=True, need=0)]) == ()


def test_exclusions_hold_for_their_materials_only() -> None:
    (clash,) = clashes((EXCLUDES,), [filled("board", "steel"), filled("paint", "dark")])
    assert clash.is_hard
    for board, paint in (("steel", "light"), ("wood", "dark")):
        assert clashes((EXCLUDES,), [filled("board", board), filled("paint", paint)]) == ()


def test_rules_are_written_as_lines_and_read_back() -> None:
    text = "\n" + rules_text((NEEDS, EXCLUDES)).replace("\n", "\n\n")
    assert read_rules(text) == ((2, NEEDS), (4, EXCLUDES))
    for wrong in (
        "board needs",
        "board wants anchor | a | b",
        "board needs anchor",
        "A needs b|c|d",
    ):
        with pytest.raises(RuleRefused) as refused:
            read_rules(f"{rules_text((NEEDS,))}\n\n{wrong}")
        assert (refused.value.fault, refused.value.params["line"]) == ("unwritten", 3)
    assert read_rules("") == ()


SLOTS = (
    Slot(
        "eps", "G105", "板", "Board", "m2", "1", 0.0, material_key="eps80", alternatives=("rw50",)
    ),
    Slot("any", "G105", "板", "Board", "m2", "1", 0.0),
)


@pytest.mark.parametrize(
    ("text", "fault", "name"),
    [
        ("eps excludes nosuchslot:nomaterial", "unknown_slot", "nosuchslot"),
        ("nosuch needs eps", "unknown_slot", "nosuch"),
        ("eps:nomaterial needs any", "unknown_material", "nomaterial"),
        ("any excludes eps:nomaterial", "unknown_material", "nomaterial"),
        ("eps:xps50 needs any", "material_elsewhere", "xps50"),
        ("any:cement excludes eps", "material_elsewhere", "cement"),
        ("eps:eps80 excludes eps:rw50", "same_slot", "eps"),
    ],
)
def test_a_rule_that_could_never_count_is_refused_by_name(text: str, fault: str, name: str) -> None:
    written = read_rules(f"eps needs any | a | b\n\n{text} | a | b")
    rules, lines = [rule for _, rule in written], [line for line, _ in written]
    with pytest.raises(RuleRefused) as refused:
        checked_rules(rules, SLOTS, lines)
    told = refused.value
    assert (told.fault, told.params["line"], told.params["name"]) == (fault, 3, name)


def test_materials_that_may_be_laid_are_accepted() -> None:
    for text in ("eps:rw50 needs any:xps50", "any:geps100 excludes eps:eps80", "any needs eps"):
        checked_rules([rule for _, rule in read_rules(f"{text} | a | b")], SLOTS)


@pytest.mark.parametrize(
    ("sizes", "reason"),
    [
        ((1800, 1400, 2200), ""), ((1400, 1800, 2200), ""), ((2300, 1400, 2200), "too_big"),
        ((1900, 1900, 2200), "too_big"), ((1800, 1400, 2500), "too_big"), ((1800, 1400), "no_size"),
    ],
)  # fmt: skip
def test_a_module_must_fit_the_room(sizes: tuple[int, ...], reason: str) -> None:
    names = ("length_mm", "width_mm", "height_mm")
    pod = listing_view(attributes=dict(zip(names, sizes, strict=False)))
    room = {"room_l": 2.2, "room_w": 1.8, "room_h": 2.4}
    assert unfit(slot("pod", room="bath"), pod, room) == reason
    assert unfit(slot("pod"), pod, room) == ""


def test_what_does_not_fit_is_shown_and_never_chosen() -> None:
    off = TakeOff("pod", "set", 1, 1, 0, 1)
    found = fill(slot("pod"), off, [option("large", unfit="too_big"), option("small")], "large", 2)
    assert found.chosen is not None
    assert (found.chosen.key, found.problem) == ("small", "choice_gone")
    assert [o.key for o in found.refused] == ["large"]
    none = fill(slot("pod"), off, [option("large", unfit="too_big")], None, 1)
    assert (none.chosen, none.problem) == (None, "none_fits")


def test_every_province_has_a_palette_and_the_most_exact_wins() -> None:
    plateau, basin = palette_for("513321"), palette_for("510124")
    assert plateau is not None
    assert basin is not None
    assert plateau.name_en != basin.name_en
    assert palette_for("130624104") is not None
    assert {surface for p in palettes() for surface in p.colours} == {"wall", "roof"}
    assert set(surfaces().values()) == {"wall", "roof"}
