"""J4, promotions: a shop takes old pieces against new ones, and a household brings some."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from market.kernel.clock import SystemClock, shanghai_date
from tests.journeys.selling import SHOP
from tests.journeys.shopping import Household, texts, yuan
from tests.journeys.site import Site, fill_in, photo, send, unfold
from tests.journeys.ways import Way, new_phone, ways


@pytest.mark.parametrize("way", ways("phone-en", "phone-zh-no-script"), ids=lambda way: way.name)
def test_old_boards_are_traded_in(site: Site, way: Way) -> None:
    name = f"旧板换新 {new_phone()[-6:]}"
    screen = {"size": way.size, "language": way.language, "javascript": way.javascript}
    with site.visitor(**screen) as shop, site.visitor(**screen) as home:  # type: ignore[arg-type]
        site.sign_in(shop, SHOP)
        desk = a_trade_in_goes_live(site, shop, name)
        household = Household(site, home, way.language)
        site.sign_up(home, new_phone(), "赵小满")
        household.choose_township()
        offer = two_old_boards_are_handed_in(household, name)
        assert name in not_used(household)
        the_shop_accepts(site, shop, desk)
        household.look(offer)
        expect(home.locator("main .tag.ok").first).to_be_visible()
        each_old_board_takes_its_amount_off(household, name)


def a_trade_in_goes_live(site: Site, shop: Page, name: str) -> str:
    """Made, tried on a sample cart and scheduled; returns its page on the desk."""
    today = shanghai_date(SystemClock().now())
    site.visit(shop, "/seller/promotions/new")
    unfold(shop.locator('[name="kind_codes"][value="G105"]'))
    fill_in(shop, name=name, kind="trade_in", trade_fen="40", kind_codes="G105",
            starts_on=today, ends_on=today + timedelta(days=20))  # fmt: skip
    send(shop, "starts_on")
    expect(shop).to_have_url(re.compile("/seller/promotions/[0-9a-z]{20}"))
    site.keep(shop)
    desk = shop.url
    shop.locator('main form[action$="/schedule"] button').click()
    expect(shop.locator("#proofs ~ p, .dim + p").first).to_be_visible()
    return desk


def two_old_boards_are_handed_in(household: Household, name: str) -> str:
    """Found among the offers, then sent with a picture; returns the offer's page."""
    page = household.look("/promotions")
    page.locator("main section h2 a").filter(has_text=name).click()
    household.site.keep(page)
    send(page, "pieces")
    expect(page.locator("main .notice.bad")).to_be_visible()
    fill_in(page, pieces="2", note="拆下来的旧板", file=photo())
    send(page, "pieces")
    expect(page.locator("main .tag.info")).to_be_visible()
    household.site.keep(page)
    return page.url


def not_used(household: Household) -> str:
    """Six packs of boards of the county's shop in the cart; the offers that do not apply yet."""
    page = household.look("/materials/G105")
    page.locator("article.g h3 a").first.click()
    expect(page).to_have_url(re.compile("/p/"))
    offers = texts(page.locator("label.opt strong"))
    household.buy_from(next(i for i, shop in enumerate(offers) if "阜平绿筑" in shop), 6)
    page.locator(".notused summary").first.click()
    household.site.keep(page)
    return page.locator(".notused").first.inner_text()


def the_shop_accepts(site: Site, shop: Page, desk: str) -> None:
    site.visit(shop, desk)
    proof = shop.locator('main form[action*="/proofs/"]')
    proof.locator("[name=accepted]").fill("2")
    proof.locator("button").click()
    expect(shop.locator("main .tag.ok").first).to_be_visible()
    expect(proof).to_have_count(0)
    site.keep(shop)


def each_old_board_takes_its_amount_off(household: Household, name: str) -> None:
    page = household.look("/cart")
    row = page.locator("aside .dl .minus").filter(has_text=name)
    expect(row).to_be_visible()
    assert abs(yuan(row.locator("dd").first.inner_text())) == Decimal(80)
