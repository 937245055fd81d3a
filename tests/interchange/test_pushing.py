"""Batches of partners: verified, in order, all or nothing, once; officials keep the last word."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from market.adoptions import queries as adoptions
from market.adoptions import service as adopting
from market.adoptions.errors import DifferenceNotFound, NotCityLevel
from market.adoptions.models import AdoptionDifference, AdoptionEntry, AdoptionStep
from market.adoptions.types import EntryState
from market.interchange import queries, service
from market.interchange.errors import (
    MappingNotFound,
    NotAPartner,
    OursUnknown,
    PreviousDiffers,
    RegionUnknown,
    SequenceGap,
    SequenceReused,
    SignatureWrong,
    TimestampOutside,
)
from market.interchange.models import InterchangeBatch, InterchangeMapping
from market.interchange.types import Subject
from market.kernel.actor import SYSTEM
from market.kernel.errors import Forbidden
from tests.factories.accounts import make_actor
from tests.factories.adoptions import make_hands, make_listed
from tests.factories.catalogue import START, make_offer
from tests.factories.interchange import (
    SECRET,
    actor_of,
    content_of,
    make_partner,
    record_of,
    seal,
)


@pytest.fixture
def offer(session, app):
    with app.app_context():
        yield make_offer(session)


@pytest.fixture
def number(offer):
    return offer.certificate.number


@pytest.fixture
def partner(session):
    return make_partner(session)


@pytest.fixture
def push(session, partner):
    def push(*records, content=None, now=START, **overrides):
        text = content or content_of(session, partner, *records)
        sealed = seal(session, partner, text, now, **overrides)
        return service.receive(session, actor_of(session, partner), sealed, SECRET, now=now)

    return push


def faults(answer):
    return {(one.path, one.text) for one in answer.faults}


def entries(session):
    return session.scalars(select(AdoptionEntry).order_by(AdoptionEntry.id)).all()


def test_a_new_product_is_proposed_with_where_each_field_comes_from(
    session, offer, number, push, partner
):
    answer = push(record_of(number))
    (row,) = entries(session)
    assert answer.rows == [{"entry": row.id, "outcome": "proposed"}]
    view = adoptions.view_of(row, START)
    assert view.state is EntryState.FIRST  # nobody is listed by a partner's word alone
    assert (view.list_no, view.use_scope, view.ends_on) == ("SC-7", "外墙", date(2028, 12, 31))
    source = view.sources["list_no"]
    assert (source.kind, source.who, source.batch) == (
        "partner", "四川采信库（示例）", "sichuan-1",
    )  # fmt: skip
    assert [one.level for one in adoptions.history_of(session, row.id)] == ["partner"]
    assert queries.get_partner(session, partner).in_sequence == 1


def test_the_same_batch_again_is_answered_alike_and_does_nothing(
    session, offer, number, push, partner
):
    content = content_of(session, partner, record_of(number))
    first = push(content=content)
    steps = session.scalar(select(func.count()).select_from(AdoptionStep))
    again = push(content=content, now=START + timedelta(hours=2))  # signed anew, as a client does
    assert (again.rows, again.digest, again.repeated) == (first.rows, first.digest, True)
    assert session.scalar(select(func.count()).select_from(AdoptionStep)) == steps
    assert session.scalar(select(func.count()).select_from(InterchangeBatch)) == 1
    with pytest.raises(SequenceReused):
        push(content=content.replace("SC-7", "SC-8"))


def test_numbers_and_digests_chain_the_batches(session, offer, number, push, partner):
    push(record_of(number))
    with pytest.raises(SequenceGap) as gap:
        push(content=content_of(session, partner, record_of(number), sequence=5))
    assert gap.value.params == {"expected": 2}
    with pytest.raises(PreviousDiffers):
        push(content=content_of(session, partner, record_of(number), previous_sha256="00"))
    assert push(record_of(number)).rows[0]["outcome"] == "same"


def test_what_is_not_signed_now_by_the_present_key_is_refused(session, number, push, partner):
    with pytest.raises(SignatureWrong):
        push(record_of(number), signature="v1,AAAA")
    old = seal(session, partner, content_of(session, partner, record_of(number)))
    with pytest.raises(TimestampOutside):
        service.receive(
            session, actor_of(session, partner), old, SECRET, now=START + timedelta(minutes=6)
        )
    service.renew_key(session, SYSTEM, partner, now=START)
    with pytest.raises(SignatureWrong):
        service.receive(session, actor_of(session, partner), old, SECRET, now=START)
    with pytest.raises(NotAPartner):
        service.receive(session, make_actor(session), old, SECRET, now=START)
    service.set_open(session, SYSTEM, partner, is_open=False, now=START)
    with pytest.raises(NotAPartner):
        push(record_of(number))
    assert entries(session) == []


def test_one_wrong_row_rejects_the_batch_and_every_fault_is_told(
    session, offer, number, push, partner
):
    answer = push(
        record_of(number),
        record_of(number, kind="保温板", star="五星", region="成都", state="???"),
        record_of("CABR-unknown"),
        record_of(number, model="X-1"),
        record_of(number, ends_on="2031-1-1", price="9", model=None, list_no=7),
        "text",
    )
    assert faults(answer) >= {
        ("records.1.kind", "没有对照：保温板"), ("records.1.star", "没有对照：五星"),
        ("records.1.region", "没有对照：成都"), ("records.1.state", "没有对照：???"),
        ("records.4.ends_on", "日期写成 2026-11-22 这样"), ("records.4.price", "没有这一项"),
        ("records.4.model", "这一项要填"), ("records.4.list_no", "这里要文字"),
        ("records.5", "这里要一个对象（{…}）"),
    }  # fmt: skip
    assert entries(session) == []
    partner_now = queries.get_partner(session, partner)
    assert (partner_now.in_sequence, partner_now.in_digest) == (0, "")
    (kept,) = queries.batches_of(session, partner)
    assert (kept.state, kept.records) == ("rejected", 6)
    assert {"field": "records.1.kind", "reason": "没有对照：保温板"} in kept.answer
    assert push(record_of(number)).sequence == 1  # the number is still free


def test_rows_that_contradict_the_register_are_told_apart(session, offer, number, push, partner):
    service.put(session, SYSTEM, partner, Subject.KIND, "防水", "G107", now=START)
    service.put(session, SYSTEM, partner, Subject.STAR, "二星级", "2", now=START)
    service.put(session, SYSTEM, partner, Subject.REGION, "阜平", "130624", now=START)
    answer = push(
        record_of("CABR-unknown"), record_of(number, model="X-1"), record_of(number, kind="防水"),
        record_of(number, star="二星级"), record_of(number, region="阜平"),
        record_of(number, state="退库"),
    )  # fmt: skip
    assert {path for path, _text in faults(answer)} == {
        "records.0.certificate_number", "records.1.model", "records.2.kind", "records.3.star",
        "records.4.region", "records.5.state",
    }  # fmt: skip
    twice = push(record_of(number), record_of(number, list_no="SC-8"))
    assert {path for path, _text in faults(twice)} == {"records.1.certificate_number"}


def test_a_later_row_that_fails_undoes_the_earlier_ones(session, offer, number, push):
    other = make_offer(session, offer.maker)
    answer = push(record_of(number), record_of(other.certificate.number, ends_on="2029-01-01"))
    assert faults(answer) == {("records.1.ends_on", "有效期不能晚于证书的 2028-12-31")}
    assert entries(session) == []


def test_contents_that_cannot_be_read_are_rejected_whole(session, push, partner):
    for content, field in (
        ("[]", "content"), ("{", "content"), ('{"sequence": true}', "sequence"),
        ('{"sequence": 1, "previous_sha256": 1}', "previous_sha256"),
        ('{"sequence": 1, "previous_sha256": "", "records": []}', "records"),
        ('{"sequence": 1, "more": 1}', "more"),
    ):  # fmt: skip
        assert [one.path for one in push(content=content).faults] == [field]


def test_what_officials_entered_is_a_difference_and_they_decide(session, offer, number, push):
    hands = make_hands(session, offer)
    entry = make_listed(session, offer, hands)
    answer = push(record_of(number, use_scope="屋面", document_no="川建〔2026〕9号"))
    assert answer.rows == [{"entry": entry, "outcome": "differs"}]
    view = adoptions.get_public(session, entry, START)
    assert (view.use_scope, view.list_no) == ("农房外墙保温", "SC-7")  # an empty one is filled
    assert (view.sources["use_scope"].kind, view.sources["list_no"].kind) == ("seller", "partner")
    found = {one.field: one for one in adoptions.differences_of(session, entry)}
    assert set(found) == {"use_scope", "document_no"}
    assert found["use_scope"].theirs == "屋面"
    assert adoptions.differences_waiting(session, hands.city, START).waiting == 2
    with pytest.raises(NotCityLevel):
        decide(session, hands.county, found["use_scope"], "take")
    decide(session, hands.city, found["use_scope"], "take")
    decide(session, hands.province, found["document_no"], "keep")
    with pytest.raises(DifferenceNotFound):
        decide(session, hands.city, found["use_scope"], "take")
    view = adoptions.get_public(session, entry, START)
    assert (view.use_scope, view.document_no) == ("屋面", "川建采〔2026〕1号（示例）")
    assert view.sources["use_scope"].batch == "sichuan-1"
    push(record_of(number, use_scope="内墙", document_no="川建采〔2026〕1号（示例）"))
    assert adoptions.get_public(session, entry, START).use_scope == "内墙"  # theirs by now
    assert adoptions.differences_of(session, entry) == []


def decide(session, actor, difference, choice):
    adopting.decide_difference(
        session, actor, difference.entry_id, difference.id, choice, now=START
    )


def test_a_partner_takes_nothing_out_by_itself(session, offer, number, push):
    hands = make_hands(session, offer)
    entry = make_listed(session, offer, hands)
    push(record_of(number, state="退库"))
    assert adoptions.get_public(session, entry, START).is_listed
    (found,) = [one for one in adoptions.differences_of(session, entry) if one.field == "state"]
    decide(session, hands.province, found, "take")
    view = adoptions.get_public(session, entry, START)
    assert (view.state, view.exit_cause) == (EntryState.EXITED, "partner")
    push(record_of(number))
    (found,) = [one for one in adoptions.differences_of(session, entry) if one.field == "state"]
    decide(session, hands.province, found, "take")
    assert adoptions.get_public(session, entry, START).state is EntryState.RETURNING
    adopting.readmit(session, hands.city, entry, now=START)
    assert adoptions.get_public(session, entry, START).is_listed


def test_the_same_difference_is_told_once(session, offer, number, push):
    make_listed(session, offer, make_hands(session, offer))
    push(record_of(number, use_scope="屋面"))
    push(record_of(number, use_scope="地面"))
    rows = session.execute(select(AdoptionDifference.field, AdoptionDifference.theirs)).all()
    assert [tuple(row) for row in rows if row.field == "use_scope"] == [("use_scope", "地面")]


def test_every_change_of_a_word_is_a_version(session, partner):
    version = queries.get_partner(session, partner).mapping_version
    service.put(session, SYSTEM, partner, Subject.KIND, "BW-01", "G105", now=START)
    assert queries.get_partner(session, partner).mapping_version == version  # nothing changed
    service.put(session, SYSTEM, partner, Subject.KIND, "BW-01", "G107", now=START)
    now = {(one.subject, one.theirs): one for one in queries.mappings_of(session, partner)}
    line = now[Subject.KIND, "BW-01"]
    assert (line.ours, line.version_from) == ("G107", version + 1)
    past = [one for one in queries.mappings_of(session, partner, past=True) if one.version_to]
    assert [(one.ours, one.version_to, one.ended_name) for one in past] == [
        ("G105", version + 1, "system")
    ]
    service.drop(session, SYSTEM, partner, line.id, now=START)
    with pytest.raises(MappingNotFound):
        service.drop(session, SYSTEM, partner, line.id, now=START)
    assert session.scalar(select(func.count()).select_from(InterchangeMapping)) == 6
    for subject, ours, error in (
        (Subject.KIND, "G999", OursUnknown), (Subject.STAR, "5", OursUnknown),
        (Subject.STATE, "removed", OursUnknown), (Subject.REGION, "5199", RegionUnknown),
        (Subject.REGION, "x", RegionUnknown),
    ):  # fmt: skip
        with pytest.raises(error):
            service.put(session, SYSTEM, partner, subject, "?", ours, now=START)
    with pytest.raises(Forbidden):
        service.put(
            session, make_actor(session, "official", "51"), partner, Subject.STAR, "?", "1",
            now=START,
        )  # fmt: skip
