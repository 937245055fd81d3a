"""J1 and J1b: a household buys for its house and finds a crew, as `docs/` tells it."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.renovating import Crews, award, fill_request, register_and_publish
from tests.journeys.shopping import BUNDLE, PLACE, TOWN, Household, texts, yuan
from tests.journeys.site import Site
from tests.journeys.ways import Way, new_phone, newcomer, ways

TWO_PROMOTIONS = {"zh": ("满 3000 减 300", "阜平"), "en": ("300 off 3,000", "Fuping")}
MEMBRANE = {"zh": "SBS 改性沥青防水卷材 3 mm", "en": "SBS membrane 3 mm"}
NO_DATA = {"zh": "暂无数据", "en": "No data"}


@pytest.fixture(
    params=ways("phone-en", "desktop-zh", "phone-zh-no-script"), ids=lambda way: way.name
)
def way(request: pytest.FixtureRequest) -> Way:
    chosen: Way = request.param
    return chosen


@pytest.fixture
def household(site: Site, way: Way) -> Iterator[Household]:
    with newcomer(site, way) as page:
        yield Household(site, page, way.language)


@pytest.fixture(scope="module")
def crews(site: Site) -> Iterator[Crews]:
    with ExitStack() as stack:
        yield Crews(site, stack)


def test_a_household_buys_for_its_house(household: Household, way: Way) -> None:
    page = household.page
    household.choose_township()
    no_login_and_a_climate_zone(page)
    the_zone_shows_only_what_is_certified(household)
    if way.javascript:
        typing_asks_once_per_pause(page)
    search_understands_pinyin_and_counts(household)
    household.look("/search?q=防水卷材")
    household.open_product(MEMBRANE[way.language])
    the_product_page_shows_its_evidence(household)
    two_products_stand_side_by_side(household)
    sellers = [household.buy_from(0, 4)]
    page.go_back()
    sellers.append(buy_one_pack_at_the_county_shop(household))
    assert len(set(sellers)) == 2
    the_bundle_follows_the_numbers(household)
    blocks, total = the_cart_explains_itself(household)
    phone = new_phone()
    household.register_on_the_way(phone, "赵小满")
    household.write_address("赵小满", phone, "3 组 12 号")
    assert yuan(texts(page.locator("aside .dl .sum"))[0]) == total
    household.pay_online(total)
    the_order_has_one_part_per_seller(household, blocks, total)


def two_products_stand_side_by_side(household: Household) -> None:
    page, product = household.page, household.page.url
    page.locator('main a[href^="/compare"]').click()
    more = page.locator('main .links a[href^="/compare"]')
    more.first.click()
    expect(page.locator("main .versus thead th")).to_have_count(3)
    household.site.keep(page)
    every = page.locator("main .versus tbody tr").count()
    page.locator('main nav a[href*="only=1"]').click()
    expect(page.locator("main .versus tbody tr:not(.differs)")).to_have_count(0)
    assert 0 < page.locator("main .versus tbody tr").count() <= every
    household.look(product)


def no_login_and_a_climate_zone(page: Page) -> None:
    names = {cookie["name"] for cookie in page.context.cookies()}
    assert not names & {"remember_token", "account"}
    expect(page.locator("a.region small")).to_contain_text("2B")


def the_zone_shows_only_what_is_certified(household: Household) -> None:
    page = household.look("/zone")
    cards = page.locator("article.g")
    assert cards.count() > 10
    for text in texts(cards):
        assert re.search(r"20\d\d-\d\d", text), text
        assert re.search(r"[一二三]星|合格|[123] stars?|certified", text), text
    for text in texts(cards.filter(has_not=page.locator(".why"))):  # others may buy some up
        assert PLACE[household.language] in text, text
    assert page.locator(".cert.off, .cert.none").count() == 0
    household.look("/zone?kind=G302")
    assert "证书过期示例" not in page.content()
    household.look("/materials/G302")
    assert page.locator("article.g").count() >= 3
    assert "证书过期示例" not in page.content()


def typing_asks_once_per_pause(page: Page) -> None:
    """Four characters typed at once are one question; its answers stand below the field."""
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "/search/suggest" in one.url else None)
    with page.expect_response(re.compile("/search/suggest")):
        page.locator("[data-suggest]").press_sequentially("fang", delay=20)
    expect(page.locator("#suggested option").filter(has_text="防").first).to_be_attached()
    assert len(asked) == 1, asked
    page.locator("[data-suggest]").fill("")


def search_understands_pinyin_and_counts(household: Household) -> None:
    assert household.result_names("fangshui")[0] == household.result_names("防水卷材")[0]
    before = household.page.locator("article.g").count()
    shown, left = household.narrow_by_star(3)
    assert left == shown < before


def the_product_page_shows_its_evidence(household: Household) -> None:
    page = household.page
    expect(page.locator(".plaque")).to_contain_text(re.compile(r"20\d\d-\d\d-\d\d"))
    assert page.locator("label.opt [name=listing]").count() >= 2
    expect(page.locator(".pricebox")).to_contain_text(PLACE[household.language])
    gaps = page.locator(".six .gap")
    assert gaps.count() >= 1
    expect(gaps.first).to_contain_text(NO_DATA[household.language])
    page.locator("a.plaque").click()
    expect(page).to_have_url(re.compile("/certificates/"))
    household.site.keep(page)
    page.go_back()
    page.locator('.links a[href$="/manual"]').click()
    expect(page.locator(".manual-part")).to_have_count(6)
    household.site.keep(page)
    page.go_back()


def buy_one_pack_at_the_county_shop(household: Household) -> str:
    """The shop of the county, whose own promotion one pack does not reach."""
    offers = texts(household.page.locator("label.opt strong"))
    position = next(i for i, name in enumerate(offers) if "阜平" in name)
    return household.buy_from(position, 1)


def the_bundle_follows_the_numbers(household: Household) -> None:
    page = household.look(BUNDLE)
    page.locator('[name="archetype"][value="brick-concrete-2"]').check()
    page.locator('button[value="size"]:visible').first.click()
    expect(page).to_have_url(re.compile("/my/"))
    household.site.keep(page)
    for key in ("wall_net", "window_area", "roof_flat"):  # pre-filled from the picture
        assert float(page.locator(f'main [name="{key}"]').input_value()) > 20
    household.open_around(page.locator('[name="wall_mm"]').last)
    page.locator('[name="wall_mm"]').last.check()
    household.recalculate(wall_net="180")
    expect(page.locator(".notice.warn").first).to_contain_text("370 mm")
    small, small_cost = household.slot("eps80"), yuan(texts(page.locator("#total .sum"))[0])
    small_carbon = carbon(page)
    household.recalculate(wall_net="200")
    large, large_cost = household.slot("eps80"), yuan(texts(page.locator("#total .sum"))[0])
    assert "%" in large
    assert small != large
    packs = [max(int(n) for n in re.findall(r"\b(\d+) ?(?:包|pack)", s)) for s in (small, large)]
    assert packs[0] < packs[1], (small, large)
    assert small_cost < large_cost
    assert small_carbon < carbon(page)
    expect(page.locator("#carbon ~ section .bignum").first).to_contain_text("CO₂e")
    expect(page.locator("#use ~ section .bignum").first).to_be_visible()
    a_code_opens_the_same_choices_elsewhere(household)
    two_variants_side_by_side(household)
    page.locator('button[name="do"][value="cart"]').click()
    expect(page).to_have_url(re.compile("/cart"))


def carbon(page: Page) -> int:
    """The embodied kilograms of CO₂e of the bundle."""
    found = re.search(r"([\d,]+) kg CO₂e", texts(page.locator("#carbon ~ section .bignum"))[0])
    assert found is not None
    return int(found[1].replace(",", ""))


def a_code_opens_the_same_choices_elsewhere(household: Household) -> None:
    page, site = household.page, household.site
    page.locator('form[action$="/share"] button').click()
    said = page.locator("main .notice").first.inner_text()
    code = re.search(r"/b/([2-9A-Z]{8})", said)
    assert code is not None, said
    with site.visitor(language=household.language) as other:
        site.visit(other, f"/b/{code[1]}")
        expect(other.locator('main [name="wall_net"]')).to_have_value("200")
        chosen = other.locator('[name="archetype"][value="brick-concrete-2"]')
        expect(chosen).to_be_checked()


def two_variants_side_by_side(household: Household) -> None:
    page = household.page
    first = page.url
    page.locator('form[action$="/variants"] [name="name"]').fill("B")
    page.locator('form[action$="/variants"] button').click()
    expect(page).not_to_have_url(first)
    household.look("/bundles/my")
    page.locator('button[form="compare-form"]').click()
    expect(page.locator(".bversus thead th[scope=col]")).to_have_count(2)
    household.site.keep(page)
    page.goto(first)


def the_cart_explains_itself(household: Household) -> tuple[int, Decimal]:
    """Sellers with freight, a code beside the automatic promotion, and why one is not used."""
    page, site = household.page, household.site
    page.locator("[name=code]").fill("XIANGCUN20")
    page.locator(".codeform button").click()
    expect(page.locator("ul.codes")).to_contain_text("XIANGCUN20")
    blocks = page.locator(".seller-block")
    for text in texts(blocks):
        assert re.search(r"运费|Freight|Delivery", text), text
    applied, refused = TWO_PROMOTIONS[household.language]
    expect(page.locator("aside .dl").first).to_contain_text(applied)
    page.locator(".notused summary").first.click()
    expect(page.locator(".notused li").filter(has_text=refused).first).to_be_visible()
    site.keep(page)
    return blocks.count(), yuan(texts(page.locator("aside .dl .sum"))[0])


def the_order_has_one_part_per_seller(household: Household, sellers: int, total: Decimal) -> None:
    page, site = household.page, household.site
    page.locator('main a[href^="/orders/"]').last.click()
    expect(page).to_have_url(re.compile("/orders/[0-9a-z]+$"))
    site.keep(page)
    assert sellers >= 2
    assert page.locator(".order-lines").count() == sellers
    order = page.url
    page.locator('a[href$="/receipt"]').click()
    expect(page.locator("article.receipt")).to_be_visible()
    assert total in [yuan(text) for text in texts(page.locator(".dl .sum")) if "." in text]
    site.keep(page)
    household.look("/orders")
    assert page.locator(f'a[href="{order.removeprefix(site.url)}"]').count() == 1


def test_a_household_finds_a_crew(household: Household, crews: Crews) -> None:
    page, site = household.page, household.site
    household.choose_township()
    phone = new_phone()
    summary = fill_request(site, page, phone)
    expect(page.locator(".work")).to_contain_text(re.compile(r"[1-9]\d* "))
    request_id = register_and_publish(site, page, phone, summary)
    expect(page.locator(".work")).to_contain_text(re.compile(r"\d\d:\d\d"))
    chosen = crews.quote(request_id, "620.50", scaffold=True)
    other = crews.quote(request_id, "580", scaffold=False)
    assert chosen is not None
    assert other is not None
    two_quotes_side_by_side(household, request_id)
    award(site, page, request_id)
    exactly_one_crew_sees_the_phone(crews, request_id, phone, (chosen, other))


def two_quotes_side_by_side(household: Household, request_id: str) -> None:
    page = household.look(f"/requests/{request_id}/quotes")
    table = page.locator("table.compare")
    assert table.locator("thead th").count() == 3
    assert table.locator("tbody tr.sum td").count() == 2
    expect(page.locator(".crews .tag.bad").first).to_be_visible()  # one lacks the scaffold
    expect(table.locator(".gap").first).to_be_visible()


def exactly_one_crew_sees_the_phone(
    crews: Crews, request_id: str, phone: str, both: tuple[str, str]
) -> None:
    seen = []
    for crew in both:
        page = crews.page(crew)
        crews.site.visit(page, f"/provider/requests/{request_id}")
        seen.append(phone in page.content())
    assert sorted(seen) == [False, True]


def test_nobody_chooses_a_township_that_does_not_exist(site: Site) -> None:
    with site.visitor() as page:
        site.visit(page, "/region")
        page.locator("#q").fill("没有这个镇")
        page.locator(".place-search button").click()
        expect(page.locator(".notice.warn")).to_be_visible()
        site.keep(page)
        page.locator("#q").fill("tianshengqiao")
        page.locator(".place-search button").click()
        page.locator(f'button[value="{TOWN[3]}"]').click()
        expect(page.locator("a.region")).to_contain_text(PLACE["zh"])
