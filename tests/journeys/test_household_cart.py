"""What a household puts into the cart is kept for it for some minutes, with and without scripts."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.shopping import Household, texts
from tests.journeys.site import Site
from tests.journeys.ways import Way, new_phone, newcomer, ways

UNTIL = {
    "zh": r"为你保留到 \d\d:\d\d（还剩 10 分钟）",
    "en": r"Kept for you until \d\d:\d\d \(10 min left\)",
}
LEFT = {"zh": "还剩 {} 分钟", "en": "{} min left"}
SOON = {"zh": "还剩 2 分钟", "en": "2 more minutes"}
OVER = {"zh": "保留的时间到了", "en": "The time is over"}
KEPT = {"zh": "已为你暂留", "en": "Kept for you"}


@pytest.fixture(params=ways("phone-en", "phone-zh-no-script"), ids=lambda way: way.name)
def way(request: pytest.FixtureRequest) -> Way:
    chosen: Way = request.param
    return chosen


@pytest.fixture
def household(site: Site, way: Way) -> Iterator[Household]:
    with newcomer(site, way) as page:
        yield Household(site, page, way.language)


def test_the_cart_keeps_its_packs_and_says_until_when(household: Household, way: Way) -> None:
    page, language = household.page, way.language
    household.choose_township()
    household.look("/materials/G302")
    page.locator("article.g h3 a").first.click()
    household.buy_from(0, 2)
    expect(page.locator(".kept")).to_have_count(0)  # a guest's from the checkout on
    household.look("/checkout")
    expect(page.locator(".kept")).to_have_text(re.compile(UNTIL[language]))
    household.look("/cart")
    household.register_on_the_way(new_phone(), "钱小雨")
    expect(page.locator(".kept")).to_have_text(re.compile(UNTIL[language]))
    if way.javascript:
        page.clock.install()
    household.look("/cart")
    expect(page.locator(".kept")).to_have_text(re.compile(UNTIL[language]))
    assert KEPT[language] in texts(page.locator(".cart-line"))[0]
    if way.javascript:
        it_is_counted_down_and_said_twice(page, language)
    household.look("/cart")
    page.locator('.cart-line form[action$="/remove"] button').first.click()
    expect(page.locator(".kept")).to_have_count(0)


def it_is_counted_down_and_said_twice(page: Page, language: str) -> None:
    said = page.locator(".kept-said")
    assert said.get_attribute("role") == "status"
    page.clock.run_for("03:00")
    expect(page.locator(".kept")).to_contain_text(LEFT[language].format(7))
    expect(said).to_have_text("")
    page.clock.run_for("05:00")
    expect(said).to_contain_text(SOON[language])
    page.clock.run_for("02:01")
    expect(said).to_contain_text(OVER[language])
    expect(page.locator(".kept")).to_contain_text(OVER[language])
