"""The whole way through the pages: recorded, approved, cloned, reviewed, bought."""

from io import BytesIO

import pytest
from sqlalchemy import select

from market.accounts import service as accounts
from market.bundles import queries as bundles
from market.bundles import review_queries
from market.bundles.errors import NotGraded
from market.bundles.models import Bundle
from market.carts import queries as carts
from market.carts.types import CartOwner
from market.demonstrations import queries, service
from market.demonstrations.errors import ProjectNotFound
from market.kernel.actor import SYSTEM
from market.kernel.errors import Forbidden
from tests.authorisation.pages import forms_of
from tests.factories.accounts import make_account, make_actor, sign_in
from tests.factories.bundles import offer_eps
from tests.factories.catalogue import actor_for, make_maker
from tests.factories.demonstrations import make_delivered, make_public, make_staff
from tests.factories.orders import START, TOWN, make_household
from tests.factories.pictures import jpeg
from tests.factories.suppliers import make_supplier

FACTS = {
    "region": TOWN.digits, "kind": "retrofit", "title_zh": "天生桥村外墙保温",
    "title_en": "Wall insulation in Tianshengqiao", "summary_zh": "外墙贴了保温板",
    "summary_en": "Boards on the outer walls", "archetype": "one-pitched", "L": "10", "W": "8",
    "h": "", "door_area": "", "wall_net": "120", "window_area": "", "roof_flat": "",
    "wall_mm": "370", "work_days": "9", "finished_on": "2026-11-01", "labour_fen": "",
    "energy_basis": "none", "energy_before": "", "energy_after": "", "energy_source": "",
}  # fmt: skip


def page(response, status=200):
    assert response.status_code == status, response.text[:3000]
    return response.text


def moved(response):
    assert response.status_code == 303, response.text[:3000]
    return response.headers["Location"].split("#")[0]


@pytest.fixture
def supplier(session):
    """A graded supplier and one of its people."""
    maker = make_maker(session)
    make_supplier(session, maker)
    worker = make_account(session)
    accounts.grant_role(session, worker.id, "seller", maker.id)
    return maker, worker.id


def recorded(client, session, official, offer):
    """What a county's official does on the pages; returns the address of the project's desk."""
    buyer = make_household(session)
    code = make_delivered(session, (offer, 42), household=buyer)
    sign_in(client, session, official.account_id)
    assert "先选所在的乡镇" in page(
        client.post("/official/demonstrations/new", data={**FACTS, "region": ""}), 422
    )
    assert "这个尺寸要在 3 到 40 m 之间" in page(
        client.post("/official/demonstrations/new", data={**FACTS, "L": "60"}), 422
    )
    own = moved(client.post("/official/demonstrations/new", data=FACTS))
    assert "先加一个已经收货的订单" in page(client.post(f"{own}/submit"), 422)
    assert "没有这个订单号" in page(
        client.post(f"{own}/orders", data={"code": "NO1", "consent": "y"}), 422
    )
    kept = page(client.post(f"{own}/orders", data={"code": code}), 422)
    assert "先征得农户同意" in kept
    assert f'value="{code}"' in kept
    moved(client.post(f"{own}/orders", data={"code": code, "consent": "y"}))
    project = queries.get_managed(session, official, own.rsplit("/", 1)[-1])
    places = {f"place-{line.id}": "wall" for line in project.bill}
    moved(client.post(f"{own}/places", data=places))
    photo = {"photo": (BytesIO(jpeg()), "wall.jpg"), "caption": "南墙"}
    moved(client.post(f"{own}/photos", data=photo, content_type="multipart/form-data"))
    moved(client.post(f"{own}/visits", data={"day": "2026-11-20", "people": "30"}))
    moved(client.post(f"{own}/submit"))
    session.commit()
    return own, code


