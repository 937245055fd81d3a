"""Nothing in the demonstration world may exist that the screens cannot make."""

import ast
import re
from dataclasses import replace
from functools import cache

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from market import all_models
from market.bundles import queries as bundles
from market.bundles.materials import materials
from market.bundles.staff_forms import (
    LABOUR_ROWS,
    LABOUR_UNITS,
    SLOT_UNITS,
    BundleForm,
    SlotForm,
    bundle_data,
    slot_data,
)
from market.catalogue import queries as catalogue
from market.catalogue.forms import KindForm, ListingForm, VariantForm, product_form
from market.catalogue.models import Listing, Product, Variant
from market.catalogue.product_views import carbon_of, evidence_of
from market.catalogue.types import CarbonTrust, ListingDetails, ProductDetails, VariantDetails
from market.certification import queries as certification
from market.demonstrations import queries as demonstrations
from market.demonstrations.forms import FactsForm, facts_of
from market.demonstrations.models import DemonstrationProject
from market.kernel.quantity import UNITS
from market.promotions import mapping, offering
from market.promotions import queries as promotions
from market.promotions.forms import PromotionForm, filled
from market.promotions.models import Promotion
from market.subsidies.forms import SchemeForm
from market.subsidies.forms import filled as scheme_data
from market.subsidies.mapping import view_of as scheme_view
from market.subsidies.models import SubsidyScheme
from tests.architecture.source import MARKET
from tests.conftest import ENGINE
from tests.seed.build import START

pytestmark = pytest.mark.skipif(ENGINE != "sqlite", reason="the world is built on SQLite here")

