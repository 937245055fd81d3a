"""Units, sums and standings: exact, and refused where nothing is known."""

from datetime import UTC, date, datetime
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.footprints import rules
from market.footprints.errors import (
    ConversionStated,
    FactorUnitUnfit,
    UnitNotConvertible,
    UnitUnknown,
)
from market.footprints.types import Stage, Standing

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
AMOUNTS = st.decimals("0.000001", "99999.999999", places=6)


@pytest.mark.parametrize(
    ("product", "declared", "stated", "basis", "times"),
    [
        ("m2", "m2", None, "", "1"),
        ("t", "kg", None, "", "1000"),
        ("kg", "t", None, "", "0.001"),
        ("t", "kg", D(1000), "", "1000"),
        ("m2", "kg", D("3.2"), "检测报告 A-1，面密度", "3.2"),
    ],
)
def test_a_declared_unit_follows_from_the_units_or_is_stated(
    product, declared, stated, basis, times
):
    assert rules.declared_units(product, declared, stated, basis) == D(times)


def test_an_unknown_unit_is_refused():
    with pytest.raises(UnitUnknown):
        rules.declared_units("m2", "sqft", None, "")


@pytest.mark.parametrize(
    ("stated", "basis"), [(None, ""), (D(3), " "), (None, "报告"), (D(0), "报告")]
)
def test_units_that_do_not_convert_need_a_factor_and_its_proof(stated, basis):
    with pytest.raises(UnitNotConvertible):
        rules.declared_units("m2", "kg", stated, basis)


def test_a_stated_factor_may_not_contradict_the_units():
    with pytest.raises(ConversionStated):
        rules.declared_units("t", "kg", D(907), "报告")


def test_an_amount_is_brought_to_the_factors_unit_or_refused():
    assert rules.line_kg(D("250"), "kg", D("735"), "t") == D("183.750")
    assert rules.line_kg(D("0.25"), "t", D("735"), "t") == D("183.75")
    with pytest.raises(FactorUnitUnfit):
        rules.line_kg(D(1), "m2", D("735"), "t")


@given(AMOUNTS, AMOUNTS)
def test_a_line_is_exact(amount, factor):
    assert rules.line_kg(amount, "kg", factor, "t") * 1000 == amount * factor


def test_a_bill_comes_before_what_was_typed_and_a_missing_stage_is_no_zero():
    typed = {Stage.MAKING: D(9), Stage.END: D(2), Stage.BEYOND: D(-3)}
    found = rules.stage_values(typed, [(Stage.MAKING, D("1.5")), (Stage.MAKING, D("2.25"))])
    assert found == {Stage.MAKING: D("3.75"), Stage.END: D(2), Stage.BEYOND: D(-3)}
    assert Stage.USE not in found
    assert rules.total(found) == D("5.75")  # credits beyond the boundary are not added
    assert rules.total({}) is None
    assert rules.total({Stage.BEYOND: D(-1)}) is None


def test_the_label_is_per_unit_of_the_product_in_four_places():
    assert rules.label_value(D("0.12345"), D(1)) == D("0.1235")
    assert rules.label_value(D("1.25"), D("3.2")) == D(4)


def facts(**over):
    values = {"state": "verified", "valid_to": date(2027, 1, 1), "withdrawn_at": None,
              "superseded_at": None, **over}  # fmt: skip
    return rules.Facts(**values)


@pytest.mark.parametrize(
    ("over", "standing"),
    [
        ({}, Standing.VERIFIED),
        ({"valid_to": date(2026, 11, 22)}, Standing.VERIFIED),
        ({"valid_to": date(2026, 11, 21)}, Standing.EXPIRED),
        ({"superseded_at": NOW}, Standing.SUPERSEDED),
        ({"withdrawn_at": NOW, "superseded_at": NOW}, Standing.WITHDRAWN),
        ({"state": "draft", "valid_to": None}, Standing.DRAFT),
        ({"state": "submitted", "valid_to": date(2020, 1, 1)}, Standing.SUBMITTED),
        ({"state": "refused"}, Standing.REFUSED),
    ],
)
def test_the_clock_decides_what_a_declaration_means(over, standing):
    assert rules.standing(facts(**over), NOW) is standing
