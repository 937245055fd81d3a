"""Every page of a desk can be reached from the desk's own places, and no place is dead."""

import re

import pytest

from market.accounts import service as accounts
from market.sellers import queries as sellers
from market.web.navigation import DESKS, FOOTER
from tests.factories.accounts import make_account, sign_in
from tests.factories.providers import make_provider
from tests.factories.sellers import make_seller
from tests.factories.suppliers import make_supplier

# Pages that belong to a desk's address but not to somebody who already works there.
ELSEWHERE = {
    "sellers.new_application",  # applying: linked from the footer of every page
    "providers.new_application",
    "accounts.confirm_identity",  # stands before an act that asks who you are
    "accounts.check_new_phone",  # second step of another page
    "catalogue.new_listing",  # third step: begun from a product
    "reports.show_official_desk",  # the operator has a first page of its own
    "reports.list_region_events",  # and the whole trail
}
PREFIX = {
    "me": "/me", "seller": "/seller", "provider": "/provider",
    "official": "/official", "operator": "/operator",
}  # fmt: skip


@pytest.mark.parametrize("place", [p for _, places in DESKS.values() for p in places])
def test_no_place_of_a_desk_is_dead(app, place):
    assert place.endpoint in app.view_functions


def test_no_duty_in_the_footer_is_dead(app):
    missing = {place.endpoint for place in FOOTER} - set(app.view_functions)
    assert not missing


@pytest.fixture
def worker_of(client, session, now):
    """Sign in somebody who works at a desk."""

    def worker_of(desk):
        if desk == "seller":
            owner, seller_id = make_seller(session, now)
            make_supplier(session, sellers.get_seller(session, seller_id))  # it has every page
            account_id = owner.account_id
        else:
            account_id = make_account(session).id
        scope = {"provider": lambda: make_provider(session).id, "official": lambda: "130624"}
        if desk in ("provider", "official", "operator"):
            accounts.grant_role(session, account_id, desk, scope.get(desk, lambda: "")())
        sign_in(client, session, account_id)
        return client

    return worker_of


def pages_of(app, desk):
    """Endpoints of the pages under a desk's address that need no object."""
    prefix = PREFIX[desk]
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods
        and not rule.arguments
        and (rule.rule == prefix or rule.rule.startswith(f"{prefix}/"))
    } - ELSEWHERE


def reached(app, client, desk):
    """Endpoints met by following links from the desk's places, within its address."""
    urls = app.url_map.bind("localhost")
    with app.test_request_context():
        todo = [urls.build(place.endpoint) for place in DESKS[desk][1]]
    seen, met = set(), set()
    while todo:
        path = todo.pop().partition("?")[0]
        if path in seen:
            continue
        seen.add(path)
        met.add(urls.match(path, method="GET")[0])
        answer = client.get(path)
        assert answer.status_code in (200, 303), (path, answer.status_code)
        if answer.mimetype != "text/html":
            continue  # a sheet to fill in
        links = re.findall(r'<a [^>]*href="(/[^"#]*)', answer.text)
        todo += [
            link for link in links
            if link.startswith(PREFIX[desk])
            and not link.endswith("/file") and "/evidence/" not in link
        ]  # fmt: skip
    return met


@pytest.mark.parametrize("desk", DESKS)
def test_every_page_of_a_desk_is_reached_from_its_places(app, worker_of, index, desk):
    client = worker_of(desk)
    assert pages_of(app, desk) - reached(app, client, desk) == set()
