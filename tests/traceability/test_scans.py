"""Scans of codes: the first one, copies far away, many hands, what is kept of visitors."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from market.accounts import service as accounts
from market.kernel.actor import Actor
from market.kernel.region_code import RegionCode
from market.notifications.models import Message
from market.orders import service as orders
from market.orders.types import QuantityOf, Shipment
from market.traceability import invariants, queries, rules, service
from market.traceability.errors import (
    AlarmDecided,
    AlarmOutsideRegion,
    BatchWithdrawn,
    CodeMalformed,
    CodeNotFound,
    NobodyToTell,
    NoCodes,
    NoteMissing,
    ScansFull,
    ToldRecently,
    TooManyCodes,
)
from market.traceability.models import Recall, Scan, ScanAlarm, TraceCode
from market.traceability.types import CodesWanted, Decision, Level
from tests.factories.accounts import make_account
from tests.factories.batches import START, make_batch, make_code
from tests.factories.catalogue import make_offer
from tests.factories.market import pay
from tests.factories.orders import make_household, place, view

FUPING, CHENGDU = RegionCode("130624104"), RegionCode("510121")
HERE = Actor(account_id="here", roles=frozenset({"official"}), official_regions=(RegionCode("13"),))
ELSEWHERE = Actor(
    account_id="there", roles=frozenset({"official"}), official_regions=(RegionCode("44"),)
)


@pytest.fixture
def offer(session):
    return make_offer(session, stock=50)


@pytest.fixture
def batch(session, offer):
    return make_batch(session, offer.actor, offer.product_id)


@pytest.fixture
def code(session, offer, batch):
    return make_code(session, offer.actor, batch)


def scan(session, code, who, place=FUPING, at=START):
    return service.record_scan(session, code, who, place, now=at)


def alarms(session):
    return session.scalars(select(ScanAlarm).order_by(ScanAlarm.raised_at)).all()


def test_codes_are_made_in_bounded_numbers(session, offer, batch):
    assert service.make_codes(session, offer.actor, batch, CodesWanted(2, 3), now=START) == 9
    assert service.make_codes(session, offer.actor, batch, CodesWanted(1, 2), now=START) == 3
    page = queries.sheet(session, batch, 1)
    assert [(c.level.value, c.serial) for c in page.items] == [
        ("batch", 1), ("pallet", 1), ("unit", 1), ("unit", 2), ("unit", 3), ("pallet", 2),
        ("unit", 4), ("unit", 5), ("unit", 6), ("pallet", 3), ("unit", 7), ("unit", 8),
    ]  # fmt: skip
    for error, wanted in (
        (NoCodes, CodesWanted(0, 0)), (NoCodes, CodesWanted(-1, 5)),
        (TooManyCodes, CodesWanted(0, 5_001)), (TooManyCodes, CodesWanted(100, 50)),
    ):  # fmt: skip
        with pytest.raises(error):
            service.make_codes(session, offer.actor, batch, wanted, now=START)
    from market.batches import service as batches  # noqa: PLC0415

    batches.withdraw(session, offer.actor, batch, "受潮", now=START)
    with pytest.raises(BatchWithdrawn):
        service.make_codes(session, offer.actor, batch, CodesWanted(0, 1), now=START)


def test_looking_records_nothing_and_the_first_scan_is_the_first(session, code):
    page = queries.get_page(session, code.lower(), START, "zh")
    assert (page.code.scans, page.code.first_scanned_at) == (0, None)
    first = scan(session, code, "a")
    assert (first.is_new, first.is_first, first.scans) == (True, True, 1)
    again = scan(session, code, "a", at=START + timedelta(hours=1))
    assert (again.is_new, again.scans) == (False, 1)
    earlier = scan(session, code, "b", at=START - timedelta(seconds=1))  # was on its way longer
    assert (earlier.is_first, earlier.scans) == (False, 2)
    page = queries.get_page(session, code, START, "zh")
    assert page.code.first_scanned_at == START
    assert "阜平" in page.first_place
    assert invariants.breaches(session) == []
    row = session.get_one(TraceCode, code)
    row.scans = 7
    session.flush()
    assert len(invariants.breaches(session)) == 1


def test_unknown_codes_say_which_way_they_are_wrong(session, code):
    with pytest.raises(CodeMalformed):
        scan(session, "ABC", "a")
    unknown = "2" * rules.BODY
    with pytest.raises(CodeNotFound):
        scan(session, unknown + rules.check_character(unknown), "a")


def test_a_copy_far_away_raises_one_alarm_for_both_places_and_the_maker(session, offer, code):
    worker, official, stranger = (make_account(session).id for _ in range(3))
    accounts.grant_role(session, worker, "seller", offer.maker.id)
    accounts.grant_role(session, official, "official", "130624")
    accounts.grant_role(session, stranger, "official", "44")
    scan(session, code, "a")
    assert alarms(session) == []
    scan(session, code, "b", CHENGDU, START + timedelta(hours=2))
    scan(session, code, "c", CHENGDU, START + timedelta(hours=3))
    (alarm,) = alarms(session)
    assert (alarm.kind, alarm.county, alarm.other_county) == ("far", "510121", "130624")
    assert alarm.km > 1_000
    assert alarm.hours == 2
    told = {(m.account_id, m.kind) for m in session.query(Message)}
    assert {(worker, "scan_alarm_maker"), (official, "scan_alarm")} <= told
    assert stranger not in {who for who, _ in told}
    page = queries.list_alarms(session, HERE, "open", 1, "zh")
    assert [one.id for one in page.items] == [alarm.id]
    assert queries.list_alarms(session, ELSEWHERE, "open", 1, "zh").total == 0
    assert queries.get_page(session, code, START, "zh").alarms


def test_far_but_later_or_near_is_no_alarm(session, offer, batch):
    one, two = (make_code(session, offer.actor, batch) for _ in range(2))
    scan(session, one, "a")
    scan(session, one, "b", CHENGDU, START + timedelta(hours=49))
    scan(session, two, "a")
    scan(session, two, "b", RegionCode("130627"), START)  # the county beside
    scan(session, two, "c", None, START)  # nobody knows where
    assert {alarm.kind for alarm in alarms(session)} == {"many"}  # second hands, and no more


def test_the_second_person_raises_an_alarm_at_the_makers_place_and_the_rest_are_counted(
    session, offer, code
):
    worker = make_account(session).id
    accounts.grant_role(session, worker, "seller", offer.maker.id)
    scan(session, code, "a", None)
    assert alarms(session) == []
    scan(session, code, "b", None)
    scan(session, code, "b", None)  # the same person again
    (alarm,) = alarms(session)
    assert (alarm.kind, alarm.county, alarm.scans) == ("many", offer.maker.region_code[:6], 2)
    assert worker in {m.account_id for m in session.query(Message)}
    for who in "cde":
        scan(session, code, who, None)
    session.expire_all()
    assert [one.scans for one in alarms(session)] == [5]


def test_a_duplicate_found_in_order_is_raised_again_only_at_every_fifth(session, offer, code):
    official = Actor(
        account_id="x", roles=frozenset({"official"}), official_regions=(RegionCode("51"),)
    )
    for who in "ab":
        scan(session, code, who, None)
    (alarm,) = alarms(session)
    service.decide_alarm(session, official, alarm.id, "司机先扫的", Decision.GENUINE, now=START)
    for who in "cd":
        scan(session, code, who, None)
    assert len(alarms(session)) == 1
    scan(session, code, "e", None)
    assert len(alarms(session)) == 2


def test_who_scans_is_told_at_once_of_those_before(session, code):
    assert not queries.get_page(session, code, START, "zh", "a").is_doubtful
    scan(session, code, "a")
    assert not queries.get_page(session, code, START, "zh", "a").is_doubtful
    other = queries.get_page(session, code, START, "zh")
    assert (other.is_doubtful, other.others, other.is_suspicious) == (True, 1, False)
    scan(session, code, "b", CHENGDU)
    assert queries.get_page(session, code, START, "zh", "b").is_suspicious


def test_pallets_and_papers_pass_through_many_hands(session, offer, batch):
    service.make_codes(session, offer.actor, batch, CodesWanted(1, 1), now=START)
    codes = {c.level: c.code for c in queries.sheet(session, batch, 1).items}
    for level, most in ((Level.PALLET, 19), (Level.BATCH, 40)):
        for number in range(most):
            scan(session, codes[level], f"v{number}", None)
        assert not queries.get_page(session, codes[level], START, "zh").is_doubtful
    assert alarms(session) == []
    scan(session, codes[Level.PALLET], "last", None)
    assert [one.scans for one in alarms(session)] == [20]


def test_a_counterfeit_is_shown_to_everyone_who_scans(session, code):
    scan(session, code, "a")
    scan(session, code, "b", CHENGDU)
    (alarm,) = alarms(session)
    with pytest.raises(AlarmOutsideRegion):
        service.decide_alarm(session, ELSEWHERE, alarm.id, "假", Decision.COUNTERFEIT, now=START)
    with pytest.raises(NoteMissing):
        service.decide_alarm(session, HERE, alarm.id, " ", Decision.COUNTERFEIT, now=START)
    service.decide_alarm(session, HERE, alarm.id, "标签是复印的", Decision.COUNTERFEIT, now=START)
    with pytest.raises(AlarmDecided):
        service.decide_alarm(session, HERE, alarm.id, "真", Decision.GENUINE, now=START)
    page = queries.get_page(session, code, START, "zh")
    assert page.code.counterfeit_at == START
    assert page.alarms == ()


def test_a_code_takes_only_so_many_scans(session, code, monkeypatch):
    monkeypatch.setattr(rules, "MOST_SCANS", 2)
    scan(session, code, "a")
    scan(session, code, "b")
    with pytest.raises(ScansFull):
        scan(session, code, "c")


def test_marks_of_visitors_go_and_the_scans_stay(session, code):
    scan(session, code, "a")
    scan(session, code, "b", at=START + timedelta(days=30))
    assert service.forget_visitors(session, now=START + timedelta(days=91)) == 1
    session.expire_all()
    marks = session.scalars(select(Scan.visitor).order_by(Scan.at)).all()
    assert marks == [None, "b"]
    assert invariants.breaches(session) == []


def test_a_recall_reaches_who_got_the_batch_once_a_day(session, offer, batch):
    words = "这批强度不够，先别用"
    with pytest.raises(NobodyToTell):
        service.recall_as_maker(session, offer.actor, batch, words, now=START)
    buyer = make_household(session)
    order = view(session, place(session, buyer, (offer, 1)).id)
    pay(session, order.id)
    part = order.seller_orders[0]
    line = part.lines[0].id
    parcel = Shipment((QuantityOf(line, 1),), "老王", batches={line: batch})
    orders.ship(session, part.id, parcel, offer.actor, START)
    assert service.recall_as_maker(session, offer.actor, batch, words, now=START) == 1
    with pytest.raises(ToldRecently):
        service.recall_as_maker(session, offer.actor, batch, words, now=START)
    assert service.recall_as_official(session, HERE, batch, words, now=START) == 1
    with pytest.raises(NobodyToTell):
        service.recall_as_official(session, ELSEWHERE, batch, words, now=START)
    told = [m for m in session.query(Message) if m.kind == "batch_recalled"]
    assert [m.account_id for m in told] == [buyer.account_id] * 2
    assert session.query(Recall).count() == 2
    seen = queries.reach_for_official(session, HERE, batch, "zh")
    assert (seen.reach.buyers, len(seen.recalls)) == (1, 2)
    assert queries.reach_for_official(session, ELSEWHERE, batch, "zh").places == ()
