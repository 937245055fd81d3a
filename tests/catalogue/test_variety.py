"""Few offers stay on a menu: the cheapest with freight, and the best of what else is asked for."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from market.catalogue.types import ListingView
from market.catalogue.variety import MOST, VOC, varied
from market.kernel.region_code import RegionCode
from tests.factories.catalogue import listing_view

TOWN = RegionCode("510124104")


def offer(key: str, milli_fen: int, **over: Any) -> ListingView:
    told = {"product_id": key, "seller_id": "s", "unit_price_milli_fen": milli_fen,
            "pack_size": Decimal(1), "weight_g": 1000, "available": 9, "star": None,
            "carbon_kg_per_unit": None, "maker_region": "", "attributes": {}, **over}  # fmt: skip
    return replace(listing_view(id=key), made_to_order=False, **told)


def free(_seller: str) -> int:
    return 0


def many(number: int = 30) -> list[ListingView]:
    return [offer(f"o{at:02}", 1000 + at) for at in range(number)]


def test_the_cheapest_stay_in_order() -> None:
    assert varied(many(), free, TOWN) == tuple(f"o{at:02}" for at in range(MOST))
    assert varied(many(3), free, None) == ("o00", "o01", "o02")


def test_freight_by_weight_counts() -> None:
    near, far = offer("near", 1500, seller_id="near"), offer("far", 1000, seller_id="far")
    assert varied([far, near], {"near": 0, "far": 1}.__getitem__, TOWN) == ("near", "far")
    assert varied([far, near], free, TOWN) == ("far", "near")


def test_the_best_of_every_other_aim_stays_though_it_is_dear() -> None:
    dear = [
        offer("green", 9001, carbon_kg_per_unit=Decimal(1)),
        offer("near", 9002, maker_region="510124"),
        offer("star", 9003, star=3),
        offer("mild", 9004, attributes={VOC: 5}),
        offer("only dear", 9005),
    ]
    kept = varied([*many(), *dear], free, TOWN)
    assert len(kept) == MOST
    assert set(kept) - {f"o{at:02}" for at in range(30)} == {"green", "near", "star", "mild"}


def test_all_packs_of_a_product_stay_together() -> None:
    tins = [offer("ten", 1000, product_id="paint"), offer("one", 5000, product_id="paint")]
    assert varied([*tins, *many()], free, TOWN)[:2] == ("ten", "one")


def test_what_is_sold_out_makes_room_for_what_is_not() -> None:
    gone = offer("gone", 1, available=0, star=3)
    assert varied([gone, *many(2)], free, TOWN) == ("gone", "o00", "o01")
    assert varied([gone], free, TOWN) == ("gone",)
    assert "gone" not in varied([gone, *many()], free, TOWN)
    made = replace(gone, id="made", made_to_order=True, available=None)
    assert varied([made, *many()], free, TOWN)[0] == "made"


rows = st.lists(
    st.tuples(st.integers(1, 50), st.sampled_from("abc"), st.sampled_from("pqrs"),
              st.none() | st.integers(1, 9), st.none() | st.integers(1, 3), st.booleans()),
    max_size=40,
)  # fmt: skip


@given(rows)
def test_it_keeps_few_of_what_there_is(found: list[Any]) -> None:
    views = [
        offer(f"o{at}", price, seller_id=seller, product_id=f"{product}{at // 3}", star=star,
              carbon_kg_per_unit=None if kg is None else Decimal(kg),
              available=9 if there else 0)
        for at, (price, seller, product, kg, star, there) in enumerate(found)
    ]  # fmt: skip
    kept = varied(views, free, TOWN)
    by_id = {view.id: view for view in views}
    assert len(set(kept)) == len(kept)
    assert set(kept) <= set(by_id)
    assert bool(kept) == bool(views)
    stocked = [view for view in views if view.available]
    for view in views:
        mine = {x.id for x in views
                if (x.seller_id, x.product_id) == (view.seller_id, view.product_id)}  # fmt: skip
        assert view.id not in kept or mine <= set(kept)
    if stocked:
        cheapest = min(view.unit_price_milli_fen for view in stocked)
        assert min(by_id[key].unit_price_milli_fen for key in kept) <= cheapest
