"""J1, steps 8 and 10: what may not be used in a room, and what of the price is subsidised."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.shopping import Household, texts, yuan
from tests.journeys.site import Site, fill_in, send, unfold
from tests.journeys.ways import Way, newcomer, ways

ROOMS = "/bundles/hscw-moisture"
SLOT = "#slot-gyp"
TOO_FEW_STARS = {"zh": "要求至少二星", "en": "asks for at least 2 stars"}
LOW_INCOME = {"zh": "只给登记过的", "en": "Only for those registered as"}
FULL = {"zh": "各级补贴合起来最多", "en": "All subsidies together give at most"}
# 100 m² of boards for 3,000: 15 % of the province, 20 a square metre of the county, half at most.
GOODS = {"kind": "G105", "price_fen": "3000", "packs": "1", "units": "100"}
PROVINCE, COUNTY, LEFT = Decimal(450), Decimal(1050), Decimal(1500)


@pytest.fixture(
    params=ways("phone-en", "desktop-zh", "phone-zh-no-script"), ids=lambda way: way.name
)
def household(site: Site, request: pytest.FixtureRequest) -> Iterator[Household]:
    way: Way = request.param
    with newcomer(site, way) as page:
        yield Household(site, page, way.language)


def test_a_board_of_too_few_stars_is_refused_and_the_suggested_one_taken(
    household: Household,
) -> None:
    household.choose_township()
    page = household.look(ROOMS)
    rule = TOO_FEW_STARS[household.language]
    barred = page.locator(f"{SLOT} label.opt").filter(has_text=rule)
    refused = choose(household, barred)
    expect(page.locator(f"{SLOT} .msg")).to_contain_text(rule)
    expect(page.locator(f"{SLOT} .msg")).to_contain_text(refused)
    suggested = page.locator(f"{SLOT} label.opt:has(input:checked)")
    expect(suggested).not_to_contain_text(rule)
    expect(suggested.locator(".st")).to_have_text("★★")
    name = choose(household, suggested)
    assert name != refused
    expect(page.locator(f"{SLOT} .msg")).to_have_count(0)
    expect(page.locator(f"{SLOT} h3")).to_have_text(name)
    yuan(texts(page.locator(f"{SLOT} .q b"))[0])  # it has its price again
    what_the_plan_is_given(household)


def choose(household: Household, option: Locator) -> str:
    """Take an option of the slot and have it computed again; returns its name."""
    page, name = household.page, texts(option.locator("strong"))[0]
    unfold(option)
    option.locator("input").check()
    page.locator(f'{SLOT} button[name="do"]').click()
    page.wait_for_load_state()
    household.site.keep(page)
    return name


def what_the_plan_is_given(household: Household) -> None:
    """From the plan to its subsidies: by level, together, and why a scheme gives nothing."""
    page = household.page
    page.locator('main a[href^="/subsidies/check/bundles/"]').first.click()
    price, levels, total, left = sums(page)
    assert total == sum(levels) > 0
    assert left == price - total
    expect(page.locator("main .tag.plain").first).to_be_visible()
    household.site.keep(page)


def sums(page: Page) -> tuple[Decimal, list[Decimal], Decimal, Decimal]:
    """(price, what each level gives, all of them together, what is left to pay)."""
    rows = page.locator('section[aria-labelledby="answer"] dl.dl')
    price, *rest = [yuan(text) for text in texts(rows.locator("dd"))]
    return price, [-one for one in rest[:-2]], rest[-2], rest[-1]


def test_the_subsidy_check_says_by_level_what_is_given_what_cuts_it_and_why_not(
    household: Household,
) -> None:
    household.choose_township()
    page = household.look("/subsidies/check")
    fill_in(page, **{**GOODS, "price_fen": "much"})
    send(page, "price_fen")
    expect(page.locator("#price_fen-err")).to_be_visible()
    expect(page.locator("main [name=units]")).to_have_value("100")
    fill_in(page, **GOODS)
    send(page, "price_fen")
    assert sums(page) == (Decimal(3000), [PROVINCE, COUNTY], PROVINCE + COUNTY, LEFT)
    cut = page.locator('section[aria-labelledby="answer"] p.small').first
    expect(cut).to_contain_text("50 %")
    expect(cut).to_contain_text("1,050.00")
    refused = page.locator("section.card").filter(has=page.locator(".tag.plain"))
    expect(refused.filter(has_text=LOW_INCOME[household.language]).first).to_be_visible()
    household.site.keep(page)
    page.locator('main [name=flags][value="low_income"]').check()
    send(page, "price_fen")
    assert sums(page)[2] == PROVINCE + COUNTY  # registered, and still half is the most
    expect(refused.filter(has_text=FULL[household.language]).first).to_be_visible()
    household.site.keep(page)
