"""Where adopted products went: by what arrived, and by records confirmed from above."""

from dataclasses import replace
from decimal import Decimal

import pytest

from market.adoptions import queries, service
from market.adoptions.errors import (
    AdoptionNotFound,
    NotListed,
    NotSuperior,
    NotWaiting,
    OutsideYourRegion,
    ProjectElsewhere,
    ReasonMissing,
    UnitUnknown,
    UsageNotFound,
    YearAhead,
)
from market.adoptions.types import UsageDraft
from market.demonstrations import service as demonstrations
from market.kernel.region_code import RegionCode
from tests.factories.accounts import make_actor
from tests.factories.adoptions import make_hands, make_listed, make_proposed, proof
from tests.factories.bundles import offer_eps
from tests.factories.catalogue import START, make_offer
from tests.factories.demonstrations import make_public, make_staff
from tests.factories.orders import TOWN

SCHOOL = UsageDraft("某乡中心小学", RegionCode("510121001"), 2026, Decimal("120.5"), "m2")
HALL = replace(SCHOOL, project_name="某村礼堂", quantity=Decimal(30), unit="piece", year=2025)


@pytest.fixture
def offer(session, app):
    return make_offer(session)


@pytest.fixture
def hands(session, offer):
    return make_hands(session, offer)


@pytest.fixture
def listed(session, offer, hands):
    return make_listed(session, offer, hands)


def uses(session, entry):
    return queries.uses_of_entry(session, queries.get_public(session, entry, START))


def record(session, actor, entry, draft=SCHOOL):
    return service.record_usage(session, actor, entry, draft, proof(), now=START)


def test_a_record_counts_once_somebody_above_has_seen_the_proof(session, hands, listed):
    made = record(session, hands.county, listed)
    assert uses(session, listed).items == ()
    for actor in (hands.county, make_actor(session, "official", "510121")):
        with pytest.raises(NotSuperior):
            service.approve_usage(session, actor, listed, made, now=START)
    with pytest.raises(OutsideYourRegion):
        service.approve_usage(session, hands.far, listed, made, now=START)
    assert queries.usages_waiting(session, hands.city, START).waiting == 1
    assert queries.usages_waiting(session, hands.county, START).waiting == 0
    service.approve_usage(session, hands.city, listed, made, now=START)
    (use,) = uses(session, listed).items
    assert (use.name_zh, use.quantity, use.unit) == ("某乡中心小学", Decimal("120.5"), "m2")
    with pytest.raises(NotWaiting):
        service.approve_usage(session, hands.city, listed, made, now=START)


def test_units_are_never_added(session, hands, listed):
    for draft in (SCHOOL, replace(SCHOOL, quantity=Decimal(10)), HALL):
        made = record(session, hands.county, listed, draft)
        service.approve_usage(session, hands.province, listed, made, now=START)
    found = uses(session, listed)
    assert found.totals == {"m2": Decimal("130.5"), "piece": Decimal(30)}
    assert [one.year for one in found.items] == [2026, 2026, 2025]


def test_refused_and_taken_away(session, hands, listed):
    made = record(session, hands.county, listed)
    with pytest.raises(ReasonMissing):
        service.refuse_usage(session, hands.city, listed, made, " ", now=START)
    service.refuse_usage(session, hands.city, listed, made, "看不清", now=START)
    again = record(session, hands.county, listed)
    service.approve_usage(session, hands.city, listed, again, now=START)
    with pytest.raises(NotSuperior):
        service.end_usage(session, hands.county, listed, again, "记错了", now=START)
    service.end_usage(session, hands.city, listed, again, "记错了", now=START)
    assert uses(session, listed).items == ()


def test_what_cannot_be_recorded(session, offer, hands, listed):
    for draft, error in (
        (replace(SCHOOL, region=TOWN), ProjectElsewhere),
        (replace(SCHOOL, region=RegionCode("5103")), ProjectElsewhere),
        (replace(SCHOOL, year=2027), YearAhead), (replace(SCHOOL, unit="ton"), UnitUnknown),
    ):  # fmt: skip
        with pytest.raises(error):
            record(session, hands.county, listed, draft)
    with pytest.raises(OutsideYourRegion):
        record(session, hands.far, listed)
    with pytest.raises(AdoptionNotFound):
        record(session, hands.county, "0" * 20)
    waiting = make_proposed(session, make_offer(session, offer.maker, offer.certificate), hands)
    with pytest.raises(NotListed):
        record(session, hands.county, waiting)
    with pytest.raises(UsageNotFound):
        service.approve_usage(session, hands.city, listed, "0" * 20, now=START)


def test_an_official_elsewhere_in_the_province_records_what_was_built_there(session, hands, listed):
    other = make_actor(session, "official", "5103")
    made = record(session, other, listed, replace(SCHOOL, region=RegionCode("510302")))
    with pytest.raises(OutsideYourRegion):  # not the city of the product's maker
        service.approve_usage(session, hands.city, listed, made, now=START)
    service.approve_usage(session, hands.province, listed, made, now=START)
    assert len(uses(session, listed).items) == 1


def test_what_arrived_at_public_projects_is_counted_by_itself(session, app):
    offer = offer_eps(session, stock=5000)
    hands = make_hands(session, offer, "130624")
    entry = make_listed(session, offer, hands, region=RegionCode("130624"))
    assert uses(session, entry).totals == {}
    staff = make_staff(session)
    project = make_public(session, staff, offer, 41)
    (use,) = uses(session, entry).items
    assert (use.demonstration_id, use.quantity) == (project, Decimal(123))
    assert use.region == TOWN
    demonstrations.withdraw(session, staff.county, project, "拆了", now=START)
    assert uses(session, entry).items == ()
