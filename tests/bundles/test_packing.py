"""Packs cover the need at the least cost."""

from decimal import Decimal
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from market.bundles.packing import Pack, cover

D = Decimal


def test_one_size_is_rounded_up_with_the_leftover_named() -> None:
    found = cover(D("88.2"), [Pack("a", D(3), 15690)])
    assert found is not None
    assert (found.counts, found.total, found.leftover) == ((("a", 30),), D(90), D("1.8"))
    assert found.cost_fen == 30 * 15690


def test_a_large_tin_and_a_small_one() -> None:
    tins = [Pack("10l", D(10), 20000), Pack("1l", D(1), 2600)]
    found = cover(D("12"), tins)
    assert found is not None
    assert found.counts == (("10l", 1), ("1l", 2))
    found = cover(D("19"), tins)
    assert found is not None
    assert found.counts == (("10l", 2),)


def test_minimum_order_forces_more_only_when_there_is_no_cheaper_way() -> None:
    found = cover(D(2), [Pack("a", D(1), 100, min_packs=10), Pack("b", D(1), 300)])
    assert found is not None
    assert found.counts == (("b", 2),)
    found = cover(D(2), [Pack("a", D(1), 100, min_packs=10)])
    assert found is not None
    assert found.counts == (("a", 10),)


def test_stock_limits_are_respected() -> None:
    packs = [Pack("big", D(10), 100, available=1), Pack("small", D(3), 90)]
    found = cover(D(16), packs)
    assert found is not None
    assert found.counts == (("big", 1), ("small", 2))
    assert cover(D(16), packs[:1]) is None
    assert cover(D(16), []) is None


def test_nothing_needed_is_nothing_bought() -> None:
    found = cover(D(0), [Pack("a", D(1), 1)])
    assert found is not None
    assert found.counts == ()
    assert found.cost_fen == 0


packs_of = st.lists(
    st.tuples(
        st.integers(1, 12), st.integers(1, 50), st.integers(1, 3), st.none() | st.integers(0, 6)
    ),
    min_size=1,
    max_size=3,
)


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 40), packs_of)
def test_no_cheaper_cover_exists(need: int, rows: list[tuple[int, int, int, int | None]]) -> None:
    packs = [
        Pack(str(i), D(size), price, least, most)
        for i, (size, price, least, most) in enumerate(rows)
    ]
    cheapest = min(
        (
            sum(n * pack.price_fen for n, pack in zip(counts, packs, strict=True))
            for counts in product(*(_choices(pack, need) for pack in packs))
            if sum(n * pack.size for n, pack in zip(counts, packs, strict=True)) >= need
        ),
        default=None,
    )
    found = cover(D(need), packs)
    assert (None if found is None else found.cost_fen) == cheapest
    if found is not None:
        assert found.total >= need
        assert found.leftover == found.total - need
        sizes = {pack.key: pack for pack in packs}
        assert found.total == sum(sizes[key].size * n for key, n in found.counts)


def _choices(pack: Pack, need: int) -> list[int]:
    most = max(need, pack.min_packs) if pack.available is None else pack.available
    return [0, *range(pack.min_packs, most + 1)]


@given(st.integers(1, 400), st.integers(1, 30), st.integers(1, 30))
def test_leftover_is_smaller_than_the_smallest_pack_used(need: int, a: int, b: int) -> None:
    packs = [Pack("a", D(a), a * 10 + 3), Pack("b", D(b), b * 9 + 5)]
    found = cover(D(need), packs)
    assert found is not None
    used = [D(a) if key == "a" else D(b) for key, _ in found.counts]
    assert found.leftover < min(used)
