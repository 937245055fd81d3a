"""The formula language refuses with a position and never reaches Python."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.bundles.expressions import FormulaError, parse


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1+2*3", 7), ("(1+2)*3", 9), ("-2*-3", 6), ("8/4/2", 1), ("7-2-1", 4),
        ("ceil(8.01)", 9), ("floor(8.99)", 8), ("min(3, 1, 2)", 1), ("max(3,1)", 3),
        ("ceil(a/2.25)", 9), (" 2 × （a − 1.8）", 36), (".5*4", 2), ("cos(60)", 0.5),
    ],
)  # fmt: skip
def test_formulas_evaluate(text: str, value: float) -> None:
    assert parse(text, {"a"}).evaluate({"a": 19.8}) == pytest.approx(value)


def test_rounding_forgives_binary_noise() -> None:
    assert parse("ceil(0.1*3*10)").evaluate({}) == 3
    assert parse("floor(0.29*100)").evaluate({}) == 29


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("", "empty", 1), ("2+", "unexpected_end", 3), ("2+*3", "unexpected", 3),
        ("(1+2", "unexpected_end", 5), ("1+2)", "unexpected", 4),
        ("wall_nett*2", "unknown_name", 1),
        ("2*eval(1)", "unknown_function", 3), ("ceil(1,2)", "wrong_arguments", 1),
        ("4/0", "division_by_zero", 2), ("1.2.3", "bad_number", 1),
        ("a;b", "unexpected_character", 2),
        ("__import__", "unknown_name", 1), ("a.b", "unexpected", 2), ("1e5", "unexpected", 2),
        ("'x'", "unexpected_character", 1), ("a**2", "unexpected", 3),
    ],
)  # fmt: skip
def test_faults_name_their_position(text: str, code: str, position: int) -> None:
    with pytest.raises(FormulaError) as fault:
        parse(text, {"a"})
    assert (fault.value.code, fault.value.position) == (code, position)


def test_division_by_a_value_of_zero_is_refused_when_evaluated() -> None:
    with pytest.raises(FormulaError, match="division_by_zero"):
        parse("1/(a-a)").evaluate({"a": 3})


def test_deep_and_long_formulas_are_refused_not_crashed() -> None:
    with pytest.raises(FormulaError, match="too_deep"):
        parse("(" * 100 + "1" + ")" * 100)
    with pytest.raises(FormulaError, match="too_long"):
        parse("1+" * 500 + "1")


def test_infinite_results_are_refused() -> None:
    with pytest.raises(FormulaError, match="not_finite"):
        parse("a*a").evaluate({"a": 1e200})
    with pytest.raises(FormulaError, match="not_finite"):
        parse("ceil(a*a)").evaluate({"a": 1e200})


@given(st.text(max_size=40))
def test_any_text_parses_or_is_refused(text: str) -> None:
    position, value = 1, 0.0
    try:
        value = parse(text, set()).evaluate({})
    except FormulaError as fault:
        position = fault.position
    assert position >= 1
    assert math.isfinite(value)
