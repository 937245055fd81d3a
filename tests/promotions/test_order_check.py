"""Whether a price depends on the order of its input: the check, and the operator's page of it."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from market.promotions import order_views, permutations, queries
from market.promotions.engine import evaluate
from market.promotions.order_check import OrderCheck
from market.promotions.permutations import EVERY, SHUFFLES, check
from market.promotions.types import (
    Adjustment,
    Benefit,
    BenefitKind,
    Evaluation,
    Owner,
    PricedLine,
    PromotionSpec,
    Verdict,
)
from tests.factories.accounts import make_actor, sign_in
from tests.factories.catalogue import make_offer
from tests.factories.promotions import make_running
from tests.promotions.test_engine import HERE, amount, line, of_platform, percent

LINES = [line("1", 10_000), line("2", 3_333), line("3", 10_000)]
SPECS = [
    of_platform("a", amount(700), group="g"), of_platform("b", amount(700), group="g"),
    of_platform("c", percent(1_000)),
]  # fmt: skip


def real(lines: Sequence[PricedLine], specs: Sequence[PromotionSpec]) -> Evaluation:
    return evaluate(lines, HERE, specs)


def first_come(lines: Sequence[PricedLine], specs: Sequence[PromotionSpec]) -> Evaluation:
    """A fault: the promotion that is handed in first takes one yuan off the first line."""
    spec = specs[0]
    return Evaluation(
        (Adjustment(spec.id, spec.name, lines[0].key, -100, "platform"),),
        tuple(Verdict(x.id, x.name, 100 if x is spec else 0, "", {}) for x in specs),
    )


def test_the_engine_gives_the_same_in_every_order() -> None:
    found = check(LINES, SPECS, real)
    assert found.same
    assert found.every_order
    assert found.tried == found.possible == 6 * 6
    assert permutations.taken_off(found.first.result) == {"1": 1300, "2": 433, "3": 1300}


def test_more_than_can_be_tried_are_shuffled_the_same_way_each_time() -> None:
    lines = [line(str(number), 1_000 + number) for number in range(8)]
    seen: list[tuple[str, ...]] = []

    def price(some: Sequence[PricedLine], specs: Sequence[PromotionSpec]) -> Evaluation:
        seen.append(tuple(x.key for x in some))
        return real(some, specs)

    found = check(lines, SPECS, price)
    assert (found.same, found.every_order, found.tried) == (True, False, SHUFFLES)
    assert found.possible > EVERY
    assert len(set(seen)) > SHUFFLES * 9 // 10
    again, seen = seen, []
    check(lines, SPECS, price)
    assert seen == again


def test_a_price_that_depends_on_the_order_of_goods_is_seen() -> None:
    found = check(LINES, SPECS[:1], first_come)
    assert not found.same
    assert found.other is not None
    assert (found.first.lines[0], found.other.lines[0]) == ("1", "2")
    assert found.parts == {"1": (100, 0), "2": (0, 100)}
    assert found.traces == ()


def test_a_price_that_depends_on_the_order_of_promotions_is_seen() -> None:
    found = check(LINES[:1], SPECS, first_come)
    assert found.other is not None
    assert (found.first.promotions[0], found.other.promotions[0]) == ("a", "b")
    assert found.parts == {}
    assert [(a.applied_fen, b.applied_fen) for a, b in found.traces if a and b] == [
        (100, 0), (0, 100),
    ]  # fmt: skip


def test_a_reason_or_a_bearer_that_changes_is_seen_too() -> None:
    calls = iter(range(100))

    def wavering(lines: Sequence[PricedLine], specs: Sequence[PromotionSpec]) -> Evaluation:
        found, late = real(lines, specs), next(calls) == 3
        first = found.adjustments[0]
        borne = (first._replace(bearer="seller"), *found.adjustments[1:])
        return replace(found, taken=borne) if late else found

    found = check(LINES, SPECS, wavering)
    assert (found.same, found.tried) == (False, 3)


def operator(client: FlaskClient, session: Session) -> FlaskClient:
    sign_in(client, session, make_actor(session, "operator").account_id or "")
    return client


def test_the_operator_sees_the_cart_priced_in_many_orders(
    client: FlaskClient, session: Session
) -> None:
    offer, other = make_offer(session), make_offer(session)
    for shop in (offer.maker.id, other.maker.id):
        make_running(session, owner=Owner.SELLER, seller_id=shop, name="整店 95 折",
                     benefit=Benefit(BenefitKind.PERCENT, basis_points=500))  # fmt: skip
    make_running(session, codes=("GREEN-1",), name="凭码减 100")
    desk = operator(client, session)
    page = desk.get("/operator/price-order").text
    assert "试了 12 种顺序，每次都一样" in page
    assert "所有 12 种顺序都试" in page
    assert page.count("用上了</span>") == 3  # the code is typed for it
    page = desk.get("/operator/price-order", query_string={f"q-{offer.listing_id}": "7"}).text
    assert "试了 2 种顺序" in page
    assert re.search(rf'name="q-{other.listing_id}" value="0"', page)


def test_a_cart_can_be_chosen_by_its_promotion_and_sent_elsewhere(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    make_offer(session)
    chosen = make_running(session, name="阜平满减", region_prefixes=frozenset({"130624"}))
    desk = operator(client, session)
    page = desk.get("/operator/price-order", query_string={"cart": chosen}).text
    assert 'value="130624 ' in page
    assert "一分不差" in page
    asked = {"cart": chosen, "place": "没有的县"}
    page = desk.get("/operator/price-order", query_string=asked).text
    assert "没有找到" in page
    assert 'value="没有的县"' in page
    assert "一分不差" not in page
    asked = {"cart": "gone", "place": "510117", "lang": "en"}
    page = desk.get("/operator/price-order", query_string=asked).text
    assert "Not one fen differs" in page


def test_a_market_without_goods_has_nothing_to_check(client: FlaskClient, session: Session) -> None:
    page = operator(client, session).get("/operator/price-order")
    assert page.status_code == 200
    assert "没有适用的在售商品" in page.text


def test_the_page_of_a_fault_shows_both_orders(app: Flask, now: datetime) -> None:
    found = check(LINES, SPECS, first_come)
    specs = {spec.id: spec for spec in SPECS}
    seen = OrderCheck(tuple(LINES), specs, found, {"1": 100}, now)
    with app.test_request_context("/operator/price-order"):
        page = order_views.page(seen, [], None, [], packs={}, place="", place_error=None)
    assert "第 3 种顺序算出来不一样" in page
    assert "一分不差" not in page
    lists = re.findall(r"<ol class=\"small\">(.*?)</ol>", page)
    assert [re.findall("<li>(.*?)</li>", one) for one in lists] == [
        ["1", "2", "3"], ["a", "b", "c"], ["1", "2", "3"], ["b", "a", "c"],
    ]  # fmt: skip


def test_one_code_of_each_promotion_is_typed(session: Session, now: datetime) -> None:
    make_running(session, codes=("GREEN-1", "GREEN-2"))
    make_running(session, codes=("GREEN-3",))
    assert len(queries.codes_in_use(session, now)) == 2
    assert len(queries.running_now(session, now)) == 2
