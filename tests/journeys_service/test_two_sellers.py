"""Two sellers, a partial shipment, a cancelled remainder, a refund: and the ledger at zero."""

import pytest
from sqlalchemy import update

from market.catalogue import stock
from market.catalogue.models import StockLevel
from market.kernel.money import format_fen
from market.orders import queries as order_queries
from market.orders import service as orders
from market.orders.errors import AlreadyShipped, MoreThanOpen, OrderNotFound, RefundTooLarge
from market.orders.models import OrderLine
from market.orders.types import QuantityOf, Shipment, State
from market.payments import ledger
from tests.factories.catalogue import actor_for, make_maker, make_offer
from tests.factories.market import make_promotion, pay, send_refunds
from tests.factories.orders import make_household, place, view


def on_hand(session, offer):
    level = session.get(StockLevel, (offer.listing_id, offer.warehouse_id), populate_existing=True)
    return level.on_hand, level.reserved


def balances(session):
    return {row.account: row.balance_fen for row in ledger.trial_balance(session)}


@pytest.fixture
def sale(session, now):
    """A household's order of 3 + 2 packs of one seller and 4 of another, 100 yuan off."""
    first, second = make_maker(session, name="甲厂"), make_maker(session, name="乙店")
    offers = [
        make_offer(session, first, stock=10),
        make_offer(session, first, stock=10, listing={"price_fen": 7_777}),
        make_offer(session, second, stock=10, listing={"price_fen": 33_333}),
    ]
    promotion_id = make_promotion(session)
    household = make_household(session)
    packs = zip(offers, (3, 2, 4), strict=True)
    placed = place(session, household, *packs, now=now)
    return household, offers, placed, promotion_id


def test_whole_story_ends_with_every_sum_at_zero(session, now, sale):
    household, (boards, *_others), placed, _promotion = sale
    order = view(session, placed.id)
    assert order.state is State.HELD
    assert [part.seller_name for part in order.seller_orders] == ["甲厂", "乙店"]
    assert order.platform_discount_fen == 10_000
    assert sum(part.total_fen for part in order.seller_orders) == order.total_fen
    assert (
        sum(line.paid_fen for part in order.seller_orders for line in part.lines)
        + order.freight_fen
        == order.total_fen
    )
    assert on_hand(session, boards) == (10, 3)

    pay(session, placed.id, now)
    order = view(session, placed.id)
    assert (order.state, order.captured_fen, order.due_fen) == (
        State.PREPARING, order.total_fen, 0,
    )  # fmt: skip
    assert on_hand(session, boards) == (7, 0)
    first, second = order.seller_orders
    maker, shop = actor_for(first.seller_id), actor_for(second.seller_id)

    # The first seller sends 2 of 3 boards and the glue; the rest will not come.
    board_line, glue_line = first.lines
    orders.ship(
        session, first.id,
        Shipment((QuantityOf(board_line.id, 2), QuantityOf(glue_line.id, 2)), "顺路物流", "L-77"),
        maker, now,
    )  # fmt: skip
    order = view(session, placed.id)
    assert order.state is State.PART_SHIPPED
    assert (order.seller_orders[0].shipped, order.seller_orders[0].wanted) == (4, 5)
    with pytest.raises(AlreadyShipped):
        orders.cancel(session, placed.id, reason="不要了", actor=household, now=now)
    with pytest.raises(MoreThanOpen):
        orders.cancel_remainder(
            session, first.id, (QuantityOf(board_line.id, 2),), reason="缺货", actor=maker, now=now
        )
    orders.cancel_remainder(
        session, first.id, (QuantityOf(board_line.id, 1),), reason="缺货", actor=maker, now=now
    )
    order = view(session, placed.id)
    refund = order.refunds[0]
    assert order.seller_orders[0].state is State.SHIPPED
    assert [item.what for item in refund.lines] == ["goods", "freight"]
    assert all(item.amount_fen < 0 for item in refund.lines)
    assert on_hand(session, boards) == (8, 0)
    assert order.refunded_fen == refund.amount_fen < order.captured_fen

    # The second seller sends everything; two panels arrive broken and are paid back.
    line = second.lines[0]
    orders.ship(session, second.id, Shipment((QuantityOf(line.id, 4),), "老王"), shop, now)
    orders.record_refund(session, second.id, 20_000, reason="两块碎了", actor=shop, now=now)
    orders.confirm_receipt(session, first.id, household, now)
    orders.confirm_receipt(session, second.id, household, now)
    order = view(session, placed.id)
    assert order.state is State.RECEIVED
    assert order.refunded_fen == sum(refund.amount_fen for refund in order.refunds)

    # What was promised leaves; then nothing is owed to or by the household.
    assert send_refunds(session, placed.id, now) == order.refunded_fen
    sums = balances(session)
    assert sum(sums.values()) == 0
    assert sums[ledger.RECEIVABLE] == 0
    assert sums[ledger.REFUNDS] == 0
    assert sums[ledger.GATEWAY] == order.captured_fen - order.refunded_fen
    owed = -sum(fen for account, fen in sums.items() if account.startswith(ledger.PAYABLE))
    assert owed == sums[ledger.GATEWAY] + sums[ledger.PROMOTIONS]
    assert 0 < sums[ledger.PROMOTIONS] < 10_000
    assert not ledger.unbalanced(session)
    assert all(refund.settled_at for refund in view(session, placed.id).refunds)


