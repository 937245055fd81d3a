"""Entry, review, standing, the gate and the sweep."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy import event, select

from market.audit.models import AuditEvent
from market.certification import check_queries, errors, kinds, queries, service
from market.certification.events import CertificateChanged, CertificateDue
from market.certification.models import CertificateLogEntry
from market.certification.types import CertificateState, Review, Scheme
from market.kernel import events
from market.kernel.actor import SYSTEM
from market.kernel.clock import shanghai_date
from market.kernel.errors import Forbidden
from market.sellers import service as sellers
from tests.factories.accounts import make_actor
from tests.factories.certification import (
    authorised,
    make_body,
    make_certificate,
    make_check,
    make_entry,
    make_pending,
)
from tests.factories.sellers import OTHER_COUNTY, make_file, make_official, make_seller


@pytest.fixture
def heard():
    """The events published during the test, by listening beside the real handlers."""
    caught = []
    table = dict(events._table)
    listening = {
        kind: (*table.get(kind, ()), lambda _session, event: caught.append(event))
        for kind in (CertificateChanged, CertificateDue)
    }
    events.install({**table, **listening})
    yield caught
    events.install(table)


def test_a_certificate_opens_the_gate_only_after_approval(session, now, heard):
    owner, seller_id = make_seller(session, now)
    key = make_pending(session, owner, seller_id, now)
    assert queries.get_certificate(session, key, now).state is CertificateState.PENDING
    assert queries.gate_windows(session, [key])[key].blocked
    official = make_official(session)
    service.approve(session, official, key, make_check(), now=now)
    assert heard == [CertificateChanged(key)]
    assert queries.gate_windows(session, [key])[key].is_open(now)
    detail = queries.get_public(session, key, now)
    assert (detail.check.checked_by, detail.check.checked_at) == ("李主任", now)
    assert detail.check.next_check_on == date(2027, 5, 1)


def test_standing_changes_close_and_open_the_gate_and_are_told(session, now, heard, clock):
    owner, seller_id = make_seller(session, now)
    key = make_certificate(session, owner, seller_id, now)
    official = make_official(session)
    clock.advance(days=1)
    service.suspend(session, official, key, "监督不合格", now=clock.now())
    view = queries.get_certificate(session, key, clock.now())
    assert (view.state, view.since, view.reason) == ("suspended", clock.now(), "监督不合格")
    assert queries.gate_windows(session, [key])[key].blocked
    service.reinstate(session, official, key, "整改完成", now=clock.now())
    assert queries.get_certificate(session, key, clock.now()).is_in_force
    service.revoke(session, official, key, "机构撤销", now=clock.now())
    with pytest.raises(errors.ActionNotPossible):
        service.reinstate(session, official, key, "不行", now=clock.now())
    assert heard == [CertificateChanged(key)] * 4
    actions = [e.action for e in queries.get_public(session, key, clock.now()).log]
    assert actions == ["revoke", "reinstate", "suspend", "approve", "enter"]


def test_every_privileged_act_is_audited(session, now):
    owner, seller_id = make_seller(session, now)
    key = make_certificate(session, owner, seller_id, now)
    service.cancel(session, SYSTEM, key, "企业放弃", now=now)
    rows = session.scalars(select(AuditEvent).where(AuditEvent.object_id == key)).all()
    assert {row.action for row in rows} == {"certificate.approve", "certificate.cancel"}


@pytest.mark.parametrize("act", ["ask", "refuse", "suspend", "reinstate", "revoke", "cancel"])
def test_another_countys_official_decides_nothing(session, now, act):
    owner, seller_id = make_seller(session, now)
    key = make_certificate(session, owner, seller_id, now)
    other = make_official(session, OTHER_COUNTY)
    with pytest.raises(errors.OutsideYourRegion):
        getattr(service, act)(session, other, key, "理由", now=now)
    with pytest.raises(errors.OutsideYourRegion):
        service.approve(session, other, key, make_check(), now=now)
    assert key not in [r.view.id for r in queries.list_queue(session, other, Review, now).items]


def test_question_and_answer(session, now):
    owner, seller_id = make_seller(session, now)
    key = make_pending(session, owner, seller_id, now)
    entry = queries.entry_of(session, key)
    with pytest.raises(errors.NotAnswerable):
        service.amend(session, owner, key, entry, None, reply="好", now=now)
    service.ask(session, SYSTEM, key, "编号看不清", now=now)
    service.amend(
        session, owner, key, make_entry(entry.body_id, number="NEW-2026-01"), None,
        reply="更正了编号", now=now,
    )  # fmt: skip
    detail = queries.get_own(session, owner, key, now)
    assert (detail.view.number, detail.review, detail.answer) == (
        "NEW-2026-01", Review.ANSWERED, "更正了编号",
    )  # fmt: skip
    assert detail.evidence_file_id == entry.evidence_file_id


def test_a_differing_holder_needs_the_reviewers_word(session, now):
    owner, seller_id = make_seller(session, now)
    key = make_pending(session, owner, seller_id, now, holder="别家公司")
    assert queries.get_own(session, owner, key, now).anomalies == (
        "证书持有人和商家登记的名称不一样",
    )
    with pytest.raises(errors.HolderNotConfirmed):
        service.approve(session, SYSTEM, key, make_check(), now=now)
    with pytest.raises(errors.AuthorisationMissing):
        service.approve(session, SYSTEM, key, make_check(holder_confirmed=True), now=now)
    service.approve(session, SYSTEM, key, make_check(holder_confirmed=True), authorised(), now=now)
    assert queries.get_certificate(session, key, now).is_in_force


def test_a_check_must_be_noted_and_repeated_later(session, now):
    owner, seller_id = make_seller(session, now)
    key = make_pending(session, owner, seller_id, now)
    with pytest.raises(errors.ReasonMissing):
        service.approve(session, SYSTEM, key, make_check(note=" "), now=now)
    today = make_check(next_check_on=shanghai_date(now))
    with pytest.raises(errors.NextCheckTooEarly):
        service.approve(session, SYSTEM, key, today, now=now)
    tomorrow = shanghai_date(now) + timedelta(days=1)
    service.approve(session, SYSTEM, key, make_check(next_check_on=tomorrow), now=now)
    later = now + timedelta(days=1)
    assert check_queries.checks_due(session, SYSTEM, now) == []
    assert [c.id for c in check_queries.checks_due(session, SYSTEM, later)] == [key]
    service.recheck(session, SYSTEM, key, make_check(), now=later)
    assert check_queries.checks_due(session, SYSTEM, later) == []


def test_a_number_is_entered_once_and_renewed_by_its_own_seller(session, now):
    owner, seller_id = make_seller(session, now)
    rival, rival_id = make_seller(session, now)
    body = make_body(session, now)
    make_certificate(
        session, owner, seller_id, now, body_id=body, number="DUP-1",
        valid_from=date(2024, 1, 1), valid_to=date(2026, 12, 31),
    )  # fmt: skip
    for actor, whose in ((owner, seller_id), (rival, rival_id)):
        with pytest.raises(errors.NumberTaken) as caught:
            make_pending(
                session, actor, whose, now, body_id=body, number="dup-1",
                valid_from=date(2024, 1, 1), valid_to=date(2026, 12, 31),
            )  # fmt: skip
        assert caught.value.field == "number"
    with pytest.raises(errors.NumberTaken):
        make_pending(session, rival, rival_id, now, body_id=body, number="DUP-1")
    assert make_pending(session, owner, seller_id, now, body_id=body, number="DUP-1")


def test_a_refused_entry_frees_its_number(session, now):
    owner, seller_id = make_seller(session, now)
    key = make_pending(session, owner, seller_id, now, number="FREE-1")
    service.refuse(session, SYSTEM, key, "看不清", now=now)
    assert queries.get_certificate(session, key, now).reason == "看不清"
    assert make_pending(session, owner, seller_id, now, number="FREE-1")


def test_someone_elses_certificate_is_not_found(session, now):
    owner, seller_id = make_seller(session, now)
    stranger, _ = make_seller(session, now)
    key = make_pending(session, owner, seller_id, now)
    service.ask(session, SYSTEM, key, "？", now=now)
    with pytest.raises(errors.CertificateNotFound):
        queries.get_own(session, stranger, key, now)
    entry = queries.entry_of(session, key)
    with pytest.raises(errors.CertificateNotFound):
        service.amend(session, stranger, key, entry, None, reply="好", now=now)
    with pytest.raises(errors.CertificateNotFound):
        make_pending(session, stranger, seller_id, now)
    with pytest.raises(errors.CertificateNotFound):
        queries.get_public(session, key, now)


def test_a_suspended_seller_enters_nothing(session, now):
    owner, seller_id = make_seller(session, now)
    sellers.suspend(session, SYSTEM, seller_id, "抽检不合格", now=now)
    with pytest.raises(errors.SellerNotOpen):
        make_pending(session, owner, seller_id, now)
    sellers.reinstate(session, SYSTEM, seller_id, "复检合格", now=now)
    assert make_pending(session, owner, seller_id, now)


def test_kinds_must_belong_to_the_scheme_when_the_catalogue_is_known(session, now, monkeypatch):
    @dataclass(frozen=True)
    class Kind:
        code: str
        name_zh: str
        name_en: str
        scheme: str

    known = [Kind("G105", "保温板", "Boards", "graded"), Kind("A01", "木地板", "Wood", "activity1"),
             Kind("X01", "水泥", "Cement", "none")]  # fmt: skip
    monkeypatch.setattr(kinds, "_source", [lambda _session: known])
    owner, seller_id = make_seller(session, now)
    with pytest.raises(errors.KindUnknown):
        make_pending(session, owner, seller_id, now, kinds=("G999",))
    with pytest.raises(errors.KindOutsideScheme):
        make_pending(session, owner, seller_id, now, kinds=("A01",))
    with pytest.raises(errors.KindUnknown):
        make_pending(session, owner, seller_id, now, kinds=("X01",))
    key = make_pending(
        session, owner, seller_id, now, kinds=("木地板",), scheme=Scheme.ACTIVITY1, star=None
    )
    view = queries.get_certificate(session, key, now)
    assert (view.kinds, view.star) == (("A01",), None)


def test_the_sweep_tells_of_each_due_certificate_once(session, now, heard):
    owner, seller_id = make_seller(session, now)
    today = shanghai_date(now)
    day = timedelta(days=1)
    in_window = make_certificate(session, owner, seller_id, now, valid_to=today + 89 * day)
    last_day = make_certificate(session, owner, seller_id, now, valid_to=today)
    make_certificate(session, owner, seller_id, now, valid_to=today + 90 * day)
    make_pending(session, owner, seller_id, now, valid_to=today + 10 * day)
    suspended = make_certificate(session, owner, seller_id, now, valid_to=today + 20 * day)
    service.suspend(session, SYSTEM, suspended, "监督不合格", now=now)
    heard.clear()
    assert service.sweep_due(session, now) == 2
    assert [(e.certificate_id, e.days_left) for e in heard] == [(last_day, 0), (in_window, 89)]
    assert service.sweep_due(session, now) == 0
    assert service.sweep_due(session, now + day) == 1


def test_the_sweep_agrees_with_the_state(session, now):
    owner, seller_id = make_seller(session, now)
    today = shanghai_date(now)
    for days in (0, 1, 88, 89, 90, 91):
        key = make_certificate(
            session, owner, seller_id, now, valid_to=today + timedelta(days=days)
        )
        due = queries.get_certificate(session, key, now).state is CertificateState.DUE
        assert due == (key in {c.id for c in queries.due_of_seller(session, seller_id, now)})


def test_the_log_is_append_only(session, now):
    owner, seller_id = make_seller(session, now)
    make_pending(session, owner, seller_id, now)
    session.delete(session.scalars(select(CertificateLogEntry)).first())
    with pytest.raises(RuntimeError):
        session.flush()


def test_only_the_operator_keeps_the_list_of_bodies(session, now):
    body_id = make_body(session, now, name="示例中心")
    with pytest.raises(errors.BodyNameTaken):
        make_body(session, now, name="示例中心")
    details = queries.get_body(session, body_id)
    with pytest.raises(Forbidden):
        service.save_body(session, make_official(session), body_id, details, now=now)
    with pytest.raises(Forbidden):
        service.save_body(session, make_actor(session), body_id, details, now=now)


def test_a_page_of_certificates_takes_a_fixed_number_of_statements(session, now):
    owner, seller_id = make_seller(session, now)
    keys = [make_certificate(session, owner, seller_id, now) for _ in range(5)]
    counts = []

    def count(*_args):
        counts.append(1)

    event.listen(session.get_bind(), "before_cursor_execute", count)
    queries.certificates_by_ids(session, keys, now)
    queries.gate_windows(session, keys)
    event.remove(session.get_bind(), "before_cursor_execute", count)
    assert len(counts) == 2


def test_evidence_is_required(session, now):
    owner, seller_id = make_seller(session, now)
    entry = make_entry(make_body(session, now))
    with pytest.raises(errors.EvidenceMissing):
        service.enter(session, owner, seller_id, entry, None, now=now)
    assert service.enter(session, owner, seller_id, entry, make_file(), now=now)
