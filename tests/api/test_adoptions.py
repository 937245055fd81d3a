"""Adoption databases for programs: read, page by page, and signed batches in both directions."""

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from datetime import timedelta

import pytest

from market.api.types import Scope
from market.interchange import service as interchange
from tests.api.test_reading import walk
from tests.factories.adoptions import make_hands, make_listed, make_proposed
from tests.factories.catalogue import START, make_offer
from tests.factories.inspections import fail
from tests.factories.interchange import content_of, make_partner, record_of, seal

HOUR = timedelta(hours=1)


@pytest.fixture
def listed(session, offer):
    made = make_listed(session, offer, make_hands(session, offer))
    session.commit()
    return made


@pytest.fixture
def partner(session, make_caller):
    """(id, caller) of a data partner."""
    caller = make_caller(Scope.ADOPTIONS)
    made = make_partner(session, account_id=caller.account_id)
    session.commit()
    return made, caller


def body_of(envelope):
    return {"id": envelope.id, "timestamp": envelope.timestamp, "content": envelope.content,
            "signature": envelope.signature}  # fmt: skip


def test_entries_page_by_page_and_what_changed(session, anyone, offer, listed, clock):
    others = [make_offer(session) for _ in range(2)]
    for one in others:
        make_listed(session, one, make_hands(session, one))
    make_proposed(session, waiting := make_offer(session), make_hands(session, waiting))
    session.commit()
    rows = walk(anyone, "/adoptions", limit=2)
    assert len(rows) == 3
    assert {row["state"] for row in rows} == {"listed"}
    clock.advance(hours=1)
    with anyone.app.app_context():
        fail(session, others[0], clock.now())
    session.commit()
    since = (START + timedelta(minutes=30)).isoformat()
    (changed,) = anyone.get("/adoptions", updated_since=since).json["items"]
    assert (changed["state"], changed["exit_cause"]) == ("exited", "spot_check_failed")
    tag = anyone.get("/adoptions").headers["ETag"]
    assert anyone("GET", "/adoptions", headers={"If-None-Match": tag}).status_code == 304


def test_one_entry_with_history_and_sources(anyone, listed):
    one = anyone.get(f"/adoptions/{listed}").json
    assert [step["action"] for step in one["history"]] == ["propose", "pass_first", "pass_second"]
    assert {row["field"]: row["kind"] for row in one["sources"]}["use_scope"] == "seller"
    assert (one["uses"], one["totals"]) == ([], [])
    assert one["region"] == "510121"
    assert anyone.get("/adoptions/absent").status_code == 404


def test_a_pushed_batch_is_taken_whole_and_once(session, offer, partner):
    key, caller = partner
    body = body_of(
        seal(session, key, content_of(session, key, record_of(offer.certificate.number)))
    )
    first = caller("POST", "/adoption-batches", body)
    assert first.status_code == 200, first.json
    assert first.json["rows"][0]["outcome"] == "proposed"
    again = caller("POST", "/adoption-batches", body)
    assert (again.status_code, again.json["repeated"]) == (200, True)
    assert again.json["rows"] == first.json["rows"]


def test_rejected_rows_are_told_with_row_field_and_reason(session, offer, partner):
    key, caller = partner
    number = offer.certificate.number
    content = content_of(session, key, record_of(number), record_of(number, kind="保温", star="?"))
    answer = caller("POST", "/adoption-batches", body_of(seal(session, key, content)))
    assert answer.status_code == 422
    assert {(row["field"], row["detail"]) for row in answer.json["fields"]} == {
        ("records.1.kind", "没有对照：保温"), ("records.1.star", "没有对照：?"),
    }  # fmt: skip
    english = caller("POST", "/adoption-batches", body_of(seal(session, key, content)), lang="en")
    assert english.json["fields"][0]["detail"].startswith("No mapping")


def test_wrong_signatures_times_and_callers(session, make_caller, offer, partner, clock):
    key, caller = partner
    content = content_of(session, key, record_of(offer.certificate.number))
    body = body_of(seal(session, key, content))
    for changed, code in (
        ({"content": content + " "}, "signature_wrong"), ({"id": "other"}, "signature_wrong"),
        ({"timestamp": body["timestamp"] + 1}, "signature_wrong"),
    ):  # fmt: skip
        answer = caller("POST", "/adoption-batches", {**body, **changed})
        assert (answer.status_code, answer.json["code"]) == (403, code)
    clock.advance(minutes=6)
    answer = caller("POST", "/adoption-batches", body)
    assert (answer.status_code, answer.json["code"]) == (403, "timestamp_outside")
    stranger = make_caller(Scope.ADOPTIONS)("POST", "/adoption-batches", body)
    assert (stranger.status_code, stranger.json["code"]) == (409, "not_a_partner")
    reader = make_caller(Scope.READ, account_id=caller.account_id)
    assert reader("POST", "/adoption-batches", body).json["code"] == "scope_missing"


def test_a_partner_fetches_batches_and_verifies_them_by_itself(session, listed, partner):
    """What a partner's program does, with nothing of ours but the key it was given."""
    key, caller = partner
    made = caller("POST", "/adoption-batches/next", None)
    assert made.status_code == 201, made.json
    secret = interchange.shown(interchange.key_of("t" * 40, key, 1))
    raw = b64decode(secret.removeprefix("whsec_"))
    for answer in (made.json, caller.get("/adoption-batches/1").json):
        signed = f"{answer['id']}.{answer['timestamp']}.{answer['content']}".encode()
        wanted = b64encode(hmac.new(raw, signed, hashlib.sha256).digest()).decode()
        assert answer["signature"] == f"v1,{wanted}"
        assert answer["sha256"] == hashlib.sha256(answer["content"].encode()).hexdigest()
    document = json.loads(made.json["content"])
    assert [row["id"] for row in document["records"]] == [listed]
    assert caller.get("/adoption-batches/1").json["content"] == made.json["content"]
    assert caller("POST", "/adoption-batches/next", None).json["code"] == "nothing_new"
    assert caller.get("/adoption-batches/2").status_code == 404
    assert caller.get("/adoption-batches/x").status_code == 404


def test_mappings_are_public(anyone, partner):
    rows = walk(anyone, "/adoption-mappings", limit=2)
    assert {(row["subject"], row["theirs"], row["ours"]) for row in rows} >= {
        ("kind", "BW-01", "G105"), ("region", "金堂", "510121"),
    }  # fmt: skip
    assert anyone.get("/adoption-mappings", partner="other").json["items"] == []
    assert len(anyone.get("/adoption-mappings", partner="sichuan").json["items"]) == 5
