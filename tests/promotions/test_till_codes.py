"""Codes of promotions redeemed in shops, through services and pages."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from market.accounts import queries as accounts
from market.accounts import service as account_service
from market.kernel.region_code import RegionCode
from market.payments import ledger
from market.promotions import (
    invariants,
    queries,
    vouchers,
)
from market.promotions.errors import (
    BudgetExhausted,
    NotAtThisTill,
    NotForHousehold,
    VoucherUnknown,
    VoucherUsed,
)
from market.promotions.models import Voucher
from market.promotions.types import (
    Benefit,
    BenefitKind,
    Channel,
    Owner,
    Step,
    TillRow,
)
from tests.factories.accounts import make_account, make_actor, sign_in
from tests.factories.catalogue import actor_for, make_maker, make_offer
from tests.factories.orders import fill_cart, make_address, make_household, place
from tests.factories.promotions import START, make_running
from tests.promotions.offers import reasons, seen

K = BenefitKind


@pytest.fixture
def household(session):
    return make_household(session)


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
