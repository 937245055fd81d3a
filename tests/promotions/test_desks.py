"""Drafts, refusals, authority, and the desk's pages."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from market.kernel.actor import SYSTEM, Actor
from market.kernel.region_code import RegionCode
from market.promotions import queries, service
from market.promotions.errors import (
    AlreadyOver,
    BudgetTooSmall,
    CodesMissing,
    CodeTaken,
    EndsBeforeStart,
    NotADraft,
    OutsideYourRegion,
    PromotionNotFound,
    RegionNotYours,
    StepsOutOfOrder,
)
from market.promotions.types import Benefit, BenefitKind, Owner, Ownership, Step
from tests.factories.accounts import make_actor, sign_in
from tests.factories.catalogue import make_maker, make_offer
from tests.factories.promotions import make_campaign, make_draft, make_running

PLATFORM = Ownership(Owner.PLATFORM)


def official(code: str) -> Actor:
    return Actor("o", frozenset({"official"}), official_regions=(RegionCode(code),))


@pytest.mark.parametrize(
    ("change", "refusal", "field"),
    [
        (lambda d: replace(d, ends_at=d.starts_at), EndsBeforeStart, "ends_on"),
        (lambda d: replace(d, budget_fen=9_999), BudgetTooSmall, "budget_fen"),
        (
            lambda d: replace(
                d,
                benefit=Benefit(BenefitKind.THRESHOLD, steps=(Step(2000, 200), Step(1000, 300))),
            ),
            StepsOutOfOrder,
            "step2_at_least_fen",
        ),
        (
            lambda d: replace(d, benefit=Benefit(BenefitKind.THRESHOLD, steps=(Step(100, 200),))),
            StepsOutOfOrder,
            "step1_off_fen",
        ),
    ],
)
def test_a_wrong_draft_is_refused_beside_its_field(
    session: Session, now: datetime, change: object, refusal: type[Exception], field: str
) -> None:
    with pytest.raises(refusal) as error:
        service.create_draft(session, SYSTEM, PLATFORM, change(make_draft()), now)  # type: ignore[operator]
    assert error.value.field == field  # type: ignore[attr-defined]


def test_scheduling_needs_a_future_and_codes(session: Session, now: datetime) -> None:
    over = make_draft(ends_at=now - timedelta(hours=1))
    promotion_id = service.create_draft(session, SYSTEM, PLATFORM, over, now)
    with pytest.raises(AlreadyOver):
        service.schedule(session, SYSTEM, promotion_id, now)
    coded = service.create_draft(session, SYSTEM, PLATFORM, make_draft(needs_code=True), now)
    with pytest.raises(CodesMissing):
        service.schedule(session, SYSTEM, coded, now)
    service.add_codes(session, SYSTEM, coded, ["green-1"], max_uses=None, now=now)
    service.schedule(session, SYSTEM, coded, now)
    with pytest.raises(NotADraft):
        service.update_draft(session, SYSTEM, coded, make_draft(), now)
    with pytest.raises(CodeTaken):
        service.add_codes(session, SYSTEM, coded, ["GREEN-1"], max_uses=None, now=now)


def test_others_promotions_are_not_found_and_other_regions_refused(
    session: Session, now: datetime
) -> None:
    offer = make_offer(session)
    own = make_running(session, owner=Owner.SELLER, seller_id=offer.maker.id)
    stranger = Actor("x", frozenset({"seller"}), seller_ids=frozenset({"other"}))
    with pytest.raises(PromotionNotFound):
        service.stop(session, stranger, own, now)
    county = make_running(session, owner=Owner.REGION, region="130624")
    with pytest.raises(OutsideYourRegion):
        queries.get_managed(session, official("510124"), county, now)
    assert queries.get_managed(session, official("1306"), county, now).id == county
    with pytest.raises(PromotionNotFound):
        service.create_draft(
            session, official("510124"), Ownership(Owner.REGION, region=RegionCode("130624")),
            make_draft(), now,
        )  # fmt: skip


def test_a_regions_promotion_stays_in_its_region(session: Session, now: datetime) -> None:
    ours = Ownership(Owner.REGION, region=RegionCode("130624"))
    with pytest.raises(RegionNotYours):
        service.create_draft(
            session, official("130624"), ours,
            make_draft(region_prefixes=frozenset({"510124"})), now,
        )  # fmt: skip
    made = service.create_draft(session, official("130624"), ours, make_draft(), now)
    view = queries.get_promotion(session, made, now)
    assert view.draft.region_prefixes == {"130624"}
    assert ours.bearer == "region:130624"


def seller_client(client: FlaskClient, session: Session, seller_id: str) -> FlaskClient:
    actor = make_actor(session, "seller", seller_id)
    sign_in(client, session, actor.account_id or "")
    return client


FORM = {
    "name": "满 3000 减 300",
    "kind": "threshold",
    "step1_at_least_fen": "3000",
    "step1_off_fen": "300",
    "starts_on": "2026-11-20",
    "ends_on": "2026-12-31",
    "budget_fen": "9000",
    "household_limit": "1",
}


def test_a_seller_drafts_tries_and_schedules(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    offer = make_offer(session)
    desk = seller_client(client, session, offer.maker.id)
    assert desk.get("/seller/promotions").status_code == 200
    assert desk.get("/seller/promotions/new").status_code == 200
    made = desk.post("/seller/promotions/new", data=FORM)
    assert made.status_code == 303
    page = desk.get(made.location, query_string={f"q-{offer.listing_id}": "30"})
    assert "−300.00" in page.text
    assert "满 3,000.00 减 300.00 元" in page.text
    page = desk.get(made.location, query_string={f"q-{offer.listing_id}": "1"})
    assert "还差 2,861.76 元" in page.text
    assert desk.get(made.location + "/edit").status_code == 200
    assert desk.post(made.location + "/schedule").status_code == 303
    assert "正在进行" in desk.get("/seller/promotions").text
    assert desk.post(made.location + "/stop").status_code == 303
    assert "已经停了" in desk.get(made.location).text


def test_bad_input_is_said_beside_its_field_and_kept(client: FlaskClient, session: Session) -> None:
    desk = seller_client(client, session, make_offer(session).maker.id)
    bad = {**FORM, "name": "", "step1_off_fen": "很多", "ends_on": "2026-11-01", "budget_fen": "5"}
    page = desk.post("/seller/promotions/new", data=bad)
    assert page.status_code == 422
    for text in ("这一项要填", "金额只写数字", 'value="很多"', 'aria-invalid="true"'):
        assert text in page.text
    page = desk.post("/seller/promotions/new", data={**FORM, "ends_on": "2026-11-01"})
    assert page.status_code == 422
    assert "结束日期要在开始日期之后" in page.text
    page = desk.post("/seller/promotions/new", data={**FORM, "kind": "percent"})
    assert page.status_code == 422
    assert 'id="percent-err"' in page.text
    page = desk.post("/seller/promotions/new", data={**FORM, "kind": "nonsense"})
    assert page.status_code == 422


def test_a_seller_limits_a_promotion_to_products_and_stars(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    maker = make_maker(session)
    offer, other = make_offer(session, maker), make_offer(session, maker)
    elsewhere = make_offer(session)
    desk = seller_client(client, session, maker.id)
    page = desk.get("/seller/promotions/new").text
    assert f'value="{offer.product_id}"' in page
    assert f'value="{elsewhere.product_id}"' not in page
    data = {**FORM, "product_ids": [offer.product_id], "min_star": "2"}
    made = desk.post("/seller/promotions/new", data=data)
    assert made.status_code == 303
    shown = desk.get(made.location).text
    assert "只限这些商品：" in shown
    assert "只限星级 2 星起的商品" in shown
    promotion_id = made.location.rsplit("/", 1)[1]
    draft = queries.get_managed(session, SYSTEM, promotion_id, now).draft
    assert (draft.product_ids, draft.min_star) == (frozenset({offer.product_id}), 2)
    form = desk.get(f"{made.location}/edit").text
    assert re.search(rf'checked[^>]*value="{offer.product_id}"', form)
    assert not re.search(rf'checked[^>]*value="{other.product_id}"', form)
    for wrong in ({"product_ids": [elsewhere.product_id]}, {"min_star": "7"}):
        assert desk.post("/seller/promotions/new", data={**FORM, **wrong}).status_code == 422


def test_another_sellers_promotion_is_a_404(client: FlaskClient, session: Session) -> None:
    other = make_running(session, owner=Owner.SELLER, seller_id=make_offer(session).maker.id)
    desk = seller_client(client, session, make_offer(session).maker.id)
    base = f"/seller/promotions/{other}"
    assert desk.get(base).status_code == 404
    for path in ("/schedule", "/stop", "/codes"):
        assert desk.post(base + path, data={"code": "ABCD"}).status_code == 404
    assert desk.post(base + "/edit", data=FORM).status_code == 404


def test_codes_are_added_and_refused_with_words(client: FlaskClient, session: Session) -> None:
    offer = make_offer(session)
    desk = seller_client(client, session, offer.maker.id)
    made = desk.post("/seller/promotions/new", data={**FORM, "needs_code": "y"}).location
    assert desk.post(made + "/codes", data={"code": "xiaxiang50"}).status_code == 303
    assert "XIAXIANG50" in desk.get(made).text
    page = desk.post(made + "/codes", data={"code": "XIAXIANG50"})
    assert page.status_code == 422
    assert "已经有人用了" in page.text
    assert desk.post(made + "/codes", data={"code": "！"}).status_code == 422
    assert desk.post(made + "/codes", data={}).status_code == 422
    assert desk.post(made + "/codes", data={"count": "3", "max_uses": "1"}).status_code == 303


def test_an_officials_desk_ends_at_the_region(client: FlaskClient, session: Session) -> None:
    county = make_running(session, owner=Owner.REGION, region="510124")
    actor = make_actor(session, "official", "130624")
    sign_in(client, session, actor.account_id or "")
    assert client.get("/official/promotions").status_code == 200
    assert client.get(f"/official/promotions/{county}").status_code == 403
    assert client.post(f"/official/promotions/{county}/stop").status_code == 403
    made = client.post("/official/promotions/new", data=FORM)
    assert made.status_code == 303
    assert client.get(made.location).status_code == 200


def test_an_office_gives_what_sellers_of_its_campaigns_offer(
    client: FlaskClient, session: Session
) -> None:
    inside, outside = make_offer(session), make_offer(session)
    make_campaign(session, inside.maker.id)
    sign_in(client, session, make_actor(session, "official", "130624").account_id or "")
    page = client.get("/official/promotions/new").text
    assert f'value="{inside.listing_id}"' in page
    assert f'value="{outside.listing_id}"' not in page
    gift = {"kind": "buy_get", "get_every": "10", "get_packs": "1", "gift": inside.listing_id}
    made = client.post("/official/promotions/new", data={**FORM, **gift})
    assert made.status_code == 303, made.text


def test_guests_and_households_do_not_see_the_desks(client: FlaskClient, session: Session) -> None:
    assert client.get("/seller/promotions").status_code == 303
    actor = make_actor(session)
    sign_in(client, session, actor.account_id or "")
    assert client.get("/seller/promotions").status_code == 403
    assert client.get("/official/promotions").status_code == 403


def test_the_public_page_lists_what_runs_here(client: FlaskClient, session: Session) -> None:
    make_running(session)
    make_running(session, name="阜平专项", region_prefixes=frozenset({"130624"}))
    session.commit()
    assert "阜平专项" not in client.get("/promotions").text
    client.set_cookie("township", "130624104")
    assert "阜平专项" in client.get("/promotions").text
    for lang in ("zh", "en"):
        page = client.get("/promotions", query_string={"lang": lang})
        assert page.status_code == 200
        assert ("满 1000 减 100" if lang == "zh" else "100 off 1,000") in page.text


def test_regions_are_read_by_name_and_refused_with_a_hint(
    client: FlaskClient, session: Session
) -> None:
    desk = seller_client(client, session, make_offer(session).maker.id)
    made = desk.post("/seller/promotions/new", data={**FORM, "regions": "阜平县\n510117"})
    assert made.status_code == 303
    assert "阜平县" in desk.get(made.location).text
    edit = desk.get(made.location + "/edit").text
    assert "130624 河北省" in edit
    for typed, said in (("没有的县", "没有找到"), ("999999", "没有找到"), ("新华区", "有好几个")):
        page = desk.post("/seller/promotions/new", data={**FORM, "regions": typed})
        assert page.status_code == 422
        assert said in page.text
        assert typed in page.text
    assert desk.get(made.location, query_string={"place": "没有的县"}).status_code == 200
