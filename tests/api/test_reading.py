"""What everybody may read, and that it is what the pages show."""

import re
from decimal import Decimal

import pytest
from sqlalchemy import event

from market.catalogue import service
from market.catalogue.types import ListingDetails, VariantDetails
from market.kernel.money import parse_yuan
from market.sellers.models import SellerArea
from market.subsidies.types import SchemeType
from tests.factories.bundles import load, offer_eps
from tests.factories.catalogue import actor_for, confirm, make_maker, make_offer, make_stamp
from tests.factories.market import make_promotion
from tests.factories.orders import TOWN
from tests.factories.promotions import make_running
from tests.factories.providers import make_provider
from tests.factories.subsidies import make_published

HEAT = "cold-clean-heat"


def walk(caller, path, **query):
    """All rows of a list, page by page."""
    rows, cursor = [], {}
    while True:
        page = caller.get(path, **query, **cursor).json
        assert len(page["items"]) <= query.get("limit", 20)
        rows += page["items"]
        if page["next"] is None:
            return rows
        cursor = {"cursor": page["next"]}


def test_places_by_name_by_parent_and_with_their_climate(anyone):
    (found,) = anyone.get("/regions", q="阜平 天生桥").json["items"]
    assert found["code"] == TOWN.digits
    place = anyone.get(f"/regions/{TOWN.digits}").json
    assert place["label_zh"] == "河北省保定市阜平县天生桥镇"
    assert place["climate_zone"]["zone"] == "2B"
    assert place["deliverable"] is True
    assert anyone.get("/regions/13").json["deliverable"] is False
    provinces = walk(anyone, "/regions/0/children", limit=10)
    assert len(provinces) >= 31
    assert len({row["code"] for row in provinces}) == len(provinces)
    towns = walk(anyone, "/regions/130624/children", limit=5)
    assert TOWN.digits in {row["code"] for row in towns}


@pytest.mark.parametrize("code", ["99", "abc", "0000000001", "13062410x", "130624999"])
def test_unknown_places_are_not_found(anyone, code):
    for path in (f"/regions/{code}", f"/regions/{code}/children"):
        answer = anyone.get(path)
        assert (answer.status_code, answer.json["code"]) == (404, "unknown_region")


def test_kinds_in_their_order_page_by_page(anyone, offer):
    everything = anyone.get("/kinds", limit=100).json["items"]
    assert walk(anyone, "/kinds", limit=7) == everything
    graded = walk(anyone, "/kinds", scheme="graded", limit=30)
    assert {row["scheme"] for row in graded} == {"graded"}
    assert anyone.get("/kinds/G105").json["listings"] == 1
    assert anyone.get("/kinds/nope").status_code == 404


def test_products_with_certificate_and_every_sellers_delivered_price(client, anyone, offer):
    (row,) = anyone.get("/products", kind="G105").json["items"]
    assert row["id"] == offer.product_id
    assert row["certificate"]["number"] == offer.certificate.number
    assert anyone.get("/products", kind="G101").json["items"] == []
    assert anyone.get("/products", maker=offer.maker.id).json["items"] == [row]
    path = f"/products/{offer.product_id}"
    (stall,) = anyone.get(path, region=TOWN.digits, amount="10").json["offers"]
    assert (stall["packs"], stall["goods_fen"]) == (4, 4 * 13824)
    assert stall["freight_fen"] == 1000 + 4 * 5760 * 50 // 1000
    client.set_cookie("township", TOWN.digits)
    page = client.get(f"/p/{offer.product_id}?amount=10&loss=5").text
    total = stall["total_fen"]
    assert f"{total // 100:,}.{total % 100:02d}" in page
    assert anyone.get("/products/nope").status_code == 404
    assert anyone.get(path, region="999999").status_code == 404


def test_the_delivered_price_of_a_list_is_the_one_of_the_category_page(client, anyone, offer):
    (row,) = anyone.get("/listings", kind="G105", region=TOWN.digits).json["items"]
    client.set_cookie("township", TOWN.digits)
    page = client.get("/materials/G105").text
    total = row["delivered"]["total_fen"]
    assert f"{total // 100}.{total % 100:02d}" in page
    alone = anyone.get(f"/listings/{offer.listing_id}", region=TOWN.digits).json
    assert alone == row


def test_listings_by_price_and_newest_first_neither_repeat_nor_miss(session, anyone, now):
    maker = make_maker(session)
    stamp = make_stamp(session, maker)
    made = [
        make_offer(session, maker, stamp, stock=n % 2, listing={"price_fen": 10_000 + n % 3})
        for n in range(7)
    ]
    session.commit()
    for sort in ("price", "newest"):
        rows = walk(anyone, "/listings", limit=2, sort=sort)
        assert sorted(row["id"] for row in rows) == sorted(one.listing_id for one in made)
    prices = [row["price_fen"] for row in walk(anyone, "/listings", limit=3)]
    assert prices == sorted(prices)
    assert len(walk(anyone, "/listings", in_stock="true")) == 3
    assert len(walk(anyone, "/listings", product=made[0].product_id)) == 1
    assert len(walk(anyone, "/listings", seller=maker.id, limit=100)) == 7
    assert walk(anyone, "/listings", seller="nobody") == []


