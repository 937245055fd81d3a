"""Keeping pick-up points, and what they offer."""

import re
from datetime import date, timedelta

import pytest

from market.accounts import service as accounts
from market.audit import queries as audit
from market.kernel.actor import SYSTEM, Actor
from market.kernel.region_code import RegionCode
from market.pickups import queries, rules, service
from market.pickups.errors import (
    AgentUnknown,
    DaysMissing,
    HoursReversed,
    NotYourRegion,
    PackAboveDay,
    PlacesStanding,
    PointNotFound,
    ReasonMissing,
    TownNeeded,
)
from market.pickups.types import Goods, Piece, Share
from tests.factories.accounts import make_account, sign_in
from tests.factories.orders import START, TOWN, make_address
from tests.factories.pickups import draft, make_point

TODAY = date(2026, 11, 22)  # a Sunday
COUNTY = Actor(account_id="o" * 20, official_regions=(RegionCode("130624"),))
ELSEWHERE = Actor(account_id="e" * 20, official_regions=(RegionCode("510121"),))


def test_an_official_keeps_the_points_of_the_own_subtree(session, now):
    agent = make_account(session)
    wanted = draft(agent_phone=agent.phone)
    key = service.add_point(session, COUNTY, TOWN, wanted, now=now)
    with pytest.raises(NotYourRegion):
        service.add_point(session, ELSEWHERE, TOWN, wanted, now=now)
    with pytest.raises(PointNotFound):
        service.change_point(session, ELSEWHERE, key, wanted, now=now)
    with pytest.raises(PointNotFound):
        service.close_point(session, ELSEWHERE, key, TODAY, "不干了", now=now)
    service.change_point(session, COUNTY, key, draft(agent_phone=agent.phone, opens=540), now=now)
    service.close_point(session, COUNTY, key, TODAY, "代办人搬走了", now=now)
    point = queries.get_managed(session, COUNTY, key)
    assert (point.opens, point.open_until, point.closed_reason) == (540, TODAY, "代办人搬走了")
    written = audit.counts(session, "pickup_point")
    assert written == {(key, f"pickup_point.{verb}"): 1 for verb in ("add", "change", "close")}
    assert [p.id for p in queries.list_managed(session, COUNTY).items] == [key]
    assert queries.list_managed(session, ELSEWHERE).items == []


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"weekdays": ()}, DaysMissing),
        ({"closes": 480}, HoursReversed),
        ({"max_pack_g": 2_000_000}, PackAboveDay),
        ({"agent_phone": "13900000001"}, AgentUnknown),
    ],
)
def test_what_makes_no_point_is_refused(session, now, changes, refusal):
    agent = make_account(session)
    wanted = draft(**{"agent_phone": agent.phone, **changes})
    with pytest.raises(refusal):
        service.add_point(session, SYSTEM, TOWN, wanted, now=now)
    with pytest.raises(TownNeeded):
        service.add_point(
            session, SYSTEM, RegionCode("130624"), draft(agent_phone=agent.phone), now=now
        )


def test_a_point_does_not_close_before_goods_that_are_to_come(session, now):
    point = make_point(session)
    day = TODAY + timedelta(days=5)
    service.take(session, "x" * 20, point, day, Goods(1), [Share("s", 1)], lead_days=0, now=now)
    with pytest.raises(PlacesStanding):
        service.close_point(session, SYSTEM, point.id, day - timedelta(days=1), "搬走", now=now)
    agent = draft(agent_phone=point.agent_phone, open_until=day - timedelta(days=1))
    with pytest.raises(PlacesStanding):
        service.change_point(session, SYSTEM, point.id, agent, now=now)
    with pytest.raises(ReasonMissing):
        service.close_point(session, SYSTEM, point.id, day, " ", now=now)
    service.close_point(session, SYSTEM, point.id, day, "搬走", now=now)


def test_only_drop_days_with_room_are_offered(session, now):
    point = make_point(session, weekdays=(1, 4), capacity_g=100_000)
    monday = date(2026, 11, 30)
    service.take(
        session, "x" * 20, point, monday, Goods(60_000), [Share("s", 60_000)], lead_days=0, now=now
    )
    (heavy,) = queries.offers(session, [TOWN], Goods(50_000), 3, now)
    assert [one.day for one in heavy.days][:2] == [date(2026, 11, 26), date(2026, 12, 3)]
    (light,) = queries.offers(session, [TOWN], Goods(40_000), 3, now)
    assert [(one.day, one.free_g) for one in light.days] == [
        (date(2026, 11, 26), 100_000), (monday, 40_000), (date(2026, 12, 3), 100_000),
        (date(2026, 12, 7), 100_000),
    ]  # fmt: skip
    (late,) = queries.offers(session, [TOWN], Goods(1), 30, now)
    assert late.days[0].day >= TODAY + timedelta(days=31)
    assert queries.offers(session, [RegionCode("510121001")], Goods(1), 0, now) == ()


