"""Group purchases, trade-ins, shop codes, campaigns, flags and caps, through services and pages."""

import io
import re
import threading
from datetime import date, timedelta

import pytest
from PIL import Image
from sqlalchemy import func, select

from market.accounts import queries as accounts
from market.accounts import service as account_service
from market.audit.models import AuditEvent
from market.carts import queries as carts
from market.carts.types import CartOwner
from market.checkout.quote import quote
from market.kernel.actor import SYSTEM, Actor
from market.kernel.clock import end_of_day
from market.kernel.region_code import RegionCode
from market.notifications import service as inbox
from market.notifications.texts import words as said
from market.orders import queries as orders
from market.payments import ledger
from market.promotions import (
    campaigns,
    groups,
    households,
    invariants,
    proof_queries,
    proofs,
    queries,
    service,
    vouchers,
    words,
)
from market.promotions.errors import (
    BudgetExhausted,
    CampaignNeeded,
    GroupClosed,
    NotApplied,
    NotAtThisTill,
    NotForHousehold,
    OutsideYourRegion,
    SharesNotWhole,
    SharesNotYours,
    VoucherUnknown,
    VoucherUsed,
)
from market.promotions.models import Voucher
from market.promotions.types import (
    Bearing,
    Benefit,
    BenefitKind,
    CampaignDraft,
    Channel,
    Owner,
    Ownership,
    Step,
    Tier,
    TillRow,
    Verdict,
)
from tests.factories.accounts import make_account, make_actor, sign_in
from tests.factories.catalogue import actor_for, make_maker, make_offer
from tests.factories.orders import TOWN, fill_cart, make_address, make_household, place
from tests.factories.promotions import START, make_campaign, make_draft, make_running

K = BenefitKind


@pytest.fixture
def household(session):
    return make_household(session)


def picture():
    file = io.BytesIO()
    Image.new("RGB", (40, 40), "brown").save(file, "PNG")
    file.seek(0)
    return file


def seen(session, household, now):
    cart = carts.get_cart(session, CartOwner(household.account_id))
    return quote(session, cart, TOWN, household.account_id, now)


def reasons(quoted):
    return [v.reason_code for v in quoted.not_applied]


# --- group purchases --------------------------------------------------------------------


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


def told(session, account_id):
    return [
        (message.kind, *said(message.kind, message.params, "zh"), message.link)
        for message in inbox.list_messages(session, account_id)
    ]


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


# --- trade-in ---------------------------------------------------------------------------


def test_an_old_piece_is_handed_in_accepted_and_used_once(client, session, now):
    benefit = Benefit(K.TRADE_IN, amount_fen=2_000, times=0)
    offer = make_offer(session, stock=50)
    key = make_running(session, owner=Owner.SELLER, seller_id=offer.maker.id, benefit=benefit)
    account = make_account(session)
    household = Actor(account.id, frozenset({"household"}))
    sign_in(client, session, account.id)
    refused = client.post(f"/promotions/{key}/proofs", data={"pieces": "2"})
    assert refused.status_code == 422
    sent = client.post(
        f"/promotions/{key}/proofs",
        data={"pieces": "2", "note": "旧锅炉", "file": (picture(), "old.png")},
    )
    assert sent.status_code == 303
    fill_cart(session, account.id, (offer, 5))
    assert reasons(seen(session, household, now)) == ["proof_waiting"]
    proof = proofs.mine(session, key, account.id)[0]
    with client.get(f"/promotions/proofs/{proof.id}/file") as file:
        assert file.status_code == 200
    proofs.decide(session, actor_for(offer.maker.id), proof.id, 2, "", now)
    assert seen(session, household, now).discount_fen == 4_000
    place(session, household, now=now)
    assert proofs.mine(session, key, account.id)[0].used == 2
    fill_cart(session, account.id, (offer, 1))
    assert reasons(seen(session, household, now)) == ["proof_needed"]


def test_a_proof_is_decided_on_the_desk_of_its_promotion_only(client, session, now):
    benefit = Benefit(K.TRADE_IN, amount_fen=2_000, times=0)
    offer = make_offer(session)
    key = make_running(session, owner=Owner.SELLER, seller_id=offer.maker.id, benefit=benefit)
    owner = make_account(session)
    sign_in(client, session, owner.id)
    client.post(f"/promotions/{key}/proofs", data={"pieces": "1", "file": (picture(), "a.png")})
    proof = proofs.sent_to(session, key)[0]
    stranger = make_actor(session, "seller", make_maker(session).id)
    sign_in(client, session, stranger.account_id)
    address = f"/seller/promotions/proofs/{proof.id}"
    assert client.post(address, data={"accepted": "1"}).status_code == 404
    assert client.get(f"/promotions/proofs/{proof.id}/file").status_code == 404
    seller = make_actor(session, "seller", offer.maker.id)
    sign_in(client, session, seller.account_id)
    page = client.get(f"/seller/promotions/{key}")
    assert "旧物凭证" in page.text
    assert client.post(address, data={"accepted": "1", "next": "/seller"}).status_code == 303
    assert proofs.sent_to(session, key)[0].accepted == 1


