"""Two full tenants: a household, a seller and a crew with every kind of object they can own."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts import service as accounts
from market.accounts.models import AuthSession
from market.api import service as tokens
from market.api.models import ApiToken
from market.api.types import Scope
from market.bundles import service as bundles
from market.bundles.types import Choices
from market.bundles.types import Owner as BundleOwner
from market.carts import service as carts
from market.carts.models import CartGroup, CartLine
from market.carts.types import CartOwner, LineToAdd
from market.catalogue import change_queries
from market.catalogue import service as catalogue
from market.catalogue.local_lists import Admission
from market.certification import service as certification
from market.certification.entry import OWNER_KIND
from market.certification.models import CertificateAnomaly
from market.certification.registry_types import RegistryRecord
from market.certification.types import ManualCheck, Papers, Scheme, SurveillanceResult
from market.checkout import outcomes, settle
from market.checkout.pay_views import SLIP_OWNER
from market.commissions import service as commissions
from market.commissions.types import RuleDraft
from market.commissions.types import Scope as CommissionScope
from market.contracts import queries as contracts_read
from market.contracts import service as contracts
from market.demonstrations import service as demonstrations
from market.demonstrations.models import DemonstrationOrder
from market.exchange import service as exchange
from market.factories import service as factories
from market.handovers import queries as handovers
from market.handovers.models import Arrival, Handover
from market.kernel.actor import SYSTEM, Actor
from market.kernel.ids import new_id
from market.kernel.region_code import RegionCode
from market.matching import service as matching
from market.media import service as media
from market.orders import queries as orders
from market.orders import service as order_service
from market.orders.types import PayMethod
from market.payments import queries as payment_queries
from market.payments import service as payments
from market.payments.models import Payment, WebhookEvent
from market.picks import service as picks
from market.picks.types import PickDraft
from market.pickups import queries as pickup_queries
from market.pickups import service as pickups
from market.pickups.types import Goods, Share
from market.promotions import campaigns, proofs
from market.promotions.types import Benefit, BenefitKind, Owner
from market.providers import service as providers
from market.providers.models import Craftsman, ProviderDocument
from market.quotations.models import Quotation
from market.renovations.models import RenovationRequest
from market.renovations.plans import encode
from market.renovations.types import PHOTO_OWNER, PlanLine, RequestPlan, Visitor
from market.sellers import service as sellers
from market.sellers.models import Seller
from market.sellers.types import NewSeller, SellerKind
from market.standards import queries as standards
from market.subsidies import service as subsidies
from market.subsidies.types import (
    Invoice,
    LoanTerms,
    NewClaim,
    NewLoan,
    Repayment,
    SchemeType,
)
from market.suppliers import service as suppliers
from market.uses.types import Use
from tests.authorisation.adopted import adopt, tell
from tests.authorisation.evidence import declare, inspect, official_of, only, trace
from tests.factories import catalogue as goods
from tests.factories.accounts import make_account
from tests.factories.bundles import WALL, WRAP
from tests.factories.claims import make_claim
from tests.factories.demonstrations import DRAFT as PROJECT
from tests.factories.households import household_of, make_stated, member_of
from tests.factories.orders import make_address, make_household
from tests.factories.payments import make_held_order
from tests.factories.pickups import make_point
from tests.factories.pictures import jpeg
from tests.factories.promotions import make_campaign, make_running
from tests.factories.providers import make_provider
from tests.factories.renovations import make_draft, make_request, quoted
from tests.factories.sellers import complete
from tests.factories.standards import end, make_edition
from tests.factories.subsidies import make_line, make_published
from tests.factories.substances import make_content
from tests.factories.suppliers import COUNTS, entries, make_supplier
from tests.factories.uses import OPERATOR as KEEPER
from tests.factories.uses import make_use_rule

BUNDLE = "pv-roof"


@dataclass(frozen=True)
class Tenant:
    """The people's accounts, and the ids of what is theirs by the names that addresses use."""

    people: dict[str, str]
    ids: dict[str, str]
    token: str


