"""THE price: pure, with its reasons."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.carts.types import CartLine, CartView
from market.catalogue.types import ListingView
from market.certification.types import CertificateState, CertificateView, Scheme
from market.checkout.quote import World, price
from market.kernel.region_code import RegionCode
from market.promotions.types import (
    Benefit,
    BenefitKind,
    Conditions,
    Owner,
    PromotionSpec,
    Step,
)
from market.sellers.types import FreightRate, FreightTable, LastMile

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
TOWN = RegionCode("130624104")
CERTIFICATE = CertificateView(
    "c" * 20, "CABR-1", Scheme.GRADED, 3, "示例认证中心", "甲厂", ("G105",), "GB/T",
    date(2024, 1, 1), date(2028, 12, 31), CertificateState.VALID, None, "",
)  # fmt: skip
TABLE = FreightTable(
    "seller-a",
    areas=("",),
    rates=(FreightRate("", 10_00, 50),),
    last_miles=(LastMile("130624104", 20_00),),
)


def listing(number=1, **overrides):
    values = {
        "id": f"listing-{number}", "product_id": f"product-{number}", "product_name": "石墨聚苯板",
        "kind_code": "G105", "kind_name": "保温", "certifiable": True, "seller_id": "seller-a",
        "seller_name": "甲厂", "variant_id": "v", "pack_size": Decimal("2.88"), "unit": "m2",
        "weight_g": 5_760, "price_fen": 10_000, "min_packs": 1, "lead_days": 3,
        "made_to_order": False, "available": 10, "certificate": CERTIFICATE, "star": 3,
        "carbon_kg_per_unit": None, "sellable": True, "unsellable_reason": None,
    }  # fmt: skip
    return ListingView(**{**values, **overrides})


def line(number=1, quantity=1, key=None, seen=10_000, **overrides):
    return CartLine(
        key or f"line-{number}", f"listing-{number}", quantity, seen_price_fen=seen, **overrides
    )


def world(*listings, **overrides):
    tables = {"seller-a": TABLE, "seller-b": replace(TABLE, seller_id="seller-b")}
    values = {
        "now": NOW, "region": TOWN, "listings": {item.id: item for item in listings},
        "freight_tables": tables,
    }  # fmt: skip
    return World(**{**values, **overrides})


def codes(quoted):
    return [problem.code for problem in quoted.problems]


def test_sum_is_goods_plus_freight_by_weight_and_last_mile():
    quoted = price(CartView("c", (line(quantity=3),)), world(listing()))
    block = quoted.seller_blocks[0]
    assert quoted.goods_fen == 30_000
    assert block.weight_g == 17_280
    assert quoted.freight_fen == 1_000 + 864 + 2_000
    assert quoted.total_fen == 33_864
    assert quoted.can_be_ordered


def test_freight_is_paid_once_per_seller():
    both = price(
        CartView("c", (line(1), line(2), line(3))),
        world(listing(1), listing(2), listing(3, seller_id="seller-b", seller_name="乙店")),
    )
    assert [block.seller_name for block in both.seller_blocks] == ["甲厂", "乙店"]
    one = price(CartView("c", (line(1),)), world(listing(1))).freight_fen
    assert both.freight_fen < 3 * one


@pytest.mark.parametrize(
    ("overrides", "code"),
    [
        ({"sellable": False, "unsellable_reason": "certificate_expired"}, "certificate_expired"),
        ({"sellable": False, "unsellable_reason": "certificate_suspended"},
         "certificate_suspended"),
        ({"sellable": False, "unsellable_reason": "certificate_pending"}, "certificate_closed"),
        ({"sellable": False, "unsellable_reason": "seller_suspended"}, "seller_suspended"),
        ({"sellable": False, "unsellable_reason": "listing_paused"}, "withdrawn"),
        ({"available": 0}, "sold_out"),
        ({"available": 0, "stocked": True}, "in_carts"),
        ({"available": 2}, "short_stock"),
        ({"min_packs": 4}, "min_packs"),
        ({"seller_id": "seller-x"}, "not_deliverable"),
    ],
)  # fmt: skip
def test_each_thing_in_the_way_has_its_own_word_and_keeps_the_line_out(overrides, code):
    quoted = price(
        CartView("c", (line(quantity=3), line(2))), world(listing(**overrides), listing(2))
    )
    assert codes(quoted) == [code]
    assert [item.line_id for item in quoted.buyable] == ["line-2"]
    assert quoted.goods_fen == 10_000
    assert not quoted.can_be_ordered


def test_a_listing_that_is_gone_is_said_and_counts_nothing():
    quoted = price(CartView("c", (line(),)), world())
    assert codes(quoted) == ["withdrawn"]
    assert quoted.total_fen == 0


def test_a_changed_price_is_said_and_does_not_block():
    quoted = price(CartView("c", (line(seen=9_000),)), world(listing()))
    problem = quoted.problems[0]
    assert (problem.code, problem.params) == (
        "price_changed", {"old_fen": 9_000, "new_fen": 10_000},
    )  # fmt: skip
    assert quoted.can_be_ordered
    assert quoted.goods_fen == 10_000


def test_loose_packs_and_a_bundle_share_one_stock():
    cart = CartView("c", (line(quantity=6), line(quantity=6, key="b", group_id="g")))
    quoted = price(cart, world(listing(available=10)))
    assert codes(quoted) == ["short_stock"]
    assert quoted.problems[0].params == {"available": 4, "asked": 6}


def test_the_minimum_counts_loose_packs_and_bundle_together():
    cart = CartView("c", (line(quantity=2), line(quantity=2, key="b", group_id="g")))
    assert price(cart, world(listing(min_packs=4))).can_be_ordered


def test_made_to_order_needs_no_stock():
    quoted = price(
        CartView("c", (line(quantity=500),)), world(listing(available=None, made_to_order=True))
    )
    assert quoted.can_be_ordered
    assert len(quoted.made_to_order) == 1


def test_without_a_place_freight_is_unknown_and_nothing_can_be_ordered():
    quoted = price(CartView("c", (line(),)), world(listing(), region=None))
    assert quoted.freight_fen == 0
    assert not quoted.problems
    assert not quoted.can_be_ordered


def test_goods_no_scheme_certifies_are_counted_apart():
    quoted = price(
        CartView("c", (line(1, 3), line(2, 1))),
        world(listing(1), listing(2, certifiable=False, certificate=None, star=None)),
    )
    assert quoted.certified_share_bp == 7_500


def promotion(**overrides):
    values = {
        "id": "p1", "name": "满 300 减 30", "owner": Owner.PLATFORM, "bearer": "platform",
        "benefit": Benefit(BenefitKind.THRESHOLD, steps=(Step(30_000, 3_000),)),
        "conditions": Conditions(NOW - timedelta(days=1), NOW + timedelta(days=1)),
    }  # fmt: skip
    return PromotionSpec(**{**values, **overrides})


def test_promotions_apply_to_what_can_be_bought_and_say_why_not():
    spec = promotion()
    used = price(CartView("c", (line(quantity=3),)), world(listing(), promotions=[spec]))
    assert (used.platform_discount_fen, used.applied[0].applied_fen) == (3_000, 3_000)
    assert used.redemptions[0].amount_fen == 3_000
    short = price(CartView("c", (line(quantity=2),)), world(listing(), promotions=[spec]))
    verdict = short.not_applied[0]
    assert (verdict.reason_code, verdict.reason_params["short_fen"]) == ("below_step", 10_000)
    # A sold-out line does not lift the others over the threshold.
    mixed = price(
        CartView("c", (line(1, 2), line(2, 1))),
        world(listing(1), listing(2, available=0), promotions=[spec]),
    )
    assert mixed.discount_fen == 0


@given(
    quantities=st.lists(st.integers(1, 30), min_size=1, max_size=5),
    prices=st.lists(st.integers(1, 99_999), min_size=5, max_size=5),
    off=st.integers(1, 10_000),
)
def test_lines_add_up_to_the_total_whatever_is_taken_off(quantities, prices, off):
    sellers = ("seller-a", "seller-b")
    listings = [
        listing(
            n, price_fen=prices[n], available=None, made_to_order=True, seller_id=sellers[n % 2]
        )
        for n in range(len(quantities))
    ]
    cart = CartView(
        "c", tuple(line(n, q, seen=prices[n]) for n, q in enumerate(quantities)), ("CODE",)
    )
    specs = [
        promotion(benefit=Benefit(BenefitKind.AMOUNT, amount_fen=off)),
        promotion(
            id="p2", owner=Owner.SELLER, seller_id="seller-a", bearer="seller",
            benefit=Benefit(BenefitKind.PERCENT, basis_points=3_333),
        ),
    ]  # fmt: skip
    quoted = price(cart, world(*listings, promotions=specs))
    paid = sum(item.to_pay_fen for item in quoted.lines)
    assert paid + quoted.freight_fen == quoted.total_fen
    assert sum(block.total_fen for block in quoted.seller_blocks) == quoted.total_fen
    assert 0 <= quoted.total_fen <= quoted.goods_fen + quoted.freight_fen
    assert all(item.to_pay_fen >= 0 for item in quoted.lines)
    backwards = price(
        CartView("c", cart.lines[::-1], ("CODE",)), world(*listings, promotions=specs)
    )
    assert backwards.total_fen == quoted.total_fen