def handed_in(client, session, pieces=2, **over):
    """A trade-in of a seller and the proof a household sent for it; its desk is signed in."""
    benefit = Benefit(K.TRADE_IN, amount_fen=2_000, times=0)
    maker = make_maker(session)
    owner = over or {"owner": Owner.SELLER, "seller_id": maker.id}
    key = make_running(session, benefit=benefit, **owner)
    account = make_account(session)
    sign_in(client, session, account.id)
    data = {"pieces": str(pieces), "file": (picture(), "old.png")}
    client.post(f"/promotions/{key}/proofs", data=data)
    sign_in(client, session, make_actor(session, "seller", maker.id).account_id)
    return maker, key, account.id, proofs.sent_to(session, key)[0].id


def test_a_refusal_is_explained_and_nothing_is_cut_silently(client, session):
    _, key, household_id, proof_id = handed_in(client, session)
    address = f"/seller/promotions/proofs/{proof_id}"
    none = client.post(address, data={"accepted": "0", "reason": " "})
    assert none.status_code == 422
    assert 'value="0"' in none.text
    assert f'id="reason-{proof_id}-err"' in none.text
    assert "算 0 件要写清楚原因" in none.text
    more = client.post(address, data={"accepted": "3", "reason": "三件都好"})
    assert more.status_code == 422
    assert "只交了 2 件，最多算 2 件" in more.text
    assert f'id="accepted-{proof_id}-err"' in more.text
    assert 'value="3"' in more.text
    assert "三件都好" in more.text
    assert client.post(address, data={"accepted": "两"}).status_code == 422
    assert proofs.sent_to(session, key)[0].state == "waiting"
    done = client.post(address, data={"accepted": "0", "reason": "照片看不清"})
    assert done.status_code == 303
    assert done.location.endswith(f"/seller/promotions/{key}#proofs")
    (message,) = told(session, household_id)
    assert message[0] == "proof_refused"
    assert "照片看不清" in message[2]
    again = client.post(address, data={"accepted": "1"}, follow_redirects=True)
    assert "这份凭证已经核对过了" in again.text


def test_a_household_is_told_how_many_of_its_pieces_count(client, session, now):
    maker, key, household_id, proof_id = handed_in(client, session)
    proofs.decide(session, actor_for(maker.id), proof_id, 1, "", now)
    (message,) = told(session, household_id)
    assert message[0] == "proof_accepted"
    assert "你交的 2 件算 1 件" in message[2]
    assert message[3] == f"/promotions/{key}#proof"


def test_waiting_pieces_are_a_task_on_the_desk(client, session, now):
    maker, key, _, proof_id = handed_in(client, session)
    today = client.get("/seller").text
    assert f"/seller/promotions/{key}#proofs" in today
    assert "核对“满 1000 减 100”的旧物凭证" in today
    assert "等核对的旧物凭证" in client.get("/seller/promotions").text
    proofs.decide(session, actor_for(maker.id), proof_id, 1, "", now)
    assert f"/seller/promotions/{key}#proofs" not in client.get("/seller").text
    assert "等核对的旧物凭证" not in client.get("/seller/promotions").text


def test_waiting_pieces_of_the_platform_are_in_the_operators_queue(client, session, now):
    _, key, _, proof_id = handed_in(client, session, owner=Owner.PLATFORM)
    office = Actor("o", frozenset({"official"}), official_regions=(RegionCode("130624"),))
    later = now + timedelta(days=1)
    found = proof_queries.backlog_of_staff(session, SYSTEM, later, later)
    assert (found.waiting, found.late) == (1, 1)
    assert proof_queries.backlog_of_staff(session, office, later, later).waiting == 0
    sign_in(client, session, make_actor(session, "operator").account_id)
    assert "旧物凭证" in client.get("/operator").text
    assert f"/official/promotions/{key}#proofs" in client.get("/official/promotions").text
    proofs.decide(session, SYSTEM, proof_id, 1, "", now)
    assert proof_queries.backlog_of_staff(session, SYSTEM, later, later).waiting == 0


