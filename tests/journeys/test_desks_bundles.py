"""A graded supplier writes a bundle, an official of its place publishes it, a household sees it."""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.governing import FUPING, Official
from tests.journeys.site import Site, fill_in, send, unfold
from tests.journeys.ways import Way, newcomer, ways

SUPPLIER, REVIEWS = "13800010001", "/official/bundles"


@pytest.fixture
def phone(site: Site, way: Way) -> Iterator[Page]:
    """The supplier's browser."""
    with newcomer(site, way) as page:
        yield page


@pytest.fixture
def office(site: Site, way: Way) -> Iterator[Page]:
    """The official's browser."""
    with newcomer(site, way) as page:
        yield page


@pytest.mark.parametrize("way", ways("phone-zh-no-script"), ids=lambda way: way.name)
def test_a_supplier_s_bundle_reaches_a_household(
    site: Site, way: Way, phone: Page, office: Page
) -> None:
    site.sign_in(phone, SUPPLIER)
    slug = f"journey-{int(time.time())}"
    name = f"试写的外墙整套 {slug[-5:]}"
    site.visit(phone, "/seller/bundles/new")
    fill_in(
        phone, slug=slug, name_zh=name, name_en="Trial wall", summary_zh="外墙保温",
        zones="all", days_low="5", days_high="9",
    )  # fmt: skip
    unfold(phone.locator("#regions"))
    fill_in(phone, regions="130624")
    send(phone, "name_zh")
    expect(phone).to_have_url(re.compile("/seller/bundles/[0-9a-z]{20}$"))
    own = phone.url
    the_formula_is_wrong_then_right(site, phone, own.removeprefix(site.url))
    site.visit(phone, f"{own.removeprefix(site.url)}/preview")
    expect(phone.locator("main table")).to_have_count(4)
    site.visit(phone, own.removeprefix(site.url))
    fill_in(phone, words="请审核")
    send(phone, "words")
    expect(phone.locator("main .notice[role=status]")).to_be_visible()
    official = Official(site, office, FUPING)
    official.open(REVIEWS, name)
    expect(office.locator("main table tbody tr")).not_to_have_count(0)
    office.locator("main form.card button.btn").first.click()
    expect(office.locator("main .notice.ok[role=status]")).to_be_visible()
    site.visit(phone, f"/bundles/{slug}")
    expect(phone.locator("main h1")).to_contain_text(name)
    expect(phone.locator('main a[href$="/supplier"]')).to_be_visible()
    site.visit(phone, "/me/messages")
    expect(phone.locator("main").get_by_text(name).first).to_be_visible()


def the_formula_is_wrong_then_right(site: Site, phone: Page, own: str) -> None:
    """A fault is said beside the formula with its place; what was typed stays."""
    site.visit(phone, f"{own}/slots/new")
    fill_in(
        phone, key="board", kind_code="G105", material_key="eps100", name_zh="保温板",
        name_en="Board", unit="m2", quantity="wall_net * roof_typo", waste="5", element="wall",
    )  # fmt: skip
    send(phone, "quantity")
    expect(phone.locator("#quantity-err")).to_contain_text("12")
    expect(phone.locator("#quantity")).to_have_value("wall_net * roof_typo")
    fill_in(phone, quantity="wall_net")
    send(phone, "quantity")
    expect(phone).to_have_url(re.compile(f"{own}#slots$"))