def make_tenant(session: Session, county: str, town: str, now: datetime) -> Tenant:
    """Everything that belongs to one county."""
    household = make_household(session)
    account = household.account_id or ""
    ids = {"code": county, "town": town}
    member = _sell(session, county, account, ids, now)
    crew = _build(session, county, town, ids, now)
    _ask(session, household, town, ids, now)
    _contract(session, household, crew, ids, now)
    _shop(session, account, ids, now)
    official = make_account(session).id
    accounts.grant_role(session, official, "official", county)
    ids["region_promotion_id"] = make_running(session, owner=Owner.REGION, region=county)
    _promote(session, county, account, ids, now)
    _aid(session, county, town, household, ids, now)
    _demonstrate(session, official, town, ids, now)
    _fetch(session, account, town, ids, now)
    ids["application_id"] = _apply(session, household, RegionCode(county), now)
    tell(session, account, county, ids, now)
    token = tokens.create_token(session, household, "程序", list(Scope), days=30, now=now)
    ids["token_id"] = only(session, ApiToken.id, ApiToken.account_id == account)
    people = {"household": account, "seller": member, "provider": crew, "official": official}
    return Tenant(people, ids, token)


def _apply(session: Session, applicant: Actor, region: RegionCode, now: datetime) -> str:
    """An application to sell that waits for the official."""
    new = NewSeller("新开的店", SellerKind.SHOP, region)
    seller_id = sellers.apply(session, applicant, new, now=now)
    complete(session, applicant, seller_id, now, region=region)
    licence = media.store_document(jpeg(), "执照.jpg")
    sellers.attach_licence(session, applicant, seller_id, licence, now=now)
    sellers.submit(session, applicant, seller_id, now=now)
    return seller_id


def _sell(session: Session, county: str, household: str, ids: dict[str, str], now: datetime) -> str:
    """A shop that is open; returns the account of one of its people."""
    maker = goods.make_maker(session, region_code=county)
    offer = goods.make_offer(session, maker, stock=50)
    member, colleague = make_account(session).id, make_account(session)
    accounts.grant_role(session, member, "seller", maker.id)
    sellers.add_member(session, offer.actor, maker.id, colleague.phone, now=now)
    photo = media.store_photo(jpeg())
    catalogue.add_photo(session, offer.actor, offer.product_id, photo, now)
    hidden = goods.make_product(session, maker, name_zh="还没上架的板")
    assert offer.certificate is not None
    assert offer.warehouse_id is not None
    evidence = media.store_document(jpeg(), "证书.jpg")
    media.attach(session, evidence, OWNER_KIND, offer.certificate.id, now=now)
    offer.certificate.evidence_file_id = evidence.id
    paper = media.store_document(jpeg(), "查询截图.jpg")
    seen = ManualCheck("网站查到", now.date() + timedelta(days=90))
    certification.recheck(session, SYSTEM, offer.certificate.id, seen, Papers(paper), now=now)
    report = media.store_document(jpeg(), "监督报告.jpg")
    visit = SurveillanceResult(now.date(), True, "JD-1")
    ids["visit_id"] = certification.record_surveillance(
        session, SYSTEM, offer.certificate.id, visit, report, now=now
    )
    _admit(session, county, hidden, ids, now)
    draft = PickDraft(RegionCode(county), "本地产", now.date() + timedelta(days=90))
    ids["pick_id"] = picks.recommend(session, official_of(county), offer.product_id, draft, now=now)
    _watch(session, county, maker, offer.certificate.id, ids, now)
    ids |= {
        "seller_id": maker.id,
        "kind_code": goods.PRODUCT.kind_code,
        "product_id": offer.product_id,
        "variant_id": offer.variant_id,
        "hidden_product_id": hidden,
        "hidden_variant_id": catalogue.add_variant(
            session, offer.actor, hidden, goods.VARIANT, now
        ),
        "listing_id": offer.listing_id,
        "certificate_id": offer.certificate.id,
        "warehouse_id": offer.warehouse_id,
        "file_id": photo.id,
        "promotion_id": make_running(session, owner=Owner.SELLER, seller_id=maker.id),
        "account_id": colleague.id,
    }
    reworded = replace(goods.PRODUCT, name_zh="改过的板", certificate_id=offer.certificate.id)
    catalogue.edit_product(session, offer.actor, offer.product_id, reworded, now)
    tested = media.store_document(jpeg(), "检测报告.jpg")
    catalogue.set_report(session, offer.actor, offer.product_id, tested, now)
    waiting = change_queries.find_open_change(session, offer.product_id)
    assert waiting is not None
    ids["change_id"] = waiting[0]
    ids["import_id"] = exchange.take_file(
        session, offer.actor, maker.id, "规格编号\n1\n".encode(), "货.csv", most_mb=1, now=now
    )
    _sold(session, offer, household, ids, now)
    inspect(session, offer, ids, now)
    declare(session, offer, ids, now)
    _claim(session, offer, ids, now)
    trace(session, offer, ids, now)
    adopt(session, offer, ids, now)
    ids["substance_id"] = make_content(session, offer.actor, offer.product_id)
    _set_rules(session, county, maker.id, ids, now)
    return member