def test_a_trade_in_by_percentage_is_drafted_and_used(client, session, now):
    offer = make_offer(session, stock=50)
    seller = make_actor(session, "seller", offer.maker.id)
    sign_in(client, session, seller.account_id)
    form = {"name": "试试", "starts_on": "2026-11-20", "ends_on": "2026-12-31", "kind": "trade_in"}
    neither = client.post("/seller/promotions/new", data=form)
    assert (neither.status_code, "填减多少元，或者减百分之几" in neither.text) == (422, True)
    both = client.post(
        "/seller/promotions/new", data={**form, "trade_fen": "20", "trade_percent": "10"}
    )
    assert (both.status_code, "只能填一样" in both.text) == (422, True)
    made = client.post("/seller/promotions/new", data={**form, "trade_percent": "12.5"})
    assert made.status_code == 303
    assert "每交一件旧的，一件新的减 12.5 %" in client.get(made.location).text
    assert 'value="12.5"' in client.get(f"{made.location}/edit").text
    client.post(f"{made.location}/schedule")
    key = made.location.rsplit("/", 1)[1]
    household = make_household(session)
    sign_in(client, session, household.account_id)
    client.post(f"/promotions/{key}/proofs", data={"pieces": "1", "file": (picture(), "a.png")})
    proof = proofs.sent_to(session, key)[0]
    proofs.decide(session, actor_for(offer.maker.id), proof.id, 1, "", now)
    fill_cart(session, household.account_id, (offer, 3))
    assert seen(session, household, now).discount_fen == 13_824 // 8


# --- shop codes -------------------------------------------------------------------------

OFFLINE = {
    "benefit": Benefit(K.THRESHOLD, steps=(Step(10_000, 1_000),)),
    "channel": Channel.OFFLINE,
    "budget_fen": 2_500,
}


def test_a_code_is_redeemed_once_and_the_shop_is_owed_it(session, now, household):
    shop = make_maker(session)
    key = make_running(session, **OFFLINE)
    voucher = vouchers.issue(session, key, household.account_id, now)
    assert vouchers.issue(session, key, household.account_id, now).code == voucher.code
    staff = actor_for(shop.id)
    small = vouchers.look(session, staff, shop.id, voucher.code, 9_000, now)
    assert (small.off_fen, small.verdict.reason_code) == (0, "below_step")
    off = vouchers.redeem(session, staff, shop.id, voucher.code.lower(), 12_000, now=now)
    assert off == 1_000
    with pytest.raises(VoucherUsed):
        vouchers.redeem(session, staff, shop.id, voucher.code, 12_000, now=now)
    assert ledger.balance(session, f"seller_payable:{shop.id}") == -1_000
    assert ledger.balance(session, "platform_promotion_cost") == 1_000
    assert queries.get_promotion(session, key, now).spent_fen == 1_000
    assert invariants.breaches(session) == []
    assert invariants.discount_breaches(session, {}) == []


def test_a_sellers_code_is_no_business_of_another_shop(session, now, household):
    shop, other = make_maker(session), make_maker(session)
    key = make_running(session, owner=Owner.SELLER, seller_id=shop.id, **OFFLINE)
    code = vouchers.issue(session, key, household.account_id, now).code
    with pytest.raises(VoucherUnknown):
        vouchers.redeem(session, actor_for(other.id), other.id, code, 12_000, now=now)
    assert vouchers.redeem(session, actor_for(shop.id), shop.id, code, 12_000, now=now) == 1_000
    assert ledger.balance(session, f"seller_payable:{shop.id}") == 0


def test_a_first_order_is_known_at_the_till(session, now):
    shop = make_maker(session)
    staff = actor_for(shop.id)
    key = make_running(session, **OFFLINE, first_order=True)
    new, old = make_household(session), make_household(session)
    code = vouchers.issue(session, key, new.account_id, now).code
    later = vouchers.issue(session, key, old.account_id, now).code
    place(session, old, (make_offer(session), 1), now=now)
    seen = vouchers.look(session, staff, shop.id, later, 12_000, now)
    assert (seen.off_fen, seen.verdict.reason_code) == (0, "not_first_order")
    assert vouchers.redeem(session, staff, shop.id, code, 12_000, now=now) == 1_000
    with pytest.raises(NotForHousehold):
        vouchers.issue(session, make_running(session, **OFFLINE, first_order=True),
                       old.account_id, now)  # fmt: skip


