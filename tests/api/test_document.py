"""The OpenAPI document says what is true: every operation, every status, nothing else."""

import json

import pytest

from market.api import openapi
from market.api.operation import LIMITS_EXTENSION
from market.api.types import Limits, Scope
from tests.api.checking import Caller
from tests.factories.bundles import load

ABSENT = "9" * 20
# Statuses that need a world of their own; each has its test beside its operation.
ELSEWHERE = {
    (method, f"/api/v1{path}", status)
    for method, path, status in (
        ("POST", "/cart/lines", 409), ("POST", "/cart/bundles", 409), ("POST", "/cart/codes", 409),
        ("POST", "/addresses", 409), ("POST", "/addresses", 404), ("POST", "/orders", 404),
        ("POST", "/orders", 409), ("PATCH", "/requests/{request_id}", 409),
        ("POST", "/requests/{request_id}/publish", 409),
        ("POST", "/adoption-batches", 409), ("GET", "/adoption-batches/{sequence}", 409),
    )
}  # fmt: skip


def operations(app):
    return openapi.framed(app)


def real(path):
    while "{" in path:
        start, end = path.index("{"), path.index("}")
        path = path[:start] + ABSENT + path[end + 1 :]
    return path.removeprefix("/api/v1")


VALID = {
    "calculate_bundle": {},
    "add_line": {"listing_id": ABSENT, "quantity": 1},
    "change_line": {"quantity": 1},
    "add_bundle": {"slug": "nope"},
    "add_code": {"code": "CODE1"},
    "add_address": {"recipient": "a", "phone": "13912345678", "region": "999999", "detail": "b"},
    "place_order": {"address_id": ABSENT, "payment_method": "card", "seen_total_fen": 0},
    "create_request": {},
    "update_request": {},
    "publish_request": {},
}
NEEDED = {"search_regions": {"q": "阜平"}, "list_providers": {"region": "130624104"},
          "list_pickup_points": {"region": "130624104"}}  # fmt: skip
NOWHERE = {
    "list_listings": {"region": "999999"}, "list_bundles": {"region": "999999"},
    "list_pickup_points": {"region": "999999"},
    "list_providers": {"region": "999999"}, "show_cart": {"region": "999999"},
    "add_code": {"region": "999999"}, "remove_code": {"region": "999999"},
}  # fmt: skip
KEY = {"Idempotency-Key": "k"}


def provoke(app, make_caller, method, path, endpoint, about):
    """Calls that lead to the statuses every operation may give; what came."""
    name = endpoint.split(".")[-1]
    able, unable = make_caller(about.scope), make_caller(other_than(about.scope))
    body, query = VALID.get(name), NEEDED.get(name, {})
    callers = [able, unable]

    def call(who=able, **more):
        return who(method, path, **{"body": body, "headers": dict(KEY), **query, **more})

    call()
    call(**NOWHERE.get(name, {}))
    call(unable)
    wrong = Caller(app, "a" * 43)
    callers.append(wrong)
    call(wrong)
    call(nobody="1")
    call(lang="\0")
    if about.body is not None:
        call(raw=b"{")
        call(raw=b"x=1", headers={**KEY, "Content-Type": "application/x-www-form-urlencoded"})
        call(raw=b" " * 70_000)
    if method == "GET":
        tag = call().headers.get("ETag")
        if tag:
            call(headers={"If-None-Match": tag})
    app.extensions[LIMITS_EXTENSION] = Limits(per_token=0)
    call()
    app.extensions.pop(LIMITS_EXTENSION)
    return set().union(*(one.seen for one in callers))


def other_than(scope):
    return Scope.CART if scope is not Scope.CART else Scope.READ


@pytest.fixture
def document(client):
    return client.get("/api/v1/openapi.json").json


