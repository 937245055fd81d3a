"""Households in the browser: one's own, within a claim and the checkout, and on the desk."""

import io
import re
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from market.accounts import queries as account_queries
from market.accounts import service as accounts
from market.households import queries
from market.households import service as households
from market.households.models import HouseholdMember
from market.promotions import service as promotions
from market.promotions.types import Benefit, BenefitKind, Channel, Redemption, Step
from market.subsidies.models import SubsidyClaim, SubsidyScheme
from market.subsidies.types import SchemeType
from tests.factories.accounts import make_account, make_actor, sign_in
from tests.factories.catalogue import ensure_kinds, make_offer
from tests.factories.households import household_of, make_pair, make_statement, member_of
from tests.factories.market import make_promotion
from tests.factories.orders import START, fill_cart, make_address, make_household
from tests.factories.pictures import jpeg
from tests.factories.subsidies import make_published

HOME = {
    "household_kind": "booklet", "household_number": "130624015", "household_head": "李长顺",
    "household_town": "130624104", "household_village": "天生桥村",
}  # fmt: skip
INVOICE = {
    "number": "FP-1", "seller": "镇上建材店", "issued_on": "2026-11-01", "kind": "G105",
    "price_fen": "1000", "packs": "1", "units": "", "star": "3", "certified": "y", "note": "",
}  # fmt: skip


def client_of(app, session, account_id):
    client = app.test_client()
    client.set_cookie("township", "130624104")
    sign_in(client, session, account_id)
    return client


@pytest.fixture
def me(session):
    who = make_household(session)
    make_address(session, who.account_id)
    return who


@pytest.fixture
def home(app, session, me):
    return client_of(app, session, me.account_id)


def staff(app, session, region):
    account = make_account(session)
    accounts.grant_role(session, account.id, "official", region)
    return client_of(app, session, account.id)


def markup(response, status=200):
    assert response.status_code == status, response.get_data(as_text=True)
    return response.get_data(as_text=True)


def text(response, status=200):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", markup(response, status)))


def test_it_is_stated_once_and_leads_back_to_where_one_came_from(home, session, me):
    assert "登记这一户" in text(home.get("/me/household?next=/cart"))
    sent = home.post("/me/household", data={**HOME, "next": "/cart"})
    assert (sent.status_code, sent.location) == (303, "/cart")
    page = text(home.get("/me/household"))
    assert "****4015" in page
    assert "李长顺" in page
    assert "130624015" not in page
    assert household_of(session, me)
    assert "Only a keyed" not in text(home.get("/me/household?lang=en"))


def test_the_numbers_have_a_key_of_their_own(app, session, home, me, monkeypatch):
    known = app.extensions["market.settings"]
    key = "register numbers " * 3
    monkeypatch.setitem(app.extensions, "market.settings", replace(known, household_key=key))
    assert home.post("/me/household", data=HOME).status_code == 303
    number = HOME["household_number"]
    same, other = (make_actor(session) for _ in range(2))
    for who, secret in ((same, key), (other, known.secret_key)):
        households.state(session, who, make_statement(number=number), secret=secret, now=START)
    assert household_of(session, same) == household_of(session, me)
    assert household_of(session, other) != household_of(session, me)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_wrong_number_is_said_beside_its_field_and_nothing_typed_is_lost(home, session, lang):
    typed = {**HOME, "household_number": "11010519491231002X"}
    page = markup(home.post(f"/me/household?lang={lang}", data=typed), 422)
    assert 'id="household_number-err"' in page
    assert 'value="李长顺"' in page
    assert 'value="天生桥村"' in page
    assert session.scalar(select(func.count()).select_from(HouseholdMember)) == 0


def test_a_town_that_was_not_offered_is_refused(home):
    markup(home.post("/me/household", data={**HOME, "household_town": "510121001"}), 422)


def test_the_other_account_is_not_named_to_who_came_later(app, session):
    first, second = make_pair(session)
    session.commit()
    later = text(client_of(app, session, second.account_id).get("/me/household"))
    assert "另一个账号" in later
    assert "张*" not in later
    path = f"/me/household/members/{member_of(session, second)}/object"
    early = client_of(app, session, first.account_id)
    assert "张*" in text(early.get("/me/household"))
    assert "写明原因" in text(early.post(path, data={"words": ""}), 422)
    assert early.post(path, data={"words": "不认识这个人"}).status_code == 303
    assert "主管部门正在看" in text(early.get("/me/household"))


def test_officials_of_the_place_see_it_masked_and_decide(app, session):
    first, second = make_pair(session)
    key, member = household_of(session, first), member_of(session, second)
    session.commit()
    near, far = staff(app, session, "130624"), staff(app, session, "510124")
    listed = text(near.get("/official/households?list=shared"))
    assert "****4015" in listed
    assert "张三丰" not in listed
    assert "****4015" not in text(far.get("/official/households?list=shared"))
    page, deed = f"/official/households/{key}", f"/official/households/{key}/members/{member}"
    assert "张**" in text(near.get(page))
    assert far.get(page).status_code == 403
    assert far.post(f"{deed}/separate", data={"reason": "想要"}).status_code == 403
    assert "写明依据" in text(near.post(f"{deed}/separate", data={"reason": " "}), 422)
    assert near.post(f"{deed}/separate", data={"reason": "另一家"}).status_code == 303
    assert "不是这一户，已经分开" in text(near.get(page))
    elsewhere = f"/official/households/{'0' * 20}/members/{member}/confirm"
    assert near.post(elsewhere, data={"reason": "看了原件"}).status_code == 404