def _promote(
    session: Session, county: str, household: str, ids: dict[str, str], now: datetime
) -> None:
    """A campaign with a seller who applied, and old pieces handed in to a shop and an office."""
    pieces = Benefit(BenefitKind.TRADE_IN, amount_fen=5_000)
    swap = make_running(
        session, owner=Owner.SELLER, seller_id=ids["seller_id"], benefit=pieces, budget_fen=None
    )
    office = make_running(
        session, owner=Owner.REGION, region=county, benefit=pieces, budget_fen=None
    )
    campaign_id = make_campaign(session, region=county)
    campaigns.apply(session, campaign_id, ids["seller_id"], now)
    ids |= {
        "campaign_id": campaign_id,
        "proof_id": _hand_in(session, swap, household, now),
        "region_proof_id": _hand_in(session, office, household, now),
    }


def _aid(
    session: Session, county: str, town: str, household: Actor, ids: dict[str, str], now: datetime
) -> None:
    """Subsidies of the county, a claim with its proof and a loan with its contract."""
    account, place = household.account_id or "", RegionCode(town)
    ids["scheme_id"] = make_published(session, region=county, now=now)
    late = make_published(session, region=county, type_=SchemeType.CLAIM, now=now)
    lent = make_published(
        session, region=county, type_=SchemeType.INTEREST, now=now, rate_bp=200,
        order_cap_fen=100_000,
    )  # fmt: skip
    bill = media.store_document(jpeg(), "发票.jpg")
    claim = NewClaim(late, account, place, (make_line(),),
                     invoice=Invoice(f"FP-{county}", "店", date(2026, 11, 1)))  # fmt: skip
    ids["claim_id"] = subsidies.file_claim(session, household, claim, [bill], now)
    paper = media.store_document(jpeg(), "合同.jpg")
    terms = LoanTerms(1_000_000, 435, date(2026, 6, 1), 12, Repayment.BULLET)
    loan = NewLoan(lent, account, place, terms, "农商行", f"HT-{county}", "换窗")
    ids["loan_id"] = subsidies.apply_loan(session, household, loan, [paper], now)
    make_stated(session, household, now, number=f"{county}015", town=place)
    other = make_stated(session, now=now, number=f"{county}015", town=place)
    ids |= {
        "household_id": household_of(session, household), "member_id": member_of(session, other),
        "bill_id": bill.id, "loan_paper_id": paper.id,
    }  # fmt: skip


