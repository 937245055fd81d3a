"""Campaigns, shares, flags and caps, through services and pages."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from market.audit.models import AuditEvent
from market.kernel.actor import SYSTEM, Actor
from market.kernel.clock import end_of_day
from market.kernel.region_code import RegionCode
from market.promotions import (
    campaigns,
    households,
    service,
    words,
)
from market.promotions.errors import (
    CampaignNeeded,
    NotApplied,
    OutsideYourRegion,
    SharesNotWhole,
    SharesNotYours,
)
from market.promotions.types import (
    Bearing,
    Benefit,
    BenefitKind,
    CampaignDraft,
    Owner,
    Ownership,
    Verdict,
)
from tests.factories.accounts import make_account, make_actor, sign_in
from tests.factories.catalogue import actor_for, make_maker, make_offer
from tests.factories.orders import fill_cart, make_household
from tests.factories.pickups import make_point
from tests.factories.promotions import make_campaign, make_draft, make_running
from tests.promotions.offers import reasons, seen

K = BenefitKind


@pytest.fixture
def household(session):
    return make_household(session)


def official(code):
    return Actor("o", frozenset({"official"}), official_regions=(RegionCode(code),))


def test_a_campaign_lets_in_whom_its_official_approves(session, now, household):
    offer = make_offer(session, stock=50)
    draft = CampaignDraft("保温月", now, now + timedelta(days=9))
    with pytest.raises(OutsideYourRegion):
        campaigns.create(session, official("510124"), RegionCode("130624"), draft, now)
    key = campaigns.create(session, official("130624"), RegionCode("130624"), draft, now)
    make_running(session, campaign_id=key, benefit=Benefit(K.AMOUNT, amount_fen=500))
    fill_cart(session, household.account_id, (offer, 1))
    campaigns.apply(session, key, offer.maker.id, now)
    assert reasons(seen(session, household, now)) == ["not_enrolled"]
    with pytest.raises(OutsideYourRegion):
        campaigns.decide(session, official("510124"), key, offer.maker.id, approve=True,
                         reason="", now=now)  # fmt: skip
    campaigns.decide(session, official("1306"), key, offer.maker.id, approve=True, reason="",
                     now=now)  # fmt: skip
    assert seen(session, household, now).discount_fen == 500
    campaigns.leave(session, key, offer.maker.id, now)
    assert reasons(seen(session, household, now)) == ["not_enrolled"]
    with pytest.raises(NotApplied):
        campaigns.leave(session, key, offer.maker.id, now)


def test_nobody_is_made_to_pay_who_did_not_agree(session, now):
    half = (Bearing("seller", 5000), Bearing("platform", 5000))
    platform = Ownership(Owner.PLATFORM)
    with pytest.raises(CampaignNeeded):
        service.create_draft(session, SYSTEM, platform, make_draft(bearings=half), now)
    with pytest.raises(SharesNotWhole):
        service.create_draft(session, SYSTEM, platform, make_draft(bearings=half[:1]), now)
    region = Ownership(Owner.REGION, region=RegionCode("130624"))
    shared = (Bearing("region:130624", 5000), Bearing("platform", 5000))
    with pytest.raises(SharesNotYours):
        service.create_draft(session, official("130624"), region, make_draft(bearings=shared), now)
    maker = make_maker(session)
    own = Ownership(Owner.SELLER, maker.id)
    others = (Bearing("seller", 5000), Bearing("region:130624", 5000))
    with pytest.raises(SharesNotYours):
        service.create_draft(session, actor_for(maker.id), own, make_draft(bearings=others), now)
    agreed = make_draft(bearings=half, campaign_id=make_campaign(session, maker.id))
    assert service.create_draft(session, SYSTEM, platform, agreed, now)


def test_flags_open_what_is_meant_for_a_household(session, now):
    account = make_account(session)
    household = Actor(account.id, frozenset({"household"}))
    make_running(session, flags=frozenset({"low_income"}), benefit=Benefit(K.AMOUNT, amount_fen=9))
    fill_cart(session, account.id, (make_offer(session, stock=5), 1))
    assert reasons(seen(session, household, now)) == ["flag_missing"]
    households.set_flags(session, SYSTEM, account.phone, ["low_income"], now=now)
    assert seen(session, household, now).discount_fen == 9


def test_the_caps_hold_over_everything(session, now, household):
    offer = make_offer(session, stock=5)
    make_running(session, benefit=Benefit(K.PERCENT, basis_points=6000))
    households.set_caps(session, SYSTEM, 5000, 3000, now)
    fill_cart(session, household.account_id, (offer, 1))
    priced = seen(session, household, now)
    assert priced.discount_fen == 13_824 * 3 // 10
    assert priced.applied[0].cut_by == "order_cap"


def test_the_desks_of_campaigns(client, session, now):
    seller_id = make_maker(session).id
    key = make_campaign(session)
    seller = make_actor(session, "seller", seller_id)
    sign_in(client, session, seller.account_id)
    assert "秋冬保温月" in client.get("/seller/campaigns").text
    assert client.post(f"/seller/campaigns/{key}/apply").status_code == 303
    office = make_actor(session, "official", "130624")
    sign_in(client, session, office.account_id)
    assert "等主管部门同意" in client.get("/official/campaigns").text
    done = client.post(f"/official/campaigns/{key}/sellers/{seller_id}", data={"approve": "1"})
    assert done.status_code == 303
    assert campaigns.campaigns_of(session, official("130624"))[0][1][0].state == "approved"
    bad = client.post("/official/campaigns", data={"name": "没有日期"})
    assert (bad.status_code, "没有日期" in bad.text) == (422, True)


@pytest.fixture
def applied(session, now):
    """A campaign of a county, a seller who applied, a member of the seller and an official."""
    maker = make_maker(session, name="甲厂")
    key = make_campaign(session)
    member = make_actor(session, "seller", maker.id)
    office = make_actor(session, "official", "130624")
    campaigns.apply(session, key, maker.id, now)
    return key, maker.id, member.account_id, office.account_id


def test_a_refusal_needs_a_reason_that_the_seller_reads(client, session, applied):
    key, seller_id, member, office = applied
    url = f"/official/campaigns/{key}/sellers/{seller_id}"
    sign_in(client, session, office)
    field = f'id="reason-{key}-{seller_id}"'
    for written in ("", "  ", "长" * 301):
        answer = client.post(url, data={"approve": "0", "reason": written})
        assert answer.status_code == 422
        assert f"{field[:-1]}-err" in answer.text
        assert written.strip() in answer.text
    assert campaigns.campaigns_of(session, official("130624"))[0][1][0].state == "applied"
    done = client.post(url, data={"approve": "0", "reason": "没有附承担书"})
    assert done.status_code == 303
    assert "原因：没有附承担书" in client.get("/official/campaigns").text
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "campaign.refuse")).one()
    assert event.after == {"seller": seller_id, "state": "refused", "reason": "没有附承担书"}
    assert (event.account_id, event.region) == (office, "130624")
    sign_in(client, session, member)
    page = client.get("/seller/campaigns").text
    assert "原因：没有附承担书" in page
    assert "河北省保定市阜平县" in page
    messages = client.get("/me/messages").text
    assert "没有同意你参加" in messages
    assert "没有附承担书" in messages


def test_an_application_waits_on_the_officials_desk_until_it_is_decided(client, session, applied):
    key, seller_id, member, office = applied
    sign_in(client, session, office)
    row = re.compile(r"活动报名.*?<b>(\d+)</b>", re.DOTALL)
    assert row.search(client.get("/official").text).group(1) == "1"
    assert "甲厂报名参加活动" in client.get("/me/messages").text
    url = f"/official/campaigns/{key}/sellers/{seller_id}"
    for _ in range(2):  # a second press tells nobody again
        assert client.post(url, data={"approve": "1"}).status_code == 303
    assert row.search(client.get("/official").text).group(1) == "0"
    events = session.scalars(select(AuditEvent).where(AuditEvent.action == "campaign.approve"))
    assert [event.before["state"] for event in events] == ["applied"]
    sign_in(client, session, member)
    messages = client.get("/me/messages").text
    assert messages.count("同意你参加了") == 1
    assert 'href="/seller/campaigns"' in client.get("/seller").text


def test_an_application_waits_for_the_offices_of_its_region_only(session, now, applied):
    def waiting(region, at=now):
        return campaigns.enrolments_waiting(session, official(region), at, at).waiting

    assert [waiting(region) for region in ("130624", "13", "510124")] == [1, 1, 0]
    assert waiting("130624", now + timedelta(days=90)) == 0  # the campaign is over


def test_a_wrong_registration_keeps_what_was_typed(client, session, applied):
    sign_in(client, session, applied[3])
    typed = {"phone": "123", "flags": ["model"], "sure": "y"}
    answer = client.post("/official/household-flags", data=typed)
    assert answer.status_code == 422
    assert 'value="123"' in answer.text
    assert 'id="phone-err"' in answer.text
    assert re.search(r'<input[^>]*checked[^>]*value="model"', answer.text)
    unseen = client.post("/official/household-flags", data={"phone": "13900000001"})
    assert unseen.status_code == 422
    assert 'value="13900000001"' in unseen.text
    assert 'id="sure-err"' in unseen.text
    nobody = client.post("/official/household-flags", data={"phone": "13900000001", "sure": "y"})
    assert (nobody.status_code, 'id="phone-err"' in nobody.text) == (422, True)


def test_the_last_day_of_a_campaign_is_the_one_its_office_wrote(client, session, now):
    office = make_actor(session, "official", "130624")
    sign_in(client, session, office.account_id)
    days = {"starts_on": "2026-12-01", "ends_on": "2026-12-20"}
    assert client.post("/official/campaigns", data={"name": "年货", **days}).status_code == 303
    pages = [client.get("/official/campaigns").text]
    sign_in(client, session, make_actor(session, "seller", make_maker(session).id).account_id)
    pages.append(client.get("/seller/campaigns").text)
    assert all("到 2026-12-20" in page and "2026-12-21" not in page for page in pages)


def test_an_offer_that_is_over_names_its_last_day(app, now):
    over = Verdict("p", "年货", 0, "ended", {"ends_at": end_of_day(date(2026, 12, 20))})
    with app.test_request_context():
        assert words.say_reason(over) == "2026-12-20 已经结束"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"kind": "quantity", "tier1_at_least": "10", "tier1_percent": "5"}, "满 10 包减 5 %"),
        ({"kind": "nth_item", "nth_every": "2", "nth_percent": "50"}, "第 2 包减 50 %"),
        ({"kind": "buy_get", "get_every": "10", "get_packs": "1"}, "买 10 包送 1 包"),
        ({"kind": "bundle_price", "set_price_fen": "100", "set_every": "3"}, "任选 3 包 100.00 元"),
        ({"kind": "free_delivery"}, "免运费"),
        ({"kind": "trade_in", "trade_fen": "200"}, "每交一件减 200.00 元"),
        (
            {"kind": "group_buy", "tier1_at_least": "10", "tier1_percent": "5",
             "closes_on": "2026-11-25", "closes_time": "20:00", "drop_point": "村口"},
            "送到村口",
        ),
    ],
)  # fmt: skip
def test_every_kind_is_drafted_tried_and_edited_on_the_desk(client, session, data, says):
    offer = make_offer(session, stock=50)
    seller = make_actor(session, "seller", offer.maker.id)
    sign_in(client, session, seller.account_id)
    form = {"name": "试试", "starts_on": "2026-11-20", "ends_on": "2026-12-31", **data}
    made = client.post("/seller/promotions/new", data=form)
    assert made.status_code == 303, made.text
    page = client.get(made.location)
    assert says in page.text
    edit = client.get(f"{made.location}/edit")
    assert all(value in edit.text for key, value in data.items() if key != "kind")
    assert client.post(f"{made.location}/schedule").status_code == 303
    missing = {key: "" for key in data if key != "kind"}
    if missing:
        assert client.post("/seller/promotions/new", data={**form, **missing}).status_code == 422


def test_a_village_purchase_may_go_to_a_pickup_point(client, session):
    offer = make_offer(session, stock=50)
    point = make_point(session)
    seller = make_actor(session, "seller", offer.maker.id)
    sign_in(client, session, seller.account_id)
    form = {
        "name": "试试", "starts_on": "2026-11-20", "ends_on": "2026-12-31", "kind": "group_buy",
        "tier1_at_least": "10", "tier1_percent": "5", "closes_on": "2026-11-25",
        "closes_time": "20:00", "drop_point_id": point.id,
    }  # fmt: skip
    made = client.post("/seller/promotions/new", data=form)
    assert made.status_code == 303, made.text
    assert f"送到{point.name_zh}（{point.where}）" in client.get(made.location).text
    edit = client.get(f"{made.location}/edit").text
    assert re.search(rf'<option selected value="{point.id}"', edit)
    assert client.post(f"{made.location}/schedule").status_code == 303
    key = made.location.rpartition("/")[2]
    page = client.get(f"/promotions/{key}").text
    assert f"/pickup-points?point={point.id}" in page
    assert point.agent_phone in client.get(f"/pickup-points?point={point.id}").text
    unknown = client.post("/seller/promotions/new", data={**form, "drop_point_id": "x" * 20})
    assert unknown.status_code == 422