def test_every_documented_status_is_real(app, make_caller, session, offer, document):
    """Each caller also refuses statuses and forms that the document does not name."""
    load(session)
    session.commit()
    missing = []
    for path, method, endpoint, about in operations(app):
        seen = {s for _, _, s in provoke(app, make_caller, method, real(path), endpoint, about)}
        made = document["paths"][path][method.lower()]
        for status in map(int, made["responses"]):
            by_design = status in (200, 201) or (status == 304 and "{" in path)
            if status not in seen and not by_design and (method, path, status) not in ELSEWHERE:
                missing.append(f"{method} {path}: {status} (seen {sorted(seen)})")
    assert not missing, "\n".join(missing)


def test_every_operation_of_the_blueprint_is_in_the_document(app, document):
    served = {
        (rule.rule.replace("<", "{").replace(">", "}"), method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.") and rule.rule.startswith("/api/v1/")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    named = {(path, m.upper()) for path, made in document["paths"].items() for m in made}
    assert served == named


def test_the_document_is_whole(document):
    assert document["openapi"] == "3.1.0"
    ids = [made["operationId"] for ops in document["paths"].values() for made in ops.values()]
    assert len(ids) == len(set(ids))
    text = json.dumps(document)
    for name in document["components"]["schemas"]:
        assert f'"#/components/schemas/{name}"' in text, f"{name} is never used"
    used = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert used == set(document["components"]["schemas"])
    for schema in document["components"]["schemas"].values():
        assert schema["additionalProperties"] is False
        for name, part in schema["properties"].items():
            if name.endswith("_fen"):
                kinds = part["type"] if isinstance(part["type"], list) else [part["type"]]
                assert set(kinds) <= {"integer", "null"}, name
    for ops in document["paths"].values():
        for made in ops.values():
            assert made["tags"][0] in {tag["name"] for tag in document["tags"]}
            assert {} in made["security"] or made["x-scope"] != "read"


def test_the_document_speaks_english_too(client):
    text = client.get("/api/v1/openapi.json?lang=en").get_data(as_text=True)
    assert not [c for c in text if "\u4e00" <= c <= "\u9fff"]


@pytest.mark.parametrize(
    ("raw", "kind", "status", "code"),
    [
        (b"", "application/json", 400, "malformed_body"),
        (b"{", "application/json", 400, "malformed_body"),
        (b"\xff\xfe", "application/json", 400, "malformed_body"),
        (b'{"a": NaN}', "application/json", 400, "malformed_body"),
        (b"[" * 50_000, "application/json", 400, "malformed_body"),
        (b"1" * 5_000, "application/json", 400, "malformed_body"),
        (b"[]", "application/json", 422, "invalid_input"),
        (b"null", "application/json", 422, "invalid_input"),
        (b'"text"', "application/json", 422, "invalid_input"),
        (b"3", "application/json", 422, "invalid_input"),
        (b"{}", "application/json; charset=utf-8", 422, "invalid_input"),
        (b'{"listing_id": {"$gt": ""}, "quantity": 1}', "application/json", 422, "invalid_input"),
        (b'{"listing_id": "a\\u0000b", "quantity": 1}', "application/json", 422, "invalid_input"),
        (b'{"listing_id": "\\ud800", "quantity": 1}', "application/json", 422, "invalid_input"),
        (b'{"listing_id": "a\\n", "quantity": 1}', "application/json", 422, "invalid_input"),
        (b'{"listing_id": "x", "quantity": 1e400}', "application/json", 422, "invalid_input"),
        (b'{"listing_id": "x", "quantity": 1.0}', "application/json", 422, "invalid_input"),
        (b'{"listing_id": "x", "quantity": "1"}', "application/json", 422, "invalid_input"),
        (b'{"listing_id": "x", "quantity": true}', "application/json", 422, "invalid_input"),
        (b'{"listing_id": "x", "quantity": 0}', "application/json", 422, "invalid_input"),
        (b'{"listing_id": "x", "quantity": null}', "application/json", 422, "invalid_input"),
        (b'{"\\ud800": 1}', "application/json", 422, "invalid_input"),
        (b'{"price_fen": 1}', "application/json", 422, "invalid_input"),
        (b"{}", "text/plain", 415, "wrong_content_type"),
        (b"{}", "application/xml", 415, "wrong_content_type"),
        (b"{" + b" " * 70_000, "application/json", 413, "body_too_large"),
    ],
)  # fmt: skip
def test_bad_bodies_are_refused_in_words(caller, raw, kind, status, code):
    answer = caller("POST", "/cart/lines", raw=raw, headers={"Content-Type": kind})
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert answer.json["title"]
    if status == 422:
        assert answer.json["fields"]


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("/kinds", {"limit": "0"}, "limit"),
        ("/kinds", {"limit": "101"}, "limit"),
        ("/kinds", {"limit": "١"}, "limit"),
        ("/kinds", {"limit": "9" * 5000}, "limit"),
        ("/kinds", {"limit": ["1", "2"]}, "limit"),
        ("/kinds", {"page": "2"}, "page"),
        ("/kinds", {"lang": "fr"}, "lang"),
        ("/kinds", {"cursor": "x"}, "cursor"),
        ("/kinds", {"cursor": "W10"}, "cursor"),
        ("/kinds", {"cursor": "WyJhIiwiYiJd"}, "cursor"),
        ("/kinds", {"cursor": "W1tbW1tb"}, "cursor"),
        ("/listings", {"cursor": "WzEsIlx1MDAwMCJd"}, "cursor"),
        ("/listings", {"cursor": "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5LCJhIl0"}, "cursor"),
        ("/listings", {"cursor": "WzQwMDAwMDAwMDAwMDAwMDAwMDAsImEiXQ", "sort": "newest"}, "cursor"),
        ("/listings", {"region": "12"}, None),
        ("/listings", {"region": "abc"}, "region"),
        ("/listings", {"region": ""}, "region"),
        ("/listings", {"in_stock": "maybe"}, "in_stock"),
        ("/listings", {"sort": "random()"}, "sort"),
        ("/listings", {"kind": "' OR 1=1"}, "kind"),
        ("/products/x", {"amount": "-1"}, "amount"),
        ("/products/x", {"amount": "1e9"}, "amount"),
        ("/products/x", {"amount": "0.0001"}, "amount"),
        ("/products/x", {"loss_percent": "51"}, "loss_percent"),
        ("/regions", {"q": ""}, "q"),
        ("/regions", {"q": "x" * 41}, "q"),
        ("/providers", {"region": "13", "trade": "wizard"}, "trade"),
    ],
)
def test_bad_queries_are_refused_in_words(anyone, path, query, field):
    answer = anyone.get(path, **query)
    if field is None:
        assert answer.status_code in (200, 404)
        return
    assert answer.status_code == 422
    assert [row["field"] for row in answer.json["fields"]] == [field]


@pytest.mark.parametrize("part", ["..%2f..", "a" * 70, "%F0%9F%8F%A0", "a%20b", "'"])
def test_wild_addresses_are_not_found(client, caller, part):
    for path in ("kinds", "products", "listings", "bundles", "providers", "orders", "requests"):
        bearer = {"Authorization": f"Bearer {caller.token}"}
        answer = client.get(f"/api/v1/{path}/{part}", headers=bearer)
        assert answer.status_code == 404
        assert answer.mimetype == "application/problem+json"


def test_what_is_not_served_is_a_problem_too(client):
    for method, path, status in (
        ("GET", "/api/v1/nope", 404), ("PUT", "/api/v1/kinds", 405), ("GET", "/api/v2/kinds", 404),
    ):  # fmt: skip
        answer = client.open(path, method=method)
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")


def test_refusals_speak_the_language_asked_for(anyone):
    chinese = anyone.get("/kinds", limit="0").json
    english = anyone.get("/kinds", limit="0", lang="en").json
    assert chinese["fields"][0]["detail"] == "要在 1 到 100 之间"
    assert english["fields"][0]["detail"] == "Must be between 1 and 100"
    assert english["code"] == chinese["code"]
