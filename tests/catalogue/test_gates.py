"""What households see follows certificate, seller, product and clock at once."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from market.catalogue import queries, service, tallies
from market.catalogue.errors import (
    CertificateNotUsable,
    KindClosed,
    ListingNotFound,
    NotPublishable,
    ProductNotFound,
    VariantNotFound,
)
from market.catalogue.types import Demand, KindDetails, ListingDetails, ListingFilter, Scheme
from market.certification.events import CertificateChanged
from market.certification.models import Certificate
from market.kernel.actor import SYSTEM, Actor
from market.kernel.clock import end_of_day
from market.kernel.errors import Conflict, Forbidden
from market.kernel.events import publish
from market.sellers.events import SellerReinstated, SellerSuspended
from tests.factories.catalogue import (
    VARIANT,
    actor_for,
    attach_report,
    ensure_kinds,
    make_maker,
    make_offer,
    make_product,
    make_stamp,
)

G105 = ListingFilter(kind_code="G105")


def seen(session, now, wanted=G105):
    """Ids on the page, having checked that facets, views and tallies say the same."""
    page = queries.list_listings(session, wanted, now)
    ids = [view.id for view in page.page.items]
    assert page.facets.total == len(ids)
    assert all(view.sellable for view in page.page.items)
    assert tallies.breaches(session) == []
    return ids


def test_the_gate_shuts_with_the_last_day_of_the_certificate(session, clock):
    maker = make_maker(session)
    stamp = make_stamp(session, maker, valid_to=date(2026, 12, 31))
    offer = make_offer(session, maker, stamp)
    last = end_of_day(date(2026, 12, 31))
    assert seen(session, clock.now()) == [offer.listing_id]
    clock.set(last - timedelta(seconds=1))
    assert seen(session, clock.now()) == [offer.listing_id]
    clock.set(last)
    assert seen(session, clock.now()) == []
    view = queries.listings_by_ids(session, [offer.listing_id], clock.now())[offer.listing_id]
    assert (view.sellable, view.unsellable_reason) == (False, "certificate_expired")
    assert queries.get_product(session, offer.product_id, clock.now()).listings == ()


def test_the_gate_opens_with_the_first_day_of_the_certificate(session, clock):
    maker = make_maker(session)
    offer = make_offer(session, maker)
    stamp = offer.certificate
    stamp.valid_from = date(2027, 1, 1)
    session.flush()
    publish(session, CertificateChanged(stamp.id))
    assert seen(session, clock.now()) == []
    clock.set(end_of_day(date(2026, 12, 31)) - timedelta(seconds=1))
    assert seen(session, clock.now()) == []
    clock.set(end_of_day(date(2026, 12, 31)))
    assert seen(session, clock.now()) == [offer.listing_id]


@pytest.mark.parametrize("standing", ["suspended", "revoked", "cancelled"])
def test_a_certificate_event_hides_at_once_and_brings_back(session, now, standing):
    offer = make_offer(session)
    change = update(Certificate).where(Certificate.id == offer.certificate.id)
    session.execute(change.values(standing=standing))
    publish(session, CertificateChanged(offer.certificate.id))
    assert seen(session, now) == []
    view = queries.listings_by_ids(session, [offer.listing_id], now)[offer.listing_id]
    assert view.unsellable_reason == f"certificate_{standing}"
    session.execute(change.values(standing="in_force"))
    publish(session, CertificateChanged(offer.certificate.id))
    assert seen(session, now) == [offer.listing_id]


def test_a_renewed_certificate_brings_the_listings_back(session, clock):
    maker = make_maker(session)
    stamp = make_stamp(session, maker, valid_to=date(2026, 11, 21))
    with pytest.raises(NotPublishable) as refusal:
        make_offer(session, maker, stamp)
    assert refusal.value.params["reasons"] == ["certificate_expired"]


def test_a_suspended_seller_vanishes_at_once_and_returns(session, now):
    offer, other = make_offer(session), make_offer(session)
    publish(session, SellerSuspended(offer.maker.id, "抽检不合格"))
    assert seen(session, now) == [other.listing_id]
    view = queries.listings_by_ids(session, [offer.listing_id], now)[offer.listing_id]
    assert view.unsellable_reason == "seller_suspended"
    publish(session, SellerReinstated(offer.maker.id))
    assert len(seen(session, now)) == 2


def test_pausing_a_product_hides_all_its_listings(session, now):
    offer = make_offer(session)
    service.pause_product(session, offer.actor, offer.product_id, now)
    assert seen(session, now) == []
    service.publish_product(session, offer.actor, offer.product_id, now)
    assert seen(session, now) == [offer.listing_id]
    service.archive_product(session, offer.actor, offer.product_id, now)
    assert seen(session, now) == []
    with pytest.raises(ProductNotFound):
        queries.get_product(session, offer.product_id, now)


def test_a_paused_listing_is_gone_and_says_why(session, now):
    offer = make_offer(session)
    service.pause_listing(session, offer.actor, offer.listing_id, now)
    assert seen(session, now) == []
    with pytest.raises(Conflict):
        service.pause_listing(session, offer.actor, offer.listing_id, now)
    view = queries.listings_by_ids(session, [offer.listing_id], now)[offer.listing_id]
    assert view.unsellable_reason == "listing_paused"


def publish_codes(session, actor, product_id, now):
    with pytest.raises(NotPublishable) as refusal:
        service.publish_product(session, actor, product_id, now)
    return refusal.value.params["reasons"]


def test_a_certifiable_kind_needs_a_certificate_in_force(session, now):
    maker = make_maker(session)
    product_id = make_product(session, maker)
    actor = actor_for(maker.id)
    assert publish_codes(session, actor, product_id, now) == [
        "certificate_missing", "variant_missing",
    ]  # fmt: skip
    pending = make_stamp(session, maker, review="submitted")
    details = queries.get_own_product(session, actor, product_id).details
    service.add_variant(session, actor, product_id, VARIANT, now)
    edited = type(details)(**{**vars(details), "certificate_id": pending.id})
    service.edit_product(session, actor, product_id, edited, now)
    assert publish_codes(session, actor, product_id, now) == ["certificate_pending"]


def test_an_uncertifiable_kind_needs_standard_and_report(session, now):
    maker = make_maker(session)
    actor = actor_for(maker.id)
    product_id = make_product(session, maker, kind_code="X02", name_zh="中砂", unit="t")
    service.add_variant(session, actor, product_id, VARIANT, now)
    assert publish_codes(session, actor, product_id, now) == ["standard_missing", "report_missing"]
    details = queries.get_own_product(session, actor, product_id).details
    edited = type(details)(**{**vars(details), "standard": "GB/T 14684-2022"})
    service.edit_product(session, actor, product_id, edited, now)
    assert publish_codes(session, actor, product_id, now) == ["report_missing"]
    attach_report(session, product_id, maker)
    service.publish_product(session, actor, product_id, now)


def test_uncertified_goods_carry_no_star_and_stay_out_of_the_zone(session, now):
    offer = make_offer(session, product={"kind_code": "X01", "name_zh": "水泥", "unit": "t"})
    certified = make_offer(session)
    zone = queries.list_listings(session, ListingFilter(zone=True), now)
    assert [v.id for v in zone.page.items] == [certified.listing_id]
    (view,) = queries.list_listings(session, ListingFilter(kind_code="X01"), now).page.items
    assert (view.certifiable, view.certificate, view.star) == (False, None, None)
    assert view.id == offer.listing_id


def test_activity_one_has_no_stars(session, now):
    maker = make_maker(session)
    stamp = make_stamp(session, maker, scheme="activity1", star=None, kinds=["A01"])
    make_offer(session, maker, stamp, product={"kind_code": "A01", "name_zh": "木地板"})
    page = queries.list_listings(session, ListingFilter(kind_code="A01"), now)
    (view,) = page.page.items
    assert view.star is None
    assert view.certificate.star is None
    assert page.facets.stars == {0: 1}


def test_anothers_certificate_or_one_for_another_kind_is_refused(session):
    maker, other = make_maker(session), make_maker(session)
    with pytest.raises(CertificateNotUsable):
        make_product(session, maker, certificate_id=make_stamp(session, other).id)
    wrong = make_stamp(session, maker, kinds=["G201"])
    with pytest.raises(CertificateNotUsable):
        make_product(session, maker, certificate_id=wrong.id)


def test_an_unapproved_seller_cannot_publish(session, now):
    maker = make_maker(session, state="submitted")
    product_id = make_product(session, maker, certificate_id=make_stamp(session, maker).id)
    service.add_variant(session, actor_for(maker.id), product_id, VARIANT, now)
    codes = publish_codes(session, actor_for(maker.id), product_id, now)
    assert codes == ["seller_not_approved"]


def test_a_price_change_shows_at_once_without_approval(session, now):
    offer = make_offer(session)
    before = queries.revision_of(session, product_id=offer.product_id)
    service.edit_listing(session, offer.actor, offer.listing_id, ListingDetails(20000), now)
    (view,) = queries.list_listings(session, G105, now).page.items
    assert view.price_fen == 20000
    assert view.unit_price_milli_fen == 6944444  # 200 yuan / 2.88 m2, half up
    assert view.unit_price_fen == 6944
    assert queries.revision_of(session, product_id=offer.product_id) > before


def test_others_cannot_touch_products_and_listings(session, now):
    offer = make_offer(session)
    stranger = actor_for(make_maker(session).id)
    for act, thing, error in (
        (service.publish_product, offer.product_id, ProductNotFound),
        (service.archive_product, offer.product_id, ProductNotFound),
        (service.pause_listing, offer.listing_id, ListingNotFound),
        (service.close_variant, offer.variant_id, VariantNotFound),
    ):
        with pytest.raises(error):
            act(session, stranger, thing, now)
    with pytest.raises(ListingNotFound):
        service.receive_stock(session, stranger, offer.listing_id, offer.warehouse_id, 1, now=now)
    with pytest.raises(ListingNotFound):
        queries.get_own_listing(session, stranger, offer.listing_id, now)


def test_a_shop_lists_anothers_live_product_but_not_its_draft(session, now):
    offer, shop = make_offer(session), make_maker(session, kind="shop")
    listing_id = service.add_listing(
        session, actor_for(shop.id), shop.id, offer.variant_id, ListingDetails(13000), now=now
    )
    service.publish_listing(session, actor_for(shop.id), listing_id, now)
    assert seen(session, now) == [listing_id, offer.listing_id]  # cheapest first
    draft = make_product(session, offer.maker)
    variant_id = service.add_variant(session, offer.actor, draft, VARIANT, now)
    with pytest.raises(VariantNotFound):
        service.add_listing(
            session, actor_for(shop.id), shop.id, variant_id, ListingDetails(1), now=now
        )
    assert [v.id for _p, v in queries.listable_variants(session, shop.id)] == []


def test_the_operator_edits_kinds_and_the_gates_follow(session, now):
    offer = make_offer(session, product={"kind_code": "X01", "name_zh": "水泥", "unit": "t"})
    kind = queries.get_kind(session, "X01")
    details = KindDetails(
        "X01", "1", "水泥", "Cement", Scheme.GRADED, True, "T/CECS 1", kind.default_unit
    )
    with pytest.raises(Forbidden):
        service.edit_kind(session, Actor("someone"), details, now)
    service.edit_kind(session, SYSTEM, details, now)
    assert seen(session, now, ListingFilter(kind_code="X01")) == []
    view = queries.listings_by_ids(session, [offer.listing_id], now)[offer.listing_id]
    assert view.unsellable_reason == "certificate_missing"


def test_a_closed_kind_takes_no_new_products(session, now):
    ensure_kinds(session)
    kind = queries.get_kind(session, "G603")
    details = KindDetails(
        "G603", "6", kind.name_zh, kind.name_en, kind.scheme, True, "", kind.default_unit,
        is_open=False,
    )  # fmt: skip
    service.edit_kind(session, SYSTEM, details, now)
    with pytest.raises(KindClosed):
        make_product(session, make_maker(session), kind_code="G603")


def test_all_shipped_kinds_are_loaded_once(session):
    ensure_kinds(session)
    kinds = queries.list_kinds(session)
    by_scheme = [sum(k.scheme == s for k in kinds) for s in Scheme]
    assert by_scheme == [51, 11, 15]
    assert service.load_kinds(session) == 0
    assert {k.house_part for k in kinds} == {None, 1, 2, 3, 4, 5, 6}


def test_hidden_stock_stays_reserved(session, now):
    """A hold outlives the hiding of its listing: the household paid in time."""
    offer = make_offer(session, stock=3)
    demand = [Demand(offer.listing_id, 2)]
    service.stock.reserve(session, "k", demand, now + timedelta(minutes=15), now)
    publish(session, SellerSuspended(offer.maker.id, "x"))
    assert service.stock.commit(session, "k", now)
