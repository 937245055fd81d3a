"""A batch that failed, or that an official stopped, is neither chosen nor sent."""

from datetime import date, timedelta

import pytest

from market.accounts import service as accounts
from market.audit.models import AuditEvent
from market.batches import hold_queries as holds
from market.batches import queries
from market.batches import service as batches
from market.batches.errors import (
    AlreadyHeld,
    AlreadyLifted,
    BatchOutsideRegion,
    HoldNotFound,
    HoldReasonMissing,
)
from market.batches.holds import hold, lift
from market.catalogue import queries as catalogue
from market.inspections import queries as checks
from market.inspections import service as inspections
from market.kernel.actor import Actor
from market.kernel.region_code import RegionCode
from market.orders import service as orders
from market.orders.errors import BatchFailed, BatchHeld
from tests.factories.accounts import make_account, make_actor, sign_in
from tests.factories.batches import START, make_batch
from tests.factories.catalogue import actor_for, make_offer
from tests.factories.inspections import FAILED, OFFICIAL, enter, fail, paper
from tests.factories.market import pay
from tests.factories.orders import make_household, place, view
from tests.traceability.test_batches import bought, send
from tests.traceability.test_pages import page

ELSEWHERE = Actor(
    account_id="elsewhere", roles=frozenset({"official"}), official_regions=(RegionCode("130624"),)
)


@pytest.fixture
def offer(session):
    return make_offer(session, stock=50)


def choices(session, offer):
    found = queries.choices(session, [offer.product_id], date(2026, 11, 22))
    return [choice.id for choice in found.get(offer.product_id, [])]


def passing(session, offer, batch_no, now=START + timedelta(days=20)):
    check = enter(session, offer, now, passed=True, batch_no=batch_no, sampled_on=date(2026, 12, 5))
    inspections.publish(session, OFFICIAL, check, now=now)


def test_a_published_failure_holds_the_batch_for_orders_of_before(session, offer):
    bad = make_batch(session, offer.actor, offer.product_id, number="20261015 -2")
    good = make_batch(session, offer.actor, offer.product_id)
    order = bought(session, offer)
    check = fail(session, offer)
    assert choices(session, offer) == [good]
    with pytest.raises(BatchFailed) as refused:
        send(session, offer, order, 1, bad)
    said = refused.value.params
    assert (said["batch"], said["since"]) == ("20261015-2", "2026-11-22")
    assert said["reason"] == FAILED.findings
    held = queries.get(session, bad).holds
    assert [(one.check_id, one.since, one.batch_id) for one in held] == [(check, START, bad)]
    send(session, offer, order, 1, good)
    trouble = orders.troubles_of(session, [offer.product_id])[offer.product_id]
    assert (trouble.held_since, trouble.holds) == (START, held)
    assert orders.troubles_of(session, [make_offer(session).product_id]) == {}


def test_the_only_batch_held_is_no_leave_to_send_without_one(session, offer):
    make_batch(session, offer.actor, offer.product_id, number=FAILED.batch_no)
    order = bought(session, offer)
    fail(session, offer)
    with pytest.raises(BatchFailed):
        send(session, offer, order, 1)


def test_a_batch_that_is_written_down_after_its_failure_is_held(session, offer):
    order = bought(session, offer)
    fail(session, offer)
    with pytest.raises(BatchFailed):
        send(session, offer, order, 1)  # nobody can say that it is of another batch
    late = make_batch(session, offer.actor, offer.product_id, number=FAILED.batch_no)
    assert choices(session, offer) == []
    with pytest.raises(BatchFailed):
        send(session, offer, order, 1, late)


def test_a_passing_check_of_another_batch_leaves_the_failed_one_held(session, offer):
    bad = make_batch(session, offer.actor, offer.product_id, number=FAILED.batch_no)
    good = make_batch(session, offer.actor, offer.product_id, number="20261120-1")
    order = bought(session, offer)
    fail(session, offer)
    passing(session, offer, "20261120-1")
    about = catalogue.products_about(session, [offer.product_id])[offer.product_id]
    assert about.held_since is None
    assert choices(session, offer) == [good]
    with pytest.raises(BatchFailed):
        send(session, offer, order, 1, bad)


def test_a_passing_check_of_the_same_batch_lets_it_go(session, offer):
    bad = make_batch(session, offer.actor, offer.product_id, number=FAILED.batch_no)
    check = fail(session, offer)
    passing(session, offer, FAILED.batch_no)
    assert choices(session, offer) == [bad]
    assert [one.lifted_reason for one in holds.of_check(session, check)] == ["checked_again"]


def test_an_upheld_appeal_lets_the_batch_go_and_a_rejected_one_does_not(session, offer):
    bad = make_batch(session, offer.actor, offer.product_id, number=FAILED.batch_no)
    check = fail(session, offer)
    maker = actor_for(offer.maker.id)
    for upheld, left in ((False, []), (True, [bad])):
        inspections.appeal(session, maker, offer.maker.id, check, "留样合格", paper(), now=START)
        made = next(one for one in checks.appeals_of(session, check) if one.decision == "open")
        inspections.decide_appeal(
            session, OFFICIAL, check, made.id, "复检", upheld=upheld, now=START
        )
        assert choices(session, offer) == left


