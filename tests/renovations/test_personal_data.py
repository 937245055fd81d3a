"""Personal data of households: exported on demand, gone with the account."""

from market.accounts import service as accounts
from market.renovations import personal, service
from market.renovations.models import RequestContact
from tests.factories.renovations import PHONE, make_request


def test_the_export_has_the_contact_data(session, now):
    who, _key = make_request(session, now=now)
    (row,) = personal.export_requests(session, who.actor.account_id)
    assert row["contact"]["phone"] == PHONE


def test_a_live_request_needs_its_account_and_contacts_go_with_it(session, now):
    who, key = make_request(session, now=now)
    account_id = who.actor.account_id
    assert accounts.delete_account(session, account_id, now=now)
    assert session.get(RequestContact, key) is not None
    service.close(session, who, key, "not_now", now=now)
    assert not accounts.delete_account(session, account_id, now=now)
    session.expire_all()
    assert session.get(RequestContact, key) is None
