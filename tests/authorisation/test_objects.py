"""The other tenant's things: whoever asks for them is told what a stranger to their id is told.

Each address that takes an id is asked with the ids of another household, seller, crew or
county, by somebody who holds the same role elsewhere; once empty-handed and once with a body
that would be accepted from the owner. Nothing of the other tenant may change by it.
"""

import csv
import hashlib
import re

import pytest
from sqlalchemy import select

from market import all_models
from market.db.session import reading
from tests.authorisation.tenants import BUNDLE, make_tenant
from tests.authorisation.test_matrix import ABSENT, POLICY
from tests.factories import bundles as bundle_factory
from tests.factories.accounts import sign_in
from tests.factories.regions import load_once

PERSONA = {
    "public": "household",
    "signed_in": "household",
    "household": "household",
    "seller": "seller",
    "provider": "provider",
    "staff": "official",
}
OWNER = {"providers.show_document": "provider"}  # who of those signed in owns the thing
# Objects that are for everybody, the operator's own, or words instead of ids.
FOR_EVERYBODY = {
    "accounts.answer_consent",
    "accounts.show_document",
    "accounts.show_document_version",
    "bundles.configure_bundle",
    "bundles.show_bundle",
    "catalogue.show_report",
    "certification.show_certificate",
    "checkout.remove_code",
    "media.show_photo",
    "providers.show_provider",
    "storefront.list_products",
    "storefront.show_guide",
    "storefront.show_product",
    "storefront.show_seller",
}
# Where an address means another object than the name of its argument says.
MEANS = {
    "catalogue.create_listing": {"variant_id": "hidden_variant_id"},
    "promotions": {},
    "sellers": {"seller_id": "application_id"},
    "renovations": {"request_id": "draft_id", "photo_id": "draft_photo_id"},
    "matching.show_summary": {"request_id": "draft_id"},
    "matching.publish_request": {"request_id": "draft_id"},
}
WORDS = {"slug": BUNDLE, "key": "any", "name": "privacy"}
ACTIONS = {
    "certification.check_certificate": ("approve", "recheck"),
    "certification.decide_certificate": ("ask", "refuse", "suspend", "revoke", "cancel"),
    "sellers.decide_application": ("approve", "ask", "refuse", "suspend"),
}
STEPS = {
    "sellers.edit_application": ("company", "licence", "payout"),
    "sellers.update_application": ("company", "payout", "contact"),
    "renovations.edit_request": ("project", "contact"),
    "renovations.update_request": ("project", "contact"),
}
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
    "matching.close_request",
    "providers.remove_craftsman",
    "providers.remove_document",
}
BODY = {
    "reason": "材料和登记的不一致，请看清楚再交",
    "note": "发证机构网站查到，一致",
    "next_check_on": "2027-05-01",
    "verdict": "suspend",
    "answer": "已经补上",
    "amount": "10.00",
    "quantity": "1",
    "action": "in",
    "step": "0",
    "method": "alipay",
    "price": "88.00",
    "code": "TAKEOVER1",
    "count": "1",
    "name": "改了名字",
    "project": "roof-repair",
    "recipient": "别人",
    "phone": "13900001111",
    "region": "130624104",
    "detail": "改到我这里",
    "reference": "12345678",
}
CHANGING = re.compile(r'(value|content)="[^"]{40,}"')


@pytest.fixture(scope="module", autouse=True)
def places(shared_database):
    load_once(shared_database)


@pytest.fixture
def tenants(app, session, now):
    """(mine, theirs)."""
    bundle_factory.load(session)
    mine = make_tenant(session, "130624", "130624104", now)
    theirs = make_tenant(session, "510121", "510121001", now)
    session.commit()
    return mine, theirs


def policies():
    with POLICY.open(encoding="utf-8", newline="") as file:
        return {row["endpoint"]: row["policy"] for row in csv.DictReader(file)}


def asked(app):
    """(rule, persona) of every address that takes somebody's id."""
    policy = policies()
    for rule in app.url_map.iter_rules():
        known = policy.get(rule.endpoint, "operator")
        named = rule.arguments and rule.endpoint not in FOR_EVERYBODY | {"static"}
        if named and known in PERSONA:
            yield rule, OWNER.get(rule.endpoint, PERSONA[known])


def meaning(endpoint, name, ids):
    """The id that belongs to this argument of this address."""
    domain = endpoint.split(".")[0]
    other = MEANS.get(endpoint, MEANS.get(domain, {})).get(name)
    if endpoint.startswith("promotions.") and "_staff_" in endpoint:
        other = "region_promotion_id"
    return ids.get(other or name)


