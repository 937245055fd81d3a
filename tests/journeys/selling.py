"""Somebody who sells: from the application to the parcel, told in steps that know no language."""

import re
from datetime import date, timedelta

from playwright.sync_api import Locator, Page, expect

from market.kernel.clock import SystemClock, shanghai_date
from market.sellers.rules import credit_check_digit
from tests.journeys.site import Site, fill_in, photo, send, unfold

COUNTY = "河北 阜平"
SHOP = "13800010009"
KIND = "G105"
BODY = "示例绿色建材认证中心"
SECTIONS = ("use", "storage", "installation", "safety", "disposal")
PRICE, WAREHOUSES = "86.40", ("南库", "北库")


class Applicant:
    """Somebody with a business licence who wants to sell here."""

    def __init__(self, site: Site, page: Page, phone: str, name: str) -> None:
        self.site, self.page, self.phone = site, page, phone
        self.name = f"{name} {phone[-6:]}"
        self.address = ""

    def look(self, path: str) -> Page:
        """Open a page of the site."""
        return self.site.visit(self.page, path)

    def begin(self, kind: str) -> None:
        """Sign up and say who applies; the checklist is then to be worked through."""
        self.site.sign_up(self.page, self.phone, "陈望岳")
        self.look("/seller/apply")
        fill_in(self.page, name=self.name, kind=kind, region=COUNTY)
        send(self.page, "name")
        expect(self.page).to_have_url(re.compile("/seller/apply/[0-9a-z]+$"))
        self.address = self.page.url
        self.site.keep(self.page)

    def open_items(self) -> Locator:
        """What is still missing, as links to where it is filled in."""
        return self.page.locator("ul.checklist li.open a")

    def complete(self) -> None:
        """Work through the checklist until nothing is missing."""
        for _ in range(self.open_items().count()):
            if not self.open_items().count():
                break
            self.open_items().first.click()
            expect(self.page).not_to_have_url(self.address)
            self.site.keep(self.page)
            answers = self._answers(self.page.url.rsplit("/", 1)[1])
            fill_in(self.page, **answers)
            send(self.page, next(iter(answers)))
            expect(self.page).to_have_url(self.address)
        expect(self.open_items()).to_have_count(0)

    def submit(self) -> None:
        """Hand the application in."""
        self.page.locator('form[action$="/submit"] button').click()
        self.site.keep(self.page)

    def answer(self, text: str) -> None:
        """Answer what the reviewer asked."""
        self.look(self.address)
        fill_in(self.page, answer=text)
        send(self.page, "answer")
        self.said()

    def said(self) -> None:
        """The site confirms what was just done."""
        expect(self.page.locator("main .notice.ok").first).to_be_visible()
        self.site.keep(self.page)

    def _answers(self, step: str) -> dict[str, object]:
        code = f"911306240{self.phone[-8:]}"
        place = {"recipient": "陈望岳", "phone": self.phone, "returns_region": COUNTY}
        answers: dict[str, dict[str, object]] = {
            "company": {"credit_code": code + credit_check_digit(code), "about": "做岩棉板"},
            "licence": {"licence": photo("licence.jpg")},
            "contact": {"name": "陈望岳", "phone": self.phone},
            "returns": {**place, "detail": "工业路 8 号"},
            "payout": {"holder": self.name, "bank": "示例银行", "account": "6222000012345678"},
            "pledges": {"delivery": True, "standards": True},
        }
        return answers[step]


