"""Application classes: what a use asks, who does not meet it, and where that shows."""

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal

import pytest

from market.bundles import queries as bundles
from market.bundles import service as configurator
from market.bundles.authoring import publish, update_slot
from market.bundles.types import Choices
from market.kernel.actor import SYSTEM
from market.kernel.errors import Forbidden
from market.uses import queries, service
from market.uses.errors import KindOrGroup, NothingAsked, StarOfUngraded, UseRuleKnown
from market.uses.rules import rule_for, unsuitable
from market.uses.types import RuleDraft, Use, UseRule
from tests.factories.accounts import make_actor, sign_in
from tests.factories.bundles import load
from tests.factories.catalogue import ensure_kinds, make_maker, make_offer, make_stamp
from tests.factories.orders import TOWN
from tests.factories.uses import OPERATOR, START, make_use_rule

HEAT, EPS = "cold-clean-heat", "eps80"


@dataclass(frozen=True)
class Goods:
    star: int | None = None
    attributes: dict = field(default_factory=dict)


def rule(kind="G105", group="", star=None, voc=None, use=Use.INDOOR):
    limit = None if voc is None else Decimal(voc)
    return UseRule("r", use, kind, group, star, limit, "依据", "Basis", True)


def page(response, status=200):
    assert response.status_code == status, response.text
    return response.text


@pytest.mark.parametrize(
    ("goods", "asked", "code"),
    [
        (Goods(2), rule(star=2), None),
        (Goods(3), rule(star=2), None),
        (Goods(1), rule(star=2), "star"),
        (Goods(None), rule(star=1), "star_missing"),
        (Goods(0), rule(star=1), "star_missing"),
        (Goods(-1), rule(star=1), "star_missing"),
        (Goods(3, {"voc_g_l": 50.0}), rule(voc="50"), None),
        (Goods(3, {"voc_g_l": 50.1}), rule(voc="50"), "voc"),
        (Goods(3), rule(voc="50"), "voc_missing"),
        (Goods(3, {"voc_g_l": "少"}), rule(voc="50"), "voc_missing"),
        (Goods(1, {"voc_g_l": 90.0}), rule(star=2, voc="50"), "star"),
        (Goods(None), None, None),
    ],
)
def test_who_does_not_meet_a_rule(goods, asked, code):
    found = unsuitable(goods, asked)
    assert (found.code if found else None) == code


def test_a_rule_for_the_kind_goes_before_one_for_the_group():
    every = (rule(kind="", group="1", star=1), rule(star=3), rule(use=Use.OUTDOOR, star=2))
    assert rule_for(every, "indoor", "G105", "1").min_star == 3
    assert rule_for(every, "indoor", "G104", "1").min_star == 1
    assert rule_for(every, "outdoor", "G105", "1").min_star == 2
    assert rule_for(every, "indoor", "G201", "2") is None
    assert rule_for(every, "", "G105", "1") is None


def test_wrong_rules_are_refused(session):
    ensure_kinds(session)
    make_use_rule(session)
    for error, wrong in (
        (KindOrGroup, {"kind_code": ""}),
        (KindOrGroup, {"group_code": "1"}),
        (NothingAsked, {"min_star": None}),
        (StarOfUngraded, {"kind_code": "X01"}),
        (UseRuleKnown, {}),
    ):
        with pytest.raises(error):
            make_use_rule(session, **wrong)
    draft = RuleDraft(Use.OUTDOOR, "G105", min_star=1, basis_zh="示例")
    with pytest.raises(Forbidden):
        service.save_rule(session, make_actor(session), None, draft, now=START)
    assert len(queries.list_rules(session)) == 1


@pytest.fixture
def boards(session):
    """A cheap board with one star and a dearer one with three, for a slot used indoors."""
    load(session)
    made = {}
    for star, price in ((1, 8_000), (3, 9_000)):
        maker = make_maker(session)
        made[star] = make_offer(
            session, maker, make_stamp(session, maker, star=star), stock=500,
            product={"name_zh": f"{star} 星板", "name_en": f"board {star}", "unit": "m2",
                     "material_key": EPS},
            variant={"pack_size": Decimal(3)}, listing={"price_fen": price},
        )  # fmt: skip
    row = next(one for one, _changed in bundles.list_all(session) if one.slug == HEAT)
    known = bundles.get_slot(session, row.id, EPS)
    update_slot(session, SYSTEM, row.id, replace(known, use_key="indoor"), START)
    publish(session, SYSTEM, row.id, START)
    make_use_rule(session)
    session.commit()
    return made


def filled(session, now, choices=None):
    found = configurator.price(session, HEAT, choices or Choices(), TOWN, now)
    return next(item for item in found.slots if item.slot.key == EPS)


