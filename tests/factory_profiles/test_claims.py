"""What a maker says of its works is public only while an official stands behind it."""

from datetime import date, timedelta
from decimal import Decimal as D
from io import BytesIO

import pytest
from sqlalchemy import select

from market.accounts import service as accounts
from market.audit.models import AuditEvent
from market.catalogue import queries as catalogue
from market.factories import queries, service
from market.factories.errors import (
    AlreadyExpired,
    ClaimNotFound,
    ExpiryMissing,
    IssuedAhead,
    KeyUnknown,
    LevelMissing,
    NotAMaker,
    NotAsked,
    NotStanding,
    NotWaiting,
    OutsideYourRegion,
    ReasonMissing,
    ReportNumberMissing,
    ShareMissing,
    TitleMissing,
    YearAhead,
)
from market.factories.types import ClaimKind, ClaimState
from market.factories.words import badges, claim_note
from market.sellers import queries as sellers
from market.sellers.errors import SellerNotFound
from tests.factories.accounts import make_account, make_actor, sign_in
from tests.factories.batches import paper
from tests.factories.catalogue import actor_for, make_maker, make_offer
from tests.factories.claims import make_claim
from tests.factories.footprints import OFFICIAL, START
from tests.factories.pictures import jpeg

GRADE = {"kind": ClaimKind.GRADE, "key": "A", "expires_on": date(2026, 12, 31)}


def enter(session, maker, **draft):
    return service.enter(
        session, actor_for(maker.id), maker.id, make_claim(**draft), paper(), now=START
    )


def confirm(session, maker, **draft):
    claim_id = enter(session, maker, **draft)
    service.approve(session, OFFICIAL, claim_id, now=START)
    return claim_id


def profile(session, maker, now=START):
    return [one.draft.key or one.draft.title for one in queries.profile_of(session, maker.id, now)]


def marks(session, maker, day=date(2026, 11, 22)):
    held = sellers.get_seller(session, maker.id).marks
    return [mark.key for mark in held if mark.holds_on(day)]


def test_nothing_is_public_before_it_is_confirmed(session):
    maker = make_maker(session)
    claim_id = enter(session, maker)
    assert (profile(session, maker), marks(session, maker)) == ([], [])
    with pytest.raises(ClaimNotFound):
        queries.get_public(session, maker.id, claim_id, START)
    service.approve(session, OFFICIAL, claim_id, now=START)
    assert (profile(session, maker), marks(session, maker)) == (["power"], ["power"])
    acts = session.scalars(select(AuditEvent.action).where(AuditEvent.object_id == claim_id))
    assert list(acts) == ["factory_claim.approve"]


def test_a_grade_drops_out_by_the_clock(session):
    maker = make_maker(session)
    claim_id = confirm(session, maker, **GRADE)
    assert marks(session, maker, date(2026, 12, 31)) == ["A"]
    assert marks(session, maker, date(2027, 1, 1)) == []
    later = START + timedelta(days=60)
    assert profile(session, maker, later) == []
    own = queries.get_own(session, actor_for(maker.id), claim_id, later)
    assert own.state is ClaimState.EXPIRED


def test_a_newer_claim_takes_the_place_of_the_old_one(session):
    maker = make_maker(session)
    old = confirm(session, maker, **GRADE)
    confirm(session, maker, **{**GRADE, "key": "B"})
    assert profile(session, maker) == ["B"]
    assert queries.get_own(session, actor_for(maker.id), old, START).state is ClaimState.ENDED
    recognition = {"kind": ClaimKind.RECOGNITION, "key": "", "level": "national"}
    confirm(session, maker, **recognition, title="绿色工厂")
    confirm(session, maker, **recognition, title="专精特新")
    assert set(profile(session, maker)) == {"B", "绿色工厂", "专精特新"}


