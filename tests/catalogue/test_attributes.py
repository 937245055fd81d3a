"""Parameters are kept in one unit per key, however their unit was written."""

import pytest

from market.catalogue.attributes import read_attributes


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("thickness_mm", "100", 100),
        ("thickness_mm", "10 cm", 100),
        ("thickness_mm", "10公分", 100),
        ("thickness_mm", "０.１米", 100),
        ("length_mm", "1,200 mm", 1200),
        ("voc_g_l", "80 g/L", 80),
        ("voc_g_l", "80000mg/L", 80),
        ("density_kg_m3", "0.02 g/cm³", 20),
        ("lambda_w_mk", "0.033 W/(m·K)", 0.033),
        ("lambda_w_mk", "0.033W/m·K", 0.033),
        ("heat_output_kw", "12000 W", 12),
        ("volume_l", "500毫升", 0.5),
        ("pressure_mpa", "16 bar", 1.6),
        ("efficiency_pct", "92%", 92),
        ("cop", "3.2", 3.2),
    ],
)
def test_a_number_is_kept_in_the_unit_of_its_key(key, text, value):
    assert read_attributes({key: text}, [key]) == ({key: pytest.approx(value)}, {})


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("thickness_mm", "10 kg"),
        ("thickness_mm", "约 100"),
        ("thickness_mm", "50-100"),
        ("thickness_mm", "-5"),
        ("thickness_mm", "0,5"),
        ("voc_g_l", "80 cm"),
        ("cop", "3.2 kW"),
    ],
)
def test_an_unknown_unit_is_refused_not_guessed(key, text):
    values, errors = read_attributes({key: text}, [key])
    assert values == {}
    assert list(errors) == [key]


def test_an_empty_answer_is_a_gap_and_never_zero():
    assert read_attributes({"voc_g_l": " "}, ["voc_g_l"]) == ({}, {})
