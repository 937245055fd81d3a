"""What stops a person has its own sentence and its next step, on the page where it happens."""

import re
from datetime import date

import pytest

from market.accounts import service as accounts
from market.promotions.models import Promotion
from market.renovations import service as requests
from tests.factories.accounts import make_account, sign_in
from tests.factories.catalogue import make_maker, make_offer, make_stamp
from tests.factories.market import make_promotion
from tests.factories.orders import TOWN, fill_cart, make_address, make_household
from tests.factories.providers import make_provider
from tests.factories.renovations import make_request, quoted


@pytest.fixture
def household(session, client):
    someone = make_household(session)
    sign_in(client, session, someone.account_id)
    client.set_cookie("township", TOWN.digits)
    return someone


def leads(page, words, to):
    """Whether the main part has a link with these words to an address that begins so."""
    main = page.split("<main", 1)[1].split("</main>", 1)[0]
    return any(
        words in re.sub(r"<[^>]+>", "", text) and href.startswith(to)
        for href, text in re.findall(r'<a [^>]*?href="([^"]+)"[^>]*>(.*?)</a>', main, re.S)
    )


def text_of(answer, *statuses):
    assert answer.status_code in statuses, answer.status_code
    return answer.get_data(as_text=True)


def confirmed(client, session, household):
    """The answer to the last button of the checkout."""
    address_id = make_address(session, household.account_id)
    session.commit()
    page = text_of(client.get(f"/checkout/confirm?address={address_id}"), 200)
    names = ("seen_total", "idempotency_key")
    sent = {name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)[1] for name in names}
    return sent | {"address": address_id, "payment_method": "card"}


def test_an_unknown_region_leads_to_the_picker(client):
    page = text_of(client.post("/region", data={"code": "999999999"}), 404)
    assert "没有这个地方" in page
    assert leads(page, "选乡镇", "/region")
    assert "Choose a town" in text_of(client.post("/region?lang=en", data={"code": "x"}), 404)


def test_an_expired_certificate_leads_to_others_of_its_kind(client, session, household, clock):
    maker = make_maker(session)
    stamp = make_stamp(session, maker, valid_to=date(2026, 11, 25))
    offer = make_offer(session, maker, stamp, stock=5)
    fill_cart(session, household.account_id, (offer, 1))
    session.commit()
    clock.advance(days=4)
    page = text_of(client.get(f"/p/{offer.product_id}"), 200)
    assert "证书已过期" in page
    assert leads(page, "看同类产品", "/materials/")
    cart = text_of(client.get("/cart"), 200)
    assert "证书 2026-11-25 到期，现在不能买" in cart
    assert leads(cart, "看同类产品", "/search?q=")


def test_sold_out_leads_to_other_sellers_and_back_to_the_cart(client, session, household, clock):
    offer = make_offer(session, make_maker(session), stock=2)
    fill_cart(session, household.account_id, (offer, 2))
    session.commit()
    sent = confirmed(client, session, household)
    clock.advance(minutes=11)  # nothing is kept for the cart any more
    rival = make_household(session)
    fill_cart(session, rival.account_id, (offer, 2))
    session.commit()
    other = client.application.test_client()
    sign_in(other, session, rival.account_id)
    other.set_cookie("township", TOWN.digits)
    assert other.post("/checkout/confirm", data=confirmed(other, session, rival)).status_code == 303
    refused = client.post("/checkout/confirm", data=sent, follow_redirects=True)
    page = text_of(refused, 200, 422)
    assert "不能买" in page or "刚卖完" in page or "刚被别人买走" in page
    assert leads(page, "回购物车", "/cart") or "刚卖完" in page
    cart = text_of(client.get("/cart"), 200)
    assert "刚卖完" in cart
    assert leads(cart, "看别家的同类产品", "/search?q=")


def test_a_spent_budget_leads_to_other_offers(client, session, household):
    offer = make_offer(session, make_maker(session), stock=50)
    make_promotion(session, name="村里五折")
    fill_cart(session, household.account_id, (offer, 2))
    session.commit()
    for promotion in session.query(Promotion):
        promotion.spent_fen = promotion.budget_fen
    session.commit()
    cart = text_of(client.get("/cart"), 200)
    assert "优惠预算用完了，这一单按原价" in cart
    assert leads(cart, "看别的优惠", "/promotions")


@pytest.fixture
def closed(client, session, now):
    """A request that took a quote and was ended since."""
    crew = make_provider(session)
    asked = make_provider(session)
    who, request_id = make_request(session, now=now)
    quote_id = quoted(session, request_id, crew.id, now=now)
    requests.close(session, who, request_id, "not_now", now=now)
    session.commit()
    return crew, asked, who, request_id, quote_id


def test_a_closed_request_leads_its_household_to_a_new_one(client, session, closed):
    _, _, who, request_id, quote_id = closed
    sign_in(client, session, who.actor.account_id)
    answer = client.post(f"/requests/{request_id}/award/{quote_id}", follow_redirects=True)
    page = text_of(answer, 200)
    assert "不能再选施工队" in page or "这个需求结束了" in page
    assert leads(page, "再发一个", "/requests/new")


@pytest.mark.parametrize("step", ["accept", "quote"])
def test_a_closed_request_leads_crews_to_other_invitations(client, session, closed, step):
    crew, _, _, request_id, _ = closed
    account = make_account(session)
    accounts.grant_role(session, account.id, "provider", crew.id)
    sign_in(client, session, account.id)
    sent = {"lines-0-label": "屋面", "lines-0-quantity": "1", "lines-0-unit_price": "5",
            "lines-0-unit": "m2", "lines-0-kind": "labour", "valid_until": "2026-12-31",
            "days": "3", "warranty_months": "12"}  # fmt: skip
    answer = client.post(
        f"/provider/requests/{request_id}/{step}", data=sent, follow_redirects=True
    )
    page = text_of(answer, 200, 409, 410, 422)
    assert "已经结束" in page or "过期或答复过" in page
    assert leads(page, "看邀请", "/provider/invitations")
