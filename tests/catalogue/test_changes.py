"""A published product stays as it is until a reviewer has confirmed what its maker wants."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from market.accounts import service as accounts
from market.audit.models import AuditEvent
from market.catalogue import change_queries, details_json, queries, service
from market.catalogue.change_types import ChangeState
from market.catalogue.errors import (
    CertificateNotUsable,
    ChangeNeedsWords,
    ChangeNotFound,
    ChangeNotOpen,
    ChangeOutdated,
    ChangeOutsideYourRegion,
    ChangeReplaced,
    NotPublishable,
    VariantInUse,
)
from market.catalogue.models import Listing, Product, ProductChange, Variant
from market.catalogue.types import (
    Carbon,
    CarbonTrust,
    Dimension,
    Evidence,
    ListingDetails,
    ProductDetails,
    VariantDetails,
)
from market.kernel.actor import SYSTEM, Actor
from market.kernel.region_code import RegionCode
from market.notifications.models import Message
from tests.factories.accounts import make_account, sign_in
from tests.factories.catalogue import (
    VARIANT,
    actor_for,
    attach_report,
    confirm,
    make_maker,
    make_offer,
    make_product,
    make_stamp,
)


@pytest.fixture
def offer(session):
    return make_offer(session)


def details_of(session, offer):
    return queries.get_own_product(session, offer.actor, offer.product_id).details


def edit(session, offer, now, **values):
    wanted = replace(details_of(session, offer), **values)
    service.edit_product(session, offer.actor, offer.product_id, wanted, now)
    return change_queries.find_open_change(session, offer.product_id)


def official(*codes):
    regions = tuple(RegionCode(code) for code in codes)
    return Actor("official", frozenset({"official"}), official_regions=regions)


def test_details_survive_the_way_through_json():
    details = ProductDetails(
        "G105", "板", "m2", report_issued_on=date(2026, 1, 2), life_years=25,
        carbon=Carbon(Decimal("2.50"), "报告", CarbonTrust.DECLARED),
        attributes={"thickness_mm": 100.0, "fire_class": "B1"},
        evidence=(Evidence(Dimension.ENERGY, "省", "报告"),),
    )  # fmt: skip
    assert details_json.load(ProductDetails, details_json.dump(details)) == details


def test_the_live_product_stays_until_the_change_is_confirmed(session, offer, now):
    change = edit(session, offer, now, name_zh="新名字", attributes={"thickness_mm": 90})
    assert session.get(Product, offer.product_id).name_zh == "石墨聚苯板"
    view = change_queries.change_for_review(session, SYSTEM, change[0])
    assert {(d.field, d.part, d.before, d.after) for d in view.diff} == {
        ("name_zh", "", "石墨聚苯板", "新名字"),
        ("attributes", "thickness_mm", "", "90"),
    }
    service.confirm_change(session, SYSTEM, *change, now=now)
    product = session.get(Product, offer.product_id)
    assert (product.name_zh, product.attributes) == ("新名字", {"thickness_mm": 90})
    listed = queries.listings_by_ids(session, [offer.listing_id], now)[offer.listing_id]
    assert (listed.product_name, listed.sellable) == ("新名字", True)
    actions = set(session.scalars(select(AuditEvent.action)))
    assert {"product_change.submit", "product_change.confirmed"} <= actions


def test_price_and_stock_never_wait(session, offer, now):
    service.edit_listing(session, offer.actor, offer.listing_id, ListingDetails(9900), now)
    service.correct_stock(session, offer.actor, offer.listing_id, offer.warehouse_id, 3, now=now)
    assert session.get(Listing, offer.listing_id).price_fen == 9900
    assert change_queries.find_open_change(session, offer.product_id) is None


def test_a_second_edit_replaces_the_first_and_outdates_what_was_read(session, offer, now):
    first = edit(session, offer, now, name_zh="一")
    second = edit(session, offer, now, name_zh="二")
    assert (first[0], first[1] + 1) == second
    with pytest.raises(ChangeReplaced):
        service.confirm_change(session, SYSTEM, *first, now=now)
    service.confirm_change(session, SYSTEM, *second, now=now)
    assert session.get(Product, offer.product_id).name_zh == "二"
    assert session.scalar(select(func.count()).select_from(ProductChange)) == 2  # with the first


def test_editing_back_takes_the_change_back(session, offer, now):
    edit(session, offer, now, name_zh="一")
    assert edit(session, offer, now, name_zh="石墨聚苯板") is None
    found = change_queries.own_change(session, offer.actor, offer.product_id)
    assert found.state in (ChangeState.WITHDRAWN, ChangeState.CONFIRMED)


def test_declining_needs_a_reason_and_changes_nothing(session, offer, now):
    change = edit(session, offer, now, name_zh="一")
    with pytest.raises(ChangeNeedsWords):
        service.decline_change(session, SYSTEM, *change, "", "", now=now)
    service.decline_change(session, SYSTEM, *change, "名称和证书不一致", "查过两次", now=now)
    assert session.get(Product, offer.product_id).name_zh == "石墨聚苯板"
    own = change_queries.own_change(session, offer.actor, offer.product_id)
    assert (own.note, own.internal_note) == ("名称和证书不一致", "")
    seen = change_queries.change_for_review(session, SYSTEM, change[0])
    assert seen.internal_note == "查过两次"
    with pytest.raises(ChangeNotOpen):
        service.confirm_change(session, SYSTEM, *change, now=now)


def test_a_question_waits_for_its_answer(session, offer, now):
    change = edit(session, offer, now, name_zh="一")
    service.ask_about_change(session, SYSTEM, *change, "为什么改名？", "", now=now)
    assert change_queries.count_changes(session, SYSTEM) == {"waiting": 0, "asked": 1, "done": 1}
    service.answer_change(session, offer.actor, change[0], "和新证书一致", now)
    seen = change_queries.change_for_review(session, SYSTEM, change[0])
    assert (seen.state, seen.answer) == (ChangeState.PENDING, "和新证书一致")
    with pytest.raises(ChangeNotFound):
        service.answer_change(session, actor_for("other"), change[0], "不是我的", now)


def test_only_officials_of_the_maker_s_subtree_decide(session, now):
    offer = make_offer(session, make_maker(session, region_code="130624"))
    change = edit(session, offer, now, name_zh="一")
    for stranger in (official("510124"), official("130682"), offer.actor):
        with pytest.raises(ChangeOutsideYourRegion):
            service.confirm_change(session, stranger, *change, now=now)
    assert change_queries.list_changes(session, official("51"), "waiting").total == 0
    assert change_queries.list_changes(session, official("13"), "waiting").total == 1
    service.confirm_change(session, official("1306"), *change, now=now)


def test_pack_sizes_wait_too_and_keep_their_gates(session, offer, now):
    relabelled = replace(VARIANT, label_zh="每包四块")
    service.edit_variant(session, offer.actor, offer.variant_id, relabelled, now)
    added = service.add_variant(
        session, offer.actor, offer.product_id, VariantDetails("大包", Decimal(6), 9000), now
    )
    assert session.get(Variant, added) is None
    change = change_queries.find_open_change(session, offer.product_id)
    view = change_queries.change_for_review(session, SYSTEM, change[0])
    assert [(d.field, bool(d.before)) for d in view.diff] == [("variant", True), ("variant", False)]
    service.confirm_change(session, SYSTEM, *change, now=now)
    assert session.get(Variant, added).label_zh == "大包"
    assert session.get(Variant, offer.variant_id).label_zh == "每包四块"
    with pytest.raises(VariantInUse):
        service.edit_variant(
            session, offer.actor, offer.variant_id, replace(VARIANT, pack_size=Decimal(9)), now
        )


def test_a_certificate_is_checked_when_asked_and_again_when_confirmed(session, offer, now):
    foreign = make_stamp(session, make_maker(session))
    with pytest.raises(CertificateNotUsable):
        edit(session, offer, now, certificate_id=foreign.id)
    renewed = make_stamp(session, offer.maker)
    change = edit(session, offer, now, certificate_id=renewed.id)
    renewed.standing = "revoked"
    renewed.standing_since = now
    session.flush()
    with pytest.raises(NotPublishable) as refusal:
        service.confirm_change(session, SYSTEM, *change, now=now)
    assert refusal.value.params["reasons"] == ["certificate_revoked"]


def test_a_product_that_moved_meanwhile_is_not_overwritten(session, offer, now):
    change = edit(session, offer, now, name_zh="一")
    session.get(Product, offer.product_id).name_zh = "别处改的"
    session.flush()
    with pytest.raises(ChangeOutdated):
        service.confirm_change(session, SYSTEM, *change, now=now)


def test_a_new_report_of_a_published_product_waits(session, now):
    sand = make_offer(session, product={"kind_code": "X02", "name_zh": "中砂", "unit": "t"})
    before = session.get(Product, sand.product_id).report_file_id
    attach_report(session, sand.product_id, sand.maker)
    assert session.get(Product, sand.product_id).report_file_id == before
    confirm(session, sand.product_id, now)
    assert session.get(Product, sand.product_id).report_file_id != before


def test_first_publication_is_seen_before_it_is_live(session, now):
    maker = make_maker(session)
    account = make_account(session)
    accounts.grant_role(session, account.id, "seller", maker.id)
    product = make_product(session, maker, certificate_id=make_stamp(session, maker).id)
    actor = actor_for(maker.id)
    service.add_variant(session, actor, product, VARIANT, now)
    service.publish_product(session, actor, product, now)
    service.publish_product(session, actor, product, now)  # pressed twice
    assert session.get(Product, product).state == "draft"
    change = change_queries.find_open_change(session, product)
    diff = change_queries.change_for_review(session, SYSTEM, change[0]).diff
    assert {"name_zh", "certificate_id", "variant"} <= {one.field for one in diff}
    assert not any(one.before for one in diff)
    wanted = queries.get_own_product(session, actor, product).details
    service.edit_product(session, actor, product, replace(wanted, name_zh="又改"), now)
    with pytest.raises(ChangeReplaced):
        service.confirm_change(session, SYSTEM, *change, now=now)
    confirm(session, product, now)
    assert session.get(Product, product).state == "live"
    told = session.scalars(select(Message.kind).where(Message.account_id == account.id)).all()
    assert told == ["product_published"]
    service.pause_product(session, actor, product, now)
    service.publish_product(session, actor, product, now)  # seen before: at once
    assert session.get(Product, product).state == "live"


def test_what_is_missing_stops_a_first_publication_at_its_last_step(session, now):
    maker = make_maker(session)
    stamp = make_stamp(session, maker)
    product = make_product(session, maker, certificate_id=stamp.id)
    service.add_variant(session, actor_for(maker.id), product, VARIANT, now)
    service.publish_product(session, actor_for(maker.id), product, now)
    stamp.standing, stamp.standing_since = "suspended", now
    session.flush()
    with pytest.raises(NotPublishable):
        confirm(session, product, now)
    service.archive_product(session, actor_for(maker.id), product, now)
    assert change_queries.find_open_change(session, product) is None


def test_the_pages_carry_a_change_from_form_to_decision(client, session, offer, now):
    account = make_account(session)
    accounts.grant_role(session, account.id, "seller", offer.maker.id)
    accounts.grant_role(session, account.id, "official", offer.maker.region_code)
    sign_in(client, session, account.id)
    session.commit()
    address = f"/seller/products/{offer.product_id}"
    papers = offer.certificate.id
    sent = {"name_zh": "页面上改的", "certificate_id": papers, "carbon_trust": "declared"}
    page = client.post(f"{address}/edit", data=sent, follow_redirects=True)
    assert "通过以前买家看到的不变" in page.text
    assert "页面上改的" in page.text
    assert "页面上改的" in client.get(f"{address}/edit").text
    change, version = change_queries.find_open_change(session, offer.product_id)
    review = f"/official/product-changes/{change}"
    assert "页面上改的" in client.get(review).text
    refused = client.post(f"{review}/decline", data={"version": version, "note": ""})
    assert refused.status_code == 422
    client.post(f"{review}/ask", data={"version": version, "note": "为什么改名？"})
    assert "为什么改名" in client.get(address).text
    client.post(f"{address}/change/answer", data={"answer": "和证书一致"})
    done = client.post(f"{review}/confirm", data={"version": version}, follow_redirects=True)
    assert "已通过" in done.text
    session.expire_all()
    assert session.get(Product, offer.product_id).name_zh == "页面上改的"
