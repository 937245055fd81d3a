"""Goods bound to a contract: their days, how they slide, and what becomes of them at the end."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from market.carts import queries as carts
from market.carts.types import CartOwner
from market.catalogue.models import StockLevel
from market.checkout import service as checkout
from market.contracts import invariants, queries, service
from market.contracts.errors import (
    ContractNotFound,
    DatesOutOfOrder,
    DayIsOver,
    DecisionOver,
    EarlierFirst,
    GoodsInOtherContract,
    MoveOpen,
    NotPossibleInState,
    NotYourTurn,
    ReasonMissing,
    SameDay,
    WorkIsDone,
)
from market.contracts.models import Contract
from market.contracts.personal import deletion_blocker, export_contracts
from market.contracts.types import ContractState, Decision, MilestoneState, Party, StepKind
from market.kernel.clock import shanghai_date
from market.notifications.models import Message
from market.orders import queries as orders
from market.orders import service as order_verbs
from market.orders.errors import GoodsHeldBack, NothingToBind
from market.orders.invariants import breaches as order_breaches
from market.orders.types import QuantityOf, Shipment, State
from market.payments.queries import breaches as ledger_breaches
from market.providers import queries as providers
from market.renovations import queries as renovations
from tests.factories import contracts as make
from tests.factories.orders import make_household


def lines_of(session, order_id):
    """The order's lines by listing."""
    order = orders.find_order(session, order_id)
    return {line.listing_id: line for part in order.seller_orders for line in part.lines}


def part_of(session, order_id, offer):
    """The part of the order that an offer's maker delivers."""
    order = orders.find_order(session, order_id)
    return next(p for p in order.seller_orders if p.seller_id == offer.maker.id)


def messages(session, account_id, kind):
    return session.scalars(
        select(Message).where(Message.account_id == account_id, Message.kind == kind)
    ).all()


def finish(session, job, now):
    """Every milestone reported and accepted but the retention."""
    for m in job.view(session).milestones:
        if m.kind is not StepKind.RETENTION and m.state is not MilestoneState.ACCEPTED:
            service.report(session, job.crew, job.contract_id, m.position, "", [], now)
            service.accept(session, job.household, job.contract_id, m.position, now)


def clean(session):
    """Nothing is out of order anywhere."""
    assert invariants.breaches(session) == []
    assert order_breaches(session) == []
    assert ledger_breaches(session) == []


def test_goods_ordered_for_the_contract_come_by_its_milestones(session, now):
    job = make.running(session, now)
    order_id = make.order(session, job, now)
    found = lines_of(session, order_id)
    days = {m.position: m.planned_on for m in job.view(session).milestones}
    goods = job.view(session).content["goods"]
    for listing_id, line in found.items():
        assert line.contract_id == job.contract_id
        assert line.deliver_from <= line.promised_on < days[goods[listing_id]]
    boards, windows = found[job.boards.listing_id], found[job.windows.listing_id]
    assert boards.promised_on < windows.promised_on
    assert windows.promised_on == days[goods[job.windows.listing_id] - 1]
    assert carts.get_cart(session, CartOwner(job.household.account_id)).is_empty
    with pytest.raises(GoodsInOtherContract):
        service.put_into_cart(session, job.household, job.contract_id, now)
    clean(session)


def test_the_button_pressed_twice_puts_one_plan_into_the_cart(session, now):
    job = make.running(session, now)
    for _ in range(2):
        service.put_into_cart(session, job.household, job.contract_id, now)
    cart = carts.get_cart(session, CartOwner(job.household.account_id))
    plan = renovations.find_request(session, job.request_id).plan
    assert {x.listing_id: x.quantity for x in cart.lines} == {
        x.listing_id: x.packs for x in plan.lines
    }
    assert {x.contract_id for x in cart.lines} == {job.contract_id}


def test_before_both_signed_and_for_the_crew_there_is_no_cart(session, now):
    job = make.draft(session, now)
    with pytest.raises(NotPossibleInState):
        service.put_into_cart(session, job.household, job.contract_id, now)
    make.sign(session, job, now)
    with pytest.raises(NotYourTurn):
        service.put_into_cart(session, job.crew, job.contract_id, now)


