"""J1, step 5: three membranes side by side, all counted in one unit, with what differs marked."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.shopping import Household, texts
from tests.journeys.site import Site
from tests.journeys.ways import Way, newcomer, ways

MEMBRANES = "G302"
UNIT = re.compile(r"(?:元|yuan)\s*/\s*(\S+)")
NARROW = 360


@pytest.fixture(params=ways("phone-zh-no-script", "desktop-en"), ids=lambda way: way.name)
def household(site: Site, request: pytest.FixtureRequest) -> Iterator[Household]:
    way: Way = request.param
    with newcomer(site, way) as page:
        yield Household(site, page, way.language)


def test_three_membranes_stand_side_by_side(household: Household) -> None:
    household.choose_township()
    page = household.look(f"/materials/{MEMBRANES}")
    names = texts(page.locator("article.g h3"))
    assert len(names) >= 3
    household.open_product(names[0])
    page.locator('main a[href^="/compare"]').click()
    for shown in (2, 3):
        page.locator('main .links a[href^="/compare"]').first.click()
        expect(page.locator("main .versus thead th")).to_have_count(1 + shown)
    household.site.keep(page)
    compared = texts(page.locator("main .versus thead th > a:not(.out)"))
    assert len(set(compared)) == 3
    assert set(compared) <= set(names)
    rows = page.locator("main .versus tbody tr")
    units = [UNIT.findall(text) for text in texts(cells(delivered(rows)))]
    assert [len(found) for found in units] == [1, 1, 1]
    assert len({found[0] for found in units}) == 1
    told = [texts(cells(rows.nth(number))) for number in range(rows.count())]
    marked = [is_marked(rows.nth(number)) for number in range(rows.count())]
    assert marked == [len(set(row)) > 1 for row in told]
    assert True in marked
    assert False in marked
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    page.locator('main nav a[href*="only=1"]').click()
    expect(rows).to_have_count(sum(marked))
    household.site.keep(page)
    page.locator("main .versus thead a.out").first.click()
    expect(page.locator("main .versus thead th")).to_have_count(3)
    assert texts(page.locator("main .versus thead th > a:not(.out)")) == compared[1:]


def cells(row: Locator) -> Locator:
    return row.locator("td")


def delivered(rows: Locator) -> Locator:
    """The first row is the price of a unit at the place."""
    return rows.first


def is_marked(row: Locator) -> bool:
    """Told by a word, not by colour alone."""
    return row.locator("th .mark").count() == 1
