"""Prices at the door, packs and prices of the same effect."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.kernel.region_code import RegionCode
from market.sellers.types import FreightRate, FreightTable, LastMile
from market.storefront import rules
from market.storefront.rules import Terms

TOWN = RegionCode("130624104")
TABLE = FreightTable(
    "s", areas=("13",), rates=(FreightRate("13", 1_000, 50),), last_miles=(LastMile("130624", 300),)
)
TERMS = Terms(pack_size=Decimal("2.88"), price_fen=13_824, weight_g=5_760, min_packs=1)


def test_a_delivered_price_is_the_goods_plus_the_share_of_the_freight():
    found = rules.delivered(4_800_000, 2_000, Decimal(100), TABLE, TOWN)
    assert found is not None
    # 200 kg: 10.00 + 100.00 + 3.00 yuan for 100 m²
    assert found.freight_fen == 113
    assert found.goods_fen == 4_800
    assert found.total_fen == 4_913


def test_without_a_place_the_price_is_the_sellers_own():
    found = rules.delivered(4_800_000, 2_000, Decimal(100), TABLE, None)
    assert found is not None
    assert (found.total_fen, found.freight_fen) == (4_800, 0)


@pytest.mark.parametrize("table", [TABLE, None])
def test_out_of_reach_has_no_price(table):
    far = RegionCode("510124104")
    assert rules.delivered(4_800_000, 2_000, Decimal(100), table, far) is None


def test_the_more_is_bought_the_smaller_the_share_of_the_fixed_part():
    one, many = (
        rules.delivered(4_800_000, 2_000, Decimal(units), TABLE, TOWN) for units in (1, 1_000)
    )
    assert one is not None
    assert many is not None
    assert one.total_milli > many.total_milli


def test_packs_cover_the_amount_with_its_loss():
    bought = rules.purchase(Decimal(84), 5, TERMS, TABLE, TOWN)
    assert bought.with_loss == Decimal("88.2")
    assert bought.packs == 31
    assert bought.left_over == Decimal("1.08")
    assert bought.goods_fen == 31 * 13_824
    assert bought.freight is not None
    assert bought.total_fen == bought.goods_fen + bought.freight.total_fen
    assert not bought.raised_to_minimum


def test_the_sellers_minimum_is_bought_and_said():
    terms = Terms(Decimal("0.05"), 2_400, 50_000, min_packs=20)
    bought = rules.purchase(Decimal("0.1"), 0, terms, None, None)
    assert bought.packs == 20
    assert bought.raised_to_minimum
    assert bought.total_fen == bought.goods_fen


@given(
    needed=st.decimals("0.001", "100000", places=3),
    loss=st.sampled_from(rules.LOSSES),
    size=st.decimals("0.01", "500", places=2),
    minimum=st.integers(1, 50),
)
def test_packs_are_never_short_and_at_most_one_too_many(needed, loss, size, minimum):
    bought = rules.purchase(needed, loss, Terms(size, 100, 1_000, minimum), None, None)
    assert bought.bought >= bought.with_loss
    assert bought.left_over < size or bought.packs == minimum


@pytest.mark.parametrize(
    ("unit", "attributes", "life", "metric", "milli"),
    [
        ("m2", {"lambda_w_mk": 0.033, "thickness_mm": 100}, 25, "insulation", 1_584_000),
        ("m3", {"lambda_w_mk": 0.033}, None, "insulation", 158_400),
        ("kg", {"coverage_kg_m2": 0.3}, None, "coating", 1_440_000),
        ("unit", {"heat_output_kw": 12}, None, "heating", 400_000),
        ("m2", {}, 15, "year", 320_000),
    ],
)
def test_the_same_effect_is_compared_by_the_products_own_figures(
    unit, attributes, life, metric, milli
):
    found = rules.functional(unit, 4_800_000, attributes, life)
    assert found is not None
    assert (found.metric, found.milli_fen) == (metric, milli)


@pytest.mark.parametrize(
    "attributes", [{}, {"lambda_w_mk": 0}, {"lambda_w_mk": "0.03", "thickness_mm": 100}]
)
def test_missing_figures_give_no_effect_price(attributes):
    assert rules.functional("m2", 4_800_000, attributes, None) is None


def offer_of(kind: str, group: str, star: int | None) -> SimpleNamespace:
    return SimpleNamespace(kind_code=kind, group_code=group, star=star)


def test_a_few_offers_are_one_of_each_group_first_and_the_best_of_it():
    views = [
        offer_of("G105", "1", 1),
        offer_of("G105", "1", 3),
        offer_of("G107", "1", 2),
        offer_of("G503", "5", None),
    ]
    few = rules.varied(views, 3)
    assert [(view.kind_code, view.star) for view in few] == [
        ("G105", 3), ("G503", None), ("G107", 2),
    ]  # fmt: skip
    assert rules.varied([], 4) == []
