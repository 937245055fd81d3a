"""The desk of officials, and the block and the order of lists at a place."""

import re

import pytest
from sqlalchemy import event

from market.catalogue import queries as goods
from market.catalogue import service as catalogue
from market.catalogue.types import ListingFilter
from market.db.session import database
from market.picks import service
from market.picks.models import CountyPurchase
from market.picks.types import PickDraft
from market.sellers.models import SellerArea
from tests.factories.accounts import make_actor, sign_in
from tests.factories.catalogue import START, make_maker, make_offer
from tests.picks.test_lists import COUNTY, UNTIL

TOWN, ELSEWHERE = "130624104", "510121001"
BLOCK = re.compile(r'<section class="card favoured".*?</section>', re.DOTALL)


def page(response, status=200):
    assert response.status_code == status, response.text[:3000]
    return response.text


def names(text):
    return re.findall(r'<h3><a href="[^"]+">([^<]+)</a>', text)


def block(client, path):
    found = BLOCK.search(page(client.get(path)))
    return found[0] if found else ""


@pytest.fixture
def official(session):
    return make_actor(session, "official", "130624", display_name="阜平县住建局")


@pytest.fixture
def shelf(session, official):
    """Three boards, the cheapest first; the dearest is recommended, the middle one was bought."""
    maker = make_maker(session)
    boards = {
        name: make_offer(
            session, maker, product={"name_zh": name}, listing={"price_fen": price}, stock=50
        )
        for name, price in (("便宜板", 2_000), ("常用板", 3_000), ("推荐板", 4_000))
    }
    draft = PickDraft(COUNTY, "本县厂家", UNTIL)
    service.recommend(session, official, boards["推荐板"].product_id, draft, now=START)
    session.add(
        CountyPurchase(
            county_code="130624", product_id=boards["常用板"].product_id, kind_code="G105",
            households=7,
        )
    )  # fmt: skip
    session.commit()
    return boards


@pytest.mark.parametrize("path", ["/materials/G105", "/zone"])
def test_a_list_says_what_the_place_prefers_and_why(client, shelf, path):
    client.set_cookie("township", TOWN)
    shown = block(client, path)
    assert "本地推荐" in shown
    assert "阜平县住建局推荐" in shown
    assert "本县厂家" in shown
    assert "到 2026-12-31 止" in shown
    assert "本县 7 户买过" in shown
    assert "不到 5 户不显示" in shown
    assert shown.index("推荐板") < shown.index("常用板")
    assert "便宜板" not in shown
    assert names(page(client.get(path)))[0] == "便宜板"  # the usual order stays
    assert not block(client, f"{path}?star=3")
    assert not block(client, f"{path}?page=2")
    client.set_cookie("lang", "en")
    assert "7 households of the county bought it" in block(client, path)


@pytest.mark.parametrize("path", ["/materials/G105", "/zone"])
def test_the_order_begins_with_recommended_goods_then_goes_by_households(client, shelf, path):
    client.set_cookie("township", TOWN)
    text = page(client.get(f"{path}?sort=favoured"))
    assert names(text) == ["推荐板", "常用板", "便宜板"]
    assert "先排主管部门推荐的" in text
    assert "没有付费排名" in text
    first, second, *_rest = text.split('<article class="g">')[1:]
    assert "本地推荐" in first
    assert "户买过" in second


@pytest.mark.parametrize("path", ["/materials/G105", "/zone"])
def test_without_a_place_and_elsewhere_there_is_neither_block_nor_order(client, shelf, path):
    for place in (None, ELSEWHERE):
        if place:
            client.set_cookie("township", place)
        assert not block(client, path)
        text = page(client.get(f"{path}?sort=favoured"))
        assert "本地常用优先" not in text
        assert names(text)[0] == "便宜板"


def test_groups_and_sellers_have_none(client, shelf):
    client.set_cookie("township", TOWN)
    for path in ("/materials/1", f"/s/{shelf['推荐板'].maker.id}"):
        assert not block(client, path)
        assert "本地常用优先" not in page(client.get(path))


