"""A seller asks the platform to bear a part of its promotion; an operator answers."""

import html
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from market.audit.models import AuditEvent
from market.kernel.actor import SYSTEM, Actor
from market.kernel.errors import Forbidden
from market.kernel.region_code import RegionCode
from market.orders import invariants as order_invariants
from market.payments import ledger
from market.promotions import invariants, queries, rules, service, sharing
from market.promotions.errors import (
    AlreadyOver,
    BudgetBeyondShare,
    NotADraft,
    NothingToShare,
    PromotionNotFound,
    RefusalUnexplained,
    ShareMoved,
    ShareNeedsBudget,
    ShareNotAgreed,
    SharesNotWhole,
    SharesNotYours,
)
from market.promotions.models import PromotionShare
from market.promotions.types import Bearing, Benefit, BenefitKind, Owner, Ownership
from tests.factories.accounts import make_account, make_actor, sign_in
from tests.factories.catalogue import actor_for, make_maker, make_offer
from tests.factories.market import pay
from tests.factories.orders import make_household, place, view
from tests.factories.promotions import make_draft

HALF = (Bearing("seller", 5000), Bearing("platform", 5000))
OPERATOR = Actor("op", frozenset({"operator"}))


@pytest.fixture
def maker(session):
    return make_maker(session, name="甲厂")


@pytest.fixture
def drafted(session, now, maker):
    """Draft a promotion of the maker whose cost it wants to share."""

    def drafted(**over):
        own = Ownership(Owner.SELLER, maker.id)
        draft = make_draft(**{"bearings": HALF, **over})
        return service.create_draft(session, actor_for(maker.id), own, draft, now)

    return drafted


def state_of(session, now, key):
    return sharing.share_of(session, queries.get_promotion(session, key, now)).state


def accept(session, now, key, number=1, actor=OPERATOR):
    sharing.decide(session, actor, key, number, accept=True, reason="", now=now)


@pytest.mark.parametrize(
    ("over", "refusal", "field"),
    [
        ({"budget_fen": None}, ShareNeedsBudget, "budget_fen"),
        ({"bearings": (Bearing("platform", 5000),)}, SharesNotWhole, "share_platform"),
        ({"bearings": (Bearing("seller", 10_000),)}, SharesNotYours, "share_platform"),
        ({"bearings": (Bearing("maker", 5000), Bearing("platform", 5000))}, SharesNotYours,
         "share_platform"),
        ({"bearings": (Bearing("region:130624", 10_000),)}, SharesNotYours, "share_platform"),
        ({"bearings": (Bearing("seller", -1), Bearing("platform", 10_001))}, SharesNotWhole,
         "share_platform"),
        ({"bearings": (*HALF, Bearing("platform", 0))}, SharesNotYours, "share_platform"),
    ],
)  # fmt: skip
def test_a_seller_asks_the_platform_only_and_of_a_known_budget(drafted, over, refusal, field):
    with pytest.raises(refusal) as error:
        drafted(**over)
    assert error.value.field == field


def test_what_the_platform_bears_at_most_is_rounded_up(drafted):
    assert rules.most_borne(100_001, 5000) == 50_001
    assert rules.most_borne(100_000, 3300) == 33_000
    asked = rules.with_rest(make_draft(bearings=(Bearing("platform", 3000),)))
    assert asked.bearings == (Bearing("seller", 7000), Bearing("platform", 3000))


def test_nothing_shared_goes_live_without_a_yes(session, now, maker, drafted):
    key, own = drafted(), actor_for(maker.id)
    for standing in ("unsent", "asked", "refused"):
        assert state_of(session, now, key) == standing
        with pytest.raises(ShareNotAgreed):
            service.schedule(session, own, key, now)
        with pytest.raises(ShareNotAgreed):  # not even an operator passes by the answer
            service.schedule(session, OPERATOR, key, now)
        if standing == "unsent":
            sharing.ask(session, own, key, now)
        elif standing == "asked":
            sharing.decide(session, OPERATOR, key, 1, accept=False, reason="太多", now=now)
    sharing.ask(session, own, key, now)
    accept(session, now, key, 2)
    service.schedule(session, own, key, now)
    (spec,) = queries.live_promotions(session, {maker.id}, None, (), now)
    assert spec.bearings == HALF


