"""In the demonstration world every number beside a choice is the number of its results."""

import urllib.request
from functools import cache
from urllib.parse import quote

import pytest

from tests.storefront.counting import lies, promises, total

QUERIES = (
    "防水", "屋顶漏水", "保温板", "涂料", "水泥", "瓷砖 600x600", "fangshui", "neiqiang tuliao",
    "门窗", "玻璃", "太阳能", "热水器", "地板", "木门", "管子", "DN25", "马桶", "龙头", "灯",
    "石膏板", "砂浆", "岩棉", "聚苯板", "钢筋", "砖", "瓦", "密封胶", "卷材", "绿色", "三星",
)  # fmt: skip
TOWN = "130624104"


@pytest.fixture(scope="module")
def get(site):
    """Reads a page of the running site as a visitor of the township."""

    @cache
    def read(path: str) -> str:
        asked = urllib.request.Request(
            site.url + quote(path, safe="/?&=%+"),
            headers={"Cookie": f"township={TOWN}", "Accept-Language": "zh-CN"},
        )
        with urllib.request.urlopen(asked) as answer:
            return str(answer.read().decode())

    return read


@pytest.mark.parametrize("query", QUERIES)
def test_numbers_of_a_search_are_true(get, query):
    path = f"/search?q={quote(query)}"
    assert lies(get, path) == []
    chosen = next((address for address, number in promises(path, get(path)) if number), None)
    if chosen is not None:
        assert lies(get, chosen) == []


def test_most_searches_find_something(get):
    found = [total(get(f"/search?q={quote(query)}")) for query in QUERIES]
    assert sum(1 for number in found if number) >= len(QUERIES) * 0.8


@pytest.mark.parametrize("path", ["/materials", "/zone", "/zone?star=3", "/materials/1"])
def test_numbers_of_lists_are_true(get, path):
    assert lies(get, path) == []


def test_numbers_of_every_kind_are_true(get):
    wrong = [lie for path, _number in promises("/materials", get("/materials"))
             for lie in lies(get, path)]  # fmt: skip
    assert wrong == []
