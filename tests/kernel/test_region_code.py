import pytest

from market.kernel.region_code import RegionCode


@pytest.mark.parametrize(
    ("given", "digits", "level"),
    [
        ("510000", "51", "province"),
        ("510100", "5101", "city"),
        ("510124", "510124", "county"),
        ("510124104", "510124104", "town"),
        ("51", "51", "province"),
        ("", "", "country"),
    ],
)
def test_padded_codes_mean_the_same_region(given, digits, level):
    code = RegionCode(given)
    assert (code.digits, code.level) == (digits, level)


def test_a_township_lies_in_its_county_city_and_province():
    town = RegionCode("510124104")
    assert town.prefixes == ("", "51", "5101", "510124", "510124104")
    assert RegionCode("5101").contains(town)
    assert not RegionCode("5102").contains(town)
    assert RegionCode("").contains(town)


@pytest.mark.parametrize("text", ["5", "510", "51012", "5101241041", "ab", "５１", "-1", "51 "])
def test_other_texts_are_refused(text):
    with pytest.raises(ValueError, match="region code"):
        RegionCode(text)