def _demonstrate(
    session: Session, official: str, town: str, ids: dict[str, str], now: datetime
) -> None:
    """A draft of a demonstration project with a photo and an order."""
    actor = accounts.load_actor(session, official)
    project = demonstrations.record(session, actor, RegionCode(town), PROJECT, now=now)
    photo = media.store_photo(jpeg())
    demonstrations.add_photo(session, actor, project, photo, now=now)
    shown = DemonstrationOrder(
        project_id=project, order_id=ids["order_id"], code="A", consent_by=official,
        consent_name="县", consent_at=now,
    )  # fmt: skip
    session.add(shown)
    session.flush()
    ids |= {"demonstration_id": project, "shown_photo_id": photo.id, "shown_order_id": shown.id}


def _fetch(session: Session, agent: str, town: str, ids: dict[str, str], now: datetime) -> None:
    """A pick-up point whose agent the household is, with goods that came broken."""
    point = make_point(session, RegionCode(town), agent)
    seen = orders.find_order(session, ids["order_id"])
    assert seen is not None
    part = seen.seller_orders[0]
    pickups.take(
        session, seen.id, point, now.date() + timedelta(days=5), Goods(0),
        [Share(part.seller_id, 0)], lead_days=0, now=now,
    )  # fmt: skip
    (place,) = pickup_queries.places_of_order(session, seen.id)
    session.add(Handover(place_id=place.id, seller_order_id=part.id, point_id=point.id,
                         arrived_packs=1, broken_packs=1))  # fmt: skip
    session.flush()
    arrival = Arrival(place_id=place.id, at=now, by=agent, packs=1, broken=1, note="角破了")
    session.add(arrival)
    session.flush()
    photo = media.store_document(jpeg(), "破损.jpg")
    media.attach(session, photo, handovers.PHOTO_OWNER, arrival.id, now=now)
    ids |= {"pickup_point_id": point.id, "pickup_place_id": place.id, "arrival_id": arrival.id,
            "arrival_photo_id": photo.id}  # fmt: skip


def _hand_in(session: Session, promotion_id: str, household: str, now: datetime) -> str:
    stored = media.store_document(jpeg(), "旧窗.jpg")
    return proofs.send(session, promotion_id, household, 2, "旧窗", stored, now)


def _admit(
    session: Session, county: str, product_id: str, ids: dict[str, str], now: datetime
) -> None:
    """A product on the county's local list."""
    admission = Admission(RegionCode(county), now.date() + timedelta(days=90), "JS-1", "本地产")
    sheet = media.store_document(jpeg(), "技术要求书.jpg")
    ids["admission_id"] = catalogue.admit(
        session, official_of(county), product_id, admission, sheet, now=now
    )


def _watch(
    session: Session, county: str, maker: Seller, certificate_id: str, ids: dict[str, str],
    now: datetime,
) -> None:  # fmt: skip
    """A list of the registry that waits for its decision, and an anomaly."""
    record = RegistryRecord(
        f"SL-{county}", "示例认证中心", "示例厂", Scheme.GRADED, 3, ("G105",), "T/CECS 10031-2019",
        date(2025, 1, 1), date(2029, 12, 31),
    )  # fmt: skip
    ids["sync_id"] = certification.compare(session, official_of(county), [record], "名单", now=now)
    certification.tell_products(session, certificate_id, ["板"], now=now)
    ids["anomaly_id"] = only(
        session, CertificateAnomaly.id, CertificateAnomaly.certificate_id == certificate_id
    )


def _set_rules(
    session: Session, county: str, maker_id: str, ids: dict[str, str], now: datetime
) -> None:
    """Rules in the operator's care: what a use asks, and what is kept of this maker's sales."""
    use = Use.STRUCTURAL if county.startswith("13") else Use.OUTDOOR
    ids["use_rule_id"] = make_use_rule(session, use=use)
    draft = RuleDraft("试算", "", 100, CommissionScope(seller_id=maker_id), None, None, now)
    old = make_edition(session, now=now, mandatory=True, kinds=("G105",))
    ids["edition_id"], ids["ending_id"] = old, end(session, old, now=now)
    ids["standard_id"] = standards.get_edition(session, old).standard_id
    ids["commission_rule_id"] = commissions.begin(session, KEEPER, draft, now)


