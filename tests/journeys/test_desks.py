"""J2, J3, J4: the desks of makers, crews, officials and the operator, as `docs/` tells it."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from market.kernel.clock import SystemClock, shanghai_date
from tests.journeys.contracting import Crew
from tests.journeys.governing import (
    CERTIFICATES,
    CREWS,
    FUPING,
    HEBEI,
    JINTANG,
    OPERATOR,
    REQUESTS,
    SELLERS,
    Official,
)
from tests.journeys.renovating import Crews, award, fill_request, register_and_publish
from tests.journeys.selling import KIND, SHOP, Applicant, Maker
from tests.journeys.shopping import Household, texts, yuan
from tests.journeys.site import Site, fill_in, send, until
from tests.journeys.ways import Way, new_phone, newcomer, ways

OpenBrowser = Callable[[], Page]
TOWNS = {
    "phone-zh": ("130624101", "龙泉关镇"),
    "phone-en": ("130624102", "平阳镇"),
    "desktop-zh": ("130624103", "城南庄镇"),
    "desktop-en": ("130624105", "王林口镇"),
    "phone-zh-no-script": ("130624106", "砂窝镇"),
}


def walked(*names: str) -> pytest.MarkDecorator:
    """The ways of these names, one after the other."""
    return pytest.mark.parametrize("way", ways(*names), ids=lambda way: way.name, indirect=True)


@pytest.fixture
def way(request: pytest.FixtureRequest) -> Way:
    chosen: Way = request.param
    return chosen


@pytest.fixture
def browser_of(site: Site, way: Way) -> Iterator[OpenBrowser]:
    """Opens one more browser of this way, for one more person."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(newcomer(site, way))


@walked("phone-zh-no-script", "desktop-en")
def test_a_maker_comes_to_sell(site: Site, way: Way, browser_of: OpenBrowser) -> None:
    maker = Maker(site, browser_of(), new_phone(), "阜平望岳保温板厂")
    official = Official(site, browser_of())
    nothing_is_submitted_while_an_item_is_open(maker)
    the_official_asks_and_approves(maker, official)
    the_desk_opens_and_is_furnished(maker)
    product = the_product_waits_for_its_certificate(maker, official)
    listing = the_listing_goes_live(maker, product)
    fifty_listings_come_in_by_a_sheet(maker)
    the_stock_is_counted_in_two_warehouses(maker, listing)
    household = Household(site, browser_of(), way.language)
    a_household_finds_it(household, maker)
    promotion = a_promotion_is_tried_and_scheduled(maker)
    a_household_uses_it_up(household, maker)
    the_promotion_has_stopped_by_itself(household, maker, promotion)
    the_order_is_picked_and_sent_in_part(household, maker)
    a_promotion_is_stopped_by_hand(maker)


def nothing_is_submitted_while_an_item_is_open(maker: Maker) -> None:
    maker.begin("manufacturer")
    assert maker.open_items().count() >= 6
    maker.submit()
    expect(maker.page.locator("main .notice.bad")).to_be_visible()
    maker.look(maker.address)
    maker.complete()
    maker.submit()
    expect(maker.page.locator('form[action$="/submit"]')).to_have_count(0)


def the_official_asks_and_approves(maker: Maker, official: Official) -> None:
    maker.site.visit(maker.page, "/seller", status=403)
    address = official.open(SELLERS, maker.name)
    official.decide("ask", "执照看不清，请说明厂房在哪里")
    maker.look(maker.address)
    expect(maker.page.locator(".notice.warn")).to_contain_text("执照看不清")
    maker.answer("厂房在工业路 8 号")
    official.look(address)
    expect(official.page.locator("aside .notice.info")).to_contain_text("工业路 8 号")
    official.decide("approve")


