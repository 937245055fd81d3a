"""Offices name goods and sellers in a promotion, and the operator keeps the groups: on a small
screen, without scripts, in both languages."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.governing import FUPING, OPERATOR, Official
from tests.journeys.site import Site, fill_in, unfold
from tests.journeys.ways import Way, newcomer, ways

NEW, GROUPS = "/official/promotions/new", "/operator/stacking-groups"
TYPED = {
    "kind": "percent", "percent": "3", "starts_on": "2026-11-01", "ends_on": "2099-10-31",
    "budget_fen": "1000",
}  # fmt: skip


def walked(*names: str) -> pytest.MarkDecorator:
    """The ways of these names, one after the other."""
    return pytest.mark.parametrize("way", ways(*names), ids=lambda way: way.name)


@walked("phone-zh-no-script", "phone-en")
def test_an_office_names_goods_and_a_seller(site: Site, way: Way) -> None:
    with newcomer(site, way) as desk:
        office = Official(site, desk, FUPING)
        office.look(NEW)
        choose(desk, **TYPED)
        unfold(desk.locator("main [name=find_product]"))
        fill_in(desk, name="旅程限商品", find_product="卷材")
        look(desk, "product_ids")
        expect(desk.locator("main [name=name]")).to_have_value("旅程限商品")
        expect(desk.locator("main [name=percent]")).to_have_value("3")
        found = desk.locator("main [name=product_ids]")
        expect(found).not_to_have_count(0)
        site.keep(desk)
        found.first.check()
        named = desk.locator("main [name=paste_sellers]")
        unfold(named)
        named.fill("没有这一家")
        desk.locator("main form button.btn").last.click()
        expect(desk.locator("#paste_sellers-err")).to_be_visible()
        expect(named).to_have_value("没有这一家")
        expect(desk.locator("main [name=product_ids]:checked")).to_have_count(1)
        expect(desk.locator("main [name=name]")).to_have_value("旅程限商品")
        site.keep(desk)
        named.fill("")
        desk.locator("main form button.btn").last.click()
        expect(desk).to_have_url(re.compile("/official/promotions/[0-9a-z]{20}(#|$)"))
        expect(desk.locator("main .psay")).to_contain_text("3")
        site.keep(desk)


@walked("phone-zh-no-script", "phone-en")
def test_the_operator_makes_names_and_retires_a_group(site: Site, way: Way) -> None:
    with newcomer(site, way) as desk:
        operator = Official(site, desk, OPERATOR)
        operator.look("/official/promotions")
        desk.locator(f'main a[href="{GROUPS}"]').click()
        site.keep(desk)
        name = f"组 {time.time():.0f}"
        made = desk.locator(f'main form[action^="{GROUPS}#new"]')
        made.locator("[name=name]").fill(name)
        made.locator("[name=name_en]").fill(f"Group {name[2:]}")
        made.locator("button").click()
        card = desk.locator("main section.card").filter(has_text=name[2:])
        expect(card).to_have_count(1)
        group = (card.get_attribute("id") or "").removeprefix("group-")
        office_uses(operator, group)
        operator.look(GROUPS)
        card.locator("summary").click()
        card.locator("[name=name]").fill(f"{name} 改")
        card.locator("button").first.click()
        expect(card.locator(f"#sure-{group}-err")).to_be_visible()
        expect(card.locator("[name=name]")).to_have_value(f"{name} 改")
        site.keep(desk)
        card.locator("[name=sure]").check()
        card.locator("button").first.click()
        expect(desk.locator("main .notice.ok[role=status]")).to_be_visible()
        caps = desk.locator('main form[action="/official/promotion-caps"]')
        caps.locator("[name=line]").fill("60")
        caps.locator("button").click()
        expect(desk.locator("main [name=line]")).to_have_value("60")
        desk.locator('main a[href="/operator/price-order"]').first.click()
        expect(desk.locator("main .notice.ok").filter(has_text="200")).to_be_visible()
        site.keep(desk)
        operator.look(GROUPS)
        card.locator("summary").click()
        card.locator("[name=sure]").check()
        card.locator("button.danger").click()
        expect(card.locator(".tag.plain").first).to_be_visible()
        operator.look(NEW)
        expect(desk.locator(f'main [name=group] option[value="{group}"]')).to_have_count(0)


def office_uses(operator: Official, group: str) -> None:
    """Put a promotion into a group and announce it."""
    desk = operator.look(NEW)
    choose(desk, **TYPED)
    fill_in(desk, name="旅程分组优惠")
    unfold(desk.locator("main [name=group]"))
    desk.locator("main [name=group]").select_option(group)
    desk.locator("main form button.btn").last.click()
    expect(desk).to_have_url(re.compile("/official/promotions/[0-9a-z]{20}(#|$)"))
    desk.locator('main form[action$="/schedule"] button').click()
    expect(desk.locator('main form[action$="/schedule"]')).to_have_count(0)
    operator.site.keep(desk)


def choose(desk: Page, kind: str, **values: str) -> None:
    """The kind first: the fields of the others are not shown."""
    desk.locator(f'main [name=kind][value="{kind}"]').check()
    fill_in(desk, **values)


def look(desk: Page, field: str) -> None:
    """Send the form to look for something."""
    desk.locator(f'main button[name=look][value="{field}"]').click()
