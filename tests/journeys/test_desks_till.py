"""A shop's till on a connection that comes and goes: no code is lost, each gets its answer."""

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.journeys.shopping import Household, texts
from tests.journeys.site import Site, fill_in, send
from tests.journeys.ways import Way, new_phone, ways

SHOP = "13800010010"
OFFER = {"zh": "到店满 200 减 15", "en": "15 off 200 in the shop"}
UNKNOWN = "NOSUCH7777"


@pytest.mark.parametrize("way", ways("phone-zh", "desktop-en"), ids=lambda way: way.name)
def test_no_code_is_lost_at_the_till(site: Site, way: Way) -> None:
    screen = {"size": way.size, "language": way.language, "javascript": way.javascript}
    with site.visitor(**screen) as home, site.visitor(**screen) as shop:  # type: ignore[arg-type]
        site.sign_up(home, new_phone(), "陈大门")
        code = a_code_is_fetched(Household(site, home, way.language), OFFER[way.language])
        site.sign_in(shop, SHOP)
        site.visit(shop, "/seller/till")
        if not way.javascript:
            lines = f"{code} 260 2026-01-05 10:30\n{UNKNOWN} 90 2026-01-05 10:31"
            fill_in(shop, lines=lines)
        else:
            taken_down_without_a_connection(shop, code)
            taken_down_when_nothing_comes_back(shop)
            kept_when_the_queue_gets_no_answer(site, shop, code)
        send(shop, "lines")
        each_has_its_answer(site, shop, code)


def a_code_is_fetched(household: Household, offer: str) -> str:
    page = household.look("/promotions")
    page.locator("main section h2 a").filter(has_text=offer).click()
    page.locator('main form[action$="/voucher"] button').click()
    household.site.keep(page)
    return page.locator(".pqr .h3").inner_text()


def lines_of(page: Page) -> list[str]:
    return page.locator("main [name=lines]").input_value().splitlines()


def taken_down_without_a_connection(page: Page, code: str) -> None:
    page.context.set_offline(True)
    fill_in(page, code=code, goods_fen="260")
    send(page, "goods_fen")
    expect(page.locator("#till [role=status]")).to_be_visible()
    page.context.set_offline(False)
    assert [line.split()[:2] for line in lines_of(page)] == [[code, "260"]]


def taken_down_when_nothing_comes_back(page: Page) -> None:
    """The browser believes that it is connected; the site does not answer."""
    page.route("**/seller/till", refuse_post)
    fill_in(page, code=UNKNOWN, goods_fen="90")
    send(page, "goods_fen")
    expect(page.locator("main [name=code]")).to_have_value("")
    page.unroute("**/seller/till")
    assert [line.split()[0] for line in lines_of(page)][1:] == [UNKNOWN]


def kept_when_the_queue_gets_no_answer(site: Site, page: Page, code: str) -> None:
    page.route("**/seller/till/queue", refuse_post)
    send(page, "lines")
    expect(page.locator("#till-queue [role=status]")).to_be_visible()
    page.unroute("**/seller/till/queue")
    site.visit(page, "/seller/till")
    assert [line.split()[0] for line in lines_of(page)] == [code, UNKNOWN]


def refuse_post(route: Route, request: Request) -> None:
    if request.method == "POST":
        route.abort("connectionfailed")
    else:
        route.continue_()


def each_has_its_answer(site: Site, page: Page, code: str) -> None:
    rows = page.locator("main table tr[data-line]")
    expect(rows).to_have_count(2)
    site.keep(page)
    redeemed, unknown = texts(rows)
    assert code in redeemed
    assert "15.00" in redeemed
    assert UNKNOWN in unknown
    assert lines_of(page) == []
    site.visit(page, "/seller/till")
    assert lines_of(page) == []