def test_from_an_officials_record_to_a_households_cart(client, session, supplier):
    offer = offer_eps(session, stock=5000)
    maker, worker = supplier
    county = make_actor(session, "official", "130624")
    province = make_actor(session, "official", "13")
    own, code = recorded(client, session, county, offer)
    shown = own.removeprefix("/official")
    page(client.get(shown), 404)
    assert "上级主管部门" in page(client.post(f"{own}/approve"), 403)
    assert "等上级审核" in page(client.get("/official/demonstrations"))

    sign_in(client, session, province.account_id)
    assert own in page(client.get("/official/demonstrations"))
    assert "写明理由" in page(client.post(f"{own}/refuse"), 422)
    moved(client.post(f"{own}/approve"))
    public = page(client.get(shown))
    for text in (
        "天生桥村外墙保温",
        "模塑聚苯板 80 mm",
        "126 m²",
        "暂无数据",
        "30 人次",
        "估算",
        "南墙",
    ):
        assert text in public
    for secret in (code, "13912345678", "三坡村"):
        assert secret not in public
    assert "复制为方案" not in public
    assert "天生桥村外墙保温" in page(client.get("/demonstrations"))

    sign_in(client, session, worker)
    assert "复制为方案" in page(client.get(shown))
    editor = moved(client.post(f"/seller{shown}/clone"))
    draft = page(client.get(editor))
    assert "1.05*wall_net" in draft
    assert "来自示范工程" in draft
    assert page(client.get(f"{editor}/preview")).count("隐含碳") == 4
    moved(client.post(f"{editor}/submit"))

    sign_in(client, session, county.account_id)
    [review] = review_queries.list_for_review(session, county, "waiting").items
    moved(client.post(f"/official/bundles/{review.id}/approve"))
    slug = session.scalars(select(Bundle.slug).where(Bundle.seller_id == maker.id)).one()

    buyer = make_household(session)
    sign_in(client, session, buyer.account_id)
    client.set_cookie("township", TOWN.digits)
    offered = page(client.get(f"/bundles/{slug}"))
    assert "来自示范工程" in offered
    assert shown in offered
    assert slug in page(client.get(shown))
    [form] = [one for one in forms_of(offered) if one.action == f"/bundles/{slug}"]
    typed = {**form.values, "wall_net": "100", "unsure_wall_net": "", "do": "cart"}
    stored = client.post(f"/bundles/{slug}", data=typed)
    assert stored.status_code == 307
    moved(client.post(stored.headers["Location"], data=typed))
    [line] = carts.get_cart(session, CartOwner(buyer.account_id)).lines
    assert (line.listing_id, line.quantity) == (offer.listing_id, 35)  # 105 m² in packs of 3


def test_a_clone_belongs_to_whoever_may_write_bundles(session, supplier):
    maker, _worker = supplier
    offer = offer_eps(session)
    project_id = make_public(session, make_staff(session), offer)
    plain = make_maker(session)
    with pytest.raises(NotGraded):
        service.clone(session, actor_for(plain.id), project_id, plain.id, now=START)
    with pytest.raises(Forbidden):
        service.clone(session, actor_for(maker.id), project_id, now=START)
    first = service.clone(session, actor_for(maker.id), project_id, maker.id, now=START)
    second = service.clone(session, SYSTEM, project_id, now=START)
    cards = [bundles.get_draft(session, one).card for one in (first, second)]
    assert cards[0].slug + "-2" == cards[1].slug
    assert [card.seller_id for card in cards] == [maker.id, ""]
    assert cards[0].regions == ("130624",)
    assert cards[0].origin.id == project_id
    service.withdraw(session, SYSTEM, project_id, "错了", now=START)
    with pytest.raises(ProjectNotFound):
        service.clone(session, SYSTEM, project_id, now=START)


def test_a_withdrawn_page_says_why(client, session):
    project_id = make_public(session, make_staff(session), offer_eps(session))
    service.withdraw(session, SYSTEM, project_id, "农户不同意了", now=START)
    session.commit()
    assert "农户不同意了" in page(client.get(f"/demonstrations/{project_id}"), 410)
    assert "还没有公开的示范工程" in page(client.get("/demonstrations"))


def test_another_countys_desk_is_refused(client, session):
    project_id = make_public(session, make_staff(session), offer_eps(session))
    stranger = make_actor(session, "official", "510121")
    session.commit()
    sign_in(client, session, stranger.account_id)
    own = f"/official/demonstrations/{project_id}"
    for path in (own, f"{own}/facts"):
        page(client.get(path), 403)
    for verb in ("orders", "photos", "visits", "submit", "take-back", "withdraw", "approve"):
        page(client.post(f"{own}/{verb}"), 403)
