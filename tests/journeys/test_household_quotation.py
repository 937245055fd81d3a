"""J1, the paper: a household prints what its plan costs, and finds the paper again."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.shopping import BUNDLE, Household, texts, yuan
from tests.journeys.site import Site
from tests.journeys.ways import Way, newcomer, ways


@pytest.mark.parametrize("way", ways("phone-zh-no-script", "desktop-en"), ids=lambda way: way.name)
def test_a_quotation_adds_up_and_is_found_again(site: Site, way: Way) -> None:
    with newcomer(site, way) as page:
        household = Household(site, page, way.language)
        household.choose_township()
        household.look(BUNDLE)
        household.recalculate(wall_net="150")
        page.locator('main form[action^="/quotations/"] button').click()
        expect(page).to_have_url(re.compile("/quotations/BJ"))
        site.keep(page)
        number = page.url.rpartition("/")[2]
        total = it_adds_up(page)
        rules = texts(page.locator("main dl.dl").last.locator("dd.why"))
        assert len(rules) >= 2
        household.look("/quotations")
        mine = page.locator("main ul.rows li").filter(has_text=number)
        expect(mine).to_have_count(1)
        assert yuan(mine.inner_text()) == total
        with newcomer(site, way) as other:
            site.visit(other, f"/quotations/{number}", status=404)


def it_adds_up(page: Page) -> object:
    """The rows of the last sum come to its total, and say so."""
    rows = [yuan(text) for text in texts(page.locator("main dl.dl").last.locator("dd:not(.why)"))]
    assert sum(rows[:-1]) == rows[-1]
    return rows[-1]
