"""From a draft to the label, and on: what is sold keeps the label it was sold under."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from sqlalchemy import select

from market.audit.models import AuditEvent
from market.batches import queries as batches
from market.catalogue import queries as catalogue
from market.catalogue.errors import CarbonNotVerified, ProductNotFound
from market.catalogue.types import Carbon, CarbonTrust
from market.certification.models import CertificationBody
from market.checkout import service as checkout
from market.footprints import queries, service
from market.footprints.errors import (
    AlreadyOver,
    DeclarationNotFound,
    EvidenceMissing,
    FactorOutdated,
    MakingMissing,
    NotADraft,
    NotBegun,
    NotSubmitted,
    NotWithdrawable,
    OpenVersion,
    OutsideYourRegion,
    ReasonMissing,
    ReportMissing,
    StageHasBill,
    StageNegative,
    UnitNotConvertible,
    ValidityMissing,
    ValidityReversed,
    ValidityTooLong,
    VerifierMissing,
    VerifierOutOfScope,
    VerifierTwice,
)
from market.footprints.types import Stage, Standing
from market.kernel.actor import SYSTEM
from market.orders import queries as orders
from tests.factories.batches import make_batch, paper
from tests.factories.catalogue import actor_for, make_offer
from tests.factories.footprints import (
    OFFICIAL,
    START,
    factor,
    make_draft,
    make_factor,
    make_submitted,
    make_verified,
)
from tests.factories.orders import fill_cart, make_address, make_household, submission

TODAY = date(2026, 11, 22)


def product(session, offer, now=START):
    return catalogue.get_product(session, offer.product_id, now).product


def listing(session, offer, now=START):
    return catalogue.listings_by_ids(session, {offer.listing_id}, now)[offer.listing_id]


def own(session, offer, declaration_id, now=START):
    return queries.get_own(session, offer.actor, declaration_id, now)


def test_the_label_appears_when_verified_and_leaves_by_the_clock(session):
    offer = make_offer(session)
    made = make_submitted(session, offer)
    assert product(session, offer).carbon_on(TODAY) is None
    service.verify(session, OFFICIAL, made, "网站查到，一致", paper(), now=START)
    carbon = product(session, offer).carbon_on(TODAY)
    assert (carbon.kg_per_unit, carbon.trust) == (D("12.5"), CarbonTrust.VERIFIED)
    assert carbon.label.verifier == "示例核验公司 CNCA-R-2026-01"
    assert listing(session, offer).carbon_trust == "verified"
    assert product(session, offer).carbon_on(date(2030, 12, 31)) is not None
    assert product(session, offer).carbon_on(date(2031, 1, 1)) is None
    after = START + timedelta(days=1600)
    assert listing(session, offer, after).carbon_trust is None
    assert own(session, offer, made, after).standing is Standing.EXPIRED
    assert queries.get_public(session, made, after).standing is Standing.EXPIRED
    acts = session.scalars(select(AuditEvent.action).where(AuditEvent.object_id == made))
    assert set(acts) == {"carbon_declaration.submit", "carbon_declaration.verify"}


def test_when_the_label_is_over_the_makers_own_figure_is_back(session):
    own_figure = Carbon(D("15.0000"), "企业自测", CarbonTrust.DECLARED)
    offer = make_offer(session, product={"carbon": own_figure})
    made = make_verified(session, offer)
    assert listing(session, offer).carbon_kg_per_unit == D("12.5")
    service.withdraw(session, offer.actor, made, "配方变了", now=START)
    assert listing(session, offer).carbon_kg_per_unit == D(15)
    assert product(session, offer).carbon_on(TODAY) == own_figure


def test_a_maker_cannot_call_a_figure_verified(session):
    offer = make_offer(session)
    make_verified(session, offer)
    figure = Carbon(D(1), "自己写的", CarbonTrust.VERIFIED)
    with pytest.raises(CarbonNotVerified):
        make_offer(session, offer.maker, offer.certificate, product={"carbon": figure})


def test_a_wrong_unit_is_refused_and_a_stated_one_converts(session):
    offer = make_offer(session)
    with pytest.raises(UnitNotConvertible):
        service.start(session, offer.actor, offer.product_id, make_draft(unit="kg"), now=START)
    made = make_verified(
        session, offer, unit="kg", per_product_unit=D("2.5"), conversion="报告 A-1，每 m² 2.5 kg",
        stages={Stage.MAKING: D("4.2")},
    )  # fmt: skip
    assert listing(session, offer).carbon_kg_per_unit == D("10.5")
    assert queries.get_public(session, made, START).label_kg == D("10.5")


def test_recomputing_keeps_the_old_label_on_what_was_sold(session):
    offer, buyer = make_offer(session), make_household(session)
    first = make_verified(session, offer)
    fill_cart(session, buyer.account_id, (offer, 1))
    address = make_address(session, buyer.account_id)
    placed = checkout.place_order(
        session, buyer.account_id, submission(session, buyer.account_id, address), START
    )
    batch = make_batch(session, offer.actor, offer.product_id)
    second = service.recompute(session, offer.actor, first, now=START)
    draft = make_draft(stages={Stage.MAKING: D("9.75")})
    service.edit(session, offer.actor, second, draft, now=START)
    service.attach_report(session, offer.actor, second, paper(), now=START)
    assert listing(session, offer).carbon_label.version == 1  # until the new one is verified
    service.submit(session, offer.actor, second, now=START)
    service.verify(session, OFFICIAL, second, "一致", None, now=START)
    assert (
        listing(session, offer).carbon_label.version,
        listing(session, offer).carbon_kg_per_unit,
    ) == (2, D("9.75"))
    sold = orders.find_order(session, placed.id).seller_orders[0].lines[0].carbon_label
    assert (sold.version, sold.kg_per_unit, sold.declaration_id) == (1, D("12.5"), first)
    assert batches.get(session, batch).carbon_label == sold
    assert queries.get_public(session, first, START).standing is Standing.SUPERSEDED
    assert queries.get_public(session, first, START).label == sold
    assert [v.version for v in queries.public_versions(session, offer.product_id, START)] == [2, 1]


def test_a_batch_made_outside_the_validity_has_no_label(session):
    offer = make_offer(session)
    make_verified(session, offer, valid_from=date(2026, 11, 10))
    before = make_batch(session, offer.actor, offer.product_id, made_on=date(2026, 11, 9))
    after = make_batch(session, offer.actor, offer.product_id, made_on=date(2026, 11, 10))
    assert batches.get(session, before).carbon_label is None
    assert batches.get(session, after).carbon_label.version == 1


def test_a_bill_is_summed_exactly_and_shown_with_its_factors(session):
    offer = make_offer(session)
    made = service.start(
        session, offer.actor, offer.product_id, make_draft(stages={Stage.END: D("0.4")}), now=START
    )
    foam, grid = factor(session, "GBT51366-D-56"), factor(session, "GRID-51")
    lorry = factor(session, "GBT51366-E-07")
    add = lambda stage, one, amount, unit: service.add_line(  # noqa: E731
        session, offer.actor, made, stage, one.id, D(amount), unit, now=START
    )
    add(Stage.MAKING, foam, "2.005", "kg")
    add(Stage.MAKING, grid, "0.35", "kwh")
    add(Stage.TRANSPORT, lorry, "0.6", "tkm")
    seen = own(session, offer, made)
    values = dict(seen.stages)
    assert values[Stage.MAKING] == D("0.002005") * 5020 + D("0.35") * D("0.1564")
    assert values[Stage.TRANSPORT] == D("0.6") * lorry.kg_per_unit
    assert values[Stage.USE] is None
    assert seen.total_kg == sum(values[s] for s in (Stage.MAKING, Stage.TRANSPORT, Stage.END))
    with pytest.raises(StageHasBill):
        service.edit(session, offer.actor, made, make_draft(), now=START)
    service.remove_line(session, offer.actor, made, seen.bill[0].id, now=START)
    assert dict(own(session, offer, made).stages)[Stage.MAKING] == D("0.05474")


def test_a_superseded_factor_flags_the_declarations_that_used_it(session):
    offer = make_offer(session)
    old = factor(session, "GRID-51")
    made = service.start(session, offer.actor, offer.product_id, make_draft(stages={}), now=START)
    service.add_line(session, offer.actor, made, Stage.MAKING, old.id, D("50"), "kwh", now=START)
    service.attach_report(session, offer.actor, made, paper(), now=START)
    service.submit(session, offer.actor, made, now=START)
    service.verify(session, OFFICIAL, made, "一致", None, now=START)
    assert queries.outdated_of_maker(session, offer.maker.id) == 0
    newer = make_factor(kg_per_unit=D("0.2"), year=2024, source="公告 2026")
    service.supersede_factor(session, SYSTEM, old.id, newer, now=START)
    assert queries.outdated_of_maker(session, offer.maker.id) == 1
    flagged = own(session, offer, made)
    assert flagged.is_outdated
    assert flagged.label_kg == D("7.82")  # its figures stay
    again = service.recompute(session, offer.actor, made, now=START)
    fresh = own(session, offer, again)
    assert (fresh.version, fresh.label_kg, fresh.is_outdated) == (2, D(10), False)
    assert fresh.standing is Standing.DRAFT
    assert not fresh.has_report
    with pytest.raises(FactorOutdated):
        service.add_line(session, offer.actor, again, Stage.MAKING, old.id, D(1), "kwh", now=START)


@pytest.mark.parametrize(
    ("draft", "error"),
    [
        ({"stages": {Stage.END: D(1)}}, MakingMissing),
        ({"verifier_name": "", "verifier_number": ""}, VerifierMissing),
        ({"verifier_number": ""}, VerifierMissing),
        ({"valid_from": None, "valid_to": None}, ValidityMissing),
    ],
)
def test_what_is_incomplete_is_not_handed_in(session, draft, error):
    offer = make_offer(session)
    with pytest.raises(error):
        make_submitted(session, offer, **draft)


@pytest.mark.parametrize(
    ("draft", "error"),
    [
        ({"stages": {Stage.TRANSPORT: D("-0.1")}}, StageNegative),
        ({"valid_to": date(2025, 1, 1)}, ValidityReversed),
        ({"valid_to": date(2031, 1, 2)}, ValidityTooLong),
    ],
)
def test_what_is_wrong_is_not_written_down(session, draft, error):
    offer = make_offer(session)
    with pytest.raises(error):
        service.start(session, offer.actor, offer.product_id, make_draft(**draft), now=START)


def test_a_body_verifies_only_within_its_scope(session):
    offer = make_offer(session)
    body = session.scalars(select(CertificationBody)).one()
    body.is_approved, body.scope_kinds = True, ["G302"]
    alone = {"verifier_name": "", "verifier_number": "", "verifier_body_id": body.id}
    with pytest.raises(VerifierOutOfScope):
        make_submitted(session, offer, **alone)
    body.scope_kinds = []
    with pytest.raises(VerifierTwice):
        make_submitted(session, offer, verifier_body_id=body.id)
    made = make_submitted(session, offer, **alone)
    assert own(session, offer, made).verifier == body.name


def test_what_is_handed_in_is_not_changed_and_decided_once(session):
    offer = make_offer(session)
    bare = service.start(session, offer.actor, offer.product_id, make_draft(), now=START)
    with pytest.raises(ReportMissing):
        service.submit(session, offer.actor, bare, now=START)
    with pytest.raises(OpenVersion):
        service.start(session, offer.actor, offer.product_id, make_draft(), now=START)
    service.discard(session, offer.actor, bare, now=START)
    assert queries.list_of_maker(session, offer.maker.id, START).total == 0
    made = make_submitted(session, offer)
    with pytest.raises(NotADraft):
        service.edit(session, offer.actor, made, make_draft(), now=START)
    with pytest.raises(OpenVersion):
        service.recompute(session, offer.actor, made, now=START)
    with pytest.raises(EvidenceMissing):
        service.verify(session, OFFICIAL, made, " ", None, now=START)
    with pytest.raises(ReasonMissing):
        service.refuse(session, OFFICIAL, made, " ", now=START)
    service.refuse(session, OFFICIAL, made, "报告缺页", now=START)
    with pytest.raises(NotSubmitted):
        service.verify(session, OFFICIAL, made, "一致", None, now=START)
    with pytest.raises(DeclarationNotFound):
        queries.get_public(session, made, START)
    assert queries.refused_of_maker(session, offer.maker.id) == 1
    again = service.recompute(session, offer.actor, made, now=START)
    assert own(session, offer, again).version == 3
    assert queries.refused_of_maker(session, offer.maker.id) == 0


def test_a_label_is_given_only_within_its_days(session):
    offer = make_offer(session)
    made = make_submitted(session, offer, valid_from=date(2026, 12, 1))
    with pytest.raises(NotBegun):
        service.verify(session, OFFICIAL, made, "一致", None, now=START)
    with pytest.raises(AlreadyOver):
        service.verify(session, OFFICIAL, made, "一致", None, now=START + timedelta(days=2000))


def test_an_official_takes_a_label_away(session):
    offer = make_offer(session)
    made = make_verified(session, offer)
    with pytest.raises(ReasonMissing):
        service.revoke(session, OFFICIAL, made, "", now=START)
    service.revoke(session, OFFICIAL, made, "报告被撤销", now=START)
    assert listing(session, offer).carbon_trust is None
    assert queries.get_public(session, made, START).standing is Standing.WITHDRAWN
    with pytest.raises(NotWithdrawable):
        service.withdraw(session, offer.actor, made, "再撤", now=START)


def test_others_have_no_say(session):
    offer, stranger = make_offer(session), actor_for("x" * 20)
    elsewhere = make_offer(session)
    elsewhere.maker.region_code = "130624"
    session.flush()
    with pytest.raises(ProductNotFound):
        service.start(session, stranger, offer.product_id, make_draft(), now=START)
    made = make_submitted(session, offer)
    with pytest.raises(DeclarationNotFound):
        service.withdraw(session, stranger, made, "x", now=START)
    with pytest.raises(DeclarationNotFound):
        queries.get_own(session, stranger, made, START)
    far = make_submitted(session, elsewhere)
    with pytest.raises(OutsideYourRegion):
        service.verify(session, OFFICIAL, far, "一致", None, now=START)
    shown = queries.list_for_review(session, OFFICIAL, "waiting", START)
    assert [one.id for one in shown.items] == [made]
    assert queries.waiting(session, OFFICIAL, START).waiting == 1