# Table -> the endpoint whose form makes such rows.
MADE_BY = {
    "accounts": "accounts.create_account",
    "handover_arrivals": "handovers.mark_arrived",
    "handovers": "handovers.mark_arrived",
    "pickup_days": "checkout.place_order",
    "pickup_places": "checkout.place_order",
    "pickup_points": "pickups.new_point",
    "adoption_differences": "api.push_batch",
    "adoption_entries": "adoptions.create_proposal",
    "adoption_steps": "adoptions.decide_entry",
    "adoption_usages": "adoptions.record_use",
    "interchange_batches": "api.push_batch",
    "interchange_mappings": "interchange.put_mapping",
    "interchange_partners": "interchange.create_partner",
    "addresses": "accounts.new_address",
    "batches": "traceability.create_batch",
    "bundle_configurations": "bundles.configure_bundle",
    "bundle_reviews": "bundles.submit_own_bundle",
    "bundle_slots": "bundles.new_slot",
    "bundle_versions": "bundles.publish_bundle",
    "bundles": "bundles.new_bundle",
    "commission_rules": "commissions.create_rule",
    "contract_events": "matching.award_request",
    "contract_milestones": "contracts.sign_contract",
    "contract_signatures": "contracts.sign_contract",
    "contract_versions": "contracts.update_contract",
    "contracts": "matching.award_request",
    "campaign_enrolments": "promotions.act_seller_campaign",
    "campaigns": "promotions.create_campaign",
    "carbon_bill_lines": "footprints.add_bill_line",
    "carbon_declarations": "footprints.create_declaration",
    "carbon_factors": "footprints.new_factor",
    "carts": "checkout.add_to_cart",
    "certificate_log": "certification.decide_certificate",
    "certificates": "certification.create_certificate",
    "household_members": "households.show_own",
    "households": "households.show_own",
    "local_admissions": "catalogue.create_admission",
    "registry_changes": "certification.upload_registry",
    "registry_records": "certification.decide_sync",
    "registry_syncs": "certification.upload_registry",
    "surveillance_visits": "certification.record_surveillance",
    "certification_bodies": "certification.create_body",
    "consent_records": "accounts.create_account",
    "coupon_codes": "promotions.add_codes_staff_promotion",
    "declared_contents": "substances.list_contents",
    "craftsmen": "providers.add_craftsman",
    "demonstration_lines": "demonstrations.add_order",
    "demonstration_orders": "demonstrations.add_order",
    "demonstration_projects": "demonstrations.new_project",
    "demonstration_visits": "demonstrations.record_visit",
    "factory_claims": "factories.create_claim",
    "supplier_applications": "suppliers.apply",
    "supplier_evidence": "suppliers.apply",
    "group_joins": "promotions.join_group",
    "group_purchases": "promotions.schedule_own_promotion",
    "household_flags": "promotions.set_flags",
    "invitations": "matching.publish_request",
    "kinds": "catalogue.new_kind",
    "ledger_entries": "checkout.confirm_transfer",
    "ledger_transactions": "checkout.confirm_transfer",
    "legal_documents": "accounts.new_document",
    "listings": "catalogue.create_listing",
    "listing_prices": "catalogue.edit_listing",
    "order_allocations": "checkout.place_order",
    "order_events": "checkout.place_order",
    "order_line_adjustments": "checkout.place_order",
    "local_picks": "picks.new_pick",
    "order_lines": "checkout.place_order",
    "order_parcel_lines": "orders.ship",
    "order_parcels": "orders.ship",
    "orders": "checkout.place_order",
    "payment_portions": "checkout.start_payment",
    "payments": "checkout.start_payment",
    "product_manuals": "manuals.save_manual",
    "product_changes": "catalogue.change_product",
    "products": "catalogue.new_product",
    "promotion_households": "checkout.place_order",
    "promotion_proofs": "promotions.send_proof",
    "promotion_redemptions": "checkout.place_order",
    "promotion_regions": "promotions.new_own_promotion",
    "promotion_vouchers": "promotions.ask_voucher",
    "promotions": "promotions.new_staff_promotion",
    "provider_areas": "providers.add_areas",
    "provider_decisions": "providers.decide_application",
    "provider_documents": "providers.add_document",
    "provider_routes": "providers.decide_application",
    "provider_trades": "providers.create_application",
    "providers": "providers.create_application",
    "quote_lines": "matching.send_quote",
    "quotes": "matching.send_quote",
    "renovation_requests": "renovations.create_request",
    "request_contacts": "renovations.update_request",
    "role_grants": "accounts.grant_role",
    "seller_areas": "sellers.create_area",
    "seller_freight_rates": "sellers.set_rate",
    "seller_last_miles": "sellers.set_last_mile",
    "seller_members": "sellers.create_member",
    "seller_orders": "checkout.place_order",
    "seller_state_changes": "sellers.decide_application",
    "sellers": "sellers.create_application",
    "spot_checks": "inspections.create_check",
    "stock_holds": "checkout.place_order",
    "stock_levels": "catalogue.change_stock",
    "stock_movements": "catalogue.change_stock",
    "stored_files": "catalogue.new_report",
    "standard_editions": "standards.new_edition",
    "standard_endings": "standards.end_edition",
    "standard_kinds": "standards.new_edition",
    "standards": "standards.new_edition",
    "substance_rules": "substances.add_rule",
    "substances": "substances.new_substance",
    "subsidy_batches": "subsidies.list_payments",
    "subsidy_claims": "checkout.new_claim",
    "subsidy_events": "checkout.new_claim",
    "subsidy_households": "checkout.place_order",
    "subsidy_loans": "checkout.new_loan",
    "subsidy_schemes": "subsidies.new_scheme",
    "subsidy_vouchers": "checkout.place_order",
    "stacking_groups": "promotions.create_stacking_group",
    "till_entries": "promotions.send_queue",
    "trace_codes": "traceability.make_codes",
    "trace_scans": "traceability.record_scan",
    "use_rules": "uses.new_rule",
    "variants": "catalogue.new_variant",
    "warehouses": "sellers.create_warehouse",
}
# Written by the program itself on the way of the above.
BY_ITSELF = {
    "audit_events", "cart_turns", "certificate_anomalies", "certificate_sellers", "index_tasks",
    "index_tokens", "listing_tallies",
    "messages",
    "outbox_messages",
    "scan_alarms",
}  # fmt: skip
# Given: the country, its climate, and the groups of the official list of kinds.
GIVEN = {"climate_zones", "divisions", "kind_groups"}

