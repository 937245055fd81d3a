"""Who gets how much, and why: worked cases kept as data, and what holds of all cases."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.kernel.region_code import RegionCode
from market.subsidies.rules import assess
from market.subsidies.types import SchemeState, Used
from market.subsidies.years import years_after, years_before
from tests.factories.subsidies import START, make_household, make_line, make_scheme

CASES = json.loads((Path(__file__).parent / "cases.json").read_text(encoding="utf-8"))
SETS = ("kinds", "flags")


def scheme_of(row):
    return make_scheme(**{k: frozenset(v) if k in SETS else v for k, v in row.items()})


def household_of(row):
    used = {
        key: Used(uses, fen, years_before(START, years) - timedelta(days=days))
        for key, (uses, fen, years, days) in row.get("used", {}).items()
    }
    return make_household(
        used=used, flags=frozenset(row.get("flags", ())), waived=frozenset(row.get("waived", ())),
        region=RegionCode(row.get("region", "130624104")),
    )  # fmt: skip


def line_of(row):
    seller = row.get("seller_region")
    return make_line(**{**row, "seller_region": RegionCode(seller) if seller else None})


def found(outcome):
    """The outcome as the table writes it."""
    if outcome.reason is not None:
        return outcome.reason.code
    steps = [[step.code, step.amount_fen] for step in outcome.steps]
    return {"shares": dict(outcome.shares), "steps": steps}


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_worked_case(case):
    lines = [line_of(row) for row in case["lines"]]
    household = household_of(case.get("household", {}))
    schemes = [scheme_of(row) for row in case["schemes"]]
    answer = assess(lines, household, schemes, START)
    assert {o.scheme.code: found(o) for o in answer.outcomes} == case["expected"]


def test_dates_are_rules_too():
    lines, home = [make_line()], make_household()
    coming = make_scheme(starts_at=START + timedelta(days=1))
    over = make_scheme(ends_at=START)
    paused = make_scheme(state=SchemeState.PAUSED)
    codes = [
        assess(lines, home, [x], START).outcomes[0].reason.code for x in (coming, over, paused)
    ]
    assert codes == ["dates", "ended", "paused"]


def test_a_leap_day_comes_back_on_the_28th():
    leap = START.replace(year=2028, month=2, day=29)
    assert years_after(leap, 1).date().isoformat() == "2029-02-28"


lines_of = st.lists(
    st.builds(
        make_line,
        key=st.sampled_from("abcdef"),
        price_fen=st.integers(0, 10**7),
        packs=st.integers(1, 50),
        units_milli=st.integers(1, 10**6),
        kind_code=st.sampled_from(["G105", "G302", "G103"]),
        star=st.sampled_from([None, 1, 2, 3]),
        certified=st.booleans(),
    ),
    max_size=6,
    unique_by=lambda line: line.key,
)
caps = st.none() | st.integers(1, 10**6)
amounts = st.one_of(
    st.fixed_dictionaries({"rate_bp": st.integers(1, 10_000)}),
    st.fixed_dictionaries({"rate_bp": st.just(0), "unit_fen": st.integers(1, 10_000)}),
)
schemes_of = st.lists(
    st.builds(
        lambda code, region, amount, rest: make_scheme(code, region, **amount, **rest),
        st.sampled_from(["A", "B", "C", "D"]),
        st.sampled_from(["", "13", "1306", "130624", "51"]),
        amounts,
        st.fixed_dictionaries(
            {
                "kinds": st.sampled_from([frozenset(), frozenset({"G105"})]),
                "min_star": st.integers(0, 3),
                "certified_only": st.booleans(),
                "item_cap_fen": caps,
                "order_cap_fen": caps,
                "household_cap_fen": caps,
                "household_uses": st.none() | st.integers(1, 2),
                "total_cap_bp": st.integers(1, 10_000),
                "sequence": st.integers(1, 3),
                "left_fen": st.integers(0, 10**6),
            }
        ),
    ),
    max_size=4,
    unique_by=lambda scheme: scheme.code,
)


@settings(max_examples=300, deadline=None)
@given(lines_of, schemes_of, st.randoms())
def test_the_answer_does_not_depend_on_the_order(lines, schemes, random):
    first = assess(lines, make_household(), schemes, START)
    random.shuffle(lines)
    random.shuffle(schemes)
    assert assess(lines, make_household(), schemes, START) == first


@settings(max_examples=300, deadline=None)
@given(lines_of, schemes_of)
def test_nothing_is_passed_that_binds(lines, schemes):
    answer = assess(lines, make_household(), schemes, START)
    price = {line.key: line.price_fen for line in lines}
    packs = {line.key: line.packs for line in lines}
    given_to = dict.fromkeys(price, 0)
    for one in answer.applied:
        terms = one.scheme.terms
        assert one.amount_fen == one.steps[-1].amount_fen > 0
        assert one.amount_fen <= min(
            cap for cap in (terms.order_cap_fen, terms.household_cap_fen, one.scheme.left_fen)
            if cap is not None
        )  # fmt: skip
        for key, fen in one.shares.items():
            assert fen > 0
            given_to[key] += fen
            if terms.item_cap_fen is not None:
                assert fen <= terms.item_cap_fen * packs[key]
    for one in answer.applied:
        for key in one.shares:
            assert given_to[key] * 10_000 <= price[key] * one.scheme.terms.total_cap_bp
    for key, fen in given_to.items():
        assert fen <= price[key]
    assert answer.total_fen == sum(given_to.values())
    assert sum(fen for _level, fen in answer.by_level) == answer.total_fen


@settings(max_examples=200, deadline=None)
@given(lines_of, schemes_of)
def test_who_gets_nothing_is_told_a_rule(lines, schemes):
    for one in assess(lines, make_household(), schemes, START).outcomes:
        assert (one.reason is None) == one.applied
        assert one.met + one.missed == len(one.checks)


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 10**7), st.integers(0, 10**6), schemes_of)
def test_a_dearer_purchase_never_gets_less(price, more, schemes):
    # With one line and one scheme; several schemes share a cap, so one may then leave less.
    for scheme in schemes:
        rate = replace(scheme, terms=replace(scheme.terms, household_uses=None))
        less = assess([make_line(price_fen=price)], make_household(), [rate], START).total_fen
        dear = assess([make_line(price_fen=price + more)], make_household(), [rate], START)
        assert dear.total_fen >= less
