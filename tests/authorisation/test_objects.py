"""The other tenant's things: whoever asks for them is told what a stranger to their id is told.

Each address that takes an id is asked with the ids of another household, seller, crew or
county, by somebody who holds the same role elsewhere; once empty-handed and once with a body
that would be accepted from the owner. Nothing of the other tenant may change by it.
The control is that the owners themselves are let in everywhere.
"""

import hashlib
import re
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from market import all_models
from market.db.session import database, reading
from tests.authorisation.addresses import (
    BODY,
    MEANS,
    OPEN,
    PERSONA,
    ROLES,
    absent,
    addresses,
    asked,
    asked_by_token,
    policies,
)
from tests.authorisation.tenants import make_tenant
from tests.authorisation.test_matrix import ABSENT
from tests.conftest import START
from tests.factories import bundles as bundle_factory
from tests.factories.accounts import sign_in

# Refused or led back before the thing is looked for: what is not there is gone already, the
# body is wrong whatever it is about, or one's own file cannot be changed now.
SILENT = {
    "accounts.end_device",
    "accounts.make_address_default",
    "accounts.remove_address",
    "catalogue.remove_photo",
    "checkout.add_bundle",
    "checkout.change_line",
    "checkout.remove_group",
    "checkout.remove_line",
    "footprints.remove_bill_line",
    "matching.close_request",
    "providers.remove_craftsman",
    "providers.remove_document",
}
CHANGING = re.compile(r'(value|content)="[^"]{40,}"')


@pytest.fixture(scope="module")
def tenants(kept_for_the_module):
    """(mine, theirs)."""
    with kept_for_the_module.writing() as session:
        bundle_factory.load(session)
        mine = make_tenant(session, "130624", "130624104", START)
        theirs = make_tenant(session, "510121", "510121001", START)
    return mine, theirs


@pytest.fixture
def connection_scope(kept_for_the_module, tenants):
    """Every test finds their things as they were made."""
    with kept_for_the_module.undone():
        yield


def signed_in(app, session, tenant):
    """A client for each of the tenant's people."""
    clients = {persona: app.test_client() for persona in set(PERSONA.values())}
    for persona, client in clients.items():
        sign_in(client, session, tenant.people[persona])
    return clients


def answer(client, method, path, body, ids):
    """Status, where it leads, and the page without what differs by nature."""
    response = client.open(path, method=method, data=body)
    page = response.get_data(as_text=True)
    response.close()
    with client.session_transaction() as cookie:
        said = cookie.pop("feedback", None)
    for value in {*ids, ABSENT}:
        page = page.replace(value, "ID")
        said = str(said).replace(value, "ID")
    to = response.headers.get("Location", "")
    for value in {*ids, ABSENT}:
        to = to.replace(value, "ID")
    return response.status_code, to, said, CHANGING.sub("", page)


