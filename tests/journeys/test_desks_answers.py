"""What one desk asks and another answers: a share of a discount, and whether a batch may go out."""

import re
import time
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from market.kernel.clock import SystemClock, shanghai_date
from tests.journeys.governing import HEBEI, OPERATOR, Official
from tests.journeys.site import Site, fill_in, send, unfold
from tests.journeys.ways import Way, newcomer, ways

MAKER = "13800010001"
SHARES, ALARMS = "/operator/promotion-shares", "/official/scan-alarms"


@pytest.mark.parametrize("way", ways("phone-zh-no-script", "desktop-en"), ids=lambda way: way.name)
def test_the_platform_bears_half_of_a_makers_promotion(site: Site, way: Way) -> None:
    name = f"平台分担 {time.time():.0f}"
    with newcomer(site, way) as shop, newcomer(site, way) as desk:
        site.sign_in(shop, MAKER)
        address = a_share_is_asked(site, shop, name)
        operator = Official(site, desk, OPERATOR)
        the_operator_refuses(operator, name, "预算太高")
        site.visit(shop, address)
        expect(shop.locator("#share")).to_contain_text("预算太高")
        shop.locator('form[action$="/share"] button').click()
        operator.look(SHARES).locator("main table a").filter(has_text=name).click()
        desk.locator("main .acts [name=accept][value='1'] ~ button").click()
        expect(desk).to_have_url(re.compile(f"{SHARES}(#|$)"))
        site.visit(shop, address)
        shop.locator('main form[action$="/schedule"] button').click()
        expect(shop.locator('main form[action$="/stop"]')).to_be_attached()
        site.keep(shop)
        assert "预算太高" in "".join(operator.trail(q="promotion.share"))


def a_share_is_asked(site: Site, shop: Page, name: str) -> str:
    """Without a budget there is nothing to share; then it is asked for."""
    today = shanghai_date(SystemClock().now())
    site.visit(shop, "/seller/promotions/new")
    unfold(shop.locator("[name=share_platform]"))
    fill_in(shop, name=name, kind="percent", percent="5", share_platform="50",
            starts_on=today, ends_on=today + timedelta(days=9))  # fmt: skip
    send(shop, "starts_on")
    expect(shop.locator("#budget_fen-err")).to_be_visible()
    expect(shop.locator("[name=share_platform]")).to_have_value("50")
    site.keep(shop)
    fill_in(shop, budget_fen="1000")
    send(shop, "starts_on")
    expect(shop).to_have_url(re.compile("/seller/promotions/[0-9a-z]{20}"))
    expect(shop.locator('main form[action$="/schedule"]')).to_have_count(0)
    address = shop.url
    shop.locator('form[action$="/share"] button').click()
    expect(shop.locator("#share .tag.info")).to_be_visible()
    site.keep(shop)
    return address


def the_operator_refuses(operator: Official, name: str, reason: str) -> None:
    page = operator.look("/operator")
    page.locator(f'.todo a[href="{SHARES}"]').click()
    operator.site.keep(page)
    page.locator("main table a").filter(has_text=name).click()
    operator.site.keep(page)
    unfold(page.locator("main [name=reason]"))
    send(page, "reason")
    expect(page.locator("#reason-err")).to_be_visible()
    operator.site.keep(page)
    fill_in(page, reason=reason)
    send(page, "reason")
    expect(page).to_have_url(re.compile(f"{SHARES}(#|$)"))
    expect(page.locator("main table a").filter(has_text=name)).to_have_count(0)


@pytest.mark.parametrize("way", ways("phone-en", "phone-zh-no-script"), ids=lambda way: way.name)
def test_an_official_stops_a_batch_and_lets_it_go(site: Site, way: Way) -> None:
    with newcomer(site, way) as desk, newcomer(site, way) as anybody:
        official = Official(site, desk, HEBEI)
        page = official.look(ALARMS)
        page.locator(f'main table a[href^="{ALARMS}/"]').first.click()
        site.keep(page)
        page.locator('main a[href$="/buyers"]').click()
        site.keep(page)
        page.locator('main form[action$="/holds"] button').click()
        expect(page.locator("#hold-reason-err")).to_be_visible()
        fill_in(page, reason="有人说开裂，先停发")
        page.locator('main form[action$="/holds"] button').click()
        public = page.locator('main a[href*="/id/batch/"]').get_attribute("href") or ""
        expect(page.locator("main")).to_contain_text("有人说开裂，先停发")
        site.keep(page)
        site.visit(anybody, public)
        expect(anybody.locator("main")).to_contain_text("有人说开裂，先停发")
        page.locator('main a[href*="/batch-holds/"]').first.click()
        site.keep(page)
        fill_in(page, reason="查过没有问题")
        send(page, "reason")
        expect(page.locator("main")).to_contain_text("查过没有问题")
        site.visit(anybody, public)
        expect(anybody.locator("main")).not_to_contain_text("有人说开裂，先停发")
        assert "查过没有问题" in "".join(official.trail(q="batch.lift"))
