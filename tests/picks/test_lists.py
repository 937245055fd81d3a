"""Who may recommend what, for how long, and what becomes of it when nobody may sell it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from market.audit.models import AuditEvent
from market.catalogue import service as catalogue
from market.kernel.actor import SYSTEM, Actor
from market.kernel.region_code import RegionCode
from market.notifications.models import Message
from market.notifications.texts import words
from market.picks import errors, queries, service
from market.picks.models import CountyPurchase, LocalPick
from market.picks.types import MOST, PickDraft
from market.sellers.models import SellerArea
from tests.factories.accounts import make_actor
from tests.factories.catalogue import START, make_maker, make_offer
from tests.factories.orders import TOWN

COUNTY, CITY = RegionCode("130624"), RegionCode("1306")
UNTIL = date(2026, 12, 31)


def official(region=COUNTY):
    return Actor(
        account_id="o", roles=frozenset({"official"}), official_regions=(region,),
        display_name="阜平县住建局",
    )  # fmt: skip


def draft(**overrides):
    values = {"region": COUNTY, "reason": "本县厂家，坏了好换", "until_on": UNTIL, **overrides}
    return PickDraft(**values)


@pytest.fixture
def offer(session):
    return make_offer(session, make_maker(session), stock=10)


def recommend(session, offer, actor=None, **overrides):
    return service.recommend(
        session, actor or official(), offer.product_id, draft(**overrides), now=START
    )


def write(session, row, **values):
    """Past every rule but the database's."""
    with session.begin_nested():
        for name, value in values.items():
            setattr(row, name, value)
        session.add(row)
        session.flush()


def at(session, place=TOWN, now=START, kind="G105"):
    return queries.favoured(session, place, now, kind)


def test_what_a_county_recommends_is_known_in_it_and_nowhere_else(session, offer):
    key = recommend(session, offer)
    (pick,) = at(session).picks.values()
    assert (pick.product_id, pick.office, pick.reason) == (
        offer.product_id, "阜平县住建局", "本县厂家，坏了好换",
    )  # fmt: skip
    assert at(session, COUNTY).picks
    assert at(session, kind=None).picks
    for elsewhere in (CITY, RegionCode("130623"), RegionCode("510121001"), None):
        assert not at(session, elsewhere)
    assert not at(session, kind="G304")
    acts = session.scalars(select(AuditEvent).where(AuditEvent.object_id == key)).all()
    assert [(act.action, act.region) for act in acts] == [("local_pick.add", "130624")]
    assert acts[0].after["reason"] == "本县厂家，坏了好换"


def test_above_a_county_it_holds_for_the_whole_subtree_and_the_nearest_goes_first(session, offer):
    recommend(session, offer, official(CITY), region=CITY, reason="全市都用")
    assert at(session).picks[offer.product_id].reason == "全市都用"
    recommend(session, offer, official(CITY), reason="本县更用")
    assert at(session).picks[offer.product_id].reason == "本县更用"
    assert at(session, RegionCode("130623")).picks[offer.product_id].reason == "全市都用"


@pytest.mark.parametrize(
    ("actor", "region"),
    [
        (official(RegionCode("130623")), COUNTY),
        (official(COUNTY), CITY),
        (official(RegionCode("130624104")), RegionCode("130624104")),
        (official(CITY), RegionCode("")),
        (SYSTEM, COUNTY),
    ],
)
def test_only_officials_of_the_region_recommend_and_never_the_platform(
    session, offer, actor, region
):
    with pytest.raises(errors.PickRegionNotYours):
        recommend(session, offer, actor, region=region)
    assert not session.scalar(select(LocalPick.id))


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"reason": "  "}, errors.PickReasonMissing),
        ({"reason": "长" * 61}, errors.PickReasonMissing),
        ({"until_on": START.date() - timedelta(days=1)}, errors.PickEndWrong),
        ({"until_on": START.date() + timedelta(days=400)}, errors.PickEndWrong),
    ],
)
def test_a_reason_and_an_end_are_asked_for(session, offer, wrong, refusal):
    with pytest.raises(refusal):
        recommend(session, offer, **wrong)


