"""Schemes in the browser: drafted, tried, published, paused; seen and checked by households."""

import re

import pytest
from sqlalchemy import select

from market.accounts import service as accounts
from market.audit.models import AuditEvent
from market.kernel.region_code import RegionCode
from market.subsidies import funds
from market.subsidies.models import SubsidyScheme
from tests.factories.accounts import make_account, sign_in
from tests.factories.catalogue import make_offer
from tests.factories.orders import fill_cart, make_household
from tests.factories.subsidies import make_published

FIELDS = {
    "name": "农房保温补贴", "name_en": "Insulation subsidy", "type": "voucher", "region": "130624",
    "starts_on": "2026-11-01", "ends_on": "2027-10-31", "rate": "15", "household_cap_fen": "2000",
    "household_uses": "1", "years": "5", "budget_fen": "100000", "total_cap": "50",
    "certified_only": "y", "min_star": "2", "sequence": "50",
}  # fmt: skip


@pytest.fixture
def official(app, session):
    return signed_in(app, session, "official", "130624")


@pytest.fixture
def household(app, session):
    client = app.test_client()
    actor = make_household(session)
    sign_in(client, session, actor.account_id)
    client.set_cookie("township", "130624104")
    return client, actor


def signed_in(app, session, role, scope):
    client = app.test_client()
    account = make_account(session)
    accounts.grant_role(session, account.id, role, scope)
    sign_in(client, session, account.id)
    return client


def the_scheme(session):
    return session.scalars(select(SubsidyScheme).order_by(SubsidyScheme.id.desc()).limit(1)).one()


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.get_data(as_text=True)))


def create(client, session, **over):
    response = client.post("/official/subsidies/new", data={**FIELDS, **over})
    assert response.status_code == 303, text(response)
    return the_scheme(session)


def test_an_official_drafts_tries_and_publishes(official, session):
    row = create(official, session)
    assert row.state == "draft"
    assert row.terms["rate_bp"] == 1500
    page = text(official.get(f"/official/subsidies/{row.id}"))
    # 10,000 × 15 % is 1,500; 30,000 × 15 % is 4,500, cut to 2,000; the third had its share.
    assert "补 1,500.00 元" in page
    assert "每户最多 2,000.00 元，算 2,000.00 元" in page
    assert "你家的次数用完了" in page
    assert official.post(f"/official/subsidies/{row.id}/publish").status_code == 303
    session.refresh(row)
    assert row.state == "live"
    assert official.get(f"/official/subsidies/{row.id}/edit").status_code == 409
    actions = session.scalars(select(AuditEvent.action).where(AuditEvent.object_id == row.id)).all()
    assert actions == ["subsidy_scheme.create", "subsidy_scheme.publish"]


