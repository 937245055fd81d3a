"""Choosing anew compares what a household would pay, and says which sum is which."""

from dataclasses import replace
from decimal import Decimal

import pytest

from market.bundles import service
from market.bundles.authoring import publish
from market.bundles.choosing_words import say_reoptimised
from market.bundles.optimise import Aim
from market.bundles.types import Choices
from market.checkout.bundle_price import price_selection
from market.kernel.actor import SYSTEM
from market.kernel.money import format_fen
from market.kernel.region_code import RegionCode
from tests.factories.bundles import WALL, WRAP, offer_eps
from tests.factories.catalogue import make_maker, make_offer, make_stamp
from tests.factories.promotions import make_running
from tests.factories.subsidies import make_published

TOWN = RegionCode("130624104")
COLD = RegionCode("232721100")


class Paying:
    """The pricing function at a place, counting how often it is asked."""

    def __init__(self, session, now, region=TOWN):
        self.session, self.now, self.region, self.asked = session, now, region, 0

    def __call__(self, lines):
        self.asked += 1
        return price_selection(self.session, lines, "any-bundle", self.region, None, self.now)

    def choose(self, aim=Aim.COST, budget=None, choices=None):
        return service.reoptimise(
            self.session, WRAP.slug, choices or Choices(), aim, budget, pay=self,
            region=self.region, now=self.now,
        )  # fmt: skip


@pytest.fixture
def paying(session, now):
    return Paying(session, now)


def wrap(session, now, **over):
    made = service.create_bundle(session, SYSTEM, replace(WRAP, regions=()), now)
    service.add_slot(session, SYSTEM, made, replace(WALL, **over), now)
    publish(session, SYSTEM, made, now)


def starred(session, star, price):
    """EPS boards whose certificate has so many stars."""
    maker = make_maker(session)
    return make_offer(
        session, maker, make_stamp(session, maker, kinds=["G105"], star=star), stock=500,
        product={"kind_code": "G105", "name_zh": f"{star} 星板", "unit": "m2",
                 "material_key": "eps80"},
        variant={"label_zh": "每包 3 m²", "pack_size": Decimal(3), "weight_g": 4800},
        listing={"price_fen": price},
    )  # fmt: skip


def pick(offer):
    return Choices(options={"eps": f"{offer.maker.id}.{offer.product_id}"})


def test_a_budget_is_what_is_paid_after_promotions_and_subsidies(app, session, now, paying):
    wrap(session, now)
    offer_eps(session)
    make_running(session)
    make_published(session, rate_bp=2000)
    plain = paying.choose()
    assert plain.new.paid_fen < plain.new.before_fen - 50_000
    between = (plain.new.paid_fen + plain.new.before_fen) // 2
    found = paying.choose(budget=between)
    assert not found.is_over_budget
    with app.test_request_context("/?lang=zh"):
        text, tone = say_reoptimised(found, between)
    assert "超过" not in text
    assert f"要付的在你写的 {format_fen(between)} 元以内" in text
    assert tone == "ok"
    over = paying.choose(budget=plain.new.paid_fen - 1)
    assert over.is_over_budget
    with app.test_request_context("/?lang=zh"):
        text, tone = say_reoptimised(over, plain.new.paid_fen - 1)
    assert f"还要付 {format_fen(over.new.paid_fen)} 元" in text
    assert f"减之前材料加运费 {format_fen(over.new.before_fen)} 元" in text
    assert tone == "warn"


def test_the_dearer_goods_are_cheaper_where_only_they_are_subsidised(app, session, now, paying):
    wrap(session, now)
    good, poor = starred(session, 3, 10_000), starred(session, 1, 9_600)
    make_published(session, rate_bp=3000, min_star=3)
    kept = paying.choose(choices=pick(good))
    assert not kept.is_changed
    with app.test_request_context("/?lang=zh"):
        assert "还是原来的选法" in say_reoptimised(kept, None)[0]
    from_poor = paying.choose(choices=pick(poor))
    assert from_poor.new.paid_fen <= from_poor.old.paid_fen


def test_a_budget_that_only_the_subsidy_makes_reachable_still_serves_the_aim(session, now, paying):
    wrap(session, now)
    good, poor = starred(session, 3, 14_000), starred(session, 1, 9_600)
    make_published(session, rate_bp=3000)
    top = paying.choose(Aim.STAR)
    assert top.choices.options == pick(good).options
    budget = top.new.paid_fen
    assert budget > paying.choose().new.paid_fen
    assert top.new.before_fen > budget
    found = paying.choose(Aim.STAR, budget, pick(poor))
    assert (found.choices.options, found.is_over_budget) == (pick(good).options, False)
    short = paying.choose(Aim.STAR, budget - 1, pick(good))
    assert short.choices.options == pick(poor).options


@pytest.mark.parametrize("aim", list(Aim))
def test_less_is_never_paid_for_more_and_few_prices_are_asked(session, now, paying, aim):
    wrap(session, now)
    offers = [starred(session, 1 + n % 3, 9_000 + 700 * (n * 5 % 7)) for n in range(6)]
    make_published(session, rate_bp=2500, min_star=2, order_cap_fen=40_000)
    make_running(session)
    for offer in offers:
        for budget in (None, 200_000, 300_000, 330_000):
            paying.asked = 0
            found = paying.choose(aim, budget, pick(offer))
            assert paying.asked <= 5
            again = paying.choose(aim, budget, pick(offer))
            assert again == found
            if aim is Aim.COST:
                assert found.new.paid_fen <= found.old.paid_fen
            if budget is not None and found.old.paid_fen <= budget:
                assert not found.is_over_budget
            assert found.is_over_budget == (budget is not None and found.new.paid_fen > budget)


def test_a_choice_that_misses_the_limit_goes_and_that_is_said(app, session, now):
    paying = Paying(session, now, COLD)
    wrap(session, now, element="wall", alternatives=("rw50",))
    offer_eps(session, price=20_000)
    maker = make_maker(session)
    thin = make_offer(
        session, maker, stock=500,
        product={"kind_code": "G105", "name_zh": "岩棉板 50", "unit": "m2", "material_key": "rw50"},
        variant={"label_zh": "每包 3 m²", "pack_size": Decimal(3), "weight_g": 4800},
        listing={"price_fen": 4_000},
    )  # fmt: skip
    found = paying.choose(choices=pick(thin))
    assert [slot.key for slot in found.missed] == ["eps"]
    assert found.new.paid_fen > found.old.paid_fen
    more = format_fen(found.new.paid_fen - found.old.paid_fen)
    with app.test_request_context("/?lang=zh"):
        text, tone = say_reoptimised(found, None)
    assert f"保温板原来选的达不到当地的保温限值，换成了达标的，要付的比原来多 {more} 元" in text
    assert tone == "warn"
    assert not paying.choose(choices=found.choices).missed


def test_without_a_place_it_does_not_speak_of_freight(app, session, now):
    paying = Paying(session, now, None)
    wrap(session, now)
    dear, _ = starred(session, 3, 12_000), starred(session, 1, 9_600)
    found = paying.choose(choices=pick(dear))
    with app.test_request_context("/?lang=zh"):
        assert "没有算运费" in say_reoptimised(found, None)[0]
        assert "没有算运费" in say_reoptimised(paying.choose(budget=1), 1)[0]
