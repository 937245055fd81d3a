"""Names in English and the arithmetic of distances."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.regions.romanise import english_name, initials, search_key
from market.regions.rules import great_circle_km, split_address

POINTS = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@pytest.mark.parametrize(
    ("name", "level", "english"),
    [
        ("阜平县", "county", "Fuping County"),
        ("蔚县", "county", "Yuxian County"),
        ("西安市", "city", "Xi'an City"),
        ("陕西省", "province", "Shaanxi Province"),
        ("天生桥镇", "town", "Tianshengqiao Town"),
        ("吕梁市", "city", "Lüliang City"),
        ("积石山保安族东乡族撒拉族自治县", "county",
         "Jishishan Bonan, Dongxiang and Salar Autonomous County"),
        ("顺河回族区", "county", "Shunhe Hui District"),
        ("芙蓉桥白族乡", "town", "Furongqiao Bai Ethnic Township"),
    ],
)  # fmt: skip
def test_place_names_for_english_readers(name: str, level: str, english: str) -> None:
    assert english_name(name, level) == english


def test_search_keys() -> None:
    assert search_key("阜平县") == "fupingxian"
    assert initials("阜平县") == "fpx"


def test_an_address_without_spaces_is_cut_after_administrative_words() -> None:
    assert split_address("阜平县天生桥镇") == ["阜平县", "天生桥镇"]


@given(POINTS, POINTS)
def test_distance_is_symmetric_and_bounded(a: tuple[float, float], b: tuple[float, float]) -> None:
    there, back = great_circle_km(a, b), great_circle_km(b, a)
    assert there == pytest.approx(back)
    assert 0 <= there <= 20_016
