"""Officials record what really went into a house; somebody above them makes it public."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from market.audit.models import AuditEvent
from market.bundles.types import HouseAnswers
from market.demonstrations import queries, service
from market.demonstrations.errors import (
    ConsentMissing,
    DayAhead,
    EnergyBasisMissing,
    EnergyMissing,
    EnergySourceMissing,
    MeasureOutside,
    NoGoods,
    NotADraft,
    NothingDelivered,
    NotStanding,
    NotSuperior,
    NotWaiting,
    OrderElsewhere,
    OrderShownElsewhere,
    OrderThere,
    OrderUnknown,
    OutsideYourRegion,
    ProjectNotFound,
    ReasonMissing,
    SizeMissing,
    TownshipMissing,
    VisitThere,
)
from market.demonstrations.models import DemonstrationOrder, DemonstrationProject
from market.demonstrations.types import (
    Energy,
    EnergyBasis,
    Place,
    ProjectKind,
    ProjectState,
    Visit,
)
from market.kernel.region_code import RegionCode
from market.notifications.models import Message
from tests.factories.bundles import offer_eps
from tests.factories.demonstrations import (
    DRAFT,
    make_delivered,
    make_project,
    make_public,
    make_staff,
)
from tests.factories.orders import START, TOWN, make_household, place


@pytest.fixture
def staff(session):
    return make_staff(session)


@pytest.fixture
def offer(session):
    return offer_eps(session)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"house": HouseAnswers(numbers={"L": Decimal(60)})}, MeasureOutside),
        ({"kind": ProjectKind.FACILITY, "house": HouseAnswers()}, SizeMissing),
        ({"finished_on": START.date() + timedelta(days=2)}, DayAhead),
        ({"energy": Energy(before_kwh=900)}, EnergyBasisMissing),
        ({"energy": Energy(EnergyBasis.MEASURED)}, EnergyMissing),
        ({"energy": Energy(EnergyBasis.MEASURED, 900, None, " ")}, EnergySourceMissing),
    ],
)
def test_facts_that_cannot_be_are_refused(session, staff, change, error):
    with pytest.raises(error):
        make_project(session, staff.county, **change)


def test_a_greenhouse_may_be_longer_than_a_house(session, staff):
    long = HouseAnswers(numbers={"L": Decimal(60), "W": Decimal(8)}, areas={})
    project_id = make_project(session, staff.county, kind=ProjectKind.FACILITY, house=long)
    assert queries.get_managed(session, staff.county, project_id).draft.house == long


def test_only_officials_of_the_place_record_and_change(session, staff):
    for region, error in ((TOWN, OutsideYourRegion), (RegionCode("51"), TownshipMissing)):
        with pytest.raises(error):
            service.record(session, staff.far, region, DRAFT, now=START)
    project_id = make_project(session, staff.county)
    for act in (service.submit, service.take_back):
        with pytest.raises(OutsideYourRegion):
            act(session, staff.far, project_id, now=START)
    with pytest.raises(OutsideYourRegion):
        service.rewrite(session, staff.far, project_id, DRAFT, now=START)
    with pytest.raises(OutsideYourRegion):
        service.withdraw(session, staff.far, project_id, "错了", now=START)
    with pytest.raises(OutsideYourRegion):
        queries.get_managed(session, staff.far, project_id)
    with pytest.raises(ProjectNotFound):
        queries.get_managed(session, staff.county, "0" * 20)
    assert queries.list_managed(session, staff.far, "draft").total == 0
    assert queries.list_managed(session, staff.province, "draft").total == 1
    service.rewrite(session, staff.county, project_id, replace(DRAFT, work_days=12), now=START)
    assert queries.get_managed(session, staff.county, project_id).draft.work_days == 12


def test_the_bill_is_what_arrived_of_real_orders(session, staff, offer):
    household = make_household(session)
    code = make_delivered(session, (offer, 40), household=household)
    project_id = make_project(session, staff.county)

    def add(number, consented=True, to=project_id, by=staff.county):
        service.add_order(session, by, to, number, consented, now=START)

    with pytest.raises(ConsentMissing):
        add(code, consented=False)
    with pytest.raises(OrderUnknown):
        add("XX000")
    waiting = place(session, make_household(session), (offer, 2), payment_method="bank_transfer",
                    idempotency_key="second-submission")  # fmt: skip
    with pytest.raises(NothingDelivered):
        add(waiting.code)
    elsewhere = service.record(session, staff.far, RegionCode("510121001"), DRAFT, now=START)
    with pytest.raises(OrderUnknown):  # of a place that is not theirs: as if it were not there
        add(code, to=elsewhere, by=staff.far)
    neighbour = service.record(session, staff.county, RegionCode("130624101"), DRAFT, now=START)
    with pytest.raises(OrderElsewhere):
        add(code, to=neighbour)
    add(f" {code.lower()} ")
    with pytest.raises(OrderThere):
        add(code)
    other = make_project(session, staff.county)
    with pytest.raises(OrderShownElsewhere):
        add(code, to=other)
    seen = queries.get_managed(session, staff.county, project_id)
    [line] = seen.bill
    assert (line.product_id, line.material_key, line.quantity) == (
        offer.product_id, "eps80", Decimal(120),
    )  # fmt: skip
    assert (line.unit_price_fen, seen.goods_fen, line.place) == (9000, 360_000, Place.OTHER)
    [order] = seen.orders
    assert (order.code, order.consent_by, order.consent_at) == (code, "county", START)
    told = session.scalars(select(Message.kind).where(Message.account_id == household.account_id))
    assert "demonstration_order" in set(told)
    service.place_goods(session, staff.county, project_id, {line.id: Place.WALL}, now=START)
    assert queries.get_managed(session, staff.county, project_id).bill[0].place is Place.WALL
    with pytest.raises(ProjectNotFound):
        service.remove_order(session, staff.county, other, order.id, now=START)
    service.remove_order(session, staff.county, project_id, order.id, now=START)
    assert queries.get_managed(session, staff.county, project_id).bill == ()
    add(code, to=other)


def test_it_is_public_only_by_the_word_of_somebody_above(session, staff, offer):
    project_id = make_project(session, staff.county)
    with pytest.raises(NoGoods):
        service.submit(session, staff.county, project_id, now=START)
    code = make_delivered(session, (offer, 40))
    service.add_order(session, staff.county, project_id, code, True, now=START)
    with pytest.raises(NotWaiting):
        service.approve(session, staff.province, project_id, now=START)
    service.submit(session, staff.county, project_id, now=START)
    people = (staff.county, staff.colleague, staff.province, staff.operator, staff.far)
    waiting = [queries.waiting(session, who, START).waiting for who in people]
    assert waiting == [0, 0, 1, 1, 0]
    with pytest.raises(NotADraft):
        service.rewrite(session, staff.county, project_id, DRAFT, now=START)
    for who in (staff.county, staff.colleague):
        with pytest.raises(NotSuperior):
            service.approve(session, who, project_id, now=START)
    with pytest.raises(OutsideYourRegion):
        service.approve(session, staff.far, project_id, now=START)
    with pytest.raises(ReasonMissing):
        service.refuse(session, staff.province, project_id, " ", now=START)
    service.refuse(session, staff.province, project_id, "照片不清楚", now=START)
    seen = queries.get_managed(session, staff.county, project_id)
    assert (seen.state, seen.reason) == (ProjectState.DRAFT, "照片不清楚")
    with pytest.raises(ProjectNotFound):
        queries.get_shown(session, project_id)
    service.submit(session, staff.county, project_id, now=START)
    service.take_back(session, staff.colleague, project_id, now=START)
    service.submit(session, staff.colleague, project_id, now=START)
    with pytest.raises(NotSuperior):  # who recorded it does not approve it either
        service.approve(
            session,
            replace(staff.province, account_id=staff.county.account_id),
            project_id,
            now=START,
        )
    service.approve(session, staff.province, project_id, "好", now=START)
    assert queries.list_public(session).items[0].goods_fen == 360_000
    assert queries.list_public(session, "house").total == 0
    assert queries.get_public(session, project_id).published_at == START
    acts = session.scalars(
        select(AuditEvent.action).where(AuditEvent.object_id == project_id).order_by(AuditEvent.id)
    )
    assert list(acts)[-1] == "demonstration.approve"


def test_what_the_operator_records_another_operator_approves(session, staff, offer):
    project_id = make_project(session, staff.operator)
    code = make_delivered(session, (offer, 5))
    service.add_order(session, staff.operator, project_id, code, True, now=START)
    service.submit(session, staff.operator, project_id, now=START)
    for who in (staff.operator, staff.province):
        with pytest.raises(NotSuperior):
            service.approve(session, who, project_id, now=START)
    service.approve(session, staff.other_operator, project_id, now=START)
    assert queries.list_public(session).total == 1


def test_the_database_refuses_one_pair_of_eyes(session, staff):
    project_id = make_project(session, staff.county)
    row = session.get_one(DemonstrationProject, project_id)
    row.state, row.submitted_by, row.decided_by = "public", "one", "one"
    with pytest.raises(IntegrityError), session.begin_nested():
        session.flush()
    session.expire_all()


def test_a_withdrawn_project_says_why_and_frees_its_orders(session, staff, offer):
    project_id = make_public(session, staff, offer)
    code = queries.get_public(session, project_id).orders[0].code
    with pytest.raises(ReasonMissing):
        service.withdraw(session, staff.county, project_id, "", now=START)
    service.withdraw(session, staff.county, project_id, "农户不同意了", now=START)
    with pytest.raises(NotStanding):
        service.withdraw(session, staff.county, project_id, "再来", now=START)
    with pytest.raises(ProjectNotFound):
        queries.get_public(session, project_id)
    assert queries.get_shown(session, project_id).reason == "农户不同意了"
    again = make_project(session, staff.county)
    service.add_order(session, staff.county, again, code, True, now=START)
    assert session.scalar(select(DemonstrationOrder.standing).where(
        DemonstrationOrder.project_id == again)) is True  # fmt: skip


def test_visits_are_counted_by_the_day(session, staff, offer):
    project_id = make_public(session, staff, offer)
    day = date(2026, 11, 20)
    service.record_visit(session, staff.county, project_id, Visit("", day, 30), now=START)
    with pytest.raises(VisitThere):
        service.record_visit(session, staff.county, project_id, Visit("", day, 30), now=START)
    ahead = Visit("", date(2026, 12, 1), 3)
    with pytest.raises(DayAhead):
        service.record_visit(session, staff.county, project_id, ahead, now=START)
    service.record_visit(
        session, staff.county, project_id, Visit("", date(2026, 11, 21), 5), now=START
    )
    seen = queries.get_public(session, project_id)
    assert (seen.visitors, seen.visits[0].people) == (35, 5)
