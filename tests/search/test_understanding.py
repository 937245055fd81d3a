import csv
from pathlib import Path

import pytest

from market.catalogue.materials import materials
from market.search.understanding import understand
from market.search.vocabulary import build

CATALOGUE = Path(__file__).parents[2] / "market" / "catalogue" / "data"


@pytest.fixture(scope="module")
def vocabulary():
    kinds = {}
    for name in ("product_kinds.csv", "product_kinds_extra.csv"):
        with (CATALOGUE / name).open(encoding="utf-8") as file:
            kinds |= {row["code"]: row["kind_zh"] for row in csv.DictReader(file)}
    return build(kinds, {m.name: m.kind_code for m in materials().values()})


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("防水卷材", "G302"),
        ("fangshuijuancai", "G302"),
        ("fang shui juan cai", "G302"),
        ("fsjc", "G302"),
        ("防水捲材", "G302"),  # traditional
        ("水笼头", "G401"),  # wrong character, same sound
        ("太阳能路灯", "G506"),  # the last name is the head
        ("太阳能热水器", "A06"),
        ("我家屋顶漏水怎么办", "G302"),
        ("墙透寒", "G105"),
        ("ＥＰＳ板", "G105"),  # full width
        ("LOW-E玻璃", "G203"),
        ("瓷砖胶", "X11"),  # not tiles
        ("马捅", "G209"),
    ],
)
def test_what_a_buyer_types_is_understood(vocabulary, query, kind):
    assert understand(query, vocabulary).kinds[0][0] == kind


@pytest.mark.parametrize("query", ["", "   ", "？？？", "\x00", "qqqq", "ä" * 500, "1234567890"])
def test_what_nobody_understands_gives_no_kind_and_no_error(vocabulary, query):
    assert understand(query, vocabulary).kinds == ()


def test_a_correction_is_said(vocabulary):
    assert ("水笼头", "水龙头") in understand("水笼头", vocabulary).corrections


def test_a_code_inside_a_longer_one_is_not_read_as_the_shorter(vocabulary):
    assert all(m.term != "pe管" for m in understand("pert管", vocabulary).matches)
