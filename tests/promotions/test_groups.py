"""Village purchases, through services and pages."""

from datetime import timedelta

import pytest

from market.kernel.actor import SYSTEM, Actor
from market.kernel.region_code import RegionCode
from market.orders import queries as orders
from market.promotions import (
    groups,
    households,
    invariants,
    service,
)
from market.promotions.errors import (
    GroupClosed,
)
from market.promotions.types import (
    Benefit,
    BenefitKind,
    Owner,
    Tier,
)
from tests.factories.accounts import make_account, make_actor, sign_in
from tests.factories.catalogue import actor_for, make_maker, make_offer
from tests.factories.orders import TOWN, fill_cart, make_address, make_household, place
from tests.factories.promotions import START, make_running
from tests.promotions.offers import reasons, seen, told

K = BenefitKind


@pytest.fixture
def household(session):
    return make_household(session)


def a_group(session, closes, **over):
    benefit = Benefit(K.GROUP_BUY, tiers=(Tier(10, 500), Tier(20, 1000)), times=0,
                      closes_at=closes, drop_point="三坡村委会院子")  # fmt: skip
    return make_running(session, benefit=benefit, budget_fen=None, **over)


def test_a_group_is_joined_counted_and_bought(session, now, household):
    closes = now + timedelta(hours=1)
    key = a_group(session, closes)
    other = make_household(session)
    offer = make_offer(session, stock=50)
    fill_cart(session, household.account_id, (offer, 10))
    assert reasons(seen(session, household, now)) == ["group_join"]
    groups.join(session, key, household.account_id, 8, now)
    groups.join(session, key, other.account_id, 15, now)
    groups.join(session, key, other.account_id, 12, now)
    assert reasons(seen(session, household, now)) == ["group_open"]
    late = closes + timedelta(seconds=1)
    assert reasons(seen(session, household, late)) == ["group_open"]  # not counted yet
    assert groups.close_due(session, closes) == 1
    priced = seen(session, household, late)
    assert priced.discount_fen == 8 * 13_824 // 10
    (part,) = orders.find_order(session, place(session, household, now=late).id).seller_orders
    assert part.drop_point == "三坡村委会院子"
    assert groups.view_group(session, key, household.account_id).bought == 8
    fill_cart(session, household.account_id, (offer, 1), now=late)
    assert reasons(seen(session, household, late)) == ["group_closed"]
    assert invariants.breaches(session) == []


def test_nobody_joins_in_the_closing_second(session, now, household):
    key = a_group(session, now + timedelta(hours=1))
    groups.join(session, key, household.account_id, 5, now)
    with pytest.raises(GroupClosed):
        groups.join(session, key, household.account_id, 9, now + timedelta(hours=1))
    assert groups.view_group(session, key, household.account_id).total == 5
    groups.join(session, key, household.account_id, 0, now)
    assert groups.view_group(session, key, household.account_id).total == 0


def test_the_page_of_a_group_takes_joins(client, session, now):
    key = a_group(session, now + timedelta(hours=1))
    assert "三坡村委会院子" in client.get(f"/promotions/{key}").text
    asked = client.post(f"/promotions/{key}/join", data={"packs": "4"})
    assert "/sign-in" in asked.location
    account = make_account(session)
    sign_in(client, session, account.id)
    assert client.post(f"/promotions/{key}/join", data={"packs": "4"}).status_code == 303
    assert groups.view_group(session, key, account.id).mine == 4
    bad = client.post(f"/promotions/{key}/join", data={"packs": "x4"})
    assert (bad.status_code, "x4" in bad.text) == (422, True)


def joined(client, session, key, packs, *, region=TOWN, flags=()):
    """What the page answers to a new household that joins."""
    account = make_account(session)
    if region is not None:
        make_address(session, account.id, region)
    households.set_flags(session, SYSTEM, account.phone, flags, now=START)
    sign_in(client, session, account.id)
    return account, client.post(f"/promotions/{key}/join", data={"packs": str(packs)})


def test_only_whom_a_group_is_meant_for_can_join(client, session, now):
    closes = now + timedelta(hours=1)
    key = a_group(session, closes, region_prefixes=frozenset({"130624104"}),
                  flags=frozenset({"low_income"}))  # fmt: skip
    meant = ["low_income"]
    _, nowhere = joined(client, session, key, 5, region=None, flags=meant)
    assert (nowhere.status_code, "先填好你家的收货地址" in nowhere.text) == (422, True)
    assert 'href="/me/addresses"' in nowhere.text
    _, far = joined(client, session, key, 5, region=RegionCode("510121001"), flags=meant)
    assert (far.status_code, "你的收货地区不在范围内" in far.text) == (422, True)
    assert 'value="5"' in far.text
    _, other = joined(client, session, key, 5)
    assert (other.status_code, "由乡镇登记" in other.text) == (
        422,
        True,
    )
    account, done = joined(client, session, key, 5, flags=meant)
    assert done.status_code == 303
    assert groups.view_group(session, key, account.id).total == 5
    households.set_flags(session, SYSTEM, account.phone, [], now=now)
    more = client.post(f"/promotions/{key}/join", data={"packs": "6"})
    assert more.status_code == 422
    fewer = client.post(f"/promotions/{key}/join", data={"packs": "0"})  # leaving is always free
    assert fewer.status_code == 303