def the_desk_opens_and_is_furnished(maker: Maker) -> None:
    page = maker.look("/seller")
    assert page.locator(".todo a.late").count() == 3  # areas, freight, warehouses
    maker.furnish()
    assert yuan(maker.try_freight("阜平 天生桥", "200")) == Decimal(20 + 15 + 200 * 5 // 100)
    maker.look("/seller")
    assert page.locator(".todo a.late").count() == 0


def the_product_waits_for_its_certificate(maker: Maker, official: Official) -> str:
    number = f"SL-{maker.phone[-8:]}"
    valid_to = shanghai_date(SystemClock().now()) + timedelta(days=3 * 365)
    maker.enter_certificate(number, valid_to)
    product = maker.create_product(number)
    expect(maker.reasons()).to_have_count(3)  # the certificate waits, no manual, no pack size
    maker.write_manual(product)
    maker.declare(product, "1332-21-4", "0.5")  # asbestos is banned
    maker.look(product)
    expect(maker.reasons().filter(has_text="0.5 %")).to_have_count(1)
    maker.take_back(product)
    maker.look(product)
    expect(maker.reasons().filter(has_text="0.5 %")).to_have_count(0)
    maker.add_variant(product)
    maker.add_photo(product)
    expect(maker.reasons()).to_have_count(1)
    assert maker.page.locator('form[action$="/publish"]').count() == 0
    official.open(CERTIFICATES, number)
    official.approve_certificate("在发证机构网站查到，编号和持有人一致")
    maker.look(product)
    expect(maker.reasons()).to_have_count(0)
    maker.publish()
    maker.waits_for_review()
    official.confirm_product(maker.goods)
    maker.look(product)
    expect(maker.page.locator("h1 .tag.ok")).to_be_visible()
    return product


def fifty_listings_come_in_by_a_sheet(maker: Maker) -> None:
    """The preview names the one wrong price; corrected, as much is written as was shown."""
    page = maker.import_sheet("goods.csv", sheet_of_fifty("8O.50"))
    expect(page.locator(".sheet-lines tbody tr")).to_have_count(1)
    expect(page.locator(".sheet-lines tbody td").first).to_have_text("7")
    expect(page.locator('main form[action$="/apply"]')).to_have_count(0)
    page = maker.import_sheet("goods.csv", sheet_of_fifty("80.50"))
    button = page.locator('main form[action$="/apply"] button')
    expect(button).to_contain_text("50")
    button.click()
    expect(page.locator("main .notice.ok")).to_contain_text("50")
    maker.site.keep(page)
    maker.look("/seller/listings")
    expect(page.locator("main table tbody tr").filter(has_text="批量板")).to_have_count(50)


def sheet_of_fifty(seventh: str) -> bytes:
    rows = ["品类,产品名称,规格名称,每包含量,每包重量（kg）,每包售价（元）"]
    for number in range(50):
        price = seventh if number == 5 else f"{60 + number}.00"  # row 7 of the sheet
        rows.append(f"{KIND},批量板 {number + 1},每包 4 块,2.88,20,{price}")
    return "\n".join(rows).encode("gb18030")


def the_listing_goes_live(maker: Maker, product: str) -> str:
    listing = maker.price(product)
    maker.publish()
    return listing


def the_stock_is_counted_in_two_warehouses(maker: Maker, listing: str) -> None:
    maker.look(listing)
    maker.move_stock("南库", "in", "60")
    maker.move_stock("北库", "in", "30")
    maker.move_stock("北库", "count", "25")
    free = texts(maker.page.locator("table.table:not(.dense) tbody td:last-child"))
    assert sorted(re.findall(r"\d+", " ".join(free))) == ["25", "60"]
    assert "85" in maker.page.locator("dl.facts").first.inner_text()


def a_household_finds_it(household: Household, maker: Maker) -> None:
    household.choose_township()
    first = household.page.locator("article.g h3").first

    def look() -> object:
        return household.look(f"/search?q={maker.goods}")

    look()
    until(household.page, lambda: first.count() > 0 and maker.goods in first.inner_text(), look)
    household.open_product(maker.goods)
    expect(household.page.locator(".gallery img")).to_have_count(1)
    expect(household.page.locator(".plaque")).to_be_visible()


def a_promotion_is_tried_and_scheduled(maker: Maker) -> str:
    promotion = maker.draft_promotion(
        f"满减 {maker.phone[-6:]}", step1_at_least_fen="3000", step1_off_fen="300",
        regions="阜平县\n唐县", budget_fen="300", household_limit="5",
    )  # fmt: skip
    assert yuan(maker.simulate(30).split("−")[-1].split("-")[-1]) != Decimal("300.00")
    assert "300.00" in maker.simulate(40)
    maker.look(promotion)
    maker.act("schedule")
    return promotion


def a_household_uses_it_up(household: Household, maker: Maker) -> None:
    page = household.page
    household.buy_from(0, 40)
    expect(page.locator("aside .dl").first).to_contain_text(f"满减 {maker.phone[-6:]}")
    total = yuan(texts(page.locator("aside .dl .sum"))[0])
    phone = new_phone()
    household.register_on_the_way(phone, "赵小满")
    household.write_address("赵小满", phone, "3 组 12 号")
    household.state_household(phone[-9:], "赵长贵", "天生桥村")
    household.pay_online(total)


def the_promotion_has_stopped_by_itself(household: Household, maker: Maker, promotion: str) -> None:
    maker.look(promotion)
    assert maker.page.locator("main progress").get_attribute("value") == "30000"
    assert maker.page.locator('form[action$="/schedule"]').count() == 0
    expect(maker.page.locator("main h1 .tag")).to_have_class(re.compile("warn"))
    expect(maker.page.locator("dl.facts").first).to_contain_text("300.00")
    household.result_names(maker.goods)
    household.open_product(maker.goods)
    household.buy_from(0, 40)
    household.page.locator(".notused summary").first.click()
    refused = household.page.locator(".notused li").filter(has_text=maker.phone[-6:])
    expect(refused).to_be_visible()


def the_order_is_picked_and_sent_in_part(household: Household, maker: Maker) -> None:
    page = maker.look("/seller")
    page.locator('.todo a[href="/seller/orders"]').click()
    maker.site.keep(page)
    page.locator('main table a[href^="/seller/orders/"]').first.click()
    maker.site.keep(page)
    order = page.url
    page.locator('main a[href$="/pick"]').click()
    expect(page.locator("article.receipt")).to_contain_text("40")
    maker.site.keep(page)
    maker.look(order)
    maker.ship(41, "阜平顺达物流")
    expect(page.locator("main .notice.bad")).to_be_visible()
    expect(page.locator("[name=carrier]")).to_have_value("阜平顺达物流")
    maker.ship(15, "阜平顺达物流")
    expect(page.locator("ul.parcels")).to_contain_text("15")
    household.look("/orders")
    household.page.locator('main a[href^="/orders/"]').first.click()
    expect(household.page.locator("ul.parcels")).to_contain_text("阜平顺达物流")
    expect(household.page.locator(".part")).to_contain_text(re.compile(r"15\D{1,4}40"))
    household.site.keep(household.page)


def a_promotion_is_stopped_by_hand(maker: Maker) -> None:
    maker.draft_promotion(f"九五折 {maker.phone[-6:]}", kind="percent", percent="5")
    maker.act("schedule")
    maker.act("stop")
    expect(maker.page.locator("main h1 .tag")).to_have_class(re.compile("bad"))
    assert maker.page.locator('form[action$="/stop"]').count() == 0


@walked("phone-zh", "desktop-en")
def test_a_crew_comes_to_work(site: Site, way: Way, browser_of: OpenBrowser) -> None:
    crew = Crew(site, browser_of(), new_phone(), TOWNS[way.name])
    official = Official(site, browser_of())
    the_county_asks_and_approves_the_crew(crew, official)
    household, phone = Household(site, browser_of(), way.language), new_phone()
    request_id = a_household_of_the_township_asks_for_quotes(household, phone, TOWNS[way.name][0])
    the_invitation_says_why_and_until_when(crew, request_id, phone)
    requests_of_other_places_do_not_exist(crew, official, request_id)
    crew.accept()
    lines = crew.quote("10", "88.50")
    assert lines >= 5
    expect(crew.page.locator("table.quote tbody tr")).to_have_count(lines)
    assert yuan(crew.page.locator(".dl .sum").inner_text()) == lines * Decimal("885.00")
    with ExitStack() as stack:
        others = Crews(site, stack)
        assert others.decline(request_id) is not None
        loser = others.quote(request_id, "620.50", scaffold=True)
        assert loser is not None
        award_to(household, request_id, crew)
        the_loser_learns_only_that(others.page(loser), site, request_id, phone)
    the_winner_sees_whom_to_call(crew, request_id, phone)


def the_county_asks_and_approves_the_crew(crew: Crew, official: Official) -> None:
    crew.apply()
    assert crew.open_items().count() == 4  # areas, roster, two kinds of proof
    assert crew.page.locator('form[action="/provider/submit"]').count() == 0
    crew.complete()
    crew.submit()
    address = official.open(CREWS, crew.name)
    official.decide("ask", "请写清楚做过哪几家")
    crew.look("/provider/profile")
    expect(crew.page.locator("main .notice.warn")).to_contain_text("请写清楚做过哪几家")
    crew.correct("去年做过六家外墙保温")
    crew.submit()
    official.look(address)
    expect(official.page.locator("main")).to_contain_text("去年做过六家")
    official.decide("approve")
    crew.look("/provider")
    expect(crew.page.locator("main h1")).to_contain_text(crew.name)
    expect(crew.page.locator("main .notice.warn")).to_have_count(0)


def a_household_of_the_township_asks_for_quotes(household: Household, phone: str, town: str) -> str:
    page, site = household.page, household.site
    household.look("/region?in=130624")
    page.locator(f'ul.places button[value="{town}"]').click()
    expect(page).not_to_have_url(re.compile("/region"))
    summary = fill_request(site, page, phone)
    return register_and_publish(site, page, phone, summary)


def the_invitation_says_why_and_until_when(crew: Crew, request_id: str, phone: str) -> None:
    crew.open_invitation(request_id)
    page = crew.page
    assert page.locator("ul.reasons li:not(.sum)").count() == 5
    expect(page.locator("p.work")).to_contain_text(re.compile(r"\d\d:\d\d"))
    assert phone not in page.content()


def requests_of_other_places_do_not_exist(crew: Crew, official: Official, request_id: str) -> None:
    official.look(REQUESTS)
    links = official.page.locator(f'main table a[href^="{REQUESTS}/"]').all()
    known = [(link.get_attribute("href") or "").rsplit("/", 1)[1] for link in links]
    assert request_id in known
    elsewhere = next(other for other in known if other != request_id)
    crew.site.visit(crew.page, f"/provider/requests/{elsewhere}", status=404)
    crew.open_invitation(request_id)


def award_to(household: Household, request_id: str, crew: Crew) -> None:
    page = household.look(f"/requests/{request_id}/quotes")
    names = texts(page.locator(".crews li h2"))
    assert len(names) == 2
    award(household.site, page, request_id, names.index(crew.name))


def the_loser_learns_only_that(page: Page, site: Site, request_id: str, phone: str) -> None:
    site.visit(page, f"/provider/requests/{request_id}")
    expect(page.locator("main .notice.info")).to_be_visible()
    assert phone not in page.content()
    assert "88.50" not in page.content()


def the_winner_sees_whom_to_call(crew: Crew, request_id: str, phone: str) -> None:
    page = crew.look("/provider/jobs")
    page.locator(f'main .acts a[href="/provider/requests/{request_id}"]').click()
    expect(page.locator(f'main a[href="tel:{phone}"]')).to_be_visible()
    expect(page.locator("main")).to_contain_text("3 组 12 号")
    crew.site.keep(page)
    crew.look("/provider/quotes")
    crew.look("/provider/invitations")


@walked("phone-en", "desktop-zh")
def test_an_official_governs_the_own_region(site: Site, way: Way, browser_of: OpenBrowser) -> None:
    mall = Applicant(site, browser_of(), new_phone(), "阜平乡里建材城")
    mall.begin("mall")
    mall.complete()
    mall.submit()
    county, elsewhere = Official(site, browser_of(), FUPING), Official(site, browser_of(), JINTANG)
    county.look("/official")
    assert county.page.locator('.todo a[href^="/official/sellers"] b').first.inner_text() != "0"
    address = county.open(SELLERS, mall.name)
    nobody_reads_another_county(county, elsewhere, address, mall.name)
    a_mall_is_asked_and_refused(county, mall, address)
    expect(Official(site, browser_of(), HEBEI).rows(SELLERS, "refused").first).to_be_visible()
    both_decisions_are_on_the_trail(county, mall)
    for path in ("/official/promotions", CERTIFICATES, REQUESTS, CREWS):
        county.look(path)


def nobody_reads_another_county(
    county: Official, elsewhere: Official, address: str, name: str
) -> None:
    assert not elsewhere.rows(SELLERS).filter(has_text=name).count()
    elsewhere.site.visit(elsewhere.page, address, status=403)
    for queue in (SELLERS, CREWS, CERTIFICATES):
        theirs = elsewhere.rows(queue, "approved").first.get_attribute("href")
        assert theirs is not None
        elsewhere.look(theirs)
        county.site.visit(county.page, theirs, status=403)
    theirs = elsewhere.rows(REQUESTS, "awarded").first.get_attribute("href")
    assert theirs is not None
    elsewhere.look(theirs)
    county.site.visit(county.page, theirs, status=403)


def a_mall_is_asked_and_refused(county: Official, mall: Applicant, address: str) -> None:
    county.look(address)
    county.page.locator('main button[formaction$="/refuse"]').click()
    expect(county.page.locator("main .notice.bad")).to_be_visible()  # no reason, no refusal
    county.site.keep(county.page)
    county.decide("ask", "请说明市场里有几家商户")
    mall.answer("一共 12 家")
    county.look(address)
    county.decide("refuse", "市场还没有建成")
    mall.look(mall.address)
    expect(mall.page.locator("main .notice.bad")).to_contain_text("市场还没有建成")


def both_decisions_are_on_the_trail(county: Official, mall: Applicant) -> None:
    acts = county.trail(q=mall.address.rsplit("/", 1)[1])
    assert any("seller.ask" in act for act in acts), acts
    assert any("seller.refuse" in act and "市场还没有建成" in act for act in acts), acts


@walked("phone-zh", "desktop-en")
def test_the_operator_keeps_the_house(site: Site, way: Way, browser_of: OpenBrowser) -> None:
    operator, colleague = Official(site, browser_of(), OPERATOR), browser_of()
    phone = new_phone()
    site.sign_up(colleague, phone, "周科员")
    operator.look("/operator")
    a_role_is_given_and_taken(operator, colleague, phone)
    kind = f"X{phone[-7:]}"
    shop = browser_of()
    site.sign_in(shop, SHOP)
    a_kind_is_added_and_closed(operator, shop, kind)
    acts = operator.trail(q=kind)
    assert len(acts) >= 2
    assert all(kind in act for act in acts)


def a_role_is_given_and_taken(operator: Official, colleague: Page, phone: str) -> None:
    page, site = operator.look("/operator/accounts"), operator.site
    fill_in(page, q=phone)
    send(page, "q")
    page.locator("main table a").filter(has_text=phone).click()
    site.keep(page)
    site.visit(colleague, "/official", status=403)
    fill_in(page, role="official", scope="130624")
    send(page, "scope")
    expect(page.locator("main .notice.ok")).to_be_visible()
    site.visit(colleague, "/official")
    expect(colleague.locator("main h1")).to_contain_text(re.compile("阜平|Fuping"))
    page.locator('main form[action$="/roles/revoke"] button').click()
    expect(page.locator("main .notice.ok")).to_be_visible()
    site.keep(page)
    site.visit(colleague, "/official", status=403)


def a_kind_is_added_and_closed(operator: Official, shop: Page, code: str) -> None:
    page, site = operator.look("/operator/kinds"), operator.site
    page.locator('main a[href$="/operator/kinds/new"]').click()
    site.keep(page)
    fill_in(page, code=code, name_zh=f"石板瓦 {code}", name_en=f"Stone slate {code}")
    send(page, "name_zh")
    expect(page.locator("main .notice.ok")).to_be_visible()
    offered = shop.locator(f'main a[href$="kind={code}"]')
    site.visit(shop, "/seller/products/new")
    expect(offered).to_have_count(1)
    page.locator(f'main a[href="/operator/kinds/{code}/edit"]').click()
    site.keep(page)
    fill_in(page, is_open=False)
    send(page, "name_zh")
    expect(page.locator("main .notice.ok")).to_be_visible()
    site.visit(shop, "/seller/products/new")
    expect(offered).to_have_count(0)