def test_goods_of_a_contract_that_ended_before_the_order_are_ordinary(session, now):
    job = make.running(session, now)
    service.put_into_cart(session, job.household, job.contract_id, now)
    service.cancel(session, job.crew, job.contract_id, "做不了", now, 14)
    account = job.household.account_id
    wanted = make.submission(
        session, account, make.make_address(session, account), now,
        payment_method="cash_on_delivery",
    )  # fmt: skip
    placed = checkout.place_order(session, account, wanted, now)
    for line in lines_of(session, placed.id).values():
        assert (line.contract_id, line.deliver_from, line.held_back) == ("", None, False)


def test_a_seller_never_has_to_come_earlier_than_was_promised(session, now):
    job = make.running(session, now)
    late = now + timedelta(days=12)
    order_id = make.order(session, job, late)
    boards = lines_of(session, order_id)[job.boards.listing_id]
    assert boards.first_promised_on > job.view(session).milestones[1].planned_on
    assert boards.promised_on == boards.first_promised_on
    assert [line.listing_id for line in job.page(session).late][:1] == [job.boards.listing_id]


def test_an_order_of_the_same_plan_is_bound_and_makes_a_draft_say_its_amounts(session, now):
    job = make.make_parties(session)
    make.draft(session, now, job)
    account = job.household.account_id
    checkout.add_bundle_to_cart(
        session, CartOwner(account), make.Owner(account), job.configuration_id, make.TOWN, now=now
    )
    wanted = make.submission(
        session, account, make.make_address(session, account), now,
        payment_method="cash_on_delivery",
    )  # fmt: skip
    placed = checkout.place_order(session, account, wanted, now)
    assert [key for key, _ in job.page(session).bindable] == [placed.id]
    with pytest.raises(NotYourTurn):
        service.bind_order(session, job.crew, job.contract_id, placed.id, now)
    service.bind_order(session, job.household, job.contract_id, placed.id, now)
    view = job.view(session)
    assert view.version == 2
    assert view.content["materials"]["source"] == "order"
    assert view.content["materials"]["orders"] == [placed.code]
    assert view.content["materials"]["total_fen"] == placed.total_fen
    assert lines_of(session, placed.id)[job.boards.listing_id].deliver_from is None
    make.sign(session, job, now)
    assert lines_of(session, placed.id)[job.boards.listing_id].deliver_from is not None
    with pytest.raises(NothingToBind):
        service.bind_order(session, job.household, job.contract_id, placed.id, now)


def test_nobody_binds_the_order_of_another(session, now):
    job = make.running(session, now)
    other = make_household(session)
    order_id = make.order(session, job, now)
    with pytest.raises(ContractNotFound):
        service.bind_order(session, other, job.contract_id, order_id, now)


def test_milestones_are_reported_sent_back_and_accepted_in_their_order(session, now):
    job = make.running(session, now)
    with pytest.raises(EarlierFirst):
        service.report(session, job.crew, job.contract_id, 2, "", [], now)
    with pytest.raises(NotYourTurn):
        service.report(session, job.household, job.contract_id, 1, "", [], now)
    with pytest.raises(NotPossibleInState):
        service.accept(session, job.household, job.contract_id, 1, now)
    service.report(session, job.crew, job.contract_id, 1, "到齐了", [], now)
    with pytest.raises(NotYourTurn):
        service.accept(session, job.crew, job.contract_id, 1, now)
    with pytest.raises(ReasonMissing):
        service.ask_rework(session, job.household, job.contract_id, 1, " ", now)
    service.ask_rework(session, job.household, job.contract_id, 1, "少两包", now)
    milestone = job.view(session).milestones[1]
    assert (milestone.state, milestone.rework_reason) == ("rework", "少两包")
    service.report(session, job.crew, job.contract_id, 1, "补齐了", [], now)
    service.accept(session, job.household, job.contract_id, 1, now)
    assert job.view(session).milestones[1].state == "accepted"
    (told,) = messages(session, job.crew_account, "contract_rework")
    assert told.params["reason"] == "少两包"


