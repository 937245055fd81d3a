"""What a typed place means."""

import pytest

from market.sellers import errors
from market.sellers.places import resolve


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("阜平", "130624"),
        ("阜平县", "130624"),
        ("130624", "130624"),
        ("河北", "13"),
        ("内蒙古", "15"),
        ("河北省保定市阜平县", "130624"),
        ("  阜平   天生桥镇 ", "130624104"),
        ("北京 朝阳", "110105"),
        ("130000", "13"),
        ("hebei fuping", "130624"),
    ],
)
def test_a_name_means_the_widest_place_that_bears_it(session, typed, code):
    assert resolve(session, typed).digits == code


@pytest.mark.parametrize("typed", ["", "没这地方", "999999", "%", "_", "'", "0" * 9, "1" * 40])
def test_what_is_no_place_is_refused(session, typed):
    with pytest.raises(errors.UnknownRegion):
        resolve(session, typed)


def test_several_places_of_one_name_are_named(session):
    with pytest.raises(errors.PlaceAmbiguous) as caught:
        resolve(session, "鼓楼区")
    assert "江苏省南京市鼓楼区 320106" in caught.value.params["options"]


def test_the_whole_country_only_where_it_makes_sense(session):
    assert resolve(session, "全国", may_be_country=True).digits == ""
    with pytest.raises(errors.UnknownRegion):
        resolve(session, "全国")


def test_a_province_is_too_wide_where_a_county_is_needed(session):
    with pytest.raises(errors.RegionTooWide):
        resolve(session, "河北", narrowest=True)
