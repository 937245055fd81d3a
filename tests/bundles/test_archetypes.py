"""House archetypes: every region has its own, they pre-fill sensible numbers, all are drawn."""

import csv
from dataclasses import replace

import pytest

from market.bundles.archetypes import ARCHETYPES, by_place, constructions
from market.bundles.house import MEASURES, HouseAnswers, measured
from market.bundles.insulation import SURFACES, transmission
from market.bundles.materials import bundle_data, geometry
from market.bundles.takeoff import take_off
from market.bundles.types import Slot
from market.drawings.files import HOUSES, builds
from market.drawings.houses import draw_house
from tests.architecture.source import ROOT

PROVINCES = ROOT / "market" / "regions" / "data" / "climate_zones_province_default.csv"


@pytest.mark.parametrize("key", ARCHETYPES)
def test_the_numbers_lie_within_what_the_form_accepts(key: str) -> None:
    for name, value in ARCHETYPES[key].defaults.items():
        if name in MEASURES:
            assert MEASURES[name].least <= value <= MEASURES[name].most, name


@pytest.mark.parametrize("key", ARCHETYPES)
def test_walls_roof_and_windows_are_pre_filled(key: str) -> None:
    house = measured(HouseAnswers(key), {}, geometry())
    assert 15 < house["wall_net"] < 500
    assert house["roof_flat"] > 30
    assert 0 < house["window_area"] < house["wall_gross"]
    assert house["wall_net"] + house["window_area"] < house["wall_gross"]
    item = ARCHETYPES[key]
    for element in ("wall", "roof", "window"):
        assert constructions()[getattr(item, element)].element == element


@pytest.mark.parametrize("key", ARCHETYPES)
def test_every_shipped_bundle_can_be_taken_off(key: str) -> None:
    for bundle in bundle_data()["bundles"]:
        house = measured(HouseAnswers(key), bundle["defaults"], geometry())
        for off in take_off([Slot(**row).formula for row in bundle["slots"]], house, "2B"):
            assert off.quantity >= 0


def test_of_a_cave_dwelling_only_the_front_counts() -> None:
    house = measured(HouseAnswers("cave-1"), {}, geometry())
    assert house["wall_gross"] == pytest.approx(house["L"] * house["h"])
    assert house["facade_n"] == house["facade_ew"] == 0


def test_every_province_has_houses_of_its_own_before_the_plain_ones() -> None:
    with PROVINCES.open(encoding="utf-8", newline="") as file:
        provinces = [row["adcode"][:2] for row in csv.DictReader(file)]
    for province in provinces:
        near, far = by_place(province)
        assert near[0].provinces, province
        assert len(near) + len(far) == len(ARCHETYPES)
        assert {item.key for item in near} >= {"one-pitched", "two-flat"}
    assert len(by_place(None)[0]) == 6


def test_the_wall_of_the_picture_counts_until_the_household_says_more() -> None:
    adobe = HouseAnswers("adobe-1")
    assert adobe.wall.key == "adobe400"
    assert replace(adobe, wall_mm=240).wall.key == "brick240"


def test_constructions_say_where_their_figures_come_from() -> None:
    for item in constructions().values():
        assert (item.resistance is None) != (item.u_value is None)
        assert item.source
        assert item.how
        assert item.trust in ("unverified", "estimate")
    for key, sum_in_words in (("brick240", 0.240 / 0.81 + 0.020 / 0.87),
                              ("slab120", 0.120 / 1.74 + 0.040 / 0.93)):  # fmt: skip
        base = constructions()[key].resistance or 0
        assert base == pytest.approx(sum_in_words, abs=0.001)
        assert transmission(base, ()) == pytest.approx(1 / (SURFACES + base))


def test_the_committed_pictures_are_the_drawn_ones() -> None:
    drawn = {key: draw_house(key, build) for key, build in builds().items()}
    stale = [key for key, text in drawn.items() if (HOUSES / f"{key}.svg").read_text() != text]
    assert not stale, "run: python -m market.drawings"
    assert {path.stem for path in HOUSES.glob("*.svg")} == set(ARCHETYPES)
    assert len(set(drawn.values())) == len(drawn)
