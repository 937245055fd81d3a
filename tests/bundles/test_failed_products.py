"""A plan whose product failed a spot check says which, why, since when, and what stands in."""

from dataclasses import replace

from market.bundles import queries, service
from market.bundles.lost import lost_options
from market.bundles.types import Choices, Owner
from tests.bundles.test_lost_options import supplier_with_bundle
from tests.bundles.test_named_products import publish
from tests.factories.accounts import sign_in
from tests.factories.bundles import START, WALL, WRAP, offer_eps
from tests.factories.catalogue import make_offer
from tests.factories.inspections import fail
from tests.factories.uses import make_use_rule

SINCE = "抽查不合格，从 2026-11-22 起停售"


def slot_of(session, **options):
    bundle = queries.get_live(session, WRAP.slug)
    return queries.calculate(session, bundle, Choices(options=options), None, START).slots[0]


def test_the_only_product_of_a_slot_failed(client, session):
    _supplier, worker, _bundle = supplier_with_bundle(session)
    board = offer_eps(session)
    fail(session, board)
    session.commit()
    found = slot_of(session)
    assert (found.problem, found.gone.product.product_id) == ("none_here", board.product_id)
    assert [one.code for one in found.gone.shut] == ["spot_check_failed"]
    assert found.gone.instead is None
    page = client.get(f"/bundles/{WRAP.slug}").text
    assert f"“模塑聚苯板 80 mm”不能卖了：{SINCE}。现在没有别的能顶上。" in page
    assert "现在没有卖家能把这样材料送到你那里" not in page
    assert "off sale since 2026-11-22" in client.get(f"/bundles/{WRAP.slug}?lang=en").text
    sign_in(client, session, worker.id)
    assert SINCE in client.get("/seller/bundles").text


def test_another_of_the_kind_is_named_where_no_material_of_the_slot_is_left(client, session):
    supplier_with_bundle(session)
    board = offer_eps(session)
    fail(session, board)
    wool = make_offer(
        session, product={"name_zh": "石墨板", "material_key": "geps100", "unit": "m2"}
    )
    session.commit()
    assert slot_of(session).gone.instead.product_id == wool.product_id
    page = client.get(f"/bundles/{WRAP.slug}").text
    assert "同类里现在能买的最便宜的是“石墨板”" in page
    assert f'href="/p/{wool.product_id}"' in page


def test_what_the_use_asks_something_of_is_not_named_unseen(session):
    supplier_with_bundle(session, replace(WALL, use_key="indoor"))
    board = offer_eps(session)
    make_use_rule(session, min_star=3, max_voc=None)
    make_offer(session, product={"name_zh": "石墨板", "material_key": "geps100", "unit": "m2"})
    fail(session, board)
    assert slot_of(session).gone.instead is None


def test_a_choice_that_failed_keeps_its_name_and_says_why(client, session):
    supplier_with_bundle(session)
    board, other = offer_eps(session), offer_eps(session, price=9900)
    key = f"{board.maker.id}.{board.product_id}"
    owner = Owner(token="g" * 43)
    kept = service.save_configuration(
        session, owner, WRAP.slug, Choices(options={"eps": key}), configuration_id=None, now=START
    )
    code = service.share(session, owner, kept, START)
    fail(session, board)
    session.commit()
    found = slot_of(session, eps=key)
    assert (found.problem, found.chosen.listing.id) == ("choice_gone", other.listing_id)
    assert found.gone.product.name_zh == "模塑聚苯板 80 mm"
    page = client.get(f"/b/{code}", follow_redirects=True).text
    assert f"不能卖了：{SINCE}。先换成“模塑聚苯板 80 mm”" in page
    assert slot_of(session).gone is None


def test_a_named_product_that_failed_says_why_to_everyone(client, session):
    board, other = offer_eps(session), offer_eps(session, price=9900)
    supplier, worker, bundle_id = supplier_with_bundle(session)
    publish(session, supplier, bundle_id, replace(WALL, product_id=board.product_id))
    fail(session, board)
    session.commit()
    found = slot_of(session)
    assert (found.problem, found.chosen.listing.id) == ("named_gone", other.listing_id)
    assert SINCE in client.get(f"/bundles/{WRAP.slug}").text
    [lost] = lost_options(session, supplier.id, START)
    assert [one.code for one in lost.shut] == ["spot_check_failed"]
    sign_in(client, session, worker.id)
    assert SINCE in client.get("/seller/bundles").text


def test_a_stand_in_comes_in_the_unit_of_the_slot(session):
    board = offer_eps(session)
    supplier, _worker, bundle_id = supplier_with_bundle(session)
    publish(session, supplier, bundle_id, replace(WALL, product_id=board.product_id))
    make_offer(session, product={"material_key": "eps80", "unit": "m3"})
    fail(session, board)
    [lost] = lost_options(session, supplier.id, START)
    assert lost.substitute is None