def test_with_the_last_work_the_crew_is_free_and_with_the_retention_the_contract_is_over(
    session, now
):
    job = make.running(session, now)
    assert providers.get_provider(session, job.provider_id).open_jobs == 1
    finish(session, job, now)
    assert providers.get_provider(session, job.provider_id).open_jobs == 0
    assert renovations.find_request(session, job.request_id).finished_at == now
    assert job.view(session).state is ContractState.RUNNING
    with pytest.raises(WorkIsDone):
        service.cancel(session, job.household, job.contract_id, "不", now, 14)
    last = len(job.view(session).milestones) - 1
    year = now + timedelta(days=400)
    service.report(session, job.crew, job.contract_id, last, "", [], year)
    service.accept(session, job.household, job.contract_id, last, year)
    view = job.view(session)
    assert (view.state, view.ended_at) == (ContractState.FINISHED, year)
    with pytest.raises(NotPossibleInState):
        service.cancel(session, job.household, job.contract_id, "不", year, 14)
    clean(session)


def test_a_new_day_moves_later_milestones_and_unsent_goods_after_assent(session, now):
    job = make.running(session, now)
    order_id = make.order(session, job, now)
    part = part_of(session, order_id, job.boards)
    order_verbs.ship(
        session, part.id, Shipment((QuantityOf(part.lines[0].id, part.lines[0].quantity),), "车"),
        job.boards.actor, now,
    )  # fmt: skip
    before = lines_of(session, order_id)
    days = [m.planned_on for m in job.view(session).milestones]
    new_on = days[2] + timedelta(days=9)
    service.propose(session, job.crew, job.contract_id, 2, new_on, "下雨", now)
    move = job.page(session).move
    assert [(m.position, m.after - m.before) for m in move.milestones] == [
        (i, timedelta(days=9)) for i in range(2, len(days))
    ]
    assert [g.name_zh for g in move.goods] == ["塑钢窗"]
    assert [m.planned_on for m in job.view(session).milestones] == days
    with pytest.raises(MoveOpen):
        service.propose(session, job.household, job.contract_id, 3, new_on, "x", now)
    with pytest.raises(NotYourTurn):
        service.answer(session, job.crew, job.contract_id, move.id, agreed=True, now=now)
    moved = service.answer(session, job.household, job.contract_id, move.id, agreed=True, now=now)
    assert moved == 1
    after = lines_of(session, order_id)
    windows = job.windows.listing_id
    assert after[windows].promised_on - before[windows].promised_on == timedelta(days=9)
    assert after[windows].promised_on == move.goods[0].after.end
    assert after[job.boards.listing_id].promised_on == before[job.boards.listing_id].promised_on
    assert [m.planned_on for m in job.view(session).milestones] == [
        day + timedelta(days=9) if i >= 2 else day for i, day in enumerate(days)
    ]
    assert messages(session, job.household.account_id, "goods_moved_for_you")
    clean(session)


def test_a_new_day_may_be_refused_or_taken_back_and_nothing_moves(session, now):
    job = make.running(session, now)
    days = [m.planned_on for m in job.view(session).milestones]
    later = days[2] + timedelta(days=3)
    for who in (job.household, job.crew):
        service.propose(session, job.crew, job.contract_id, 2, later, "等料", now)
        move = job.page(session).move
        service.answer(session, who, job.contract_id, move.id, agreed=False, now=now)
    assert [m.planned_on for m in job.view(session).milestones] == days
    for new_on, refusal in (
        (days[2], SameDay),
        (days[1] - timedelta(days=1), DatesOutOfOrder),
        (date(2026, 11, 1), DayIsOver),
    ):
        with pytest.raises(refusal):
            service.propose(session, job.crew, job.contract_id, 2, new_on, "x", now)


def test_a_job_called_off_holds_back_what_is_not_sent(session, now):
    job = make.running(session, now)
    order_id = make.order(session, job, now)
    boards = part_of(session, order_id, job.boards)
    half = boards.lines[0].quantity // 2
    order_verbs.ship(
        session, boards.id, Shipment((QuantityOf(boards.lines[0].id, half),), "车"),
        job.boards.actor, now,
    )  # fmt: skip
    assert service.cancel(session, job.crew, job.contract_id, "人手不够", now, 14) == 2
    view = job.view(session)
    assert (view.state, view.ended_by) == (ContractState.CANCELLED, Party.CREW)
    assert providers.get_provider(session, job.provider_id).open_jobs == 0
    assert renovations.find_request(session, job.request_id).called_off_at == now
    boards = part_of(session, order_id, job.boards)
    assert (boards.open, boards.sendable) == (boards.lines[0].quantity - half, 0)
    with pytest.raises(GoodsHeldBack):
        order_verbs.ship(
            session, boards.id, Shipment((QuantityOf(boards.lines[0].id, 1),), "车"),
            job.boards.actor, now,
        )  # fmt: skip
    with pytest.raises(NotPossibleInState):
        service.propose(session, job.crew, job.contract_id, 2, date(2027, 5, 1), "x", now)
    (told,) = messages(session, job.household.account_id, "contract_goods_wait")
    assert told.params["count"] == "2"
    clean(session)


