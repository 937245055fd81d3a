"""`flask audit`: a clean market passes, and each planted breach is seen by its own check."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, update

from market.audit.models import AuditEvent
from market.catalogue.models import Listing, ListingTally, StockLevel
from market.certification import service as certificates
from market.certification.models import Certificate
from market.demonstrations.models import DemonstrationProject
from market.kernel.actor import SYSTEM
from market.kernel.ids import new_id
from market.notifications import service as messages
from market.notifications.models import OutboxMessage
from market.orders import service as orders
from market.orders.models import LineAdjustment, Order
from market.orders.types import QuantityOf, Shipment
from market.payments.models import LedgerEntry, LedgerTransaction, Payment, PaymentRefund
from market.promotions.models import Promotion, PromotionHousehold, Redemption
from market.renovations.models import Invitation, Quote, RenovationRequest
from market.reports import invariants
from market.search import jobs as search
from market.search.models import IndexTask
from market.search.types import IndexDocument, Offer
from tests.factories.accounts import make_account
from tests.factories.bundles import offer_eps
from tests.factories.catalogue import actor_for, make_maker, make_offer, make_stamp
from tests.factories.certification import make_certificate
from tests.factories.demonstrations import make_public, make_staff
from tests.factories.market import confirm, make_promotion, pay, send_refunds, start_payment
from tests.factories.orders import make_household, place, view
from tests.factories.providers import make_provider
from tests.factories.renovations import make_request, quoted
from tests.factories.sellers import make_seller


@pytest.fixture
def found(session, index, now):
    """Codes of the checks that find something -> what they find."""

    def found(at=now):
        session.flush()
        session.expire_all()
        report = invariants.check_all(session, index, at)
        return {one.code: one.breaches for one in report.findings if one.breaches}

    return found


@pytest.fixture
def sale(session, now):
    """A paid order with a promotion, shipped in part, the rest cancelled, the refund sent."""
    seller = make_maker(session)
    offer = make_offer(session, seller, stock=20)
    make_promotion(session, household_limit=3)
    placed = place(session, make_household(session), (offer, 9), now=now)
    payment = pay(session, placed.id, now)
    part = view(session, placed.id).seller_orders[0]
    actor = actor_for(seller.id)
    some = Shipment((QuantityOf(part.lines[0].id, 5),), "顺丰", "SF1")
    orders.ship(session, part.id, some, actor=actor, now=now)
    rest = (QuantityOf(part.lines[0].id, 4),)
    orders.cancel_remainder(session, part.id, rest, reason="没货了", actor=actor, now=now)
    send_refunds(session, placed.id, now)
    return placed, payment, offer


@pytest.fixture
def award(session, now):
    """A request with one quote."""
    crew = make_provider(session)
    _who, key = make_request(session, now=now)
    quoted(session, key, crew.id, now=now)
    return key, crew


def change(session, table, values, *where):
    session.flush()
    session.execute(
        update(table).where(*where).values(values).execution_options(synchronize_session=False)
    )


def test_the_codes_are_those_of_the_list():
    codes = [check.__doc__.partition(":")[0] for check in invariants.CHECKS]
    assert codes == ["I1", "I3", "I4", "I5", "I6", "I7", "I8", "I9", "I10", "I11", "I12", "I13",
                     "I14", "I15", "I16", "I17", "I18"]  # fmt: skip


def test_a_busy_market_is_clean(session, found, index, now, sale, award):
    make_certificate(session, *make_seller(session, now), now)
    search.rebuild(index)
    assert found() == {}
    assert index.count() > 0


def test_a_demonstration_project_that_nobody_made_public_is_seen(session, found):
    make_public(session, make_staff(session), offer_eps(session, stock=5000))
    assert "I14" not in found()
    change(session, DemonstrationProject, {"published_at": None})
    assert "another hand" in found()["I14"][0]


def test_an_unbalanced_posting_is_seen(session, found, sale):
    posting = session.query(LedgerTransaction.id).first()[0]
    row = {"id": new_id(), "transaction_id": posting, "account": "x", "amount_fen": 1,
           "currency": "cny"}  # fmt: skip
    session.execute(insert(LedgerEntry).values(row))
    (key, whole) = found()["I1"]
    assert "not balanced" in key
    assert "adds up to 1 fen" in whole


def test_two_currencies_do_not_make_up_for_each_other(session, found, now):
    posting = new_id()
    session.execute(
        insert(LedgerTransaction).values(id=posting, event_key="x", memo="", posted_at=now)
    )
    for code, fen in (("cny", 5), ("usd", -5)):
        session.execute(
            insert(LedgerEntry).values(
                id=new_id(), transaction_id=posting, account=code, amount_fen=fen, currency=code
            )
        )
    assert len(found()["I1"]) == 3


def test_stock_that_the_journal_does_not_know_is_seen(session, found, sale):
    change(session, StockLevel, {"on_hand": StockLevel.on_hand + 1})
    assert "the journal says" in found()["I3"][0]


def test_stock_reserved_without_a_hold_is_seen(session, found, sale):
    change(session, StockLevel, {"reserved": 1})
    assert "holds say 0" in found()["I3"][0]


def test_packs_in_carts_that_no_cart_keeps_are_seen(session, found, sale):
    change(session, StockLevel, {"in_carts": 1})
    assert "1 in carts, the carts' holds say 0" in found()["I3"][0]


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (Promotion, {"spent_fen": Promotion.spent_fen + 1}),
        (PromotionHousehold, {"uses": 2}),
        (Promotion, {"household_limit": 1}),
        (LineAdjustment, {"amount_fen": LineAdjustment.amount_fen - 1}),
    ],
)
def test_promotions_that_do_not_add_up_are_seen(session, found, sale, table, values):
    if "household_limit" in values:
        twice = place(
            session, make_household(session), (sale[2], 9), idempotency_key="second-submission"
        )
        owner = session.query(Redemption.household_id).filter_by(order_id=sale[0].id).scalar()
        both = {"household_id": owner, "counted_as": owner}
        change(session, Redemption, both, Redemption.order_id == twice.id)
        change(session, PromotionHousehold, {"uses": 2}, PromotionHousehold.household_id == owner)
        change(session, PromotionHousehold, {"uses": 0}, PromotionHousehold.household_id != owner)
        assert found() == {}
    change(session, table, values)
    assert found()["I4"]


def test_a_discount_that_took_nothing_from_its_budget_is_seen(session, found, sale):
    session.flush()
    session.execute(delete(Redemption))
    change(session, Promotion, {"spent_fen": 0, "uses": 0})
    change(session, PromotionHousehold, {"uses": 0})
    assert "0 taken from its budget" in found()["I4"][0]


def test_an_order_paid_by_nobody_is_seen(session, found, now, sale):
    change(session, Payment, {"state": "open"})
    assert any("paid without a payment" in text for text in found()["I5"])


def test_an_order_paid_with_another_amount_is_seen(session, found, sale):
    change(session, Payment, {"amount_fen": 100_000, "received_fen": 100_000})
    texts = found()["I5"]
    assert any("captured, payment" in text for text in texts)
    assert any("no receipt of 100000 fen" in text for text in texts)


def test_a_payment_in_another_currency_is_seen(session, found, sale):
    change(session, Payment, {"currency": "usd"})
    assert any("usd" in text for text in found()["I5"])


def test_a_paid_order_without_its_sale_in_the_ledger_is_seen(session, found, sale):
    change(
        session, LedgerTransaction, {"event_key": "elsewhere"},
        LedgerTransaction.event_key.like("sale:%"),
    )  # fmt: skip
    assert any("without a sale" in text for text in found()["I5"])


def test_money_kept_for_an_order_that_is_not_paid_is_seen(session, found, now):
    offer = make_offer(session, stock=5)
    placed = place(session, make_household(session), (offer, 1))
    payment = start_payment(session, placed.id)
    assert found() == {}
    confirm(session, payment)
    assert found() == {}
    change(session, Order, {"paid_at": None, "captured_fen": 0})
    assert any("pays no order" in text for text in found()["I5"])


def test_money_that_came_twice_and_goes_back_is_fine(session, found, now):
    offer = make_offer(session, stock=5)
    placed = place(session, make_household(session), (offer, 1))
    first = start_payment(session, placed.id)
    change(session, Payment, {"state": "expired"})
    session.expire_all()
    second = start_payment(session, placed.id)
    assert first.id != second.id
    confirm(session, first)
    confirm(session, second)
    assert found() == {}


@pytest.mark.parametrize(
    ("table", "values", "text"),
    [
        (Invitation, {"state": "expired"}, "crews hold one"),
        (RenovationRequest, {"state": "awarded"}, "0 winning crews"),
        (RenovationRequest, {"places_left": 5}, "5 left, 1 crews hold"),
    ],
)
def test_places_and_awards_that_do_not_fit_are_seen(session, found, award, table, values, text):
    change(session, table, values)
    assert any(text in one for one in found()["I6"])


def test_an_award_without_its_winner_is_seen(session, found, now, award):
    change(session, Quote, {"awarded_at": now})
    assert "1 awarded quotes" in found()["I6"][0]


def test_an_answer_after_the_close_is_seen(session, found, now, award):
    change(session, Invitation, {"state": "accepted", "answered_at": now + timedelta(days=90)})
    assert any("accepted after" in text for text in found()["I6"])


def test_a_listing_shown_behind_a_shut_gate_is_seen(session, found, now):
    maker = make_maker(session)
    stamp = make_stamp(session, maker)
    offer = make_offer(session, maker, stamp)
    assert found() == {}
    change(session, Certificate, {"standing": "suspended"}, Certificate.id == stamp.id)
    texts = found()["I8"]
    assert f"listing {offer.listing_id}: households see it behind a shut gate" in texts
    assert f"listing {offer.listing_id}: its gate is not that of its product" in texts


def test_a_certificate_that_ran_out_shuts_its_listings_by_the_clock(session, found, now):
    make_offer(session)
    assert found(now + timedelta(days=1000)) == {}


def test_a_gate_that_was_forged_is_seen(session, found):
    make_offer(session)
    change(session, Listing, {"gate_closes_at": Listing.gate_opens_at})
    assert any("its gate is not that" in text for text in found()["I8"])


def test_a_count_that_is_not_the_lists_is_seen(session, found):
    make_offer(session)
    change(session, ListingTally, {"listings": 7})
    assert any("tally differs" in text for text in found()["I8"])


def test_a_decision_without_its_audit_row_is_seen(session, found, now):
    actor, seller_id = make_seller(session, now)
    certificate_id = make_certificate(session, actor, seller_id, now)
    certificates.suspend(session, SYSTEM, certificate_id, "抽查不合格", now=now)
    assert found() == {}
    session.execute(delete(AuditEvent))
    texts = found()["I9"]
    assert f"seller {seller_id}: approve 1 times, 0 audit rows" in texts
    assert f"certificate {certificate_id}: suspend 1 times, 0 audit rows" in texts


def test_a_message_nobody_carries_is_seen(session, found, now):
    account = make_account(session)
    messages.send(session, [account.id], "award_won", {}, "/provider/jobs", key="1", now=now)
    assert found() == {}
    assert any("waiting" in text for text in found(now + timedelta(days=2))["I9"])
    change(session, OutboxMessage, {"state": "sent"})
    assert any("sent" in text for text in found()["I9"])


def test_a_hit_that_is_not_visible_is_seen_unless_its_change_is_on_its_way(session, found, index):
    offer = make_offer(session)
    session.commit()
    search.drain(index)
    assert index.count() == 1
    offers = (Offer("gone", "s", 1),)
    index.update([IndexDocument("p", "G105", words=(), name_words=(), offers=offers)], [])
    assert found()["I10"] == ("search finds listing gone, which is not visible",)
    index.update([], ["p"])
    change(session, Listing, {"state": "paused"})
    assert offer.listing_id in found()["I10"][0]
    session.add(IndexTask(subject_kind="listing", subject_id=offer.listing_id))
    assert "I10" not in found()


def test_more_promised_back_than_came_in_is_seen(session, found, now, sale):
    _placed, payment, _offer = sale
    session.add(
        PaymentRefund(
            payment_id=payment.id, key="by-hand", amount_fen=10**7, reason="", state="succeeded",
            created_at=now,
        )
    )  # fmt: skip
    assert "10000000" in found()["I11"][0] or "promised back" in found()["I11"][0]


def test_a_refund_of_an_order_that_nobody_sends_is_seen(session, found, sale):
    session.flush()
    session.execute(delete(PaymentRefund))
    change(session, Payment, {"refunded_fen": 0, "refund_claimed_fen": 0})
    assert any("payments give 0" in text for text in found()["I11"])


def test_the_command_prints_json_and_ends_well(app, session, index):
    session.commit()
    answer = app.test_cli_runner().invoke(args=["audit"])
    report = json.loads(answer.stdout)
    assert answer.exit_code == 0, answer.output
    assert report["ok"] is True
    assert len(report["checks"]) == len(invariants.CHECKS)
    assert all(check["promise"] for check in report["checks"])


def test_the_command_ends_with_one_on_a_breach(app, session, index, sale):
    change(session, StockLevel, {"on_hand": StockLevel.on_hand + 1})
    session.commit()
    answer = app.test_cli_runner().invoke(args=["audit"])
    report = json.loads(answer.stdout)
    assert answer.exit_code == 1
    assert report["ok"] is False
    (bad,) = [check for check in report["checks"] if check["breaches"]]
    assert (bad["code"], bad["breaches"]) == ("I3", 1)
