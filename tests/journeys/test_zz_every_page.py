"""Every page that a journey saw: accessible, within its screen, without dead links, and light.

Runs after the journeys of this directory; alone it looks at the pages that need no account.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zlib import crc32

import pytest
from playwright.sync_api import Browser, CDPSession, Page

from tests.journeys.shopping import BUNDLE, Household
from tests.journeys.site import ROOT, Site, Snapshot

AXE = (ROOT / "tests" / "vendor" / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
RUN = """async tags => (await axe.run(document, {runOnly: {type: 'tag', values: tags}}))
    .violations.map(v => v.id + ': ' +
        v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(' | '))"""
UNFOLD = """() => {
    document.querySelectorAll('details').forEach(fold => { fold.open = true; });
    return new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)));
}"""
WIDER = """() => {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return [];
    return [...document.querySelectorAll('body *')]
        .filter(e => e.getBoundingClientRect().right > room + 1 && !e.closest('.scroll'))
        .slice(0, 3).map(e => e.tagName + '.' + e.className);
}"""
DEAD_LINKS = """() => [...document.querySelectorAll('a')]
    .filter(a => !a.getAttribute('href') || a.getAttribute('href') === '#')
    .map(a => a.outerHTML.slice(0, 120))"""
TAG = re.compile("<[a-z][^>]*>")
VALUE = re.compile('(?<!class)="[^"]*"')
SCRIPT = re.compile("<script.*?</script>", re.DOTALL)
TOTAL, CODE = 100 * 1024, 60 * 1024
PUBLIC = (
    "/",
    "/zone",
    "/materials",
    "/bundles",
    "/demonstrations",
    BUNDLE,
    "/region",
    "/factors",
    "/standards",
    "/cart",
    "/sign-in",
    "/sign-up",
)


@pytest.fixture(scope="module")
def crawler(browser: Browser, site: Site) -> Iterator[Page]:
    """A browser that shows kept pages with the site's own styles and pictures, and in their final
    colours: they would pass through others while its styles arrive."""
    if not site.recorder.pages:
        with site.visitor() as page:
            for path in PUBLIC:
                site.visit(page, path)
    context = browser.new_context(
        viewport={"width": 360, "height": 640}, bypass_csp=True, reduced_motion="reduce"
    )
    page = context.new_page()
    yield page
    context.close()


def stand(crawler: Page, url: str) -> None:
    """An empty page at this address, where pages of the same site can be put one after another."""
    crawler.route(url, lambda route: route.fulfill(body="", content_type="text/html"))
    crawler.goto(url)
    crawler.unroute(url)  # while anything is routed the browser keeps no styles and pictures
    crawler.evaluate(AXE)


def shown(crawler: Page, kept: Snapshot) -> Page:
    """The kept page at its own address, without the scripts of the site, as wide as a phone."""
    if origin(crawler.url) != origin(kept.url):
        stand(crawler, kept.url)
    crawler.set_viewport_size({"width": 360, "height": 640})
    crawler.evaluate("url => history.replaceState(null, '', url)", kept.url)
    crawler.set_content(SCRIPT.sub("", kept.markup), wait_until="load")
    crawler.evaluate(UNFOLD)
    return crawler


def origin(url: str) -> str:
    """The site that an address belongs to."""
    return urlsplit(url).netloc


def judged(pages: dict[str, Snapshot]) -> Iterator[Snapshot]:
    """Each kind of page: in one language where both were seen, half of them in either, and by one
    of the runs that go on side by side; with EVERY_WAY set, in both and by each."""
    for kept in pages.values():
        shape, language = kept.shape.rsplit(" ", 1)
        preferred = ("zh", "en")[crc32(shape.encode()) % 2]
        chosen = language == preferred or f"{shape} {preferred}" not in pages
        if "EVERY_WAY" in os.environ or (chosen and claimed(kept)):
            yield kept


def claimed(kept: Snapshot) -> bool:
    """Whether this run is to judge the page: it is unless another has begun with one of the same
    kind that is made of the same elements. The runs tell each other in the directory that
    JOURNEYS_JUDGED names."""
    if (directory := os.environ.get("JOURNEYS_JUDGED")) is None:
        return True
    made_of = sorted({VALUE.sub("", tag) for tag in TAG.findall(kept.markup)})
    key = crc32("".join([kept.shape, *made_of]).encode())
    try:
        (Path(directory) / str(key)).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def test_every_page_the_journeys_saw_is_sound(site: Site, crawler: Page) -> None:
    wrong: list[str] = []
    for kept in judged(site.recorder.pages):
        page = shown(crawler, kept)
        wrong += [f"{kept.shape}: {violation}" for violation in page.evaluate(RUN, RULES)]
        wrong += [f"{kept.shape}: link to nowhere: {link}" for link in page.evaluate(DEAD_LINKS)]
        wrong += [f"{kept.shape}: wider than 360: {wider}" for wider in page.evaluate(WIDER)]
        page.set_viewport_size({"width": 320, "height": 640})
        wrong += [f"{kept.shape}: wider than 320: {wider}" for wider in page.evaluate(WIDER)]
    assert not wrong, "\n".join([f"{len(site.recorder.pages)} pages", *sorted(set(wrong))])


def test_nothing_the_pages_asked_for_failed(site: Site) -> None:
    assert not site.recorder.faults, "\n".join(sorted(set(site.recorder.faults)))


class Scale:
    """Weighs what a cold browser transfers until load."""

    def __init__(self, page: Page) -> None:
        self.kinds: dict[str, str] = {}
        self.bytes: dict[str, int] = {}
        self.session: CDPSession = page.context.new_cdp_session(page)
        self.session.send("Network.enable")
        self.session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        self.session.on("Network.responseReceived", self._received)
        self.session.on("Network.loadingFinished", self._finished)

    def _received(self, event: dict[str, Any]) -> None:
        self.kinds[event["requestId"]] = event["type"]

    def _finished(self, event: dict[str, Any]) -> None:
        self.bytes[event["requestId"]] = int(event["encodedDataLength"])

    def total(self, *kinds: str) -> int:
        """Bytes of these kinds of resources; of all without one."""
        return sum(n for k, n in self.bytes.items() if not kinds or self.kinds.get(k) in kinds)


def link(household: Household, path: str, start: str) -> str:
    """The first link of a page that begins so."""
    found = household.look(path).locator(f'main a[href^="{start}"]').first
    return found.get_attribute("href") or ""


def full_cart(household: Household) -> str:
    """A cart with a whole bundle in it."""
    household.look(BUNDLE)
    household.page.locator('button[name="do"][value="cart"]').click()
    household.page.wait_for_url("**/cart")
    return "/cart"


def storefront(household: Household) -> Iterator[str]:
    """An address of every kind of page that a household may begin at."""
    yield from ("/", "/zone", "/materials", "/materials/1", "/materials/G302", "/search?q=防水卷材")
    yield from ("/search?q=qqqq", "/region", "/region?in=130624", "/promotions", "/spot-checks")
    yield from ("/bundles", BUNDLE, "/providers", "/requests/new", "/sign-in", "/local-list", "/t")
    yield from ("/guide/certificates", "/legal/rules", "/standards")
    yield link(household, "/standards", "/standards/")
    product = link(household, "/materials/G302", "/p/")
    yield product
    yield link(household, product, "/s/")
    yield link(household, product, "/certificates/")
    yield link(household, link(household, product, "/compare"), "/compare")
    yield link(household, "/providers", "/providers/")
    yield link(household, "/spot-checks", "/spot-checks/")
    yield full_cart(household)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_first_view_of_every_page_is_light(site: Site, language: str) -> None:
    heavy = []
    with site.visitor(language=language) as page:
        household = Household(site, page, language)
        household.choose_township()
        for path in storefront(household):
            cold = page.context.new_page()
            scale = Scale(cold)
            answer = cold.goto(site(path), wait_until="load")
            assert answer is not None
            assert answer.status == 200, path
            cold.wait_for_timeout(100)
            total, code = scale.total(), scale.total("Document", "Stylesheet", "Script")
            print(f"{path}: {total} bytes, {code} of them code")
            if total > TOTAL or code > CODE:
                heavy.append(f"{path}: {total} bytes, {code} of them code")
            cold.close()
    assert not heavy, "\n".join(heavy)
