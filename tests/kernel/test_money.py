import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.kernel.money import allocate, allocate_shares, format_fen, parse_yuan, percent_of


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 10**9), min_size=1, max_size=30))
def test_allocation_sums_to_the_whole_and_stays_within_a_fen_of_the_exact_share(total, weights):
    parts = allocate(total, weights)
    assert sum(parts) == total
    whole = sum(weights)
    if whole:
        for part, weight in zip(parts, weights, strict=True):
            assert abs(part * whole - total * weight) <= whole


@given(
    st.lists(st.integers(0, 10**9), max_size=30),
    st.lists(st.integers(0, 10**4), min_size=1, max_size=5),
)
def test_shares_of_parts_keep_the_sum_of_every_part_and_of_every_share(parts, weights):
    rows = allocate_shares(parts, weights)
    assert [sum(row) for row in rows] == parts
    assert all(fen >= 0 for row in rows for fen in row)
    if parts:
        assert [sum(column) for column in zip(*rows, strict=True)] == allocate(sum(parts), weights)


def test_one_part_is_shared_as_it_would_be_alone():
    assert allocate_shares([101], [5000, 5000]) == [[51, 50]]
    with pytest.raises(ValueError, match="nothing"):
        allocate_shares([5], [])


def test_allocation_needs_somebody():
    with pytest.raises(ValueError, match="nothing"):
        allocate(5, [])


@given(st.integers(0, 10**13))
def test_an_amount_survives_writing_and_reading(fen):
    assert parse_yuan(format_fen(fen)) == fen


@pytest.mark.parametrize(
    ("text", "fen"),
    [("52.30", 5230), (" １２．５ ", 1250), ("1,234.5", 123450), ("1,2000", 1_200_000), ("0", 0)],
)
def test_what_people_type_is_read(text, fen):
    assert parse_yuan(text) == fen


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-1",
        "1e3",
        "NaN",
        "inf",
        "1.234",
        "1_000",
        "true",
        "0x10",
        "1.2.3",
        "9" * 13,
        "12,3",
        "1,234,5678",
        "0,500",
        "0.1,234",
        "，5",
        "1,,234",
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(ValueError, match="amount"):
        parse_yuan(text)


def test_percent_is_floored_to_the_fen():
    assert percent_of(999, 1500) == 149


def test_a_negative_amount_has_a_true_minus_sign():
    assert format_fen(-123456) == "\u22121,234.56"
