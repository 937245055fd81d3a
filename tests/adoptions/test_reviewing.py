"""Two reviews by two levels, and what is over stays as it is."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from market.adoptions import queries, service
from market.adoptions.errors import (
    AdoptionNotFound,
    AlreadyThere,
    EndsTooLate,
    EndsTooSoon,
    Final,
    GateShut,
    NoCertificate,
    NotAsked,
    NotCityLevel,
    NotItsMaker,
    NotListed,
    NotProvinceLevel,
    NotWaiting,
    OutsideYourRegion,
    ReasonMissing,
    RegionTooSmall,
    SameHands,
)
from market.adoptions.models import AdoptionEntry
from market.adoptions.types import EntryState
from market.audit import queries as audit
from market.kernel.actor import Actor
from market.kernel.region_code import RegionCode
from market.notifications.models import Message
from tests.factories.adoptions import (
    ENDS,
    HOME,
    make_hands,
    make_listed,
    make_passed,
    make_proposal,
    make_proposed,
    proof,
)
from tests.factories.catalogue import START, attach_report, make_maker, make_offer, make_product
from tests.factories.inspections import fail


@pytest.fixture
def offer(session, app):
    return make_offer(session)


@pytest.fixture
def hands(session, offer):
    return make_hands(session, offer)


def state(session, entry_id, now=START):
    row = session.get(AdoptionEntry, entry_id)
    return queries.view_of(row, now).state


def told(session, actor):
    return set(session.scalars(select(Message.kind).where(Message.account_id == actor.account_id)))


def test_city_then_province_then_it_is_public(session, offer, hands):
    entry = make_proposed(session, offer, hands)
    with pytest.raises(AdoptionNotFound):
        queries.get_public(session, entry, START)
    assert "adoption_waits_city" in told(session, hands.city)
    assert told(session, hands.province) == set()
    service.pass_first(session, hands.city, entry, "齐全", now=START)
    assert "adoption_waits_province" in told(session, hands.province)
    number = service.pass_second(session, hands.province, entry, "同意", now=START)
    assert number == "CX51-2026-0001"
    view = queries.get_public(session, entry, START)
    assert (view.state, view.number, view.ends_on) == (EntryState.LISTED, number, ENDS)
    history = queries.history_of(session, entry)
    assert [(one.action, one.level, one.who) for one in history] == [
        ("propose", "maker", offer.maker.name), ("pass_first", "city", "市"),
        ("pass_second", "province", "省"),
    ]  # fmt: skip
    assert view.sources["ends_on"].kind == "seller"
    assert view.sources["starts_on"].who == "省"
    assert {"adoption_passed", "adoption_listed"} <= told(session, hands.maker)
    assert audit.counts(session, "adoption")[entry, "adoption.pass_second"] == 1
    assert queries.breaches(session, audit.counts(session, "adoption")) == []


def test_numbers_go_on_by_province_and_year(session, hands, offer):
    first = make_listed(session, offer, hands)
    numbers = []
    for taken in ("CX51-2026-0001", "CX51-2026-0041", "CX51-2026-9999"):
        session.get(AdoptionEntry, first).number = taken
        session.flush()
        other = make_offer(session, offer.maker, offer.certificate)
        entry = make_listed(session, other, hands)
        numbers.append(queries.get_public(session, entry, START).number)
    assert numbers == ["CX51-2026-0002", "CX51-2026-0042", "CX51-2026-10000"]


def test_levels_are_apart_and_nobody_acts_twice(session, offer, hands):
    entry = make_proposed(session, offer, hands)
    for actor, error in (
        (hands.county, NotCityLevel), (hands.province, NotCityLevel),
        (hands.far, OutsideYourRegion), (hands.maker, OutsideYourRegion),
    ):  # fmt: skip
        with pytest.raises(error):
            service.pass_first(session, actor, entry, now=START)
    with pytest.raises(NotWaiting):
        service.pass_second(session, hands.province, entry, now=START)
    service.pass_first(session, hands.operator, entry, now=START)
    with pytest.raises(SameHands):  # the platform stands in at one level only
        service.pass_second(session, hands.operator, entry, now=START)
    with pytest.raises(NotProvinceLevel):
        service.pass_second(session, hands.city, entry, now=START)
    both = Actor(
        account_id=hands.city.account_id, roles=frozenset({"official"}),
        official_regions=(RegionCode("5101"), RegionCode("51")),
    )  # fmt: skip
    service.pass_second(session, both, entry, now=START)  # another person than the first


def test_one_person_of_two_offices_does_not_review_twice(session, offer, hands):
    entry = make_passed(session, offer, hands)
    both = Actor(
        account_id=hands.city.account_id, official_regions=(RegionCode("5101"), RegionCode("51"))
    )
    with pytest.raises(SameHands):
        service.pass_second(session, both, entry, now=START)


def test_an_official_proposes_and_a_colleague_reviews(session, offer, hands):
    entry = service.propose_for(
        session, hands.city, offer.product_id, make_proposal(), proof(), now=START
    )
    with pytest.raises(SameHands):
        service.pass_first(session, hands.city, entry, now=START)
    service.pass_first(session, hands.colleague, entry, now=START)
    service.pass_second(session, hands.province, entry, now=START)
    assert queries.get_public(session, entry, START).sources["use_scope"].kind == "official"
    with pytest.raises(OutsideYourRegion):
        service.propose_for(
            session, hands.far, make_offer(session).product_id, make_proposal(), proof(), now=START
        )


def test_what_cannot_be_proposed(session, offer, hands):
    other = make_offer(session)

    def propose(product_id=offer.product_id, **overrides):
        service.propose(
            session, hands.maker, product_id, make_proposal(**overrides), proof(), now=START
        )

    with pytest.raises(NotItsMaker):
        propose(other.product_id)
    with pytest.raises(EndsTooLate) as late:
        propose(ends_on=date(2029, 1, 1))
    assert late.value.field == "ends_on"
    with pytest.raises(EndsTooSoon):
        propose(ends_on=date(2026, 11, 22))
    for wrong in (RegionCode("51"), RegionCode("5199")):
        with pytest.raises(RegionTooSmall):
            propose(region=wrong)
    fail(session, offer)
    with pytest.raises(GateShut):
        propose()
    with pytest.raises(AdoptionNotFound):
        propose("0" * 20)
    maker = make_maker(session)
    plain = make_product(session, maker, kind_code="X01", standard="GB 1")
    attach_report(session, plain, maker)
    with pytest.raises(AdoptionNotFound):  # never published
        propose(plain)
    assert session.scalar(select(func.count()).select_from(AdoptionEntry)) == 0


def test_one_standing_entry_for_a_product_and_a_province(session, offer, hands):
    first = make_proposed(session, offer, hands)
    with pytest.raises(AlreadyThere):
        make_proposed(session, offer, hands)
    elsewhere = make_proposed(session, offer, hands, region=RegionCode("130624"))
    assert elsewhere != first
    service.refuse(session, hands.city, first, "材料不对", now=START)
    assert make_proposed(session, offer, hands)  # what was refused is over: another try


def test_a_question_an_answer_and_a_refusal(session, offer, hands):
    entry = make_passed(session, offer, hands)
    with pytest.raises(ReasonMissing):
        service.ask(session, hands.province, entry, " ", now=START)
    service.ask(session, hands.province, entry, "文号是哪年的？", now=START)
    assert state(session, entry) is EntryState.SECOND_ASKED
    assert queries.asked_of_seller(session, offer.maker.id) == 1
    with pytest.raises(NotWaiting):
        service.pass_second(session, hands.province, entry, now=START)
    with pytest.raises(AdoptionNotFound):
        service.answer(session, hands.city, entry, "今年", now=START)
    service.answer(session, hands.maker, entry, "今年的", now=START)
    with pytest.raises(NotAsked):
        service.answer(session, hands.maker, entry, "今年的", now=START)
    with pytest.raises(ReasonMissing):
        service.refuse(session, hands.province, entry, "", now=START)
    service.refuse(session, hands.province, entry, "重复", now=START)
    assert state(session, entry) is EntryState.REFUSED
    assert "adoption_refused" in told(session, hands.maker)


def test_what_is_over_stays_as_it_is(session, offer, hands):
    refused = make_proposed(session, offer, hands)
    service.refuse(session, hands.city, refused, "不对", now=START)
    withdrawn = make_proposed(session, offer, hands)
    service.withdraw(session, hands.maker, withdrawn, now=START)
    removed = make_listed(session, offer, hands)
    with pytest.raises(NotProvinceLevel):
        service.remove(session, hands.city, removed, "弄虚作假", now=START)
    service.remove(session, hands.province, removed, "弄虚作假", now=START)
    before = {key: queries.view_of(session.get(AdoptionEntry, key), START)
              for key in (refused, withdrawn, removed)}  # fmt: skip
    for entry in before:
        acts = [
            lambda e: service.pass_first(session, hands.city, e, now=START),
            lambda e: service.pass_second(session, hands.province, e, now=START),
            lambda e: service.ask(session, hands.city, e, "?", now=START),
            lambda e: service.refuse(session, hands.city, e, "x", now=START),
            lambda e: service.readmit(session, hands.city, e, now=START),
            lambda e: service.remove(session, hands.province, e, "x", now=START),
            lambda e: service.withdraw(session, hands.maker, e, now=START),
            lambda e: service.answer(session, hands.maker, e, "x", now=START),
            lambda e: service.ask_back(session, hands.maker, e, ENDS, now=START),
        ]
        for act in acts:
            with pytest.raises(Final):
                act(entry)
    fail(session, offer)
    after = {key: queries.view_of(session.get(AdoptionEntry, key), START) for key in before}
    assert after == before
    shown = queries.get_public(session, removed, START)
    assert (shown.state, shown.reason) == (EntryState.REMOVED, "弄虚作假")


def test_only_what_was_listed_is_removed(session, offer, hands):
    entry = make_passed(session, offer, hands)
    with pytest.raises(NotListed):
        service.remove(session, hands.province, entry, "x", now=START)


def test_the_province_may_shorten_but_not_outlast_the_certificate(session, offer, hands):
    entry = make_passed(session, offer, hands)
    with pytest.raises(EndsTooLate):
        service.pass_second(session, hands.province, entry, "", date(2029, 6, 1), now=START)
    service.pass_second(session, hands.province, entry, "", date(2026, 12, 31), now=START)
    view = queries.get_public(session, entry, START)
    assert (view.ends_on, view.sources["ends_on"].kind) == (date(2026, 12, 31), "official")


def test_a_shut_gate_stops_both_reviews(session, offer, hands):
    first = make_proposed(session, offer, hands)
    fail(session, offer)
    with pytest.raises(GateShut):
        service.pass_first(session, hands.city, first, now=START)
    assert state(session, first) is EntryState.FIRST


def test_the_database_keeps_three_hands_apart(session, offer, hands):
    entry = make_listed(session, offer, hands)
    row = session.get(AdoptionEntry, entry)
    row.second_by = row.first_by
    with pytest.raises(IntegrityError), session.begin_nested():
        session.flush()


def test_queues_hold_what_one_may_decide(session, offer, hands):
    before = START - timedelta(days=1)
    entry = make_proposed(session, offer, hands)

    def waits(actor):
        return queries.waiting(session, actor, before).waiting

    assert [waits(one) for one in (hands.city, hands.province, hands.county, hands.far)] == [
        1, 0, 0, 0,
    ]  # fmt: skip
    service.pass_first(session, hands.city, entry, now=START)
    assert [waits(one) for one in (hands.city, hands.province, hands.operator)] == [0, 1, 1]
    assert queries.counts_managed(session, hands.county, START)["waiting"] == 1  # seen, not decided
    assert queries.list_managed(session, hands.far, "waiting", START).total == 0
    with pytest.raises(OutsideYourRegion):
        queries.get_managed(session, hands.far, entry, START)
    assert HOME.digits == queries.get_managed(session, hands.county, entry, START).region.digits


def test_a_product_without_a_certificate_is_not_adopted(session, hands, offer):
    from market.catalogue.models import Product  # noqa: PLC0415

    session.get(Product, offer.product_id).certificate_id = None
    session.flush()
    with pytest.raises(NoCertificate):
        make_proposed(session, offer, hands)
