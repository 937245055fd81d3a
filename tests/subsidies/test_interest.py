"""Schedules to the fen."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.subsidies.interest import half_up, schedule
from market.subsidies.types import LoanTerms, Repayment, Terms
from market.subsidies.years import months_later

START = date(2026, 1, 31)


def loan(principal=10_000_000, rate=435, months=12, repayment=Repayment.EQUAL_PAYMENT):
    return LoanTerms(principal, rate, START, months, repayment)


def test_equal_payments_follow_the_annuity_formula():
    # 100,000 yuan, 4.35 % a year, 12 months: P·i/(1−(1+i)^−12) with i = 0.003625 is 8,530.99.
    found = schedule(loan(), Terms(rate_bp=200))
    assert found.months[0].payment_fen == 853_099
    assert found.months[0].interest_fen == 36_250  # 100,000 × 4.35 % ÷ 12 = 362.50
    assert found.months[0].subsidy_fen == 16_666  # 100,000 × 2 % ÷ 12 = 166.66|6
    assert {month.payment_fen for month in found.months[:-1]} == {853_099}
    assert abs(found.months[-1].payment_fen - 853_099) < 12


def test_equal_principal_pays_the_same_principal():
    found = schedule(loan(repayment=Repayment.EQUAL_PRINCIPAL), Terms(rate_bp=200))
    assert {month.principal_fen for month in found.months[:-1]} == {833_333}
    assert found.months[-1].principal_fen == 10_000_000 - 11 * 833_333
    # 362.50 + … falls by 833,333 fen a month: sum of owed × 4.35 % ÷ 12.
    assert found.interest_fen == sum(
        half_up(Fraction((10_000_000 - 833_333 * k) * 435, 120_000)) for k in range(12)
    )


def test_a_bullet_pays_interest_until_the_end():
    found = schedule(loan(repayment=Repayment.BULLET), Terms(rate_bp=200))
    assert [month.interest_fen for month in found.months] == [36_250] * 12
    assert found.months[-1].principal_fen == 10_000_000
    assert found.subsidy_fen == 12 * 16_666
    assert [quarter.subsidy_fen for quarter in found.quarters] == [3 * 16_666] * 4


def test_dates_keep_the_last_day_of_a_month():
    found = schedule(loan(months=3), Terms(rate_bp=200))
    assert [str(month.due_on) for month in found.months] == [
        "2026-02-28", "2026-03-31", "2026-04-30",
    ]  # fmt: skip
    assert str(months_later(date(2024, 2, 29), 12)) == "2025-02-28"


def test_points_never_pass_the_rate_and_caps_bind():
    flat = loan(rate=150, repayment=Repayment.BULLET)
    assert schedule(flat, Terms(rate_bp=200)).subsidy_fen == schedule(flat, Terms()).interest_fen
    half = Terms(rate_bp=200, principal_cap_fen=5_000_000, months_cap=6)
    assert schedule(loan(repayment=Repayment.BULLET), half).subsidy_fen == 6 * 8_333
    capped = schedule(loan(repayment=Repayment.BULLET), Terms(rate_bp=200), cap_fen=20_000)
    assert [m.subsidy_fen for m in capped.months[:3]] == [16_666, 3_334, 0]
    assert len(capped.quarters) == 1


@settings(max_examples=150, deadline=None)
@given(
    st.integers(1, 10**9), st.integers(0, 2400), st.integers(1, 60), st.sampled_from(Repayment),
    st.integers(1, 600), st.none() | st.integers(1, 10**6),
)  # fmt: skip
def test_everything_is_paid_back_and_no_subsidy_passes_its_interest(
    principal, rate, months, repayment, points, cap
):
    found = schedule(loan(principal, rate, months, repayment), Terms(rate_bp=points), cap)
    assert sum(month.principal_fen for month in found.months) == principal
    assert all(0 <= m.subsidy_fen <= m.interest_fen for m in found.months)
    assert all(m.principal_fen >= 0 for m in found.months)
    assert found.subsidy_fen <= (cap if cap is not None else found.interest_fen)
    assert sum(quarter.subsidy_fen for quarter in found.quarters) == found.subsidy_fen


@pytest.mark.parametrize(
    ("value", "fen"), [(Fraction(1, 2), 1), (Fraction(49, 100), 0), (Fraction(3, 2), 2)]
)
def test_half_a_fen_is_rounded_up(value, fen):
    assert half_up(value) == fen