def addresses(rule, ids, own):
    """Addresses of this rule with the others' ids; with two ids also one's own then theirs."""
    choices = [{}]
    for name in sorted(rule.arguments):
        converter = rule._converters[name]
        if type(converter).__name__ == "AnyConverter":
            values = sorted(converter.items)
        elif name == "action":
            values = ACTIONS[rule.endpoint]
        elif name == "step":
            values = STEPS[rule.endpoint]
        elif name in WORDS:
            values = (WORDS[name],)
        else:
            values = (meaning(rule.endpoint, name, ids),)
            assert values[0], f"{rule.endpoint}: nobody made a {name}"
        choices = [{**choice, name: value} for choice in choices for value in values]
    theirs = [name for name in rule.arguments if name.endswith("_id")]
    if len(theirs) > 1:
        parent = next(name for name in re.findall(r"<(\w+)>", rule.rule) if name in theirs)
        mixed = {parent: meaning(rule.endpoint, parent, own)}
        choices += [{**choice, **mixed} for choice in choices]
    return [(choice, rule.build(choice, append_unknown=False)[1]) for choice in choices]


def absent(rule, choice, own):
    """The same address with ids that nobody has."""
    kept = set(own.values())
    values = {
        name: value if value in kept or name in WORDS or not looks_like_id(value) else ABSENT
        for name, value in choice.items()
    }
    return rule.build(values, append_unknown=False)[1]


def looks_like_id(value):
    return len(value) == 20 and value.isalnum()


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


@pytest.mark.parametrize("persona", sorted(set(PERSONA.values())))
def test_the_other_tenants_things_are_as_if_they_were_not_there(app, session, tenants, persona):
    mine, theirs = tenants
    client = app.test_client()
    sign_in(client, session, mine.people[persona])
    before, wrong = books(), []
    ids = set(theirs.ids.values()) | set(mine.ids.values())
    for rule, who in asked(app):
        if who != persona:
            continue
        for choice, path in addresses(rule, theirs.ids, mine.ids):
            for method in sorted(rule.methods - {"OPTIONS", "HEAD"}):
                for body in ({}, BODY) if method == "POST" else ({},):
                    got = answer(client, method, path, body, ids)
                    if problem := judged(client, rule, choice, mine, method, body, got, ids):
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


API_BODY = {"api.change_line": {"quantity": 3}}
API_OPEN = {"show_bundle", "calculate_bundle", "list_regions", "show_kind", "show_listing",
            "show_product", "show_provider", "show_region", "remove_code"}  # fmt: skip


def test_a_token_reaches_nothing_of_the_other_tenant(app, session, tenants):
    mine, theirs = tenants
    client = app.test_client()
    bearer = {"Authorization": f"Bearer {mine.token}"}
    before, wrong, seen = books(), [], 0
    for rule in app.url_map.iter_rules():
        known = policies().get(rule.endpoint)
        if known != "api" or not rule.arguments or rule.endpoint.split(".")[1] in API_OPEN:
            continue
        (name,) = rule.arguments
        (method,) = rule.methods - {"OPTIONS", "HEAD"}
        for key in {name, "draft_id" if name == "request_id" else name}:
            answers = []
            for value in (theirs.ids[key], ABSENT):
                path = rule.build({name: value}, append_unknown=False)[1]
                body = API_BODY.get(rule.endpoint, {}) if method != "GET" else None
                got = client.open(path, method=method, json=body, headers=bearer)
                answers.append((got.status_code, got.json.get("code")))
            seen += 1
            if answers[0] != answers[1] or answers[0][0] != 404:
                wrong.append(f"{method} {path}: {answers}")
    assert not wrong, "\n".join(wrong)
    assert seen >= 6
    changed = [name for name, print_ in books().items() if print_ != before[name]]
    assert changed in ([], ["api_tokens"])  # when the token was used last


def test_the_owners_themselves_are_let_in(app, session, tenants):
    """The control: the same addresses answer those whose things these are."""
    mine, _ = tenants
    closed = []
    for persona, account_id in mine.people.items():
        client = app.test_client()
        sign_in(client, session, account_id)
        for rule, who in asked(app):
            if who == persona and "GET" in rule.methods:
                _, path = addresses(rule, mine.ids, mine.ids)[0]
                status = client.get(path).status_code
                if status not in (200, 303, 409):
                    closed.append(f"{path} ({rule.endpoint}): {status}")
    assert not closed, "\n".join(closed)
