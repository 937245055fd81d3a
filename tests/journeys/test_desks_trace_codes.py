"""A batch with its labels, a household that scans, and a copy of its code far away."""

import re
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.governing import JINTANG, Official
from tests.journeys.shopping import Household
from tests.journeys.site import Site, fill_in, photo, send
from tests.journeys.ways import Way, newcomer, ways

MAKER, QUEUE = "13800010002", "/official/scan-alarms"
FAR = "510121001"  # a town about 1,200 km from where the household lives


@pytest.fixture(params=ways("phone-zh-no-script", "desktop-en"), ids=lambda way: way.name)
def way(request: pytest.FixtureRequest) -> Way:
    chosen: Way = request.param
    return chosen


@pytest.fixture
def pages(site: Site, way: Way) -> Iterator[tuple[Page, ...]]:
    """Browsers of four people."""
    with ExitStack() as stack:
        yield tuple(stack.enter_context(newcomer(site, way)) for _ in range(4))


def test_a_copied_code_is_found_out(site: Site, way: Way, pages: tuple[Page, ...]) -> None:
    maker, holder, copier, desk = pages
    site.sign_in(maker, MAKER)
    batch = a_batch_is_made(site, maker, f"J-{way.name}")
    code = its_labels_are_printed(site, maker, batch)
    household = Household(site, holder, way.language)
    household.choose_township()
    a_scan_is_recorded(site, holder, code)
    choose_far_away(site, copier)
    a_scan_is_recorded(site, copier, code)
    the_official_finds_a_counterfeit(Official(site, desk, JINTANG), code)
    site.visit(holder, f"/t/{code}")
    expect(holder.locator("main .notice.bad")).to_be_visible()
    site.visit(maker, "/seller/batches")
    expect(maker.locator(f'main a[href="/t/{code}"]').first).to_be_visible()


def a_batch_is_made(site: Site, page: Page, number: str) -> str:
    """From the product's page to the batch; returns its address."""
    site.visit(page, "/seller/products")
    page.locator('main a[href^="/seller/products/"]:not([href$="/new"])').first.click()
    page.locator('main a[href$="/batches/new"]').first.click()
    site.keep(page)
    send(page, "number")  # an empty form is refused
    assert page.locator("main [aria-invalid=true]").count() >= 2
    fill_in(page, number=number, made_on="2026-01-05", quantity="300", report=photo())
    send(page, "number")
    expect(page).to_have_url(re.compile("/seller/batches/[0-9a-z]{20}$"))
    site.keep(page)
    return page.url.removeprefix(site.url)


def its_labels_are_printed(site: Site, page: Page, batch: str) -> str:
    """Make codes; returns that of a unit."""
    fill_in(page, pallets="1", units="2")
    send(page, "units")
    expect(page.locator("main .notice.ok[role=status]")).to_be_visible()
    site.visit(page, f"{batch}/codes")
    expect(page.locator(".label")).to_have_count(4)
    expect(page.locator(".label svg")).to_have_count(4)
    printed = page.locator(".label-unit .trace-code").first.inner_text()
    return printed.replace("-", "")


def a_scan_is_recorded(site: Site, page: Page, code: str) -> None:
    site.visit(page, "/t")
    fill_in(page, code=f"{code[:4]}-{code[4:]}")
    send(page, "code")
    expect(page).to_have_url(re.compile(f"/t/{code}$"))
    site.keep(page)
    page.locator('main form[action$="/scans"] button').click()
    expect(page.locator("main .notice[role=status]").first).to_be_visible()
    site.keep(page)


def choose_far_away(site: Site, page: Page) -> None:
    page.context.add_cookies([{"name": "township", "value": FAR, "url": site.url}])


def the_official_finds_a_counterfeit(official: Official, code: str) -> None:
    page = official.look(QUEUE)
    row = page.locator("main table tbody tr", has_text=code)
    row.locator(f'a[href^="{QUEUE}/"]').click()
    official.site.keep(page)
    fill_in(page, note="标签是复印的")
    page.locator('main button[formaction$="/counterfeit"]').click()
    expect(page.locator("main .notice.ok[role=status]")).to_be_visible()
    official.site.keep(page)