def test_the_official_asks_and_the_maker_answers(session):
    maker = make_maker(session)
    claim_id = enter(session, maker)
    with pytest.raises(NotAsked):
        service.answer(session, actor_for(maker.id), claim_id, "好", now=START)
    with pytest.raises(ReasonMissing):
        service.ask(session, OFFICIAL, claim_id, " ", now=START)
    service.ask(session, OFFICIAL, claim_id, "哪个厂区？", now=START)
    with pytest.raises(NotWaiting):
        service.approve(session, OFFICIAL, claim_id, now=START)
    with pytest.raises(ReasonMissing):
        service.answer(session, actor_for(maker.id), claim_id, "", now=START)
    service.answer(session, actor_for(maker.id), claim_id, "一厂", now=START)
    assert queries.waiting(session, OFFICIAL, START).waiting == 1
    with pytest.raises(ReasonMissing):
        service.refuse(session, OFFICIAL, claim_id, "", now=START)
    service.refuse(session, OFFICIAL, claim_id, "证明对不上", now=START)
    with pytest.raises(NotStanding):
        service.revoke(session, OFFICIAL, claim_id, "再看", now=START)
    with pytest.raises(NotStanding):
        service.withdraw(session, actor_for(maker.id), claim_id, now=START)


def test_both_sides_can_take_it_out(session):
    maker = make_maker(session)
    first, second = confirm(session, maker), confirm(session, maker, key="fossil")
    with pytest.raises(ReasonMissing):
        service.revoke(session, OFFICIAL, first, "", now=START)
    service.revoke(session, OFFICIAL, first, "证明被撤销", now=START)
    assert marks(session, maker) == ["fossil"]
    service.withdraw(session, actor_for(maker.id), second, now=START)
    assert (profile(session, maker), marks(session, maker)) == ([], [])


@pytest.mark.parametrize(
    ("draft", "error"),
    [
        ({"key": "magic"}, KeyUnknown),
        ({"year": 2027}, YearAhead),
        ({"issued_on": date(2026, 11, 23)}, IssuedAhead),
        ({"expires_on": date(2026, 11, 21)}, AlreadyExpired),
        ({**GRADE, "key": "C"}, KeyUnknown),
        ({**GRADE, "expires_on": None}, ExpiryMissing),
        ({"kind": ClaimKind.RECOGNITION, "key": "", "level": "city"}, TitleMissing),
        ({"kind": ClaimKind.RECOGNITION, "key": "", "title": "绿色工厂"}, LevelMissing),
        ({"kind": ClaimKind.WASTE, "key": "", "title": "A-1"}, ShareMissing),
        ({"kind": ClaimKind.WASTE, "key": "", "title": "A-1", "share": D(101)}, ShareMissing),
        ({"kind": ClaimKind.WASTE, "key": "", "share": D(30)}, ReportNumberMissing),
    ],
)
def test_what_is_incomplete_is_refused(session, draft, error):
    with pytest.raises(error):
        enter(session, make_maker(session), **draft)


def test_others_have_no_say(session):
    maker, shop = make_maker(session), make_maker(session, kind="shop")
    far = make_maker(session, region_code="130624")
    with pytest.raises(NotAMaker):
        enter(session, shop)
    with pytest.raises(SellerNotFound):
        service.enter(session, actor_for("x" * 20), maker.id, make_claim(), paper(), now=START)
    claim_id = enter(session, far)
    with pytest.raises(OutsideYourRegion):
        service.approve(session, OFFICIAL, claim_id, now=START)
    with pytest.raises(ClaimNotFound):
        service.withdraw(session, actor_for(maker.id), claim_id, now=START)
    assert queries.list_for_review(session, OFFICIAL, "waiting", START).total == 0


def test_badges_count_the_zeros_and_name_the_issuer(app, session):
    maker = make_maker(session)
    confirm(session, maker)
    confirm(session, maker, key="carbon")
    confirm(session, maker, **GRADE)
    confirm(session, maker, kind=ClaimKind.RECOGNITION, key="", title="绿色工厂", level="national")
    with app.test_request_context("/"):
        shown = badges(sellers.get_seller(session, maker.id).marks, date(2026, 11, 22))
        texts = [one["text"] for one in shown]
        assert texts == ["两零工厂", "环保绩效 A 级", "1 项荣誉"]
        assert "省工信厅（示例），2025 年" in shown[0]["note"]
        later = badges(sellers.get_seller(session, maker.id).marks, date(2027, 1, 1))
    assert [one["text"] for one in later] == ["两零工厂", "1 项荣誉"]


