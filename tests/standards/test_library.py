"""The library: editions, what supersedes them, who cites them and who hears of it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from market.audit import queries as audit
from market.audit.models import AuditEvent
from market.catalogue import change_queries
from market.catalogue import queries as catalogue
from market.catalogue import service as goods
from market.catalogue.errors import NotPublishable
from market.catalogue.models import Product
from market.kernel.errors import Forbidden
from market.notifications.models import Message
from market.sellers.errors import SellerNotFound
from market.standards import queries, service
from market.standards.errors import (
    CodeKnown,
    CodeUnknown,
    CodeWrong,
    EffectiveBeforePublished,
    EndedAlready,
    EndingNotFound,
    KindsMissing,
    KindUnknown,
    NothingToAcknowledge,
    ReasonMissing,
    StandardNotFound,
    SuccessorNotYet,
    SupersedesItself,
    TransitionNotAsked,
    TransitionTooEarly,
)
from market.standards.invariants import breaches
from market.standards.types import EditionDraft, EndingDraft, State
from tests.factories.accounts import make_actor
from tests.factories.catalogue import START, make_maker
from tests.factories.standards import OPERATOR, TODAY, end, make_citing, make_edition

NEXT_YEAR = date(2027, 1, 1)
EVE = datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)  # the last second of 2026 in Shanghai


@pytest.fixture
def cement(session):
    """(id of GB 175-2007, id of GB 175-2023), nothing said of how they follow."""
    old = make_edition(session, "GB 175-2007", name_zh="通用硅酸盐水泥")
    new = make_edition(session, "GB 175-2023", effective_on=date(2024, 6, 1))
    return old, new


def codes(session, offer, now=START):
    row = catalogue.own_product_row(session, offer.actor, offer.product_id, now)
    return [blocker.code for blocker in row.blockers]


def wrong(session, now=START):
    return breaches(session, audit.counts(session, "standard_edition"), now)


def told(session, member, kind):
    return session.query(Message).filter_by(account_id=member.account_id, kind=kind).all()


def product(session, offer):
    session.expire_all()
    return session.get_one(Product, offer.product_id)


def change(session, offer, text, now=START):
    """Change what goods on sale cite, through a reviewer."""
    view = catalogue.get_own_product(session, offer.actor, offer.product_id)
    details = view.details
    goods.edit_product(
        session, offer.actor, offer.product_id, type(details)(**vars(details) | {"standard": text}),
        now,
    )  # fmt: skip
    change_id, version = change_queries.find_open_change(session, offer.product_id)
    goods.confirm_change(session, OPERATOR, change_id, version, now=now)


def test_an_edition_is_entered_once_and_only_by_the_operator(session, cement):
    view = queries.get_edition(session, cement[0])
    assert (view.code, view.slug, view.name_zh) == ("GB 175-2007", "GB-175", "通用硅酸盐水泥")
    assert view.standard_id == queries.get_edition(session, cement[1]).standard_id
    standard = queries.find_standard(session, "GB-175")
    assert [one.code for one in standard.editions] == ["GB 175-2023", "GB 175-2007"]
    draft = EditionDraft("名", date(2020, 1, 1), "示例")
    with pytest.raises(CodeKnown):
        service.add_edition(session, OPERATOR, "gb175—2007", draft, now=START)
    with pytest.raises(Forbidden):
        service.add_edition(session, make_actor(session), "GB 1-2020", draft, now=START)
    events = session.query(AuditEvent).filter_by(object_id=cement[0]).all()
    assert [event.action for event in events] == ["standard.add"]


@pytest.mark.parametrize(
    ("error", "wrong"),
    [
        (CodeWrong, {"code": "GB 175"}),
        (CodeWrong, {"code": "水泥标准"}),
        (CodeWrong, {"code": "GB 175-2023 GB 8076-2008"}),
        (KindUnknown, {"kinds": ("Z99",)}),
        (KindsMissing, {"mandatory": True}),
        (EffectiveBeforePublished, {"published_on": date(2020, 1, 2)}),
    ],
)
def test_wrong_entries_are_refused(session, error, wrong):
    with pytest.raises(error):
        make_edition(session, **{"code": "GB 1-2020", **wrong})


def test_a_correction_keeps_what_was_there_in_the_trail_and_reaches_the_goods(session, cement):
    offer = make_citing(session, "GB 175-2023")
    draft = EditionDraft("改过的名", date(2024, 7, 1), "核对过", "New name", True, ("X01",))
    service.correct_edition(session, OPERATOR, cement[1], draft, now=START)
    assert product(session, offer).cited[0]["zh"] == "改过的名"
    event = session.query(AuditEvent).filter_by(action="standard.correct").one()
    assert (event.before["name"], event.after["name"]) == ("示例标准", "改过的名")
    assert event.after["kinds"] == ["X01"]
    with pytest.raises(StandardNotFound):
        service.correct_edition(session, OPERATOR, "nothing", draft, now=START)


def test_goods_carry_what_the_library_says_however_they_write_it(session, cement):
    offer = make_citing(session, "ＧＢ175—2007")
    assert [one["code"] for one in product(session, offer).cited] == ["GB 175-2007"]
    undated = make_citing(session, "GB 175")
    assert [one["code"] for one in product(session, undated).cited] == ["GB 175-2023"]
    unknown = make_citing(session, "GB 175-1999、GB 示例标准")
    assert product(session, unknown).cited == []
    make_edition(session, "GB 175-1999")
    assert [one["code"] for one in product(session, unknown).cited] == ["GB 175-1999"]
    assert wrong(session) == []


def test_kinds_carry_their_evaluation_standard(session):
    make_edition(session, "T/CECS 10032-2019", name_zh="绿色建材评价 保温系统材料")
    kind = catalogue.get_kind(session, "G105")
    assert [one.code for one in kind.cited] == ["T/CECS 10032-2019"]
    assert wrong(session) == []


def test_a_superseded_standard_flags_its_goods_and_tells_their_maker_once(session, cement):
    maker = make_maker(session)
    member = make_actor(session, "seller", maker.id)
    first = make_citing(session, maker=maker)
    make_citing(session, maker=maker)
    other = make_citing(session, "GB 175-2023", maker=maker)
    seen = service.look(session, OPERATOR, cement[0], EndingDraft(TODAY, "示例", "GB 175-2023"))
    assert (seen.products, seen.on_sale, seen.makers) == (2, 2, 1)
    assert product(session, first).outdated_from is None
    end(session, cement[0], "GB 175-2023")
    assert product(session, first).outdated_from == TODAY
    assert product(session, other).outdated_from is None
    message = told(session, member, "standard_superseded")
    assert [(one.params["count"], one.link) for one in message] == [(2, "/seller/standards")]
    assert service.sweep(session, START) == 0
    assert len(told(session, member, "standard_superseded")) == 1
    flagged = catalogue.outdated_products(session, maker.id)
    assert len(flagged) == 2
    assert flagged[0].cited[0].by == "GB 175-2023"


def test_a_coming_day_is_told_by_the_sweep_when_it_has_come(session, cement):
    offer = make_citing(session)
    member = make_actor(session, "seller", offer.maker.id)
    end(session, cement[0], "GB 175-2023", from_on=NEXT_YEAR)
    assert queries.get_edition(session, cement[0]).state_on(TODAY) is State.IN_FORCE
    assert service.sweep(session, EVE) == 0
    assert told(session, member, "standard_superseded") == []
    after = EVE + timedelta(seconds=1)
    assert service.sweep(session, after) == 1
    assert service.sweep(session, after) == 0
    message = told(session, member, "standard_superseded")
    assert [one.link for one in message] == [f"/seller/products/{offer.product_id}"]
    assert queries.get_edition(session, cement[0]).state_on(NEXT_YEAR) is State.SUPERSEDED


def test_goods_on_sale_stay_there_and_are_not_published_anew_after_the_transition(session, cement):
    offer = make_citing(session)
    end(session, cement[0], "GB 175-2023", until=NEXT_YEAR)
    assert codes(session, offer) == []
    after = datetime(2027, 1, 1, 16, tzinfo=UTC)
    assert codes(session, offer, after - timedelta(seconds=1)) == []
    row = catalogue.own_product_row(session, offer.actor, offer.product_id, after)
    assert [one.code for one in row.to_publish] == ["standard_superseded"]
    assert row.hiding == ()
    assert catalogue.get_product(session, offer.product_id, after).is_on_sale
    goods.pause_product(session, offer.actor, offer.product_id, after)
    with pytest.raises(NotPublishable):
        goods.publish_product(session, offer.actor, offer.product_id, after)


def test_the_flag_goes_when_the_goods_cite_what_is_in_force(session, cement):
    offer = make_citing(session)
    end(session, cement[0], "GB 175-2023")
    assert codes(session, offer) == ["standard_superseded"]
    change(session, offer, "GB 175-2023")
    assert product(session, offer).outdated_from is None
    assert codes(session, offer) == []
    assert wrong(session) == []


def test_a_change_to_what_is_over_is_not_confirmed(session, cement):
    offer = make_citing(session, "GB 175-2023")
    end(session, cement[0], "GB 175-2023")
    with pytest.raises(NotPublishable):
        change(session, offer, "GB 175-2007")


def test_a_withdrawn_standard_has_no_successor(session, cement):
    offer = make_citing(session)
    member = make_actor(session, "seller", offer.maker.id)
    with pytest.raises(TransitionNotAsked):
        end(session, cement[0], until=NEXT_YEAR)
    end(session, cement[0])
    assert queries.get_edition(session, cement[0]).state_on(TODAY) is State.WITHDRAWN
    assert codes(session, offer) == ["standard_withdrawn"]
    assert len(told(session, member, "standard_withdrawn")) == 1


def test_what_makes_no_sense_does_not_supersede(session, cement):
    old, new = cement
    later = make_edition(session, "GB 175-2030", effective_on=date(2030, 1, 1))
    with pytest.raises(CodeWrong):
        end(session, old, "新标准")
    with pytest.raises(CodeUnknown):
        end(session, old, "GB 175-2031")
    with pytest.raises(SuccessorNotYet):
        end(session, old, "GB 175-2030")
    with pytest.raises(TransitionTooEarly):
        end(session, old, "GB 175-2023", until=TODAY - timedelta(days=1))
    with pytest.raises(SupersedesItself):
        end(session, old, "GB 175-2007")
    end(session, old, "GB 175-2023")
    with pytest.raises(EndedAlready):
        end(session, old, "GB 175-2023")
    end(session, new, "GB 175-2030", from_on=date(2030, 1, 1))
    with pytest.raises(SupersedesItself):
        end(session, later, "GB 175-2007", from_on=date(2031, 1, 1))
    draft = EndingDraft(TODAY, "示例")
    with pytest.raises(Forbidden):
        service.end_edition(session, make_actor(session), later, draft, now=START)
    with pytest.raises(Forbidden):
        service.look(session, make_actor(session), later, draft)


def test_an_ending_entered_wrongly_is_cancelled_with_a_reason(session, cement):
    offer = make_citing(session)
    wrong = end(session, cement[0])
    with pytest.raises(ReasonMissing):
        service.cancel_ending(session, OPERATOR, wrong, " ", now=START)
    with pytest.raises(Forbidden):
        service.cancel_ending(session, make_actor(session), wrong, "登记错了", now=START)
    service.cancel_ending(session, OPERATOR, wrong, "登记错了", now=START)
    assert product(session, offer).outdated_from is None
    assert codes(session, offer) == []
    with pytest.raises(EndingNotFound):
        service.cancel_ending(session, OPERATOR, wrong, "再来一次", now=START)
    end(session, cement[0], "GB 175-2023")
    assert product(session, offer).outdated_from == TODAY
    actions = [row.action for row in session.query(AuditEvent).filter_by(object_id=cement[0])]
    assert sorted(actions) == [
        "standard.add", "standard.cancel_ending", "standard.end", "standard.end"
    ]  # fmt: skip


def test_what_was_written_beside_a_change_of_the_library_is_caught_up(session, cement):
    offer = make_citing(session)
    row = product(session, offer)
    row.cited = []
    session.flush()
    service.settle(session, START + timedelta(hours=2))
    assert product(session, offer).cited == []
    service.settle(session, START + timedelta(minutes=10))
    assert product(session, offer).cited != []
    assert wrong(session) == []


def test_lists_find_by_code_title_state_and_kind(session, cement):
    end(session, cement[0], "GB 175-2023")
    make_edition(session, "GB 18580-2017", name_zh="甲醛释放限量", kinds=("A01",))

    def found(**asked):
        return [one.code for one in queries.list_editions(session, TODAY, **asked).items]

    assert found() == ["GB 175-2023", "GB 175-2007", "GB 18580-2017"]
    assert found(words="gb175") == ["GB 175-2023", "GB 175-2007"]
    assert found(words="GB 175-2007") == ["GB 175-2007"]
    assert found(words="甲醛") == ["GB 18580-2017"]
    assert found(state=State.SUPERSEDED) == ["GB 175-2007"]
    assert found(state=State.IN_FORCE, kind_code="A01") == ["GB 18580-2017"]
    assert queries.count_states(session, TODAY)[State.IN_FORCE] == 2
    assert queries.get_edition(session, cement[1]).replaces == ("GB 175-2007",)


def test_the_audit_finds_copies_that_differ_acts_unrecorded_and_makers_untold(session, cement):
    offer = make_citing(session)
    end(session, cement[0], "GB 175-2023", from_on=NEXT_YEAR)
    assert wrong(session) == []
    assert len(breaches(session, {}, START)) == 3
    assert "told" in wrong(session, EVE + timedelta(days=3))[0]
    row = product(session, offer)
    row.outdated_from = None
    session.flush()
    assert len(wrong(session)) == 1
    row.cited = []
    session.flush()
    assert wrong(session) == [
        f"product {offer.product_id}: carries not what the library says of it"
    ]


# --- makers read what is mandatory ------------------------------------------------------


@pytest.fixture
def maker(session):
    """A maker of cement that pledged to meet what was in force in 2025."""
    return make_maker(session, standards_acknowledged_at=datetime(2025, 1, 1, tzinfo=UTC))


def mandatory(session, day=TODAY, **more):
    return make_edition(
        session, mandatory=True, kinds=("X01",), effective_on=day, published_on=None, **more
    )


def test_a_new_mandatory_text_is_acknowledged_before_goods_are_published(session, maker):
    offer = make_citing(session, maker=maker)
    member = make_actor(session, "seller", maker.id)
    edition = mandatory(session)
    assert [one.link for one in told(session, member, "standard_to_read")] == ["/seller/standards"]
    row = catalogue.own_product_row(session, offer.actor, offer.product_id, START)
    assert [one.code for one in row.to_publish] == ["standard_unread"]
    assert catalogue.get_product(session, offer.product_id, START).is_on_sale
    service.acknowledge(session, member, maker.id, edition, now=START)
    service.acknowledge(session, member, maker.id, edition, now=START + timedelta(days=1))
    assert codes(session, offer) == []
    [duty] = queries.duties_of(session, maker.id, START)
    assert (duty.acknowledged_at, duty.acknowledged_by) == (START, member.display_name)
    assert session.query(AuditEvent).filter_by(action="standard.acknowledge").count() == 1


def test_a_text_that_is_coming_keeps_nothing_back_before_its_day(session, maker):
    offer = make_citing(session, maker=maker)
    mandatory(session, NEXT_YEAR)
    assert len(queries.duties_of(session, maker.id, START)) == 1
    assert codes(session, offer, EVE) == []
    assert codes(session, offer, EVE + timedelta(seconds=1)) == ["standard_unread"]


def test_what_was_in_force_when_the_shop_opened_was_pledged_then(session, maker):
    offer = make_citing(session, maker=maker)
    mandatory(session, date(2024, 12, 31))
    assert queries.duties_of(session, maker.id, START) == []
    assert codes(session, offer) == []


def test_nobody_else_acknowledges_and_nothing_that_does_not_concern(session, maker):
    make_citing(session, maker=maker)
    edition = mandatory(session)
    member = make_actor(session, "seller", maker.id)
    with pytest.raises(SellerNotFound):
        service.acknowledge(session, make_actor(session), maker.id, edition, now=START)
    advised = make_edition(session, kinds=("X01",))
    other = make_edition(session, mandatory=True, kinds=("A01",), effective_on=TODAY)
    for unasked in (advised, other):
        with pytest.raises(NothingToAcknowledge):
            service.acknowledge(session, member, maker.id, unasked, now=START)
    with pytest.raises(StandardNotFound):
        service.acknowledge(session, member, maker.id, "nothing", now=START)