@pytest.mark.parametrize("path", ["/materials/G105", "/zone"])
def test_what_may_not_be_sold_or_does_not_come_here_is_not_shown(client, session, shelf, path):
    client.set_cookie("township", TOWN)
    catalogue.hold_product(session, shelf["推荐板"].product_id, START)
    session.commit()
    assert "推荐板" not in page(client.get(path))
    assert "常用板" in block(client, path)
    for area in session.query(SellerArea):
        area.prefix = "51"
    catalogue.lift_hold(session, shelf["推荐板"].product_id, START)
    session.commit()
    assert not block(client, path)


def test_pages_in_that_order_do_not_overlap(session, shelf):
    reach = {shelf["推荐板"].maker.id}
    ranks = {shelf["推荐板"].product_id: 0, shelf["常用板"].product_id: 1}
    wanted = ListingFilter(zone=True)
    shown = [goods.ids_by_rank(session, wanted, ranks, reach, START, n, 1) for n in (1, 2, 3, 4)]
    assert shown == [[shelf[name].listing_id] for name in ("推荐板", "常用板", "便宜板")] + [[]]
    assert goods.ids_by_rank(session, wanted, {}, set(), START, 1, 3)[0] == (
        shelf["便宜板"].listing_id
    )


def statements(client, path):
    said = []

    def note(_connection, _cursor, statement, *_rest):
        said.append(statement)

    engine = database().engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        page(client.get(path))
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return said


@pytest.mark.parametrize("path", ["/", "/materials/G105", "/zone"])
def test_without_a_place_nothing_is_asked_and_a_warm_page_asks_no_more_with_one(
    client, shelf, path
):
    for cold in statements(client, path):
        assert "local_picks" not in cold
        assert "county_purchases" not in cold
    usual = len(statements(client, path))
    client.set_cookie("township", TOWN)
    assert any("local_picks" in one for one in statements(client, path)) == (path != "/")
    assert len(statements(client, path)) == usual


def test_an_official_finds_recommends_and_takes_down(client, session, official, shelf):
    sign_in(client, session, official.account_id)
    found = page(client.get("/official/picks?q=便宜"))
    assert "推荐：便宜板" in found
    (where,) = re.findall(r'href="(/official/picks/new/[^"]+)"', found)
    assert "阜平县" in page(client.get(where))
    typed = {"region": "130624", "reason": "", "until_on": "2026-13-40"}
    wrong = page(client.post(where, data=typed), 422)
    assert "2026-13-40" in wrong
    assert "日期写成" in wrong
    typed = {"region": "130624", "reason": "便宜又好", "until_on": "2026-11-01"}
    past = page(client.post(where, data=typed), 422)
    assert "截止日期从今天起" in past
    assert "便宜又好" in past
    done = client.post(where, data={**typed, "until_on": "2026-12-31"})
    assert done.status_code == 303
    listed = page(client.get("/official/picks"))
    assert "便宜又好" in listed
    assert page(client.post(where, data={**typed, "until_on": "2026-12-31"}), 422).count(
        "已经推荐了它"
    )
    (end, *_rest) = re.findall(r'action="(/official/picks/[^"]+/end)"', listed)
    assert client.post(end).status_code == 303
    assert client.post(end).status_code == 404
    assert "已撤下" in page(client.get("/official/picks?list=over"))


def test_the_desk_counts_what_is_recommended_and_cannot_be_bought(client, session, official, shelf):
    catalogue.hold_product(session, shelf["推荐板"].product_id, START)
    service.check_picks(session, START)
    sign_in(client, session, official.account_id)
    desk = page(client.get("/official"))
    assert "推荐了但买不到的商品" in desk
    assert "/official/picks?list=lost" in desk
    lost = page(client.get("/official/picks?list=lost"))
    assert "推荐板" in lost
    assert "现在买不到，页面上不显示" in lost


def test_the_platform_does_not_recommend(client, session, shelf):
    sign_in(client, session, make_actor(session, "operator").account_id)
    text = page(client.get("/official/picks"))
    assert "推荐哪个商品" not in text
    where = f"/official/picks/new/{shelf['便宜板'].product_id}"
    assert "平台不推荐" in page(client.get(where))
    typed = {"region": "", "reason": "买我", "until_on": "2026-12-31"}
    assert "填你管理地区里的" in page(client.post(where, data=typed), 422)
    assert client.get("/official/picks/new/nothing").status_code == 404