def test_the_home_of_a_household_counts_at_the_till(session, now):
    """Fuping is in zone 2: a promotion for zone 1 is not for it, whichever shop redeems."""
    shop = make_maker(session)
    staff = actor_for(shop.id)
    cold = make_running(session, **OFFLINE, zones=frozenset({"1"}))
    near = make_running(session, **OFFLINE, zones=frozenset({"2"}),
                        region_prefixes=frozenset({"130624"}))  # fmt: skip
    household = make_household(session)
    with pytest.raises(NotForHousehold) as nowhere:
        vouchers.issue(session, near, household.account_id, now)
    assert nowhere.value.failure.code == "address_missing"
    make_address(session, household.account_id)
    with pytest.raises(NotForHousehold) as refused:
        vouchers.issue(session, cold, household.account_id, now)
    assert refused.value.failure.code == "other_zone"
    code = vouchers.issue(session, near, household.account_id, now).code
    kept = accounts.addresses(session, household.account_id)[0].id
    far = make_address(session, household.account_id, RegionCode("510121001"))
    account_service.set_default_address(session, household.account_id, far)
    seen = vouchers.look(session, staff, shop.id, code, 12_000, now)
    assert (seen.off_fen, seen.verdict.reason_code) == (0, "other_region")
    account_service.set_default_address(session, household.account_id, kept)
    assert vouchers.redeem(session, staff, shop.id, code, 12_000, now=now) == 1_000


def test_the_next_code_comes_after_the_last_was_used(client, session, now):
    shop = make_maker(session)
    staff = actor_for(shop.id)
    key = make_running(session, **{**OFFLINE, "budget_fen": None}, household_limit=3)
    account = make_account(session)
    sign_in(client, session, account.id)
    codes = []
    for number in range(3):
        if number:
            assert "再领一个门店码" in client.get(f"/promotions/{key}").text
        client.post(f"/promotions/{key}/voucher")
        codes.append(vouchers.find(session, key, account.id).code)
        assert codes[-1] in client.get(f"/promotions/{key}").text
        vouchers.redeem(session, staff, shop.id, codes[-1], 12_000, now=now)
    assert len(set(codes)) == 3
    page = client.get(f"/promotions/{key}").text
    assert "每户限用 3 次，你家已经用完" in page
    assert "/voucher" not in page
    client.post(f"/promotions/{key}/voucher")
    assert "每户限用 3 次，你家已经用完" in client.get(f"/promotions/{key}").text
    assert vouchers.find(session, key, account.id).redeemed_at is not None
    assert queries.get_promotion(session, key, now).spent_fen == 3_000
    assert invariants.breaches(session) == []


