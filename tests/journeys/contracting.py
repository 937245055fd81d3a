"""A crew that comes to work: applies, is invited, quotes, wins, in steps that know no language."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.journeys.site import Site, fill_in, photo, send

TRADES = ("mason", "plumber_electrician", "pipefitter", "hvac_installer")


class Crew:
    """Craftsmen of one township, from the sign-up to the won job."""

    def __init__(self, site: Site, page: Page, phone: str, town: tuple[str, str]) -> None:
        self.site, self.page, self.phone = site, page, phone
        self.town, self.town_name = town
        self.name = f"{self.town_name}修缮队 {phone[-6:]}"

    def look(self, path: str) -> Page:
        """Open a page of the site."""
        return self.site.visit(self.page, path)

    def apply(self) -> None:
        """Sign up, choose the township, say who they are and what they can do."""
        self.site.sign_up(self.page, self.phone, "郑师傅")
        self.look("/provider/apply")
        self.page.locator('main a[href*="pick=region"]').click()
        self.site.keep(self.page)
        self.page.locator("#q").fill(self.town_name)
        self.page.locator(".place-search button").click()
        self.page.locator(f'main ul.places a[href*="region={self.town}"]').first.click()
        fill_in(
            self.page, name=self.name, contact_name="郑师傅", contact_phone=self.phone,
            trades=TRADES, weekly_capacity="3", introduction="做了十年外墙保温",
        )  # fmt: skip
        send(self.page, "contact_name")
        self.said()

    def open_items(self) -> Locator:
        """What is still missing, as links to where it is filled in."""
        return self.page.locator("ul.checklist li.open a")

    def complete(self) -> None:
        """Areas, roster and proof, one after the other, until nothing is missing."""
        papers = iter(("identity", "training"))
        for _ in range(self.open_items().count()):
            self.open_items().first.click()
            section = self.page.url.rsplit("/", 1)[1]
            self.site.keep(self.page)
            if section == "areas":
                self.page.locator(f'main [type=checkbox][value="{self.town}"]').check()
                send(self.page, "codes")
            elif section == "roster":
                number = f"JJ-{self.phone[-6:]}"
                fill_in(self.page, name="郑师傅", trade=TRADES[0], certificate_number=number)
                send(self.page, "certificate_number")
            else:
                fill_in(self.page, kind=next(papers), file=photo("proof.jpg"))
                send(self.page, "file")
            self.said()
            self.look("/provider/profile")
        expect(self.open_items()).to_have_count(0)

    def submit(self) -> None:
        """Hand the file to the county's officials."""
        self.look("/provider/profile")
        self.page.locator('main form[action="/provider/submit"] button').click()
        self.said()

    def correct(self, introduction: str) -> None:
        """Change what the official asked about."""
        self.look("/provider/profile/edit")
        fill_in(self.page, introduction=introduction)
        send(self.page, "introduction")
        self.said()

    def open_invitation(self, request_id: str) -> None:
        """From the desk to the invitation."""
        self.look("/provider")
        self.page.locator(f'main a[href="/provider/requests/{request_id}"]').first.click()
        expect(self.page).to_have_url(re.compile(request_id))
        self.site.keep(self.page)

    def accept(self) -> None:
        """Take one of the quoting places; the quote form opens."""
        self.page.locator('main form[action$="/accept"] button').click()
        expect(self.page).to_have_url(re.compile("/quote$"))
        self.site.keep(self.page)

    def quote(self, quantity: str, price: str) -> int:
        """Fill in every named line and one of the crew's own; returns how many lines."""
        lines = self.page.locator("#lines fieldset")
        filled = 0
        for line in lines.all():
            own = line.locator("[name$=label]").count()
            if own and line.locator("[name$=label]").is_visible():
                line.locator("[name$=label]").fill("垃圾清运")
            line.locator("[name$=quantity]").fill(quantity)
            line.locator("[name$=unit_price]").fill(price)
            filled += 1
            if own:
                break
        fill_in(self.page, days="15", warranty_months="24", note="含材料进场")
        self.page.locator("main form:has(#lines) button:not([name])").last.click()
        self.said()
        return filled

    def said(self) -> None:
        """The site confirms what was just done."""
        expect(self.page.locator("main .notice.ok[role=status]")).to_be_visible()
        self.site.keep(self.page)
