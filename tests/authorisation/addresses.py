"""Every address that takes an id, with whose ids it is asked, or why nobody's."""

import csv
import re
from functools import cache

from tests.authorisation.tenants import BUNDLE
from tests.authorisation.test_matrix import ABSENT, POLICY

PERSONA = {
    "public": "household",
    "signed_in": "household",
    "household": "household",
    "seller": "seller",
    "provider": "provider",
    "staff": "official",
}
OWNER = {"providers.show_document": "provider"}  # who of those signed in owns the thing
# Addresses with a word or an id that is nobody's secret.
OPEN = {
    "accounts.answer_consent": "the name of a document and a word",
    "accounts.show_document": "the name of a public text",
    "accounts.show_document_version": "the name of a public text",
    "adoptions.show_entry": "listed once, so public",
    "api.calculate_bundle": "a published bundle",
    "api.show_adoption": "listed once, so public",
    "api.show_batch": "a number of the caller's own batches",
    "api.list_regions": "the public divisions",
    "api.remove_code": "a word of the caller's own cart",
    "api.show_bundle": "a published bundle",
    "api.show_declaration": "verified once, so public",
    "api.show_demonstration": "a public project",
    "api.show_kind": "the public kinds",
    "api.show_listing": "what is on sale",
    "api.show_product": "what is on sale",
    "api.show_provider": "crews present themselves",
    "api.show_region": "the public divisions",
    "bundles.configure_bundle": "a published bundle",
    "bundles.open_share": "whoever has the code may see the choices",
    "bundles.show_bundle": "a published bundle",
    "bundles.show_version": "published once",
    "catalogue.show_report": "the proof buyers may read",
    "catalogue.show_sheet": "the proof buyers may read",
    "certification.show_certificate": "the proof buyers may read",
    "checkout.remove_code": "a word of the visitor's own cart",
    "demonstrations.clone_as_supplier": "a public project, for the own desk",
    "demonstrations.show_project": "a public project",
    "api.show_certificate": "approved certificates are public",
    "api.show_spot_check": "published results",
    "api.show_standard": "the public library",
    "factories.create_claim": "a kind of claim, for the own works",
    "factories.new_claim": "a kind of claim, for the own works",
    "factories.show_evidence": "the proof buyers may read",
    "factories.show_profile": "sellers present themselves",
    "footprints.show_declaration": "verified once, so public",
    "footprints.show_factor": "public figures",
    "footprints.show_report": "the proof buyers may read",
    "exchange.export_products": "whoever asks gets the goods of the own desk",
    "inspections.show_history": "published results",
    "inspections.show_notice": "published results",
    "manuals.show_manual": "published manuals are public",
    "manuals.show_version": "published manuals are public",
    "standards.acknowledge_edition": "a public text, acknowledged for the own desk",
    "standards.show_standard": "the public library",
    "substances.show_content_report": "the proof buyers may read",
    "substances.show_contents": "what is on sale",
    "traceability.record_scan": "whoever holds the goods has the code",
    "traceability.show_code": "whoever holds the goods has the code",
    "traceability.show_identifier": "permanent names of public things",
    "traceability.show_report": "the proof buyers may read",
    "traceability.show_reach": "of any batch, but only the buyers of the own subtree",
    "traceability.recall_batch": "of any batch, but only the buyers of the own subtree",
    "media.show_photo": "public pictures; private ones have their own addresses",
    "picks.new_pick": "what is on sale, recommended in the own region",
    "promotions.act_seller_campaign": "a campaign that every seller may ask to join",
    "promotions.ask_voucher": "a running offer",
    "promotions.join_group": "a running offer",
    "promotions.send_proof": "a running offer",
    "promotions.show_offer": "a running offer",
    "providers.show_provider": "crews present themselves",
    "static": "files of the site",
    "suppliers.show_supplier": "sellers present themselves",
    "storefront.list_products": "the public kinds",
    "storefront.show_guide": "a public text",
    "storefront.show_product": "what is on sale",
    "storefront.show_seller": "sellers present themselves",
    "checkout.new_claim": "a published scheme",
    "checkout.new_loan": "a published scheme",
    "subsidies.new_fee_claim": "a published scheme",
    "subsidies.show_scheme": "published schemes",
    "subsidies.unwaive_scheme": "one's own wish about a published scheme",
    "subsidies.waive_scheme": "one's own wish about a published scheme",
}
# Roles whose objects have no owner among the tenants.
ROLES = {"operator": "has every object in care; the matrix of roles keeps the others out"}
# Where an address means another object than the name of its argument says.
MEANS = {
    "uses": {"rule_id": "use_rule_id"},
    "suppliers": {"key": "supplier_key"},
    "bundles": {"key": "slot_key"},
    "bundles.show_version": {"published_bundle_id": "bundle_id"},
    "commissions": {"rule_id": "commission_rule_id"},
    "catalogue.create_listing": {"variant_id": "hidden_variant_id"},
    "catalogue.new_admission": {"product_id": "hidden_product_id"},
    "catalogue.create_admission": {"product_id": "hidden_product_id"},
    "sellers": {"seller_id": "application_id"},
    "renovations": {"request_id": "draft_id", "photo_id": "draft_photo_id"},
    "matching.show_summary": {"request_id": "draft_id"},
    "matching.publish_request": {"request_id": "draft_id"},
    "api.update_request": {"request_id": "draft_id"},
    "api.publish_request": {"request_id": "draft_id"},
    "promotions.decide_staff_proof": {"proof_id": "region_proof_id"},
    "subsidies.show_own_file": {"file_id": "bill_id"},
    "subsidies.show_claim_file": {"file_id": "bill_id"},
    "subsidies.show_loan_file": {"file_id": "loan_paper_id"},
    "contracts.show_of_request": {"request_id": "job_request_id"},
    "contracts.show_milestone_photo": {"photo_id": "milestone_photo_id"},
    "handovers.show_photo": {"file_id": "arrival_photo_id"},
    "api.show_demonstration": {"project_id": "demonstration_id"},
    "api.show_kind": {"code": "kind_code"},
    "catalogue.edit_kind": {"code": "kind_code"},
    "storefront.list_products": {"code": "kind_code"},
}
WORDS = {
    "prefix": "batch", "kind": "zero", "paper": "check",
    "number": 1,
    "position": 1,
    "sequence": "1",
    "slug": BUNDLE, "key": "any", "name": "privacy", "topic": "returns", "version": 1,
    "document": "privacy", "answer": "give",
    "choice": "discard", "decision": "reject", "verb": "apply", "filename": "css/tokens.css",
    "path": "a/b.webp",
}  # fmt: skip
ACTIONS = {
    "adoptions.decide_entry": ("ask", "refuse", "readmit", "remove"),
    "certification.check_certificate": ("approve", "recheck"),
    "certification.decide_certificate": ("ask", "refuse", "suspend", "revoke", "cancel"),
    "sellers.decide_application": ("approve", "ask", "refuse", "suspend"),
    "factories.decide_claim": ("approve", "ask", "refuse", "revoke"),
    "footprints.decide_declaration": ("refuse", "revoke"),
    "bundles.decide_review": ("approve", "ask", "refuse"),
    "demonstrations.decide_project": ("approve", "refuse", "withdraw"),
    "suppliers.decide_application": ("approve", "ask", "refuse", "withdraw"),
}
STEPS = {
    "sellers.edit_application": ("company", "licence", "payout"),
    "sellers.update_application": ("company", "payout", "contact"),
    "renovations.edit_request": ("project", "contact"),
    "renovations.update_request": ("project", "contact"),
}
# A body the owner could send; each address takes from it what it knows.
BODY = {
    "reason": "材料和登记的不一致，请看清楚再交",
    "note": "发证机构网站查到，一致",
    "next_check_on": "2027-05-01",
    "verdict": "suspend",
    "answer": "已经补上",
    "amount": "10.00",
    "quantity": "1",
    "action": "in",
    "step": "0",
    "method": "alipay",
    "price": "88.00",
    "code": "TAKEOVER1",
    "count": "1",
    "name": "改了名字",
    "project": "roof-repair",
    "recipient": "别人",
    "phone": "13900001111",
    "region": "130624104",
    "detail": "改到我这里",
    "reference": "12345678",
}