def test_only_an_operator_answers_and_only_the_seller_asks(session, now, maker, drafted):
    key = drafted()
    stranger = Actor("x", frozenset({"seller"}), seller_ids=frozenset({"other"}))
    with pytest.raises(PromotionNotFound):
        sharing.ask(session, stranger, key, now)
    with pytest.raises(PromotionNotFound):  # nothing was asked yet
        accept(session, now, key)
    sharing.ask(session, actor_for(maker.id), key, now)
    official = Actor("o", frozenset({"official"}), official_regions=(RegionCode(""),))
    for other in (actor_for(maker.id), stranger, official):
        with pytest.raises(Forbidden):
            accept(session, now, key, actor=other)
        with pytest.raises(Forbidden):
            sharing.waiting_page(session, other, now, 1)
        with pytest.raises(Forbidden):
            sharing.get_asked(session, other, key, now)
    both = Actor("b", frozenset({"operator", "seller"}), seller_ids=frozenset({maker.id}))
    with pytest.raises(Forbidden):  # nobody answers what the own shop asks for
        accept(session, now, key, actor=both)
    assert state_of(session, now, key) == "asked"


def test_a_refusal_needs_a_reason_and_an_answer_is_given_once(session, now, maker, drafted):
    key = drafted()
    sharing.ask(session, actor_for(maker.id), key, now)
    with pytest.raises(RefusalUnexplained):
        sharing.decide(session, OPERATOR, key, 1, accept=False, reason=" ", now=now)
    accept(session, now, key)
    with pytest.raises(ShareMoved):
        sharing.decide(session, OPERATOR, key, 1, accept=False, reason="不行", now=now)
    sharing.ask(session, actor_for(maker.id), key, now)  # a yes stands
    assert state_of(session, now, key) == "accepted"


@pytest.mark.parametrize(
    "change",
    [
        {"benefit": Benefit(BenefitKind.AMOUNT, amount_fen=200)},
        {"budget_fen": 200_000},
        {"bearings": (Bearing("seller", 4000), Bearing("platform", 6000))},
        {"starts_at": make_draft().starts_at - timedelta(days=1)},
        {"ends_at": make_draft().ends_at + timedelta(days=1)},
        {"product_ids": frozenset({"p"})},
        {"region_prefixes": frozenset({"130624"})},
        {"max_uses": 5},
    ],
)
@pytest.mark.parametrize("answered", [True, False])
def test_a_change_makes_the_answer_void(session, now, maker, drafted, change, answered):
    key, own = drafted(), actor_for(maker.id)
    sharing.ask(session, own, key, now)
    if answered:
        accept(session, now, key)
    service.update_draft(session, own, key, make_draft(**{"bearings": HALF, **change}), now)
    assert state_of(session, now, key) == "void"
    assert sharing.waiting_page(session, OPERATOR, now, 1).items == []
    with pytest.raises(ShareNotAgreed):
        service.schedule(session, own, key, now)
    sharing.ask(session, own, key, now)
    with pytest.raises(ShareMoved):  # an answer to what was read before
        accept(session, now, key, 1)
    accept(session, now, key, 2)
    service.schedule(session, own, key, now)


def test_another_name_leaves_the_answer_and_no_share_needs_none(session, now, maker, drafted):
    key, own = drafted(), actor_for(maker.id)
    sharing.ask(session, own, key, now)
    accept(session, now, key)
    draft = make_draft(bearings=HALF, name="换个名字", region_prefixes=frozenset())
    service.update_draft(session, own, key, draft, now)
    assert state_of(session, now, key) == "accepted"
    service.update_draft(session, own, key, replace(draft, bearings=()), now)
    with pytest.raises(NothingToShare):
        sharing.ask(session, own, key, now)
    service.schedule(session, own, key, now)
    (spec,) = queries.live_promotions(session, {maker.id}, None, (), now)
    assert spec.bearings == ()


def test_what_is_over_or_not_a_draft_is_not_asked_nor_agreed_to(session, now, maker, drafted):
    key, own = drafted(), actor_for(maker.id)
    late = make_draft().ends_at
    with pytest.raises(AlreadyOver):
        sharing.ask(session, own, key, late)
    sharing.ask(session, own, key, now)
    with pytest.raises(AlreadyOver):
        accept(session, late, key)
    assert sharing.shares_waiting(session, now, now).waiting == 1
    assert sharing.shares_waiting(session, now, late).waiting == 0
    service.stop(session, own, key, now)
    assert sharing.shares_waiting(session, now, now).waiting == 0
    with pytest.raises(ShareMoved):
        accept(session, now, key)
    with pytest.raises(NotADraft):
        sharing.ask(session, own, key, now)


