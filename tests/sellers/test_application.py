"""From the first line of an application to the open shop."""

import pytest
from sqlalchemy import select

from market.accounts import service as accounts
from market.audit.models import AuditEvent
from market.kernel.actor import ANONYMOUS, SYSTEM
from market.kernel.region_code import RegionCode
from market.sellers import errors, queries, service
from market.sellers.members import deletion_blocker
from market.sellers.models import SellerStateChange
from market.sellers.types import ContactDetails, FreightRate, NewSeller, SellerKind, SellerState
from tests.factories.accounts import make_account, make_actor
from tests.factories.sellers import (
    COUNTY,
    OTHER_COUNTY,
    complete,
    make_credit_code,
    make_draft,
    make_official,
    make_seller,
    make_submitted,
)

CONTACT = ContactDetails("赵六", "13912345678")


def test_submitting_is_refused_while_an_item_is_open(session, now):
    actor, seller_id = make_draft(session, now)
    with pytest.raises(errors.ApplicationIncomplete) as caught:
        service.submit(session, actor, seller_id, now=now)
    assert caught.value.params == {"count": 7}
    assert queries.get_seller(session, seller_id).state is SellerState.DRAFT


def test_the_way_through_clarification_to_approval_gives_the_seller_role(session, now, clock):
    actor, seller_id = make_submitted(session, now)
    official = make_official(session)
    service.ask(session, official, seller_id, "执照上的地址看不清", now=now)
    clock.advance(hours=1)
    service.save_contact(session, actor, seller_id, CONTACT)
    service.answer(session, actor, seller_id, "重新拍了", now=clock.now())
    assert accounts.load_actor(session, actor.account_id).seller_ids == frozenset()
    service.approve(session, official, seller_id, now=clock.now())
    assert accounts.load_actor(session, actor.account_id).seller_ids == {seller_id}
    found = queries.get_application(session, official, seller_id)
    assert [h.action for h in found.history] == ["approve", "answer", "ask", "submit"]
    assert found.answer == "重新拍了"
    assert found.decided_at == clock.now()


def test_every_decision_leaves_an_audit_row(session, now):
    _, seller_id = make_submitted(session, now)
    official = make_official(session)
    service.approve(session, official, seller_id, now=now)
    service.suspend(session, official, seller_id, "抽检不合格", now=now)
    service.reinstate(session, official, seller_id, "复检合格", now=now)
    rows = session.scalars(
        select(AuditEvent).where(AuditEvent.object_id == seller_id).order_by(AuditEvent.id)
    ).all()
    assert [row.action for row in rows] == ["seller.approve", "seller.suspend", "seller.reinstate"]
    assert rows[1].before == {"state": "approved"}
    assert rows[1].after == {"state": "suspended", "reason": "抽检不合格"}
    assert rows[1].account_id == official.account_id
    assert rows[1].region == COUNTY.digits


def test_a_refusal_needs_a_reason_and_is_final(session, now):
    actor, seller_id = make_submitted(session, now)
    official = make_official(session)
    with pytest.raises(errors.ReasonMissing):
        service.refuse(session, official, seller_id, "  ", now=now)
    service.refuse(session, official, seller_id, "不是建材企业", now=now)
    with pytest.raises(errors.ActionNotPossible):
        service.approve(session, official, seller_id, now=now)
    with pytest.raises(errors.ApplicationLocked):
        service.save_contact(session, actor, seller_id, CONTACT)


@pytest.mark.parametrize("action", ["approve", "ask", "refuse", "suspend", "reinstate"])
def test_another_countys_official_decides_nothing(session, now, action):
    _, seller_id = make_submitted(session, now)
    other = make_official(session, OTHER_COUNTY)
    with pytest.raises(errors.OutsideYourRegion):
        getattr(service, action)(session, other, seller_id, "理由", now=now)
    assert queries.get_seller(session, seller_id).state is SellerState.SUBMITTED


@pytest.mark.parametrize("region", ["13", "1306", "130624"])
def test_officials_above_the_county_are_responsible_too(session, now, region):
    _, seller_id = make_submitted(session, now)
    service.approve(session, make_official(session, RegionCode(region)), seller_id, now=now)
    assert queries.get_seller(session, seller_id).is_open


def test_a_township_official_has_no_say_about_the_county(session, now):
    _, seller_id = make_submitted(session, now)
    with pytest.raises(errors.OutsideYourRegion):
        service.approve(
            session, make_official(session, RegionCode("130624101")), seller_id, now=now
        )


def test_the_queue_holds_the_own_subtree_and_everything_for_the_operator(session, now):
    _, here = make_submitted(session, now)
    _, there = make_submitted(session, now, region=OTHER_COUNTY)
    make_draft(session, now)

    def seen(actor):
        return {row.seller.id for row in queries.list_queue(session, actor, SellerState).items}

    official = make_official(session)
    waiting = queries.list_queue(session, official, [SellerState.SUBMITTED])
    assert [row.seller.id for row in waiting.items] == [here]
    assert {here, there} <= seen(SYSTEM)
    assert there not in seen(official)
    assert seen(make_actor(session)) == set()


