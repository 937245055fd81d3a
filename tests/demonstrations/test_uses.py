"""A project is an example: goods that do not meet the rule of their use keep it from the public."""

from decimal import Decimal

import pytest

from market.bundles import queries as bundles
from market.demonstrations import fitting, queries, service
from market.demonstrations.errors import GoodsMisused
from market.demonstrations.types import Place
from market.kernel.actor import SYSTEM
from market.uses.types import Use
from tests.factories.accounts import sign_in
from tests.factories.catalogue import make_maker, make_offer, make_stamp
from tests.factories.demonstrations import make_delivered, make_project, make_public, make_staff
from tests.factories.orders import START, TOWN
from tests.factories.uses import make_use_rule


def board(session, star, price):
    maker = make_maker(session)
    return make_offer(
        session, maker, make_stamp(session, maker, star=star), stock=500,
        product={"name_zh": f"{star} 星板", "name_en": f"board {star}"},
        listing={"price_fen": price},
    )  # fmt: skip


@pytest.fixture
def staff(session):
    return make_staff(session)


@pytest.fixture
def offer(session):
    return board(session, 1, 8_000)


@pytest.fixture
def project(session, staff, offer):
    """A draft with boards of one star, which nobody has placed yet."""
    made = make_project(session, staff.county)
    service.add_order(
        session, staff.county, made, make_delivered(session, (offer, 40)), True, now=START
    )
    return made


def the_line(session, staff, project):
    (line,) = queries.get_managed(session, staff.county, project).bill
    return line


def use(session, staff, project, where, place=Place.OTHER):
    line = the_line(session, staff, project)
    service.place_goods(
        session, staff.county, project, {line.id: place}, {line.id: where}, now=START
    )


def test_a_line_has_a_use_from_the_beginning_and_follows_its_part(session, staff, project):
    line = the_line(session, staff, project)
    assert (line.place, line.use) == (Place.OTHER, Use.INDOOR)
    service.place_goods(session, staff.county, project, {line.id: Place.WALL}, now=START)
    assert the_line(session, staff, project).use is Use.OUTDOOR
    use(session, staff, project, Use.CHILD_ROOM, Place.WALL)
    assert the_line(session, staff, project).use is Use.CHILD_ROOM
    service.place_goods(session, staff.county, project, {line.id: Place.WALL}, now=START)
    assert the_line(session, staff, project).use is Use.CHILD_ROOM


def test_lower_stars_than_the_use_asks_are_not_handed_in(session, staff, project):
    make_use_rule(session)  # indoors two stars
    with pytest.raises(GoodsMisused) as refused:
        service.submit(session, staff.county, project, now=START)
    assert refused.value.params["count"] == 1
    use(session, staff, project, Use.OUTDOOR)
    service.submit(session, staff.county, project, now=START)


def test_a_rule_that_came_meanwhile_keeps_it_from_being_approved(session, staff, project):
    service.submit(session, staff.county, project, now=START)
    make_use_rule(session)
    with pytest.raises(GoodsMisused):
        service.approve(session, staff.province, project, now=START)
    service.refuse(session, staff.province, project, "室内要二星", now=START)
    use(session, staff, project, Use.OUTDOOR)
    service.submit(session, staff.county, project, now=START)
    service.approve(session, staff.province, project, now=START)


def test_a_limit_that_the_maker_says_nothing_about_is_not_met(session, staff, project):
    make_use_rule(session, use=Use.CHILD_ROOM, min_star=None, max_voc=Decimal(50))
    service.submit(session, staff.county, project, now=START)
    service.take_back(session, staff.county, project, now=START)
    use(session, staff, project, Use.CHILD_ROOM)
    (found,) = fitting.misused(session, queries.bill_of(session, project), START)
    assert found.why.code == "voc_missing"


def test_the_cheapest_that_meets_the_rule_is_named_with_freight(session, staff, project):
    make_use_rule(session)
    bill = queries.bill_of(session, project)

    def swap():
        found = fitting.misused(session, bill, START)
        return fitting.with_swaps(session, found, TOWN, START)[0].swap

    assert swap() is None
    dear, cheap = board(session, 3, 12_000), board(session, 2, 9_500)
    assert dear.product_id != cheap.product_id
    named = swap()
    assert (named.product_id, named.name_zh) == (cheap.product_id, "2 星板")
    assert named.total_fen > 40 * 9_500  # freight is in it


def test_the_pages_say_which_rule_and_lead_to_the_substitute(client, session, staff, project):
    make_use_rule(session)
    better = board(session, 2, 9_000)
    sign_in(client, session, staff.county.account_id)
    desk = f"/official/demonstrations/{project}"
    text = client.get(desk).get_data(as_text=True)
    assert "用于室内：要求至少二星（室内板材，示例），这款只有一星" in text
    assert f'href="/p/{better.product_id}"' in text
    assert "合要求里最便宜的：2 星板" in text
    answer = client.post(f"{desk}/submit")
    assert answer.status_code == 422
    assert "1 样材料不合用途的要求" in answer.get_data(as_text=True)
    assert "用于室内：要求至少二星" in answer.get_data(as_text=True)
    line = the_line(session, staff, project)
    chosen = {f"place-{line.id}": "wall", f"use-{line.id}": "outdoor"}
    assert client.post(f"{desk}/places", data=chosen).status_code == 303
    assert "不合用途" not in client.get(desk).get_data(as_text=True)
    assert client.post(f"{desk}/submit").status_code == 303


def test_a_strange_use_changes_nothing(client, session, staff, project):
    sign_in(client, session, staff.county.account_id)
    line = the_line(session, staff, project)
    strange = {f"use-{line.id}": "attic", "use-nothing": "indoor"}
    answer = client.post(f"/official/demonstrations/{project}/places", data=strange)
    assert answer.status_code == 303
    session.expire_all()
    assert the_line(session, staff, project).use is Use.INDOOR


def test_everybody_reads_the_use_and_a_clone_takes_it_along(client, session, staff, offer):
    made = make_public(session, staff, offer)
    session.commit()
    text = client.get(f"/demonstrations/{made}").get_data(as_text=True)
    assert "别处，室内" in text
    bundle = service.clone(session, SYSTEM, made, now=START)
    slots = bundles.get_draft(session, bundle).slots
    assert [slot.use_key for slot in slots] == ["indoor"]
