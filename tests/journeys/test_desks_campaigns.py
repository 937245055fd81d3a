"""J2, taking part: a maker applies to a county's campaign, is refused, applies again, gets in."""

import time
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from market.kernel.clock import SystemClock, shanghai_date
from tests.journeys.governing import FUPING, Official
from tests.journeys.site import Site, fill_in, send
from tests.journeys.ways import Way, newcomer, ways

MAKER = "13800010001"
CAMPAIGNS, MINE = "/official/campaigns", "/seller/campaigns"
CHECKED = ways("phone-zh-no-script", "desktop-en")


@pytest.mark.parametrize("way", CHECKED, ids=lambda way: way.name)
def test_a_seller_gets_into_a_campaign_at_the_second_attempt(site: Site, way: Way) -> None:
    name = f"旅程活动 {time.time():.0f}"
    with newcomer(site, way) as desk, newcomer(site, way) as shop:
        official = Official(site, desk, FUPING)
        a_campaign_is_made(official, name)
        site.sign_in(shop, MAKER)
        apply(site, shop, name)
        refused_with_a_reason(official, name, "承担书还没有盖章")
        site.visit(shop, MINE)
        expect(card(shop, name)).to_contain_text("承担书还没有盖章")
        site.visit(shop, "/me/messages")
        expect(shop.locator("main")).to_contain_text("承担书还没有盖章")
        apply(site, shop, name)
        official.look(CAMPAIGNS)
        card(desk, name).locator("[name=approve][value='1'] + button").click()
        expect(card(desk, name).locator(".tag.ok")).to_be_visible()
        site.visit(shop, MINE)
        expect(card(shop, name).locator(".tag.ok")).to_be_visible()
        site.keep(shop)
        site.visit(shop, "/seller/promotions/new")
        listed = shop.locator("main [name=campaign_id] option").filter(has_text=name)
        expect(listed).to_have_count(1)
        acts = official.trail(q="campaign.")
        assert "承担书还没有盖章" in "".join(acts)


def card(page: Page, name: str) -> Locator:
    """The part of the page about this campaign."""
    return page.locator("main section.card").filter(has_text=name)


def a_campaign_is_made(official: Official, name: str) -> None:
    page, today = official.look(CAMPAIGNS), shanghai_date(SystemClock().now())
    fill_in(page, name=name, starts_on=today, ends_on=today + timedelta(days=9))
    send(page, "starts_on")
    expect(card(page, name)).to_contain_text(str(today + timedelta(days=9)))
    official.site.keep(page)


def apply(site: Site, shop: Page, name: str) -> None:
    site.visit(shop, MINE)
    card(shop, name).locator('form[action$="/apply"] button').click()
    expect(card(shop, name).locator(".tag.info")).to_be_visible()


def refused_with_a_reason(official: Official, name: str, reason: str) -> None:
    """From the queue of the desk; a refusal without a reason is none."""
    page = official.look("/official")
    page.locator(f'.todo a[href="{CAMPAIGNS}"]').click()
    one = card(page, name)
    one.locator("details summary").click()
    one.locator("details button").click()
    expect(one.locator(".msg")).to_be_visible()
    official.site.keep(page)
    one.locator("[name=reason]").fill(reason)
    one.locator("details button").click()
    expect(card(page, name)).to_contain_text(reason)
    expect(card(page, name).locator(".tag.bad")).to_be_visible()
    official.site.keep(page)
