"""Anomalies: found by rule, queued for the officials of the region, resolved with words."""

import re
from datetime import date

import pytest
from sqlalchemy import select

from market.audit.models import AuditEvent
from market.certification import (
    anomaly_rules,
    errors,
    queries,
    registry_queries,
    resolving,
    rules,
    service,
)
from market.certification.models import Certificate
from market.certification.registry_forms import DEEDS
from market.certification.types import BodyDetails
from market.kernel.actor import SYSTEM
from market.notifications.models import Message
from market.notifications.texts import KINDS
from tests.certification.test_registry import compare, row
from tests.factories.accounts import sign_in
from tests.factories.catalogue import make_offer, make_stamp
from tests.factories.certification import (
    authorised,
    make_certificate,
    make_check,
    make_entry,
    make_pending,
)
from tests.factories.sellers import OTHER_COUNTY, make_file, make_official, make_seller


def found(session, key):
    return [one.rule for one in registry_queries.anomalies_of(session, key)]


def pending(session, now, **entry):
    owner, seller_id = make_seller(session, now)
    return make_pending(session, owner, seller_id, now, **entry)


def test_another_holder_waits_for_an_authorisation(session, now):
    key = pending(session, now, holder="别的厂")
    assert found(session, key) == ["holder_differs"]
    official = make_official(session)
    service.approve(
        session, official, key, make_check(holder_confirmed=True), authorised(), now=now
    )
    assert found(session, key) == []


def test_somebody_elses_number_is_refused_and_told_to_the_officials(session, now):
    key = pending(session, now, number="SL-DOUBLE-1")
    other, seller_id = make_seller(session, now)
    entry = make_entry(session.get(Certificate, key).body_id, number="sl-double-1")
    with pytest.raises(errors.NumberTaken):
        service.enter(session, other, seller_id, entry, make_file(), now=now)
    service.report_duplicate(session, other, seller_id, "sl-double-1", now=now)
    service.report_duplicate(session, other, seller_id, "sl-double-1", now=now)
    assert found(session, key) == ["duplicate_number"]


def test_a_body_that_loses_a_kind_leaves_its_certificates_outside(session, now):
    owner, seller_id = make_seller(session, now)
    key = make_certificate(session, owner, seller_id, now)
    body_id = session.get(Certificate, key).body_id
    details = BodyDetails("换了范围的机构", "CNCA-R-9", True, ("G302",))
    service.save_body(session, SYSTEM, body_id, details, now=now)
    assert found(session, key) == ["outside_scope"]
    wide = BodyDetails("换了范围的机构", "CNCA-R-9", True, ())
    service.save_body(session, SYSTEM, body_id, wide, now=now)
    assert found(session, key) == []


def test_a_star_or_a_span_that_differs_from_the_registry(session, now):
    key = pending(session, now, number=row()["number"], star=2)
    wrong = row(star=3, valid_to="2031-06-04")
    service.apply_sync(session, SYSTEM, compare(session, SYSTEM, now, wrong), now=now)
    assert sorted(found(session, key)) == ["star_differs", "too_long"]


@pytest.mark.parametrize(
    ("models", "model", "covered"),
    [
        ("", "A-1", True), ("全系列", "A-1", True), ("A-1、B 2", "b2", True),
        ("A-1, B-2", "C-3", False), ("A-1", "", True),
    ],
)  # fmt: skip
def test_which_models_a_certificate_covers(models, model, covered):
    assert rules.covers_model(models, model) is covered


def test_a_product_outside_the_models_is_queued_when_it_goes_live(session, now):
    maker_offer = make_offer(session)
    stamp = make_stamp(session, maker_offer.maker, models="EPS-100")
    product = {"name_zh": "别的板", "model": "XPS-50"}
    make_offer(session, maker_offer.maker, stamp, product=product)
    (one,) = registry_queries.anomalies_of(session, stamp.id)
    assert (one.rule, one.params) == ("product_outside_scope", {"product": "别的板 XPS-50"})


def test_every_rule_has_its_sentence():
    sample = {"other", "holder", "seller", "kinds", "begin", "end", "here", "registry", "product"}
    for text in anomaly_rules.RULES.values():
        assert text % dict.fromkeys(sample, "x")


# --- resolving ------------------------------------------------------------------------------


@pytest.fixture
def anomaly(session, now):
    key = pending(session, now, holder="别的厂", valid_to=date(2030, 6, 4))
    (one,) = registry_queries.anomalies_of(session, key)
    return one


def test_it_is_resolved_once_with_words_by_its_own_official(session, now, anomaly):
    official, elsewhere = make_official(session), make_official(session, OTHER_COUNTY)
    assert registry_queries.list_anomalies(session, elsewhere, is_open=True).items == []
    with pytest.raises(errors.OutsideYourRegion):
        service.resolve_anomaly(session, elsewhere, anomaly.id, "看过", deed="accept", now=now)
    with pytest.raises(errors.ReasonMissing):
        service.resolve_anomaly(session, official, anomaly.id, "  ", deed="accept", now=now)
    service.resolve_anomaly(session, official, anomaly.id, "看过授权书", deed="accept", now=now)
    with pytest.raises(errors.AnomalyResolved):
        service.resolve_anomaly(session, official, anomaly.id, "再来", deed="accept", now=now)
    closed = registry_queries.list_anomalies(session, official, is_open=False).items
    assert [(one.state, one.reason) for one in closed] == [("accepted", "看过授权书")]
    actions = set(session.scalars(select(AuditEvent.action)))
    assert "certificate_anomaly.accepted" in actions


