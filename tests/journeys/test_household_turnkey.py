"""J1b, turnkey: a plan, a crew, one contract; goods move with the job and wait when it is off."""

import re
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.renovating import WIZARD, Crews, answer, award
from tests.journeys.shopping import BUNDLE, Household
from tests.journeys.site import Site, fill_in, photo, send
from tests.journeys.ways import Way, new_phone, newcomer, ways

MAKER = "13800010001"  # sells the boards of the plan
FILLED = ("project", "trades", "scope", "contract", "place")
DAY = re.compile(r"\d{4}-\d\d-\d\d")


@pytest.mark.parametrize("way", ways("phone-zh-no-script", "desktop-en"), ids=lambda way: way.name)
def test_one_contract_ties_the_job_and_its_goods(site: Site, way: Way) -> None:
    with ExitStack() as stack:
        page = stack.enter_context(newcomer(site, way))
        phone = new_phone()
        request_id = ask_for_the_plan(site, page, way, phone)
        crews = Crews(site, stack)
        hired = crews.quote(request_id, "45.00", scaffold=True)
        assert hired is not None
        award(site, page, request_id)
        crew = crews.page(hired)
        contract = open_contract(site, page, request_id)
        change(site, crew, contract)
        sign(site, crew, contract, "钱师傅")
        sign(site, page, contract, "赵小满")
        order = buy_the_goods(site, page, contract, phone)
        slide(site, crew, page, contract)
        seller = stack.enter_context(site.visitor())
        site.sign_in(seller, MAKER)
        sees_new_date(site, seller, page, order)
        arrive(site, crew, page, contract)
        call_off(site, page, contract)
        seller_may_not_send(site, seller)
        decide(site, page, contract)


def ask_for_the_plan(site: Site, page: Page, way: Way, phone: str) -> str:
    """From a configuration through the sign-up to a published request; returns its id."""
    household = Household(site, page, way.language)
    household.choose_township()
    household.look(BUNDLE)
    household.recalculate(wall_net="120")
    page.locator('main a[href^="/turnkey/"]').click()
    page.locator('main a[href^="/sign-up"]').click()
    site.sign_up(page, phone, "赵小满")
    expect(page).to_have_url(re.compile("/turnkey/"))
    site.keep(page)
    assert page.locator("main ul.rows li").count() > 5
    page.locator('main form[action^="/turnkey/"] button').click()
    for _ in range(40):
        found = WIZARD.search(page.url)
        if found is None:
            break
        chosen = page.locator("main form").last.locator(
            "[type=radio]:checked, [type=checkbox]:checked"
        )
        typed = page.locator("main form").last.locator("textarea")
        if (chosen.count() and found[1] in ("project", "contract", "trades")) or (
            typed.count() and typed.first.input_value()
        ):
            page.locator("main form").last.locator(
                "button.btn:not(.line):not(.quiet)"
            ).first.click()
        elif page.locator("main a.btn, main button").count() and found[1] == "place":
            page.locator("main form button.btn:not(.line):not(.quiet)").last.click()
        else:
            answer(page, phone)
        expect(page).not_to_have_url(re.compile(f"/edit/{found[1]}$"))
    expect(page).to_have_url(re.compile("/summary"))
    site.keep(page)
    page.locator('form[action$="/publish"] button').click()
    expect(page).to_have_url(re.compile(r"/requests/[0-9a-z]+$"))
    site.keep(page)
    return page.url.rsplit("/", 1)[1]


def open_contract(site: Site, page: Page, request_id: str) -> str:
    """From the awarded request to its contract; returns its address."""
    page.locator(f'main a[href="/requests/{request_id}/contract"]').click()
    expect(page).to_have_url(re.compile(r"/contracts/[0-9a-z]+$"))
    site.keep(page)
    address = page.url.removeprefix(site.url)
    site.visit(page, f"{address}/versions/1")
    expect(page.locator("code")).to_have_text(re.compile(r"^[0-9a-f]{64}$"))
    return address


def change(site: Site, page: Page, contract: str) -> None:
    """A deposit above the law is refused beside its field, a lower one makes version 2."""
    site.visit(page, f"{contract}/edit")
    page.locator("[name=words]").fill("窗台石归施工队")
    page.locator("[name=steps-0-pct]").fill("25")
    send(page, "words")
    expect(page.locator("#steps-0-pct-err")).to_be_visible()
    expect(page.locator("[name=words]")).to_have_value("窗台石归施工队")
    site.keep(page)
    page.locator("[name=steps-0-pct]").fill("5")
    page.locator("[name=steps-1-pct]").fill("35")
    send(page, "words")
    expect(page.locator(".notice.ok").first).to_be_visible()
    site.keep(page)


def sign(site: Site, page: Page, contract: str, name: str) -> None:
    """Sign the newest version: the name alone is not enough."""
    site.visit(page, contract)
    page.locator("main [name=name]").fill(name)
    send(page, "agree")
    expect(page.locator("#agree-err")).to_be_visible()
    expect(page.locator("main [name=name]")).to_have_value(name)
    page.locator("main [name=agree]").check()
    send(page, "agree")
    expect(page.locator("main .notice.ok").first).to_be_visible()
    site.keep(page)


