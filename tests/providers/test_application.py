"""Applying as a crew, and being reviewed."""

import pytest
from sqlalchemy import select

from market.accounts import service as accounts
from market.audit.models import AuditEvent
from market.kernel.actor import Actor
from market.kernel.errors import Forbidden, NotFound
from market.kernel.region_code import RegionCode
from market.providers import queries, service
from market.providers.errors import (
    AlreadyMember,
    ApplicationIncomplete,
    AreaAlreadyCovered,
    CapacityOutOfRange,
    CertificateNumberTaken,
    ProviderStateForbids,
    ReasonNeeded,
    UnknownArea,
    UnknownTrade,
)
from market.providers.types import ProviderState, Verdict
from tests.factories.accounts import make_actor
from tests.factories.providers import HOME, complete_application, make_application, make_provider


def official(*regions: str) -> Actor:
    return Actor(
        account_id="o" * 20,
        roles=frozenset({"official"}),
        official_regions=tuple(RegionCode(code) for code in regions),
    )


@pytest.fixture
def applied(session, now):
    actor = make_actor(session)
    provider_id = service.apply(session, actor, make_application(), now=now)
    return accounts.load_actor(session, actor.account_id), provider_id


def test_applying_gives_the_role_and_opens_the_file(session, applied):
    actor, provider_id = applied
    assert actor.provider_ids == {provider_id}
    assert queries.own_file(session, actor, provider_id).view.state == ProviderState.DRAFT


def test_one_person_applies_once(session, applied, now):
    actor, _ = applied
    with pytest.raises(AlreadyMember):
        service.apply(session, actor, make_application(), now=now)


@pytest.mark.parametrize(
    ("overrides", "error"),
    [
        ({"trades": ()}, UnknownTrade),
        ({"trades": ("wizard",)}, UnknownTrade),
        ({"region": "999999999"}, UnknownArea),
        ({"region": "12"}, None),
        ({"weekly_capacity": 0}, CapacityOutOfRange),
        ({"weekly_capacity": 51}, CapacityOutOfRange),
    ],
)
def test_what_cannot_be_applied_with(session, now, overrides, error):
    actor = make_actor(session)
    if error is None:
        assert service.apply(session, actor, make_application(**overrides), now=now)
    else:
        with pytest.raises(error):
            service.apply(session, actor, make_application(**overrides), now=now)


def test_an_incomplete_file_cannot_be_submitted_and_the_list_says_what_is_open(
    session, applied, now
):
    actor, provider_id = applied
    with pytest.raises(ApplicationIncomplete):
        service.submit(session, actor, provider_id, now=now)
    checklist = queries.own_file(session, actor, provider_id).checklist
    assert [item.code for item in checklist if not item.is_done] == [
        "areas", "roster", "identity", "training",
    ]  # fmt: skip


def test_the_way_to_approval(session, applied, now):
    actor, provider_id = applied
    complete_application(session, actor, provider_id, now)
    service.submit(session, actor, provider_id, now=now)
    judge = official("130624")
    service.decide(session, judge, provider_id, Verdict.ASK, "缺保险", now=now)
    assert queries.own_file(session, actor, provider_id).reason == "缺保险"
    service.submit(session, actor, provider_id, now=now)
    service.decide(session, judge, provider_id, Verdict.APPROVE, "", now=now)
    assert queries.get_provider(session, provider_id).is_approved
    found = queries.candidates(session, RegionCode(HOME), ["mason"])
    assert [one.provider_id for one in found] == [provider_id]
    rows = session.scalars(select(AuditEvent).where(AuditEvent.object_id == provider_id)).all()
    assert [row.action for row in rows] == ["provider.ask", "provider.approve"]


def test_a_suspended_crew_is_off_the_public_pages_and_out_of_routing(session, now):
    provider = make_provider(session)
    judge = official("13")
    with pytest.raises(ReasonNeeded):
        service.decide(session, judge, provider.id, Verdict.SUSPEND, " ", now=now)
    service.decide(session, judge, provider.id, Verdict.SUSPEND, "投诉", now=now)
    with pytest.raises(NotFound):
        queries.get_provider(session, provider.id)
    assert not queries.candidates(session, RegionCode(HOME), ["mason"])
    service.decide(session, judge, provider.id, Verdict.REINSTATE, "", now=now)
    assert queries.candidates(session, RegionCode(HOME), ["mason"])


def test_another_county_may_neither_see_nor_decide(session, now):
    provider = make_provider(session, state="submitted")
    stranger = official("130626")
    with pytest.raises(Forbidden):
        queries.get_file(session, stranger, provider.id)
    with pytest.raises(Forbidden):
        service.decide(session, stranger, provider.id, Verdict.APPROVE, "", now=now)
    assert not queries.list_for_review(session, stranger, ["submitted"]).items
    assert queries.list_for_review(session, official("1306"), ["submitted"]).total == 1


def test_the_transition_table_is_kept(session, now):
    provider = make_provider(session)
    with pytest.raises(ProviderStateForbids):
        service.decide(session, official("13"), provider.id, Verdict.APPROVE, "", now=now)


def test_someone_elses_file_is_not_found(session, applied, now):
    _, provider_id = applied
    other = make_actor(session)
    with pytest.raises(NotFound):
        queries.own_file(session, other, provider_id)
    with pytest.raises(NotFound):
        service.remove_area(session, other, provider_id, RegionCode("130624"))


def test_a_wider_area_swallows_the_ones_inside(session, applied):
    actor, provider_id = applied
    service.add_areas(session, actor, provider_id, [RegionCode(HOME), RegionCode("130626")])
    service.add_areas(session, actor, provider_id, [RegionCode("1306")])
    areas = queries.own_file(session, actor, provider_id).view.areas
    assert [area.digits for area in areas] == ["1306"]
    with pytest.raises(AreaAlreadyCovered):
        service.add_areas(session, actor, provider_id, [RegionCode(HOME)])


def test_a_certificate_number_stands_once_on_the_roster(session, applied, now):
    actor, provider_id = applied
    row = {"name": "王五", "trade": "mason", "now": now}
    service.add_craftsman(session, actor, provider_id, certificate_number="jj-1", **row)
    with pytest.raises(CertificateNumberTaken):
        service.add_craftsman(session, actor, provider_id, certificate_number="JJ-1", **row)


def test_without_ratings_there_is_no_figure(session, now):
    provider = make_provider(session)
    assert queries.get_provider(session, provider.id).rating.average_tenths is None
    assert service.rate(session, provider.id, "job1", 5, now=now)
    assert not service.rate(session, provider.id, "job1", 1, now=now)
    service.rate(session, provider.id, "job2", 4, now=now)
    rating = queries.get_provider(session, provider.id).rating
    assert (rating.count, rating.average_tenths) == (2, 45)
