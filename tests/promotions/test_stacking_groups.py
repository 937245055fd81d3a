"""Groups of promotions: made, named, retired, and never changed behind the back of what runs."""

import html
import re

import pytest
from sqlalchemy import select

from market.audit.models import AuditEvent
from market.carts import queries as carts
from market.carts.types import CartOwner
from market.checkout.quote import quote
from market.kernel.actor import SYSTEM
from market.kernel.errors import Forbidden
from market.promotions import queries, service, stacking
from market.promotions.errors import GroupMoved, GroupNameTaken, GroupNotOffered, GroupUsed
from market.promotions.types import Benefit, BenefitKind, Owner
from tests.factories.accounts import make_actor, sign_in
from tests.factories.catalogue import make_offer
from tests.factories.orders import TOWN, fill_cart, make_household
from tests.factories.promotions import make_draft, make_running
from tests.promotions.test_desks import FORM, PLATFORM

PAGE = "/operator/stacking-groups"


def text(response):
    plain = re.sub(r"<(script|style).*?</\1>", "", html.unescape(response.text), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", plain))


def percent(bp):
    return Benefit(BenefitKind.PERCENT, basis_points=bp)


@pytest.fixture
def roof(session, now):
    return stacking.create(session, SYSTEM, "屋面", "Roofing", now)


@pytest.fixture
def desk(client, session):
    sign_in(client, session, make_actor(session, "operator").account_id)
    return client


@pytest.fixture
def pair(session, roof):
    """Two of the platform in one group, one of them larger."""
    return [
        make_running(session, name=name, benefit=percent(bp), group=roof, budget_fen=None)
        for name, bp in (("小的", 100), ("大的", 300))
    ]


def verdicts(session, now):
    household = make_household(session)
    fill_cart(session, household.account_id, (make_offer(session, stock=50), 10))
    cart = carts.get_cart(session, CartOwner(household.account_id))
    found = quote(session, cart, TOWN, household.account_id, now).verdicts
    return {one.promotion_id: (one.applied_fen, one.reason_code) for one in found}


def test_of_a_group_one_is_used_and_a_new_name_changes_nothing_of_it(session, now, roof, pair):
    before = verdicts(session, now)
    assert [before[key][1] for key in pair] == ["one_of_group", ""]
    stacking.rename(session, SYSTEM, roof, "防水", "Membranes", sure_of=pair, now=now)
    stacking.retire(session, SYSTEM, roof, sure_of=pair, now=now)
    session.expire_all()
    assert verdicts(session, now) == before


def test_operators_make_a_group_and_forms_offer_it(desk, session, now):
    assert desk.post(PAGE, data={"name": ""}).status_code == 422
    assert desk.post(PAGE, data={"name": "屋面", "name_en": "Roofing"}).status_code == 303
    again = desk.post(PAGE, data={"name": "屋面", "name_en": "x"})
    assert again.status_code == 422
    assert "已经有叫“屋面”的分组" in again.text
    assert 'value="x"' in again.text
    (group,) = stacking.offered(session)
    made = desk.post("/official/promotions/new", data={**FORM, "group": group.id})
    assert made.status_code == 303
    assert "“屋面”这一组里只用一个" in text(desk.get(made.location))
    assert "满 3000 减 300" in text(desk.get(PAGE))
    desk.set_cookie("lang", "en")
    assert "Roofing" in text(desk.get(made.location + "/edit"))
    assert "Roofing" in text(desk.get(PAGE))
    actions = session.scalars(select(AuditEvent.action)).all()
    assert "stacking_group.create" in actions


def test_sellers_choose_from_the_same_names(client, session, now, roof):
    offer = make_offer(session)
    sign_in(client, session, make_actor(session, "seller", offer.maker.id).account_id)
    new = "/seller/promotions/new"
    assert f'<option value="{roof}">屋面</option>' in client.get(new).text
    made = client.post(new, data={**FORM, "group": roof})
    assert "“屋面”这一组里只用一个" in text(client.get(made.location))
    forged = client.post(new, data={**FORM, "group": "made-up"})
    assert forged.status_code == 422
    assert "这个分组停用了" in forged.text
    assert client.get(PAGE).status_code == 403


def test_a_change_shows_whom_it_concerns_and_asks(desk, session, now, roof, pair):
    make_offer(session)
    session.commit()
    asked = {"name": "防水", "name_en": "Membranes"}
    refused = desk.post(f"{PAGE}/{roof}", data=asked)
    assert refused.status_code == 422
    assert "有已经上线的优惠在这个分组里" in refused.text
    assert 'value="防水"' in refused.text
    for key in pair:
        assert f'name="concerned" value="{key}"' in refused.text
    late = make_running(session, name="后来的", group=roof)
    session.commit()
    sure = {**asked, "sure": "y", "concerned": pair}
    moved = desk.post(f"{PAGE}/{roof}", data=sure)
    assert moved.status_code == 422
    assert "刚才又有优惠上线" in moved.text
    assert desk.post(f"{PAGE}/{roof}", data={**sure, "concerned": [*pair, late]}).status_code == 303
    assert "“防水”这一组里只用一个" in text(desk.get(f"/promotions/{late}"))
    page = text(desk.get("/operator/price-order"))
    assert "一分不差" in page
    assert "优惠分组和上限" in page


def test_a_retired_group_stays_on_what_has_it_and_is_not_offered(desk, session, now, roof, pair):
    operator = make_actor(session, "operator")
    draft = service.create_draft(session, operator, PLATFORM, make_draft(group=roof), now)
    session.commit()
    assert desk.post(f"{PAGE}/{roof}/retire").status_code == 422
    done = desk.post(f"{PAGE}/{roof}/retire", data={"sure": "y", "concerned": pair})
    assert done.status_code == 303
    assert "不再给新优惠用" in text(desk.get(PAGE))
    assert f'value="{roof}"' not in desk.get("/official/promotions/new").text
    refused = desk.post("/official/promotions/new", data={**FORM, "group": roof})
    assert refused.status_code == 422
    edit = desk.get(f"/official/promotions/{draft}/edit").text
    assert f'<option selected value="{roof}">' in edit
    with pytest.raises(GroupNotOffered):
        service.schedule(session, operator, draft, now)
    assert desk.post(f"{PAGE}/{roof}/restore").status_code == 303
    session.expire_all()
    service.schedule(session, operator, draft, now)
    assert queries.get_promotion(session, draft, now).draft.group == roof
    assert desk.post(f"{PAGE}/{roof}/burn").status_code == 404
    assert desk.post(f"{PAGE}/unknown", data={"name": "x"}).status_code == 404


def test_only_operators_and_only_what_was_seen(session, now, roof, pair):
    official = make_actor(session, "official", "130624")
    for act in (
        lambda: stacking.create(session, official, "新", "", now),
        lambda: stacking.rename(session, official, roof, "x", "", sure_of=pair, now=now),
        lambda: stacking.retire(session, official, roof, sure_of=pair, now=now),
        lambda: stacking.restore(session, official, roof, now),
    ):
        with pytest.raises(Forbidden):
            act()
    with pytest.raises(GroupUsed):
        stacking.retire(session, SYSTEM, roof, sure_of=None, now=now)
    with pytest.raises(GroupMoved):
        stacking.retire(session, SYSTEM, roof, sure_of=pair[:1], now=now)
    with pytest.raises(GroupNameTaken):
        stacking.create(session, SYSTEM, "屋面", "", now)


def test_the_caps_are_changed_there_too(desk, session):
    done = desk.post(
        "/official/promotion-caps", data={"line": "70", "order": "50", "back": "groups"}
    )
    assert done.location.endswith(f"{PAGE}#caps")
    assert "每样商品最多减 70 %，整单最多减 50 %" in text(desk.get(done.location))


def test_what_is_over_is_counted_apart(session, now, roof, pair):
    service.stop(session, SYSTEM, pair[0], now)
    (one,) = stacking.list_groups(session, now)
    assert [x.id for x in one.promotions] == pair[1:]
    assert one.over == 1
    assert one.promotions[0].ownership.owner is Owner.PLATFORM
