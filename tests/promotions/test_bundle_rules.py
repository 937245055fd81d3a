"""A promotion that asks for a bundle: from the cart, as on the configurator and the quotation, to
the trial, the check of orders and the sentences."""

import html
import re

import pytest

from market.bundles import queries as bundles
from market.bundles import service as bundle_service
from market.bundles.types import Choices
from market.bundles.types import Owner as BundleOwner
from market.carts import queries as carts
from market.carts.types import CartOwner
from market.checkout import service as checkout
from market.checkout.quote import quote
from market.kernel.money import format_fen
from market.promotions import queries, service, stored, words
from market.promotions.errors import BundleNotAtTills
from market.promotions.types import (
    Benefit,
    BenefitKind,
    BundleRule,
    Channel,
    Named,
    Owner,
    Ownership,
)
from tests.factories.accounts import make_account, make_actor, sign_in
from tests.factories.bundles import load, offer_eps
from tests.factories.catalogue import actor_for, make_offer
from tests.factories.orders import TOWN, fill_cart, make_household, place, view
from tests.factories.promotions import make_draft, make_running

SLUG = "cold-clean-heat"
TENTH = Benefit(BenefitKind.PERCENT, basis_points=1_000)
KIND = Named("G105", "保温板", "Insulation boards")


def text(response):
    plain = re.sub(r"<(script|style).*?</\1>", "", html.unescape(response.text), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", plain))


@pytest.fixture
def eps(session):
    load(session)
    made = offer_eps(session)
    session.commit()
    return made


@pytest.fixture
def bundle(session, eps):
    card = bundles.get_live(session, SLUG).card
    return Named(card.id, card.name_zh, card.name_en)


def priced(session, account_id, now):
    cart = carts.get_cart(session, CartOwner(account_id))
    return quote(session, cart, TOWN, account_id, now)


def put_bundle(session, account_id, now):
    mine = BundleOwner(account_id)
    stored_id = bundle_service.save_configuration(
        session, mine, SLUG, Choices(), configuration_id=None, now=now
    )
    checkout.add_bundle_to_cart(session, CartOwner(account_id), mine, stored_id, TOWN, now=now)
    return stored_id


def test_loose_goods_get_nothing_and_the_bundle_gets_it(session, now, eps, bundle):
    rule = BundleRule((bundle,), (KIND,), only=True)
    make_running(session, benefit=TENTH, bundle=rule, budget_fen=None, name="成套减")
    account = make_account(session)
    fill_cart(session, account.id, (eps, 3))
    (verdict,) = priced(session, account.id, now).verdicts
    assert verdict.reason_code == "bundle_missing"
    put_bundle(session, account.id, now)
    quoted = priced(session, account.id, now)
    grouped = [line for line in quoted.lines if line.group_id]
    assert quoted.discount_fen == sum(x.amount_fen for x in grouped) // 10
    assert [x.discount_fen for x in quoted.lines if not x.group_id] == [0]


def test_the_configurator_the_quotation_and_the_cart_agree(client, session, now, eps, bundle):
    make_running(session, benefit=TENTH, bundle=BundleRule((bundle,), only=True), budget_fen=None,
                 name="成套减")  # fmt: skip
    account = make_account(session)
    stored_id = put_bundle(session, account.id, now)
    total = priced(session, account.id, now).total_fen
    off = priced(session, account.id, now).discount_fen
    session.commit()
    sign_in(client, session, account.id)
    client.set_cookie("township", TOWN.digits)
    page = text(client.get(f"/bundles/{SLUG}/my/{stored_id}"))
    paper = text(client.get(client.post(f"/quotations/{stored_id}").location))
    assert off > 0
    for shown in (page, paper, text(client.get("/cart"))):
        assert format_fen(total) in shown
        assert f"−{format_fen(off)}" in shown


def test_the_order_keeps_why_it_was_not_used(client, session, now, eps, bundle):
    make_running(session, benefit=TENTH, bundle=BundleRule((bundle,), (KIND,)), name="成套减",
                 name_en="Whole plan")  # fmt: skip
    household = make_household(session)
    order = place(session, household, (eps, 2), now=now)
    session.commit()
    sign_in(client, session, household.account_id)
    said = f"购物车里没有含保温板的方案“{bundle.name}”"
    assert said in text(client.get(f"/orders/{order.id}"))
    client.set_cookie("lang", "en")
    english = text(client.get(f"/orders/{order.id}"))
    assert f"The cart holds no plan “{bundle.name_en}” with Insulation boards" in english
    assert view(session, order.id).discounts["others"][0]["why"] == "bundle_missing"


def test_what_is_stored_reads_as_it_was(session, now, bundle):
    rules = [
        None,
        BundleRule(),
        BundleRule(only=True),
        BundleRule((bundle,), (KIND,), (Named("p", "板", "board"),), only=True),
    ]
    for rule in rules:
        key = make_running(session, bundle=rule)
        session.expire_all()
        assert queries.get_promotion(session, key, now).draft.bundle == rule
        (spec,) = [
            x for x in queries.live_promotions(session, (), TOWN, (), now) if x.id == key
        ]  # fmt: skip
        assert spec.conditions.bundle == rule
    assert stored.terms_from_json({})["bundle"] is None


@pytest.mark.parametrize("channel", [Channel.OFFLINE, Channel.BOTH])
def test_a_till_sees_no_bundles(session, now, channel):
    draft = make_draft(bundle=BundleRule(), channel=channel)
    operator = make_actor(session, "operator")
    with pytest.raises(BundleNotAtTills):
        service.create_draft(session, operator, Ownership(Owner.PLATFORM), draft, now)


@pytest.mark.parametrize(
    ("rule", "chinese", "english"),
    [
        (BundleRule(), "购物车里要有整套的方案", "The cart must hold a whole plan"),
        (
            BundleRule((Named("a", "甲", "A"), Named("b", "乙", "B")), only=True),
            "购物车里要有方案“甲”或“乙”，只减它里面的商品",
            "The cart must hold a plan “A” or “B”; only the goods in it get something off",
        ),
        (
            BundleRule(kinds=(KIND,), products=(Named("p", "砖", "Brick"),)),
            "购物车里要有含保温板或砖的整套的方案",
            "The cart must hold a whole plan with Insulation boards or Brick",
        ),
    ],
)
def test_the_sentence_says_what_is_asked(app, rule, chinese, english):
    for language, said in (("zh", chinese), ("en", english)):
        with app.test_request_context(f"/?lang={language}"):
            assert words.say_bundle_rule(rule) == said
            assert said in words.say_conditions(make_draft(bundle=rule), [], [])


def test_the_trial_takes_the_goods_as_a_bundle_or_loose(client, session, now, eps, bundle):
    """A shop's promotion asks for what another sells: that is in the trial too."""
    other = make_offer(session, product={"name_zh": "屋面卷材", "kind_code": "G201"})
    rule = BundleRule((bundle,), products=(Named(other.product_id, "屋面卷材", "Membrane"),))
    key = service.create_draft(
        session, actor_for(eps.maker.id), Ownership(Owner.SELLER, eps.maker.id),
        make_draft(benefit=TENTH, bundle=rule, budget_fen=None), now,
    )  # fmt: skip
    sign_in(client, session, make_actor(session, "seller", eps.maker.id).account_id)
    address = f"/seller/promotions/{key}"
    page = client.get(address).text
    assert f'name="q-{other.listing_id}" value="1"' in page
    assert "当作这些商品都在一套方案里" in page
    assert "没用上的优惠" not in page
    loose = client.get(address, query_string={f"q-{eps.listing_id}": "3", "as": "loose"}).text
    assert "购物车里没有含屋面卷材的方案" in loose
    assert "都是零散买的，购物车里没有方案" in loose
    without = client.get(address, query_string={f"q-{eps.listing_id}": "3"}).text
    assert "购物车里没有含屋面卷材的方案" in without


def test_the_check_of_orders_has_both_sorts_of_goods(client, session, now, eps):
    other = make_offer(session)
    for shop in (eps.maker.id, other.maker.id):
        make_running(session, owner=Owner.SELLER, seller_id=shop, name="整店 95 折")
    make_running(session, benefit=TENTH, bundle=BundleRule(only=True), name="成套减",
                 budget_fen=None)  # fmt: skip
    sign_in(client, session, make_actor(session, "operator").account_id)
    page = text(client.get("/operator/price-order"))
    assert "一分不差" in page
    assert "最后一样商品当作零散买的" in page
    assert re.search(r"用上了 成套减", page)
