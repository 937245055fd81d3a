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
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 16), packs_of)
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


sizes_of = st.lists(st.integers(1, 30), min_size=1, max_size=4, unique=True)


@settings(deadline=None)
@given(st.integers(1, 400), sizes_of, st.integers(5, 15), st.integers(1, 6))
def test_leftover_is_smaller_than_the_smallest_pack_used(
    need: int, sizes: list[int], rate: int, least: int
) -> None:
    packs = [Pack(str(size), D(size), size * rate + 3) for size in sizes]
    found = cover(D(need), packs)
    assert found is not None
    assert found.leftover < min(D(key) for key, _ in found.counts)
    forced = cover(D(need), [Pack(p.key, p.size, p.price_fen, least) for p in packs])
    assert forced is not None
    if forced.leftover >= min(D(key) for key, _ in forced.counts):
        assert any(count == least for _, count in forced.counts)  # only a minimum order does it


@settings(deadline=None)
@given(st.integers(1, 300), st.integers(0, 200), packs_of)
def test_more_need_never_costs_less(
    need: int, more: int, rows: list[tuple[int, int, int, int | None]]
) -> None:
    packs = [Pack(str(i), D(size), price, least) for i, (size, price, least, _) in enumerate(rows)]
    small, large = cover(D(need), packs), cover(D(need + more), packs)
    assert small is not None
    assert large is not None
    assert small.cost_fen <= large.cost_fen


def test_a_large_need_among_many_sizes_is_quick_and_exact() -> None:
    packs = [Pack(str(i), D(size), price) for i, (size, price) in enumerate(
        [("1", 260), ("5", 1150), ("10", 2000), ("18", 3500), ("25", 5100)])]  # fmt: skip
    found = cover(D(10_003), packs)
    assert found is not None
    by_hand = 3500 * 555 + 2000 + 3 * 260  # 555 × 18 + 10 + 3 × 1 = 10,003
    assert found.cost_fen <= by_hand
    assert found.total >= 10_003


def test_sizes_without_a_common_measure_still_cover() -> None:
    packs = [Pack("a", D("18.001"), 3500), Pack("b", D("5.003"), 1000), Pack("c", D("1.007"), 260)]
    found = cover(D(5_000), packs)
    assert found is not None
    assert found.total >= 5_000
    assert found.cost_fen < 3500 * 279
