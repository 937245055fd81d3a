"""The officials' list of what waits: products, anomalies, spot checks and alarms, by region."""

from dataclasses import replace
from datetime import timedelta

import pytest

from market.catalogue import queries as catalogue
from market.catalogue import service as products
from market.certification import service as certificates
from market.certification.models import Certificate
from market.inspections import backlogs as inspections
from market.inspections import service as checks
from market.inspections.models import SpotCheck
from market.kernel.actor import SYSTEM
from market.kernel.clock import shanghai_date, start_of_day
from market.traceability import service as traceability
from tests.factories.batches import make_batch, make_code
from tests.factories.catalogue import actor_for, make_maker, make_offer
from tests.factories.inspections import OFFICIAL, enter, fail, paper
from tests.reports.test_pages import main_of, row
from tests.traceability.test_scans import CHENGDU, FUPING

MAKERS, ELSEWHERE = "510124", "130624"
ALARMED = "扫码告警"
QUEUES = ("产品上架和变更", "证书异常", "没有公布的抽查结果", "抽查申诉", "过期没做的复查", ALARMED)


@pytest.fixture
def waiting(session, now):
    """One of everything, of makers of one county; the code was seen there and in Fuping."""
    offer = make_offer(session, stock=10)
    details = catalogue.get_own_product(session, offer.actor, offer.product_id).details
    products.edit_product(
        session, offer.actor, offer.product_id, replace(details, name_zh="改了名字"), now
    )
    other = make_maker(session)
    number = session.query(Certificate.number).filter_by(seller_id=offer.maker.id).limit(1).scalar()
    certificates.report_duplicate(session, actor_for(other.id), other.id, number, now=now)
    enter(session, offer, now)
    failed = fail(session, make_offer(session), now - timedelta(days=1))
    check = session.get(SpotCheck, failed)
    maker = replace(SYSTEM, seller_ids=frozenset({check.maker_id}))
    checks.appeal(session, maker, check.maker_id, failed, "留样复检合格", paper(), now=now)
    check.recheck_due_on = shanghai_date(now) - timedelta(days=1)
    code = make_code(session, offer.actor, make_batch(session, offer.actor, offer.product_id))
    traceability.record_scan(session, code, "a", FUPING, now=now)
    traceability.record_scan(session, code, "b", CHENGDU, now=now)
    session.commit()
    return check


def test_each_is_counted_once_and_only_the_overdue_one_is_late(client, become, waiting):
    become("official", MAKERS)
    page = main_of(client.get("/official"))
    found = {word: row(page, word) for word in QUEUES}
    assert found == {word: (1 if word != ALARMED else 0, word == QUEUES[4]) for word in QUEUES}


def test_another_county_sees_only_the_alarm_that_has_a_place_there(client, become, waiting):
    become("official", ELSEWHERE)
    page = main_of(client.get("/official"))
    assert {word: row(page, word) for word in QUEUES} == {
        word: (int(word == ALARMED), False) for word in QUEUES
    }


def test_after_five_days_they_are_late(client, become, waiting, clock):
    clock.advance(days=6)
    become("operator")
    page = main_of(client.get("/official"))
    assert {word: row(page, word) for word in QUEUES} == dict.fromkeys(QUEUES, (1, True))


def test_a_recheck_is_overdue_from_the_day_after_until_it_is_cleared(session, now, waiting):
    due = start_of_day(waiting.recheck_due_on)
    assert inspections.rechecks_overdue(session, OFFICIAL, due).waiting == 0
    found = inspections.rechecks_overdue(session, OFFICIAL, now)
    assert (found.waiting, found.late, found.oldest) == (1, 1, due)
    waiting.cleared_at = now
    session.flush()
    assert inspections.rechecks_overdue(session, OFFICIAL, now).waiting == 0