def test_an_agreed_answer_holds_only_for_what_it_names(session, now, maker, drafted):
    key = drafted()
    sharing.ask(session, actor_for(maker.id), key, now)
    accept(session, now, key)
    session.get(PromotionShare, key).budget_fen = 1
    session.flush()
    with pytest.raises(ShareNotAgreed):
        service.schedule(session, actor_for(maker.id), key, now)


def test_a_seller_never_raises_the_budget_beyond_what_was_agreed(session, now, maker, drafted):
    key, own = drafted(), actor_for(maker.id)
    sharing.ask(session, own, key, now)
    accept(session, now, key)
    service.schedule(session, own, key, now)
    with pytest.raises(BudgetBeyondShare) as error:
        service.change_budget(session, own, key, 100_001, "再加", now)
    assert error.value.field == "budget_fen"
    service.change_budget(session, own, key, 50_000, "少一点", now)
    service.change_budget(session, own, key, 100_000, "改回来", now)
    service.change_budget(session, SYSTEM, key, 200_000, "平台再出", now)
    service.change_budget(session, own, key, 200_000, "一样", now)
    with pytest.raises(BudgetBeyondShare):
        service.change_budget(session, own, key, 200_001, "再加", now)


# --- the pages ----------------------------------------------------------------------------

FORM = {
    "name": "立减 3.33", "kind": "amount", "amount_fen": "3.33", "starts_on": "2026-11-20",
    "ends_on": "2026-12-31", "budget_fen": "1000.01", "share_platform": "50",
}  # fmt: skip


def plain(markup):
    return html.unescape(" ".join(re.sub("<[^>]+>", " ", markup).split()))


@pytest.fixture
def people(session, maker):
    """The accounts of a member of the seller and of an operator."""
    return (
        make_actor(session, "seller", maker.id).account_id,
        make_actor(session, "operator", "").account_id,
    )


def test_a_share_is_asked_agreed_to_and_reaches_the_ledger(client, session, now, maker, people):
    seller, operator = people
    offer = make_offer(session, maker, stock=50)
    sign_in(client, session, seller)
    assert 'name="share_platform"' in client.get("/seller/promotions/new").text
    made = client.post("/seller/promotions/new", data=FORM)
    assert made.status_code == 303
    key = made.location.rsplit("/", 1)[1]
    page = plain(client.get(made.location).text)
    assert "还没有请平台同意" in page
    assert "平台承担减的钱的 50 %，预算用完一共最多 500.01 元" in page
    assert "费用：商家 50 %，平台 50 %" in page
    forged = {"accept": "1", "round": "1", "state": "accepted"}
    assert client.post(f"/operator/promotion-shares/{key}", data=forged).status_code == 403
    client.post(f"{made.location}/schedule")
    assert "平台还没有同意分担，同意了才能上线" in client.get(made.location).text
    assert client.post(f"{made.location}/share").status_code == 303
    page = client.get(made.location).text
    assert "等平台同意" in page
    assert f"{made.location}/schedule" not in page

    sign_in(client, session, operator)
    row = re.compile(r"请平台分担的优惠.*?<b>(\d+)</b>", re.DOTALL)
    assert row.search(client.get("/operator").text).group(1) == "1"
    assert "甲厂请平台分担优惠“立减 3.33”的 50 %" in client.get("/me/messages").text
    assert 'href="/operator/promotion-shares"' in client.get("/official/promotions").text
    queue = client.get("/operator/promotion-shares").text
    assert f'href="/operator/promotion-shares/{key}"' in queue
    assert "500.01 元" in plain(queue)
    review = client.get(f"/operator/promotion-shares/{key}?q-{offer.listing_id}=2")
    assert "商家 1.67 元，平台 1.66 元" in plain(review.text)
    number = re.search(r'name="round" value="(\d+)"', review.text).group(1)
    agreed = client.post(f"/operator/promotion-shares/{key}", data={"accept": "1", "round": number})
    assert agreed.status_code == 303
    assert row.search(client.get("/operator").text).group(1) == "0"
    event = session.scalars(
        select(AuditEvent).where(AuditEvent.action == "promotion.share_accept")
    ).one()
    assert (event.account_id, event.after["platform_bp"]) == (operator, 5000)

    sign_in(client, session, seller)
    assert "平台同意分担优惠“立减 3.33”的 50 %" in client.get("/me/messages").text
    assert client.post(f"{made.location}/schedule").status_code == 303
    assert "正在进行" in client.get(made.location).text
    order = place(session, make_household(session), (offer, 2), now=now)
    pay(session, order.id, now)
    part = view(session, order.id).seller_orders[0]
    assert (part.seller_discount_fen, part.platform_discount_fen) == (167, 166)
    found = {one.account: one.balance_fen for one in ledger.trial_balance(session)}
    assert found["platform_promotion_cost"] == 166
    assert -found[f"seller_payable:{maker.id}"] == part.goods_fen + part.freight_fen - 167
    assert sum(found.values()) == 0
    given = order_invariants.discounts(session)
    assert invariants.discount_breaches(session, given) == []
    assert invariants.breaches(session) == order_invariants.breaches(session) == []