def test_goods_that_do_not_fit_say_why(session, now):
    point = make_point(session, capacity_g=100_000, max_pack_g=30_000, max_piece_mm=2_000)
    pipe = Piece("管", "Pipe", 5_000, 4_000)
    slab = Piece("板", "Slab", 40_000, None)
    tube = Piece("胶", "Sealant", 300)
    asked = (Goods(5_000, (pipe,)), Goods(40_000, (slab,)), Goods(100_001), Goods(300, (tube,)))
    found = [rules.unfit(point, goods) for goods in asked]
    assert [one and (one.reason, one.most) for one in found] == [
        ("piece", 2_000), ("pack", 30_000), ("whole", 100_000), None,
    ]  # fmt: skip


def test_the_agent_of_a_standing_point_cannot_vanish(session, now):
    point = make_point(session)
    blocked = service.deletion_blocker(session, point.agent_id)
    assert blocked is not None
    assert blocked.params == {"name": point.name_zh}
    assert service.deletion_blocker(session, make_account(session).id) is None
    service.close_point(session, SYSTEM, point.id, TODAY, "不办了", now=now)
    assert service.deletion_blocker(session, point.agent_id) is None


def typed(agent, **changes):
    return {
        "region": TOWN.digits, "name_zh": "三坡村村口", "village": "三坡村", "detail": "村口",
        "agent_name": "李四", "agent_phone": agent.phone, "weekdays": ["2", "5"], "opens": "8:00",
        "closes": "18:30", "capacity": "800", "max_pack": "50", "max_piece": "2.4",
        "open_from": "2026-11-22", **changes,
    }  # fmt: skip


@pytest.fixture
def official(client, session):
    account = make_account(session)
    accounts.grant_role(session, account.id, "official", "130624")
    sign_in(client, session, account.id)
    return client


def test_the_desk_keeps_points_and_shows_them_to_all(official, session):
    agent = make_account(session)
    page = official.post(
        "/official/pickup-points/new", data=typed(agent, opens="8点", max_pack="x")
    )
    assert page.status_code == 422
    assert "时间写成 08:00 这样" in page.text
    assert 'value="8点"' in page.text  # what was typed stays
    made = official.post("/official/pickup-points/new", data=typed(agent))
    assert made.status_code == 303
    where = made.headers["Location"]
    page = official.get(where).text
    assert "星期二、星期五 08:00–18:30" in page
    assert "一个到货日最多 800 kg，一包最重 50 kg，一件最长 2.4 m" in page
    public = official.get(f"/pickup-points?region={TOWN.digits}").text
    assert "三坡村村口" in public
    assert agent.phone in public
    closed = official.post(f"{where}/close", data={"last_day": "2026-11-20", "reason": "早了"})
    assert closed.status_code == 422
    official.post(f"{where}/close", data={"last_day": "2026-12-20", "reason": "代办人搬走"})
    assert "代办人搬走" in official.get(f"/pickup-points?region={TOWN.digits}").text


def test_an_official_of_another_county_finds_nothing(client, session, now):
    point = make_point(session)
    account = make_account(session)
    accounts.grant_role(session, account.id, "official", "510121")
    sign_in(client, session, account.id)
    assert client.get(f"/official/pickup-points/{point.id}").status_code == 404
    answer = client.post("/official/pickup-points/new", data=typed(make_account(session)))
    assert "这个乡镇不归你管" in answer.text or answer.status_code == 403


def test_the_address_book_remembers_where_a_household_fetches(client, session):
    account = make_account(session)
    address = make_address(session, account.id)
    point = make_point(session)
    sign_in(client, session, account.id)
    page = client.get(f"/me/addresses/{address}/pickup").text
    assert "三坡村村口" in page
    wrong = client.post(f"/me/addresses/{address}/pickup", data={"point": "x" * 20})
    assert wrong.status_code == 422
    assert (
        client.post(f"/me/addresses/{address}/pickup", data={"point": point.id}).status_code == 303
    )
    page = client.get(f"/me/addresses/{address}/pickup").text
    (chosen,) = [x for x in re.findall(r"<input[^>]*>", page) if " checked" in x]
    assert f'value="{point.id}"' in chosen
    assert client.get(f"/me/addresses/{'0' * 20}/pickup").status_code == 404


def test_start_is_the_day_of_these_tests():
    assert START.date() == TODAY
