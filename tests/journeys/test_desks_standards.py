"""J5 step 7 for standards: the operator lets a newer edition supersede the one that goods cite; the
household reads it on the product, the maker acknowledges the text and changes the product."""

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from market.kernel.clock import SystemClock, shanghai_date
from market.seed.tables import firms
from tests.journeys.governing import OPERATOR, Official
from tests.journeys.site import Site, fill_in, send
from tests.journeys.ways import Way, newcomer, ways

BODY, KIND = "GB/T 14684", "X02"
LIBRARY, DUTIES = "/operator/standards", "/seller/standards"


@dataclass(frozen=True)
class Case:
    """The goods of one walk: what they cite, and what is to supersede it."""

    product: str
    name: str
    old: str
    new: str


@pytest.mark.parametrize("way", ways("phone-zh-no-script", "desktop-en"), ids=lambda way: way.name)
def test_a_standard_is_superseded_and_the_maker_follows(site: Site, way: Way) -> None:
    phone = next(firm["phone"] for firm in firms() if KIND in firm["kinds"].split("|"))
    with newcomer(site, way) as desk, newcomer(site, way) as home, newcomer(site, way) as maker:
        operator = Official(site, desk, OPERATOR)
        case = a_newer_edition_is_entered(operator)
        the_older_is_superseded_after_a_look(operator, case)
        the_household_reads_it_and_may_still_buy(site, home, case)
        site.sign_in(maker, phone)
        the_maker_is_told_and_acknowledges(site, maker, case)
        the_maker_changes_the_product(site, maker, case)
        operator.confirm_product(case.name)
        the_flag_is_gone(site, home, maker, case)


def a_newer_edition_is_entered(operator: Official) -> Case:
    """The edition that goods cite is the first with any; the new one is of the year after."""
    page = operator.look(f"{LIBRARY}?q={BODY}")
    page.locator("main table tbody a").first.click()
    operator.site.keep(page)
    goods = page.locator('main table a[href^="/p/"]').first
    product, name = goods.get_attribute("href") or "", goods.inner_text()
    old = page.locator("main h2").filter(has_text=BODY).first.locator(".nb").inner_text()
    new = f"{BODY}-{int(old[-4:]) + 1}"
    page.locator('main a[href*="/operator/standards/new"]').click()
    assert page.locator("main [name=code]").input_value() == f"{BODY}-"
    today = shanghai_date(SystemClock().now())
    known = {"name_zh": "建设用砂（旅程）", "name_en": "Sand of this journey", "kinds": KIND,
             "effective_on": today, "basis": "示例", "mandatory": True}  # fmt: skip
    fill_in(page, **known)
    send(page, "code")
    expect(page.locator("#code-err")).to_be_visible()
    expect(page.locator("[name=name_zh]")).to_have_value(str(known["name_zh"]))
    fill_in(page, code=new.lower())
    send(page, "code")
    expect(page.locator("main h2").filter(has_text=new)).to_be_visible()
    operator.site.keep(page)
    return Case(product, name, old, new)


def the_older_is_superseded_after_a_look(operator: Official, case: Case) -> None:
    page = operator.page
    section = page.locator("main section").filter(has=page.locator("h2", has_text=case.old))
    section.locator('a[href$="/end"]').click()
    operator.site.keep(page)
    fill_in(page, by=case.new, from_on=shanghai_date(SystemClock().now()), basis="示例")
    page.locator("main [name=step][value=look]").click()
    expect(page.locator("main .work")).to_contain_text("1")
    expect(page.locator("main .work li")).to_contain_text(re.compile(re.escape(case.name)))
    operator.site.keep(page)
    page.locator("main [name=step][value=confirm]").click()
    expect(section).to_contain_text(case.new)
    operator.site.keep(page)


def the_household_reads_it_and_may_still_buy(site: Site, home: Page, case: Case) -> None:
    site.visit(home, case.product)
    expect(home.locator("main p.small", has_text=case.new)).to_be_visible()
    expect(home.locator("#buy")).to_be_attached()
    home.locator('main .links a[href^="/standards/"]').click()
    expect(home.locator("main h1")).to_contain_text(BODY)
    over = home.locator("main section").filter(has=home.locator("h2", has_text=case.old))
    expect(over).to_contain_text(case.new)
    site.keep(home)


def the_maker_is_told_and_acknowledges(site: Site, maker: Page, case: Case) -> None:
    site.visit(maker, "/me/messages")
    told = maker.locator("main", has_text=case.old)
    expect(told).to_contain_text(case.new)
    site.visit(maker, "/seller")
    expect(maker.locator(".todo a.late", has_text=case.old)).to_be_visible()
    maker.locator(f'.todo a.late[href="{DUTIES}"]', has_text=case.new).first.click()
    site.keep(maker)
    section = maker.locator("main section", has_text=case.new)
    section.locator('form[action$="/acknowledge"] button').click()
    expect(maker.locator("#done ~ ul", has_text=case.new)).to_be_visible()
    site.keep(maker)


def the_maker_changes_the_product(site: Site, maker: Page, case: Case) -> None:
    row = maker.locator("main table tr", has_text=case.old)
    row.locator('a[href$="/edit"]').click()
    fill_in(maker, standard=case.new)
    send(maker, "standard")
    expect(maker.locator("#change")).to_be_visible()
    site.keep(maker)


def the_flag_is_gone(site: Site, home: Page, maker: Page, case: Case) -> None:
    site.visit(home, case.product)
    expect(home.locator("main .links", has_text=case.new)).to_be_visible()
    expect(home.locator("main p.small", has_text=case.old)).to_have_count(0)
    site.visit(maker, "/seller")
    expect(maker.locator(".todo a", has_text=case.old)).to_have_count(0)
