"""What officials and the operator do at their desks, told in steps that know no language."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.journeys.site import Site, fill_in, send

FUPING, HEBEI, JINTANG, OPERATOR = "13800000011", "13800000012", "13800000013", "13800000001"
SELLERS, CREWS = "/official/sellers", "/official/providers"
CERTIFICATES, REQUESTS = "/official/certificates", "/official/requests"


class Official:
    """Somebody who reviews: of a county, of a province, or of the platform."""

    def __init__(self, site: Site, page: Page, phone: str = FUPING) -> None:
        self.site, self.page = site, page
        site.sign_in(page, phone)

    def look(self, path: str) -> Page:
        """Open a page of the site."""
        return self.site.visit(self.page, path)

    def rows(self, queue: str, state: str | None = None) -> Locator:
        """The links to what lies in a queue, on its first page."""
        self.look(queue if state is None else f"{queue}?state={state}")
        return self.page.locator(f'main table a[href^="{queue}/"]')

    def open(self, queue: str, name: str, state: str | None = None) -> str:
        """From a queue to the one of this name; returns its address."""
        self.rows(queue, state).filter(has_text=name).first.click()
        expect(self.page).to_have_url(re.compile(f"{queue}/[0-9a-z]+$"))
        self.site.keep(self.page)
        return self.page.url.removeprefix(self.site.url)

    def decide(self, verdict: str, reason: str = "") -> None:
        """Press the button of a verdict, with the reason the other side will read."""
        fill_in(self.page, reason=reason)
        self.page.locator(
            f'main button[formaction$="/{verdict}"], main button[name=verdict][value={verdict}]'
        ).click()
        self._decided()

    def confirm_product(self, name: str) -> None:
        """Read what is to be published, against nothing, and confirm it."""
        self.open("/official/product-changes", name)
        expect(self.page.locator("table.cat-diff tr")).not_to_have_count(0)
        self.page.locator('form[action$="/confirm"] button.btn').first.click()
        self.site.keep(self.page)

    def approve_certificate(self, note: str) -> None:
        """Write down what was compared, and approve."""
        fill_in(self.page, note=note)
        send(self.page, "note")
        self._decided()

    def trail(self, **asked: str) -> list[str]:
        """What the audit search finds, newest first, each act in one line."""
        operator = self.page.locator('nav.deskbar a[href="/operator/audit"]').count()
        self.look("/operator/audit" if operator else "/official/audit")
        fill_in(self.page, **asked)
        send(self.page, "q")
        self.page.wait_for_url(re.compile(r"audit\?"))
        self.site.keep(self.page)
        rows = self.page.locator("main table tbody tr").all_inner_texts()
        return [" ".join(row.split()) for row in rows]

    def _decided(self) -> None:
        expect(self.page.locator("main .notice.ok[role=status]")).to_be_visible()
        self.site.keep(self.page)
