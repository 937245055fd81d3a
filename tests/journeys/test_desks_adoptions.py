"""J4, step 8: a product is adopted by city and province, fails a spot check, and is out for
everyone to see."""

import re
from contextlib import ExitStack

import pytest
from playwright.sync_api import Page, expect

from market.kernel.clock import SystemClock, shanghai_date
from tests.journeys.governing import JINTANG, Official
from tests.journeys.site import Site, fill_in, photo, send
from tests.journeys.ways import Way, newcomer, ways

MAKER, CITY, PROVINCE = "13800010006", "13800000016", "13800000017"
OWN, QUEUE, PUBLIC, CHECKS = (
    "/seller/adoptions", "/official/adoptions", "/adoptions", "/official/spot-checks",
)  # fmt: skip


@pytest.mark.parametrize("way", ways("phone-zh-no-script"), ids=lambda way: way.name)
def test_an_adopted_product_leaves_by_a_failure_and_its_history_is_public(
    site: Site, way: Way
) -> None:
    with ExitStack() as stack:
        maker, one, two, three, anyone = (
            stack.enter_context(newcomer(site, way)) for _ in range(5)
        )
        site.sign_in(maker, MAKER)
        entry, model = the_maker_proposes(site, maker)
        site.visit(anyone, f"{PUBLIC}/{entry}", status=404)  # nothing is public yet
        county = Official(site, three, JINTANG)
        county.look(f"{QUEUE}/{entry}")
        expect(three.locator('main [formaction$="/pass_first"]')).to_have_count(0)
        the_level_decides(Official(site, one, CITY), entry, "pass_first", "材料齐全")
        province = Official(site, two, PROVINCE)
        the_level_decides(province, entry, "pass_second", "同意采信")
        number = it_is_listed(site, anyone, entry)
        it_fails_a_spot_check(county, model, way.name)
        it_is_out_with_its_whole_history(site, anyone, entry, number)
        the_maker_cannot_ask_back_yet(site, maker, entry)


def the_maker_proposes(site: Site, page: Page) -> tuple[str, str]:
    """Half a form first; then all of it. Returns the entry's id and what the product is called."""
    site.visit(page, OWN)
    link = page.locator(f'main a[href^="{OWN}/new/"]').first
    name = link.inner_text()
    link.click()
    site.keep(page)
    fill_in(page, use_scope="吊顶和隔墙", ends_on="2099-01-01", evidence=photo())
    send(page, "use_scope")
    expect(page.locator("main [name=use_scope]")).to_have_value("吊顶和隔墙")
    expect(page.locator("main [name=ends_on][aria-invalid=true]")).to_have_count(1)
    site.keep(page)
    hint = page.locator("main dl.facts small").first.inner_text()
    last = re.search(r"\d{4}-\d{2}-\d{2}", hint)
    assert last is not None, hint
    fill_in(page, ends_on=last.group(0), evidence=photo())
    send(page, "use_scope")
    expect(page).to_have_url(re.compile(f"{OWN}/[0-9a-z]{{20}}$"))
    site.keep(page)
    return page.url.rsplit("/", 1)[1], name.split()[0]


def the_level_decides(official: Official, entry: str, verdict: str, words: str) -> None:
    """It stands in this office's queue, and goes on from there."""
    assert official.rows(QUEUE).and_(
        official.page.locator(f'a[href="{QUEUE}/{entry}"]')
    ).count() == 1  # fmt: skip
    official.look(f"{QUEUE}/{entry}")
    official.decide(verdict, words)


def it_is_listed(site: Site, page: Page, entry: str) -> str:
    site.visit(page, f"{PUBLIC}?state=listed")
    page.locator(f'main a[href="{PUBLIC}/{entry}"]').click()
    expect(page.locator("main .tag.ok").first).to_be_visible()
    site.keep(page)
    return page.locator("main .lede .nb").inner_text()


def it_fails_a_spot_check(county: Official, model: str, name: str) -> None:
    page = county.look(f"{CHECKS}/new?q={model}")
    page.locator(f'main a[href^="{CHECKS}/new/"]').first.click()
    fill_in(
        page, batch_no=f"20261101-{name}", laboratory="四川建材检验站（示例）",
        sampled_on=shanghai_date(SystemClock().now()).isoformat(), standard="GB/T 11718-2021",
        report_number=f"R-{name}-cx", passed="no", findings="甲醛释放量超标（示例）",
        report=photo(),
    )  # fmt: skip
    cause = page.locator("main [name=cause]")
    if cause.count():
        fill_in(page, cause="complaint", cause_note="示例投诉")
    send(page, "batch_no")
    expect(page).to_have_url(re.compile(f"{CHECKS}/[0-9a-z]{{20}}$"))
    page.locator('main form[action$="/publish"] button').click()
    expect(page.locator("main .notice.ok[role=status]")).to_be_visible()


def it_is_out_with_its_whole_history(site: Site, page: Page, entry: str, number: str) -> None:
    site.visit(page, f"{PUBLIC}?state=listed")
    assert page.locator(f'main a[href="{PUBLIC}/{entry}"]').count() == 0
    site.visit(page, f"{PUBLIC}?state=exited")
    page.locator(f'main a[href="{PUBLIC}/{entry}"]').click()
    expect(page.locator("main")).to_contain_text(number)
    expect(page.locator("main .notice.warn")).to_contain_text("监督抽查不合格")
    steps = page.locator("main ol.timeline li").all_inner_texts()
    assert len(steps) == 4
    for step, words in zip(steps, ("申报", "材料齐全", "同意采信", "退出"), strict=True):
        assert words in step
    assert "市级" in steps[1]
    assert "省级" in steps[2]
    site.keep(page)


def the_maker_cannot_ask_back_yet(site: Site, page: Page, entry: str) -> None:
    site.visit(page, f"{OWN}/{entry}")
    send(page, "ends_on")
    expect(page.locator("main .notice.bad[role=alert]")).to_contain_text("处理好再办")
    site.keep(page)