def test_the_desk_shows_the_queue_and_keeps_what_was_typed(session, client, anomaly):
    official = make_official(session)
    session.commit()
    sign_in(client, session, official.account_id)
    assert anomaly.number in client.get("/official/anomalies").get_data(as_text=True)
    path = f"/official/anomalies/{anomaly.id}"
    refused = client.post(path, data={"outcome": "", "reason": "留着这句"})
    assert refused.status_code == 422
    assert "留着这句" in refused.get_data(as_text=True)
    done = client.post(path, data={"outcome": "refuse", "reason": "已经退回"})
    assert done.status_code == 303
    assert "已经退回" in client.get(path).get_data(as_text=True)


def test_stars_are_written_as_words_and_none_is_not_0(session, client, now):
    for number, star in (("SL-STARS-1", 2), ("SL-STARS-2", None)):
        pending(session, now, number=number, star=2)
        told = row(number=number, star=star, scheme="graded" if star else "activity1")
        told["star"] = 3 if star else None
        service.apply_sync(session, SYSTEM, compare(session, SYSTEM, now, told), now=now)
    official = make_official(session)
    session.commit()
    sign_in(client, session, official.account_id)
    queue = client.get("/official/anomalies").get_data(as_text=True)
    assert "星级是 二星，登记库是 三星" in queue
    assert "星级是 二星，登记库是 没有星级" in queue
    in_english = client.get("/official/anomalies?lang=en").get_data(as_text=True)
    assert "星" not in re.sub(r"<footer.*", "", in_english, flags=re.DOTALL).split("</h1>")[1]
    (one, *_) = registry_queries.list_anomalies(session, official, is_open=True).items
    assert "二星" in client.get(f"/official/anomalies/{one.id}").get_data(as_text=True)
    review = client.get(f"/official/certificates/{one.certificate_id}").get_data(as_text=True)
    assert "星级是 二星" in review


# --- deciding does something, and is told ------------------------------------------------------


def messages(session, account_id):
    query = select(Message.kind).where(Message.account_id == account_id).order_by(Message.id)
    return [kind for kind in session.scalars(query) if "submitted" not in kind]


@pytest.fixture
def twice(session, now):
    """A number that another seller claims: (certificate, its owner, the other, the anomaly)."""
    owner, seller_id = make_seller(session, now)
    key = make_certificate(session, owner, seller_id, now, number="SL-TWICE-1")
    other, other_id = make_seller(session, now)
    service.report_duplicate(session, other, other_id, "SL-TWICE-1", now=now)
    (one,) = registry_queries.anomalies_of(session, key)
    return key, owner, other, one.id


@pytest.mark.parametrize(
    ("deed", "state", "own", "others"),
    [
        ("accept", "valid", "anomaly_accept", "anomaly_other_accept"),
        ("suspend", "suspended", "certificate_suspend", "anomaly_other_shut"),
        ("revoke", "revoked", "certificate_revoke", "anomaly_other_shut"),
    ],
)
def test_a_decision_changes_the_certificate_and_both_sellers_are_told(
    session, now, twice, deed, state, own, others
):
    key, owner, other, anomaly_id = twice
    official = make_official(session)
    service.resolve_anomaly(session, official, anomaly_id, "查了原件", deed=deed, now=now)
    assert queries.get_certificate(session, key, now).state == state
    assert messages(session, owner.account_id)[-1] == own
    assert messages(session, other.account_id)[-1] == others
    trail = session.scalars(
        select(AuditEvent.after).where(AuditEvent.action.like("certificate_anomaly.%"))
    ).one()
    assert (trail["deed"], trail["reason"]) == (deed, "查了原件")


def test_a_refused_entry_frees_the_number_for_the_other_seller(session, now):
    key = pending(session, now, number="SL-TWICE-2")
    other, other_id = make_seller(session, now)
    service.report_duplicate(session, other, other_id, "SL-TWICE-2", now=now)
    (one,) = registry_queries.anomalies_of(session, key)
    official = make_official(session)
    service.resolve_anomaly(session, official, one.id, "不是它的", deed="refuse", now=now)
    assert queries.get_certificate(session, key, now).state == "refused"
    assert messages(session, other.account_id)[-1] == "anomaly_other_refuse"
    body_id = session.get(Certificate, key).body_id
    assert make_pending(session, other, other_id, now, body_id=body_id, number="SL-TWICE-2")


def test_only_what_the_state_allows_can_be_chosen_and_nothing_is_half_done(session, now, twice):
    key, _owner, _other, anomaly_id = twice
    official = make_official(session)
    for deed in ("refuse", "ask", "keep", "nonsense"):
        with pytest.raises(errors.DeedNotPossible):
            service.resolve_anomaly(session, official, anomaly_id, "看过", deed=deed, now=now)
    assert found(session, key) == ["duplicate_number"]
    service.suspend(session, official, key, "先停", now=now)
    assert tuple(resolving.deeds_for(session, anomaly_id).possible) == ("accept", "revoke", "keep")
    service.resolve_anomaly(session, official, anomaly_id, "已经停了", deed="keep", now=now)
    assert queries.get_certificate(session, key, now).state == "suspended"


def test_every_deed_has_words_for_the_other_seller():
    for deed in resolving.EVERY:
        assert deed in DEEDS
        if deed not in ("suspend", "revoke", "keep"):
            assert f"anomaly_other_{deed}" in KINDS