def buy_the_goods(site: Site, page: Page, contract: str, phone: str) -> str:
    """The contract's button, the checkout, paid at the door; returns the order's address."""
    site.visit(page, contract)
    page.locator(f'main form[action="{contract}/cart"] button').click()
    expect(page).to_have_url(re.compile("/cart"))
    site.keep(page)
    page.locator('a[href^="/checkout"]:visible').first.click()
    if page.locator("[name=recipient]").count():
        page.locator("[name=recipient]").fill("赵小满")
        page.locator("form:has([name=recipient]) [name=phone]").fill(phone)
        page.locator("[name=detail]").fill("3 组 12 号")
        send(page, "recipient")
    expect(page).to_have_url(re.compile("/checkout/confirm"))
    page.locator('[name="payment_method"][value="cash_on_delivery"]').check()
    if page.locator("[name=made_to_order_agreed]").count():
        page.locator("[name=made_to_order_agreed]").check()
    page.locator("main form.pp button.wide").click()
    expect(page).not_to_have_url(re.compile("/checkout/confirm"))
    site.visit(page, contract)
    goods = page.locator('main a[href^="/orders/"]')
    assert goods.count() >= 2
    return goods.first.get_attribute("href") or ""


def slide(site: Site, crew: Page, page: Page, contract: str) -> None:
    """The crew asks for a later arrival of the goods, the household sees what moves and agrees."""
    site.visit(crew, f"{contract}/milestones/1/move")
    now = DAY.search(crew.locator("main p").nth(0).inner_text())
    assert now is not None
    later = (date.fromisoformat(now[0]) + timedelta(days=10)).isoformat()
    fill_in(crew, new_on=later, reason="下雨，推十天")
    crew.locator("button[name=look]").click()
    expect(crew.locator("main ul.rows li").first).to_contain_text(later)
    site.keep(crew)
    crew.locator("main form button.btn:not(.line)").first.click()
    expect(crew.locator("main .notice.ok").first).to_be_visible()
    site.visit(page, contract)
    expect(page.locator("main")).to_contain_text(later)
    page.locator('main form[action$="/move"] button.btn:not(.line):not(.quiet)').click()
    expect(page.locator("main .notice.ok").first).to_be_visible()
    site.keep(page)


def sees_new_date(site: Site, seller: Page, page: Page, order: str) -> None:
    """The seller's order and pick list carry the days that the household sees."""
    site.visit(page, order)
    told = set(DAY.findall(page.locator("main").inner_text()))
    site.visit(seller, "/seller/orders")
    seller.locator('main a[href^="/seller/orders/"]').first.click()
    site.keep(seller)
    seller.locator('main a[href$="/pick"]').click()
    picked = set(DAY.findall(seller.locator("main table").inner_text()))
    assert len(picked) == 2  # the first and the last day of the window
    assert picked <= told
    site.keep(seller)


def arrive(site: Site, crew: Page, page: Page, contract: str) -> None:
    """Reported with a photo, sent back, reported again, accepted."""
    for round_ in ("first", "again"):
        site.visit(crew, contract)
        fill_in(crew, note="材料到齐", photos=photo("wall.jpg"))
        send(crew, "note")
        expect(crew.locator("main .notice.ok").first).to_be_visible()
        site.visit(page, contract)
        expect(page.locator("main .photos img").first).to_be_visible()
        if round_ == "first":
            page.locator("#accept summary").click()
            page.locator("#rework-reason").fill("少两包砂浆")
            send(page, "reason")
        else:
            page.locator('main form[action$="/accept"] button').click()
        expect(page.locator("main .notice.ok").first).to_be_visible()
        site.keep(page)


def call_off(site: Site, page: Page, contract: str) -> None:
    """The household cancels; it has to say so on purpose."""
    site.visit(page, contract)
    page.locator("#cancel summary").click()
    page.locator("#cancel-reason").fill("今年不修了")
    page.locator("#cancel [name=sure]").check()
    page.locator("#cancel button").click()
    expect(page.locator("main .notice.ok").first).to_be_visible()
    site.keep(page)


def seller_may_not_send(site: Site, seller: Page) -> None:
    """Held-back goods cannot be sent."""
    site.visit(seller, "/seller/orders")
    seller.locator('main a[href^="/seller/orders/"]').first.click()
    expect(seller.locator("main .notice.warn").first).to_be_visible()
    expect(seller.locator('main form[action$="/ship"]')).to_have_count(0)
    site.keep(seller)


def decide(site: Site, page: Page, contract: str) -> None:
    """One part comes by a new day, one is dropped, the others are kept."""
    later = (date.today() + timedelta(days=40)).isoformat()  # noqa: DTZ011
    choices: list[tuple[str, Callable[[Page], None]]] = [
        ("deliver", lambda p: open_form(p).locator("[name$=deliver_until]").fill(later)),
        ("drop", lambda _p: None),
        ("keep", lambda _p: None),
    ]
    site.visit(page, contract)
    for choice, more in choices:
        if not page.locator('main form[action$="/goods"]').count():
            break
        form = open_form(page)
        form.locator("[name$=decision]").select_option(choice)
        more(page)
        form.locator("button").click()
        expect(page.locator("main .notice.ok").first).to_be_visible()
        site.keep(page)
    expect(page.locator("main")).to_contain_text(later)


def open_form(page: Page) -> Locator:
    """The first part that waits for a decision."""
    return page.locator('main form[action$="/goods"]').first
