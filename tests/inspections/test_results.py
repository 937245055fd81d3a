"""A published failure acts by itself, in its own transaction, and can be undone in two ways."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from market.accounts import service as accounts
from market.audit.models import AuditEvent
from market.carts import queries as carts
from market.carts.types import CartOwner
from market.catalogue import queries as catalogue
from market.catalogue.errors import NotPublishable
from market.catalogue.invariants import breaches
from market.catalogue.models import Listing
from market.checkout import service as checkout
from market.checkout.quote import quote
from market.inspections import backlogs, queries, service
from market.inspections.errors import (
    AlreadyPublished,
    CauseMissing,
    FindingsMissing,
    NotAppealable,
    OutsideYourRegion,
    PlanOutsideRegion,
    ReportKnown,
    ReportMissing,
    SampledInFuture,
    SpotCheckNotFound,
    UnknownKinds,
)
from market.inspections.types import Cause, PlanDraft, Reason, Standing
from market.kernel.clock import shanghai_date
from market.kernel.ids import new_id
from market.kernel.region_code import RegionCode
from market.notifications.models import Message
from market.orders import queries as sold
from market.orders import service as orders
from tests.factories.accounts import make_account, make_actor
from tests.factories.batches import make_batch
from tests.factories.catalogue import (
    actor_for,
    make_listing,
    make_maker,
    make_offer,
    shown_ids,
)
from tests.factories.inspections import FAILED, OFFICIAL, START, enter, fail, paper
from tests.factories.orders import TOWN, fill_cart, make_address, make_household, submission


def listing(session, offer, now=START):
    return catalogue.listings_by_ids(session, {offer.listing_id}, now)[offer.listing_id]


def test_a_draft_changes_nothing(session):
    offer = make_offer(session)
    enter(session, offer)
    assert listing(session, offer).sellable
    assert queries.history_of(session, offer.product_id) == []


def test_a_published_failure_hides_every_listing_at_once_and_says_since_when(session):
    offer = make_offer(session)
    check_id = fail(session, offer)
    seen = listing(session, offer)
    assert (seen.sellable, seen.unsellable_reason) == (False, "spot_check_failed")
    assert seen.held_since == START
    assert offer.listing_id not in shown_ids(session)
    notice = queries.get_published(session, check_id)
    assert notice.notice_no == "510124-2026-0001"
    assert notice.recheck_due_on == date(2027, 1, 17)
    assert notice.standing is Standing.FAILED
    assert breaches(session, START) == []


def test_the_cart_names_the_spot_check(session):
    offer, buyer = make_offer(session), make_household(session)
    fill_cart(session, buyer.account_id, (offer, 2))
    fail(session, offer)
    cart = carts.get_cart(session, CartOwner(buyer.account_id))
    priced = quote(session, cart, TOWN, buyer.account_id, START)
    assert [p.code for line in priced.blocked for p in line.problems] == ["spot_check_failed"]


def test_buyers_and_the_maker_get_a_message_and_others_do_not(session):
    offer, buyer, other = make_offer(session), make_household(session), make_household(session)
    worker = make_account(session)
    accounts.grant_role(session, worker.id, "seller", offer.maker.id)
    fill_cart(session, buyer.account_id, (offer, 1))
    address = make_address(session, buyer.account_id)
    checkout.place_order(
        session, buyer.account_id, submission(session, buyer.account_id, address), START
    )
    fail(session, offer)
    kinds = {(m.account_id, m.kind) for m in session.query(Message)}
    assert (buyer.account_id, "spot_check_failed") in kinds
    assert (worker.id, "spot_check_failed_maker") in kinds
    assert not any(account == other.account_id for account, _ in kinds)


def test_other_sellers_of_the_product_are_told_of_its_failure(session):
    offer, stranger = make_offer(session), make_offer(session)
    shop = make_maker(session, kind="shop")
    (variant,) = catalogue.own_variants(session, actor_for(offer.maker.id), offer.product_id)
    make_listing(session, shop, variant.id)
    workers = {}
    for seller in (offer.maker, shop, stranger.maker):
        workers[seller.id] = make_account(session).id
        accounts.grant_role(session, workers[seller.id], "seller", seller.id)
    check_id = fail(session, offer)
    told = {(m.account_id, m.kind): m.link for m in session.query(Message)}
    assert told[workers[shop.id], "spot_check_failed_shop"] == f"/spot-checks/{check_id}"
    assert (workers[offer.maker.id], "spot_check_failed_shop") not in told
    assert not any(account == workers[stranger.maker.id] for account, _ in told)


def test_a_passing_recheck_lets_it_back_but_not_one_sampled_before(session):
    offer = make_offer(session)
    failed = fail(session, offer)
    later = START + timedelta(days=20)
    early = enter(session, offer, later, passed=True, sampled_on=date(2026, 11, 21))
    service.publish(session, OFFICIAL, early, now=later)
    assert not listing(session, offer, later).sellable
    good = enter(session, offer, later, passed=True, sampled_on=date(2026, 12, 5))
    service.publish(session, OFFICIAL, good, now=later)
    assert listing(session, offer, later).sellable
    assert queries.get_published(session, failed).standing is Standing.CLEARED
    assert queries.get_published(session, good).purpose == "recheck"


def test_a_second_failure_bars_the_makers_kind_for_half_a_year(session):
    offer = make_offer(session)
    sister = make_offer(session, offer.maker, offer.certificate)
    stranger = make_offer(session)
    fail(session, offer)
    assert listing(session, sister).sellable
    again = START + timedelta(days=40)
    fail(session, offer, again)
    barred = listing(session, sister, again)
    assert (barred.sellable, barred.unsellable_reason) == (False, "kind_barred")
    assert listing(session, stranger, again).sellable
    over = again + timedelta(days=183)
    assert listing(session, sister, over).sellable
    assert not listing(session, offer, over).sellable  # no passing re-check yet
    assert breaches(session, again) == breaches(session, over) == []
    session.execute(update(Listing).values(gate_opens_at=START))
    behind = f"listing {sister.listing_id}: households see it behind a shut gate"
    assert behind in breaches(session, again)
    with pytest.raises(NotPublishable) as refused:
        make_offer(session, offer.maker, offer.certificate)
    assert refused.value.params["reasons"] == ["kind_barred"]


def test_an_upheld_appeal_annuls_the_failure(session):
    offer = make_offer(session)
    check_id = fail(session, offer)
    maker = actor_for(offer.maker.id)
    service.appeal(session, maker, offer.maker.id, check_id, "留样复检合格", paper(), now=START)
    made = queries.appeals_of(session, check_id)[0]
    assert not listing(session, offer).sellable
    service.decide_appeal(session, OFFICIAL, check_id, made.id, "复检合格", upheld=True, now=START)
    assert listing(session, offer).sellable
    assert queries.get_published(session, check_id).standing is Standing.ANNULLED
    assert queries.past_fails(session, [offer.product_id]) == {}


def test_a_rejected_appeal_leaves_it_off_and_one_objection_is_open_at_a_time(session):
    offer = make_offer(session)
    check_id = fail(session, offer)
    maker = actor_for(offer.maker.id)
    service.appeal(session, maker, offer.maker.id, check_id, "不同意", paper(), now=START)
    with pytest.raises(NotAppealable):
        service.appeal(session, maker, offer.maker.id, check_id, "再次", paper(), now=START)
    made = queries.appeals_of(session, check_id)[0]
    service.decide_appeal(
        session, OFFICIAL, check_id, made.id, "样品不同批次", upheld=False, now=START
    )
    assert not listing(session, offer).sellable
    with pytest.raises(SpotCheckNotFound):
        service.appeal(
            session, actor_for("x" * 20), "x" * 20, check_id, "别人的", paper(), now=START
        )


def test_an_annulled_second_failure_lifts_the_bar(session):
    offer = make_offer(session)
    sister = make_offer(session, offer.maker, offer.certificate)
    fail(session, offer)
    second = fail(session, offer)
    assert not listing(session, sister).sellable
    maker = actor_for(offer.maker.id)
    service.appeal(session, maker, offer.maker.id, second, "留样合格", paper(), now=START)
    made = queries.appeals_of(session, second)[0]
    service.decide_appeal(session, OFFICIAL, second, made.id, "成立", upheld=True, now=START)
    assert listing(session, sister).sellable
    assert not listing(session, offer).sellable  # the first failure still stands


def test_a_passing_recheck_leaves_the_bar_of_a_second_failure(session):
    offer = make_offer(session)
    sister = make_offer(session, offer.maker, offer.certificate)
    fail(session, offer)
    second = START + timedelta(days=725)  # within two years, the first one nearly out of them
    fail(session, offer, second)
    later = second + timedelta(days=10)
    good = enter(session, offer, later, passed=True, sampled_on=shanghai_date(later))
    service.publish(session, OFFICIAL, good, now=later)
    assert listing(session, offer, later).unsellable_reason == "kind_barred"
    assert listing(session, sister, later).unsellable_reason == "kind_barred"


def test_a_later_bar_begins_with_its_own_failure(session):
    offer = make_offer(session)
    fail(session, offer)
    second = START + timedelta(days=5)
    fail(session, offer, second)
    third = second + timedelta(days=400)  # the first bar has long ended
    fail(session, offer, third)
    barred = next(one for one in listing(session, offer, third).shut if one.code == "kind_barred")
    assert barred.since == shanghai_date(third)
    assert barred.until == shanghai_date(third + timedelta(days=183))


def test_an_annulled_failure_takes_back_what_it_was_counted_for(session):
    offer = make_offer(session)
    sister = make_offer(session, offer.maker, offer.certificate)
    fail(session, offer)
    second, third = START + timedelta(days=50), START + timedelta(days=60)
    middle, last = fail(session, offer, second), fail(session, offer, third)
    for check_id, ends_at in ((last, second + timedelta(days=183)), (middle, None)):
        service.appeal(
            session, actor_for(offer.maker.id), offer.maker.id, check_id, "合格", paper(), now=third
        )
        made = queries.appeals_of(session, check_id)[0]
        service.decide_appeal(session, OFFICIAL, check_id, made.id, "成立", upheld=True, now=third)
        found = [one for one in listing(session, sister, third).shut if one.code == "kind_barred"]
        assert [one.until for one in found] == ([shanghai_date(ends_at)] if ends_at else [])


def test_a_notice_does_not_tell_of_a_bar_that_was_taken_back(session):
    offer = make_offer(session)
    first, second = fail(session, offer), fail(session, offer, START + timedelta(days=1))
    assert queries.get_published(session, second).barred_until is not None
    later = START + timedelta(days=2)
    service.appeal(
        session, actor_for(offer.maker.id), offer.maker.id, first, "合格", paper(), now=later
    )
    made = queries.appeals_of(session, first)[0]
    service.decide_appeal(session, OFFICIAL, first, made.id, "成立", upheld=True, now=later)
    told = queries.get_published(session, second)
    assert (told.barred_until, told.updated_at) == (None, later)


def test_what_is_refused(session):
    offer, elsewhere = make_offer(session), make_offer(session)
    elsewhere.maker.region_code = "130624"
    session.flush()
    with pytest.raises(OutsideYourRegion):
        enter(session, elsewhere)
    with pytest.raises(FindingsMissing):
        enter(session, offer, findings=" ")
    with pytest.raises(SampledInFuture):
        enter(session, offer, sampled_on=date(2026, 11, 23))
    enter(session, offer, report_number="B-1")
    with pytest.raises(ReportKnown):
        enter(session, offer, report_number="B-1")
    bare = service.enter(
        session, OFFICIAL, offer.product_id, offer.maker.id, FAILED, None, now=START
    )
    with pytest.raises(ReportMissing):
        service.publish(session, OFFICIAL, bare, now=START)
    done = fail(session, offer)
    with pytest.raises(AlreadyPublished):
        service.publish(session, OFFICIAL, done, now=START)


def test_every_act_is_audited(session):
    offer = make_offer(session)
    check_id = fail(session, offer)
    rows = session.query(AuditEvent).filter_by(object_type="spot_check", object_id=check_id)
    assert [row.action for row in rows.order_by(AuditEvent.id)] == ["enter", "publish"]
    assert {row.region for row in rows} == {"510124"}


def test_a_plan_draws_what_is_on_sale_in_the_region_and_keeps_its_numbers(session):
    here, hidden, elsewhere = make_offer(session), make_offer(session), make_offer(session)
    fail(session, hidden)
    elsewhere.maker.region_code = "130624"
    session.flush()
    plan_id = service.draw_plan(
        session, OFFICIAL, RegionCode("510124"), PlanDraft("冬季", 10, ("G105",), "seed"), now=START
    )
    plan = queries.get_plan(session, OFFICIAL, plan_id)
    drawn = {sample.product_id for sample in plan.samples}
    assert here.product_id in drawn
    assert hidden.product_id not in drawn
    assert elsewhere.product_id not in drawn
    assert plan.row.seed == "seed"
    with pytest.raises(PlanOutsideRegion) as refused:
        service.draw_plan(session, OFFICIAL, RegionCode("13"), PlanDraft("别处", 1), now=START)
    assert refused.value.field == "region"


def test_kinds_of_a_plan_are_codes_or_names_and_unknown_ones_are_named(session):
    offer = make_offer(session)
    kind = catalogue.find_kind(session, "G105")
    for typed in ("g105", kind.name_zh, kind.name_en, f"{kind.name_zh} g105"):
        plan_id = service.draw_plan(
            session, OFFICIAL, RegionCode("510124"), PlanDraft("冬季", 5, (typed,)), now=START
        )
        plan = queries.get_plan(session, OFFICIAL, plan_id)
        assert plan.kind_codes == ("G105",)
        assert offer.product_id in {sample.product_id for sample in plan.samples}
    with pytest.raises(UnknownKinds) as refused:
        service.draw_plan(
            session, OFFICIAL, RegionCode("510124"),
            PlanDraft("冬季", 5, ("ZZZ", "G105", "没有的")), now=START,
        )  # fmt: skip
    assert (refused.value.field, refused.value.params["names"]) == ("kinds", "ZZZ、没有的")


def test_once_cleared_a_later_check_is_a_first_one_again(session):
    offer = make_offer(session)
    fail(session, offer)
    good = START + timedelta(days=20)
    again = enter(session, offer, good, passed=True, sampled_on=date(2026, 12, 5))
    service.publish(session, OFFICIAL, again, now=good)
    assert queries.get_published(session, again).purpose == "recheck"
    assert queries.get_published(session, again).cause == "recheck"
    later = START + timedelta(days=200)
    routine = enter(session, offer, later, passed=True, sampled_on=date(2027, 6, 1))
    service.publish(session, OFFICIAL, routine, now=later)
    seen = queries.get_published(session, routine)
    assert (seen.purpose, seen.cause) == ("first", "routine")


def test_a_complaint_or_a_notice_is_the_cause_and_is_named(session):
    offer = make_offer(session)

    def made(reason):
        check = service.enter(
            session, OFFICIAL, offer.product_id, offer.maker.id,
            replace(FAILED, report_number=new_id()), paper(), now=START, reason=reason,
        )  # fmt: skip
        seen = queries.get_for_review(session, OFFICIAL, check)
        return seen.cause, seen.cause_note

    assert made(Reason(Cause.COMPLAINT, " 12315-7 ")) == ("complaint", "12315-7")
    assert made(Reason(Cause.NOTICE, "川市监 9 号")) == ("notice", "川市监 9 号")
    with pytest.raises(CauseMissing) as refused:
        made(Reason(Cause.COMPLAINT, " "))
    assert refused.value.field == "cause_note"


def test_an_official_finds_goods_of_the_own_region_by_name_model_or_batch(session):
    here = make_offer(session, product={"name_zh": "岩棉复合板", "model": "YM-80"})
    off = make_offer(session, product={"name_zh": "岩棉条"})
    fail(session, off)
    away = make_offer(session, product={"name_zh": "岩棉毡"})
    away.maker.region_code = "130624"
    make_batch(session, here.actor, here.product_id, number="W 77-1")
    session.flush()

    def found(typed, actor=OFFICIAL):
        return [one.product_id for one in queries.find_products(session, actor, typed)]

    assert set(found("岩棉")) == {here.product_id, off.product_id}
    assert found("ym-80") == found("w77") == found(here.product_id) == [here.product_id]
    assert found(" ") == found("%") == []


def told(session, kind):
    return sorted(
        (one.account_id, one.params["day"]) for one in session.query(Message).filter_by(kind=kind)
    )


def test_the_clock_of_a_recheck_reminds_then_tells_and_changes_nothing_else(session):
    offer = make_offer(session)
    worker = make_actor(session, "seller", offer.maker.id).account_id
    county = make_actor(session, "official", "510124")
    far = make_actor(session, "official", "130624")
    fail(session, offer)
    assert told(session, "spot_check_failed_maker") == [(worker, "2027-01-17")]
    due = START + timedelta(days=56)
    steps = [
        (START + timedelta(days=41), 0), (due - timedelta(days=14), 1),
        (due - timedelta(days=1), 0), (due + timedelta(days=1), 1), (due + timedelta(days=9), 0),
    ]  # fmt: skip
    for at, count in steps:
        assert service.remind_of_rechecks(session, at) == count
    assert told(session, "recheck_due") == [(worker, "2027-01-17")]
    assert told(session, "recheck_overdue") == [(worker, "2027-01-17")]
    assert told(session, "recheck_overdue_official") == [(county.account_id, "2027-01-17")]
    late = due + timedelta(days=1)
    assert backlogs.rechecks_overdue(session, county, due).waiting == 0
    assert backlogs.rechecks_overdue(session, county, late).waiting == 1
    assert backlogs.rechecks_overdue(session, far, late).waiting == 0
    assert queries.counts_for_review(session, county, late)["overdue"] == 1
    assert not listing(session, offer, late).sellable
    good = enter(session, offer, late, passed=True, sampled_on=date(2027, 1, 18))
    service.publish(session, OFFICIAL, good, now=late)
    assert backlogs.rechecks_overdue(session, county, late).waiting == 0
    assert queries.standing_of_maker(session, offer.maker.id) == []


def test_packs_sold_count_confirmed_orders_without_what_was_cancelled(session):
    offer, buyer = make_offer(session), make_household(session)
    fill_cart(session, buyer.account_id, (offer, 3))
    address = make_address(session, buyer.account_id)
    placed = checkout.place_order(
        session, buyer.account_id, submission(session, buyer.account_id, address), START
    )
    ids, since = [offer.product_id], START - timedelta(days=1)
    assert sold.packs_sold(session, ids, since) == {}
    orders.confirm(session, placed.id, START)
    assert sold.packs_sold(session, ids, since) == {offer.product_id: 3}
    assert sold.packs_sold(session, ids, START + timedelta(seconds=1)) == {}
    assert sold.buyers_of(session, offer.product_id) == [buyer.account_id]
