"""Dynamic exit: by decision at once, by the clock at its moment, and back by a short review."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from market.accounts import service as accounts
from market.adoptions import queries, service
from market.adoptions.errors import (
    EndsTooLate,
    GateShut,
    NotCityLevel,
    NotExited,
    NotWaiting,
    SameHands,
)
from market.adoptions.models import AdoptionEntry, AdoptionStep
from market.adoptions.types import Asked, EntryState
from market.catalogue import service as catalogue
from market.certification import service as certification
from market.inspections import queries as inspection_queries
from market.inspections import service as inspections
from market.notifications.models import Message
from market.sellers import service as sellers
from tests.factories.adoptions import ENDS, make_hands, make_listed
from tests.factories.catalogue import START, make_maker, make_offer, make_stamp
from tests.factories.inspections import OFFICIAL, fail, paper


@pytest.fixture(autouse=True)
def its_clock(app):
    """Reactions to events ask the application what time it is."""
    with app.app_context():
        yield


@pytest.fixture
def offer(session):
    return make_offer(session)


@pytest.fixture
def hands(session, offer):
    return make_hands(session, offer)


@pytest.fixture
def listed(session, offer, hands):
    return make_listed(session, offer, hands)


def seen(session, entry, now=START):
    session.expire_all()
    return queries.get_public(session, entry, now)


def acts(session, entry):
    return [one.action for one in queries.history_of(session, entry)]


def test_a_published_failure_puts_it_out_at_once(session, offer, hands, listed, clock):
    clock.advance(hours=3)
    fail(session, offer, clock.now())
    view = seen(session, listed, clock.now())
    assert (view.state, view.exit_cause) == (EntryState.EXITED, "spot_check_failed")
    assert view.exited_at == clock.now()
    step = queries.history_of(session, listed)[-1]
    assert (step.action, step.level, step.cause) == ("exit", "system", "spot_check_failed")
    told = session.scalars(
        select(Message.kind).where(Message.account_id == hands.maker.account_id)
    ).all()
    assert "adoption_exited" in told
    fail(session, offer, clock.now())
    assert service.settle(session, clock.now()) == 0
    assert acts(session, listed).count("exit") == 1  # once, however often


def test_an_upheld_objection_lets_it_ask_back_and_the_city_alone_decides(
    session, offer, hands, listed
):
    check = fail(session, offer)
    with pytest.raises(GateShut):
        service.ask_back(session, hands.maker, listed, ENDS, now=START)
    inspections.appeal(session, offer.actor, offer.maker.id, check, "留样合格", paper(), now=START)
    (made,) = inspection_queries.appeals_of(session, check)
    inspections.decide_appeal(session, OFFICIAL, check, made.id, "合格", upheld=True, now=START)
    assert seen(session, listed).state is EntryState.EXITED  # nothing comes back by itself
    service.ask_back(session, hands.maker, listed, ENDS, now=START)
    assert seen(session, listed).state is EntryState.RETURNING
    with pytest.raises(NotCityLevel):
        service.readmit(session, hands.province, listed, now=START)
    service.refuse(session, hands.city, listed, "先看现场", now=START)
    assert seen(session, listed).state is EntryState.EXITED
    service.ask_back(session, hands.city, listed, ENDS, now=START)
    with pytest.raises(SameHands):
        service.readmit(session, hands.city, listed, now=START)
    service.readmit(session, hands.colleague, listed, "看过现场", now=START)
    view = seen(session, listed)
    assert (view.state, view.exit_cause, view.exited_at) == (EntryState.LISTED, "", None)
    assert acts(session, listed)[3:] == [
        "exit", "ask_back", "not_readmit", "ask_back", "readmit",
    ]  # fmt: skip


def test_a_failure_while_it_asks_back_keeps_it_out(session, offer, hands, listed, clock):
    certification.suspend(session, hands.operator, offer.certificate.id, "整改", now=START)
    assert seen(session, listed).exit_cause == "certificate_suspended"
    certification.reinstate(session, hands.operator, offer.certificate.id, "整改好了", now=START)
    service.ask_back(session, hands.maker, listed, ENDS, now=START)
    fail(session, offer)
    with pytest.raises(GateShut):
        service.readmit(session, hands.city, listed, now=START)
    with pytest.raises(NotWaiting):
        service.pass_first(session, hands.city, listed, now=START)


def test_the_clock_ends_it_at_midnight_without_any_job(session, clock):
    maker = make_maker(session)
    offer = make_offer(session, maker, make_stamp(session, maker, valid_to=date(2026, 12, 31)))
    hands = make_hands(session, offer)
    entry = make_listed(session, offer, hands, ends_on=date(2026, 12, 31))
    last = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)
    midnight = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
    assert seen(session, entry, last).is_listed
    view = seen(session, entry, midnight + timedelta(hours=5))
    assert (view.state, view.exited_at) == (EntryState.EXITED, midnight)
    listed = Asked(state="listed")
    assert queries.list_public(session, listed, last).total == 1
    assert queries.list_public(session, listed, midnight).total == 0
    assert queries.list_public(session, Asked(state="exited"), midnight).total == 1
    later = midnight + timedelta(days=2)
    clock.set(later)
    assert service.settle(session, later) == 1
    view = seen(session, entry, later)
    assert view.exited_at == midnight  # when it was over, not when somebody wrote it down
    assert acts(session, entry)[-1] == "exit"
    assert service.settle(session, later) == 0


def test_its_own_last_day_ends_it_before_the_certificate(session, offer, hands, clock):
    entry = make_listed(session, offer, hands, ends_on=date(2026, 12, 1))
    over = datetime(2026, 12, 1, 16, 0, tzinfo=UTC)
    assert seen(session, entry, over - timedelta(seconds=1)).is_listed
    view = seen(session, entry, over)
    assert (view.state, view.exit_cause, view.exited_at) == (EntryState.EXITED, "ends_on", over)
    clock.set(over + timedelta(days=1))
    with pytest.raises(EndsTooLate):
        service.ask_back(session, hands.maker, entry, date(2030, 1, 1), now=clock.now())
    service.ask_back(session, hands.maker, entry, date(2028, 12, 31), now=clock.now())
    assert acts(session, entry)[-2:] == ["exit", "ask_back"]  # asking wrote the exit down
    service.readmit(session, hands.city, entry, now=clock.now())
    view = seen(session, entry, clock.now())
    assert (view.is_listed, view.ends_on) == (True, date(2028, 12, 31))


def test_a_renewed_certificate_does_not_let_it_slip_back(session, clock):
    maker = make_maker(session)
    stamp = make_stamp(session, maker, valid_to=date(2026, 12, 31))
    offer = make_offer(session, maker, stamp)
    hands = make_hands(session, offer)
    entry = make_listed(session, offer, hands, ends_on=date(2026, 12, 31))
    clock.set(datetime(2027, 1, 5, tzinfo=UTC))
    stamp.valid_to = date(2029, 12, 31)  # extended while no job had run
    session.flush()
    catalogue_refresh(session, offer, clock.now())
    view = seen(session, entry, clock.now())
    assert view.state is EntryState.EXITED
    assert view.exited_at == datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
    service.ask_back(session, hands.maker, entry, date(2029, 12, 31), now=clock.now())
    service.readmit(session, hands.city, entry, now=clock.now())
    assert seen(session, entry, clock.now()).is_listed


def catalogue_refresh(session, offer, now):
    catalogue.hold_product(session, offer.product_id, now)
    catalogue.lift_hold(session, offer.product_id, now)


def test_suspended_makers_and_archived_goods_leave(session, offer, hands, listed):
    other = make_offer(session, offer.maker, offer.certificate)
    second = make_listed(session, other, hands)
    catalogue.archive_product(session, offer.actor, offer.product_id, START)
    assert seen(session, listed).exit_cause == "product_archived"
    sellers.suspend(session, hands.operator, offer.maker.id, "整改", now=START)
    assert seen(session, second).exit_cause == "maker_suspended"
    accounts.load_actor(session, hands.maker.account_id)


def test_only_what_has_left_asks_back(session, offer, hands, listed):
    with pytest.raises(NotExited):
        service.ask_back(session, hands.maker, listed, ENDS, now=START)


def test_goods_that_are_not_adopted_cost_one_question_and_no_step(session, offer):
    fail(session, offer)
    assert session.scalars(select(AdoptionEntry.id)).all() == []
    assert session.scalars(select(AdoptionStep.id)).all() == []
