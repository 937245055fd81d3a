"""Places: what the picker offers, names, search, climate zones, distances."""

import time

import pytest
from sqlalchemy.orm import Session

from market.db.session import Database
from market.kernel.region_code import RegionCode
from market.regions import queries, service
from market.regions.errors import UnknownRegion


def names(session: Session, code: str) -> list[str]:
    return [place.name for place in queries.children(session, code)]


def test_all_places_load_in_seconds(make_database) -> None:
    database: Database = make_database()
    start = time.process_time()  # the machine may be busy with other tests
    with database.unit_of_work() as session:
        report = service.load(session)
    assert time.process_time() - start < 5
    assert (report.divisions, report.points, report.climate_rows) == (44_699, 3_339, 401)
    with database.unit_of_work() as session:
        service.load(session)  # safe to repeat
    database.dispose()


def test_the_first_step_offers_31_provinces(session: Session) -> None:
    assert len(names(session, "")) == 31


@pytest.mark.parametrize(
    ("province", "expected", "count"),
    [("11", "东城区", 16), ("50", "城口县", 38), ("41", "济源市", 18), ("46", "儋州市", 19)],
)
def test_placeholder_rows_are_hidden_and_what_lies_below_takes_their_place(
    session: Session, province: str, expected: str, count: int
) -> None:
    found = names(session, province)
    assert expected in found
    assert len(found) == count
    assert not {"市辖区", "县", "省直辖县级行政区划"} & set(found)


@pytest.mark.parametrize(("city", "town"), [("4419", "石碣镇"), ("4420", None), ("4604", None)])
def test_cities_without_counties_offer_their_towns(
    session: Session, city: str, town: str | None
) -> None:
    offered = queries.children(session, city)
    assert offered
    assert {place.level for place in offered} == {"town"}
    assert town is None or town in [place.name for place in offered]
    assert queries.get_deliverable(session, offered[0].code).code == offered[0].code


def test_jiayuguan_works_and_is_named_once(session: Session) -> None:
    assert "新城镇" in names(session, "620201")
    assert queries.label(session, "620201100") == "甘肃省嘉峪关市新城镇"


def test_a_path_leaves_placeholders_out(session: Session) -> None:
    assert queries.label(session, "110101001") == "北京市东城区东华门街道"
    english = queries.label(session, "130624104", "en")
    assert english == "Tianshengqiao Town, Fuping County, Baoding City, Hebei Province"


@pytest.mark.parametrize("code", ["999999", "abc", "1101", "", "13", "130624"])
def test_goods_go_to_real_townships_only(session: Session, code: str) -> None:
    with pytest.raises(UnknownRegion):
        queries.get_deliverable(session, code)


def test_a_county_without_towns_is_chosen_itself(session: Session) -> None:
    assert queries.get_deliverable(session, "350527").name == "金门县"


@pytest.mark.parametrize(
    "typed",
    [
        "天生桥",
        "tianshengqiao",
        "阜平 天生桥",
        "fuping tianshengqiao",
        "阜平县天生桥镇",
        "Tiansheng",
    ],
)
def test_search_by_name_pinyin_and_whole_address(session: Session, typed: str) -> None:
    assert "130624104" in [found.place.code for found in queries.search(session, typed)]


@pytest.mark.parametrize("typed", ["%", "_", "'; drop table divisions; --", "\\", "   ", "😀"])
def test_odd_search_text_finds_nothing_and_breaks_nothing(session: Session, typed: str) -> None:
    assert queries.search(session, typed) == []


def test_climate_zone_of_a_township_comes_from_its_prefecture(session: Session) -> None:
    zone = queries.climate_zone(session, "130624104")
    assert (zone.zone, zone.major, zone.warning) == ("2B", "寒冷地区", None)


def test_doubtful_zones_carry_a_warning(session: Session) -> None:
    assert queries.climate_zone(session, "513321").warning is not None  # 甘孜
    assert queries.climate_zone(session, "110101").zone == "2B"


def test_every_county_has_a_climate_zone(session: Session) -> None:
    for province in queries.children(session):
        for below in queries.children(session, province.code):
            assert queries.climate_zone(session, below.code).zone


def test_distances_are_great_circle_and_local_inside_one_county(session: Session) -> None:
    assert queries.distance_label(session, "130624101", "130624104") == "县内"
    assert queries.distance_label(session, "441900101", "441900102") == "县内"
    assert 1060 <= (queries.distance_km(session, "110101", "310101") or 0) <= 1080
    assert queries.distance_label(session, "110101001", "130624104").startswith("约 ")
    assert queries.distance_km(session, "110101", "999999") is None


def test_distances_to_many_places_need_one_statement(session: Session) -> None:
    found = queries.distances(session, "130624104", ["110101", "310101", RegionCode("4419")])
    assert set(found) == {"110101", "310101", "4419"}
    assert all(found.values())
