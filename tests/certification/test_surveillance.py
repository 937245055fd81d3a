"""Annual surveillance: when it is due, what may be recorded, who may."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from market.accounts import service as accounts
from market.audit.models import AuditEvent
from market.certification import errors, queries, rules, service
from market.certification.types import CertificateState, SurveillanceResult
from market.notifications.models import Message
from tests.factories.accounts import make_account, sign_in
from tests.factories.certification import make_certificate, make_check, make_pending
from tests.factories.sellers import OTHER_COUNTY, make_file, make_official, make_seller

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("after", "due"),
    [
        (date(2025, 6, 5), date(2026, 6, 5)),
        (date(2026, 6, 4), date(2026, 6, 5)),
        (date(2026, 6, 5), date(2027, 6, 5)),
        (date(2029, 6, 4), date(2029, 6, 5)),
        (date(2029, 6, 5), None),
    ],
)
def test_it_is_due_on_every_anniversary_but_the_last(after, due):
    assert rules.next_surveillance(date(2025, 6, 5), date(2030, 6, 4), after) == due


def test_29_february_has_its_anniversary_on_1_march():
    assert rules.next_surveillance(date(2024, 2, 29), date(2029, 2, 28), date(2024, 3, 1)) == date(
        2025, 3, 1
    )


@pytest.fixture
def certificate(session, now):
    owner, seller_id = make_seller(session, now)
    return make_certificate(session, owner, seller_id, now)  # issued 2025-06-05


def result(**overrides):
    values = {"done_on": TODAY, "passed": True, "report_number": "JD-1", **overrides}
    return SurveillanceResult(**values)


def test_approval_sets_the_next_date_or_takes_that_of_the_reviewer(session, now, certificate):
    assert queries.get_certificate(session, certificate, now).surveillance_due_on == date(
        2027, 6, 5
    )
    owner, seller_id = make_seller(session, now)
    other = make_pending(session, owner, seller_id, now)
    for wrong in (TODAY, date(2030, 6, 4)):
        check = make_check(surveillance_due_on=wrong)
        with pytest.raises(errors.SurveillanceDateOutside):
            service.approve(session, make_official(session), other, check, now=now)
    check = make_check(surveillance_due_on=date(2026, 12, 31))
    service.approve(session, make_official(session), other, check, now=now)
    view = queries.get_certificate(session, other, now)
    assert view.surveillance_due_on == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"done_on": TODAY + timedelta(days=1)}, errors.SurveillanceInFuture),
        ({"done_on": date(2026, 6, 4)}, errors.SurveillanceTooEarly),
        ({"passed": False}, errors.ReasonMissing),
        ({"next_due_on": TODAY}, errors.SurveillanceDateOutside),
    ],
)
def test_what_cannot_be_true_is_refused(session, now, certificate, wrong, error):
    with pytest.raises(error):
        service.record_surveillance(
            session, make_official(session), certificate, result(**wrong), make_file(), now=now
        )


def test_without_a_report_nothing_is_recorded(session, now, certificate):
    with pytest.raises(errors.SurveillanceReportMissing):
        service.record_surveillance(
            session, make_official(session), certificate, result(), None, now=now
        )


def test_a_pass_moves_the_date_on_and_is_audited(session, now, certificate):
    official = make_official(session)
    service.record_surveillance(session, official, certificate, result(), make_file(), now=now)
    detail = queries.get_public(session, certificate, now)
    assert detail.view.surveillance_due_on == date(2028, 6, 5)
    (visit,) = detail.visits
    assert (visit.due_on, visit.done_on, visit.passed) == (date(2027, 6, 5), TODAY, True)
    last = session.query(AuditEvent).order_by(AuditEvent.at.desc(), AuditEvent.id.desc()).first()
    assert last.action == "certificate.surveillance_passed"


def test_officials_of_elsewhere_cannot_and_withdrawn_ones_are_past_it(session, now, certificate):
    stranger, official = make_official(session, OTHER_COUNTY), make_official(session)
    with pytest.raises(errors.OutsideYourRegion):
        service.record_surveillance(session, stranger, certificate, result(), make_file(), now=now)
    with pytest.raises(errors.OutsideYourRegion):
        service.plan_surveillance(session, stranger, certificate, date(2027, 1, 1), "改", now=now)
    service.revoke(session, official, certificate, "撤销", now=now)
    with pytest.raises(errors.ActionNotPossible):
        service.record_surveillance(session, official, certificate, result(), make_file(), now=now)


def test_an_earlier_date_shuts_the_gate_by_the_clock(session, now, certificate, clock):
    official = make_official(session)
    service.plan_surveillance(
        session, official, certificate, date(2026, 11, 30), "机构通知", now=now
    )
    (window,) = queries.gate_windows(session, [certificate]).values()
    clock.advance(days=8, hours=13, minutes=59)  # 2026-11-30 23:59 in Shanghai
    assert window.is_open(clock.now())
    clock.advance(minutes=1)
    assert not window.is_open(clock.now())
    view = queries.get_certificate(session, certificate, clock.now())
    assert view.state is CertificateState.SURVEILLANCE_OVERDUE
    assert [one.id for one in queries.watched(session, official, clock.now())] == [certificate]
    elsewhere = make_official(session, OTHER_COUNTY)
    assert queries.watched(session, elsewhere, clock.now()) == []


def test_the_seller_is_told_that_a_failed_surveillance_suspended_it(session, now):
    owner, seller_id = make_seller(session, now)
    certificate = make_certificate(session, owner, seller_id, now)
    worker = make_account(session)
    accounts.grant_role(session, worker.id, "seller", seller_id)
    failed = result(passed=False, note="生产线停用")
    service.record_surveillance(
        session, make_official(session), certificate, failed, make_file(), now=now
    )
    (told,) = session.scalars(select(Message).where(Message.account_id == worker.id))
    assert (told.kind, told.params["reason"]) == ("certificate_suspend", "生产线停用")


def test_the_desk_records_it_and_keeps_what_was_typed(app, session, client, now, certificate):
    official = make_official(session)
    session.commit()
    sign_in(client, session, official.account_id)
    path = f"/official/certificates/{certificate}/surveillance"
    page = client.get(path).get_data(as_text=True)
    assert "2027-06-05" in page
    sent = {"done_on": "2026-11-20", "passed": "no", "report_number": "JD-77", "note": ""}
    refused = client.post(path, data=sent)
    assert refused.status_code == 422
    text = refused.get_data(as_text=True)
    assert "JD-77" in text
    assert "写明理由" in text
