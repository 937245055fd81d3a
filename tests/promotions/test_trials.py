"""The sample cart of a promotion: goods it is about, who bears what, what it takes for granted."""

from datetime import timedelta

import pytest

from market.kernel.region_code import RegionCode
from market.promotions import queries, service, simulate
from market.promotions.simulate import Wanted
from market.promotions.types import (
    Bearing,
    Benefit,
    BenefitKind,
    BundlePart,
    Owner,
    Ownership,
    Tier,
)
from tests.factories.accounts import make_actor, sign_in
from tests.factories.catalogue import actor_for, make_listing, make_maker, make_offer, make_shelter
from tests.factories.promotions import START, make_campaign, make_draft, make_running

K = BenefitKind


def viewed(session, key, now):
    return queries.get_promotion(session, key, now)


def drafted(session, seller_id, now, **over):
    draft = make_draft(**over)
    return service.create_draft(
        session, actor_for(seller_id), Ownership(Owner.SELLER, seller_id), draft, now
    )


def an_offer(session, fen, maker=None, name="普通板"):
    return make_offer(
        session, maker, product={"name_zh": name}, listing={"price_fen": fen}, stock=999
    )


def offers_of(session, count):
    """So many offers of one maker, each dearer than the one before."""
    maker = make_maker(session)
    return [an_offer(session, 1_000 + n, maker, f"普通板 {n}") for n in range(count)]


def test_the_goods_it_names_are_offered_before_cheaper_ones(session, now):
    offers = offers_of(session, simulate.MOST_LISTINGS + 1)
    dearest = offers[-1]
    product = dearest.product_id
    key = drafted(session, dearest.maker.id, now, product_ids=frozenset({product}))
    samples = simulate.sample_listings(session, viewed(session, key, now), now)
    assert [x.id for x in samples] == [dearest.listing_id]
    tried = simulate.simulate(
        session, viewed(session, key, now), Wanted({dearest.listing_id: 200}), now
    )
    assert tried.result.discount_fen == 10_000


def test_goods_are_found_by_name_and_stay_in_the_cart(client, session, now):
    offers = offers_of(session, simulate.MOST_LISTINGS)
    roof = an_offer(session, 90_000, offers[0].maker, "屋面卷材")
    foreign = an_offer(session, 90_000, name="屋面卷材别家")
    key = drafted(session, roof.maker.id, now)
    sign_in(client, session, make_actor(session, "seller", roof.maker.id).account_id)
    address = f"/seller/promotions/{key}"
    assert f'name="q-{roof.listing_id}"' not in client.get(address).text
    page = client.get(address, query_string={"find": "屋面"}).text
    assert f'name="q-{roof.listing_id}"' in page
    assert f'name="q-{foreign.listing_id}"' not in page
    chosen = client.get(address, query_string={f"q-{roof.listing_id}": "3", "find": "没有的"}).text
    assert f'name="q-{roof.listing_id}" value="3"' in chosen
    assert "没有找到名称里有“没有的”的在售商品" in chosen
    stranger = client.get(address, query_string={f"q-{foreign.listing_id}": "3"}).text
    assert f'name="q-{foreign.listing_id}"' not in stranger


def test_a_makers_share_is_shown_as_the_cart_takes_it(client, session, now):
    maker, shop = make_maker(session), make_maker(session)
    made = make_offer(session, maker)
    make_shelter(session, shop)
    listing_id = make_listing(session, shop, made.variant_id, price_fen=10_000)
    half = (Bearing("seller", 5_000), Bearing("maker", 5_000))
    campaign = make_campaign(session, maker.id, shop.id)
    key = make_running(
        session, benefit=Benefit(K.AMOUNT, amount_fen=1_000), bearings=half, campaign_id=campaign
    )
    seen = viewed(session, key, now)
    tried = simulate.simulate(session, seen, Wanted({listing_id: 1}), now)
    assert tried.borne() == {f"maker:{maker.id}": 500, "seller": 500}
    assert tried.spread() == {listing_id: {f"maker:{maker.id}": 500, "seller": 500}}
    operator = make_actor(session, "operator")
    sign_in(client, session, operator.account_id)
    page = client.get(f"/official/promotions/{key}", query_string={f"q-{listing_id}": "1"})
    assert "商家 5.00 元" in page.text
    assert "厂家（" in page.text


def test_a_set_begins_with_its_parts(session, now):
    offers = offers_of(session, 3)
    parts = tuple(BundlePart(x.product_id, n, "件") for n, x in enumerate(offers[1:], 1))
    key = drafted(
        session, offers[0].maker.id, now, budget_fen=None,
        benefit=Benefit(K.BUNDLE_PRICE, amount_fen=500, parts=parts),
    )  # fmt: skip
    seen = viewed(session, key, now)
    packs = simulate.usual_packs(seen, simulate.sample_listings(session, seen, now))
    assert packs == {offers[1].listing_id: 1, offers[2].listing_id: 2}


def test_lower_tiers_and_another_household_can_be_tried(client, session, now):
    offer = an_offer(session, 10_000)
    benefit = Benefit(K.GROUP_BUY, tiers=(Tier(10, 500), Tier(20, 1_000)), times=0,
                      closes_at=START + timedelta(days=2), drop_point="村口")  # fmt: skip
    key = drafted(session, offer.maker.id, now, benefit=benefit, budget_fen=None)
    seen, packs = viewed(session, key, now), {offer.listing_id: 10}

    def off(**over):
        return simulate.simulate(session, seen, Wanted(packs, **over), now).result.discount_fen

    assert (off(), off(joined=10), off(joined=9), off(is_met=False)) == (10_000, 5_000, 0, 0)
    sign_in(client, session, make_actor(session, "seller", offer.maker.id).account_id)
    asked = {f"q-{offer.listing_id}": "10"}
    page = client.get(f"/seller/promotions/{key}", query_string={**asked, "joined": "10"}).text
    assert "当作这户报名了" in page
    assert '<option value="10" selected>' in page
    assert "−50.00" in page
    nobody = client.get(f"/seller/promotions/{key}", query_string={**asked, "who": "nobody"}).text
    assert "什么条件都不符合" in nobody
    assert "你没有报名，报名已经截止" in nobody


def test_the_place_decides_about_zones(session, now):
    offer = an_offer(session, 200_000)
    key = drafted(session, offer.maker.id, now, zones=frozenset({"1"}))
    seen = viewed(session, key, now)

    def off(region):
        wanted = Wanted({offer.listing_id: 1}, region)
        return simulate.simulate(session, seen, wanted, now).result.discount_fen

    assert off(None) == 10_000
    assert off(RegionCode("130624104")) == 0


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_taken_for_granted_is_said(client, session, now, language):
    offer = an_offer(session, 200_000)
    key = drafted(session, offer.maker.id, now, first_order=True, household_limit=1,
                  flags=frozenset({"low_income"}))  # fmt: skip
    sign_in(client, session, make_actor(session, "seller", offer.maker.id).account_id)
    client.post("/preferences/language", data={"language": language})
    page = client.get(f"/seller/promotions/{key}").text
    says = ("当作是这户的第一单", "当作买的人登记成了", "一次都没用过")
    english = ("this household's first order", "taken to be registered as", "not to have used it")
    for text in says if language == "zh" else english:
        assert text in page.replace("&#39;", "'")
