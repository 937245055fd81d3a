"""Products side by side."""

import re
from datetime import timedelta

import pytest

from market.catalogue import service as catalogue
from market.storefront import comparing
from tests.factories.catalogue import START, make_offer


@pytest.fixture
def boards(session):
    """Two insulation boards: the same thickness, another conductivity, one without fire class."""
    common = {"thickness_mm": 100}
    first = make_offer(
        session, stock=100,
        product={"name_zh": "石墨聚苯板", "attributes": common | {"lambda_w_mk": 0.033}},
    )  # fmt: skip
    second = make_offer(
        session, stock=100,
        product={
            "name_zh": "挤塑板",
            "attributes": common | {"lambda_w_mk": 0.03, "fire_class": "B1"},
        },
    )  # fmt: skip
    session.commit()
    return first, second


def address(*offers, **more):
    query = [f"p={offer.product_id}" for offer in offers]
    return "/compare?" + "&".join(query + [f"{key}={value}" for key, value in more.items()])


def page(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def row(shown, label):
    """(cells, whether the row is marked) of the row of this label."""
    found = re.search(
        rf'<tr(?P<mark> class="differs")?><th scope="row">{label}.*?</th>(?P<cells>.*?)</tr>', shown
    )
    assert found, label
    cells = re.findall(r"<td>(.*?)</td>", found["cells"].replace("\xa0", " "))
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in cells], found["mark"] is not None


def test_rows_tell_where_products_differ_and_what_is_not_known(client, boards):
    shown = page(client, address(*boards))
    assert row(shown, "厚度") == (["100 mm", "100 mm"], False)
    assert row(shown, "导热系数") == (["0.033 W/(m·K)", "0.03 W/(m·K)"], True)
    assert row(shown, "燃烧性能等级") == (["暂无数据", "B1"], True)
    assert "容量" not in shown  # nobody has one


def test_only_the_differences_on_demand(client, boards):
    shown = page(client, address(*boards, only=1))
    assert "导热系数" in shown
    assert "厚度" not in shown


def test_one_product_is_shown_with_those_it_can_be_compared_to(client, boards):
    first, second = boards
    shown = page(client, address(first))
    assert f'href="/compare?p={first.product_id}&amp;p={second.product_id}"' in shown
    assert 'class="differs"' not in shown
    product = page(client, f"/p/{first.product_id}")
    assert f'href="/compare?p={first.product_id}"' in product


def test_another_kind_and_a_product_that_is_gone_are_left_out_and_said(client, session, boards):
    tap = make_offer(session, product={"kind_code": "G401", "name_zh": "水嘴", "unit": "piece"})
    session.commit()
    shown = page(client, address(boards[0], tap) + "&p=nope")
    assert "只能比同一类的产品" in shown
    assert "1 个产品已经下架" in shown
    assert f"/p/{tap.product_id}" not in shown


def test_no_more_than_four(client, session, boards):
    more = [make_offer(session, product={"name_zh": f"保温板 {n}"}) for n in range(3)]
    session.commit()
    shown = page(client, address(*boards, *more))
    assert shown.count('<th scope="col">') == 1 + comparing.MOST
    assert "再加一个比" not in shown


def test_a_closed_gate_is_told_instead_of_a_price(client, clock, boards):
    clock.advance(days=4 * 365)
    cells, _ = row(page(client, address(*boards)), "证书和星级")
    assert cells == ["证书现在不在有效期里"] * 2
    assert "元/m²" not in page(client, address(*boards))


def test_a_price_is_the_delivered_one_of_the_place(client, session, boards):
    before, _ = row(page(client, address(*boards)), "价格")
    client.set_cookie("township", "130624104")
    after, _ = row(page(client, address(*boards)), "价格")
    assert before[0] == "48.00 元/m²"
    assert after != before
    listed = page(client, "/materials/G105")
    for offer, price in zip(boards, after, strict=True):
        card = listed.partition(f'href="/p/{offer.product_id}"')[2].partition("</article>")[0]
        assert f'<span class="n">{price.partition(" ")[0]}</span>' in card


def test_nothing_chosen_says_how_to_begin(client):
    assert "还没有选产品" in page(client, "/compare")
    client.set_cookie("lang", "en")
    assert "No product chosen yet" in page(client, "/compare?p=x")


def test_a_stopped_product_is_gone(client, session, boards):
    first, second = boards
    catalogue.archive_product(session, first.actor, first.product_id, START + timedelta(hours=1))
    session.commit()
    shown = page(client, address(first, second))
    assert "1 个产品已经下架" in shown
