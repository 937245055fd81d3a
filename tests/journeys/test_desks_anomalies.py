"""J5: two sellers use one number; the official decides, the certificate changes, both are told."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from market.kernel.clock import SystemClock, shanghai_date
from tests.journeys.governing import CERTIFICATES, FUPING, Official
from tests.journeys.selling import Maker
from tests.journeys.site import Site, fill_in, send
from tests.journeys.ways import Way, newcomer, ways

OpenBrowser = Callable[[], Page]
FIRST, FIRST_NAME = "13800010001", "保定恒暖保温（示例）"
SECOND, SECOND_NAME = "13800010002", "河北绿涂防水涂料（示例）"
ANOMALIES = "/official/anomalies"


@pytest.fixture
def browser_of(site: Site, way: Way) -> Iterator[OpenBrowser]:
    """Opens one more browser of this way, for one more person."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(newcomer(site, way))


@pytest.mark.parametrize("way", ways("phone-zh-no-script"), ids=lambda way: way.name)
def test_a_number_used_twice_is_decided_and_both_sellers_read_it(
    site: Site, way: Way, browser_of: OpenBrowser
) -> None:
    first, second = (
        maker(site, browser_of(), FIRST, FIRST_NAME),
        maker(site, browser_of(), SECOND, SECOND_NAME),
    )
    official = Official(site, browser_of(), FUPING)
    number = f"SL-YC-{int(time.time()) % 1_000_000}"
    last = shanghai_date(SystemClock().now()) + timedelta(days=3 * 365)
    first.enter_certificate(number, last)
    certificate = first.page.url.rsplit("/", 1)[1]
    official.open(CERTIFICATES, number)
    official.approve_certificate("发证机构网站查到，编号、持有人、有效期一致")
    claim_it_too(second, number)
    the_official_suspends_it(official, number)
    site.visit(browser_of(), f"/certificates/{certificate}")
    for who in (first, second):
        who.look("/me/messages")
        expect(who.page.locator("main").get_by_text(number).first).to_be_visible()
        expect(who.page.locator("main").get_by_text("查了原件").first).to_be_visible()
    first.look(f"/seller/certificates/{certificate}")
    expect(first.page.locator("main .notice.bad").first).to_contain_text("查了原件")


def maker(site: Site, page: Page, phone: str, name: str) -> Maker:
    """A seller of the demonstration world at its desk."""
    one = Maker(site, page, phone, "望岳")
    one.name = name
    site.sign_in(page, phone)
    return one


def claim_it_too(other: Maker, number: str) -> None:
    """Another seller types the same number and is refused beside the field."""
    last = shanghai_date(SystemClock().now()) + timedelta(days=2 * 365)
    other.copy_certificate(number, last)
    expect(other.page.locator('main [name=number][aria-invalid="true"]')).to_be_visible()
    expect(other.page.locator("main [name=number]")).to_have_value(number)


def the_official_suspends_it(official: Official, number: str) -> None:
    """From the queue of anomalies: what may be done is offered, one thing is chosen."""
    official.look(ANOMALIES)
    official.page.locator(f'main a[href^="{ANOMALIES}/"]').filter(has_text=number).last.click()
    expect(official.page).to_have_url(re.compile(f"{ANOMALIES}/[0-9a-z]+$"))
    official.site.keep(official.page)
    expect(official.page.locator("main").get_by_text(SECOND_NAME).first).to_be_visible()
    expect(official.page.locator('main [name=outcome][value="refuse"]')).to_have_count(0)
    fill_in(official.page, outcome="suspend", reason="查了原件，持有人另有其人")
    send(official.page, "reason")
    official._decided()
