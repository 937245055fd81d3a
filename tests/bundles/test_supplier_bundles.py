"""A graded supplier writes bundles of its own; a reviewer of their places publishes them."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts import service as accounts
from market.bundles import queries, review_queries, service
from market.bundles.differences import differences
from market.bundles.errors import (
    AlreadyWaiting,
    BundleNotFound,
    NeedsReview,
    NotGraded,
    NothingToPublish,
    NotWaiting,
    ReasonMissing,
    ReviewElsewhere,
    ReviewNotFound,
)
from market.bundles.reviewing import region_of
from market.bundles.types import BundleState, Choices, Owner, ReviewState
from market.carts.types import CartOwner
from market.checkout import service as checkout
from market.kernel.actor import SYSTEM
from market.kernel.errors import Forbidden
from market.notifications.models import Message
from market.suppliers import service as suppliers
from tests.factories.accounts import make_account, make_actor, sign_in
from tests.factories.bundles import START, WALL, WRAP, make_own_bundle, offer_eps
from tests.factories.catalogue import actor_for, make_maker
from tests.factories.footprints import OFFICIAL
from tests.factories.orders import make_address, make_household, submission, view
from tests.factories.suppliers import make_supplier

FAR = replace(OFFICIAL, official_regions=())


@pytest.fixture
def supplier(session: Session):
    maker = make_maker(session)
    make_supplier(session, maker)
    return maker


def hand_in(session: Session, seller, words: str = "") -> tuple[str, str]:
    bundle_id = make_own_bundle(session, seller)
    return bundle_id, service.submit(session, actor_for(seller.id), bundle_id, words, now=START)


def test_the_reviewing_region_holds_every_place():
    assert region_of([]) == ""
    assert region_of(["510124"]) == "510124"
    assert region_of(["510124", "5101"]) == "5101"
    assert region_of(["510124", "5103"]) == "51"
    assert region_of(["51", "13"]) == ""


def test_only_graded_suppliers_write_and_only_their_own(session, supplier):
    plain = make_maker(session)
    with pytest.raises(NotGraded):
        service.create_bundle(session, actor_for(plain.id), WRAP, START, plain.id)
    with pytest.raises(Forbidden):
        service.create_bundle(session, actor_for(plain.id), WRAP, START, supplier.id)
    with pytest.raises(Forbidden):
        service.create_bundle(session, actor_for(supplier.id), WRAP, START)
    bundle_id = make_own_bundle(session, supplier)
    stranger = actor_for(plain.id)
    with pytest.raises(BundleNotFound):
        queries.get_own_draft(session, stranger, bundle_id)
    for act in (service.publish, service.retire):
        with pytest.raises(BundleNotFound):
            act(session, stranger, bundle_id, START)
    with pytest.raises(BundleNotFound):
        service.add_slot(session, stranger, bundle_id, WALL, START)
    with pytest.raises(BundleNotFound):
        service.submit(session, stranger, bundle_id, now=START)
    for actor in (actor_for(supplier.id), SYSTEM):
        with pytest.raises(NeedsReview):
            service.publish(session, actor, bundle_id, START)


def test_a_version_is_published_as_it_was_handed_in(session, supplier):
    author = actor_for(supplier.id)
    bundle_id, review_id = hand_in(session, supplier, "外墙一套")
    assert review_queries.waiting(session, OFFICIAL, START).waiting == 1
    assert review_queries.list_for_review(session, FAR, "waiting").total == 0
    with pytest.raises(AlreadyWaiting):
        service.submit(session, author, bundle_id, now=START)
    with pytest.raises(ReviewElsewhere):
        service.approve(session, FAR, review_id, now=START)
    service.update_slot(session, author, bundle_id, replace(WALL, quantity="wall_net*2"), START)
    assert service.approve(session, OFFICIAL, review_id, now=START) == 1
    live = queries.get_live(session, WRAP.slug)
    assert (live.slots[0].quantity, live.card.seller_id) == ("wall_net", supplier.id)
    assert queries.has_changes(session, bundle_id)
    with pytest.raises(NotWaiting):
        service.refuse(session, OFFICIAL, review_id, "晚了", now=START)
    second = service.submit(session, author, bundle_id, now=START)
    seen = review_queries.get_for_review(session, OFFICIAL, second)
    [change] = review_queries.changes_of(session, seen)
    assert (change.field, change.before, change.after) == ("quantity", "wall_net", "wall_net*2")
    assert service.approve(session, OFFICIAL, second, now=START) == 2
    assert not queries.has_changes(session, bundle_id)
    assert queries.get_version(session, bundle_id, 1).slots[0].quantity == "wall_net"
    with pytest.raises(NothingToPublish):
        service.submit(session, author, bundle_id, now=START)


def test_a_question_is_answered_by_handing_in_again(session, supplier):
    author = actor_for(supplier.id)
    bundle_id, review_id = hand_in(session, supplier)
    with pytest.raises(ReasonMissing):
        service.ask(session, OFFICIAL, review_id, " ", now=START)
    service.ask(session, OFFICIAL, review_id, "门窗洞口扣了吗？", now=START)
    assert review_queries.asked_of_supplier(session, supplier.id) == 1
    again = service.submit(session, author, bundle_id, "扣了", now=START)
    assert again == review_id
    with pytest.raises(ReviewNotFound):
        service.take_back(session, actor_for("x" * 20), review_id, now=START)
    service.take_back(session, author, review_id, now=START)
    with pytest.raises(NotWaiting):
        service.approve(session, OFFICIAL, review_id, now=START)
    third = service.submit(session, author, bundle_id, now=START)
    service.refuse(session, OFFICIAL, third, "公式没有依据", now=START)
    assert queries.get_draft(session, bundle_id).card.state is BundleState.DRAFT


def test_without_the_role_nothing_of_it_is_offered(session):
    maker = make_maker(session)
    grading = make_supplier(session, maker)
    _bundle_id, review_id = hand_in(session, maker)
    service.approve(session, OFFICIAL, review_id, now=START)
    other = make_own_bundle(session, maker, slug="second-wrap")
    waiting = service.submit(session, actor_for(maker.id), other, now=START)
    suppliers.withdraw(session, OFFICIAL, grading, "证明是假的", now=START)
    with pytest.raises(BundleNotFound):
        queries.get_live(session, WRAP.slug)
    assert review_queries.get_for_review(session, SYSTEM, waiting).state is ReviewState.ENDED


def test_orders_keep_the_version_they_were_made_from(session, supplier):
    author = actor_for(supplier.id)
    bundle_id, review_id = hand_in(session, supplier)
    service.approve(session, OFFICIAL, review_id, now=START)
    offer_eps(session)
    household = make_household(session)
    mine = household.account_id
    stored = service.save_configuration(
        session, Owner(mine), WRAP.slug, Choices(), configuration_id=None, now=START
    )
    checkout.add_bundle_to_cart(session, CartOwner(mine), Owner(mine), stored, None, now=START)
    doubled = replace(WALL, quantity="wall_net*2")
    service.update_slot(session, author, bundle_id, doubled, START)
    second = service.submit(session, author, bundle_id, now=START)
    service.approve(session, OFFICIAL, second, now=START)
    address = make_address(session, mine)
    placed = checkout.place_order(session, mine, submission(session, mine, address), START)
    [line] = view(session, placed.id).seller_orders[0].lines
    assert line.group_origin == f"{bundle_id}@1"
    assert queries.get_version(session, bundle_id, 1).slots[0].quantity == "wall_net"
    assert queries.get_live(session, WRAP.slug).card.version == 2


def test_differences_name_what_came_changed_and_went():
    slot = {"key": "a", "name_zh": "板", "name_en": "Board", "quantity": "wall_net"}
    rule = {"kind": "needs", "slot": "a", "other": "b", "material": "", "other_material": "",
            "reason_zh": "要钉", "reason_en": ""}  # fmt: skip
    old = {"name_zh": "旧", "slots": [slot], "labour": [], "rules": []}
    new = {
        "name_zh": "新", "slots": [{**slot, "quantity": "2"}, {**slot, "key": "b"}],
        "labour": [], "rules": [rule],
    }  # fmt: skip
    found = [(d.part, d.field, d.before is None) for d in differences(old, new)]
    assert found == [
        ("bundle", "name_zh", False), ("slot", "quantity", False), ("slot", "", True),
        ("rule", "", True),
    ]  # fmt: skip
    gone = differences(new, {**new, "slots": [slot]})
    assert [(d.part, d.field, d.after) for d in gone][-1] == ("slot", "", None)
    assert len(differences(None, new)) == 4


def page(response, status=200):
    assert response.status_code == status, response.text[:3000]
    return response.text


def test_through_the_pages(client: FlaskClient, session: Session, supplier):
    worker = make_account(session)
    accounts.grant_role(session, worker.id, "seller", supplier.id)
    official = make_actor(session, "official", "510124")
    offer_eps(session)
    session.commit()
    sign_in(client, session, worker.id)
    assert "新建方案" in page(client.get("/seller/bundles"))
    typed = {"slug": "own-wrap", "name_zh": "外墙一套", "name_en": "Wall wrap",
             "summary_zh": "外墙保温", "zones": ["all"], "days_low": "5", "days_high": "9",
             "regions": "510124"}  # fmt: skip
    made = client.post("/seller/bundles/new", data=typed)
    own = made.headers["Location"].split("#")[0]
    slot = {"key": "eps", "kind_code": "G105", "material_key": "eps80", "name_zh": "保温板",
            "name_en": "Board", "unit": "m2", "quantity": "wall_net + nothing", "waste": "5",
            "layers": "1", "element": "wall"}  # fmt: skip
    wrong = page(client.post(f"{own}/slots/new", data=slot), 422)
    assert "公式第 12 个字：没有叫“nothing”的量" in wrong
    assert client.post(f"{own}/slots/new", data={**slot, "quantity": "wall_net"}).status_code == 303
    tried = page(client.get(f"{own}/preview"))
    assert "模塑聚苯板 80 mm" in tried
    assert tried.count("隐含碳") == 4
    assert client.post(f"{own}/submit", data={"words": "请看"}).status_code == 303
    assert "等审核" in page(client.get(own))
    sign_in(client, session, official.account_id)
    [row] = review_queries.list_for_review(session, official, "waiting").items
    review = f"/official/bundles/{row.id}"
    assert row.id in page(client.get("/official/bundles"))
    assert "第一次送审，全是新的" in page(client.get(review))
    page(client.get(f"{review}/preview"))
    assert "写明理由" in page(client.post(f"{review}/ask", data={}), 422)
    assert client.post(f"{review}/approve", data={}).status_code == 303
    public = page(client.get("/bundles/own-wrap"))
    assert "系统解决方案供应商 二级" in public
    old = page(client.get(f"/bundles/versions/{row.bundle.card.id}/1"))
    assert "第 1 版" in old
    page(client.get(f"/bundles/versions/{row.bundle.card.id}/2"), 404)
    sign_in(client, session, worker.id)
    kinds = session.scalars(select(Message.kind).where(Message.account_id == worker.id))
    assert list(kinds) == ["bundle_approved"]
    assert client.post(f"{own}/retire").status_code == 303
    page(client.get("/bundles/own-wrap"), 404)