@cache
def policies():
    """The role of each endpoint, by the table written by hand."""
    with POLICY.open(encoding="utf-8", newline="") as file:
        return {row["endpoint"]: row["policy"] for row in csv.DictReader(file)}


def asked(app):
    """(rule, persona) of every address of the site that takes somebody's id."""
    for rule in app.url_map.iter_rules():
        known = policies().get(rule.endpoint, "")
        if rule.arguments and rule.endpoint not in OPEN and known in PERSONA:
            yield rule, OWNER.get(rule.endpoint, PERSONA[known])


def asked_by_token(app):
    """Rules of the API that take somebody's id."""
    for rule in app.url_map.iter_rules():
        mine = policies().get(rule.endpoint) == "api"
        if mine and rule.arguments and rule.endpoint not in OPEN:
            yield rule


def meaning(endpoint, name, ids):
    """The id that belongs to this argument of this address."""
    domain = endpoint.split(".", maxsplit=1)[0]
    other = MEANS.get(endpoint, MEANS.get(domain, {})).get(name)
    if name == "promotion_id" and "_staff_" in endpoint:
        other = "region_promotion_id"
    return ids.get(other or name)


def addresses(rule, ids, own):
    """(values, address) of this rule with these ids; with two ids also one's own then theirs."""
    choices = [{}]
    for name in sorted(rule.arguments):
        values = _values(rule, name, ids)
        choices = [{**choice, name: value} for choice in choices for value in values]
    theirs = [name for name in rule.arguments if name.endswith("_id")]
    if len(theirs) > 1 and own is not ids:
        parent = next(name for name in re.findall(r"<(\w+)>", rule.rule) if name in theirs)
        mixed = {parent: meaning(rule.endpoint, parent, own)}
        choices += [{**choice, **mixed} for choice in choices]
    return [(choice, rule.build(choice, append_unknown=False)[1]) for choice in choices]


def _values(rule, name, ids):
    converter = rule._converters[name]
    if type(converter).__name__ == "AnyConverter":
        return sorted(converter.items)
    if name == "action":
        return ACTIONS[rule.endpoint]
    if name == "step":
        return STEPS[rule.endpoint]
    found = meaning(rule.endpoint, name, ids) or WORDS.get(name)
    assert found, f"{rule.endpoint}: no tenant owns a {name}; make one or say why not in OPEN"
    return (found,)


def absent(rule, choice, own):
    """The same address with ids that nobody has."""
    kept = set(own.values())
    values = {
        name: value if value in kept or not looks_like_id(value) else ABSENT
        for name, value in choice.items()
    }
    return rule.build(values, append_unknown=False)[1]


def looks_like_id(value):
    """Whether a part of an address is the id of an object."""
    return isinstance(value, str) and len(value) == 20 and value.isalnum()
