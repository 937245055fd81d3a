"""The register: which rule holds, what breaks it, and what the five gates make of it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from market.adapters.whoosh_index import WhooshIndex
from market.audit.models import AuditEvent
from market.carts import queries as carts
from market.carts.types import CartOwner
from market.catalogue import queries as catalogue
from market.catalogue import service as goods
from market.catalogue.errors import NotPublishable, ProductNotFound
from market.catalogue.invariants import breaches, visible_among
from market.checkout import service as checkout
from market.checkout.errors import CartChanged
from market.checkout.quote import quote
from market.kernel.errors import Forbidden
from market.notifications.models import Message
from market.search import jobs
from market.substances import queries, rules, service
from market.substances.errors import (
    CasKnown,
    CasWrong,
    ContentNotFound,
    KindUnknown,
    LimitMissing,
    LimitNotAsked,
    UnitsDiffer,
    UnknownUnit,
)
from market.substances.types import Declared, RuleDraft, RuleView, Status
from market.substances.units import in_base
from tests.factories.accounts import make_actor
from tests.factories.catalogue import make_offer
from tests.factories.orders import TOWN, fill_cart, make_address, make_household, submission
from tests.factories.substances import (
    OPERATOR,
    START,
    cas_number,
    make_content,
    make_rule,
    make_substance,
)

JULY = date(2027, 7, 1)
BEFORE = datetime(2027, 6, 30, 15, 59, 59, tzinfo=UTC)  # the last second of June in Shanghai


def rule(status, day=date(2026, 1, 1), limit=None, unit="", kinds=()):
    return RuleView(Status(status), day, "示例", limit and Decimal(limit), unit, kinds)


@pytest.fixture
def offer(session):
    return make_offer(session)


def codes(session, offer, now=START):
    row = catalogue.own_product_row(session, offer.actor, offer.product_id, now)
    return [blocker.code for blocker in row.blockers]


@pytest.mark.parametrize(
    ("number", "good"),
    [("50-00-0", True), ("7439-92-1", True), ("1332-21-4", True), ("117-81-7", True),
     ("50-00-1", False), ("50000", False), ("", False), ("7439-92-11", False)],
)  # fmt: skip
def test_a_cas_number_has_a_check_digit(number, good):
    assert rules.is_cas(number) is good


@pytest.mark.parametrize(
    ("value", "unit", "limit", "limit_unit", "found"),
    [
        ("100", "mg/kg", "100", "mg/kg", ""),
        ("100.0001", "mg/kg", "100", "mg/kg", "over"),
        ("0.01", "%", "100", "mg/kg", ""),
        ("0.0101", "%", "100", "mg/kg", "over"),
        ("0.2", "g/kg", "100", "mg/kg", "over"),
        ("0.05", "g/L", "50", "mg/L", ""),
        ("0.09", "mg/m³", "80", "μg/m³", "over"),
        ("1", "g/L", "100", "mg/kg", "unit"),
        ("1", "mg/m³", "1", "mg/(m²·h)", "unit"),
    ],
)
def test_a_value_is_held_against_the_limit_in_one_unit(value, unit, limit, limit_unit, found):
    declared = Declared(Decimal(value), unit)
    assert rules.breach(declared, rule("limited", limit=limit, unit=limit_unit)) == found


def test_banned_means_any_and_watched_means_nothing():
    some, none = Declared(Decimal("0.0001"), "%"), Declared(Decimal(0), "%")
    assert rules.breach(some, rule("banned")) == "banned"
    assert rules.breach(none, rule("banned")) == ""
    assert rules.breach(some, rule("watch")) == ""


@pytest.mark.parametrize("unit", ["ppm", "mg", "克", "", "MG/KG"])
def test_an_unknown_unit_is_refused_and_never_guessed(session, offer, unit):
    with pytest.raises(UnknownUnit):
        in_base(Decimal(1), unit)
    with pytest.raises(UnknownUnit):
        make_content(session, offer.actor, offer.product_id, unit=unit)
    with pytest.raises(UnknownUnit):
        make_rule(session, make_substance(session), unit=unit)


def test_the_rule_that_names_the_kind_goes_first_then_the_latest():
    general, newer = rule("banned"), rule("watch", day=date(2026, 6, 1))
    named = rule("limited", limit="1", unit="%", kinds=("A01",))
    every = (newer, general, named)
    assert rules.governing(every, "A01", date(2026, 7, 1)) is named
    assert rules.governing(every, "G105", date(2026, 7, 1)) is newer
    assert rules.governing(every, "G105", date(2026, 5, 31)) is general
    assert rules.governing(every, "G105", date(2025, 12, 31)) is None


def test_wrong_entries_are_refused(session):
    substance = make_substance(session)
    number = cas_number()
    service.add_substance(session, OPERATOR, number, "甲", "A", now=START)
    with pytest.raises(CasKnown):
        service.add_substance(session, OPERATOR, number, "乙", "B", now=START)
    with pytest.raises(CasWrong):
        service.add_substance(session, OPERATOR, "50-00-1", "乙", "B", now=START)
    for error, wrong in (
        (LimitMissing, {"limit": None}),
        (LimitMissing, {"limit": Decimal(0)}),
        (LimitNotAsked, {"status": Status.WATCH, "limit": Decimal(1)}),
        (KindUnknown, {"kinds": ("Z99",)}),
        (KindUnknown, {"replace_kinds": ("Z99",)}),
    ):
        with pytest.raises(error):
            make_rule(session, substance, **wrong)
    stranger = make_actor(session)
    with pytest.raises(Forbidden):
        service.add_substance(session, stranger, cas_number(), "丙", "C", now=START)
    draft = RuleDraft(Status.WATCH, date(2026, 1, 1), "示例")
    with pytest.raises(Forbidden):
        service.add_rule(session, stranger, substance, draft, now=START)


def test_a_banned_substance_blocks_publishing_until_it_is_gone(session, offer):
    goods.pause_product(session, offer.actor, offer.product_id, START)
    substance = make_substance(session, status=Status.BANNED)
    make_content(session, offer.actor, offer.product_id, substance, "0.1", "%")
    assert codes(session, offer) == ["substance_banned"]
    with pytest.raises(NotPublishable):
        goods.publish_product(session, offer.actor, offer.product_id, START)
    service.remove(session, offer.actor, offer.product_id, substance, now=START)
    goods.publish_product(session, offer.actor, offer.product_id, START)
    with pytest.raises(ContentNotFound):
        service.remove(session, offer.actor, offer.product_id, substance, now=START)
    actions = {
        row.action for row in session.query(AuditEvent).filter_by(object_id=offer.product_id)
    }
    assert {"content.declare", "content.remove"} <= actions


def test_only_the_maker_declares(session, offer):
    stranger = make_offer(session).actor
    with pytest.raises(ProductNotFound):
        make_content(session, stranger, offer.product_id)


def test_a_unit_that_cannot_be_compared_is_refused_at_the_field(session, offer):
    substance = make_substance(session, status=Status.LIMITED)
    with pytest.raises(UnitsDiffer) as refusal:
        make_content(session, offer.actor, offer.product_id, substance, "1", "g/L")
    assert refusal.value.field == "unit"


def test_a_later_limit_in_another_kind_of_unit_asks_for_a_new_declaration(session, offer):
    substance = make_substance(session, status=Status.WATCH)
    make_content(session, offer.actor, offer.product_id, substance, "1", "g/L")
    make_rule(session, substance)
    assert codes(session, offer) == ["substance_unit"]


def test_a_watched_substance_only_shows(session, offer):
    substance = make_substance(session, status=Status.WATCH)
    make_content(session, offer.actor, offer.product_id, substance, "900", "g/kg")
    assert codes(session, offer) == []
    view = catalogue.get_product(session, offer.product_id, START).product
    assert [(one.value, one.unit) for one in view.contents] == [("900", "g/kg")]


def test_a_looser_rule_lets_goods_back_by_the_sweep(session, offer):
    substance = make_substance(session, status=Status.LIMITED)
    make_content(session, offer.actor, offer.product_id, substance, "150")
    make_rule(session, substance, limit=Decimal(200), valid_from=JULY)
    assert codes(session, offer) == ["substance_over"]
    assert service.sweep(session, BEFORE) == 0
    after = BEFORE + timedelta(seconds=1)
    assert codes(session, offer, after) == ["substance_checked_again"]
    assert visible_among(session, {offer.listing_id}, after) == set()
    assert service.sweep(session, after) == 1
    assert codes(session, offer, after) == []
    assert visible_among(session, {offer.listing_id}, after) == {offer.listing_id}


def test_makers_hear_of_a_rule_that_concerns_their_goods(session, offer):
    member = make_actor(session, "seller", offer.maker.id)
    substance = make_substance(session, status=Status.WATCH)
    make_content(session, offer.actor, offer.product_id, substance, "150")
    for _ in range(2):
        make_rule(session, substance, valid_from=JULY)
    told = (
        session.query(Message).filter_by(account_id=member.account_id, kind="product_unfit").all()
    )
    assert [message.params["day"] for message in told] == ["2027-07-01"]
    assert catalogue.unfit_products(session, offer.maker.id)[0][0] == offer.product_id


def test_the_compliant_are_those_that_declare_and_meet_the_rules(session, offer):
    substance = make_substance(session, status=Status.LIMITED)
    good, silent = make_offer(session), make_offer(session)
    make_content(session, offer.actor, offer.product_id, substance, "150")
    make_content(session, good.actor, good.product_id, substance, "50")
    found = queries.compliant_products(session, "G105", {substance}, START)
    assert found == {good.product_id}
    assert silent.product_id not in found


def test_all_five_gates_follow_a_rule_by_its_day(
    app, session, client, clock, now, tmp_path, monkeypatch
):
    index = WhooshIndex(tmp_path / "index")
    monkeypatch.setitem(app.extensions, "market.text_index", index)
    offer = make_offer(session, product={"name_zh": "要禁的石墨板"})
    substance = make_substance(session, status=Status.WATCH)
    make_content(session, offer.actor, offer.product_id, substance, "2", "%")
    make_rule(session, substance, status=Status.BANNED, valid_from=JULY)
    buyer = make_household(session).account_id
    fill_cart(session, buyer, (offer, 1))
    address = make_address(session, buyer)
    session.commit()
    jobs.rebuild(index)

    def gates(at):
        clock.advance(seconds=(at - clock.now()).total_seconds())
        priced = quote(session, carts.get_cart(session, CartOwner(buyer)), TOWN, buyer, at)
        assert breaches(session, at) == []
        return [
            not codes(session, offer, at),
            bool(visible_among(session, {offer.listing_id}, at)),
            offer.product_id in client.get("/search?q=要禁的石墨板").text,
            not priced.problems,
            places(at, priced.total_fen),
        ]

    def places(at, total):
        point = session.begin_nested()
        try:
            checkout.place_order(
                session, buyer, submission(session, buyer, address, at, seen_total_fen=total), at
            )
        except CartChanged:
            return False
        finally:
            if point.is_active:
                point.rollback()
            session.expire_all()
        return True

    assert gates(BEFORE) == [True] * 5
    assert gates(BEFORE + timedelta(seconds=1)) == [False] * 5
    page = client.get(f"/p/{offer.product_id}").text
    assert "含有禁用物质示例物质" in page
    assert "从 2027-07-01 起不能卖" in page