def _claim(session: Session, offer: goods.Offer, ids: dict[str, str], now: datetime) -> None:
    """Something of the works that waits for the official."""
    proof = media.store_document(jpeg(), "证明.jpg")
    ids["profile_claim_id"] = factories.enter(
        session, offer.actor, offer.maker.id, make_claim(), proof, now=now
    )
    make_supplier(session, offer.maker)
    county = offer.maker.region_code
    draft = replace(WRAP, slug=f"wrap-{county}", regions=(county,))
    maker = offer.maker.id
    ids["bundle_id"] = bundles.create_bundle(session, offer.actor, draft, now, maker)
    bundles.add_slot(session, offer.actor, ids["bundle_id"], WALL, now)
    ids["bundle_review_id"] = bundles.submit(session, offer.actor, ids["bundle_id"], now=now)
    ids["slot_key"] = WALL.key
    proofs = {key: media.store_document(jpeg(), "证明.jpg") for key in COUNTS}
    ids["supplier_key"] = "range"
    ids["supplier_application_id"] = suppliers.submit(
        session, offer.actor, offer.maker.id, entries(), proofs, now=now
    )


def _sold(
    session: Session, offer: goods.Offer, household: str, ids: dict[str, str], now: datetime
) -> None:
    """An order paid in cash, a part of it to be given back; another one still to be paid."""
    order = make_held_order(
        session, now, [(offer, 2)], method=PayMethod.ON_DELIVERY, account_id=household
    )
    outcomes.accept_on_delivery(session, order.id, now)
    (payment,) = payment_queries.payments_of_order(session, order.id)
    (portion,) = payment_queries.portions_of_payment(session, payment.id)
    seen = orders.find_order(session, order.id)
    assert seen is not None
    part = seen.seller_orders[0]
    applied = payments.confirm_portion(
        session, portion.id, amount_fen=portion.due_fen, confirmed_by="x", now=now
    )
    assert applied.payment is not None
    settle.payment_arrived(session, applied.payment, now)
    order_service.record_refund(session, part.id, 700, reason="破损", actor=offer.actor, now=now)
    (refund,) = payment_queries.refunds_by_hand(session, frozenset({offer.maker.id}))
    slip = media.store_document(jpeg(), "slip.jpg")
    media.attach(session, slip, SLIP_OWNER, payment.id, now=now)
    row = session.get(Payment, payment.id)
    assert row is not None
    row.slip_file_id = slip.id
    event = WebhookEvent(
        provider="stripe", event_id=new_id(), type="charge.updated", payload={},
        state="flagged", received_at=now,
    )  # fmt: skip
    session.add(event)
    session.flush()
    ids |= {
        "event_id": event.id,
        "order_id": order.id,
        "part_id": part.id,
        "payment_id": payment.id,
        "portion_id": portion.id,
        "refund_id": refund.id,
    }


def _build(session: Session, county: str, town: str, ids: dict[str, str], now: datetime) -> str:
    """A crew with a roster and a document; returns the account of one of its people."""
    crew = make_provider(session, areas=(county,), region=town)
    member = make_account(session).id
    accounts.grant_role(session, member, "provider", crew.id)
    actor = accounts.load_actor(session, member)
    providers.add_craftsman(
        session, actor, crew.id, name="王五", trade="mason", certificate_number="jj-1", now=now
    )
    stored = media.store_document(jpeg(), "证明.jpg")
    providers.add_document(session, actor, crew.id, stored, kind="identity", now=now)
    ids |= {
        "provider_id": crew.id,
        "craftsman_id": only(session, Craftsman.id, Craftsman.provider_id == crew.id),
        "document_id": only(session, ProviderDocument.id, ProviderDocument.provider_id == crew.id),
    }
    return member


