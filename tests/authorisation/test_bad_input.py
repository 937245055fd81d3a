"""Junk in every query and every form: refused in words, never a fault, nothing typed is lost.

Generated from the URL map: each address is asked by somebody who may, about objects that are
there. What a view reads is found by looking over its shoulder; the forms are those of the pages.
"""

import os
from contextlib import contextmanager
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select
from werkzeug.datastructures import ImmutableMultiDict

from market.accounts import service as accounts
from market.bundles.models import Bundle
from market.certification.models import CertificationBody
from market.db.session import database
from tests.authorisation.addresses import BODY, OWNER, addresses, policies
from tests.authorisation.pages import PageForm, forms_of
from tests.authorisation.tenants import make_tenant
from tests.authorisation.test_matrix import ABSENT, operation_of
from tests.conftest import START
from tests.factories import bundles as bundle_factory
from tests.factories.accounts import make_account, sign_in

HUGE = str(10**30)
LONG = "长" * 6_000
JUNK = (
    " ", "-1", "0", HUGE, "9" * 5_000, "1e400", "²", "🏠" * 40, LONG, ABSENT,
    "../<b>'\"%(x)s{{7*7}}", "2026-02-30",
)  # fmt: skip
FULL = "FULL" in os.environ  # `make fuzz`; otherwise each name meets a third of the junk
TURNS = range(0, len(JUNK), 1 if FULL else 3)
GOOD_FORMS = 6 if FULL else 3  # of a form with more text fields, several are spoilt at once
PERSONA = {
    "public": "household", "signed_in": "household", "household": "household",
    "seller": "seller", "provider": "provider", "staff": "official", "official": "official",
    "operator": "operator",
}  # fmt: skip
PERSONAS = ("anonymous", "household", "seller", "provider", "official", "operator")
# Leaves the session it is asked in; its own tests are beside accounts.
LEAVING = {"accounts.sign_out", "accounts.sign_out_everywhere", "accounts.delete_account"}
UNASKED = LEAVING | {"health.readyz"}  # the test's tables were made without migrations


@pytest.fixture(scope="module")
def world(kept_for_the_module):
    """A tenant with everything, an operator, and the operator's own objects."""
    with kept_for_the_module.writing() as session:
        bundle_factory.load(session)
        tenant = make_tenant(session, "130624", "130624104", START)
        operator = make_account(session).id
        accounts.grant_role(session, operator, "operator", "")
        tenant.people["operator"] = operator
        tenant.ids["bundle_id"] = session.scalars(select(Bundle.id)).first()
        tenant.ids["body_id"] = session.scalars(select(CertificationBody.id)).first()
    return tenant


@pytest.fixture
def connection_scope(kept_for_the_module, world):
    """Every test finds the world as it was made."""
    with kept_for_the_module.undone():
        yield


@contextmanager
def undone():
    """What happens inside is forgotten."""
    point = database()._bind.begin_nested()
    yield
    point.rollback()


@pytest.fixture(autouse=True)
def faults_become_answers(app):
    """As for visitors: a fault is a 500, not an exception in the test."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield
    app.config["PROPAGATE_EXCEPTIONS"] = None


@pytest.fixture
def overheard(app):
    """The names that views asked of the query and the form since it was last emptied."""
    names = set()

    class Listening(ImmutableMultiDict):
        """Notes every name it is asked for."""

        def _noted(self, name):
            if isinstance(name, str):
                names.add(name)
            return name

        def __getitem__(self, name):
            return super().__getitem__(self._noted(name))

        def __contains__(self, name):
            return super().__contains__(self._noted(name))

        def get(self, name, *rest, **options):
            return super().get(self._noted(name), *rest, **options)

        def getlist(self, name, *rest, **options):
            return super().getlist(self._noted(name), *rest, **options)

    before = app.request_class
    app.request_class = type("Overheard", (before,), {"parameter_storage_class": Listening})
    yield names
    app.request_class = before


def become(app, session, world, persona):
    client = app.test_client()
    if persona != "anonymous":
        sign_in(client, session, world.people[persona])
    return client


def open_to(app, world, persona, method):
    """(rule, address) of everything this persona may ask with this method."""
    for rule in app.url_map.iter_rules():
        known = policies().get(rule.endpoint, "")
        who = OWNER.get(rule.endpoint, PERSONA.get(known))
        if known == "public" and not rule.arguments:
            who = "anonymous"
        if (
            who == persona
            and method in rule.methods
            and rule.endpoint not in LEAVING | {"health.readyz"}
        ):
            for _, path in addresses(rule, world.ids, world.ids)[:1]:
                yield rule, path


def rotated(names, junk, turn):
    """Each name with another piece of junk; over as many turns as there are pieces each
    name meets each piece."""
    return {name: junk[(turn + place) % len(junk)] for place, name in enumerate(sorted(names))}


@pytest.mark.parametrize("persona", PERSONAS)
def test_no_page_breaks_at_a_strange_query(app, session, world, overheard, persona):
    client = become(app, session, world, persona)
    broken = []
    for rule, path in open_to(app, world, persona, "GET"):
        overheard.clear()
        client.get(path).close()
        names = overheard - {"lang"}
        tries = [rotated(names, JUNK, turn) for turn in TURNS] if names else []
        tries.append({name: ["1", "x"] for name in names | {"lang", "unknown"}})
        for query in tries:
            with undone(), client.get(path, query_string=query) as got:
                if got.status_code >= 500:
                    short = {name: value[:12] for name, value in query.items()}
                    broken.append(f"{rule.endpoint} {path} {short}: {got.status_code}")
    assert not broken, "\n".join(broken)


def forms_by_action(client, app, world, persona):
    """The first form of the persona's pages for each address that takes one."""
    found = {}
    for _, path in open_to(app, world, persona, "GET"):
        with client.get(path) as got:
            if got.mimetype == "text/html":
                for form in forms_of(got.get_data(as_text=True)):
                    action = urlsplit(form.action).path or path
                    if form.method == "post":
                        found.setdefault(action, form)
    return found


