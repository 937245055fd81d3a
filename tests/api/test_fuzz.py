"""The document against the program: schemathesis makes calls of every operation out of it.

Whatever comes, valid or not, is answered with a status, headers and a body that the document
names. `FUZZ_EXAMPLES` (`make fuzz`) is how many calls each operation gets, of each sort.
"""

import os
from collections import Counter
from copy import deepcopy

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks

from market.api import openapi
from market.api.operation import LIMITS_EXTENSION
from market.api.types import Limits, Scope
from market.interchange import service as interchange
from market.kernel.actor import Actor
from tests.api.test_buying import ADDRESS
from tests.api.test_requests import COMPLETE
from tests.factories.adoptions import make_hands, make_listed
from tests.factories.bundles import load, offer_eps
from tests.factories.catalogue import make_offer
from tests.factories.demonstrations import make_public, make_staff
from tests.factories.footprints import make_verified
from tests.factories.inspections import fail
from tests.factories.interchange import make_partner
from tests.factories.orders import fill_cart, make_address, place
from tests.factories.pickups import make_point
from tests.factories.providers import make_provider
from tests.factories.standards import make_edition

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "6"))
CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]


class Fuzzed:
    """The API with a little of everything in it, and a caller who may do all of it."""

    def __init__(self, app, document, token, known):
        schema = schemathesis.openapi.from_dict(document)
        schema.app = app
        self.operations = [found.ok() for found in schema.get_all_operations()]
        self.headers = {"Authorization": f"Bearer {token}"}
        self.known = known
        self.statuses = Counter()

    def faults(self, operation, mode):
        """What was wrong with the answers to this operation; at most one of each sort."""

        @settings(
            max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
            suppress_health_check=list(HealthCheck), phases=(Phase.generate,),
        )  # fmt: skip
        @given(case=operation.as_strategy(generation_mode=mode), data=st.data())
        def call(case, data):
            case.path_parameters = self._real(case.path_parameters, data)
            if mode is GenerationMode.POSITIVE:
                case.query = self._real(case.query, data)
            if isinstance(case.body, dict):
                case.body = self._real(case.body, data)
            answer = case.call(headers=self.headers)
            self.statuses[operation.label, answer.status_code] += 1
            case.validate_response(answer, checks=CHECKS, headers=self.headers)

        try:
            call()
        except (Exception, BaseExceptionGroup) as error:  # noqa: BLE001
            return [f"{operation.label} ({mode.value}): {error}"]
        return []

    def _real(self, values, data):
        """Most ids become real ones, so that calls come further than to a 404; None: left out."""
        drawn = {
            name: data.draw(st.sampled_from([*self.known[name], value]))
            if name in self.known else value
            for name, value in (values or {}).items()
        }  # fmt: skip
        return {name: value for name, value in drawn.items() if value is not None}


@pytest.fixture
def world(app, session, make_caller, offer, now):
    """Fills the API; returns the document, the token and the ids that exist."""
    app.extensions[LIMITS_EXTENSION] = Limits(10**9, 10**9, 10**9)
    load(session)
    crew, check = make_provider(session), fail(session, make_offer(session))
    caller = make_caller(*Scope)
    other = make_caller(*Scope)
    address = make_address(session, caller.account_id)
    order = place(session, Actor(caller.account_id), (offer, 1))
    fill_cart(session, caller.account_id, (offer, 2))
    project = make_public(session, make_staff(session), offer_eps(session, stock=5000))
    edition = make_edition(session)
    declaration = make_verified(session, make_offer(session))
    make_point(session)
    adopted = make_listed(session, listed := make_offer(session), make_hands(session, listed))
    make_partner(session, account_id=caller.account_id)
    interchange.make_next(session, Actor(caller.account_id), now=now)
    session.commit()
    line = caller.get("/cart").json["sellers"][0]["lines"][0]["id"]
    caller("POST", "/addresses", ADDRESS)
    request = caller("POST", "/requests", COMPLETE).json["id"]
    foreign = other("POST", "/requests", COMPLETE).json["id"]
    known = {
        "listing_id": [offer.listing_id], "product_id": [offer.product_id], "line_id": [line],
        "certificate_id": [offer.certificate.id], "check_id": [check], "code": ["G105", "13"],
        "address_id": [address], "provider_id": [crew.id], "request_id": [request, foreign],
        "slug": ["cold-clean-heat"], "order_id": [order.id], "project_id": [project],
        "edition_id": [edition], "declaration_id": [declaration],
        "adoption_id": [adopted], "sequence": ["1"], "partner": ["sichuan", None],
        "cursor": [None],
        "region": ["130624104", "13", None], "kind": ["G105", None], "maker": [None],
        "seller": [offer.maker.id, None], "product": [offer.product_id, None],
    }  # fmt: skip
    with app.test_request_context():
        return openapi.document(), caller.token, known


def test_every_answer_is_in_the_document(app, world):
    fuzzed = Fuzzed(app, *world)
    faults = [
        fault
        for operation in fuzzed.operations
        for mode in GenerationMode
        for fault in fuzzed.faults(operation, mode)
    ]
    assert not faults, "\n\n".join(faults)
    reads = {one.label for one in fuzzed.operations if one.label.startswith("GET")}
    writes = {one.label for one in fuzzed.operations} - reads
    done = {label for label, status in fuzzed.statuses if status < 300}
    assert reads <= done, "these were never answered"
    assert len(writes & done) > len(writes) / 2, writes - done


def test_control_a_status_that_is_not_documented_is_seen(app, world):
    """Must fail: the document of another API, which knows no 404."""
    document, token, known = world
    poorer = deepcopy(document)
    del poorer["paths"]["/api/v1/kinds/{code}"]["get"]["responses"]["404"]
    fuzzed = Fuzzed(app, poorer, token, known)
    (operation,) = [one for one in fuzzed.operations if one.label == "GET /api/v1/kinds/{code}"]
    assert "404" in fuzzed.faults(operation, GenerationMode.POSITIVE)[0]
