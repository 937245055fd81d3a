"""Demonstration projects: what is public, and nothing that tells whose house it is."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest

from market.bundles import service as bundles
from market.demonstrations import service
from market.demonstrations.models import DemonstrationProject
from market.demonstrations.types import Energy, EnergyBasis, Place, ProjectKind, Visit
from market.kernel.actor import SYSTEM
from tests.api.test_reading import walk
from tests.factories.bundles import START, offer_eps
from tests.factories.demonstrations import make_project, make_public, make_staff


@pytest.fixture
def staff(session):
    return make_staff(session)


@pytest.fixture
def board(session):
    return offer_eps(session, stock=5000)


def publish_at(session, project_id, at):
    """The same project, public at another instant."""
    session.get(DemonstrationProject, project_id).published_at = at


def test_public_projects_newest_first_page_by_page(session, anyone, staff, board):
    made = [make_public(session, staff, board, title_zh=f"第 {n} 家") for n in range(5)]
    hours = (1, 3, 3, 2, 5)  # two at the same instant
    for project_id, hour in zip(made, hours, strict=True):
        publish_at(session, project_id, START + timedelta(hours=hour))
    make_project(session, staff.county)
    gone = make_public(session, staff, board)
    service.withdraw(session, staff.county, gone, "农户搬走了", now=START)
    session.commit()
    order = [made[4], *sorted(made[1:3]), made[3], made[0]]
    for limit in (1, 2, 20):
        assert [row["id"] for row in walk(anyone, "/demonstrations", limit=limit)] == order
    first = anyone.get("/demonstrations").json["items"][0]
    assert (first["name_zh"], first["region"], first["kind"]) == (
        "第 4 家", "130624104", "retrofit",
    )  # fmt: skip
    assert (first["goods_fen"], first["lines"], first["photo"]) == (41 * 9000, 1, None)
    assert first["energy"] == {
        "basis": "", "before_kwh": None, "after_kwh": None, "source": "",
    }  # fmt: skip


def test_projects_of_a_kind_and_of_a_place(session, anyone, staff, board):
    one = make_public(session, staff, board)
    other = make_public(session, staff, board, kind=ProjectKind.HOUSE)
    session.commit()

    def ids(**asked):
        return {row["id"] for row in anyone.get("/demonstrations", **asked).json["items"]}

    assert ids(kind="house") == {other}
    assert ids(kind="facility") == set()
    for place, found in (("13", {one, other}), ("130624104", {one, other}), ("51", set())):
        assert ids(region=place) == found
    for wrong in ({"kind": "palace"}, {"region": "x"}, {"cursor": "abc"}, {"limit": "0"}):
        assert anyone.get("/demonstrations", **wrong).status_code == 422


def test_a_project_with_its_house_its_goods_and_its_plans(session, anyone, staff, board):
    measured = Energy(EnergyBasis.MEASURED, 9000, 4500, "电表")
    project_id = make_public(session, staff, board, energy=measured, labour_fen=860_000)
    service.record_visit(session, staff.county, project_id, Visit("", date(2026, 11, 20), 26),
                         now=START)  # fmt: skip
    session.commit()
    found = anyone.get(f"/demonstrations/{project_id}").json
    (line,) = found["bill"]
    assert (line["product_id"], line["packs"], line["unit"]) == (board.product_id, 41, "m2")
    assert (Decimal(line["quantity"]), line["amount_fen"]) == (123, 41 * 9000)
    assert line["place"] == Place.OTHER.value
    assert found["goods_fen"] == line["amount_fen"]
    assert {key: Decimal(value) for key, value in found["numbers"].items()} == {"L": 10, "W": 8}
    assert Decimal(found["areas"]["wall_net"]) == 120
    assert (found["wall_mm"], found["work_days"], found["labour_fen"]) == (370, 9, 860_000)
    assert found["finished_on"] == "2026-11-01"
    assert found["energy"] == {
        "basis": "measured", "before_kwh": 9000, "after_kwh": 4500, "source": "电表",
    }  # fmt: skip
    assert found["visits"] == [{"day": "2026-11-20", "people": 26}]
    assert (found["photos"], found["plans"]) == ([], [])


def test_plans_made_of_a_project_are_named_once_they_are_published(session, anyone, staff, board):
    project_id = make_public(session, staff, board)
    plan = service.clone(session, SYSTEM, project_id, now=START)
    session.commit()
    assert anyone.get(f"/demonstrations/{project_id}").json["plans"] == []
    bundles.publish(session, SYSTEM, plan, START)
    session.commit()
    (slug,) = anyone.get(f"/demonstrations/{project_id}").json["plans"]
    assert anyone.get(f"/bundles/{slug}").status_code == 200


def test_nothing_tells_whose_house_it_is(session, anyone, staff, board):
    project_id = make_public(session, staff, board)
    session.commit()
    text = json.dumps(anyone.get(f"/demonstrations/{project_id}").json, ensure_ascii=False)
    for private in ("张三", "13912345678", "三坡村", staff.county.account_id, "county"):
        assert private not in text
    assert "order" not in text


def test_what_is_not_public_is_not_there(session, anyone, staff, board):
    draft = make_project(session, staff.county)
    gone = make_public(session, staff, board)
    service.withdraw(session, staff.county, gone, "农户搬走了", now=START)
    session.commit()
    for project_id in (draft, gone, "0" * 20):
        answer = anyone.get(f"/demonstrations/{project_id}")
        assert (answer.status_code, answer.json["code"]) == (404, "project_not_found")


def test_an_unchanged_list_is_not_sent_twice(session, anyone, staff, board):
    project_id = make_public(session, staff, board)
    session.commit()
    for path in ("/demonstrations", f"/demonstrations/{project_id}"):
        tag = anyone.get(path).headers["ETag"]
        assert anyone("GET", path, headers={"If-None-Match": tag}).status_code == 304
    service.withdraw(session, staff.county, project_id, "农户搬走了", now=START)
    session.commit()
    tag = anyone.get("/demonstrations").headers["ETag"]
    assert anyone("GET", "/demonstrations", headers={"If-None-Match": tag}).status_code == 304
    assert anyone.get("/demonstrations").json == {"items": [], "next": None}