def test_a_refusal_is_explained_and_the_seller_asks_again(client, session, people):
    seller, operator = people
    sign_in(client, session, seller)
    made = client.post("/seller/promotions/new", data=FORM)
    client.post(f"{made.location}/share")
    review = made.location.replace("/seller/promotions/", "/operator/promotion-shares/")
    sign_in(client, session, operator)
    page = client.post(review, data={"accept": "0", "round": "1", "reason": ""})
    assert page.status_code == 422
    assert 'id="reason-err"' in page.text
    assert "请写明不同意的原因，商家会看到" in page.text
    page = client.post(review, data={"accept": "0", "round": "1", "reason": "长" * 301})
    assert page.status_code == 422
    assert "长" * 301 in page.text
    answer = {"accept": "0", "round": "1", "reason": "这个月的钱用完了"}
    assert client.post(review, data=answer).status_code == 303
    client.post(review, data={"accept": "1", "round": "1"})
    assert "商家改过了，或者已经有人答复了" in client.get(review).text
    sign_in(client, session, seller)
    assert "原因：这个月的钱用完了" in client.get("/me/messages").text
    page = plain(client.get(made.location).text)
    assert "平台没有同意" in page
    assert "原因：这个月的钱用完了" in page
    changed = {**FORM, "share_platform": "20"}
    assert client.post(f"{made.location}/edit", data=changed).status_code == 303
    assert "费用：商家 80 %，平台 20 %" in plain(client.get(made.location).text)
    client.post(f"{made.location}/share")
    sign_in(client, session, operator)
    english = plain(client.get(f"{review}?lang=en").text)
    assert "The platform bears 20 % of the discount, 200.01 yuan at most" in english


def test_what_its_seller_stopped_waits_for_no_answer(client, session, people):
    seller, operator = people
    sign_in(client, session, seller)
    made = client.post("/seller/promotions/new", data=FORM)
    client.post(f"{made.location}/share")
    assert 'id="share"' in client.get(made.location).text
    client.post(f"{made.location}/stop")
    assert 'id="share"' not in client.get(made.location).text
    sign_in(client, session, operator)
    review = made.location.replace("/seller/promotions/", "/operator/promotion-shares/")
    page = client.get(review).text
    assert "商家停掉了，不用再答复。" in page
    assert 'name="round"' not in page
    assert "没有等着答复的" in client.get("/operator/promotion-shares").text


def test_wrong_shares_are_said_beside_their_field_and_kept(client, session, people):
    sign_in(client, session, people[0])
    for wrong, field, said in (
        ({"budget_fen": ""}, "budget_fen", "请平台分担，要先写预算"),
        ({"share_platform": "120"}, "share_platform", "只写整数，0 到 100"),
        ({"share_seller": "10"}, "share_platform", "加起来要正好 100 %"),
        ({"share_maker": "50"}, "share_platform", "这一份钱不归你管"),
    ):
        page = client.post("/seller/promotions/new", data={**FORM, **wrong})
        assert page.status_code == 422
        assert f'id="{field}-err"' in page.text
        assert said in page.text
        assert 'value="立减 3.33"' in page.text
        assert f'value="{wrong.get("share_platform", "50")}"' in page.text


def test_a_seller_sees_no_review_and_asks_for_its_own_only(client, session, now, drafted, people):
    key = drafted()
    stranger = make_actor(session, "seller", make_maker(session).id).account_id
    sign_in(client, session, stranger)
    assert client.post(f"/seller/promotions/{key}/share").status_code == 404
    assert state_of(session, now, key) == "unsent"
    for account in (people[0], stranger, make_account(session).id):
        sign_in(client, session, account)
        assert client.get("/operator/promotion-shares").status_code == 403
        assert client.get(f"/operator/promotion-shares/{key}").status_code == 403
    sign_in(client, session, people[1])
    assert client.get(f"/operator/promotion-shares/{key}").status_code == 404  # never asked
    assert "没有等着答复的" in client.get("/operator/promotion-shares").text