class Maker(Applicant):
    """An approved applicant with a shop, papers, goods, promotions and orders."""

    @property
    def goods(self) -> str:
        """The name of the product."""
        return f"望岳岩棉板 {self.phone[-6:]}"

    def furnish(self) -> None:
        """Two warehouses, one province to deliver to, and what that costs."""
        for name in WAREHOUSES:
            self.look("/seller/shop/warehouses")
            fill_in(self.page, name=name, region=COUNTY, detail="工业路 8 号")
            send(self.page, "detail")
            self.said()
        self.look("/seller/shop/areas")
        fill_in(self.page, region="河北")
        send(self.page, "region")
        self.said()
        self.look("/seller/shop/freight")
        fill_in(self.page, region="河北", base="20", per_kg="0.05")
        send(self.page, "base")
        self.said()
        fill_in(self.page, **{"last-region": COUNTY, "last-surcharge": "15"})
        send(self.page, "last-surcharge")
        self.said()

    def try_freight(self, place: str, weight: str) -> str:
        """What the freight table says of a load."""
        self.look("/seller/shop/freight")
        fill_in(self.page, place=place, weight=weight)
        send(self.page, "weight")
        self.site.keep(self.page)
        return self.page.locator(".tried .sum").inner_text()

    def enter_certificate(self, number: str, valid_to: date) -> None:
        """Copy a certificate into the form and hand it in."""
        self.copy_certificate(number, valid_to)
        self.said()

    def copy_certificate(self, number: str, valid_to: date) -> None:
        """Copy a certificate into the form and send it, whatever comes of it."""
        self.look("/seller/certificates/new")
        fill_in(
            self.page, number=number, scheme="graded", star="3", body_id=BODY, holder=self.name,
            manufacturer=self.name, factory="阜平县工业路 8 号", product_scope="岩棉板", kinds=KIND,
            standard="T/CECS 10026-2019", valid_from=valid_to - timedelta(days=5 * 365),
            valid_to=valid_to, evidence=photo("certificate.jpg"),
        )  # fmt: skip
        send(self.page, "number")

    def create_product(self, number: str) -> str:
        """Choose the kind, fill in the product with its certificate; returns its page."""
        self.look("/seller/products")
        self.page.locator('main a[href$="/seller/products/new"]').first.click()
        self.site.keep(self.page)
        kind = self.page.locator(f'main a[href$="kind={KIND}"]')
        unfold(kind)
        kind.click()
        self.site.keep(self.page)
        papers = self.page.locator("[name=certificate_id] option").filter(has_text=number)
        fill_in(
            self.page, name_zh=self.goods, model="WY-100", use_zh="外墙外保温",
            certificate_id=papers.get_attribute("value"),
        )  # fmt: skip
        send(self.page, "name_zh")
        self.said()
        return self.page.url

    def add_variant(self, product: str) -> None:
        """One pack size."""
        self.look(product)
        self.page.locator('main a[href$="/variants/new"]').first.click()
        self.site.keep(self.page)
        fill_in(self.page, label_zh="1200×600×100 mm，4 块", pack_size="2.88", weight_kg="23")
        send(self.page, "label_zh")
        self.said()

    def write_manual(self, product: str) -> None:
        """Five sections, and one that does not apply; a gap is refused with the rest kept."""
        self.look(product)
        self.page.locator('main .cat-why a[href$="/manual"]').first.click()
        self.site.keep(self.page)
        texts = {f"{part}_zh": f"{part}：照这样做" for part in SECTIONS}
        fill_in(self.page, **texts)
        self._publish_manual()
        expect(self.page.locator("#mixing_zh-err")).to_be_visible()
        expect(self.page.locator("[name=safety_zh]")).to_have_value(texts["safety_zh"])
        self.page.locator("[name=mixing_none]").check()
        self._publish_manual()
        self.said()

    def declare(self, product: str, cas: str, value: str) -> None:
        """Say how much of a registered substance the product contains."""
        self.look(f"{product}/substances")
        option = self.page.locator("[name=substance_id] option").filter(has_text=cas)
        fill_in(
            self.page, substance_id=option.get_attribute("value"), value=value, unit="%",
        )  # fmt: skip
        send(self.page, "value")
        self.said()

    def take_back(self, product: str) -> None:
        """Declare it no longer."""
        self.look(f"{product}/substances")
        self.page.locator('main form[action$="/remove"] button').first.click()
        self.said()

    def _publish_manual(self) -> None:
        self.page.locator("main button[name=do][value=publish]").click()
        self.site.keep(self.page)

    def add_photo(self, product: str) -> None:
        """A photo of the maker's own."""
        self.look(product)
        self.page.locator('main a[href$="/photos/new"]').first.click()
        self.site.keep(self.page)
        fill_in(self.page, photo=photo())
        send(self.page, "photo")
        self.said()

    def reasons(self) -> Locator:
        """Why households do not see this product or listing."""
        return self.page.locator("ul.cat-why li")

    def publish(self) -> None:
        """Put the product or listing on this page on sale."""
        self.page.locator('main form[action$="/publish"] button').click()
        self.said()

    def waits_for_review(self) -> None:
        """The product on this page was handed in and is not live yet."""
        expect(self.page.locator("#change")).to_be_visible()
        expect(self.page.locator('main form[action$="/publish"]')).to_have_count(0)

    def import_sheet(self, name: str, data: bytes) -> Page:
        """Upload a sheet; the preview is shown."""
        self.look("/seller/sheets")
        self.page.locator("[name=file]").set_input_files(
            {"name": name, "mimeType": "text/csv", "buffer": data}
        )
        send(self.page, "file")
        self.site.keep(self.page)
        return self.page

    def price(self, product: str) -> str:
        """Set the price of the pack size; returns the listing's page."""
        self.look(product)
        self.page.locator('main table a[href*="/seller/listings/new/"]').first.click()
        self.site.keep(self.page)
        fill_in(self.page, price=PRICE, min_packs="2", lead_days="3")
        send(self.page, "price")
        self.said()
        return self.page.url

    def move_stock(self, warehouse: str, action: str, quantity: str) -> None:
        """Goods in, or a count, on the listing's page."""
        fill_in(self.page, warehouse_id=warehouse, action=action, quantity=quantity)
        send(self.page, "quantity")
        self.said()

    def draft_promotion(self, name: str, **terms: object) -> str:
        """A new promotion, from today; returns its page."""
        self.look("/seller/promotions")
        self.page.locator('main a[href$="/seller/promotions/new"]').first.click()
        self.site.keep(self.page)
        today = shanghai_date(SystemClock().now())
        fill_in(self.page, name=name, starts_on=today, ends_on=today + timedelta(days=30))
        fill_in(self.page, **terms)
        send(self.page, "starts_on")
        self.said()
        return self.page.url

    def simulate(self, packs: int) -> str:
        """The sums of a sample cart with so many packs of the first listing."""
        self.page.locator("form.card [name^=q-]").first.fill(str(packs))
        self.page.locator('form.card:has([name^="q-"]) button').last.click()
        self.page.wait_for_url(re.compile(f"={packs}(&|#|$)"))
        self.site.keep(self.page)
        return " ".join(self.page.locator("form.card .dl").inner_text().split())

    def act(self, verb: str) -> None:
        """Schedule or stop the promotion on this page."""
        self.page.locator(f'main form[action$="/{verb}"] button').click()
        self.said()

    def ship(self, packs: int, carrier: str) -> None:
        """Send so many packs of the order's first line."""
        self.page.locator('main form[action$="/ship"] [name^="ship-"]').first.fill(str(packs))
        fill_in(self.page, carrier=carrier)
        send(self.page, "carrier")
        self.site.keep(self.page)