def test_a_slot_takes_only_what_its_use_allows(session, now, boards):
    item = filled(session, now)
    assert item.chosen.listing.id == boards[3].listing_id
    assert {one.listing.id for one in item.options} == {boards[3].listing_id}
    (refused,) = item.barred
    assert (refused.listing.id, refused.why.code) == (boards[1].listing_id, "star")
    assert item.problem == ""


def test_choosing_a_refused_board_gets_the_cheapest_that_is_allowed(session, now, boards):
    key = f"{boards[1].maker.id}.{boards[1].product_id}"
    item = filled(session, now, Choices(options={EPS: key}))
    assert item.problem == "unsuitable"
    assert item.barred_choice.key == key
    assert item.chosen.listing.id == boards[3].listing_id


def test_without_anything_suitable_the_slot_says_so(session, now, boards):
    make_use_rule(session, kind_code="", group_code="2")
    rule_id = next(one.id for one in queries.list_rules(session) if one.kind_code == "G105")
    stricter = RuleDraft(Use.INDOOR, "G105", max_voc=Decimal(1), basis_zh="示例")
    service.save_rule(session, OPERATOR, rule_id, stricter, now=START)
    item = filled(session, now)
    assert (item.problem, item.chosen) == ("none_suitable", None)
    assert {one.why.code for one in item.barred} == {"voc_missing"}


def answers(shown):
    """What the form on a page would send as it stands."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", shown[shown.index("<main") :]):
        parts = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if parts.get("type") in ("radio", "checkbox") and " checked" not in tag:
            continue
        found[parts.get("name", "")] = parts.get("value", "y")
    return found


def test_the_configurator_refuses_with_the_text_of_the_rule(client, session, boards):
    client.post("/region", data={"code": TOWN.digits, "region": TOWN.digits})
    key = f"{boards[1].maker.id}.{boards[1].product_id}"
    shown = page(client.get(f"/bundles/{HEAT}"))
    assert "用于室内：要求至少二星（室内板材，示例），这款只有一星" in shown
    data = answers(shown) | {f"slot-{EPS}": key}
    sent = client.post(f"/bundles/{HEAT}", data=data, follow_redirects=True)
    chosen = page(sent)
    assert "选的不能用在这里，先换成符合的里最便宜的" in chosen
    english = page(client.get(f"/bundles/{HEAT}?lang=en"))
    assert "Indoors: asks for at least 2 stars (Indoor boards, sample)" in english


def test_the_product_says_where_it_may_not_be_used_and_what_to_take(client, session):
    paint = {"kind_code": "G304", "name_zh": "刺鼻漆", "unit": "l", "attributes": {"voc_g_l": 90.0}}
    bad = make_offer(session, product=paint)
    calm = paint | {"attributes": {"voc_g_l": 10.0}}
    make_offer(session, product=calm | {"name_zh": "净味漆"}, listing={"price_fen": 20_000})
    make_offer(session, product=calm | {"name_zh": "贵净味漆"}, listing={"price_fen": 30_000})
    make_use_rule(session, use=Use.CHILD_ROOM, kind_code="G304", min_star=None, max_voc=Decimal(50))
    session.commit()
    shown = page(client.get(f"/p/{bad.product_id}"))
    assert "用于儿童房：不符合。" in shown
    assert "要求挥发物 VOC 不超过 50 g/L（室内板材，示例），这款 VOC 90 g/L" in shown
    assert "可换：" in shown
    assert ">净味漆 </a>" in shown
    assert "贵净味漆" not in shown
    english = page(client.get(f"/p/{bad.product_id}?lang=en"))
    assert "not suitable" in english


def test_the_operator_writes_the_rules(client, session):
    ensure_kinds(session)
    sign_in(client, session, make_actor(session, "operator").account_id)
    assert "还没有用途规则" in page(client.get("/operator/uses"))
    wrong = {"use": "indoor", "kind_code": "G105", "group_code": "", "min_star": "",
             "basis_zh": "示例"}  # fmt: skip
    assert "至少写一个" in page(client.post("/operator/uses/new", data=wrong), 422)
    good = wrong | {"min_star": "2", "max_voc": "50", "sample": "y"}
    listed = page(client.post("/operator/uses/new", data=good, follow_redirects=True))
    assert "至少二星，挥发物 VOC 不超过 50 g/L（示例，示例）" in listed
    (rule_id,) = [one.id for one in queries.list_rules(session)]
    assert 'value="50' in page(client.get(f"/operator/uses/{rule_id}"))
    changed = good | {"min_star": "3", "max_voc": ""}
    assert client.post(f"/operator/uses/{rule_id}", data=changed).status_code == 303
    session.expire_all()
    assert queries.get_rule(session, rule_id).min_star == 3
    assert client.post(f"/operator/uses/{rule_id}/remove").status_code == 303
    assert page(client.get(f"/operator/uses/{rule_id}"), 404)
