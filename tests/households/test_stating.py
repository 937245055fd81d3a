"""Stating, objecting and deciding: who may, what it says to whom, what is kept."""

import json

import pytest
from sqlalchemy import func, select

from market.accounts import service as accounts
from market.audit.models import AuditEvent
from market.households import invariants, queries, service
from market.households.errors import (
    AlreadyDecided,
    HouseholdNotFound,
    ObjectedBefore,
    OutsideYourRegion,
    ReasonMissing,
    SeparatedBefore,
    StatedBefore,
    TownMissing,
)
from market.households.models import Household, HouseholdMember, HouseholdObjection
from market.kernel.actor import SYSTEM
from market.kernel.region_code import RegionCode
from market.notifications import service as inbox
from tests.factories.accounts import make_actor
from tests.factories.households import (
    NUMBER,
    SECRET,
    START,
    household_of,
    make_pair,
    make_stated,
    make_statement,
    member_of,
)

COUNTY = "130624"


@pytest.fixture(autouse=True)
def consistent(session):
    yield
    session.expire_all()
    assert invariants.breaches(session) == []


def told(session, actor):
    return [message.kind for message in inbox.list_messages(session, actor.account_id)]


def test_the_number_itself_is_kept_nowhere(session):
    make_stated(session)
    for table in (Household, HouseholdMember, HouseholdObjection, AuditEvent):
        for row in session.execute(select(*table.__table__.columns)):
            assert NUMBER not in repr(row)
    assert session.scalars(select(Household.last4)).one() == NUMBER[-4:]


def test_however_it_is_typed_it_is_one_household_and_who_was_there_is_told(session):
    first = make_stated(session)
    second = make_stated(session, number=" 1306-24015", town=RegionCode("130624103"))
    assert household_of(session, first) == household_of(session, second)
    assert told(session, first) == ["household_joined"]
    assert told(session, second) == []


def test_a_person_states_once(session):
    who = make_stated(session)
    with pytest.raises(StatedBefore):
        make_stated(session, who, number="999111222")


def test_a_household_lies_in_a_county(session):
    with pytest.raises(TownMissing):
        make_stated(session, town=RegionCode("1306"))


def test_who_came_later_is_named_by_a_letter_and_who_was_there_not_at_all(session):
    first, second = make_pair(session)
    (seen,) = queries.own(session, first.account_id).others
    assert seen.name == "张*"
    (seen,) = queries.own(session, second.account_id).others
    assert seen.name == ""


def test_an_objection_reaches_the_officials_of_the_place_and_nobody_else(session):
    near = make_actor(session, "official", COUNTY)
    far = make_actor(session, "official", "510124")
    first, second = make_pair(session)
    service.object_to(session, first, member_of(session, second), "不认识", START)
    assert told(session, near) == ["household_objected"]
    assert told(session, far) == []
    with pytest.raises(ObjectedBefore):
        service.object_to(session, first, member_of(session, second), "还是不认识", START)


def test_only_the_household_itself_objects_and_not_to_oneself(session):
    first, second = make_pair(session)
    stranger = make_stated(session, number="888777666")
    for who, about in ((stranger, second), (first, first)):
        with pytest.raises(HouseholdNotFound):
            service.object_to(session, who, member_of(session, about), "不是", START)
    with pytest.raises(ReasonMissing):
        service.object_to(session, first, member_of(session, second), " ", START)


@pytest.mark.parametrize(
    ("deed", "verdict"),
    [(service.confirm, "confirmed"), (service.separate, "separated"), (service.move_out, "moved")],
)
def test_an_office_decides_with_its_reason_and_both_sides_hear_of_it(session, deed, verdict):
    official = make_actor(session, "official", COUNTY)
    first, second = make_pair(session)
    member = member_of(session, second)
    service.object_to(session, first, member, "不认识", START)
    with pytest.raises(ReasonMissing):
        deed(session, official, member, "  ", START)
    deed(session, official, member, "看了户口簿原件", START)
    assert told(session, second)[0] == f"household_{verdict}"
    assert told(session, first)[0] == f"objection_{verdict}"
    event = session.scalars(
        select(AuditEvent).where(AuditEvent.action.startswith("household."))
    ).one()
    assert event.account_id == official.account_id
    assert event.after["reason"] == "看了户口簿原件"
    assert queries.brief(session, first.account_id).objections == 0
    with pytest.raises(AlreadyDecided):
        deed(session, official, member, "再来一次", START)


@pytest.mark.parametrize("deed", [service.confirm, service.separate, service.move_out])
@pytest.mark.parametrize(("role", "scope"), [("official", "510124"), ("household", "")])
def test_nobody_decides_outside_of_the_own_subtree(session, deed, role, scope):
    other = make_actor(session, role, scope)
    member = member_of(session, make_stated(session))
    with pytest.raises(OutsideYourRegion):
        deed(session, other, member, "想要", START)
    with pytest.raises(OutsideYourRegion):
        queries.get_for_review(session, other, household_of_member(session, member))
    assert queries.list_for_review(session, other, "stated").items == []


def household_of_member(session, member):
    return session.get_one(HouseholdMember, member).household_id


@pytest.mark.parametrize("deed", [service.separate, service.move_out])
def test_who_was_taken_out_does_not_come_back_alone_and_may_state_another(session, deed):
    _first, second = make_pair(session)
    deed(session, SYSTEM, member_of(session, second), "迁到县城", START)
    assert queries.own(session, second.account_id) is None
    with pytest.raises(SeparatedBefore):
        make_stated(session, second)
    make_stated(session, second, number="777666555")
    assert queries.own(session, second.account_id).last4 == "6555"


def test_the_lists_of_the_desk_hold_what_they_say(session):
    official = make_actor(session, "official", COUNTY)
    first, second = make_pair(session)
    alone = make_stated(session, number="555444333")
    service.object_to(session, first, member_of(session, second), "不认识", START)
    service.confirm(session, SYSTEM, member_of(session, alone), "看了原件", START)
    shared, single = household_of(session, first), household_of(session, alone)
    listed = {
        name: [row.id for row in queries.list_for_review(session, official, name).items]
        for name in queries.LISTS
    }
    assert listed == {
        "objected": [shared], "shared": [shared], "stated": [shared], "confirmed": [single],
    }  # fmt: skip
    assert queries.counts_for_review(session, official) == {
        name: len(ids) for name, ids in listed.items()
    }


def test_the_export_holds_it_and_deletion_takes_what_is_personal(session):
    who = make_stated(session)
    data = accounts.export_account(session, who.account_id, now=START)
    (stated,) = data["household"]["stated"]
    assert (stated["last4"], stated["head"]) == (NUMBER[-4:], "张三丰")
    assert NUMBER not in json.dumps(data)
    assert accounts.delete_account(session, who.account_id, now=START) == []
    session.expire_all()
    row = session.scalars(select(HouseholdMember)).one()
    assert (row.state, row.head, row.village) == ("gone", "", "")
    home = session.scalars(select(Household)).one()
    assert (home.last4, len(home.digest)) == ("", 64)
    again = make_stated(session)  # the same number is still the same household
    assert household_of(session, again) == home.id
    assert home.last4 == NUMBER[-4:]


def test_stating_needs_an_account(session):
    with pytest.raises(StatedBefore):
        service.state(session, SYSTEM, make_statement(), secret=SECRET, now=START)
    assert session.scalar(select(func.count()).select_from(HouseholdMember)) == 0
