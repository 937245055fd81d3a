"""The number beside a choice is the number of results it leaves."""

import html
import re
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from market.adapters.whoosh_index import WhooshIndex
from market.catalogue import stock
from market.search.service import all_documents
from market.sellers.models import SellerArea
from tests.factories.catalogue import (
    START,
    make_listing,
    make_maker,
    make_offer,
    make_shelter,
    make_stamp,
)
from tests.storefront.counting import lies, promises, total


@pytest.fixture
def get(app, client, session, tmp_path, monkeypatch):
    """Reads pages of a small world: a product of two sellers, a pass and an uncertified kind."""
    first, second = make_maker(session, name="甲厂"), make_maker(session, name="乙店")
    shared = make_offer(
        session, first, stock=10,
        product={"name_zh": "石墨板", "attributes": {"thickness_mm": 100.0}},
    )  # fmt: skip
    make_listing(session, second, shared.variant_id)
    make_offer(session, second, stock=3, product={"name_zh": "石墨厚板"})
    stamp = make_stamp(session, first, kinds=["A02"], scheme="activity1", star=None)
    make_offer(
        session, first, stamp, product={"kind_code": "A02", "name_zh": "石墨涂料", "unit": "kg"}
    )
    make_offer(
        session, first, stock=0, product={"kind_code": "X01", "name_zh": "石墨水泥", "unit": "t"},
        variant={"pack_size": Decimal("0.05"), "weight_g": 50_000},
    )  # fmt: skip
    session.commit()
    index = WhooshIndex(tmp_path / "index")
    index.rebuild(all_documents(session))
    monkeypatch.setitem(app.extensions, "market.text_index", index)
    client.set_cookie("township", "130624104")

    def read(path: str) -> str:
        answer = client.get(path)
        assert answer.status_code == 200, path
        return answer.get_data(as_text=True)

    return read


SEARCH = "/search?q=石墨"


@pytest.mark.parametrize(
    "path",
    [SEARCH, "/search?q=保温板", f"{SEARCH}&star=3", f"{SEARCH}&kind=A02", f"{SEARCH}&here=1",
     f"{SEARCH}&stock=1", f"{SEARCH}&stock=1&here=1&star=3",
     "/materials", "/materials/1", "/materials/1?sort=price&star=3", "/materials/1?sort=delivered",
     "/materials/G105", "/zone", "/zone?star=0",
     "/materials/G105?a_thickness_mm=~", "/materials/G105?a_thickness_mm=100&stock=1"],
)  # fmt: skip
def test_every_number_is_true(get, path):
    assert list(promises(path, get(path)))
    assert lies(get, path) == []


def test_a_product_of_two_sellers_counts_once(get):
    assert ("/materials/G105", 2) in promises("/materials", get("/materials"))
    assert total(get("/materials/G105")) == 2


def test_a_search_counts_its_sellers_and_what_is_in_stock(get):
    page = get(SEARCH)
    assert {number for address, number in promises(SEARCH, page) if "seller=" in address} == {3, 2}
    assert [number for address, number in promises(SEARCH, page) if "stock=" in address] == [3]
    assert total(get(f"{SEARCH}&stock=1")) == 3


def test_a_search_marks_what_was_asked_for_and_sorts_by_price(get):
    assert "<mark>石墨</mark>" in get(SEARCH)
    assert 'aria-current="true">单价' in get(f"{SEARCH}&sort=price")
    assert lies(get, f"{SEARCH}&sort=price") == []


def test_without_a_result_the_nearest_kinds_and_a_request_are_offered(get):
    page = get("/search?q=漆黑的箱子")
    assert "描述你的需求" in page
    assert "/materials/" in page


def test_suggestions_come_for_characters_pinyin_and_initials(client, get):
    def words(text):
        return client.get("/search/suggest", query_string={"q": text}).get_json()

    assert "防水卷材" in words("防水")
    assert "防水卷材" in words("fangshuij")
    assert "石膏板" in words("sgb")
    assert words("") == words("  ") == []
    assert len(words("板")) <= 8


def test_passing_and_uncertified_are_not_counted_together(get):
    assert (f"{SEARCH}&star=0", 1) in [
        (address.replace("%E7%9F%B3%E5%A2%A8", "石墨"), number)
        for address, number in promises(SEARCH, get(SEARCH))
    ]


def test_a_search_finds_only_what_reaches_the_place_when_asked(get, session):
    from market.sellers.models import SellerArea  # noqa: PLC0415

    before = total(get(f"{SEARCH}&here=1"))
    for area in session.query(SellerArea):
        area.prefix = "51"
    session.commit()
    assert (before, total(get(f"{SEARCH}&here=1"))) == (4, 0)


def test_a_seller_page_counts_its_own_goods_alone(get, session):
    from market.sellers.models import Seller  # noqa: PLC0415

    first, second = session.query(Seller).order_by(Seller.id)
    path = f"/s/{second.id}"
    assert total(get(path)) == 2
    assert lies(get, path) == []
    assert total(get(f"{path}?seller={first.id}")) == 0


def test_a_search_shows_the_offer_that_reaches_here(app, client, session, tmp_path, monkeypatch):
    """Of a product that two sell, the cheaper of whom does not deliver here, the other's offer is
    shown with its price; what nobody delivers says so and stands behind its equals."""
    near, far = make_maker(session, name="本地厂"), make_maker(session, name="远方店")
    shared = make_offer(
        session, near, stock=9, product={"name_zh": "屋面板"}, listing={"price_fen": 9_000}
    )
    cheap = make_listing(session, far, shared.variant_id, price_fen=3_000)
    away = make_offer(
        session, far, stock=9, product={"name_zh": "屋面板"}, listing={"price_fen": 2_000}
    )
    stock.restock(session, cheap, make_shelter(session, far).id, 10, START)
    for area in session.scalars(select(SellerArea).where(SellerArea.seller_id == far.id)):
        area.prefix = "51"
    session.commit()
    index = WhooshIndex(tmp_path / "index")
    index.rebuild(all_documents(session))
    monkeypatch.setitem(app.extensions, "market.text_index", index)

    def shown(path="/search?q=屋面板"):
        text = client.get(path).get_data(as_text=True)
        return re.findall(r'<h3><a href="/p/(\w+)', text), text

    client.set_cookie("township", "130624104")
    order, text = shown()
    assert order == [shared.product_id, away.product_id]
    assert text.count("这家送不到") == 1
    first = text.split('<article class="g">')[1]
    assert "送到天生桥镇" in first
    client.delete_cookie("township")
    order, text = shown()
    assert order == [away.product_id, shared.product_id]
    assert "这家送不到" not in text


def test_the_way_to_a_township_comes_back_to_the_same_results(get, client):
    client.delete_cookie("township")
    page = get(f"{SEARCH}&star=3&sort=price")
    link = html.unescape(re.search(r'href="(/region\?[^"]*)">选好乡镇', page)[1])
    (back,) = parse_qs(urlsplit(link).query)["next"]
    assert parse_qs(urlsplit(back).query) == {"q": ["石墨"], "star": ["3"], "sort": ["price"]}
    picker = client.get(link).get_data(as_text=True)
    assert html.escape(back, quote=True) in picker
