"""A renewed certificate: its products go from expired to sold again in one step."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from market.accounts import service as accounts
from market.audit.models import AuditEvent
from market.catalogue import change_queries, queries, renewals, service
from market.catalogue.errors import RenewalChanged, RenewalRefused
from market.catalogue.models import Listing, Product
from market.certification import service as certificates
from market.certification.errors import CertificateNotFound
from market.certification.models import Certificate, CertificationBody
from market.certification.renewals import PROBLEMS
from market.kernel.actor import SYSTEM
from tests.factories.accounts import make_account, sign_in
from tests.factories.catalogue import (
    actor_for,
    confirm,
    make_maker,
    make_offer,
    make_product,
    make_stamp,
    shown_ids,
)
from tests.factories.certification import make_check

LAST = date(2026, 12, 31)


@pytest.fixture
def maker(session):
    return make_maker(session)


@pytest.fixture
def old(session, maker):
    return make_stamp(session, maker, valid_to=LAST, number="SL-R-1", number_key="SL-R-1")


@pytest.fixture
def offer(session, maker, old):
    return make_offer(session, maker, old)


def renewed(session, maker, **values):
    """The next certificate of the same number."""
    usual = {"valid_from": date(2026, 12, 1), "valid_to": date(2031, 11, 30), "number": "SL-R-1"}
    wanted = {**usual, **values}
    return make_stamp(session, maker, **{**wanted, "number_key": wanted["number"].upper()})


def take(session, offer, new, now, old_id=None):
    old_id = old_id or offer.certificate.id
    seen = renewals.preview(session, offer.actor, new.id, old_id, now).seen
    return renewals.renew(session, offer.actor, new.id, old_id, seen, now=now)


def sellable(session, offer, now):
    found = queries.listings_by_ids(session, [offer.listing_id], now)[offer.listing_id]
    return found.sellable, found.unsellable_reason


def test_expired_then_renewed_then_sold_again_without_another_review(session, offer, clock):
    clock.advance(days=60)  # into January
    now = clock.now()
    assert sellable(session, offer, now) == (False, "certificate_expired")
    new = renewed(session, offer.maker, review="submitted")
    shown = renewals.preview(session, offer.actor, new.id, offer.certificate.id, now)
    assert (shown.problem, shown.fitting) == ("not_in_force", ())
    certificates.approve(
        session, SYSTEM, new.id, make_check(next_check_on=date(2027, 9, 1)), now=now
    )
    assert sellable(session, offer, now)[0] is False  # until its seller confirms
    revision = session.get(Product, offer.product_id).revision
    assert take(session, offer, new, now) == 1
    session.expire_all()
    assert sellable(session, offer, now) == (True, None)
    product = session.get(Product, offer.product_id)
    assert (product.certificate_id, product.state, product.updated_at) == (new.id, "live", now)
    assert product.revision > revision
    assert offer.listing_id in shown_ids(session)
    listing = session.get(Listing, offer.listing_id)
    assert listing.gate_opens_at <= now < listing.gate_closes_at
    assert change_queries.find_open_change(session, offer.product_id) is None
    acts = session.execute(
        select(AuditEvent.action, AuditEvent.object_id).where(AuditEvent.action.like("%renew%"))
    ).all()
    assert set(acts) == {
        ("certificate.renew", new.id), ("product.renew_certificate", offer.product_id),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("why", "values"),
    [
        ("not_later", {"valid_from": date(2025, 1, 1), "valid_to": LAST - timedelta(days=1)}),
        ("other_holder", {"holder": "别的厂"}),
        ("star_lower", {"star": 2}),
        ("other_scheme", {"scheme": "activity1", "star": None}),
        ("not_in_force", {"standing": "suspended"}),
    ],
)
def test_what_is_no_renewal_moves_nothing_and_says_why(session, offer, now, why, values):
    usual = {"valid_from": date(2026, 1, 1), "number": "SL-R-2"}
    new = renewed(session, offer.maker, **{**usual, **values})
    shown = renewals.preview(session, offer.actor, new.id, offer.certificate.id, now)
    assert shown.problem == why
    assert why in PROBLEMS
    with pytest.raises(RenewalRefused):
        take(session, offer, new, now)
    assert session.get(Product, offer.product_id).certificate_id == offer.certificate.id


def test_another_body_or_a_withdrawn_old_one_is_no_renewal(session, offer, now):
    new = renewed(session, offer.maker, valid_from=date(2026, 1, 1), number="SL-R-2")
    other = CertificationBody(name="另一家机构", created_at=now)
    session.add(other)
    session.flush()
    new.body_id = other.id
    session.flush()
    shown = renewals.preview(session, offer.actor, new.id, offer.certificate.id, now)
    assert shown.problem == "other_body"
    new.body_id = offer.certificate.body_id
    session.get(Certificate, offer.certificate.id).standing = "revoked"
    session.flush()
    shown = renewals.preview(session, offer.actor, new.id, offer.certificate.id, now)
    assert shown.problem == "withdrawn"


def test_a_product_that_does_not_fit_stays_and_the_page_says_why(session, maker, old, now):
    fits = make_offer(session, maker, old, product={"model": "EPS-100"})
    left = make_offer(session, maker, old, product={"model": "XPS-50"})
    new = renewed(session, maker, valid_from=date(2026, 1, 1), models="EPS-100")
    shown = renewals.preview(session, fits.actor, new.id, old.id, now)
    assert [(one.id, one.misfit) for one in shown.left] == [
        (left.product_id, "certificate_other_model")
    ]
    assert take(session, fits, new, now) == 1
    session.expire_all()
    assert session.get(Product, fits.product_id).certificate_id == new.id
    assert session.get(Product, left.product_id).certificate_id == old.id
    with pytest.raises(RenewalChanged):
        take(session, fits, new, now)  # nothing is left to move


def test_what_changed_since_it_was_shown_moves_nothing(session, maker, old, offer, now):
    new = renewed(session, maker, valid_from=date(2026, 1, 1))
    seen = renewals.preview(session, offer.actor, new.id, old.id, now).seen
    make_product(session, maker, certificate_id=old.id)
    with pytest.raises(RenewalChanged):
        renewals.renew(session, offer.actor, new.id, old.id, seen, now=now)
    assert session.get(Product, offer.product_id).certificate_id == old.id


def test_a_change_that_waits_goes_on_for_the_new_certificate(session, offer, old, now):
    details = queries.get_own_product(session, offer.actor, offer.product_id).details
    service.edit_product(
        session, offer.actor, offer.product_id, replace(details, name_zh="改名"), now
    )
    new = renewed(session, offer.maker, valid_from=date(2026, 1, 1))
    take(session, offer, new, now)
    session.expire_all()
    confirm(session, offer.product_id, now)
    product = session.get(Product, offer.product_id)
    assert (product.name_zh, product.certificate_id) == ("改名", new.id)


def test_nobody_moves_products_of_another_seller(session, offer, old, now):
    new = renewed(session, offer.maker, valid_from=date(2026, 1, 1))
    stranger = make_maker(session)
    own = make_stamp(session, stranger, valid_to=date(2031, 1, 1))
    with pytest.raises(CertificateNotFound):
        renewals.preview(session, actor_for(stranger.id), new.id, old.id, now)
    with pytest.raises(RenewalChanged):
        renewals.renew(session, actor_for(stranger.id), own.id, old.id, "", now=now)
    with pytest.raises(CertificateNotFound):
        renewals.renew(session, actor_for(stranger.id), new.id, old.id, "", now=now)


def test_the_page_the_desk_and_the_interface(session, client, clock, offer, maker):
    clock.advance(days=60)
    new = renewed(session, maker)
    session.commit()
    address = f"/api/v1/listings/{offer.listing_id}"
    assert client.get(address).json["sellable"] is False
    account = make_account(session)
    accounts.grant_role(session, account.id, "seller", maker.id)
    sign_in(client, session, account.id)
    path = f"/seller/certificates/{new.id}/products"
    assert path in client.get("/seller").get_data(as_text=True)
    page = client.get(path).get_data(as_text=True)
    assert "石墨聚苯板" in page
    stale = client.post(path, data={"old": offer.certificate.id, "seen": "x"})
    assert stale.status_code == 409
    assert "什么都没有改" in stale.get_data(as_text=True)
    seen = re.search(r'name="seen" value="(\w+)"', page)[1]
    done = client.post(path, data={"old": offer.certificate.id, "seen": seen})
    assert done.status_code == 303
    assert client.get(address).json["sellable"] is True
    assert path not in client.get("/seller").get_data(as_text=True)
    shown = client.get(f"/p/{offer.product_id}").get_data(as_text=True)
    assert new.number in shown
