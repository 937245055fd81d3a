"""Re-optimising finds the best choice, agrees with trying everything, and is never worse."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from market.bundles.carbon import CarbonLevel, CarbonLine
from market.bundles.optimise import Aim, Fee, Task, amount, better, optimise
from market.bundles.packing import Cover
from market.bundles.types import Option, Rule, RuleKind
from tests.factories.catalogue import listing_view

D = Decimal


def option(key: str, **over: Any) -> Option:
    told = {"seller": "a", "cost": 1000, "weight": 0, "kg": None, "star": None, "local": None,
            "km": None, "material": "", **over}  # fmt: skip
    listing = listing_view(
        id=key, product_id=key, seller_id=told["seller"], star=told["star"],
        material_key=told["material"] or None,
    )  # fmt: skip
    carbon = None
    if told["kg"] is not None:
        carbon = CarbonLine(key, D(1), D(told["kg"]), CarbonLevel.AVERAGE)
    return Option(
        key, listing, Cover(((key, 1),), told["cost"], D(1), D(0)), 3, told["weight"],
        carbon=carbon, km=told["km"], is_local=told["local"],
    )  # fmt: skip


def test_one_seller_for_all_may_beat_the_cheapest_of_each() -> None:
    slots = {
        "x": [option("xa", cost=1000), option("xb", cost=990, seller="b")],
        "y": [option("ya", cost=1000), option("yc", cost=990, seller="c")],
    }
    fees = {seller: Fee(500, 0) for seller in "abc"}
    found = optimise(Task(slots, fees, (), Aim.COST), {"x": "xb", "y": "yc"})
    assert found.options == {"x": "xa", "y": "ya"}
    assert found.cost_fen == 2500
    assert found.is_proven


def test_lowest_carbon_within_the_budget() -> None:
    slots = {
        "x": [option("dirty", cost=100, kg=90), option("clean", cost=400, kg=10)],
        "y": [option("grey", cost=100, kg=50), option("green", cost=300, kg=20)],
    }
    task = Task(slots, {}, (), Aim.CARBON, 550)
    assert optimise(task, {}).options == {"x": "clean", "y": "grey"}
    poor = optimise(replace(task, budget_fen=150), {})
    assert poor.options == {"x": "dirty", "y": "grey"}
    assert poor.is_over_budget


def test_missing_carbon_is_never_the_lower_one() -> None:
    slots = {"x": [option("nothing known"), option("known", kg=10**6)]}
    assert optimise(Task(slots, {}, (), Aim.CARBON), {}).options == {"x": "known"}


def test_what_excludes_each_other_is_never_chosen_together() -> None:
    slots = {
        "x": [option("x1", cost=100, material="m"), option("x2", cost=300)],
        "y": [option("y1", cost=100, material="n"), option("y2", cost=250)],
    }
    rule = Rule(RuleKind.EXCLUDES, "x", "y", "m", "n")
    assert optimise(Task(slots, {}, (rule,), Aim.COST), {}).options == {"x": "x1", "y": "y2"}


def test_better_names_one_option_for_every_aim() -> None:
    mine = option("mine", cost=500, kg=50, star=2, km=300)
    options = [
        mine, option("cheap", cost=400, kg=60, star=1, km=900), option("near", cost=600, km=5),
        option("green", cost=700, kg=5, star=2, km=400), option("star", cost=800, star=3),
    ]  # fmt: skip
    assert {aim: o.key for aim, o in better(options, mine).items()} == {
        Aim.COST: "cheap", Aim.CARBON: "green", Aim.LOCAL: "near", Aim.STAR: "star",
    }  # fmt: skip
    assert better([mine], mine) == {}
    assert better([mine], None) == {}


a_choice = st.tuples(
    st.sampled_from("abcdef"), st.integers(1, 60), st.integers(0, 50),
    st.none() | st.integers(0, 90), st.sampled_from([None, 1, 2, 3]), st.booleans(),
)  # fmt: skip
a_house = st.lists(st.lists(a_choice, min_size=1, max_size=4), min_size=1, max_size=4)
fees_of = st.fixed_dictionaries({seller: st.tuples(st.integers(0, 40), st.integers(0, 9))
                                 for seller in "abcdef"})  # fmt: skip


def house(rows: list[list[Any]]) -> dict[str, list[Option]]:
    return {
        f"s{n}": [
            option(f"s{n}o{at}", seller=seller, cost=cost, weight=weight, kg=kg, star=star,
                   local=local, material=f"m{at}")
            for at, (seller, cost, weight, kg, star, local) in enumerate(row)
        ]
        for n, row in enumerate(rows)
    }  # fmt: skip


def price(chosen: Mapping[str, Option], fees: Mapping[str, Fee]) -> int:
    total = sum(option.cost_fen for option in chosen.values())
    for seller in {option.listing.seller_id for option in chosen.values()}:
        weight = sum(o.weight_g for o in chosen.values() if o.listing.seller_id == seller)
        total += fees[seller].once_fen - (-fees[seller].per_kg_fen * weight // 1000)
    return total


def excluded(rules: Sequence[Rule], chosen: Mapping[str, Option]) -> bool:
    def holds(slot: str, material: str) -> bool:
        option = chosen.get(slot)
        return option is not None and material in ("", option.material_key)

    return any(
        holds(rule.slot, rule.material) and holds(rule.other, rule.other_material)
        for rule in rules
        if rule.kind is RuleKind.EXCLUDES
    )


@settings(deadline=None, max_examples=150)
@given(a_house, fees_of, st.sampled_from(list(Aim)), st.none() | st.integers(1, 300), st.booleans())
def test_the_result_is_the_best_of_all_choices(
    rows: list[list[Any]], fees: dict[str, tuple[int, int]], aim: Aim, budget: int | None,
    with_rule: bool,
) -> None:  # fmt: skip
    slots = house(rows)
    known = {seller: Fee(*fee) for seller, fee in fees.items()}
    rules = (Rule(RuleKind.EXCLUDES, "s0", "s1", "m0", "m0"),) if with_rule else ()
    task = Task(slots, known, rules, aim, budget)

    def key(chosen: dict[str, Option]) -> tuple[int, int, int, int]:
        cost = price(chosen, known)
        over = max(0, cost - budget) if budget is not None else 0
        total = sum(amount(option, aim) for option in chosen.values())
        return int(excluded(rules, chosen)), over, total, cost

    every = [dict(zip(slots, picked, strict=True)) for picked in product(*slots.values())]
    found = optimise(task, {})
    chosen = {name: next(o for o in slots[name] if o.key == found.options[name]) for name in slots}
    assert found.is_proven
    assert key(chosen) == min(map(key, every))
    assert found.cost_fen == price(chosen, known)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.lists(a_choice, min_size=6, max_size=12), min_size=8, max_size=12), fees_of,
    st.sampled_from(list(Aim)), st.randoms(use_true_random=False),
)  # fmt: skip
def test_it_is_never_worse_than_the_start_and_always_the_same(
    rows: list[list[Any]], fees: dict[str, tuple[int, int]], aim: Aim, source: Any
) -> None:
    slots = house(rows)
    known = {seller: Fee(*fee) for seller, fee in fees.items()}
    start = {name: source.choice(options).key for name, options in slots.items()}
    task = Task(slots, known, (), aim)
    found = optimise(task, start)
    assert found == optimise(task, start)
    begun = {name: next(o for o in slots[name] if o.key == start[name]) for name in slots}
    now = {name: next(o for o in slots[name] if o.key == found.options[name]) for name in slots}
    if aim is Aim.COST:
        assert found.cost_fen <= price(begun, known)
    else:
        assert sum(amount(o, aim) for o in now.values()) <= sum(
            amount(o, aim) for o in begun.values()
        )
