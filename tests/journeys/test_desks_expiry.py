"""J2, step 13: a certificate enters its last 90 days, runs out, and is renewed.

The site under test has the clock of the machine, so the registry's list brings the last day near,
puts it behind us, and far ahead again.
"""

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from market.kernel.clock import SystemClock, shanghai_date
from tests.journeys.governing import FUPING, Official
from tests.journeys.selling import KIND, Maker
from tests.journeys.shopping import Household
from tests.journeys.site import Site, send
from tests.journeys.test_desks_registry import (
    MAKER,
    MAKER_NAME,
    OpenBrowser,
    the_official_approves_by_the_registry,
    the_product_goes_live,
    the_product_waits,
    the_seller_enters_a_number,
    upload,
)
from tests.journeys.ways import Way, newcomer, ways


@pytest.fixture
def browser_of(site: Site, way: Way) -> Iterator[OpenBrowser]:
    """Opens one more browser of this way, for one more person."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(newcomer(site, way))


@pytest.mark.parametrize("way", ways("phone-zh-no-script"), ids=lambda way: way.name)
def test_a_certificate_runs_out_and_is_renewed(
    site: Site, way: Way, browser_of: OpenBrowser
) -> None:
    maker, official = Maker(site, browser_of(), MAKER, "望岳"), Official(site, browser_of(), FUPING)
    household = Household(site, browser_of(), way.language)
    maker.name = MAKER_NAME
    site.sign_in(maker.page, MAKER)
    number = f"SL-DQ-{way.name}-{int(time.time()) % 1_000_000}"
    today = shanghai_date(SystemClock().now())
    last = today + timedelta(days=60)
    the_seller_enters_a_number(maker, number, last)
    upload(official, number, last)
    product = the_product_waits(maker, number)
    the_official_approves_by_the_registry(official, number)
    goods = the_product_goes_live(maker, official, product)
    put_into_stock(maker)
    expect(task(maker, number).locator("b")).to_have_text("60")
    household.choose_township()
    household.look(goods)
    household.buy_from(0, 2)
    assert may_order(household.page)
    upload(official, number, today - timedelta(days=1))
    nobody_can_buy_it(household, goods, f"{today - timedelta(days=1):%Y-%m-%d}")
    upload(official, number, today + timedelta(days=3 * 365))
    expect(household.look(goods).locator(".plaque")).not_to_have_class(re.compile("off"))
    assert goods in shown(household)
    household.look("/cart")
    assert may_order(household.page)
    expect(task(maker, number)).to_have_count(0)


def task(maker: Maker, number: str) -> Locator:
    """What the desk says is to be done about the certificate."""
    maker.look("/seller")
    return maker.page.locator(".todo a").filter(has_text=number)


def put_into_stock(maker: Maker) -> None:
    """On the page of the listing that was just published."""
    warehouse = maker.page.locator("main [name=warehouse_id]")
    warehouse.select_option(index=warehouse.locator("option").count() - 1)
    maker.page.locator("main [name=quantity]").fill("20")
    send(maker.page, "quantity")
    maker.said()


def shown(household: Household) -> str:
    """Where the products of the kind lead, in one text."""
    page = household.look(f"/materials/{KIND}?sort=newest")
    links = page.locator("article.g h3 a")
    return " ".join(links.nth(n).get_attribute("href") or "" for n in range(links.count()))


def may_order(page: Page) -> bool:
    return page.locator("main a[href^='/checkout']").count() > 0


def nobody_can_buy_it(household: Household, goods: str, day: str) -> None:
    page = household.look(goods)
    expect(page.locator(".plaque.off")).to_be_visible()
    expect(page.locator("#buy")).to_have_count(0)
    assert goods not in shown(household)
    page = household.look("/cart")
    expect(page.locator("main")).to_contain_text(day)  # the line says since when, and why
    assert not may_order(page)