def test_the_household_decides_for_each_seller(session, now):
    job = make.running(session, now)
    order_id = make.order(session, job, now)
    boards = part_of(session, order_id, job.boards)
    windows = part_of(session, order_id, job.windows)
    stock = stock_of(session, job.windows)
    service.cancel(session, job.household, job.contract_id, "不修了", now, 14)
    with pytest.raises(NotYourTurn):
        service.decide(session, job.crew, job.contract_id, boards.id, Decision.KEEP, None, now)
    with pytest.raises(DayIsOver):
        service.decide(
            session, job.household, job.contract_id, boards.id, Decision.DELIVER,
            shanghai_date(now), now,
        )  # fmt: skip
    until = shanghai_date(now) + timedelta(days=20)
    service.decide(session, job.household, job.contract_id, boards.id, Decision.DELIVER, until, now)
    line = part_of(session, order_id, job.boards).lines[0]
    assert (line.promised_on, line.held_back) == (until, False)
    service.decide(session, job.household, job.contract_id, windows.id, Decision.KEEP, None, now)
    assert part_of(session, order_id, job.windows).sendable == 0
    service.decide(session, job.household, job.contract_id, windows.id, Decision.DROP, None, now)
    after = part_of(session, order_id, job.windows)
    assert after.state is State.CANCELLED
    assert stock_of(session, job.windows) == stock + after.lines[0].quantity
    with pytest.raises(DecisionOver):
        service.decide(
            session, job.household, job.contract_id, windows.id, Decision.KEEP, None, now
        )
    clean(session)


def test_goods_let_go_come_no_earlier_than_was_promised(session, now):
    job = make.running(session, now)
    order_id = make.order(session, job, now)
    service.cancel(session, job.household, job.contract_id, "不修了", now, 14)
    windows = part_of(session, order_id, job.windows)
    soon = shanghai_date(now) + timedelta(days=1)
    service.decide(session, job.household, job.contract_id, windows.id, Decision.DELIVER, soon, now)
    line = part_of(session, order_id, job.windows).lines[0]
    assert line.promised_on == line.first_promised_on > soon


def test_other_goods_of_the_same_parcel_go_on(session, now):
    job = make.running(session, now)
    account = job.household.account_id
    service.put_into_cart(session, job.household, job.contract_id, now)
    checkout.add_to_cart(session, CartOwner(account), job.boards.listing_id, 3, now)
    wanted = make.submission(
        session, account, make.make_address(session, account), now,
        payment_method="cash_on_delivery",
    )  # fmt: skip
    placed = checkout.place_order(session, account, wanted, now)
    checkout.accept_new(session, placed, wanted, now)
    maker, other = job.boards.maker.id, job.windows.maker.id
    assert orders.count_to_ship(session, [other]) == 1
    service.cancel(session, job.crew, job.contract_id, "散伙", now, 14)
    part = part_of(session, placed.id, job.boards)
    assert part.sendable == 3
    assert orders.count_to_ship(session, [maker]) == 1
    assert orders.count_to_ship(session, [other]) == 0
    (row,) = orders.list_seller_orders(session, [other], to_ship=True).items
    assert row.held_back
    clean(session)


def stock_of(session, offer):
    return sum(
        session.scalars(select(StockLevel.on_hand).where(StockLevel.listing_id == offer.listing_id))
    )


