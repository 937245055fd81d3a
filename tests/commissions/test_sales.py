"""A sale with commission: frozen on the line, in the ledger, and given back with the packs."""

from datetime import timedelta

import pytest

from market.checkout import outcomes
from market.commissions import queries as commissions
from market.commissions import service
from market.commissions.errors import BoundsReversed, NotYours, RuleEnded, SameScope
from market.commissions.types import RuleDraft, Scope
from market.kernel.actor import SYSTEM, Actor
from market.orders import invariants, queries
from market.orders import service as orders
from market.orders.types import QuantityOf
from market.payments import ledger
from tests.factories.catalogue import make_offer
from tests.factories.market import pay
from tests.factories.orders import START, make_household, place, view
from tests.factories.promotions import make_campaign

OPERATOR = Actor(account_id="o" * 20, roles=frozenset({"operator"}), display_name="运营")


def rule(session, name="一般", rate_bp=500, scope=None, **bounds):
    draft = RuleDraft(
        name, "", rate_bp, scope or Scope(), bounds.get("min_fen"), bounds.get("max_fen"), START
    )
    return service.begin(session, OPERATOR, draft, START)


def sold(session, offer, packs=3):
    household = make_household(session)
    placed = place(session, household, (offer, packs))
    pay(session, placed.id)
    return view(session, placed.id)


def fee_of(order):
    return order.seller_orders[0].lines[0].commission


def test_without_a_rule_nothing_is_kept(session):
    order = sold(session, make_offer(session, stock=9))
    assert fee_of(order) is None
    assert ledger.balance(session, ledger.COMMISSIONS) == 0


def test_the_rate_of_the_day_is_frozen_and_kept_from_what_the_seller_gets(session):
    offer = make_offer(session, stock=9)
    general = rule(session)
    order = sold(session, offer)
    line = order.seller_orders[0].lines[0]
    assert fee_of(order).fen == (line.amount_fen * 500 + 5_000) // 10_000
    assert ledger.balance(session, ledger.COMMISSIONS) == -fee_of(order).fen
    owed = -ledger.balance(session, ledger.PAYABLE + offer.maker.id)
    assert owed == order.total_fen - fee_of(order).fen
    rule(session, "二成", rate_bp=2_000)  # takes the place of the general one
    assert [one.name for one in commissions.standing(session, START)] == ["二成"]
    assert [one.id for one in commissions.ended_rules(session, START)] == [general]
    assert fee_of(view(session, order.id)).rate_bp == 500
    assert ledger.unbalanced(session) == []
    assert invariants.breaches(session) == []


def test_who_takes_part_pays_less_and_the_difference_is_known(session):
    offer = make_offer(session, stock=9)
    rule(session)
    rule(session, "专区", 200, Scope(zone=True))
    outside = sold(session, offer)
    make_campaign(session, offer.maker.id)
    inside = sold(session, offer)
    assert fee_of(outside).rate_bp == 500
    assert fee_of(inside).rate_bp == 200
    assert fee_of(inside).usual_fen == fee_of(outside).fen
    [month] = [row for row in queries.commissions_by_month(session, START, 3) if row.lines]
    assert month.fen == fee_of(outside).fen + fee_of(inside).fen
    assert month.preference_fen == fee_of(inside).usual_fen - fee_of(inside).fen


def test_a_campaign_elsewhere_or_over_prefers_nobody(session):
    offer = make_offer(session, stock=9)
    rule(session)
    rule(session, "专区", 200, Scope(zone=True))
    make_campaign(session, offer.maker.id, region="510124")
    assert fee_of(sold(session, offer)).rate_bp == 500


def test_cancelled_packs_take_their_share_of_the_commission_back(session):
    offer = make_offer(session, stock=9)
    rule(session, rate_bp=333)
    order = sold(session, offer, packs=3)
    part, line = order.seller_orders[0], order.seller_orders[0].lines[0]
    for _ in range(3):
        orders.cancel_remainder(
            session, part.id, (QuantityOf(line.id, 1),), reason="发不了", actor=SYSTEM, now=START
        )
        kept = fee_of(view(session, order.id)).kept_fen
        assert ledger.balance(session, ledger.COMMISSIONS) == -kept
        assert ledger.unbalanced(session) == []
    assert ledger.balance(session, ledger.COMMISSIONS) == 0
    assert ledger.balance(session, ledger.PAYABLE + offer.maker.id) == 0


def test_of_cash_at_the_door_the_seller_owes_the_commission(session):
    offer = make_offer(session, stock=9)
    rule(session)
    household = make_household(session)
    placed = place(session, household, (offer, 2), payment_method="cash_on_delivery")
    outcomes.accept_on_delivery(session, placed.id, START)
    pay(session, placed.id)
    fee = fee_of(view(session, placed.id)).fen
    assert ledger.balance(session, ledger.COMMISSIONS) == -fee
    assert invariants.commissions(session) == fee


def test_rules_are_the_operators_and_never_two_for_the_same_goods(session):
    rule(session)
    later = START + timedelta(days=9)
    draft = RuleDraft("以后", "", 100, Scope(), None, None, later)
    with pytest.raises(NotYours):
        service.begin(session, make_household(session), draft, START)
    service.begin(session, OPERATOR, draft, START)
    with pytest.raises(SameScope):
        service.begin(session, OPERATOR, draft, START)
    assert [one.rate_bp for one in commissions.standing(session, START)] == [500]
    assert [one.rate_bp for one in commissions.standing(session, later)] == [100]
    with pytest.raises(BoundsReversed):
        rule(session, scope=Scope(zone=True), min_fen=200, max_fen=100)
    ended = rule(session, "专区", 200, Scope(zone=True))
    service.end(session, OPERATOR, ended, START)
    with pytest.raises(RuleEnded):
        service.end(session, OPERATOR, ended, START)