def test_an_official_of_the_region_holds_a_batch_and_lets_it_go(session, offer):
    batch = make_batch(session, offer.actor, offer.product_id)
    order = bought(session, offer)
    for error, actor, reason in (
        (BatchOutsideRegion, ELSEWHERE, "投诉"), (HoldReasonMissing, OFFICIAL, " "),
    ):  # fmt: skip
        with pytest.raises(error):
            hold(session, actor, batch, reason, now=START)
    made = hold(session, OFFICIAL, batch, "投诉开裂", now=START)
    with pytest.raises(AlreadyHeld):
        hold(session, OFFICIAL, batch, "又一次", now=START)
    with pytest.raises(BatchHeld) as refused:
        send(session, offer, order, 1, batch)
    assert refused.value.params["reason"] == "投诉开裂"
    for error, actor, reason in (
        (BatchOutsideRegion, ELSEWHERE, "查过"), (HoldReasonMissing, OFFICIAL, ""),
    ):  # fmt: skip
        with pytest.raises(error):
            lift(session, actor, made, reason, now=START)
    lift(session, OFFICIAL, made, "查过，没有问题", now=START)
    with pytest.raises(AlreadyLifted):
        lift(session, OFFICIAL, made, "再次", now=START)
    with pytest.raises(HoldNotFound):
        lift(session, OFFICIAL, "0" * 20, "没有", now=START)
    send(session, offer, order, 1, batch)
    again = hold(session, OFFICIAL, batch, "又有投诉", now=START)
    assert [one.id for one in queries.get(session, batch).holds] == [again]
    told = [
        (row.action, row.after["reason"])
        for row in session.query(AuditEvent).filter_by(object_id=made).order_by(AuditEvent.at)
    ]
    assert sorted(told) == [("batch.hold", "投诉开裂"), ("batch.lift", "查过，没有问题")]


def test_a_held_batch_opens_no_publishing(session, offer):
    batch = make_batch(session, offer.actor, offer.product_id)

    def until():
        return catalogue.product_row(session, offer.product_id, START).product.batches_until

    assert until() is not None
    made = hold(session, OFFICIAL, batch, "投诉开裂", now=START)
    assert until() is None
    lift(session, OFFICIAL, made, "没有问题", now=START)
    assert until() is not None
    batches.withdraw(session, offer.actor, batch, "强度不够", now=START)
    assert until() is None


def test_the_order_pages_say_what_failed_and_since_when(client, session, offer):
    household = make_household(session)
    order = view(session, place(session, household, (offer, 3)).id)
    pay(session, order.id)
    bad = make_batch(session, offer.actor, offer.product_id, number=FAILED.batch_no)
    good = make_batch(session, offer.actor, offer.product_id)
    seller = make_account(session)
    accounts.grant_role(session, seller.id, "seller", offer.maker.id)
    check = fail(session, offer)
    session.commit()
    sign_in(client, session, household.account_id)
    mine = page(client.get(f"/orders/{order.id}"))
    assert "监督抽查不合格，从" in mine
    assert "卖家只能换别的批次发，或者取消、把钱退给你" in mine
    assert f"/spot-checks/{check}" in mine
    sign_in(client, session, seller.id)
    part = order.seller_orders[0]
    url, line = f"/seller/orders/{part.id}", part.lines[0].id
    seen = page(client.get(url))
    assert FAILED.batch_no in seen
    assert f'value="{bad}"' not in seen
    assert f'value="{good}"' in seen
    typed = {f"ship-{line}": "2", "carrier": "老王", f"batch-{line}": bad}
    answer = page(client.post(f"{url}/ship", data=typed), 422)
    assert "监督抽查不合格（导热系数" in answer
    assert "换别的批次发，或者取消这些包、把钱退给买家" in answer
    assert "老王" in answer
    in_english = client.get(f"{url}?lang=en").text
    assert "failed" in in_english


def test_an_official_stops_and_frees_a_batch_on_its_page(client, session, offer):
    batch = make_batch(session, offer.actor, offer.product_id, number="H-1")
    official = make_actor(session, "official", offer.maker.region_code)
    stranger = make_actor(session, "official", "130624")
    session.commit()
    sign_in(client, session, stranger.account_id)
    here = f"/official/batches/{batch}"
    assert f"{here}/holds" not in page(client.get(f"{here}/buyers"))
    page(client.post(f"{here}/holds", data={"reason": "投诉"}), 403)
    sign_in(client, session, official.account_id)
    assert f"{here}/holds" in page(client.get(f"{here}/buyers"))
    assert "写明理由" in page(client.post(f"{here}/holds", data={"reason": ""}), 422)
    done = client.post(f"{here}/holds", data={"reason": "投诉开裂"})
    assert done.status_code == 303
    made = queries.get(session, batch).holds[0]
    seen = page(client.get(f"{here}/buyers"))
    assert "投诉开裂" in seen
    assert f"/official/batch-holds/{made.id}" in seen
    assert "投诉开裂" in page(client.get(f"/id/batch/{batch}"))
    told = client.get(f"/id/batch/{batch}", headers={"Accept": "application/json"}).json
    assert [one["reason"] for one in told["held"]] == ["投诉开裂"]
    hold_page = f"/official/batch-holds/{made.id}"
    assert "投诉开裂" in page(client.get(hold_page))
    assert "写明理由" in page(client.post(f"{hold_page}/lift", data={"reason": " "}), 422)
    freed = client.post(f"{hold_page}/lift", data={"reason": "查过没有问题"})
    assert freed.status_code == 303
    assert "查过没有问题" in page(client.get(hold_page))
    page(client.get(f"/official/batch-holds/{'0' * 20}"), 404)
    sign_in(client, session, stranger.account_id)
    page(client.get(hold_page), 403)
