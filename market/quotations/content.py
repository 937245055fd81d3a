"""What a quotation writes down: the goods, and every step of the price with its rule.

The steps are stored as figures and told in words when the quotation is read, so that one paper
reads in both languages.
"""

from collections.abc import Mapping
from typing import Any

from market.bundles.types import Calculation
from market.checkout.types import Quote, QuotedLine, SellerBlock
from market.promotions.types import BenefitKind, Layer, Owner, Verdict
from market.subsidies.types import Outcome, Step

MEASURES = ("L", "W", "wall_net", "window_area", "roof_flat", "roof_slope")


def content_of(found: Calculation, quoted: Quote) -> dict[str, Any]:
    """A calculation and its price as a document; its steps add up to the total."""
    return {
        "bundle_zh": found.bundle.card.name_zh,
        "bundle_en": found.bundle.card.name_en,
        "version": found.bundle.card.version,
        "house": found.choices.house.archetype,
        "measures": {key: round(found.values[key], 2) for key in MEASURES},
        "sellers": [_seller(block) for block in quoted.seller_blocks],
        "discounts": [_discount(verdict) for verdict in quoted.applied],
        "subsidies": [_subsidy(outcome) for outcome in quoted.aid.applied],
        "goods_fen": quoted.goods_fen,
        "freight_fen": quoted.freight_fen,
        "carbon_kg": str(round(found.carbon.kg)),
        "carbon_missing": found.carbon.missing,
    }


def _seller(block: SellerBlock) -> dict[str, Any]:
    parts = block.freight
    return {
        "name": block.seller_name,
        "goods_fen": block.goods_fen,
        "off_fen": block.discount_fen,
        "subsidy_fen": block.subsidy_fen,
        "freight_fen": block.freight_fen - block.freight_off_fen,
        "freight_off_fen": block.freight_off_fen,
        "freight": None if parts is None else {
            "base_fen": parts.base_fen, "weight_fen": parts.weight_fen,
            "last_mile_fen": parts.last_mile_fen, "weight_g": block.weight_g,
        },
        "total_fen": block.total_fen,
        "lines": [_line(line) for line in block.buyable],
    }  # fmt: skip


def _line(line: QuotedLine) -> dict[str, Any]:
    listing = line.listing
    return {
        "listing_id": line.listing_id,
        "name_zh": listing.product_name if listing else "",
        "name_en": listing.product_name_en if listing else "",
        "variant_zh": listing.variant_label if listing else "",
        "variant_en": listing.variant_label_en if listing else "",
        "packs": line.quantity,
        "price_fen": line.unit_price_fen,
        "amount_fen": line.amount_fen,
        "gift": line.is_gift,
    }


def _discount(verdict: Verdict) -> dict[str, Any]:
    return {
        "name_zh": verdict.name,
        "name_en": verdict.name_en,
        "fen": verdict.applied_fen,
        "rule": {
            "owner": verdict.owner.value if verdict.owner else None,
            "layer": verdict.layer.value if verdict.layer else None,
            "kind": verdict.kind.value if verdict.kind else None,
            "base_fen": verdict.base_fen, "cut_fen": verdict.cut_fen,
            "cut_by": verdict.cut_by, "uses": verdict.uses,
        },
    }  # fmt: skip


def _subsidy(outcome: Outcome) -> dict[str, Any]:
    scheme = outcome.scheme
    return {
        "name_zh": scheme.name,
        "name_en": scheme.name_en,
        "code": scheme.code,
        "level": scheme.region.level,
        "example": scheme.example,
        "fen": outcome.amount_fen,
        "steps": [
            {"code": step.code, "amount_fen": step.amount_fen, "params": dict(step.params)}
            for step in outcome.steps
        ],
    }


def verdict_of(stored: Mapping[str, Any]) -> Verdict | None:
    """The promotion of a stored step, to be told in words; None where no rule was written down."""
    rule = stored.get("rule")
    if rule is None:
        return None
    return Verdict(
        "", stored["name_zh"], stored["fen"], "", {},
        owner=Owner(rule["owner"]) if rule["owner"] else None,
        layer=Layer(rule["layer"]) if rule["layer"] else None,
        kind=BenefitKind(rule["kind"]) if rule["kind"] else None,
        base_fen=rule["base_fen"], cut_fen=rule["cut_fen"], cut_by=rule["cut_by"],
        uses=rule["uses"],
    )  # fmt: skip


def steps_of(stored: Mapping[str, Any]) -> tuple[Step, ...]:
    """How a stored subsidy was worked out."""
    return tuple(Step(s["code"], s["amount_fen"], s["params"]) for s in stored["steps"])


def unexplained_fen(content: Mapping[str, Any], total_fen: int) -> int:
    """What was taken off without being written down: the subsidies of quotations from the time
    when only their total was kept; 0 for all others."""
    told = content["goods_fen"] + content["freight_fen"]
    told -= sum(off["fen"] for off in content["discounts"])
    told -= sum(one["fen"] for one in content.get("subsidies", ()))
    return int(told - total_fen)
