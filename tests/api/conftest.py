"""Callers with tokens, and the document every answer is held against."""

import pytest

from market.accounts import service as accounts
from market.api import service
from market.api.operation import LIMITS_EXTENSION
from market.api.types import Scope
from tests.api.checking import Caller
from tests.factories.accounts import make_account
from tests.factories.catalogue import make_maker, make_offer


@pytest.fixture
def app(app):
    yield app
    app.extensions.pop(LIMITS_EXTENSION, None)


@pytest.fixture
def offer(session):
    """Ten packs of G105 at 138.24 yuan by 甲厂, freight 10 yuan and 0.50 per kg."""
    made = make_offer(session, make_maker(session, name="甲厂"), stock=10)
    session.commit()
    return made


@pytest.fixture
def make_caller(app, session, now):
    """Callers with tokens of the given scopes, each of a new account unless told."""

    def make(*scopes, account_id=None, days=30):
        key = account_id or make_account(session).id
        actor = accounts.load_actor(session, key)
        secret = service.create_token(session, actor, "test", scopes, days=days, now=now)
        session.commit()
        return Caller(app, secret, key)

    return make


@pytest.fixture
def anyone(app):
    """A caller without a token."""
    return Caller(app)


@pytest.fixture
def caller(make_caller):
    """A caller who may do everything a token can allow."""
    return make_caller(*Scope)