def page(response, status=200):
    assert response.status_code == status, response.text[:3000]
    return response.text


def test_through_the_pages(client, session):
    offer = make_offer(session)
    maker = offer.maker
    worker = make_account(session)
    accounts.grant_role(session, worker.id, "seller", maker.id)
    official = make_actor(session, "official", "510124")
    session.commit()
    sign_in(client, session, worker.id)
    assert "档案还是空的" in page(client.get("/seller/factory"))
    for kind in ClaimKind:
        page(client.get(f"/seller/factory/new/{kind.value}"))
    page(client.get("/seller/factory/new/magic"), 404)
    new = "/seller/factory/new/grade"
    typed = {"key": "A", "issuer": "省生态环境厅（示例）", "year": "2026"}

    def proof():
        return {"evidence": (BytesIO(jpeg()), "证明.jpg")}

    assert "先选一个文件" in page(client.post(new, data=typed), 422)
    missing = page(client.post(new, data={**typed, **proof()}), 422)
    assert "写明到哪天为止" in missing
    assert "省生态环境厅" in missing
    sent = client.post(new, data={**typed, **proof(), "expires_on": "2026-12-31"})
    own = sent.headers["Location"]
    key = own.rsplit("/", 1)[1]
    assert "等确认" in page(client.get(own))
    assert client.get(f"{own}/evidence", buffered=True).status_code == 200
    assert "环保绩效 A 级" not in page(client.get(f"/s/{maker.id}"))
    assert client.get(f"/s/{maker.id}/factory/{key}/evidence").status_code == 404
    sign_in(client, session, official.account_id)
    assert key in page(client.get("/official/factories"))
    review = f"/official/factories/{key}"
    page(client.get(review))
    assert client.get(f"{review}/evidence", buffered=True).status_code == 200
    assert "写明理由" in page(client.post(f"{review}/ask", data={}), 422)
    assert client.post(f"{review}/ask", data={"reason": "哪个厂区？"}).status_code == 303
    sign_in(client, session, worker.id)
    assert "哪个厂区" in page(client.get(own))
    assert "工厂档案要补充说明" in page(client.get("/seller"))
    assert client.post(f"{own}/answer", data={"answer": "一厂"}).status_code == 303
    sign_in(client, session, official.account_id)
    assert client.post(f"{review}/approve", data={}).status_code == 303
    client.application.extensions["market.page_cache"].clear()
    assert "环保绩效 A 级" in page(client.get(f"/s/{maker.id}"))
    assert "环保绩效 A 级" in page(client.get(f"/p/{offer.product_id}"))
    public = page(client.get(f"/s/{maker.id}/factory"))
    assert "省生态环境厅（示例），2026 年，有效至 2026-12-31" in public
    assert "暂无数据" in public
    assert client.get(f"/s/{maker.id}/factory/{key}/evidence", buffered=True).status_code == 200
    sign_in(client, session, worker.id)
    assert client.post(f"{own}/withdraw").status_code == 303
    client.application.extensions["market.page_cache"].clear()
    assert "环保绩效 A 级" not in page(client.get(f"/s/{maker.id}"))
    assert catalogue.get_product(session, offer.product_id, START).maker.marks == ()


def test_a_badge_names_the_day_of_its_paper_or_the_year_alone(session, app):
    maker = make_maker(session)
    confirm(session, maker, issued_on=date(2025, 7, 8))
    confirm(session, maker, key="fossil")
    (mine,) = [m for m in sellers.get_seller(session, maker.id).marks if m.key == "power"]
    assert mine.on == date(2025, 7, 8)
    with app.test_request_context():
        notes = {
            one.draft.key: claim_note(one.draft)
            for one in queries.profile_of(session, maker.id, START)
        }
        assert "2025-07-08" in notes["power"]
        assert "2025 年" in notes["fossil"]
        (badge,) = badges([mine], date(2026, 11, 22))
        assert "2025-07-08" in badge["note"]