def test_many_windows_get_one_next_code_and_never_more_than_the_limit(race_database, shared_app):
    with race_database.unit_of_work() as session:
        shop_id = make_maker(session).id
        key = make_running(session, **{**OFFLINE, "budget_fen": None}, household_limit=2)
        household_id = make_household(session).account_id
    barrier, used = threading.Barrier(6), []

    def window():
        barrier.wait(30)
        for _ in range(4):
            try:
                with race_database.unit_of_work() as session:
                    code = vouchers.issue(session, key, household_id, START).code
                with race_database.unit_of_work() as session:
                    vouchers.redeem(session, actor_for(shop_id), shop_id, code, 12_000, now=START)
                used.append(code)
            except (VoucherUsed, BudgetExhausted, NotForHousehold, NotAtThisTill):
                pass

    threads = [threading.Thread(target=window) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(used) == len(set(used)) == 2
    with race_database.reading() as session:
        assert queries.get_promotion(session, key, START).spent_fen == 2_000
        made = select(func.count()).select_from(Voucher).where(Voucher.household_id == household_id)
        assert session.scalar(made) <= 3  # never two open ones
        assert invariants.breaches(session) == []


def test_a_queue_is_settled_honestly(session, now):
    shop = make_maker(session)
    staff = actor_for(shop.id)
    key = make_running(session, **OFFLINE)
    codes = [
        vouchers.issue(session, key, make_household(session).account_id, now).code for _ in "123"
    ]
    later = now + timedelta(hours=5)

    def send(code, mark):
        row = TillRow(code, 12_000, now, "", 0)
        return vouchers.take_queued(session, staff, shop.id, row, mark, later).outcome

    assert send(codes[0], "a") == "redeemed"
    assert send(codes[0], "a") == "redeemed"  # sent again: the same answer, nothing twice
    assert send(codes[0], "b") == "voucher_used"
    assert send(codes[1], "c") == "redeemed"
    assert send(codes[2], "d") == "not_at_this_till"  # the budget holds two
    assert queries.get_promotion(session, key, later).spent_fen == 2_000
    assert vouchers.find(session, key, None) is None
    assert len(vouchers.queued(session, shop.id)) == 4


def test_an_offline_promotion_does_nothing_in_the_cart(session, now, household):
    make_running(session, **OFFLINE)
    fill_cart(session, household.account_id, (make_offer(session, stock=5), 1))
    assert reasons(seen(session, household, now)) == ["offline_only"]


def test_ten_tills_redeem_a_code_once(race_database, shared_app):
    with race_database.unit_of_work() as session:
        shop = make_maker(session)
        key = make_running(session, **OFFLINE)
        code = vouchers.issue(session, key, make_household(session).account_id, START).code
        shop_id = shop.id
    barrier, results = threading.Barrier(10), []

    def till():
        barrier.wait(30)
        try:
            with race_database.unit_of_work() as session:
                vouchers.redeem(session, actor_for(shop_id), shop_id, code, 12_000, now=START)
            results.append("redeemed")
        except (VoucherUsed, BudgetExhausted):
            results.append("refused")

    threads = [threading.Thread(target=till) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(results) == ["redeemed", *["refused"] * 9]
    with race_database.reading() as session:
        assert queries.get_promotion(session, key, START).spent_fen == 1_000
        assert ledger.balance(session, "platform_promotion_cost") == 1_000


def test_the_till_page_looks_first_and_then_redeems(client, session, now):
    shop = make_maker(session)
    key = make_running(session, **OFFLINE)
    buyer = make_account(session)
    sign_in(client, session, buyer.id)
    client.post(f"/promotions/{key}/voucher")
    page = client.get(f"/promotions/{key}")
    code = vouchers.find(session, key, buyer.id).code
    assert code in page.text
    assert "<svg" in page.text
    staff = make_actor(session, "seller", shop.id)
    sign_in(client, session, staff.account_id)
    assert code in client.get(f"/seller/till?code={code}").text
    looked = client.post("/seller/till", data={"code": code, "goods_fen": "120"})
    assert "10.00" in looked.text
    assert vouchers.find(session, key, buyer.id).redeemed_at is None
    done = client.post("/seller/till", data={"code": code, "goods_fen": "120", "sure": "1"})
    assert done.status_code == 303
    again = client.post("/seller/till", data={"code": code, "goods_fen": "120", "sure": "1"})
    assert again.status_code == 422
    queue = {"lines": f"{code} 120 2026-11-22 09:30\nNOPE 5"}
    assert client.post("/seller/till/queue", data=queue).status_code == 422
    queue = {"lines": f"{code} 120 2026-11-22 09:30"}
    sent = client.post("/seller/till/queue", data=queue)
    assert f'data-line="{queue["lines"]}"' in sent.text
    assert "这个码用过了，没有再减" in sent.text
    assert "这个码用过了，没有再减" in client.get("/seller/till").text


def test_a_long_queue_is_taken_in_parts_and_says_what_it_left(client, session):
    shop = make_maker(session)
    sign_in(client, session, make_actor(session, "seller", shop.id).account_id)
    lines = [f"NOPE{number} 120 2026-11-22 09:30" for number in range(205)]
    sent = client.post("/seller/till/queue", data={"lines": "\n".join(lines)})
    assert sent.text.count("data-line=") == 200
    assert "后面的 5 条没有收，还在下面" in sent.text
    left = sent.text.split('name="lines"')[1].split("</textarea>")[0]
    assert [line for line in lines if line in left] == lines[200:]
    rest = client.post("/seller/till/queue", data={"lines": "\n".join(lines[200:])})
    assert rest.text.count("data-line=") == 5
    assert len(vouchers.queued(session, shop.id, limit=300)) == 205


def test_a_sale_whose_answer_got_lost_counts_as_the_same(session, now, household):
    shop = make_maker(session)
    staff = actor_for(shop.id)
    key = make_running(session, **OFFLINE)
    code = vouchers.issue(session, key, household.account_id, now).code
    vouchers.redeem(session, staff, shop.id, code, 12_000, now=now)

    def send(goods, taken_at, mark):
        row = TillRow(code, goods, taken_at, "", 0)
        return vouchers.take_queued(session, staff, shop.id, row, mark, now + timedelta(hours=2))

    lost = send(12_000, now.replace(second=0), "a")
    assert (lost.outcome, lost.off_fen) == ("same_use", 1_000)
    assert send(13_000, now, "b").outcome == "voucher_used"
    assert send(12_000, now + timedelta(minutes=30), "c").outcome == "voucher_used"
    assert queries.get_promotion(session, key, now).spent_fen == 1_000


# --- campaigns, shares, flags, caps -----------------------------------------------------


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