def test_cancelling_all_in_steps_gives_everything_back(session, now, sale):
    _household, offers, placed, _promotion = sale
    pay(session, placed.id, now)
    for part in view(session, placed.id).seller_orders:
        for line in part.lines:
            for _ in range(line.quantity):
                orders.cancel_remainder(
                    session, part.id, (QuantityOf(line.id, 1),),
                    reason="停产", actor=actor_for(part.seller_id), now=now,
                )  # fmt: skip
    order = view(session, placed.id)
    assert order.state is State.CANCELLED
    assert order.refunded_fen == order.captured_fen == order.total_fen
    assert [on_hand(session, offer) for offer in offers] == [(10, 0)] * 3
    send_refunds(session, placed.id, now)
    assert set(balances(session).values()) == {0}


def test_household_cancels_a_paid_order_and_everything_comes_back(session, now, sale):
    household, offers, placed, _promotion = sale
    pay(session, placed.id, now)
    orders.cancel(session, placed.id, reason="", actor=household, now=now)
    order = view(session, placed.id)
    assert order.state is State.CANCELLED
    assert order.refunded_fen == order.total_fen
    assert [on_hand(session, offer) for offer in offers] == [(10, 0)] * 3
    send_refunds(session, placed.id, now)
    assert set(balances(session).values()) == {0}


def test_never_more_is_refunded_than_was_captured(session, now, sale):
    _household, _offers, placed, _promotion = sale
    pay(session, placed.id, now)
    first = view(session, placed.id).seller_orders[0]
    maker = actor_for(first.seller_id)
    orders.record_refund(session, first.id, first.total_fen, reason="商定", actor=maker, now=now)
    with pytest.raises(RefundTooLarge) as refused:
        orders.record_refund(session, first.id, 1, reason="再退", actor=maker, now=now)
    assert refused.value.params["most"] == format_fen(0)
    # Packs that are cancelled after that go back to the shelf, and no money twice.
    orders.cancel_remainder(
        session, first.id, (QuantityOf(first.lines[0].id, 1),),
        reason="缺货", actor=maker, now=now,
    )  # fmt: skip
    order = view(session, placed.id)
    assert order.refunded_fen == first.total_fen


def test_another_sellers_part_does_not_exist_for_me(session, now, sale):
    _household, _offers, placed, _promotion = sale
    pay(session, placed.id, now)
    first, second = view(session, placed.id).seller_orders
    stranger = actor_for(second.seller_id)
    packs = (QuantityOf(first.lines[0].id, 1),)
    with pytest.raises(OrderNotFound):
        orders.ship(session, first.id, Shipment(packs, "顺路"), stranger, now)
    with pytest.raises(OrderNotFound):
        orders.record_refund(session, first.id, 1, reason="x", actor=stranger, now=now)
    with pytest.raises(OrderNotFound):
        orders.confirm_receipt(session, first.id, make_household(session), now)
    # Nor can a line of another part ride along in my parcel.
    with pytest.raises(OrderNotFound):
        orders.ship(session, second.id, Shipment(packs, "顺路"), stranger, now)


def test_stock_kept_by_the_order_is_what_the_movements_say(session, now, sale):
    _household, (boards, *_), placed, _promotion = sale
    pay(session, placed.id, now)
    stock.release(session, placed.id, now)  # nothing is held any more
    assert on_hand(session, boards) == (7, 0)


def test_every_sum_of_every_order_can_be_checked(session, now, sale):
    _household, _offers, placed, _promotion = sale
    pay(session, placed.id, now)
    first = view(session, placed.id).seller_orders[0]
    maker = actor_for(first.seller_id)
    packs = (QuantityOf(first.lines[0].id, 1),)
    orders.ship(session, first.id, Shipment(packs, "顺路"), maker, now)
    orders.cancel_remainder(session, first.id, packs, reason="缺货", actor=maker, now=now)
    orders.record_refund(session, first.id, 777, reason="碎了", actor=maker, now=now)
    assert order_queries.breaches(session) == []
    session.execute(update(OrderLine).values(shipped=OrderLine.shipped + 1))
    assert len(order_queries.breaches(session)) == 3


def test_a_person_with_an_open_order_stays_and_may_take_the_data_along(session, now, sale):
    household, _offers, placed, _promotion = sale
    assert orders.deletion_blocker(session, household.account_id).params == {"count": 1}
    exported = orders.export_orders(session, household.account_id)
    assert [row["code"] for row in exported] == [placed.code]
    assert len(exported[0]["lines"]) == 3
    orders.cancel(session, placed.id, reason="", actor=household, now=now)
    assert orders.deletion_blocker(session, household.account_id) is None