def test_only_what_reaches_the_place_is_listed(session, anyone, offer):
    row = session.query(SellerArea).filter_by(seller_id=offer.maker.id).one()
    row.prefix = "51"
    session.commit()
    assert anyone.get("/listings", region=TOWN.digits).json["items"] == []
    assert anyone.get(f"/listings/{offer.listing_id}", region=TOWN.digits).json["delivered"] is None
    assert len(anyone.get("/listings", region="510107").json["items"]) == 1


def test_what_cannot_be_sold_says_why_and_drafts_are_nobodys_business(session, now, anyone, offer):
    actor = actor_for(offer.maker.id)
    details = VariantDetails("大包", Decimal(9), 9000)
    variant = service.add_variant(session, actor, offer.product_id, details, now)
    confirm(session, offer.product_id, now)
    draft = service.add_listing(
        session, actor, offer.maker.id, variant, ListingDetails(1000), now=now
    )
    session.commit()
    assert anyone.get(f"/listings/{draft}").status_code == 404
    offer.certificate.standing = "suspended"
    session.commit()
    found = anyone.get(f"/listings/{offer.listing_id}").json
    assert found["sellable"] is False
    assert found["unsellable_reason"].startswith("certificate")


def test_a_bundle_is_calculated_as_the_page_does(client, session, anyone):
    load(session)
    offer_eps(session)
    session.commit()
    assert len(walk(anyone, "/bundles", limit=3)) == 7
    first = anyone.get("/bundles", region=TOWN.digits, limit=1).json["items"][0]
    assert {"2B", "all"} & set(first["zones"])
    bundle = anyone.get(f"/bundles/{HEAT}").json
    assert {"eps80"} <= {slot["key"] for slot in bundle["slots"]}
    asked = {q["key"] for q in bundle["questions"]}
    assert "L" in asked or "wall_net" in asked
    found = anyone("POST", f"/bundles/{HEAT}/calculation", {"region": TOWN.digits}).json
    slot = next(item for item in found["slots"] if item["key"] == "eps80")
    assert slot["need"] == "91.602"
    (option,) = slot["options"]
    assert slot["chosen"] == option["key"]
    assert option["packs"][0]["packs"] == 31
    assert found["total_fen"] == found["goods_fen"] + found["freight_fen"]
    client.set_cookie("township", TOWN.digits)
    page = client.get(f"/bundles/{HEAT}").text
    total = found["quote"]["payable_fen"]
    assert f"{total // 100:,}.{total % 100:02d}" in page
    left_out = {"region": TOWN.digits, "options": {"eps80": ""}}
    without = anyone("POST", f"/bundles/{HEAT}/calculation", left_out).json
    assert without["goods_fen"] < found["goods_fen"]
    assert anyone.get("/bundles/nope").status_code == 404
    assert anyone("POST", "/bundles/nope/calculation", {}).status_code == 404


def test_a_bundle_is_quoted_step_by_step_as_page_and_cart_do(client, session, anyone):
    load(session)
    offer_eps(session)
    make_running(session)
    make_published(session, rate_bp=1000, name="减的", name_en="Off")
    make_published(session, type_=SchemeType.CLAIM, rate_bp=500, name="领的", name_en="Claimed")
    session.commit()
    body = {"region": TOWN.digits}
    found = anyone("POST", f"/bundles/{HEAT}/calculation", body).json
    quoted = found["quote"]
    off = sum(one["amount_fen"] for one in quoted["discounts"])
    aid = sum(one["amount_fen"] for one in quoted["subsidies"])
    assert off == 10_000
    assert (quoted["goods_fen"], quoted["freight_fen"]) == (
        found["goods_fen"], found["freight_fen"],
    )  # fmt: skip
    assert quoted["payable_fen"] == found["total_fen"] - off - aid
    assert [one["name_en"] for one in quoted["subsidies"]] == ["Off"]
    assert [one["name_en"] for one in quoted["claims"]] == ["Claimed"]
    assert "10 %" in quoted["subsidies"][0]["how"]
    assert "2,790.00" in quoted["discounts"][0]["how"]
    assert sum(one["goods_fen"] for one in quoted["sellers"]) == quoted["goods_fen"]
    assert sum(one["freight_fen"] for one in quoted["sellers"]) == quoted["freight_fen"]
    client.set_cookie("township", TOWN.digits)
    page = client.get(f"/bundles/{HEAT}").text
    (total,) = re.findall(r'<div class="sum"><dt>合计，送到[^<]*</dt><dd>([\d,.]+)', page)
    assert parse_yuan(total) == quoted["payable_fen"]
    assert found["stars"] == {"3": 1, "2": 0, "1": 0, "0": 0}
    assert found["use"]["saved_yuan"]["usual"]
    assert found["use"]["money_years"]["usual"]
    assert found["use"]["carbon_years"]["usual"]
    assert found["certified_share"] == "1"
    nowhere = anyone("POST", f"/bundles/{HEAT}/calculation", {}).json
    assert nowhere["quote"]["freight_fen"] is None
    assert nowhere["use"] is None