def books():
    """A print of every table that strangers must not change by asking."""
    passing = {"auth_sessions", "throttle_counters", "carts"}
    prints = {}
    with reading() as session:
        for table in all_models.metadata.sorted_tables:
            if table.name not in passing:
                rows = sorted(map(repr, session.execute(select(table)).all()))
                prints[table.name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return prints


def test_the_other_tenants_things_are_as_if_they_were_not_there(app, session, tenants):
    mine, theirs = tenants
    ids = set(theirs.ids.values()) | set(mine.ids.values())
    clients = signed_in(app, session, mine)
    before, wrong = books(), []
    for rule, who in asked(app):
        for choice, path in addresses(rule, theirs.ids, mine.ids):
            for method in sorted(rule.methods - {"OPTIONS", "HEAD"}):
                for body in ({}, BODY) if method == "POST" else ({},):
                    got = answer(clients[who], method, path, body, ids)
                    if problem := judged(clients[who], rule, choice, mine, method, body, got, ids):
                        wrong.append(f"{method} {path} ({rule.endpoint}): {problem}")
    changed = [name for name, print_ in books().items() if print_ != before[name]]
    assert not wrong, "\n".join(wrong)
    assert not changed


def judged(client, rule, choice, mine, method, body, got, ids):
    """What is wrong with this answer, if anything."""
    if policies()[rule.endpoint] == "staff" and got[0] == 403:
        return None
    expected = answer(client, method, absent(rule, choice, mine.ids), body, ids)
    if got != expected:
        return f"{got[:3]}, a stranger's id gives {expected[:3]}"
    if got[0] != 404 and not (rule.endpoint in SILENT and got[0] in (303, 409)):
        return f"{got[:3]}"
    return None


def test_every_address_with_an_id_is_asked_or_says_why_not(app):
    named = {rule.endpoint for rule in app.url_map.iter_rules() if rule.arguments}
    covered = {rule.endpoint for rule, _ in asked(app)}
    covered |= {rule.endpoint for rule in asked_by_token(app)}
    excused = {e for e in named if policies().get(e) in ROLES} | set(OPEN)
    assert named <= covered | excused, sorted(named - covered - excused)
    known = {*app.view_functions, "static"}
    stale = {*OPEN, *SILENT, *(key for key in MEANS if "." in key)} - known
    assert not stale


API_BODY = {"api.change_line": {"quantity": 3}}


def test_a_token_reaches_nothing_of_the_other_tenant(app, session, tenants):
    mine, theirs = tenants
    client = app.test_client()
    bearer = {"Authorization": f"Bearer {mine.token}"}
    before, wrong = books(), []
    for rule in asked_by_token(app):
        (name,) = rule.arguments
        (method,) = rule.methods - {"OPTIONS", "HEAD"}
        body = API_BODY.get(rule.endpoint, {}) if method != "GET" else None
        for key in {name, "draft_id" if name == "request_id" else name}:
            answers = []
            for value in (theirs.ids[key], ABSENT):
                path = rule.build({name: value}, append_unknown=False)[1]
                got = client.open(path, method=method, json=body, headers=bearer)
                answers.append((got.status_code, got.json.get("code")))
            if answers[0] != answers[1] or answers[0][0] != 404:
                wrong.append(f"{method} {path}: {answers}")
    assert not wrong, "\n".join(wrong)
    changed = [name for name, print_ in books().items() if print_ != before[name]]
    assert changed in ([], ["api_tokens"])  # when the token was used last


@contextmanager
def undone():
    """What happens inside is forgotten, so that each address finds the tenants' things whole."""
    point = database()._bind.begin_nested()
    yield
    point.rollback()


def refused(response):
    """Whether the caller was turned away, as a stranger is."""
    to = response.headers.get("Location", "")
    return response.status_code in (401, 403, 404) or to.startswith("/sign-in")


def test_the_owners_themselves_are_let_in(app, session, tenants):
    """The control: the same addresses answer those whose things these are."""
    mine, _ = tenants
    clients, closed = signed_in(app, session, mine), []
    for rule, who in asked(app):
        for _, path in addresses(rule, mine.ids, mine.ids):
            for method in sorted(rule.methods - {"OPTIONS", "HEAD"}):
                with undone(), clients[who].open(path, method=method, data=BODY) as response:
                    if refused(response) or response.status_code >= 500:
                        closed.append(f"{method} {path} ({rule.endpoint}): {response.status_code}")
    assert not closed, "\n".join(closed)


def test_the_owners_token_is_let_in(app, session, tenants):
    mine, _ = tenants
    client = app.test_client()
    bearer = {"Authorization": f"Bearer {mine.token}"}
    closed = []
    for rule in asked_by_token(app):
        for _, path in addresses(rule, mine.ids, mine.ids):
            for method in sorted(rule.methods - {"OPTIONS", "HEAD"}):
                body = API_BODY.get(rule.endpoint, {}) if method != "GET" else None
                with undone(), client.open(path, method=method, json=body, headers=bearer) as got:
                    if refused(got) or got.status_code >= 500:
                        closed.append(f"{method} {path} ({rule.endpoint}): {got.status_code}")
    assert not closed, "\n".join(closed)
