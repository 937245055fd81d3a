"""J2, J4: a certificate is matched with the registry, corrected, sold under, and watched."""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from market.kernel.clock import SystemClock, shanghai_date
from tests.journeys.governing import CERTIFICATES, FUPING, Official
from tests.journeys.selling import KIND, Maker
from tests.journeys.site import Site, fill_in, photo, send
from tests.journeys.ways import Way, newcomer, ways

OpenBrowser = Callable[[], Page]
MAKER, MAKER_NAME = "13800010001", "保定恒暖保温（示例）"
REGISTRY = "/official/registry"


@pytest.fixture
def browser_of(site: Site, way: Way) -> Iterator[OpenBrowser]:
    """Opens one more browser of this way, for one more person."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(newcomer(site, way))


@pytest.mark.parametrize("way", ways("phone-zh-no-script", "desktop-en"), ids=lambda way: way.name)
def test_a_registry_decides_what_a_certificate_says(
    site: Site, way: Way, browser_of: OpenBrowser
) -> None:
    maker, official = Maker(site, browser_of(), MAKER, "望岳"), Official(site, browser_of(), FUPING)
    maker.name = MAKER_NAME
    site.sign_in(maker.page, MAKER)
    number = f"SL-DJ-{way.name}-{int(time.time()) % 1_000_000}"
    last = shanghai_date(SystemClock().now()) + timedelta(days=3 * 365)
    certificate = the_seller_enters_a_number(maker, number, last)
    the_registry_knows_it_with_two_stars(official, number, last)
    the_seller_sees_what_differs(maker, certificate)
    a_number_is_looked_up_first(maker, number)
    product = the_product_waits(maker, number)
    the_official_approves_by_the_registry(official, number)
    goods = the_product_goes_live(maker, official, product)
    anybody = browser_of()
    expect(site.visit(anybody, goods).locator(".plaque")).not_to_have_class(re.compile("off"))
    the_registry_says_that_the_surveillance_was_missed(official, number, last)
    expect(site.visit(anybody, goods).locator(".plaque.off")).to_be_visible()
    site.visit(anybody, f"/certificates/{certificate}")
    expect(anybody.locator("main .notice.bad")).to_be_visible()
    the_official_records_a_pass(official, certificate)
    site.visit(anybody, f"/certificates/{certificate}")
    expect(anybody.locator("main .notice.ok")).to_be_visible()
    the_other_desks_are_seen(official, anybody)


def the_seller_enters_a_number(maker: Maker, number: str, last: date) -> str:
    maker.enter_certificate(number, last)
    expect(maker.page.locator("main .notice.warn").first).to_be_visible()  # not in the registry
    return maker.page.url.rsplit("/", 1)[1]


def upload(official: Official, number: str, last: date, **changes: object) -> None:
    """Compare a list of one number, look at the differences, and take it over."""
    row = {
        "number": number, "issuer": "示例绿色建材认证中心", "holder": MAKER_NAME,
        "scheme": "graded", "star": 2, "kinds": [KIND], "standard": "T/CECS 10026-2019",
        "valid_from": (last - timedelta(days=5 * 365)).isoformat(), "valid_to": last.isoformat(),
        "status": "valid", **changes,
    }  # fmt: skip
    official.look(REGISTRY)
    content = json.dumps({"certificates": [row]}).encode()
    official.page.locator("main input[type=file]").set_input_files(
        {"name": "list.json", "mimeType": "application/json", "buffer": content}
    )
    send(official.page, "file")
    expect(official.page).to_have_url(re.compile(f"{REGISTRY}/[0-9a-z]+$"))
    official.site.keep(official.page)
    expect(official.page.locator("main article.card")).to_have_count(1)
    official.page.locator('main form[action$="/apply"] button').click()
    expect(official.page.locator("main .notice.ok[role=status]")).to_be_visible()
    official.site.keep(official.page)


def the_registry_knows_it_with_two_stars(official: Official, number: str, last: date) -> None:
    upload(official, number, last)


def the_seller_sees_what_differs(maker: Maker, certificate: str) -> None:
    maker.look(f"/seller/certificates/{certificate}")
    expect(maker.page.locator("main table tbody tr").first).to_be_visible()


def a_number_is_looked_up_first(maker: Maker, number: str) -> None:
    """Typed alone, without script: the registry's values stand in the form of the paper."""
    maker.look("/seller/certificates/new")
    fill_in(maker.page, look=number)
    send(maker.page, "look")
    expect(maker.page.locator("main .notice.ok")).to_be_visible()
    expect(maker.page.locator("main [name=number]")).to_have_value(number)
    expect(maker.page.locator('main [name=star][value="2"]')).to_be_checked()
    maker.site.keep(maker.page)


def the_product_waits(maker: Maker, number: str) -> str:
    product = maker.create_product(number)
    maker.write_manual(product)
    maker.add_variant(product)
    maker.look(product)
    expect(maker.reasons()).to_have_count(1)
    return product


def the_official_approves_by_the_registry(official: Official, number: str) -> None:
    official.open(CERTIFICATES, number)
    expect(official.page.locator('main .notice.bad a[href*="/official/anomalies/"]')).to_have_count(
        1
    )
    official.page.locator('main form[action$="/adopt"] button').click()
    official._decided()
    expect(official.page.locator('main a[href*="/official/anomalies/"]')).to_have_count(0)


def the_product_goes_live(maker: Maker, official: Official, product: str) -> str:
    maker.look(product)
    maker.publish()
    maker.waits_for_review()
    official.confirm_product(maker.goods)
    maker.look(product)
    maker.price(product)
    maker.publish()
    return "/p/" + product.rsplit("/", 1)[1]


def the_registry_says_that_the_surveillance_was_missed(
    official: Official, number: str, last: date
) -> None:
    yesterday = shanghai_date(SystemClock().now()) - timedelta(days=1)
    upload(official, number, last, surveillance_due_on=yesterday.isoformat())


def the_official_records_a_pass(official: Official, certificate: str) -> None:
    official.look(CERTIFICATES)
    link = f'main a[href="{CERTIFICATES}/{certificate}/surveillance"]'
    official.page.locator(link).click()
    expect(official.page.locator("main .notice.bad").first).to_be_visible()
    official.site.keep(official.page)
    today = shanghai_date(SystemClock().now())
    fill_in(
        official.page, done_on=today, passed="yes", report_number="JD-1",
        evidence=photo("report.jpg"),
    )  # fmt: skip
    send(official.page, "report_number")
    official._decided()


def the_other_desks_are_seen(official: Official, anybody: Page) -> None:
    official.look("/official/anomalies")
    official.look("/official/anomalies?state=closed")
    official.page.locator('main a[href^="/official/anomalies/"]').last.click()
    official.site.keep(official.page)
    official.look("/official/local-list")
    expect(official.page.locator("main article.card").first).to_be_visible()
    official.site.visit(anybody, "/local-list")
    anybody.locator('main a[href^="/p/"]').first.click()
    expect(anybody.locator(".plaque.local")).to_be_visible()
    official.site.keep(anybody)