def test_pausing_needs_a_reason_and_going_on_does_not(official, session):
    row = create(official, session)
    official.post(f"/official/subsidies/{row.id}/publish")
    refused = official.post(f"/official/subsidies/{row.id}/pause", data={"reason": " "})
    assert refused.status_code == 422
    assert "写明原因" in text(refused)
    official.post(f"/official/subsidies/{row.id}/pause", data={"reason": "核对预算"})
    session.refresh(row)
    assert row.state == "paused"
    official.post(f"/official/subsidies/{row.id}/publish")
    session.refresh(row)
    assert row.state == "live"
    official.post(f"/official/subsidies/{row.id}/end", data={"reason": "年度结束"})
    session.refresh(row)
    assert row.state == "ended"
    assert official.post(f"/official/subsidies/{row.id}/publish").status_code == 303
    session.refresh(row)
    assert row.state == "ended"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("rate", ""), ("rate", "101"), ("ends_on", "2026-10-01"), ("budget_fen", "0"),
        ("region", "510121"), ("total_cap", "0"), ("years", "x"), ("type", "gift"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_beside_its_field(official, session, field, value):
    response = official.post("/official/subsidies/new", data={**FIELDS, field: value})
    assert response.status_code == 422
    page = response.get_data(as_text=True)
    assert f'id="{field}-err"' in page
    assert "农房保温补贴" in page
    assert session.scalars(select(SubsidyScheme)).first() is None


def test_another_countys_scheme_is_refused(app, session, official):
    scheme_id = make_published(session, region="510121")
    session.commit()
    assert official.get(f"/official/subsidies/{scheme_id}").status_code == 403
    assert official.post(f"/official/subsidies/{scheme_id}/pause").status_code == 403
    assert scheme_id not in official.get("/official/subsidies").get_data(as_text=True)
    operator = signed_in(app, session, "operator", "")
    assert scheme_id in operator.get("/official/subsidies").get_data(as_text=True)


def test_a_draft_is_not_public(official, session, client):
    row = create(official, session)
    assert client.get(f"/subsidies/{row.code}").status_code == 404
    official.post(f"/official/subsidies/{row.id}/publish")
    assert client.get(f"/subsidies/{row.code}").status_code == 200


def test_a_household_sees_what_holds_where_it_lives(household, session):
    client, _ = household
    make_published(session, region="13", name="省里的补贴")
    make_published(session, region="51", name="别省的补贴")
    session.commit()
    page = text(client.get("/subsidies"))
    assert "省里的补贴" in page
    assert "别省的补贴" not in page


def check(client, **over):
    sent = {"kind": "G105", "price_fen": "10000", "packs": "1", "certified": "y", "star": "3"}
    return client.get("/subsidies/check", query_string={**sent, **over})


def test_the_check_names_levels_total_and_the_rule_that_cut(household, session):
    client, _ = household
    make_offer(session)
    make_published(session, region="13", name="省里的", rate_bp=3000, total_cap_bp=5000)
    make_published(session, region="130624", name="县里的", rate_bp=3000, total_cap_bp=5000,
                   sequence=60)  # fmt: skip
    make_published(session, region="130624", name="困难户的", flags=frozenset({"low_income"}))
    session.commit()
    page = text(check(client))
    assert "省级补贴 −3,000.00 元" in page
    assert "县级补贴 −2,000.00 元" in page
    assert "补贴一共 5,000.00 元" in page
    assert "各级补贴合起来不超过价格的 50 %，算 2,000.00 元" in page
    assert "只给登记过的低保和低收入家庭" in page


def test_the_check_without_a_price_is_refused_and_keeps_what_was_typed(household, session):
    client, _ = household
    make_offer(session)
    session.commit()
    response = check(client, price_fen="abc")
    assert response.status_code == 422
    assert 'value="abc"' in response.get_data(as_text=True)


def test_the_check_of_the_cart_is_the_price_of_the_cart(household, session):
    client, actor = household
    make_published(session, name="保温的")
    fill_cart(session, actor.account_id, (make_offer(session, stock=50), 10))
    session.commit()
    cart, page = text(client.get("/cart")), text(client.get("/subsidies/check/cart"))
    assert "1,382.40 元 × 15 % ＝ 207.36 元" in cart
    assert "−207.36 元" in cart
    assert "补贴一共 207.36 元" in page


def test_keeping_it_for_later_takes_it_out_of_the_price(household, session):
    client, actor = household
    scheme_id = make_published(session, name="保温的")
    code = session.get(SubsidyScheme, scheme_id).code
    fill_cart(session, actor.account_id, (make_offer(session, stock=50), 10))
    session.commit()
    client.post(f"/subsidies/{code}/waive")
    assert "你选了留着以后用" in text(client.get("/cart"))
    client.post(f"/subsidies/{code}/unwaive")
    assert "207.36" in text(client.get("/cart"))


@pytest.mark.parametrize("path", ["/subsidies", "/subsidies/check", "/me/subsidies"])
def test_pages_hold_no_chinese_in_english(household, session, path):
    client, _ = household
    page = client.get(f"{path}?lang=en").get_data(as_text=True)
    main = re.sub(r"<[^>]+>", " ", page[page.index("<main") : page.index("</main>")])
    for known in RegionCode("130624104").prefixes:
        main = main.replace(known, "")
    assert not re.findall(r"[\u4e00-\u9fff]+", main)


def test_the_budget_of_a_public_scheme_is_changed_with_a_reason(app, official, session, now):
    scheme_id = make_published(session, region="130624", now=now, budget_fen=10_000_000)
    funds.reserve(session, scheme_id, 300_000, now)
    session.commit()
    page = f"/official/subsidies/{scheme_id}"
    for typed, said in (
        ({"budget_fen": "2999.99", "reason": "收回"}, "已经用掉和留着的有 3,000.00 元"),
        ({"budget_fen": "很多", "reason": "收回"}, "收回"),
        ({"budget_fen": "200000", "reason": ""}, "请写明为什么改预算"),
    ):
        answer = official.post(f"{page}/budget", data=typed)
        assert answer.status_code == 422
        assert said in answer.get_data(as_text=True)
        assert f'value="{typed["budget_fen"]}"' in answer.get_data(as_text=True)
    typed = {"budget_fen": "3000", "reason": "县里收回余下的"}
    assert official.post(f"{page}/budget", data=typed).status_code == 303
    session.expire_all()
    assert session.get(SubsidyScheme, scheme_id).budget_fen == 300_000
    seen = text(official.get(page))
    assert "从 100,000.00 元改成 3,000.00 元" in seen
    assert "县里收回余下的" in seen
    elsewhere = signed_in(app, session, "official", "510124")
    assert elsewhere.post(f"{page}/budget", data=typed).status_code == 403


def test_a_draft_and_an_ended_scheme_have_no_budget_to_change(official, session, now):
    draft = create(official, session)
    ended = make_published(session, region="130624", now=now)
    official.post(f"/official/subsidies/{ended}/end", data={"reason": "办完了"})
    for key in (draft.id, ended):
        page = official.get(f"/official/subsidies/{key}").get_data(as_text=True)
        assert f"/official/subsidies/{key}/budget" not in page
        typed = {"budget_fen": "200000", "reason": "多给"}
        assert official.post(f"/official/subsidies/{key}/budget", data=typed).status_code == 422
    session.expire_all()
    assert session.get(SubsidyScheme, ended).budget_fen != 20_000_000
