"""What a household does on the site, told in steps that know no language and need no script."""

import re
from decimal import Decimal

from playwright.sync_api import Locator, Page, expect

from tests.journeys.site import Site, send, unfold, until

TOWN = ("13", "1306", "130624", "130624104")
PLACE = {"zh": "天生桥镇", "en": "Tianshengqiao"}
BUNDLE = "/bundles/cold-clean-heat"


def yuan(text: str) -> Decimal:
    """The first amount of money in a text: 1,234.50 with its sign, as a number."""
    found = re.search(r"([−-]?)\s?(\d[\d,]*\.\d\d)", text)
    assert found is not None, text
    return Decimal(found[1].replace("−", "-") + found[2].replace(",", ""))


def texts(items: Locator) -> list[str]:
    """What each of them says, in one line."""
    return [" ".join(text.split()) for text in items.all_inner_texts()]


class Household:
    """Somebody with a browser, from the first visit to the receipt."""

    def __init__(self, site: Site, page: Page, language: str) -> None:
        self.site, self.page, self.language = site, page, language

    def look(self, path: str) -> Page:
        """Open a page of the site."""
        return self.site.visit(self.page, path)

    def choose_township(self) -> None:
        """省 → 市 → 县 → 乡, beginning at the button in the header."""
        self.look("/")
        self.page.locator("a.region").click()
        self.site.keep(self.page)
        for code in TOWN[:3]:
            self.page.locator(f'ul.places a[href$="in={code}"]').click()
        self.page.locator(f'ul.places button[value="{TOWN[3]}"]').click()
        expect(self.page).to_have_url(self.site("/"))
        expect(self.page.locator("a.region")).to_contain_text(PLACE[self.language])
        self.site.keep(self.page)

    def result_names(self, query: str) -> list[str]:
        """The products on the first page of results, in their order."""
        self.look(f"/search?q={query}")
        return texts(self.page.locator("article.g h3"))

    def narrow_by_star(self, star: int) -> tuple[int, int]:
        """(number shown beside the facet, results after choosing it)."""
        box = self.page.locator(f'.facets input[name="star"][value="{star}"]')
        self.open_around(box)
        shown = int(box.locator("xpath=ancestor::label").locator("i").inner_text())
        box.check()
        self.page.locator(".facets button").last.click()
        self.page.wait_for_url(re.compile(f"star={star}"))
        self.site.keep(self.page)
        return shown, self.page.locator("article.g").count()

    def open_around(self, control: Locator) -> None:
        """Open the folds that hide a control."""
        unfold(control)

    def open_product(self, name: str) -> None:
        """From a list to the product."""
        self.page.locator("article.g h3 a").filter(has_text=name).first.click()
        expect(self.page).to_have_url(re.compile("/p/"))
        self.site.keep(self.page)

    def buy_from(self, position: int, packs: int) -> str:
        """Choose a seller of the product by its place in the list; returns the seller's name."""
        offers = self.page.locator("label.opt").filter(has=self.page.locator("[name=listing]"))
        offer = offers.nth(position)
        name = offer.locator("strong").inner_text().split("（")[0].strip()
        listing = offer.locator("input").get_attribute("value") or ""
        offer.locator("input").check()
        self.page.locator('button[form="calc"]').click()
        self.page.wait_for_url(re.compile(f"listing={listing}"))
        self.page.locator("#quantity").fill(str(packs))
        self.page.locator('button[form="buy"]:visible, #buy button:visible').first.click()
        expect(self.page).to_have_url(re.compile("/cart"))
        self.site.keep(self.page)
        return name

    def recalculate(self, **measures: str) -> None:
        """Type measures of the house into the bundle and have it computed again."""
        for key, value in measures.items():
            field = self.page.locator(f'main [name="{key}"]')
            self.open_around(field)
            field.fill(value)
            unsure = self.page.locator(f'main [name="unsure_{key}"]')
            if unsure.count() and unsure.is_checked():
                unsure.uncheck()
        self.page.locator('main button[name="do"][value="size"]:visible').last.click()
        self.page.wait_for_load_state()
        self.site.keep(self.page)

    def slot(self, key: str) -> str:
        """The sum in words of one slot of the bundle."""
        return texts(self.page.locator(f"#slot-{key} .q"))[0]

    def register_on_the_way(self, phone: str, name: str) -> None:
        """From the cart to the address, registering by phone and code."""
        self.page.locator('a[href^="/checkout"]:visible').first.click()
        self.site.keep(self.page)
        self.page.locator('main a[href^="/sign-in"]').first.click()
        self.site.keep(self.page)
        self.page.locator('main a[href^="/sign-up"]').first.click()
        self.site.sign_up(self.page, phone, name)
        expect(self.page).to_have_url(re.compile("/checkout/address"))
        self.site.keep(self.page)

    def write_address(self, recipient: str, phone: str, detail: str) -> None:
        """Where the goods go; the township is the one chosen at the beginning."""
        self.page.locator("[name=recipient]").fill(recipient)
        self.page.locator("form:has([name=recipient]) [name=phone]").fill(phone)
        self.page.locator("[name=detail]").fill(detail)
        send(self.page, "recipient")
        expect(self.page).to_have_url(re.compile("/checkout/confirm"))
        self.site.keep(self.page)

    def state_household(self, number: str, head: str, village: str) -> None:
        """On the last page, for a discount that counts by household; back there afterwards."""
        self.page.locator('main button[formaction$="/checkout/household"]').first.click()
        self.site.keep(self.page)
        self.page.locator("[name=household_number]").fill(number)
        self.page.locator("[name=household_head]").fill(head)
        self.page.locator("[name=household_village]").fill(village)
        send(self.page, "household_number")
        expect(self.page).to_have_url(re.compile("/checkout/confirm"))
        self.site.keep(self.page)

    def pay_on_the_hosted_page(self, method: str) -> None:
        """Order, start the payment and pay where the gateway asks for it."""
        self.page.locator(f'[name="payment_method"][value="{method}"]').check()
        made_to_order = self.page.locator("[name=made_to_order_agreed]")
        if made_to_order.count():
            made_to_order.check()
        self.page.locator("main form.pp button.wide").click()
        expect(self.page).not_to_have_url(re.compile("/checkout/confirm"))
        self.site.keep(self.page)

    def pay_online(self, total: Decimal) -> None:
        """Order and pay with Alipay on the gateway's page; back here, the payment is seen."""
        page = self.page
        self.pay_on_the_hosted_page("alipay")
        if "/c/pay/" not in page.url:
            page.locator("main form button.wide").click()
        expect(page).to_have_url(re.compile("/c/pay/"))
        assert yuan(page.locator("main").inner_text()) == total
        page.locator("button[value=pay]").click()
        expect(page).to_have_url(re.compile("/payments/"))
        until(page, lambda: page.locator(".notice.ok").count() > 0, page.reload)
        self.site.keep(page)
