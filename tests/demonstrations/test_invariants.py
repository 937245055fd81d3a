"""What `flask audit` says of demonstration projects: nothing, until something is planted."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from market.audit import queries as audit
from market.audit.models import AuditEvent
from market.demonstrations import invariants, service
from market.demonstrations.models import (
    DemonstrationLine,
    DemonstrationOrder,
    DemonstrationProject,
)
from market.orders.models import Order, OrderLine
from tests.factories.bundles import offer_eps
from tests.factories.demonstrations import make_project, make_public, make_staff
from tests.factories.orders import START


@pytest.fixture
def staff(session):
    return make_staff(session)


@pytest.fixture
def public(session, staff):
    return make_public(session, staff, offer_eps(session, stock=5000))


def found(session):
    session.flush()
    session.expire_all()
    return invariants.breaches(session, audit.counts(session, "demonstration"))


def plant(session, table, **values):
    session.flush()
    session.execute(update(table).values(values).execution_options(synchronize_session=False))


def test_projects_in_every_state_are_sound(session, staff, public):
    make_project(session, staff.county)
    board = offer_eps(session, stock=5000)
    gone = make_public(session, staff, board)
    service.withdraw(session, staff.county, gone, "农户搬走了", now=START)
    make_public(session, staff, board, 7)
    assert found(session) == []


def test_one_that_nobody_made_public_is_seen(session, public):
    plant(session, DemonstrationProject, published_at=None)
    assert found(session) == [f"demonstration {public}: public without the word of another hand"]


def test_one_without_an_approval_in_the_trail_is_seen(session, public):
    session.execute(delete(AuditEvent).where(AuditEvent.action == "demonstration.approve"))
    assert found(session) == [f"demonstration {public}: public, and the trail tells of no approval"]


@pytest.mark.parametrize(
    "values", [{"consent_by": ""}, {"consent_at": START + timedelta(seconds=1)}]
)
def test_goods_shown_before_anybody_agreed_are_seen(session, public, values):
    plant(session, DemonstrationOrder, **values)
    assert found(session) == [f"demonstration {public}: 1 orders shown before anybody agreed"]


def test_an_order_that_came_in_behind_the_trail_is_seen(session, public):
    session.execute(delete(AuditEvent).where(AuditEvent.action == "demonstration.add_order"))
    assert found(session) == [
        f"demonstration {public}: the trail does not tell who agreed to every order"
    ]


def test_one_without_any_goods_is_seen(session, public):
    session.execute(delete(DemonstrationLine))
    session.execute(delete(DemonstrationOrder))
    assert found(session) == [f"demonstration {public}: public without any order"]


def test_an_order_counted_nowhere_is_seen(session, public):
    plant(session, DemonstrationOrder, standing=False)
    (text,) = found(session)
    assert "it stands and its project does not, or the reverse" in text


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (DemonstrationLine, {"packs": 42, "amount_fen": 42 * 9000}),
        (DemonstrationLine, {"unit_price_fen": 1, "amount_fen": 41}),
        (DemonstrationLine, {"product_id": "0" * 20}),
        (OrderLine, {"shipped": 40}),
    ],
)
def test_a_bill_of_more_than_was_delivered_is_seen(session, public, table, values):
    plant(session, table, **values)
    (text,) = found(session)
    assert text.endswith("its bill has more than was delivered")


def test_goods_of_another_place_are_seen(session, public):
    plant(session, Order, region_code="510121001")
    (text,) = found(session)
    assert text.endswith("it went to another place")
