"""Renovation requests through the API."""

import pytest

from market.renovations.facts import HOUSE_FACTS
from tests.factories.providers import HOME, make_provider
from tests.factories.renovations import quoted

FACTS = {fact.key: "unknown" for fact in HOUSE_FACTS}
CONTACT = {"name": "赵户主", "phone": "13912345678", "door": "大台村3组12号", "agreed": True}
COMPLETE = {
    "project": "roof-repair", "facts": FACTS, "trades": ["waterproof"], "scope": "屋面 100 平",
    "contract": "full", "budget": None, "dates": None, "region": HOME, "contact": CONTACT,
}  # fmt: skip


def test_written_published_and_quoted(session, now, caller):
    crew = make_provider(session)
    session.commit()
    made = caller("POST", "/requests", COMPLETE)
    assert made.status_code == 201
    request = made.json
    assert (request["state"], request["open_questions"]) == ("draft", [])
    path = f"/requests/{request['id']}"
    live = caller("POST", f"{path}/publish", {"open_days": 14}).json
    assert live["state"] == "live"
    assert (live["crews_fit"], live["invited"]) == (1, 1)
    assert caller.get(path).json == live
    quoted(session, request["id"], crew.id, now=now)
    session.commit()
    (quote,) = caller.get(f"{path}/quotes").json["items"]
    assert (quote["provider_id"], quote["total_fen"]) == (crew.id, 450_000)
    assert quote["lines"][0]["quantity"] == "100"
    again = caller("POST", f"{path}/publish")
    assert (again.status_code, again.json["code"]) == (409, "request_state_forbids")
    assert caller("PATCH", path, {"scope": "x"}).status_code == 409


def test_a_draft_grows_answer_by_answer(caller):
    request = caller("POST", "/requests", {"project": "other"}).json
    path = f"/requests/{request['id']}"
    assert "place" in request["open_questions"]
    refused = caller("POST", f"{path}/publish")
    assert (refused.status_code, refused.json["code"]) == (409, "request_incomplete")
    facts = {
        "floors": 2, "storey_height": "3.10", "footprint": [10, "8.5"], "structure": "frame",
    }  # fmt: skip
    found = caller("PATCH", path, {"facts": facts, "budget": {"low_fen": 100, "high_fen": 200}})
    assert found.json["facts"] == {
        "floors": 2, "storey_height": "3.1", "footprint": ["10", "8.5"], "structure": "frame",
    }  # fmt: skip
    assert (found.json["budget_low_fen"], found.json["budget_high_fen"]) == (100, 200)
    assert caller("PATCH", path, COMPLETE).json["open_questions"] == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"project": "castle"}, "project"),
        ({"project": 1}, "project"),
        ({"facts": {"floors": 99}}, "facts.floors"),
        ({"facts": {"floors": 1.5}}, "facts.floors"),
        ({"facts": {"floors": True}}, "facts.floors"),
        ({"facts": {"floors": 1e300}}, "facts.floors"),
        ({"facts": {"footprint": [1]}}, "facts.footprint"),
        ({"facts": {"footprint": [10, {}]}}, "facts.footprint"),
        ({"facts": {"structure": "cheese"}}, "facts.structure"),
        ({"facts": {"structure": ["frame"]}}, "facts.structure"),
        ({"facts": {"colour": "red"}}, "facts.colour"),
        ({"facts": []}, "facts"),
        ({"trades": []}, "trades"),
        ({"trades": ["wizard"]}, "trades.0"),
        ({"scope": "打我电话 13912345678"}, "scope"),
        ({"scope": "x" * 1001}, "scope"),
        ({"contract": "barter"}, "contract"),
        ({"budget": {"low_fen": 2, "high_fen": 1}}, "budget.high_fen"),
        ({"budget": {"low_fen": -1}}, "budget.low_fen"),
        ({"dates": {"starts_on": "2020-01-01"}}, "dates.starts_on"),
        ({"dates": {"starts_on": "2027-02-01", "ends_on": "2027-01-01"}}, "dates.ends_on"),
        ({"dates": {"starts_on": "tomorrow"}}, "dates.starts_on"),
        ({"region": "13"}, "region"),
        ({"region": "nowhere"}, "region"),
        ({"contact": {**CONTACT, "agreed": False}}, "contact.agreed"),
        ({"contact": {**CONTACT, "phone": "1"}}, "contact.phone"),
        ({"household_id": "x"}, "household_id"),
        ({"state": "live"}, "state"),
    ],
)
def test_wrong_answers_are_named_and_nothing_is_kept(caller, change, field):
    answer = caller("POST", "/requests", {**COMPLETE, **change})
    assert answer.status_code == 422
    assert [row["field"] for row in answer.json["fields"]] == [field]
    assert caller.get("/requests").json["items"] == []


def test_requests_page_by_page(caller):
    made = [caller("POST", "/requests", {}).json["id"] for _ in range(3)]
    first = caller.get("/requests", limit=2).json
    rest = caller.get("/requests", limit=2, cursor=first["next"]).json
    assert [row["id"] for row in first["items"] + rest["items"]] == made[::-1]


@pytest.mark.parametrize("days", [3, "7", 7.5, None])
def test_quotes_are_taken_for_7_or_14_days(caller, days):
    request = caller("POST", "/requests", COMPLETE).json
    answer = caller("POST", f"/requests/{request['id']}/publish", {"open_days": days})
    assert answer.status_code == 422