def asking(session, type_, **over):
    ensure_kinds(session)
    limits = {"household_uses": 1, "years": 5, "asks_household": True, **over}
    scheme = session.get_one(SubsidyScheme, make_published(session, type_=type_, **limits))
    session.commit()
    return scheme


def send(client, path, fields):
    files = {"file": (io.BytesIO(jpeg()), "凭证.jpg")}
    return client.post(path, data={**fields, **files}, content_type="multipart/form-data")


def test_a_claim_and_the_household_go_in_together_or_not_at_all(home, app, session, me):
    scheme = asking(session, SchemeType.CLAIM)
    path = f"/subsidies/{scheme.code}/claim?by=invoice"
    assert "你家的户口簿号" in text(home.get(path))
    page = markup(send(home, path, {**INVOICE, **HOME, "household_number": "12"}), 422)
    assert 'id="household_number-err"' in page
    assert 'value="镇上建材店"' in page
    assert session.scalar(select(func.count()).select_from(HouseholdMember)) == 0
    assert send(home, path, {**INVOICE, **HOME}).status_code == 303
    assert queries.own(session, me.account_id).last4 == "4015"
    assert "household_number" not in markup(home.get(path))
    other = make_household(session)
    make_address(session, other.account_id)
    again = send(
        client_of(app, session, other.account_id), path, {**INVOICE, **HOME, "number": "F2"}
    )
    page = text(again, 422)
    assert "本户已于 2026-11 使用" in page
    assert me.display_name not in page.replace("张三丰", "")
    assert queries.own(session, other.account_id) is None  # nothing of it was kept


def test_who_reviews_a_claim_sees_the_household_and_its_former_uses(app, session, home, me):
    scheme = asking(session, SchemeType.CLAIM)
    send(home, f"/subsidies/{scheme.code}/claim?by=invoice", {**INVOICE, **HOME})
    claim = session.scalars(select(SubsidyClaim.id)).one()
    official = staff(app, session, "130624")
    page = text(official.get(f"/official/subsidy-claims/{claim}"))
    assert "****4015" in page
    assert "李**" in page
    assert "李长顺" not in page
    assert "2026-11 " in page
    trial = text(official.get(f"/official/subsidies/{scheme.id}"))
    assert "户口簿号 ****4096（编的）" in trial
    assert "以前用过 1 次" in trial


def test_an_office_waives_the_statement_with_a_reason(app, session, home):
    scheme = asking(session, SchemeType.CLAIM)
    official = staff(app, session, "130624")
    path = f"/official/subsidies/{scheme.id}/household/waive"
    assert "写明原因" in text(official.post(path, data={"asked_reason": ""}), 422)
    assert official.post(path, data={"asked_reason": "老人多"}).status_code == 303
    assert "household_number" not in markup(home.get(f"/subsidies/{scheme.code}/claim?by=invoice"))


def test_the_cart_says_what_is_missing_and_the_last_page_keeps_what_was_typed(home, session, me):
    offer = make_offer(session)
    make_promotion(session, household_limit=1, asks_household=True)
    make_published(session, household_uses=1, asks_household=True)
    fill_cart(session, me.account_id, (offer, 10))
    session.commit()
    cart = markup(home.get("/cart"))
    assert cart.count("先填写户口簿号，每户限 1 次") == 2
    assert "/me/household?next=/cart" in cart
    address = accounts_address(session, me)
    page = markup(home.get(f"/checkout/confirm?address={address}"))
    assert 'formaction="/checkout/household"' in page
    sent = home.post(
        "/checkout/household",
        data={"address": address, "payment_method": "bank_transfer", "note": "下午送"},
    )
    assert sent.status_code == 303
    assert sent.location.startswith("/me/household?next=/checkout/confirm")
    back = home.post("/me/household", data={**HOME, "next": f"/checkout/confirm?address={address}"})
    page = markup(home.get(back.location))
    assert 'value="下午送"' in page
    assert re.search(r'value="bank_transfer"[^>]* checked', page)
    assert "先填写户口簿号" not in page


def accounts_address(session, who):
    return account_queries.addresses(session, who.account_id)[0].id


def test_a_second_account_of_the_household_gets_no_second_discount(app, session, me, home):
    offer = make_offer(session)
    promotion = make_promotion(session, household_limit=1, asks_household=True)
    first = make_household(session)
    make_address(session, first.account_id)
    assert client_of(app, session, first.account_id).post("/me/household", data=HOME).location
    now = app.extensions["market.clock"].now()
    used = [Redemption(promotion, 100)]
    promotions.reserve(session, used, "order-1", first.account_id, now)
    fill_cart(session, me.account_id, (offer, 10))
    session.commit()
    assert home.post("/me/household", data=HOME).status_code == 303
    assert f"本户已于 {now:%Y-%m} 使用" in text(home.get("/cart"))
    assert "你自己" not in text(home.get("/me/household"))


def test_an_offer_page_leads_to_the_statement(home, session):
    steps = Benefit(BenefitKind.THRESHOLD, steps=(Step(10_000, 500),))
    offer = make_promotion(
        session, household_limit=1, asks_household=True, channel=Channel.OFFLINE, benefit=steps
    )
    session.commit()
    sent = home.post(f"/promotions/{offer}/voucher", follow_redirects=True)
    page = markup(sent)
    assert "先填写户口簿号，每户限 1 次" in page
    assert f"/me/household?next=/promotions/{offer}" in page
