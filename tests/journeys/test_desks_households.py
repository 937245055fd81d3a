"""A family with two accounts has one share; whom an official separates has one of its own."""

import time

from playwright.sync_api import Page, expect

from market.seed.aids import ZHAO
from market.seed.occasions import LI
from market.seed.people import BOOKLETS
from tests.journeys.governing import FUPING, Official
from tests.journeys.site import Site, fill_in, photo, send
from tests.journeys.test_desks_rules import walked
from tests.journeys.ways import Way, newcomer

SCHEME = {
    "name_en": "Once per household", "type": "claim", "region": "130624",
    "starts_on": "2026-11-01", "ends_on": "2099-10-31", "rate": "10", "household_uses": "1",
    "years": "5", "budget_fen": "10000", "certified_only": False, "sequence": "91",
}  # fmt: skip
MINE = "/me/household"
HEAD = "赵老根"


@walked("phone-zh-no-script")
def test_a_family_with_two_accounts_has_one_share(site: Site, way: Way) -> None:
    with newcomer(site, way) as desk, newcomer(site, way) as first, newcomer(site, way) as second:
        official = Official(site, desk, FUPING)
        mark = f"{time.time():.0f}"
        claim = f"/subsidies/{a_scheme_once_per_household(official, mark)}/claim?by=invoice"
        site.sign_in(first, LI)
        file(site.visit(first, claim), f"A{mark}")
        expect(first).not_to_have_url(site(claim))
        site.sign_in(second, ZHAO)
        the_second_account_is_refused(site, second, claim, f"B{mark}")
        number, own = BOOKLETS[LI][0], f"99{mark[-7:]}"
        site.visit(second, MINE)
        fill_in(second, household_number=number, household_head=HEAD, household_village="西坡村")
        send(second, "household_number")
        expect(second.locator("main")).to_contain_text(f"****{number[-4:]}")
        site.keep(second)
        an_official_separates_a_stranger(official, site.visit(first, MINE))
        site.visit(second, claim)
        file(second, f"B{mark}", household_number=own, household_head=HEAD,
             household_village="西坡村")  # fmt: skip
        expect(second).not_to_have_url(site(claim))
        site.visit(second, MINE)
        expect(second.locator("main")).to_contain_text(f"****{own[-4:]}")


def a_scheme_once_per_household(official: Official, mark: str) -> str:
    """Published as the form proposes it; returns the public code."""
    page = official.look("/official/subsidies/new")
    expect(page.locator("main [name=asks_household]")).to_be_checked()
    fill_in(page, name=f"每户一次 {mark}", **SCHEME)
    send(page, "name")
    code = page.locator("main .pair section.card").first.locator("dd").last.inner_text()
    page.locator('main form[action$="/publish"] button').click()
    expect(page.locator("#household")).to_be_visible()
    official.site.keep(page)
    return code


def file(page: Page, number: str, **home: str) -> None:
    """Hand in a claim for an invoice, with the household where it is asked."""
    fill_in(
        page, number=number, seller="镇上门窗店", issued_on="2026-11-02", price_fen="800",
        packs="1", file=photo(), **home,
    )  # fmt: skip
    send(page, "number")


def the_second_account_is_refused(site: Site, page: Page, claim: str, number: str) -> None:
    """First for a number that is none, with nothing lost; then because its household had it."""
    site.visit(page, claim)
    home = {"household_head": HEAD, "household_village": "西坡村"}
    file(page, number, household_number="12", **home)
    expect(page.locator("#household_number-err")).to_be_visible()
    expect(page.locator("main [name=number]")).to_have_value(number)
    expect(page.locator("main [name=household_head]")).to_have_value(HEAD)
    site.keep(page)
    fill_in(page, household_number=BOOKLETS[LI][0], file=photo())
    send(page, "number")
    expect(page.locator("main .notice.bad").first).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("李")
    expect(page.locator("main [name=household_number]")).to_have_value(BOOKLETS[LI][0])
    site.keep(page)


def an_official_separates_a_stranger(official: Official, first: Page) -> None:
    """Who was there objects, the official looks it up and separates with the reason."""
    form = first.locator('main form[action$="/object"]').last
    first.locator("main details summary").last.click()
    form.locator("[name=words]").fill("不是我家的人")
    form.locator("button").click()
    expect(first.locator('main form[action$="/object"]')).to_have_count(0)
    official.site.keep(first)
    page = official.look("/official/households")
    page.locator('main table a[href^="/official/households/"]').first.click()
    card = page.locator("main section.card").filter(has_text="不是我家的人").last
    card.locator("[name=reason]").fill("户口簿原件上没有这个人")
    card.locator('button[formaction$="/separate"]').click()
    expect(page.locator("main .notice.ok[role=status]")).to_be_visible()
    official.site.keep(page)
    assert any("separate" in act for act in official.trail(q="household"))
