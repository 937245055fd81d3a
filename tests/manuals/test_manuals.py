"""Manuals: what must be said, versions that stay, and which one goes with a batch."""

from datetime import UTC, date, datetime, timedelta

import pytest

from market.audit.models import AuditEvent
from market.batches import queries as batches
from market.catalogue import queries as catalogue
from market.catalogue import service as goods
from market.catalogue.errors import NotPublishable, ProductNotFound
from market.catalogue.models import Product
from market.manuals import queries, rules, service
from market.manuals.errors import ManualNotFound, NothingNew, SectionBoth, SectionEmpty
from market.manuals.types import ManualText, Section, Words
from market.traceability import identifiers
from market.traceability import queries as traces
from tests.factories.batches import make_batch
from tests.factories.catalogue import (
    START,
    VARIANT,
    actor_for,
    confirm,
    make_maker,
    make_offer,
    make_product,
    make_stamp,
)
from tests.factories.manuals import WHOLE, make_manual, manual

DRY = manual(storage=Words("放干的地方"))
OCTOBER, NOVEMBER = (datetime(2026, month, 5, 2, tzinfo=UTC) for month in (10, 11))


@pytest.fixture
def draft(session):
    """A product that lacks nothing but a manual."""
    maker = make_maker(session)
    product = make_product(
        session, maker, manual=False, certificate_id=make_stamp(session, maker).id
    )
    goods.add_variant(session, actor_for(maker.id), product, VARIANT, START)
    return actor_for(maker.id), product


def reasons(session, draft):
    row = catalogue.own_product_row(session, *draft, START)
    return [blocker.code for blocker in row.blockers]


def test_a_product_is_published_only_with_a_manual(session, draft):
    assert reasons(session, draft) == ["manual_missing"]
    service.save_draft(session, *draft, WHOLE, now=START)
    with pytest.raises(NotPublishable):
        goods.publish_product(session, *draft, START)
    service.publish(session, *draft, WHOLE, now=START)
    goods.publish_product(session, *draft, START)


def test_goods_on_sale_from_before_manuals_stay_but_are_not_published_again(session, now):
    offer = make_offer(session)
    session.get_one(Product, offer.product_id).manual_version = None
    session.flush()
    assert catalogue.listings_by_ids(session, [offer.listing_id], now)[offer.listing_id].sellable
    assert catalogue.count_without_manual(session, offer.maker.id) == 1
    row = catalogue.own_product_row(session, offer.actor, offer.product_id, now)
    assert row.hiding == ()
    assert [blocker.code for blocker in row.to_publish] == ["manual_missing"]
    goods.pause_product(session, offer.actor, offer.product_id, now)
    with pytest.raises(NotPublishable):
        goods.publish_product(session, offer.actor, offer.product_id, now)


@pytest.mark.parametrize("section", list(Section))
def test_every_section_says_something_or_that_it_does_not_apply(session, draft, section):
    for empty in (Words(), Words(" "), Words(en="English alone")):
        with pytest.raises(SectionEmpty) as refusal:
            service.publish(session, *draft, manual(**{section: empty}), now=START)
        assert refusal.value.field == f"{section}_zh"
    both = manual(**{section: Words("写了", not_applicable=True)})
    with pytest.raises(SectionBoth):
        service.publish(session, *draft, both, now=START)
    assert queries.versions_of(session, draft[1]) == []
    assert len(rules.complaints(ManualText())) == len(Section)


def test_a_published_version_stays_and_the_next_one_is_new(session, draft):
    assert service.publish(session, *draft, WHOLE, now=OCTOBER) == 1
    with pytest.raises(NothingNew):
        service.publish(session, *draft, WHOLE, now=NOVEMBER)
    service.save_draft(session, *draft, manual(), now=NOVEMBER)
    assert queries.text_to_write_on(session, draft[1]) == WHOLE
    assert service.publish(session, *draft, DRY, now=NOVEMBER) == 2
    assert queries.find_draft(session, draft[1]) is None
    first, newest = (queries.get_page(session, draft[1], number) for number in (1, None))
    assert (first.manual.text, first.is_old, first.manual.published_at) == (WHOLE, True, OCTOBER)
    assert (newest.manual.text, newest.is_old, newest.manual.version) == (DRY, False, 2)
    with pytest.raises(ManualNotFound):
        queries.get_page(session, draft[1], 3)
    done = session.query(AuditEvent).filter_by(action="manual.publish").all()
    assert [event.after["version"] for event in done] == [1, 2]


def test_only_the_maker_writes_and_reads_a_draft(session, draft):
    service.save_draft(session, *draft, DRY, now=START)
    assert queries.preview(session, *draft).manual.is_draft
    stranger = make_offer(session).actor
    for act in (
        lambda: service.save_draft(session, stranger, draft[1], WHOLE, now=START),
        lambda: service.publish(session, stranger, draft[1], WHOLE, now=START),
        lambda: queries.preview(session, stranger, draft[1]),
    ):
        with pytest.raises(ProductNotFound):
            act()
    with pytest.raises(ManualNotFound):
        queries.get_page(session, draft[1])


@pytest.mark.parametrize(
    ("made_on", "version"),
    [(date(2026, 10, 4), None), (date(2026, 10, 5), 1), (date(2026, 11, 4), 1),
     (date(2026, 11, 5), 2), (date(2026, 11, 20), 2)],
)  # fmt: skip
def test_a_batch_goes_by_the_manual_of_its_day(made_on, version):
    assert rules.in_force_on([(1, OCTOBER), (2, NOVEMBER)], made_on) == version


def test_the_version_of_a_batch_stays_when_a_new_one_comes(session, draft, now):
    service.publish(session, *draft, WHOLE, now=OCTOBER)
    service.publish(session, *draft, DRY, now=NOVEMBER)
    goods.publish_product(session, *draft, START)
    confirm(session, draft[1])
    old = make_batch(session, *draft, made_on=date(2026, 10, 20))
    new = make_batch(session, *draft, made_on=date(2026, 11, 10))
    service.publish(session, *draft, WHOLE, now=now)
    assert [batches.get(session, one).manual_version for one in (old, new)] == [1, 2]
    document = identifiers.document(session, "batch", old, "https://x", now)
    assert document["manual"] == {
        "version": 1, "url": f"https://x/p/{draft[1]}/manual/1", "later": False,
    }  # fmt: skip


def test_what_was_made_before_any_manual_goes_by_the_first_one(session, draft, now):
    batch = make_batch(session, *draft)
    facts = traces.facts_of(session, batches.get(session, batch), now)
    assert (facts.manual, facts.manual_is_later) == (None, False)
    make_manual(session, *draft, now=now + timedelta(days=1))
    facts = traces.facts_of(session, batches.get(session, batch), now)
    assert (facts.manual, facts.manual_is_later) == (1, True)
