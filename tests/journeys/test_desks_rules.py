"""What officials, makers and the operator decide about money and marks: a subsidy and its claims,
a local product, a carbon figure, a commission."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from market.seed.occasions import LI
from tests.journeys.governing import FUPING, HEBEI, OPERATOR, Official
from tests.journeys.site import Site, fill_in, photo, send
from tests.journeys.ways import Way, newcomer, ways

MAKER = "13800010001"
CLAIMS, LOCAL, CARBON = "/official/subsidy-claims", "/official/local-list", "/official/carbon"
SCHEME = {
    "name_en": "Insulation of this journey", "type": "voucher", "region": "130624",
    "starts_on": "2026-11-01", "ends_on": "2099-10-31", "household_cap_fen": "2000",
    "household_uses": "1", "years": "5", "budget_fen": "100000", "certified_only": True,
    "min_star": "2", "sequence": "90",
}  # fmt: skip


def walked(*names: str) -> pytest.MarkDecorator:
    """The ways of these names, one after the other."""
    return pytest.mark.parametrize("way", ways(*names), ids=lambda way: way.name)


@walked("desktop-en")
def test_an_official_opens_a_subsidy_and_pays_a_claim(site: Site, way: Way) -> None:
    with newcomer(site, way) as desk, newcomer(site, way) as home:
        official = Official(site, desk, FUPING)
        code = a_scheme_is_tried_on_three_households(official, f"旅程补贴 {time.time():.0f}")
        site.visit(home, f"/subsidies/{code}")
        expect(home.locator("main h1")).to_contain_text(SCHEME["name_en"])
        a_claim_is_asked_about_answered_and_approved(official, home)


def a_scheme_is_tried_on_three_households(official: Official, name: str) -> str:
    """Draft, refuse a rate that is none, try, publish; returns the public code."""
    page = official.look("/official/subsidies/new")
    fill_in(page, name=name, rate="a lot", **SCHEME)
    send(page, "name")
    expect(page.locator("#rate-err")).to_be_visible()
    expect(page.locator("main [name=name]")).to_have_value(name)
    fill_in(page, rate="15")
    send(page, "name")
    expect(page).to_have_url(re.compile("/official/subsidies/[0-9a-z]{20}$"))
    expect(page.locator("#trials ~ .two section")).to_have_count(3)
    official.site.keep(page)
    code = page.locator("main .pair section.card").first.locator("dd").last.inner_text()
    page.locator('main form[action$="/publish"] button').click()
    expect(page.locator('main form[action$="/pause"]')).to_be_visible()
    official.site.keep(page)
    return code


def a_claim_is_asked_about_answered_and_approved(official: Official, home: Page) -> None:
    page, site = official.page, official.site
    official.look(CLAIMS)
    claim = page.locator(f'main a[href^="{CLAIMS}/"]').first.get_attribute("href") or ""
    official.look(claim)
    official.decide("ask", "The invoice cannot be read")
    site.sign_in(home, LI)
    site.visit(home, f"/me/subsidies/claims/{claim.rsplit('/', 1)[1]}")
    expect(home.locator("main")).to_contain_text("The invoice cannot be read")
    fill_in(home, words="Taken again", file=photo())
    send(home, "words")
    expect(home.locator("main [name=words]")).to_have_count(0)
    official.look(claim)
    expect(page.locator("main")).to_contain_text("Taken again")
    before = numbers(page)
    official.decide("approve")
    assert numbers(official.look(claim)) == before  # reserved when it was filed, still the same sum
    site.visit(home, "/me/subsidies")


def numbers(page: Page) -> list[str]:
    """The sums of the scheme's money as they are shown: budget, reserved, spent, left."""
    return page.locator("main aside section.card:not(#household) dd").all_inner_texts()


@walked("phone-zh-no-script")
def test_a_product_without_certificate_is_admitted_to_a_county(site: Site, way: Way) -> None:
    with newcomer(site, way) as desk, newcomer(site, way) as home:
        official = Official(site, desk, HEBEI)
        page = official.look(LOCAL)
        link = page.locator(f'main a[href^="{LOCAL}/new/"]').filter(has_text="秸秆").first
        name, product = link.inner_text(), (link.get_attribute("href") or "").rsplit("/", 1)[1]
        link.click()
        fill_in(page, region="130627", until_on="2099-12-31", sheet_number="", reason="本地老料")
        send(page, "reason")
        expect(page.locator("#sheet_number-err")).to_be_visible()
        expect(page.locator("main [name=reason]")).to_have_value("本地老料")
        fill_in(page, until_on="2027-06-30", sheet_number="JS-2026-9", sheet=photo())
        send(page, "reason")
        expect(page.locator("main article.card").filter(has_text="JS-2026-9")).to_contain_text(name)
        site.keep(page)
        for county, is_there in (("130627", True), ("510121", False)):
            site.visit(home, f"/region?in={county}")
            home.locator("ul.places button").first.click()  # the first township
            site.visit(home, "/local-list")
            assert bool(home.locator(f'main a[href="/p/{product}"]').count()) is is_there
        site.visit(home, f"/p/{product}")
        expect(home.locator("main")).to_contain_text("没有绿色建材证书")


