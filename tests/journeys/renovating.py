"""A renovation request from the first question to the award, and the crews that quote."""

import re
from contextlib import ExitStack

from playwright.sync_api import Page, expect

from tests.journeys.site import Site, photo, send

PROJECT = "cold-clean-heat"
CREWS = tuple(f"138000201{number:02d}" for number in range(1, 11))
WIZARD = re.compile(r"/requests/[0-9a-z]+/edit/(\w[\w-]*)")


def answer(page: Page, phone: str) -> None:
    """Answer the question on the screen; 不清楚 wherever it is offered."""
    main = page.locator("main form").last
    if main.locator("[type=file]").count():
        main.locator("[type=file]").set_input_files(photo("wall.jpg"))
    elif main.locator("[name=unknown]").count():
        main.locator("[name=unknown]").check()
    elif main.locator("[name=project]").count():
        main.locator(f'[name=project][value="{PROJECT}"]').check()
    elif main.locator("[name=door]").count():
        main.locator("[name=name]").fill("赵小满")
        main.locator("[name=phone]").fill(phone)
        main.locator("[name=door]").fill("3 组 12 号")
        main.locator("[name=agree]").check()
    elif main.locator("[type=radio]").count():
        unknown = main.locator('[type=radio][value="unknown"]')
        (unknown if unknown.count() else main.locator("[type=radio]")).first.check()
    elif main.locator("textarea").count():
        main.locator("textarea").fill("北屋三间，外墙都做保温")
    main.locator("button.btn:not(.line):not(.quiet)").first.click()


def fill_request(site: Site, page: Page, phone: str) -> str:
    """Answer all questions; returns the address of the summary."""
    site.visit(page, "/requests/new")
    page.locator("main form.acts button").click()
    for _ in range(40):
        found = WIZARD.search(page.url)
        if found is None:
            break
        site.keep(page)
        answer(page, phone)
        expect(page).not_to_have_url(re.compile(f"/edit/{found[1]}$"))
    expect(page).to_have_url(re.compile("/summary"))
    site.keep(page)
    return page.url


def register_and_publish(site: Site, page: Page, phone: str, summary: str) -> str:
    """From the summary through the sign-up to the published request; returns its id."""
    page.locator('main a[href^="/sign-in"]').click()
    page.locator('main a[href^="/sign-up"]').click()
    site.sign_up(page, phone, "赵小满")
    expect(page).to_have_url(re.compile(re.escape(summary.removeprefix(site.url))))
    page.locator('form[action$="/publish"] button').click()
    expect(page).to_have_url(re.compile(r"/requests/[0-9a-z]+$"))
    site.keep(page)
    return page.url.rsplit("/", 1)[1]


def award(site: Site, page: Page, request_id: str, position: int = 0) -> None:
    """Choose one of the quotes beside each other, and confirm."""
    site.visit(page, f"/requests/{request_id}/quotes")
    page.locator(f'main a[href^="/requests/{request_id}/award/"]').nth(position).click()
    site.keep(page)
    page.locator("main form button").first.click()
    expect(page.locator(".notice.ok").first).to_be_visible()
    site.keep(page)


class Crews:
    """Demonstration crews, each in a browser of its own, signed in when first needed."""

    def __init__(self, site: Site, stack: ExitStack) -> None:
        self.site, self.stack = site, stack
        self.pages: dict[str, Page] = {}

    def page(self, phone: str) -> Page:
        """The crew's browser."""
        if phone not in self.pages:
            self.pages[phone] = self.stack.enter_context(self.site.visitor())
            self.site.sign_in(self.pages[phone], phone)
        return self.pages[phone]

    def quote(self, request_id: str, price: str, *, scaffold: bool) -> str | None:
        """The next invited crew accepts and quotes; returns its phone, None when none is left."""
        phone = self._invited(request_id)
        if phone is not None:
            page = self.page(phone)
            page.locator('main form[action$="/accept"] button').click()
            self._send(page, request_id, price, scaffold=scaffold)
        return phone

    def decline(self, request_id: str) -> str | None:
        """The next invited crew says no with the first reason; returns its phone."""
        phone = self._invited(request_id)
        if phone is not None:
            page = self.page(phone)
            page.locator("main details:has([name=reason]) > summary").click()
            page.locator("main [name=reason]").first.check()
            send(page, "reason")
            expect(page.locator("main .notice.ok")).to_be_visible()
            self.site.keep(page)
        return phone

    def _invited(self, request_id: str) -> str | None:
        """A crew that has not answered its invitation yet; its page shows the invitation."""
        for phone in CREWS:
            page = self.page(phone)
            answer = page.goto(self.site(f"/provider/requests/{request_id}"))
            accept = page.locator('main form[action$="/accept"] button')
            if answer is not None and answer.status == 200 and accept.count():
                self.site.keep(page)
                return phone
        return None

    def _send(self, page: Page, request_id: str, price: str, *, scaffold: bool) -> None:
        self.site.visit(page, f"/provider/requests/{request_id}/quote")
        lines = page.locator("#lines fieldset")
        for position in range(lines.count()):
            line = lines.nth(position)
            item = line.locator("[name$=item]").get_attribute("value") or ""
            if item and (scaffold or "scaffold" not in item):
                line.locator("[name$=quantity]").fill("10")
                line.locator("[name$=unit_price]").fill(price)
        page.locator("main [name=days]").fill("18")
        page.locator("main [name=warranty_months]").fill("24")
        form = page.locator("main form").filter(has=page.locator("#lines"))
        form.locator("button.btn:not([name])").last.click()
        expect(page).not_to_have_url(re.compile("/quote$"))
        self.site.keep(page)
