"""What a year saves in money is told part by part, and payback starts from what is paid."""

import html
import re

import pytest

from market.bundles import service
from market.bundles.house import HouseAnswers
from market.bundles.money import money_sum, money_years
from market.bundles.money_words import payback_sum, saving_told
from market.bundles.reference import fuels
from market.bundles.types import Choices
from market.bundles.wording import comparison, price_rows
from market.checkout.bundle_price import price_selection
from market.kernel.region_code import RegionCode
from market.subsidies.types import SchemeType
from tests.factories.bundles import load, offer_eps
from tests.factories.catalogue import make_maker, make_offer
from tests.factories.promotions import make_running
from tests.factories.subsidies import make_published

HEAT = "cold-clean-heat"
TOWN = RegionCode("130624104")


@pytest.fixture
def found(session, now):
    """Boards and a heat pump by two sellers, with a promotion and subsidies now and later."""
    load(session)
    offer_eps(session)
    make_offer(
        session, make_maker(session), stock=9,
        product={"kind_code": "G501", "name_zh": "热泵", "unit": "set", "material_key": "ashp"},
        variant={"label_zh": "一台", "pack_size": 1, "weight_g": 90_000},
        listing={"price_fen": 1_200_000},
    )  # fmt: skip
    make_running(session)
    make_published(session, rate_bp=1000, name="下单减的")
    make_published(session, type_=SchemeType.CLAIM, rate_bp=500, name="以后领的")
    session.flush()
    return service.price(session, HEAT, Choices(HouseAnswers(fuel="raw_coal")), TOWN, now)


def priced(session, found, now, region=TOWN):
    return price_selection(session, found.lines, found.bundle.card.id, region, None, now)


def test_the_told_parts_are_the_usual_saving(app, found):
    parts = money_sum(found)
    assert parts.winter.before.fuel == fuels()["raw_coal"]
    assert parts.yuan == pytest.approx(found.use.saving.yuan.usual)
    with app.test_request_context("/?lang=zh"):
        told = saving_told(found)
    before, heat, after, total = told.lines
    assert "改前用散煤" in before
    assert "1.1 元" in before
    assert "1 − 25 %" in heat
    assert "改后用热泵" in after
    assert "2.4" in after
    assert f"＝ {parts.yuan:,.0f} 元" in total
    assert {"散煤", "电暖气", "热泵一冬平均能效"} <= {one.name for one in told.sources}
    assert all(one.text for one in told.sources)


def test_panels_are_told_with_the_yield_of_the_province(app, session, now):
    load(session)
    make_offer(
        session, make_maker(session), stock=99_999,
        product={"kind_code": "G505", "name_zh": "光伏板", "unit": "w", "material_key": "pv"},
        variant={"label_zh": "一块", "pack_size": 550, "weight_g": 27_000},
        listing={"price_fen": 60_000},
    )  # fmt: skip
    found = service.price(session, "pv-roof", Choices(), TOWN, now)
    parts = money_sum(found)
    assert parts.solar is not None
    assert parts.yuan == pytest.approx(found.use.saving.yuan.usual)
    with app.test_request_context("/?lang=zh"):
        told = saving_told(found)
    assert "每 kW 一年" in told.lines[0]
    assert "光伏发电量" in {one.name for one in told.sources}


def test_payback_starts_from_what_is_paid(app, session, now, found):
    price = priced(session, found, now)
    assert price.total_fen < found.total_fen
    low, high = found.labour_fen
    usual = money_years(found, price.total_fen)[1]
    cost = (price.total_fen + (low + high) / 2) / 100
    assert usual == pytest.approx(cost / found.use.saving.yuan.usual)
    assert usual < money_years(found, found.total_fen)[1]
    with app.test_request_context("/?lang=zh"):
        said = payback_sum(found, price)
    assert f"要付的 {price.total_fen / 100:,.2f} 元" in said
    assert f"买完再申请的补贴 {price.later_fen / 100:,.2f} 元没有减" in said


def test_the_ledger_names_goods_and_freight_of_every_seller_and_adds_up(app, session, now, found):
    price = priced(session, found, now)
    with app.test_request_context("/?lang=zh"):
        rows = price_rows(found, price, "天生桥镇")
    assert sum(row["fen"] for row in rows[:-1]) == rows[-1]["fen"] == price.total_fen
    assert all(row["note"] for row in rows if row.get("kind") == "off")
    labels = [row["label"] for row in rows]
    for part in price.sellers:
        at = labels.index(f"材料，{part.seller_name}，1 样")
        assert rows[at]["fen"] == part.goods_fen > 0
        assert (labels[at + 1], rows[at + 1]["fen"]) == (
            f"运费，{part.seller_name}", part.freight_fen,
        )  # fmt: skip
    assert len(price.sellers) == 2


def test_without_a_place_every_seller_says_that_freight_comes_later(app, session, now, found):
    here = service.price(session, HEAT, Choices(), None, now)
    with app.test_request_context("/?lang=zh"):
        rows = price_rows(here, priced(session, here, now, None), None)
    assert [row.get("text") for row in rows if row["label"].startswith("运费")] == [
        "选乡镇后再算"
    ] * 2


def test_configurations_are_compared_by_subsidies_payback_and_stars(app, session, now, found):
    other = service.price(session, HEAT, Choices(options={"ashp": ""}), TOWN, now)
    columns = [(one, priced(session, one, now)) for one in (found, other)]
    with app.test_request_context("/?lang=zh"):
        rows = {row["label"]: row["values"] for row in comparison(columns)}
    (now_aid, less), (later, _) = rows["下单就减的补贴"], rows["买完再申请的补贴，没有从合计里减"]
    taken = sum(one.fen for one in columns[0][1].taken_off)
    assert now_aid == f"{taken / 100:,.2f} 元" != less
    assert later == f"{columns[0][1].later_fen / 100:,.2f} 元"
    assert "年" in rows["要付的和施工的钱多久回来"][0]
    assert "年" in rows["材料带来的碳多久抵回来"][0]
    assert rows["星级"] == ["三星 2 样", "三星 1 样"]


def test_the_page_shows_the_formulas(client, session, found):
    session.commit()
    client.set_cookie("township", TOWN.digits)
    page = re.sub(r"<[^>]+>", "", html.unescape(client.get(f"/bundles/{HEAT}").text))
    assert "少花的钱怎么算的" in page
    assert "÷ 一年少花" in page
    english = client.get(f"/bundles/{HEAT}?lang=en").text
    assert "How the money saved is worked out" in english