def test_a_draft_is_not_the_officials_to_see(session, now):
    _, seller_id = make_draft(session, now)
    with pytest.raises(errors.ApplicationNotFound):
        queries.get_application(session, SYSTEM, seller_id)


def test_someone_elses_application_is_not_found(session, now):
    _, seller_id = make_draft(session, now)
    stranger = make_actor(session)
    with pytest.raises(errors.ApplicationNotFound):
        queries.get_own_application(session, stranger.account_id, seller_id)
    for call in (service.submit, lambda *a, **k: service.answer(*a, "好", **k)):
        with pytest.raises(errors.ApplicationNotFound):
            call(session, stranger, seller_id, now=now)


def test_one_credit_code_serves_one_seller(session, now):
    code = make_credit_code()
    make_submitted(session, now, credit_code=code)
    actor, second = make_draft(session, now)
    with pytest.raises(errors.CreditCodeTaken):
        complete(session, actor, second, now, credit_code=code)


def test_two_drafts_may_bear_the_code_but_only_one_is_submitted(session, now):
    code = make_credit_code()
    first, first_id = make_draft(session, now)
    complete(session, first, first_id, now, credit_code=code)
    second, second_id = make_draft(session, now)
    complete(session, second, second_id, now, credit_code=code)
    service.submit(session, first, first_id, now=now)
    with pytest.raises(errors.CreditCodeTaken):
        service.submit(session, second, second_id, now=now)


def test_a_refused_applicant_may_apply_again_with_the_same_code(session, now):
    code = make_credit_code()
    _, first = make_submitted(session, now, credit_code=code)
    service.refuse(session, SYSTEM, first, "资料不全", now=now)
    _, second = make_submitted(session, now, credit_code=code)
    assert queries.get_seller(session, second).state is SellerState.SUBMITTED


def test_an_application_needs_a_county(session, now):
    with pytest.raises(errors.RegionTooWide):
        make_draft(session, now, region=RegionCode("13"))


def test_a_visitor_cannot_apply(session, now):
    with pytest.raises(errors.ApplicationNotFound):
        service.apply(session, ANONYMOUS, NewSeller("厂", SellerKind.SHOP, COUNTY), now=now)


def test_the_history_is_append_only(session, now):
    make_submitted(session, now)
    row = session.scalars(select(SellerStateChange)).first()
    row.reason = "改写"
    with pytest.raises(RuntimeError):
        session.flush()


def test_members_come_and_go_and_the_owner_stays(session, now):
    owner, seller_id = make_seller(session, now)
    colleague = make_account(session)
    service.add_member(session, owner, seller_id, colleague.phone, now=now)
    assert accounts.load_actor(session, colleague.id).seller_ids == {seller_id}
    with pytest.raises(errors.AlreadyMember):
        service.add_member(session, owner, seller_id, colleague.phone, now=now)
    with pytest.raises(errors.NoSuchAccount):
        service.add_member(session, owner, seller_id, "13000000000", now=now)
    service.remove_member(session, owner, seller_id, colleague.id, now=now)
    assert accounts.load_actor(session, colleague.id).seller_ids == frozenset()
    with pytest.raises(errors.LastOwner):
        service.remove_member(session, owner, seller_id, owner.account_id, now=now)


def test_the_owner_of_an_open_shop_cannot_delete_the_account(session, now):
    owner, _ = make_seller(session, now)
    applicant, _ = make_draft(session, now)
    assert deletion_blocker(session, owner.account_id) is not None
    assert deletion_blocker(session, applicant.account_id) is None


def test_who_delivers_where_follows_area_rate_and_state(session, now):
    owner, seller_id = make_seller(session, now)
    town = RegionCode("130624101")
    service.add_area(session, owner, seller_id, RegionCode("13"))
    assert seller_id not in queries.sellers_delivering_to(session, town)
    service.set_rate(session, owner, seller_id, COUNTY, base_fen=1000, per_kg_fen=20)
    assert seller_id in queries.sellers_delivering_to(session, town)
    assert seller_id not in queries.sellers_delivering_to(session, RegionCode("130625"))
    service.suspend(session, SYSTEM, seller_id, "抽检不合格", now=now)
    assert seller_id not in queries.sellers_delivering_to(session, town)


def test_a_rate_for_the_same_region_replaces_the_old_one(session, now):
    owner, seller_id = make_seller(session, now)
    service.set_rate(session, owner, seller_id, COUNTY, base_fen=1000, per_kg_fen=20)
    service.set_rate(session, owner, seller_id, COUNTY, base_fen=900, per_kg_fen=10)
    table = queries.freight_table(session, seller_id)
    assert table.rates == (FreightRate(COUNTY.digits, 900, 10),)
    service.remove_rate(session, owner, seller_id, COUNTY.digits)
    with pytest.raises(errors.FreightRowNotFound):
        service.remove_rate(session, owner, seller_id, COUNTY.digits)


def test_another_sellers_shop_is_not_found(session, now):
    _, seller_id = make_seller(session, now)
    stranger, own = make_seller(session, now)
    with pytest.raises(errors.SellerNotFound):
        service.add_area(session, stranger, seller_id, COUNTY)
    with pytest.raises(errors.SellerNotFound):
        queries.get_own(session, stranger, seller_id)
    assert [view.id for view in queries.own_sellers(session, stranger)] == [own]