def test_without_a_decision_goods_come_as_first_promised(session, now):
    job = make.running(session, now)
    order_id = make.order(session, job, now)
    first = {key: line.first_promised_on for key, line in lines_of(session, order_id).items()}
    service.cancel(session, job.crew, job.contract_id, "散伙", now, 3)
    kept = part_of(session, order_id, job.windows)
    service.decide(session, job.household, job.contract_id, kept.id, Decision.KEEP, None, now)
    assert service.release_undecided(session, now + timedelta(days=2)) == 0
    assert service.release_undecided(session, now + timedelta(days=3)) == 1
    assert service.release_undecided(session, now + timedelta(days=3)) == 0
    found = lines_of(session, order_id)
    boards = found[job.boards.listing_id]
    assert (boards.held_back, boards.promised_on) == (False, first[job.boards.listing_id])
    assert found[job.windows.listing_id].held_back
    assert messages(session, job.household.account_id, "contract_undecided")
    clean(session)


def test_a_promise_that_is_over_becomes_a_week(session, now):
    job = make.running(session, now)
    order_id = make.order(session, job, now)
    service.cancel(session, job.crew, job.contract_id, "散伙", now, 60)
    late = now + timedelta(days=60)
    assert service.release_undecided(session, late) == 2
    boards = lines_of(session, order_id)[job.boards.listing_id]
    assert boards.deliver_from == shanghai_date(late)
    assert boards.promised_on == shanghai_date(late) + timedelta(days=7)


def test_a_new_crew_takes_over_what_was_kept(session, now):
    job = make.running(session, now)
    order_id = make.order(session, job, now)
    service.cancel(session, job.crew, job.contract_id, "散伙", now, 14)
    for offer in (job.boards, job.windows):
        part = part_of(session, order_id, offer)
        service.decide(session, job.household, job.contract_id, part.id, Decision.KEEP, None, now)
    first = job.contract_id
    make.draft(session, now, job)
    assert job.contract_id != first
    make.sign(session, job, now)
    assert [key for key, _ in job.page(session).bindable] == [order_id]
    service.bind_order(session, job.household, job.contract_id, order_id, now)
    for line in lines_of(session, order_id).values():
        assert (line.contract_id, line.held_back) == (job.contract_id, False)
        assert line.deliver_from is not None
    old = queries.contract_page(session, job.household, first)
    assert old.parts == ()
    with pytest.raises(DecisionOver):
        service.decide(
            session, job.household, first, part_of(session, order_id, job.boards).id,
            Decision.DROP, None, now,
        )  # fmt: skip
    clean(session)


def test_a_draft_called_off_leaves_the_order_as_it_was(session, now):
    job = make.draft(session, now)
    account = job.household.account_id
    checkout.add_bundle_to_cart(
        session, CartOwner(account), make.Owner(account), job.configuration_id, make.TOWN, now=now
    )
    wanted = make.submission(
        session, account, make.make_address(session, account), now,
        payment_method="cash_on_delivery",
    )  # fmt: skip
    placed = checkout.place_order(session, account, wanted, now)
    service.bind_order(session, job.household, job.contract_id, placed.id, now)
    assert service.cancel(session, job.household, job.contract_id, "谈不拢", now, 14) == 0
    assert {line.contract_id for line in lines_of(session, placed.id).values()} == {""}
    assert renovations.find_request(session, job.request_id).called_off_at is not None
    with pytest.raises(NotPossibleInState):
        service.cancel(session, job.crew, job.contract_id, "再来", now, 14)


def test_a_terminal_contract_does_not_change(session, now):
    job = make.running(session, now)
    service.cancel(session, job.household, job.contract_id, "不修了", now, 14)
    row = session.get_one(Contract, job.contract_id)
    ended = (row.state, row.ended_at, row.ended_by, row.end_reason)
    for act in (
        lambda: service.cancel(session, job.crew, job.contract_id, "x", now, 14),
        lambda: service.report(session, job.crew, job.contract_id, 1, "", [], now),
        lambda: service.accept(session, job.household, job.contract_id, 1, now),
        lambda: service.put_into_cart(session, job.household, job.contract_id, now),
        lambda: service.sign(session, job.crew, job.contract_id, 1, "李队长", agreed=True, now=now),
    ):
        with pytest.raises(NotPossibleInState):
            act()
    session.refresh(row)
    assert (row.state, row.ended_at, row.ended_by, row.end_reason) == ended


def test_a_household_with_a_contract_under_way_cannot_leave(session, now):
    job = make.running(session, now)
    assert deletion_blocker(session, job.household.account_id) is not None
    (told,) = export_contracts(session, job.household.account_id)
    assert told["signatures"][0]["name"] == "赵户主"