def test_a_group_asks_for_zones_and_first_orders(client, session, now):
    closes = now + timedelta(hours=1)
    cold = a_group(session, closes, zones=frozenset({"1"}))
    _, refused = joined(client, session, cold, 5)
    assert (refused.status_code, "只在严寒" in refused.text) == (422, True)
    first = a_group(session, closes, first_order=True)
    account, done = joined(client, session, first, 5)
    assert done.status_code == 303
    place(session, Actor(account.id, frozenset({"household"})), (make_offer(session), 1), now=now)
    again = client.post(f"/promotions/{first}/join", data={"packs": "6"})
    assert (again.status_code, "你家已经下过单" in again.text) == (422, True)


def test_no_household_lifts_the_tier_of_all_alone(client, session, now):
    closes = now + timedelta(hours=1)
    _, refused = joined(client, session, a_group(session, closes), 301)
    assert (refused.status_code, "每户最多报 300 包" in refused.text) == (422, True)
    benefit = Benefit(K.GROUP_BUY, tiers=(Tier(10, 500),), times=0, closes_at=closes,
                      drop_point="村口", most_packs=12)  # fmt: skip
    key = make_running(session, benefit=benefit, budget_fen=None)
    _, refused = joined(client, session, key, 13)
    assert (refused.status_code, "每户最多报 12 包" in refused.text) == (422, True)
    _, done = joined(client, session, key, 12)
    assert done.status_code == 303
    assert "每户最多报 12 包" in client.get(f"/promotions/{key}").text


def test_members_and_owner_are_told_what_came_of_it(session, now, app):
    closes = now + timedelta(hours=1)
    offer = make_offer(session, stock=50)
    owner = make_actor(session, "seller", offer.maker.id)
    own = {"owner": Owner.SELLER, "seller_id": offer.maker.id}
    reached, failed, stopped = (a_group(session, closes, **own) for _ in "123")
    people = [make_household(session).account_id for _ in "12"]
    for key in (reached, failed, stopped):
        groups.join(session, key, people[0], 6, now)
    groups.join(session, reached, people[1], 6, now)
    service.stop(session, actor_for(offer.maker.id), stopped, now)
    assert groups.close_due(session, closes) == 3
    assert groups.close_due(session, closes) == 0
    by_kind = {row[0]: row for row in told(session, people[0])}
    assert set(by_kind) == {"group_reached", "group_failed", "group_stopped"}
    _, title, text, link = by_kind["group_reached"]
    assert "成团了" in title
    assert link == f"/promotions/{reached}"
    assert "一共报了 12 包，满 10 包，减 5 %" in text
    assert "每包原价 138.24 元，现在 131.33 元" in text  # 5 % of 138.24 is 6.912
    assert "最晚 2026-12-22 下单" in text
    assert "送到三坡村委会院子" in text
    assert "一共报了 6 包，不够 10 包" in by_kind["group_failed"][2]
    assert [row[0] for row in told(session, people[1])] == ["group_reached"]
    kinds = sorted(row[0] for row in told(session, owner.account_id))
    assert kinds == ["group_counted", "group_counted_short", "group_counted_short"]


def test_the_desk_sees_who_joined_and_prints_a_list(client, session, now):
    closes = now + timedelta(hours=1)
    shop = make_maker(session)
    key = a_group(session, closes, owner=Owner.SELLER, seller_id=shop.id)
    account = make_account(session, display_name="欧阳小明", phone="13912345678")
    make_address(session, account.id)
    groups.join(session, key, account.id, 12, now)
    sign_in(client, session, make_actor(session, "seller", make_maker(session).id).account_id)
    assert client.get(f"/seller/promotions/{key}/joins").status_code == 404
    sign_in(client, session, make_actor(session, "seller", shop.id).account_id)
    page = client.get(f"/seller/promotions/{key}").text
    assert f"/seller/promotions/{key}/joins" in page
    assert "1 户，12 包" in page
    assert "满 10 包减 5 %" in page
    assert "再有 8 包就到：满 20 包减 10 %" in page
    for text in (page, client.get(f"/seller/promotions/{key}/joins").text):
        assert "欧**" in text
        assert "139****5678" in text
        assert "天生桥镇" in text
        assert "欧阳小明" not in text
        assert "13912345678" not in text
