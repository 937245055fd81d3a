"""What the cart said of subsidies stays with the order: on its page, the receipt, to the seller."""

import html
import json
import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from market.orders.models import Order
from market.subsidies import tracing
from market.subsidies.models import SubsidyScheme
from market.subsidies.rules import assess
from market.subsidies.types import Used
from tests.factories.accounts import make_actor, sign_in
from tests.factories.catalogue import make_maker, make_offer
from tests.factories.orders import TOWN, fill_cart, make_household, place, view
from tests.factories.subsidies import (
    START,
    make_line,
    make_published,
    make_scheme,
)
from tests.factories.subsidies import (
    make_household as a_home,
)


@pytest.fixture
def household(session):
    return make_household(session)


@pytest.fixture
def schemes(session):
    """One of the province, one of the county that a cap cuts, two that ask for what nobody has."""
    make_published(session, region="13", rate_bp=500, name="省里的", name_en="Provincial")
    make_published(
        session, rate_bp=1000, order_cap_fen=12_345, name="县里的", name_en="County", example=True
    )
    make_published(session, rate_bp=1000, flags=frozenset({"low_income"}), name="低收入的",
                   name_en="For low incomes")  # fmt: skip
    make_published(session, rate_bp=1000, min_amount_fen=99_999_999, name="大单的",
                   name_en="For large orders")  # fmt: skip


def text(response):
    plain = re.sub(r"<(script|style).*?</\1>", "", html.unescape(response.text), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", plain))


def test_the_steps_stay_when_the_schemes_change(client, session, now, household, schemes):
    offer = make_offer(session, stock=50)  # 138.24 a pack
    fill_cart(session, household.account_id, (offer, 10))
    session.commit()
    sign_in(client, session, household.account_id)
    client.set_cookie("township", TOWN.digits)
    cart = text(client.get("/cart"))
    order = place(session, household, now=now)
    session.execute(update(SubsidyScheme).values(name="改过的", terms={}, state="ended"))
    session.commit()
    told = (
        "补贴（省级）：1,382.40 元 × 5 % ＝ 69.12 元",
        "1,382.40 元 × 10 % ＝ 138.24 元；每次最多 123.45 元，算 123.45 元",
        "没用上的补贴（2）",
        "低收入的 ：只给登记过的",
        "大单的 ：适用商品还差 998,617.59 元",
    )
    pages = [text(client.get(f"/orders/{order.id}{page}")) for page in ("", "/receipt")]
    for said in told:
        for page in (cart, *pages):
            assert said in page, said
    for page in pages:
        assert "补贴是这样一步步算的" in page
        assert "−192.57 元" in page
        assert "改过的" not in page
    seen = view(session, order.id)
    rows = tracing.told(seen.discounts["subsidies"])
    assert sum(one.off_fen for one in rows.given) == seen.subsidy_fen == 19_257
    assert {one.reason.code for one in rows.others} == {"flags", "minimum"}
    paper = client.get(f"/orders/{order.id}/receipt").text
    assert "<summary>没用上的补贴" not in paper  # what is folded away is not printed
    client.set_cookie("lang", "en")
    english = text(client.get(f"/orders/{order.id}"))
    for said in ("Provincial", "How the subsidies were worked out", "Subsidies not used (2)"):
        assert said in english
    assert not re.search(r"[\u4e00-\u9fff]", english[english.index("How the subsidies") :][:600])


def test_a_seller_reads_its_share_and_nothing_of_the_household(client, session, now, household):
    make_published(session, rate_bp=1000, name="县里的", name_en="County")
    make_published(session, rate_bp=1000, flags=frozenset({"low_income"}), name="低收入的",
                   name_en="For low incomes")  # fmt: skip
    mine = make_offer(session, make_maker(session, name="甲厂"), stock=50)
    other = make_offer(session, make_maker(session, name="乙厂"), stock=50)
    order = place(session, household, (mine, 10), (other, 20), now=now)
    session.commit()
    part = next(x for x in view(session, order.id).seller_orders if x.seller_id == mine.maker.id)
    member = make_actor(session, "seller", mine.maker.id)
    sign_in(client, session, member.account_id)
    page = text(client.get(f"/seller/orders/{part.id}"))
    assert "县里的 −138.24 元 补贴（县级）" in page
    assert "低收入的" not in page
    assert "4,147.20" not in page  # what the goods of both shops cost


def test_orders_of_before_say_nothing_of_steps(client, session, now, household, schemes):
    order = place(session, household, (make_offer(session, stock=50), 10), now=now)
    row = session.scalars(select(Order)).one()
    row.discounts = {k: v for k, v in row.discounts.items() if k != "subsidies"}
    session.commit()
    sign_in(client, session, household.account_id)
    page = text(client.get(f"/orders/{order.id}"))
    assert "补贴 −192.57 元" in page
    assert "补贴是这样一步步算的" not in page


@given(
    cap=st.none() | st.integers(1, 20_000),
    least=st.integers(0, 300_000),
    taken=st.integers(0, 40_000),
    late=st.booleans(),
)
def test_what_is_kept_reads_as_it_was_told(cap, least, taken, late):
    """Through JSON and back, every step and every reason is the same."""
    schemes = [
        make_scheme("A", order_cap_fen=cap, min_amount_fen=least),
        make_scheme("B", household_cap_fen=30_000, years=3),
        make_scheme("C", starts_at=START + timedelta(days=late)),
        make_scheme("D", unit_fen=37, rate_bp=0, item_cap_fen=20),
    ]
    used = {"130624/B": Used(1, taken, START - timedelta(days=100))}
    answer = assess([make_line(), make_line("b", 77_777)], a_home(used=used), schemes, START)
    stored = json.loads(json.dumps(tracing.kept(answer.outcomes)))
    read = tracing.told(stored)
    assert [(x.code, x.off_fen, x.steps) for x in read.given] == [
        (x.scheme.code, x.amount_fen, x.steps) for x in answer.applied
    ]
    assert [(x.code, x.reason) for x in read.others] == [
        (x.scheme.code, x.reason) for x in answer.not_applied
    ]
