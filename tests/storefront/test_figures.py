"""Filters by the typed figures of a kind: values, spans, and the gap as a value of its own."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from market.storefront import lists
from market.storefront.figures import MISSING, figures, matcher, usable
from market.storefront.forms import choice_of
from market.storefront.rules import Delivered
from market.storefront.types import Choice, Offer, Sort, Stock
from market.storefront.wording import params

KEYS = ("thickness_mm", "lambda_w_mk", "colour")


def tokens(traits, at=0):
    return figures(KEYS, traits).columns[at].order


def test_few_numbers_stand_alone_and_many_are_put_into_spans():
    assert tokens({"a": {"thickness_mm": 50}, "b": {"thickness_mm": 0.5}}) == ("0.5", "50")
    many = {str(n): {"thickness_mm": 10.0 * n} for n in range(1, 13)}
    assert tokens({**many, "gap": {}}) == (
        "10..30", "40..60", "70..90", "100..120", MISSING,
    )  # fmt: skip


def test_what_nobody_filled_in_is_no_filter_and_a_wrong_type_is_a_gap():
    found = figures(KEYS, {"a": {"thickness_mm": "dick", "colour": "白"}, "b": {"colour": " "}})
    assert [column.key for column in found.columns] == ["colour"]
    assert found.columns[0].order == ("白", MISSING)
    assert found.rows == {"a": ("白",), "b": (None,)}


def test_a_text_that_looks_like_the_gap_is_none():
    assert tokens({"a": {"colour": "~"}, "b": {}}) == ("~~", MISSING)
    assert matcher(["~~"])("~")
    assert not matcher(["~~"])(None)
    assert matcher([MISSING])(None)
    assert not matcher([MISSING])("~")


def test_an_address_keeps_what_can_mean_something():
    asked = MultiDict([
        ("a_thickness_mm", "50..80"), ("a_thickness_mm", MISSING), ("a_thickness_mm", "nan"),
        ("a_colour", "白"), ("a_nothing", "1"), ("a_lambda_w_mk", "1_0"), ("sort", "sales"),
    ])  # fmt: skip
    choice = choice_of(asked)
    assert choice.figures == (
        ("colour", frozenset({"白"})), ("thickness_mm", frozenset({"50..80", MISSING})),
    )  # fmt: skip
    assert choice.filters == 3
    again = MultiDict(
        [(k, v) for k, vs in params(choice).items() for v in (vs if isinstance(vs, list) else [vs])]
    )
    assert choice_of(again) == choice
    assert not usable("thickness_mm", "inf..2")
    assert not usable("colour", "a\nb")


PRODUCTS = [f"p{n}" for n in range(9)]
TRAITS = st.fixed_dictionaries(
    {},
    optional={
        "thickness_mm": st.integers(1, 30),
        "lambda_w_mk": st.sampled_from([0.03, 0.04]),
        "colour": st.sampled_from(["白", "灰", "~"]),
    },
)


@st.composite
def stocks(draw):
    traits = {product: draw(TRAITS) for product in PRODUCTS}
    offers = tuple(
        Offer(
            f"l{number}", draw(st.sampled_from(PRODUCTS)), draw(st.sampled_from(["s1", "s2"])),
            draw(st.sampled_from([3, 2, 0])), draw(st.booleans()), 0.0, "m2",
            Delivered(number, 0, Decimal(1)) if draw(st.booleans()) else None, None,
        )
        for number in range(draw(st.integers(1, 14)))
    )  # fmt: skip
    return Stock(offers, {}, figures(KEYS, traits))


@st.composite
def choices(draw, stock):
    asked = []
    for column in stock.figures.columns:
        known = [*column.order, "3..20", "99"]
        if picked := draw(st.frozensets(st.sampled_from(known), max_size=2)):
            asked.append((column.key, picked))
    return Choice(
        stars=draw(st.frozensets(st.sampled_from([3, 2, 0]), max_size=1)),
        sellers=draw(st.frozensets(st.sampled_from(["s1", "s2"]), max_size=1)),
        in_stock=draw(st.booleans()), figures=tuple(asked), sort=Sort.NEWEST,
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_count_of_every_value_is_what_choosing_it_alone_shows(data):
    stock = data.draw(stocks())
    choice = data.draw(choices(stock))
    found, counts = lists.arrange(stock, choice, "m2")
    assert counts.total == len(found)
    asked = dict(choice.figures)
    for column in stock.figures.columns:
        told = counts.figures[column.key]
        assert set(column.order) <= set(told)
        for token, count in told.items():
            alone = tuple({**asked, column.key: frozenset({token})}.items())
            others = Choice(
                stars=choice.stars, sellers=choice.sellers, in_stock=choice.in_stock,
                figures=alone, sort=Sort.NEWEST,
            )  # fmt: skip
            assert len(lists.arrange(stock, others, "m2")[0]) == count
        without = tuple((k, v) for k, v in choice.figures if k != column.key)
        free = Choice(
            stars=choice.stars, sellers=choice.sellers, in_stock=choice.in_stock,
            figures=without, sort=Sort.NEWEST,
        )  # fmt: skip
        everything = lists.arrange(stock, free, "m2")[1].total
        assert sum(told[token] for token in column.order) == everything  # the gap included