@walked("phone-zh-no-script")
def test_a_carbon_figure_becomes_a_label(site: Site, way: Way) -> None:
    with newcomer(site, way) as shop, newcomer(site, way) as desk, newcomer(site, way) as home:
        site.sign_in(shop, MAKER)
        site.visit(shop, "/seller/carbon")
        new = shop.locator('main a[href^="/seller/carbon/new/"]').nth(1).get_attribute("href") or ""
        product = f"/p/{new.rsplit('/', 1)[1]}"
        key = a_declaration_is_written(site, shop, new)
        label = f'main a[href="/carbon/{key}"]'
        site.visit(home, product)
        expect(home.locator(label)).to_have_count(0)
        official = Official(site, desk, HEBEI)
        official.look(CARBON)
        official.look(f"{CARBON}/{key}")
        fill_in(desk, evidence="核验机构网站查到，一致")
        send(desk, "evidence")
        expect(desk.locator("main .notice.ok[role=status]")).to_be_visible()
        site.visit(home, product)
        expect(home.locator(label).first).to_be_visible()
        site.visit(home, f"/carbon/{key}")
        expect(home.locator("main")).to_contain_text("12.5")
        site.visit(shop, f"/seller/carbon/{key}")
        shop.locator('main form[action$="/recompute"] button').click()
        expect(shop).not_to_have_url(re.compile(key))
        site.keep(shop)
        site.visit(home, product)
        expect(home.locator(label).first).to_be_visible()  # the old one, until the new is verified


def a_declaration_is_written(site: Site, shop: Page, new: str) -> str:
    """Refused in another unit, then written, proved and handed in; returns its id."""
    site.visit(shop, new)
    unit = shop.locator("main [name=unit]").input_value()
    other = "kg" if unit not in ("kg", "t") else "m2"
    fill_in(
        shop, unit=other, stage_making="12.5", method="GB/T 24067-2024",
        verifier_name="示例核验公司", verifier_number="CNCA-1", valid_from="2026-01-01",
        valid_to="2030-12-31",
    )  # fmt: skip
    send(shop, "unit")
    expect(shop.locator("main [aria-invalid=true]").first).to_be_visible()
    expect(shop.locator("main [name=verifier_name]")).to_have_value("示例核验公司")
    fill_in(shop, unit=unit)
    send(shop, "unit")
    expect(shop).to_have_url(re.compile("/seller/carbon/[0-9a-z]{20}$"))
    fill_in(shop, report=photo())
    send(shop, "report")
    shop.locator('main form[action$="/submit"] button').click()
    expect(shop.locator('main form[action$="/submit"]')).to_have_count(0)
    site.keep(shop)
    return shop.url.rsplit("/", 1)[1]


@walked("phone-en")
def test_the_operator_tries_and_sets_a_commission(site: Site, way: Way) -> None:
    with newcomer(site, way) as desk:
        operator = Official(site, desk, OPERATOR)
        site.visit(desk, "/materials/G302")
        goods = desk.locator('main a[href^="/p/"]').first.get_attribute("href") or ""
        name = f"Journey {time.time():.0f}"
        operator.look("/operator/commissions")
        fill_in(desk, name=name, rate="200", product=site(goods))
        send(desk, "rate")
        expect(desk.locator("#rate-err")).to_be_visible()
        expect(desk.locator("main [name=name]")).to_have_value(name)
        fill_in(desk, rate="1")
        send(desk, "rate")
        expect(desk.locator("main table tbody tr").filter(has_text=name)).to_be_visible()
        fill_in(desk, goods=site(goods), place="阜平县", amount_fen="100")
        send(desk, "amount_fen")
        winner = desk.locator(".board li").filter(has=desk.locator(".tag.ok"))
        expect(winner).to_have_count(1)
        expect(winner).to_contain_text(name)
        expect(desk.locator(".board li")).not_to_have_count(1)
        site.keep(desk)
        desk.locator("main table tbody tr").filter(has_text=name).locator("button").click()
        expect(desk.locator("main table tbody tr").filter(has_text=name)).to_have_count(0)
        operator.look("/official/campaigns")
        fill_in(desk, line="50", order="60")
        send(desk, "line")
        expect(desk.locator("main [name=line]")).to_have_value("50")
        prices_do_not_depend_on_the_order(operator)
        assert any("50" in act for act in operator.trail(q="caps"))


def prices_do_not_depend_on_the_order(operator: Official) -> None:
    """The check of a mixed cart, then of one promotion's goods: green, with orders counted."""
    desk = operator.look("/official/campaigns")
    desk.locator('main a[href="/operator/price-order"]').click()
    green = desk.locator("main .notice.ok")
    expect(green).to_contain_text("200")
    assert desk.locator("main table tbody tr").count() > 2
    operator.site.keep(desk)
    desk.locator("main [name=cart]").select_option(index=1)
    fill_in(desk, place="130624")
    send(desk, "place")
    expect(desk).to_have_url(re.compile("cart=[0-9a-z]{20}"))
    expect(green).to_be_visible()
    operator.site.keep(desk)
