"""What is measured, prepared from a data set."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from flask import Flask
from sqlalchemy import select

from market.accounts import queries as accounts
from market.accounts import service as account_service
from market.accounts.types import AddressInput
from market.app import create_app
from market.catalogue.models import Listing
from market.db.session import database, reading, unit_of_work
from market.kernel.region_code import RegionCode
from market.seed.people import PASSWORD, TIANSHENGQIAO
from market.sellers import queries as sellers
from tests.bench import world
from tests.bench.data import DataSet
from tests.bench.measure import CONNECTIONS, Case

QUERIES = (
    "保温板", "屋顶漏水", "瓷砖", "断桥铝窗", "EPS板", "外墙涂料", "节能灯", "防水卷材",
    "太阳能", "空气源热泵", "石膏板", "地暖管", "jsb", "岩棉", "水泥", "木地板",
)  # fmt: skip
STOREFRONT = ("home", "category", "product", "product_cold", "search")
BUYING = ("cart_add", "checkout")
HOT_PRODUCTS = 10
KINDS = 8


class Prepared:
    """A data set whose addresses and signed-in households are known."""

    def __init__(self, data: DataSet) -> None:
        self.app = create_app(replace(data.settings(), testing=True))  # no log lines
        self.app.config["WTF_CSRF_ENABLED"] = False  # signing in below only; not the server
        with reading() as session:
            rows = session.execute(
                select(
                    Listing.id, Listing.product_id, Listing.kind_code, Listing.seller_id
                ).order_by(Listing.id)
            ).all()  # fmt: skip
            reach = sellers.sellers_delivering_to(session, TIANSHENGQIAO)
        self.listings = [row.id for row in rows if row.seller_id in reach]
        self.products = list(dict.fromkeys(row.product_id for row in rows))
        self.kinds = sorted({row.kind_code for row in rows})
        reached = {row.product_id: row.id for row in reversed(rows) if row.seller_id in reach}
        self.offers = sorted(reached.items())

    def households(self, number: int) -> tuple[list[dict[str, str]], list[str]]:
        """Session cookies and addresses of households that signed in as people do."""
        cookies = [_signed_in(self.app, world.household_phone(n)) for n in range(number)]
        return cookies, [self._address(world.household_phone(n)) for n in range(number)]

    def _address(self, phone: str) -> str:
        with unit_of_work() as session:
            known = accounts.credentials(session, phone)
            assert known is not None
            address = AddressInput("示例", phone, RegionCode(TIANSHENGQIAO.digits), "1 号")
            return account_service.add_address(
                session, known.account_id, address, make_default=True
            )

    def close(self) -> None:
        """Let go of the database; the server has its own connections."""
        database().dispose()


def _signed_in(app: Flask, phone: str) -> dict[str, str]:
    client = app.test_client()
    # Each household has its own network address, as the limits on signing in expect.
    answer = client.post(
        "/sign-in", data={"phone": phone, "password": PASSWORD},
        environ_base={"REMOTE_ADDR": f"127.1.{int(phone[-4:]) // 250}.{int(phone[-4:]) % 250 + 1}"},
    )  # fmt: skip
    assert answer.status_code == 303, answer.get_data(as_text=True)[:500]
    cookie = client.get_cookie("session")
    assert cookie is not None
    return {"session": cookie.value, "township": TIANSHENGQIAO.digits}


def make(name: str, prepared: Prepared) -> Case:
    """The case of this name."""
    return _MAKERS[name](prepared)


def _home(_prepared: Prepared) -> Case:
    return Case("home", "get", {"paths": ["/"]})


def _category(prepared: Prepared) -> Case:
    step = max(1, len(prepared.kinds) // KINDS)
    return Case(
        "category", "get", {"paths": [f"/materials/{k}" for k in prepared.kinds[::step][:KINDS]]}
    )


def _product(prepared: Prepared) -> Case:
    hot = prepared.products[:: max(1, len(prepared.products) // HOT_PRODUCTS)][:HOT_PRODUCTS]
    return Case("product", "get", {"paths": [f"/p/{p}" for p in hot]})


def _product_cold(prepared: Prepared) -> Case:
    """Every product once, then with another amount each time: never asked before."""
    amounts = ("", *(f"?amount={n}" for n in range(20, 20 + 60_000 // len(prepared.products))))
    paths = [f"/p/{p}{amount}" for amount in amounts for p in prepared.products]
    return Case("product_cold", "get", {"paths": paths[:60_000]})


def _search(prepared: Prepared) -> Case:
    return Case("search", "get", {"paths": [f"/search?q={quoted(q)}" for q in QUERIES]})


def _cart_add(prepared: Prepared) -> Case:
    job: dict[str, Any] = {
        "paths": [f"/p/{prepared.products[0]}"],
        "listings": prepared.listings[:40],
        "jar": {"township": TIANSHENGQIAO.digits},
    }
    return Case("cart_add", "cart_add", job)


def _checkout(prepared: Prepared) -> Case:
    cookies, addresses = prepared.households(CONNECTIONS)
    return Case(
        "checkout",
        "checkout",
        {
            "paths": [f"/p/{product}" for product, _ in prepared.offers[:200]],
            "listings": [listing for _, listing in prepared.offers[:200]],
            "cookies": cookies,
            "addresses": addresses,
        },
    )


def quoted(text: str) -> str:
    """For an address."""
    return quote(text)


_MAKERS: dict[str, Callable[[Prepared], Case]] = {
    "home": _home,
    "category": _category,
    "product": _product,
    "product_cold": _product_cold,
    "search": _search,
    "cart_add": _cart_add,
    "checkout": _checkout,
}
