"""A site whose gateway is the sandbox, on the test's clock."""

import pytest

from tests.factories.payments import running


@pytest.fixture
def sandbox(clock):
    with running(lambda: clock.now().timestamp()) as box:
        yield box


@pytest.fixture
def gateway(app, sandbox):
    """The sandbox installed as the site's gateway."""
    before = app.extensions["market.payment_provider"]
    app.extensions["market.payment_provider"] = provider = sandbox.gateway()
    yield provider
    app.extensions["market.payment_provider"] = before