def tries(form, names):
    """What to send: nothing, emptiness, junk everywhere, junk in a few fields of a good form."""
    good, everything = form.values, set(form.values) | names
    yield {}
    yield dict.fromkeys(everything, "")
    for turn in (0, 5):
        yield rotated(everything, JUNK, turn)
    typed = sorted(form.typed)
    junk = {name: JUNK[at % len(JUNK)] if at % 2 else LONG for at, name in enumerate(typed)}
    for turn in range(min(len(typed), GOOD_FORMS)):
        yield good | {name: junk[name] for name in typed[turn::GOOD_FORMS]}
    chosen = sorted(everything - form.typed)
    for half in (chosen[::2], chosen[1::2]):
        yield {**good, **dict.fromkeys(half, "²🏠<b>'\"%(x)s")}
    if form.files:
        for name, data in (("照片.jpg", b"no picture"), ("x" * 400 + ".pdf", b"%PDF-")):
            yield {**good, **{field: (BytesIO(data), name) for field in form.files}}


def lost(form, sent, page, path):
    """Names of text fields whose typed value is not there any more in the page that refused."""
    typed = {name: value for name, value in sent.items() if name in form.typed and value.strip()}
    candidates = [
        again for again in forms_of(page)
        if again.method == "post" and (urlsplit(again.action).path or path) == path
    ]  # fmt: skip
    missing = [
        {n for n, value in typed.items() if again.values.get(n, "").strip() != value.strip()}
        for again in candidates
    ]
    return min(missing, key=len, default=set(typed))


@pytest.mark.parametrize("persona", PERSONAS)
def test_no_form_breaks_or_forgets_at_strange_input(app, session, world, overheard, persona):
    client = become(app, session, world, persona)
    forms = forms_by_action(client, app, world, persona)
    wrong = []
    for rule, path in open_to(app, world, persona, "POST"):
        form = forms.get(path) or PageForm(path, "post", dict(BODY))
        overheard.clear()
        with undone():
            client.post(path, data=form.values).close()
        for sent in list(tries(form, overheard - {"lang", "csrf_token"})):
            short = {name: str(value)[:12] for name, value in sent.items()}
            with undone(), client.post(path, data=dict(sent)) as got:
                if got.status_code >= 500:
                    wrong.append(f"{rule.endpoint} {path} {short}: {got.status_code}")
                elif got.status_code == 422 and not form.files:
                    gone = lost(form, sent, got.get_data(as_text=True), path)
                    if gone:
                        wrong.append(f"{rule.endpoint} {path} {short}: forgets {sorted(gone)}")
    assert not wrong, "\n".join(wrong)


WRONG_VALUES = (None, -1, 10**30, 0.5, "", LONG, "²🏠", [], {}, [{}], True)


def test_no_operation_of_the_api_breaks_at_strange_input(app, session, world):
    client = app.test_client()
    headers = {"Authorization": f"Bearer {world.token}", "Idempotency-Key": "k1"}
    broken = []
    for rule in app.url_map.iter_rules():
        about = operation_of(app, rule.endpoint)
        if about is None:
            continue
        (method,) = rule.methods - {"OPTIONS", "HEAD"}
        path = addresses(rule, world.ids, world.ids)[0][1]
        calls = [{"query_string": rotated(about.query().fields, JUNK, turn)} for turn in TURNS]
        if about.body is not None:
            known = sorted(about.body().fields)
            calls = [{"data": raw} for raw in (b"", b"{", b"[]", b"null", b'{"a":' * 9_000)]
            calls += [{"json": rotated(known, WRONG_VALUES, n)} for n in range(len(WRONG_VALUES))]
            if FULL:
                calls += [{"json": {name: value}} for name in known for value in WRONG_VALUES]
        for call in calls:
            with undone(), client.open(path, method=method, headers=headers, **call) as got:
                if got.status_code >= 500:
                    broken.append(f"{method} {path} {str(call)[:160]}: {got.status_code}")
    assert not broken, "\n".join(broken)
