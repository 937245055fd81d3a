"""A demonstration project waits in a county, is made public from above, and becomes a bundle."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.governing import FUPING, HEBEI, Official
from tests.journeys.site import Site
from tests.journeys.ways import Way, newcomer, ways

SUPPLIER, QUEUE = "13800010001", "/official/demonstrations"


@pytest.mark.parametrize("way", ways("phone-zh-no-script"), ids=lambda way: way.name)
def test_a_project_approved_from_above_becomes_a_draft_bundle(site: Site, way: Way) -> None:
    with newcomer(site, way) as desk, newcomer(site, way) as above, newcomer(site, way) as shop:
        county, province = Official(site, desk, FUPING), Official(site, above, HEBEI)
        link = county.rows(QUEUE).first
        name, project = link.inner_text(), (link.get_attribute("href") or "").rsplit("/", 1)[1]
        county.look(f"{QUEUE}/{project}")
        expect(desk.locator('main form[action$="/approve"]')).to_have_count(0)  # not its own
        site.visit(shop, f"/demonstrations/{project}", status=404)
        province.look(f"{QUEUE}/{project}")
        above.locator('main form[action$="/approve"] button.btn').first.click()
        expect(above.locator("main .notice.ok[role=status]")).to_be_visible()
        site.sign_in(shop, SUPPLIER)
        site.visit(shop, "/demonstrations")
        shop.locator(f'main a[href="/demonstrations/{project}"]').first.click()
        expect(shop.locator("main h1")).to_contain_text(name)
        site.keep(shop)
        expect(shop.locator("main")).not_to_contain_text(re.compile(r"1[38]\d{9}"))
        shop.locator('main form[action$="/clone"] button').click()
        expect(shop).to_have_url(re.compile("/seller/bundles/[0-9a-z]{20}"))
        expect(
            shop.locator("#slots ~ * a[href*='/slots/'], main a[href*='/slots/']")
        ).not_to_have_count(0)
        site.keep(shop)
        site.visit(shop, f"{shop.url.split('#')[0].removeprefix(site.url)}/preview")
        expect(shop.locator("main table")).not_to_have_count(0)