def test_only_what_is_on_sale_and_goes_anywhere_in_the_region(session, offer):
    for area in session.scalars(select(SellerArea)):
        area.prefix = "130624104"
    session.flush()
    with pytest.raises(errors.NotOnSaleThere, match="阜平县"):
        recommend(session, offer)
    for area in session.scalars(select(SellerArea)):
        area.prefix = "130624"
    session.flush()
    with pytest.raises(errors.NotOnSaleThere):
        recommend(session, offer, official(CITY), region=CITY)
    catalogue.hold_product(session, offer.product_id, START)
    with pytest.raises(errors.NotOnSaleThere):
        recommend(session, offer)
    catalogue.lift_hold(session, offer.product_id, START)
    assert recommend(session, offer)


def test_a_list_holds_twelve_of_a_kind_and_the_database_keeps_it(session):
    maker = make_maker(session)
    offers = [make_offer(session, maker, stock=1) for _number in range(MOST + 1)]
    keys = [recommend(session, offer) for offer in offers[:MOST]]
    with pytest.raises(errors.PicksFull):
        recommend(session, offers[MOST])
    with pytest.raises(errors.PickedAlready):
        recommend(session, offers[0])
    row = session.get(LocalPick, keys[0])
    for place in (row.place + 1, MOST + 1):
        with pytest.raises(IntegrityError):
            write(session, row, place=place)
        session.refresh(row)
    service.end(session, official(), keys[4], now=START)
    assert recommend(session, offers[MOST])
    assert len(at(session).picks) == MOST


def test_after_its_last_day_it_is_gone_and_makes_room(session, offer):
    recommend(session, offer, until_on=UNTIL)
    last, after = START + timedelta(days=39), START + timedelta(days=40)
    assert at(session, now=last).picks
    assert not at(session, now=after).picks
    again = draft(until_on=UNTIL + timedelta(days=60))
    assert service.recommend(session, official(), offer.product_id, again, now=after)
    lists = queries.counts(session, official(), after)
    assert lists == {"standing": 1, "lost": 0, "over": 1}


def test_taking_down_is_for_the_region_and_the_operator_and_is_recorded(session, offer):
    key = recommend(session, offer)
    with pytest.raises(errors.PickElsewhere):
        service.end(session, official(RegionCode("510121")), key, now=START)
    service.end(session, SYSTEM, key, now=START)
    assert not at(session).picks
    with pytest.raises(errors.PickNotFound):
        service.end(session, official(), key, now=START)
    acts = session.scalars(
        select(AuditEvent.action).where(AuditEvent.object_id == key).order_by(AuditEvent.id)
    )
    assert list(acts) == ["local_pick.add", "local_pick.end"]


def test_its_official_learns_once_that_nobody_may_sell_it(session, offer):
    mine, colleague = (make_actor(session, "official", "130624") for _number in range(2))
    recommend(session, offer, mine)
    assert service.check_picks(session, START) == 0
    catalogue.hold_product(session, offer.product_id, START)
    assert service.check_picks(session, START) == 1
    assert service.check_picks(session, START) == 0
    told = session.scalars(select(Message).where(Message.kind == "pick_lost")).all()
    assert [message.account_id for message in told] == [mine.account_id]
    title, text = words("pick_lost", told[0].params, "zh")
    assert "买不到了" in title
    assert "换一个或者撤下" in text
    waiting = queries.lost_waiting(session, colleague, START + timedelta(days=1), START)
    assert (waiting.waiting, waiting.late) == (1, 1)
    elsewhere = make_actor(session, "official", "510121")
    assert queries.lost_waiting(session, elsewhere, START, START).waiting == 0
    catalogue.lift_hold(session, offer.product_id, START)
    assert service.check_picks(session, START) == 1
    assert queries.lost_waiting(session, mine, START, START).waiting == 0


def test_when_who_recommended_it_left_all_officials_of_the_region_are_told(session, offer):
    here = make_actor(session, "official", "130624")
    recommend(session, offer)
    catalogue.hold_product(session, offer.product_id, START)
    service.check_picks(session, START)
    told = session.scalars(select(Message.account_id).where(Message.kind == "pick_lost"))
    assert list(told) == [here.account_id]


def test_fewer_than_five_households_cannot_even_be_written_down(session, offer):
    row = CountyPurchase(county_code="130624", product_id=offer.product_id, kind_code="G105")
    with pytest.raises(IntegrityError):
        write(session, row, households=4)