def _ask(session: Session, household: Actor, town: str, ids: dict[str, str], now: datetime) -> None:
    """A request with a quote, and a draft; each with a photo."""
    who = Visitor(household)
    _, request_id = make_request(session, visitor=who, region=town, now=now)
    _, draft_id = make_draft(session, who, region=town, now=now)
    ids |= {
        "request_id": request_id,
        "draft_id": draft_id,
        "quote_id": quoted(session, request_id, ids["provider_id"], now=now),
        "photo_id": _photo(session, request_id, now),
        "draft_photo_id": _photo(session, draft_id, now),
    }


def _contract(
    session: Session, household: Actor, member: str, ids: dict[str, str], now: datetime
) -> None:
    """A running turnkey contract whose second milestone is reported with a photo."""
    crew = accounts.load_actor(session, member)
    _, request_id = make_request(session, visitor=Visitor(household), region=ids["town"], now=now)
    request = session.get_one(RenovationRequest, request_id)
    line = PlanLine(ids["listing_id"], "G105", "1", "板", "Board", "", "", 1, Decimal(1), "m2")
    request.plan = encode(RequestPlan("-", "-", 1, BUNDLE, "一套", "Set", (line,)))
    session.flush()
    quote_id = quoted(session, request_id, ids["provider_id"], now=now)
    matching.award(session, Visitor(household), request_id, quote_id, now=now)
    contract_id = contracts_read.contract_of_request(session, household, request_id)
    for who in (household, crew):
        contracts.sign(session, who, contract_id, 1, "张三丰", agreed=True, now=now)
    photo = media.store_photo(jpeg(), private=True)
    contracts.report(session, crew, contract_id, 1, "", [photo], now)
    ids |= {
        "contract_id": contract_id, "job_request_id": request_id, "milestone_photo_id": photo.id,
    }  # fmt: skip


def _photo(session: Session, request_id: str, now: datetime) -> str:
    photo = media.store_photo(jpeg(), private=True)
    return media.attach(session, photo, PHOTO_OWNER, request_id, now=now)


def _shop(session: Session, account: str, ids: dict[str, str], now: datetime) -> None:
    """An address, a device, a cart with a bundle in it, and a configured bundle."""
    owner = CartOwner(account)
    carts.add(session, owner, LineToAdd(ids["listing_id"], 2, 13_824), now)
    carts.add_group(session, owner, "一套", [LineToAdd(ids["listing_id"], 1, 13_824)], now)
    group = session.scalars(select(CartGroup).order_by(CartGroup.id.desc())).first()
    assert group is not None
    accounts.open_session(session, account, now=now)
    session.add(
        Quotation(
            number=f"BJ{account[-8:]}", account_id=account, configuration_id="-", bundle_id="-",
            bundle_version=1, region_code="130624104", region_label="-", total_fen=1,
            issued_at=now, valid_until=now + timedelta(days=15),
            content={"bundle_zh": "-", "bundle_en": "-", "version": 1, "sellers": [],
                     "measures": {"L": 1, "W": 1, "wall_net": 1, "window_area": 1, "roof_flat": 1},
                     "discounts": [], "goods_fen": 1, "freight_fen": 0, "carbon_kg": "0",
                     "carbon_missing": 0},
        )
    )  # fmt: skip
    ids |= {
        "quotation_number": f"BJ{account[-8:]}",
        "address_id": make_address(session, account),
        "line_id": only(
            session, CartLine.id, CartLine.cart_id == group.cart_id, CartLine.group_id.is_(None)
        ),
        "group_id": group.id,
        "session_id": only(session, AuthSession.id, AuthSession.account_id == account),
        "configuration_id": bundles.save_configuration(
            session, BundleOwner(account), BUNDLE, Choices(), configuration_id=None, now=now
        ),
    }
