"""Crews that wait are told when a request ends; sharing a request is a consent on record."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from market.accounts import queries as accounts
from market.accounts import service as account_service
from market.matching import service as matching
from market.notifications.models import Message
from market.renovations import queries, service
from market.renovations.types import RequestState
from tests.factories.accounts import make_account, sign_in
from tests.factories.providers import HOME, make_provider
from tests.factories.renovations import LIMITS, crew_actor, make_draft, make_request, quoted


def told(session, account_id):
    return list(session.scalars(select(Message.kind).where(Message.account_id == account_id)))


def member(session, provider_id):
    account = make_account(session)
    account_service.grant_role(session, account.id, "provider", provider_id)
    return account.id


@pytest.fixture
def waiting(session, now):
    """A request with one crew that quoted, one that holds a place and one that was asked."""
    crews = [make_provider(session, now=now).id for _ in range(3)]
    members = [member(session, crew) for crew in crews]
    who, key = make_request(session, now=now)
    quoted(session, key, crews[0], now=now)
    matching.accept(session, crew_actor(crews[1]), key, now=now)
    return who, key, members


def test_closing_tells_the_crews_that_hold_a_place_or_quoted(session, now, waiting):
    who, key, (quoting, holding, asked) = waiting
    service.close(session, who, key, "not_now", now=now)
    assert "request_closed" in told(session, quoting)
    assert "request_closed" in told(session, holding)
    assert "request_closed" not in told(session, asked)


def test_expiring_tells_them_too_once(session, now, waiting):
    _who, _key, (quoting, holding, _asked) = waiting
    for _ in range(2):
        matching.sweep(session, now=now + timedelta(days=60), limits=LIMITS)
    assert told(session, quoting).count("request_expired") == 1
    assert told(session, holding).count("request_expired") == 1


def test_publishing_records_the_consent_once(session, now):
    who, key = make_draft(session, now=now)
    account_id = who.actor.account_id
    assert not accounts.has_consent(session, account_id, "crews")
    matching.publish(session, who, key, now=now, limits=LIMITS, open_days=7)
    given = accounts.consents(session, account_id)["crews"]
    assert (given.given, given.at) == (True, now)
    make_request(session, now=now + timedelta(hours=1), visitor=who)
    assert accounts.consents(session, account_id)["crews"].at == now


def test_taking_the_consent_back_ends_what_crews_can_see(session, client, now, waiting):
    who, key, (quoting, _holding, _asked) = waiting
    sign_in(client, session, who.actor.account_id)
    session.commit()
    assert client.post("/me/consents/crews/withdraw").status_code == 303
    session.expire_all()
    assert queries.get_own(session, who, key).view.state == RequestState.CLOSED
    assert "request_closed" in told(session, quoting)
    assert not accounts.has_consent(session, who.actor.account_id, "crews")


def test_the_page_says_what_publishing_means(session, client, now):
    who, key = make_draft(session, now=now)
    sign_in(client, session, who.actor.account_id)
    session.commit()
    page = client.get(f"/requests/{key}/summary").get_data(as_text=True)
    assert "发布就是同意本地施工队看这个需求" in page
    assert "/me/consents" in page


@pytest.mark.parametrize(("scope", "knows"), [(HOME[:6], True), (HOME[:2], True), ("11", False)])
def test_officials_of_the_place_learn_of_applications(session, now, scope, knows):
    from market.certification.events import CertificateSubmitted  # noqa: PLC0415
    from market.kernel.events import publish  # noqa: PLC0415
    from market.kernel.region_code import RegionCode  # noqa: PLC0415
    from market.providers.events import ProviderSubmitted  # noqa: PLC0415
    from market.sellers.events import SellerSubmitted  # noqa: PLC0415

    official = make_account(session)
    account_service.grant_role(session, official.id, "official", scope)
    place = RegionCode(HOME[:6])
    publish(session, ProviderSubmitted("p1", "老王施工队", place.digits))
    publish(session, SellerSubmitted("s1", "某厂", place))
    publish(session, CertificateSubmitted("c1", "CABR-1", place))
    wanted = {"provider_submitted", "seller_submitted", "certificate_submitted"}
    assert set(told(session, official.id)) == (wanted if knows else set())
