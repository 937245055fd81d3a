"""Lists: filters, facets, sort, paging, and a fixed number of statements."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from market.catalogue import queries, service, tallies
from market.catalogue.types import Carbon, CarbonTrust, ListingFilter, Sort
from market.kernel.region_code import RegionCode
from market.sellers.models import SellerArea
from tests.factories.catalogue import make_listing, make_maker, make_offer, make_stamp


@contextmanager
def statements(session: Session) -> Iterator[list[str]]:
    """Collects the SQL of the block."""
    seen: list[str] = []

    def note(_conn, _cursor, statement, *_rest):
        seen.append(statement)

    session.flush()
    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(connection, "before_cursor_execute", note)


def make_shelf(session, count, price=10000):
    """One maker with `count` listings of rising price; returns the ids in that order."""
    maker = make_maker(session)
    stamp = make_stamp(session, maker)
    return [
        make_offer(
            session, maker, stamp, stock=0, listing={"price_fen": price + 288 * step}
        ).listing_id
        for step in range(count)
    ]


def test_sorted_by_unit_price_and_cut_into_pages(session, now):
    ids = make_shelf(session, 5)
    wanted = ListingFilter(kind_code="G105")
    first = queries.list_listings(session, wanted, now, size=2)
    assert [v.id for v in first.page.items] == ids[:2]
    assert (first.page.total, first.page.pages) == (5, 3)
    beyond = queries.list_listings(session, wanted, now, number=99, size=2)
    assert [v.id for v in beyond.page.items] == ids[4:]
    down = queries.list_listings(session, wanted, now, sort=Sort.UNIT_PRICE_DOWN, size=2)
    assert [v.id for v in down.page.items] == ids[:-3:-1]
    assert queries.list_listings(session, ListingFilter(kind_code="G201"), now).page.items == []


def test_the_unit_price_compares_pack_sizes(session, now):
    """A big pack that is cheaper by the metre comes before a small one that is cheaper."""
    small = make_offer(session, variant={"pack_size": Decimal(1)}, listing={"price_fen": 1000})
    big = make_offer(session, variant={"pack_size": Decimal(3)}, listing={"price_fen": 2999})
    page = queries.list_listings(session, ListingFilter(kind_code="G105"), now).page
    assert [v.id for v in page.items] == [big.listing_id, small.listing_id]
    assert page.items[0].unit_price_milli_fen == 999667


def make_mixed(session):
    """Three stars of one maker, two of another, and one of another kind."""
    one, two = make_maker(session), make_maker(session)
    three = [make_offer(session, one, make_stamp(session, one)) for _ in range(2)]
    lower = make_offer(session, two, make_stamp(session, two, star=2), stock=0)
    window = make_offer(
        session, two, make_stamp(session, two, star=1, kinds=["G201"]),
        product={"kind_code": "G201", "name_zh": "断桥铝窗"},
    )  # fmt: skip
    return one, two, three, lower, window


def test_each_facet_counts_with_the_others_applied(session, now):
    one, two, _three, _lower, _window = make_mixed(session)
    everything = queries.facet_counts(session, ListingFilter(zone=True), now)
    assert everything.total == 4
    assert everything.kinds == {"G105": 3, "G201": 1}
    assert everything.stars == {3: 2, 2: 1, 1: 1}
    assert everything.sellers == {one.id: 2, two.id: 2}
    chosen = ListingFilter(zone=True, stars=frozenset({3}))
    facets = queries.facet_counts(session, chosen, now)
    assert facets.total == 2
    assert facets.kinds == {"G105": 2}
    assert facets.stars == {3: 2, 2: 1, 1: 1}  # what choosing another star would give
    assert facets.sellers == {one.id: 2}
    assert len(queries.list_listings(session, chosen, now).page.items) == facets.total


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({"in_stock": True}, 3),
        ({"unit_price_to_fen": 4800}, 4),
        ({"unit_price_from_fen": 4801}, 0),
        ({"kinds": frozenset({"G201"})}, 1),
        ({"group_code": "1"}, 3),
        ({"kind_code": "G105", "in_stock": True}, 2),
        ({"deliverable_by": frozenset()}, 0),
        ({"material_key": "geps100"}, 0),
    ],
)
def test_filters_and_totals_agree(session, now, wanted, count):
    make_mixed(session)
    page = queries.list_listings(session, ListingFilter(zone=True, **wanted), now)
    assert page.facets.total == len(page.page.items) == count


def test_the_shelf_has_stars_only_where_there_are_some(session, now):
    make_offer(session, product={"kind_code": "X01", "name_zh": "水泥", "unit": "t"})
    make_offer(session)
    rows = queries.shelf(session, None, now)
    assert {(row.kind_code, row.star, row.certified) for row in rows} == {
        ("X01", None, False), ("G105", 3, True),
    }  # fmt: skip


def test_the_tallies_can_be_rebuilt(session, now):
    make_mixed(session)
    counts = queries.kind_counts(session, now)
    service.rebuild_tallies(session)
    assert tallies.breaches(session) == []
    assert queries.kind_counts(session, now) == counts == {"G105": 3, "G201": 1}


@pytest.mark.parametrize(
    "read",
    [
        lambda s, ids, now: queries.list_listings(s, ListingFilter(kind_code="G105"), now),
        lambda s, ids, now: queries.list_listings(s, ListingFilter(zone=True, in_stock=True), now),
        queries.listings_by_ids,
        lambda s, ids, now: queries.listings_for_material(
            s, "G105", None, RegionCode("510124104"), now
        ),
        lambda s, ids, now: queries.shelf(s, None, now),
        lambda s, ids, now: queries.products_for_index(s),
    ],
    ids=["kind", "zone", "by_ids", "material", "shelf", "index"],
)
def test_the_number_of_statements_does_not_grow_with_the_rows(session, now, read):
    counts = []
    ids: list[str] = []
    for more in (2, 9):
        ids += make_shelf(session, more)
        session.expunge_all()
        with statements(session) as seen:
            read(session, ids, now)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8


def test_a_product_page_has_everything_in_a_fixed_number_of_statements(session, now):
    offer = make_offer(session)
    counts = []
    for shops in (0, 4):
        for _ in range(shops):
            make_listing(session, make_maker(session), offer.variant_id, price_fen=9000)
        session.expunge_all()
        with statements(session) as seen:
            page = queries.get_product(session, offer.product_id, now)
        counts.append(len(seen))
    assert counts[0] == counts[1] == 2
    assert len(page.listings) == 5
    assert page.listings[-1].id == offer.listing_id
    assert page.certificate.star == 3
    assert page.product.carbon is None  # a gap, never zero
    assert [e.is_gap for e in page.product.evidence] == [True] * 6


def test_materials_match_by_key_and_by_delivery(session, now):
    eps = make_offer(
        session,
        product={
            "material_key": "geps100",
            "carbon": Carbon(Decimal("10.5"), "GB/T 51366", CarbonTrust.AVERAGE),
        },
    )
    make_offer(session)
    town = RegionCode("510124104")
    (view,) = queries.listings_for_material(session, "G105", "geps100", town, now)
    assert view.id == eps.listing_id
    assert view.carbon_kg_per_unit == Decimal("10.5")
    assert len(queries.listings_for_material(session, "G105", None, town, now)) == 2
    session.query(SellerArea).filter_by(seller_id=eps.maker.id).update({"prefix": "44"})
    session.flush()
    assert queries.listings_for_material(session, "G105", "geps100", town, now) == []
    assert queries.listings_for_material(session, "G105", "geps100", None, now)


def test_products_for_the_index_come_whole_in_batches(session, now):
    offer = make_offer(session)
    for _ in range(3):
        make_listing(session, make_maker(session), offer.variant_id, price_fen=9000)
    ids = {offer.listing_id, *make_shelf(session, 3)}
    found, after = [], ""
    while batch := queries.products_for_index(session, after, limit=2):
        found += batch
        after = batch[-1].product_id
    listed = [o.listing_id for product in found for o in product.offers]
    assert ids < set(listed)
    assert len(listed) == len(set(listed))
    assert [len(p.offers) for p in found if p.product_id == offer.product_id] == [4]
    assert found[0].star == 3
    assert found[0].opens_at <= now.timestamp() < found[0].closes_at


def test_the_index_is_told_everything_that_is_said_about_a_product(session, now):
    offer = make_offer(session)
    (text,) = queries.texts_for_index(session, [offer.product_id])
    assert text.kind_name_zh == "保温系统材料"
    assert "100 mm，每包 4 块" in text.text
    assert text.seller_names == (offer.maker.name,)