# Verbs of the seed that bundle what pages do one by one, or that only it needs.
BUNDLED = {
    ("bundles", "load_bundles"),  # create_bundle, add_slot, publish; forms below
    ("catalogue", "load_kinds"), ("footprints", "load_factors"), ("regions", "load"),
    ("accounts", "ensure_first_versions"),
    ("accounts", "grant_role"),  # grant_by_operator, whose actor the first account has not
    ("accounts", "load_actor"), ("search", "rebuild"), ("search", "heal"),
    ("households", "state"),  # stating.state, of every form that asks for a household
    ("promotions", "create_group"),  # stacking.create, of the operator's page
    ("media", "store_document"),  # uploads.stored, of every form with a proof
}  # fmt: skip


def test_every_table_of_the_world_has_its_screen(world, shared_app):
    filled_tables = {
        table.name
        for table in all_models.metadata.sorted_tables
        if world.scalar(select(func.count()).select_from(table))
    }
    assert filled_tables - BY_ITSELF - GIVEN <= set(MADE_BY)
    posts = {r.endpoint for r in shared_app.url_map.iter_rules() if "POST" in (r.methods or ())}
    assert set(MADE_BY.values()) <= posts


@cache
def names_in(path):
    """(package, verb) of every service verb that a file names."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("market."):
            package = node.module.split(".")[1]
            for alias in node.names:
                names[alias.asname or alias.name] = package
    return {
        (names[node.value.id], node.attr)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in names
    }


def test_the_verbs_that_made_the_world_are_those_of_the_pages():
    used = set().union(*(names_in(path) for path in (MARKET / "seed").glob("*.py")))
    pages = set().union(*(names_in(path) for path in pages_of_the_site()))
    verbs = {(package, verb) for package, verb in used if is_verb(package, verb)}
    assert len(verbs) > 30
    assert not verbs - pages - BUNDLED


def pages_of_the_site():
    return [*MARKET.rglob("*views.py"), MARKET / "sellers" / "steps.py"]  # the application


def is_verb(package, name):
    """Whether a service offers it, as something to do."""
    service = MARKET / package / "service.py"
    text = service.read_text(encoding="utf-8") if service.exists() else ""
    return re.search(rf'"{name}",|^def {name}\(', text, re.M) is not None


def offered(form):
    """Names of the fields whose value is not among the choices offered."""
    wrong = []
    for field in form:
        choices = getattr(field, "choices", None)
        if not choices:
            continue
        values = {one[0] if isinstance(one, tuple) else one.value for one in choices}
        chosen = field.data if isinstance(field.data, list) else [field.data or ""]
        wrong += [field.name for value in chosen if value not in values and value]
    return wrong


def test_every_kind_can_be_written_in_its_form(world):
    kinds = catalogue.list_kinds(world)
    groups = catalogue.list_groups(world)
    for kind in kinds:
        form = KindForm.of(kind, groups, kinds)
        assert not offered(form), kind.code
        made = form.to_kind(kind.code)
        for name in type(made).__dataclass_fields__:
            assert getattr(made, name) == getattr(kind, name), (kind.code, name)


def test_every_product_can_be_written_in_its_form(world):
    kinds = {kind.code: kind for kind in catalogue.list_kinds(world)}
    for row in world.scalars(select(Product)):
        stamps = certification.certificates_of_seller(world, row.maker_id, START)
        details = details_of(row)
        form = product_form(kinds[row.kind_code], stamps, details)
        assert not offered(form), row.name_zh
        made = form.to_product()
        for name in set(ProductDetails.__dataclass_fields__) - {"unit", "evidence", "attributes"}:
            assert getattr(made, name) == getattr(details, name), (row.name_zh, name)
        assert made.evidence == details.evidence
        assert made.attributes == row.attributes
        assert carbon_of(row) is None or carbon_of(row).trust is not CarbonTrust.VERIFIED
        assert row.unit in UNITS


def details_of(row):
    return ProductDetails(
        kind_code=row.kind_code, name_zh=row.name_zh, name_en=row.name_en, unit=row.unit,
        model=row.model, use_zh=row.use_zh, use_en=row.use_en, certificate_id=row.certificate_id,
        standard=row.standard, report_number=row.report_number,
        report_issued_on=row.report_issued_on, life_years=row.life_years, carbon=carbon_of(row),
        material_key=row.material_key, attributes=row.attributes,
        evidence=evidence_of(row.evidence),
    )  # fmt: skip


def test_every_pack_size_and_price_can_be_written_in_its_form(world):
    for row in world.scalars(select(Variant)):
        details = VariantDetails(
            label_zh=row.label_zh,
            label_en=row.label_en,
            pack_size=row.pack_size,
            weight_g=row.weight_g,
        )
        assert VariantForm.of(details).to_variant() == details
    for row in world.scalars(select(Listing)):
        details = ListingDetails(
            price_fen=row.price_fen,
            min_packs=row.min_packs,
            lead_days=row.lead_days,
            made_to_order=row.made_to_order,
        )
        assert ListingForm.of(details).to_listing() == details


def test_every_promotion_can_be_written_in_its_form(world):
    for row in world.scalars(select(Promotion)):
        prefixes = promotions.prefixes_of(world, [row.id]).get(row.id, [])
        draft, owner = mapping.draft_of(row, prefixes), mapping.ownership_of(row)
        form = PromotionForm(data=filled(draft, ""))
        offering.fill_choices(world, form, owner, START)
        offering.fill_goods(world, form, owner, draft, START)
        form.kind_codes.choices = [(kind.code, "") for kind in catalogue.list_kinds(world)]
        assert not offered(form)
        made = form.to_draft(frozenset(prefixes), str(owner.region))
        assert made == draft, row.name


def test_every_scheme_can_be_written_in_its_form(world):
    kinds = [(kind.code, "") for kind in catalogue.list_kinds(world)]
    for row in world.scalars(select(SubsidyScheme)):
        seen = scheme_view(row, START)
        form = SchemeForm(data=scheme_data(seen))
        form.kinds.choices = kinds
        assert not offered(form)
        assert form.to_draft() == seen.draft, row.name


def test_every_demonstration_project_can_be_written_in_its_form(world):
    rows = world.scalars(select(DemonstrationProject)).all()
    assert {row.state for row in rows} == {"submitted", "public"}
    for row in rows:
        draft = demonstrations.draft_of(row)
        form = FactsForm(data=facts_of(draft))
        assert not offered(form)
        assert form.to_draft() == draft


def test_every_bundle_and_every_material_of_it_can_be_written_in_its_form(world):
    kinds = {kind.code for kind in catalogue.list_kinds(world)}
    for card, _changed in bundles.list_all(world):
        seen = bundles.get_draft(world, card.id)
        form = BundleForm(data=bundle_data(seen))
        made = form.to_draft()
        assert not offered(form)
        assert len(seen.labour) <= LABOUR_ROWS
        assert {row.unit for row in seen.labour} <= set(LABOUR_UNITS)
        for name in ("targets", "defaults", "ranges", "labour", "days", "rules"):
            assert getattr(made, name) == getattr(seen, name), (card.slug, name)
        for name in ("slug", "name_zh", "name_en", "summary_zh", "summary_en"):
            assert getattr(made, name) == getattr(card, name)
        assert made.regions == card.regions
        assert set(made.zones) == set(card.zones)
        for slot in seen.slots:
            unnamed = replace(slot, product_zh="", product_en="")  # the service names it
            assert SlotForm(data=slot_data(slot)).to_slot() == unnamed
            assert slot.unit in SLOT_UNITS
            assert slot.kind_code in kinds
            assert slot.material_key is None or slot.material_key in materials()


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("defaults", "L"), ("defaults", "Q:3"), ("ranges", "L:20-10"), ("ranges", "L:10"),
        ("ranges", "外墙:1-2"), ("targets", "外墙U"),
    ],
)  # fmt: skip
def test_sizes_that_cannot_be_read_get_their_sentence(shared_app, field, text):
    with shared_app.test_request_context("/", method="POST"):
        form = BundleForm(MultiDict({field: text}))
        assert not form.validate()
        assert form[field].errors
        assert form[field].data == text
