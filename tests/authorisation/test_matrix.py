"""Every endpoint × method × persona, generated from the URL map.

`policy.csv` says for each endpoint who may pass the role check. It is written by hand and
held against the tags in the code: an endpoint without a row fails, and so does a row without
an endpoint. Objects of others are tested beside their domains; here no object exists, so that
a permitted persona meets "not found" or a form, and a forbidden one is stopped before that.
"""

import csv
from functools import cache
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

import pytest

from market.accounts import service as accounts
from market.api import service as tokens
from market.api.types import Scope
from market.web.access import POLICIES, assert_every_view_has_a_policy, policy_of
from tests.factories.accounts import make_account, sign_in

POLICY = Path(__file__).parent / "policy.csv"
ABSENT = "0" * 20
SIGNED_IN = {"household", "seller", "provider", "official", "operator"}
PASSES = {
    "public": {"anonymous", "signed_out", "suspended", *SIGNED_IN},
    "api": set(),  # a session counts for nothing there; see `passes`
    "signed_in": SIGNED_IN,
    "household": SIGNED_IN,
    "seller": {"seller"},
    "provider": {"provider"},
    "official": {"official", "operator"},
    "operator": {"operator"},
    "staff": {"official", "operator"},
}
PERSONAS = ("anonymous", "signed_out", "suspended", *sorted(SIGNED_IN))
SCOPES = {"seller": "s" * 20, "provider": "p" * 20, "official": "510124", "operator": ""}


@cache
def rows():
    with POLICY.open(encoding="utf-8", newline="") as file:
        return {row["endpoint"]: row["policy"] for row in csv.DictReader(file)}


def rules(app):
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def test_every_endpoint_has_a_row_and_every_row_an_endpoint(app):
    endpoints = {rule.endpoint for rule in rules(app)}
    assert endpoints == set(rows()), (
        f"without a row: {sorted(endpoints - set(rows()))}; "
        f"without an endpoint: {sorted(set(rows()) - endpoints)}"
    )


def test_the_rows_agree_with_the_tags_in_the_code(app):
    tags = {rule.endpoint: policy_of(app, rule.endpoint) for rule in rules(app)}
    wrong = {e: (rows().get(e), tag) for e, tag in tags.items() if rows().get(e) != tag}
    assert not wrong


def test_every_policy_is_understood_here():
    assert set(PASSES) == set(POLICIES)


def become(client, session, persona):
    """Give the client the cookies of a persona."""
    if persona == "anonymous":
        return
    account = make_account(session)
    if persona in SCOPES:
        accounts.grant_role(session, account.id, persona, SCOPES[persona])
    sign_in(client, session, account.id)
    if persona == "signed_out":
        client.post("/sign-out")
        with client.session_transaction() as cookie:
            cookie["_user_id"] = "an old token that is over"
    if persona == "suspended":
        account.state = "suspended"
        session.commit()


def address(rule):
    values = {}
    for name in rule.arguments:
        converter = rule._converters[name]
        kind = type(converter).__name__
        if kind == "AnyConverter":
            values[name] = min(converter.items)
        else:
            values[name] = {"IntegerConverter": 1, "PathConverter": "a/b"}.get(kind, ABSENT)
    return rule.build(values, append_unknown=False)[1]


def stopped(response):
    """Whether the role check turned the caller away."""
    to = urlsplit(response.headers.get("Location", "")).path
    return response.status_code in (401, 403) or to == "/sign-in"


def passes(app, endpoint, persona):
    """Whether the policy lets this persona in; of the API, only what is open to everybody."""
    name = rows().get(endpoint, "operator")
    if name == "api":
        about = operation_of(app, endpoint)
        return about is None or about.is_open
    return persona in PASSES[name]


def operation_of(app, endpoint):
    """What an operation of the API says about itself; None of its documentation."""
    return getattr(app.view_functions[endpoint], "operation", None)


def broken(rule, response):
    """Whether the site failed; the test database was made without migrations, so not "ready"."""
    return response.status_code >= 500 and rule.endpoint != "health.readyz"


@pytest.mark.parametrize("persona", PERSONAS)
def test_the_role_check_lets_pass_exactly_whom_the_policy_names(app, session, persona):
    wrong = []
    for rule in rules(app):
        allowed = passes(app, rule.endpoint, persona)
        for method in sorted(rule.methods - {"OPTIONS", "HEAD"}):
            client = app.test_client()
            if rule.endpoint.startswith(("accounts.sign_", "accounts.delete")):
                continue  # these change who one is; tested beside accounts
            become_cached(client, session, persona)
            response = client.open(address(rule), method=method)
            response.close()
            if stopped(response) == allowed or broken(rule, response):
                wrong.append(f"{method} {rule.rule} ({rule.endpoint}): {response.status_code}")
    assert not wrong, "\n".join(wrong)


_cookies = {}


@pytest.fixture(autouse=True)
def forget_cookies():
    _cookies.clear()


def become_cached(client, session, persona):
    """Sign each persona in once per test, then reuse its cookie."""
    if persona not in _cookies:
        become(client, session, persona)
        _cookies[persona] = client.get_cookie("session")
    elif _cookies[persona] is not None:
        client.set_cookie("session", _cookies[persona].value)


def test_a_token_opens_what_its_scopes_name_and_nothing_else(app, session, now):
    who = accounts.load_actor(session, make_account(session).id)
    secrets = {scope: tokens.create_token(session, who, "x", [scope], days=1, now=now)
               for scope in Scope}  # fmt: skip
    session.commit()
    wrong = []
    for rule in rules(app):
        about = operation_of(app, rule.endpoint)
        if about is None:
            continue
        (method,) = rule.methods - {"OPTIONS", "HEAD"}
        for scope, secret in secrets.items():
            bearer = {"Authorization": f"Bearer {secret}"}
            client = app.test_client()
            with client.open(address(rule), method=method, headers=bearer) as response:
                status = response.status_code
            if (status not in (401, 403)) != (scope is about.scope) or status >= 500:
                wrong.append(f"{method} {rule.rule} with {scope}: {status}")
    assert not wrong, "\n".join(wrong)


def test_an_untagged_endpoint_would_stop_the_start(shared_app):
    """The control: the check above sees a missing tag."""

    class Fake:
        url_map = shared_app.url_map
        view_functions: ClassVar = dict(shared_app.view_functions)

    Fake.view_functions["health.healthz"] = lambda: ""
    with pytest.raises(RuntimeError, match=r"health\.healthz"):
        assert_every_view_has_a_policy(Fake)
