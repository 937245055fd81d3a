"""A failed spot check, from the draw to the goods' return to the shop after an objection."""

import re
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Page, expect

from market.kernel.clock import SystemClock, shanghai_date
from tests.journeys.governing import HEBEI, Official
from tests.journeys.shopping import Household
from tests.journeys.site import Site, fill_in, photo, send
from tests.journeys.ways import Way, newcomer, ways

QUEUE = "/official/spot-checks"
COUNTY, MAKER = "130108", "13800010002"  # a county whose one seller makes what it sells

FINDINGS = "拉力：标准值 500，实测 320"


@pytest.fixture(params=ways("phone-zh-no-script", "desktop-en"), ids=lambda way: way.name)
def way(request: pytest.FixtureRequest) -> Way:
    chosen: Way = request.param
    return chosen


@pytest.fixture
def pages(site: Site, way: Way) -> Iterator[tuple[Page, Page, Page]]:
    """Browsers of three people."""
    with ExitStack() as stack:
        one, two, three = (stack.enter_context(newcomer(site, way)) for _ in range(3))
        yield one, two, three


def test_a_failure_stops_the_goods_and_an_objection_frees_them(
    site: Site, way: Way, pages: tuple[Page, Page, Page]
) -> None:
    official = Official(site, pages[0], HEBEI)
    household = Household(site, pages[1], way.language)
    maker = pages[2]
    site.sign_in(maker, MAKER)
    product = a_sample_is_drawn(official, way.name)
    the_household_has_it_in_the_cart(household, product)
    check = the_result_is_written_down(official, way.name)
    household.look(product)  # a draft changes nothing
    assert household.page.locator("#buy").count() == 1
    notice = the_result_is_published(official)
    nobody_can_buy_it(household, product, notice)
    the_maker_objects(site, maker, check)
    the_objection_is_upheld(official, check)
    household.look(notice)
    expect(household.page.locator("main .tag.plain").first).to_be_visible()
    household.look(product)
    assert household.page.locator("#buy").count() == 1


def a_sample_is_drawn(official: Official, name: str) -> str:
    """Returns the address of the product that was drawn."""
    page = official.look(f"{QUEUE}/plans/new")
    fill_in(page, region=COUNTY, name=name, size="1", seed="2026")
    send(page, "seed")
    expect(page).to_have_url(re.compile("/plans/[0-9a-z]{12,}$"))
    official.site.keep(page)
    rows = page.locator("main table tbody tr")
    expect(rows).to_have_count(1)
    return rows.locator('a[href^="/p/"]').get_attribute("href") or ""


def the_household_has_it_in_the_cart(household: Household, product: str) -> None:
    household.choose_township()
    household.look(product)
    household.buy_from(0, 1)
    assert household.page.locator("main a[href^='/checkout']").count() >= 1


def the_result_is_written_down(official: Official, name: str) -> str:
    """Enter a failure as a draft; returns its address."""
    page = official.page
    page.locator(f'main table a[href^="{QUEUE}/new/"]').click()
    official.site.keep(page)
    fill_in(page, batch_no=f"20261015-{name}", laboratory="河北建材质检站（示例）")
    send(page, "batch_no")  # half a form is refused, and what was written stays
    expect(page.locator("main [name=batch_no]")).to_have_value(f"20261015-{name}")
    assert page.locator("main [aria-invalid=true]").count() >= 3
    official.site.keep(page)
    fill_in(
        page, sampled_on=shanghai_date(SystemClock().now()).isoformat(), standard="GB 18242-2008",
        report_number=f"R-{name}", passed="no", findings=FINDINGS, report=photo(),
    )  # fmt: skip
    send(page, "batch_no")
    expect(page).to_have_url(re.compile(f"{QUEUE}/[0-9a-z]+$"))
    official.site.keep(page)
    check = page.url.rsplit("/", 1)[1]
    the_draft_is_corrected(official, check, f"20261016-{name}")
    return check


def the_draft_is_corrected(official: Official, check: str, batch_no: str) -> None:
    """The number of the batch was mistyped; nothing is public yet."""
    page = official.page
    page.locator(f'main a[href="{QUEUE}/{check}/correct"]').click()
    expect(page.locator("main [name=findings]")).to_have_value(FINDINGS)
    fill_in(page, batch_no="")
    send(page, "batch_no")
    assert page.locator("main [aria-invalid=true]").count() == 1
    official.site.keep(page)
    fill_in(page, batch_no=batch_no)
    send(page, "batch_no")
    expect(page).to_have_url(re.compile(f"{QUEUE}/{check}$"))
    expect(page.locator("main")).to_contain_text(batch_no)
    official.site.keep(page)


def the_result_is_published(official: Official) -> str:
    """Make it public; returns the address of the notice."""
    page = official.page
    page.locator('main form[action$="/publish"] button').click()
    expect(page.locator("main .notice.ok[role=status]")).to_be_visible()
    official.site.keep(page)
    return page.locator('main a[href^="/spot-checks/"]').first.get_attribute("href") or ""


def nobody_can_buy_it(household: Household, product: str, notice: str) -> None:
    page = household.look(product)
    assert page.locator("#buy").count() == 0
    household.look("/cart")
    assert page.locator("main a[href^='/checkout']").count() == 0
    household.look(notice)
    expect(page.locator("main")).to_contain_text(FINDINGS)
    household.look("/spot-checks")
    assert page.locator(f'main a[href="{notice}"]').count() == 1


def the_maker_objects(site: Site, maker: Page, check: str) -> None:
    site.visit(maker, "/seller/spot-checks")
    maker.locator(f'main a[href$="/{check}"]').click()
    site.keep(maker)
    fill_in(maker, words="留样复检合格", report=photo())
    send(maker, "words")
    expect(maker.locator("main .notice.ok[role=status]")).to_be_visible()
    site.keep(maker)


def the_objection_is_upheld(official: Official, check: str) -> None:
    page = official.look(f"{QUEUE}/{check}")
    expect(page.locator("main")).to_contain_text("留样复检合格")
    official.decide("uphold", "留样复检合格，原结果撤销")
    page = official.look(f"{QUEUE}?state=all")
    assert page.locator(f'main table a[href="{QUEUE}/{check}"]').count() == 1
