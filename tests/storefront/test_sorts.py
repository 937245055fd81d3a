"""What lists are ordered by: effect, price, sales, newest, delivered, where it is made."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from market.catalogue import service as catalogue
from market.catalogue.effects import NO_EFFECT
from market.catalogue.invariants import breaches
from market.catalogue.models import Listing, Product
from market.catalogue.types import ListingFilter
from market.kernel.actor import SYSTEM
from market.kernel.region_code import RegionCode
from market.orders import service as orders
from market.sellers.models import SellerArea, SellerFreightRate
from market.storefront import mixed
from market.storefront.nearness import Near, nearness
from market.storefront.types import Choice, Sort
from tests.factories.catalogue import LISTING, START, make_maker, make_offer
from tests.factories.market import pay
from tests.factories.orders import make_household, place

TOWN = RegionCode("130624104")


def names(page):
    return re.findall(r'<h3><a href="[^"]+">([^<]+)</a>', page)


def sorts_of(page):
    bar = re.search(r'<nav class="chips sorts".*?</nav>', page, re.DOTALL)
    return re.findall(r">([^<]+)</a>", bar[0]) if bar else []


def order_of(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    return names(answer.get_data(as_text=True))


@pytest.fixture
def shelf(session):
    """Three boards of three makers: thin and cheap, thick and dear, one without figures."""
    near, far = make_maker(session, region_code="130624"), make_maker(session, region_code="510124")
    county = make_maker(session, region_code="130630")

    def board(maker, name, price, **traits):
        return make_offer(
            session, maker, product={"name_zh": name, "attributes": traits},
            listing={"price_fen": price}, stock=50,
        )  # fmt: skip

    return {
        "薄板": board(far, "薄板", 5_760, thickness_mm=20, lambda_w_mk=0.04),
        "厚板": board(county, "厚板", 14_400, thickness_mm=100, lambda_w_mk=0.033),
        "无数": board(near, "无数", 2_880),
    }


def test_a_kind_and_the_zone_begin_with_the_price_of_the_same_effect(client, shelf, session):
    session.commit()
    effect = ["厚板", "薄板", "无数"]
    for path in ("/materials/G105", "/zone", "/zone?sort=effect", "/zone?sort=local"):
        assert order_of(client, path) == effect
    for path in ("/materials/G105?sort=price", "/zone?sort=price", "/zone?sort=delivered"):
        assert order_of(client, path) == ["无数", "薄板", "厚板"]
    for path in ("/materials/G105?sort=newest", "/zone?sort=newest"):
        assert set(order_of(client, path)) == set(effect)
    assert "不卖排名" in client.get("/zone").get_data(as_text=True)


def test_a_group_and_a_seller_have_the_orders_of_the_zone(client, shelf, session):
    """The price of the same effect only while all that is listed is of one kind."""
    make_offer(
        session, shelf["厚板"].maker, stock=9,
        product={"kind_code": "X01", "name_zh": "水泥", "unit": "t"},
        variant={"pack_size": Decimal("0.05"), "weight_g": 50_000}, listing={"price_fen": 2_000},
    )  # fmt: skip
    session.commit()
    client.set_cookie("township", TOWN.digits)
    effect = ["厚板", "薄板", "无数"]
    seller = f"/s/{shelf['厚板'].maker.id}"
    for path in ("/materials/1", "/materials/1?sort=effect"):
        assert order_of(client, path) == effect
    for sort in ("price", "delivered"):
        assert order_of(client, f"/materials/1?sort={sort}") == ["无数", "薄板", "厚板"]
        assert order_of(client, f"{seller}?sort={sort}") == ["厚板", "水泥"]
    assert order_of(client, f"{seller}?kind=G105") == ["厚板"]
    page = client.get(seller).get_data(as_text=True)
    assert sorts_of(page) == ["最新", "到镇价", "单价", "销量"]
    assert sorts_of(client.get(f"{seller}?kind=G105").get_data(as_text=True))[0] == "同等效果价"
    assert "同等效果价" not in sorts_of(client.get(f"{seller}?kind=X01").get_data(as_text=True))
    assert "单位不同的不好比" in client.get(f"{seller}?sort=price").get_data(as_text=True)
    client.delete_cookie("township")
    assert sorts_of(client.get(seller).get_data(as_text=True)) == ["最新", "单价", "销量"]


def test_a_seller_that_reaches_nobody_here_says_so_in_the_order_of_delivered_prices(
    client, shelf, session
):
    for area in session.scalars(select(SellerArea)):
        area.prefix = "51"
    session.commit()
    client.set_cookie("township", TOWN.digits)
    seller = f"/s/{shelf['厚板'].maker.id}"
    page = client.get(f"{seller}?sort=delivered").get_data(as_text=True)
    assert names(page) == []
    assert "换一种排序就能看到它们" in page
    assert order_of(client, seller) == ["厚板"]


def test_pages_of_a_group_do_not_overlap_in_any_order(session, shelf):
    for sort in (Sort.EFFECT, Sort.NEWEST, Sort.DELIVERED, Sort.PRICE, Sort.SALES):
        pages = [
            mixed.mixed_shelf(
                session, ListingFilter(group_code="1"), Choice(sort=sort, number=number),
                region=TOWN, now=START, size=1, sorts=mixed.GOODS_SORTS,
            ).page.items[0].product_name
            for number in (1, 2, 3)
        ]  # fmt: skip
        assert set(pages) == set(shelf), sort


def test_the_price_of_the_effect_follows_price_and_figures(shelf, session):
    thin = shelf["薄板"]

    def stored():
        return session.execute(
            select(Listing.effect_rank, Listing.effect_milli).where(Listing.id == thin.listing_id)
        ).one()

    assert stored() == (0, 4_000_000)  # 20 yuan/m² of R 0.5
    details = replace(LISTING, price_fen=2_880)
    catalogue.edit_listing(session, thin.actor, thin.listing_id, details, START)
    assert stored() == (0, 2_000_000)
    session.get_one(Product, thin.product_id).attributes = {}
    catalogue.refresh_gates(session, [thin.product_id])
    assert stored() == (NO_EFFECT, 0)
    assert breaches(session, START) == []
    session.get_one(Listing, thin.listing_id).effect_milli = 7
    session.flush()
    assert len(breaches(session, START)) == 1


def test_sales_are_packs_paid_in_90_days_without_what_was_given_back(client, shelf, session):
    thick = place(session, make_household(session), (shelf["厚板"], 5))
    thin = place(session, make_household(session), (shelf["薄板"], 7))
    place(session, make_household(session), (shelf["无数"], 9))  # never paid
    pay(session, thick.id)
    pay(session, thin.id)

    def sold(now=START):
        orders.count_sales(session, now)
        rows = session.execute(select(Listing.id, Listing.sold)).all()
        by_id = {one.listing_id: name for name, one in shelf.items()}
        return {by_id[row.id]: row.sold for row in rows if row.sold}

    later = START + timedelta(hours=1)
    assert sold(later) == {"厚板": 5, "薄板": 7}
    session.commit()
    for path in ("/materials/G105?sort=sales", "/zone?sort=sales"):
        assert order_of(client, path)[:2] == ["薄板", "厚板"]
    page = client.get("/zone?sort=sales").get_data(as_text=True)
    assert "卖出20.16m²" in re.sub(r"<[^>]+>|\s", "", page)
    orders.cancel(session, thin.id, reason="不要了", actor=SYSTEM, now=later)
    assert sold(later) == {"厚板": 5}
    assert sold(START + timedelta(days=91)) == {}


def test_made_nearby_comes_first_and_says_how_near(client, shelf, session):
    session.commit()
    client.set_cookie("township", TOWN.digits)
    page = client.get("/materials/G105?sort=local").get_data(as_text=True)
    assert names(page) == ["无数", "厚板", "薄板"] == order_of(client, "/zone?sort=local")
    assert order_of(client, "/zone?sort=delivered") == ["无数", "薄板", "厚板"]
    assert re.findall(r"(本县造|附近造|本市造|外省造)", page)[0] == "本县造"
    assert "/bundles/sources#local_km" in page
    client.delete_cookie("township")
    assert "sort=local" not in client.get("/materials/G105").get_data(as_text=True)


@pytest.mark.parametrize(
    ("made", "km", "near"),
    [
        ("130624", None, Near.COUNTY), ("130700", 99, Near.REACH), ("130630", 101, Near.CITY),
        ("130700", 180, Near.PROVINCE), ("510124", 1500, Near.FAR), ("510124", None, Near.FAR),
        ("", None, Near.UNKNOWN),
    ],
)  # fmt: skip
def test_how_near(made, km, near):
    assert nearness(made, TOWN, {made: km}, 100) is near
    assert nearness(made, None, {}, 100) is Near.UNKNOWN


def test_the_gap_is_counted_and_can_be_chosen_with_others(client, shelf, session):
    session.commit()
    page = client.get("/materials/G105").get_data(as_text=True)
    gap = r'name="a_thickness_mm" value="~"><span>未填</span><i>1</i>'
    assert re.search(gap, page)
    assert order_of(client, "/materials/G105?a_thickness_mm=~") == ["无数"]
    both = order_of(client, "/materials/G105?a_thickness_mm=~&a_thickness_mm=100")
    assert both == ["厚板", "无数"]
    assert order_of(client, "/materials/G105?a_thickness_mm=20..99&star=3") == ["薄板"]
    assert order_of(client, "/materials/G105?a_thickness_mm=100&a_lambda_w_mk=0.04") == []


def test_the_zone_walks_only_as_far_as_a_page_needs_and_pages_do_not_overlap(session, shelf):
    """Freight turns the order of unit prices around: dear goods nearby before cheap ones afar."""
    for rate in session.scalars(select(SellerFreightRate)):
        rate.per_kg_fen = 5_000 if rate.seller_id == shelf["薄板"].maker.id else 1
    session.flush()
    for sort, expected in ((Sort.DELIVERED, ["无数", "厚板", "薄板"]), (Sort.LOCAL, None)):
        pages = [
            mixed.mixed_shelf(
                session, ListingFilter(zone=True), Choice(sort=sort, number=number), region=TOWN,
                now=START, size=1, sorts=mixed.ZONE_SORTS,
            ).page.items[0].product_name
            for number in (1, 2, 3)
        ]  # fmt: skip
        assert pages == (expected or ["无数", "厚板", "薄板"])