@pytest.mark.parametrize(
    ("house", "field"),
    [
        ({"numbers": {"L": 10_000}}, "house.numbers.L"),
        ({"numbers": {"L": "ten"}}, "house.numbers.L.value"),
        ({"numbers": {"nope": 1}}, "house.numbers.nope.key"),
        ({"numbers": {"bath_n": 1}}, "house.numbers.bath_n"),
        ({"archetype": "castle"}, "house.archetype"),
        ({"wall_mm": 5}, "house.wall_mm"),
        ({"unsure": ["nope"]}, "house.unsure.0"),
        ({"floor": 1}, "house.floor"),
    ],
)
def test_a_house_that_cannot_be_is_refused_field_by_field(session, anyone, house, field):
    load(session)
    session.commit()
    answer = anyone("POST", f"/bundles/{HEAT}/calculation", {"house": house})
    assert answer.status_code == 422
    assert [row["field"] for row in answer.json["fields"]] == [field]


def test_promotions_that_run_where_one_lives(session, anyone):
    first = make_promotion(session)
    make_promotion(session, codes=("SECRET1",))
    far = make_promotion(session, region_prefixes=frozenset({"51"}))
    session.commit()
    here = walk(anyone, "/promotions", region=TOWN.digits, limit=1)
    assert [row["id"] for row in here] == [first]
    assert here[0]["benefit"]["steps"] == [{"at_least_fen": 100_000, "off_fen": 10_000}]
    there = walk(anyone, "/promotions", region="510107", limit=1)
    assert {row["id"] for row in there} == {first, far}
    assert "SECRET1" not in anyone.get("/promotions").text


def test_crews_of_a_township_nearest_area_first_and_nothing_personal(session, anyone):
    near = make_provider(session, areas=(TOWN.digits,))
    wide = [make_provider(session, areas=("13",)) for _ in range(3)]
    make_provider(session, areas=("51",))
    make_provider(session, state="submitted", areas=(TOWN.digits,))
    session.commit()
    rows = walk(anyone, "/providers", region=TOWN.digits, limit=2)
    assert rows[0]["id"] == near.id
    assert {row["id"] for row in rows[1:]} == {one.id for one in wide}
    assert walk(anyone, "/providers", region=TOWN.digits, trade="hvac_installer") == []
    assert anyone.get(f"/providers/{near.id}").json["name"] == near.name
    text = anyone.get("/providers", region=TOWN.digits).text
    assert near.contact_phone not in text
    assert near.contact_name not in text
    assert anyone.get("/providers/nope").status_code == 404
    assert anyone.get("/providers").json["fields"][0]["field"] == "region"
    assert anyone.get("/providers", region="99").status_code == 404


def test_an_unchanged_answer_is_not_sent_again(anyone, caller, offer):
    first = anyone.get("/kinds/G105")
    tag = first.headers["ETag"]
    again = anyone("GET", "/kinds/G105", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    other = anyone("GET", "/kinds/G105", headers={"If-None-Match": '"other"'})
    assert other.status_code == 200
    assert "private" in caller.get("/cart").headers["Cache-Control"]


def test_lists_need_as_many_statements_for_one_row_as_for_many(session, anyone):
    counted = []
    maker = make_maker(session)
    stamp = make_stamp(session, maker)

    def statements(path):
        counted.clear()
        assert anyone.get(path, region=TOWN.digits).status_code == 200
        return len(counted)

    make_offer(session, maker, stamp)
    session.commit()
    engine = session.get_bind().engine

    def listen(*_args):
        counted.append(1)

    event.listen(engine, "before_cursor_execute", listen)
    try:
        statements("/listings")
        one = statements("/listings")
        for _ in range(5):
            make_offer(session, maker, stamp)
        session.commit()
        assert statements("/listings") == one
    finally:
        event.remove(engine, "before_cursor_execute", listen)


def test_the_page_of_the_reference_works_without_script_in_both_languages(client):
    page = client.get("/api/docs").text
    assert "放进购物车" in page
    assert "/api/v1/cart/lines" in page
    assert "swagger" not in page.lower()
    english = client.get("/api/docs?lang=en").text
    main = english[english.index("<main") : english.index("</main>")]
    assert not re.findall(r"[\u4e00-\u9fff]+", re.sub(r"<[^>]+>", " ", main))
    assert re.findall(r'href="#s-(\w+)"', main)
    targets = set(re.findall(r'id="(s-\w+)"', main))
    assert {f"s-{name}" for name in re.findall(r'href="#s-(\w+)"', main)} <= targets
