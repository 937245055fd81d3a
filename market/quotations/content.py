"""What a quotation writes down: the goods, and every step of the price with its rule.

The steps are stored as figures and told in words when the quotation is read, so that one paper
reads in both languages.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from market.bundles.types import Calculation
from market.checkout.types import Quote, QuotedLine, SellerBlock
from market.kernel.money import Fen
from market.promotions import queries as promotions
from market.subsidies import queries as subsidies

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
        "discounts": promotions.kept_steps(quoted.verdicts, quoted.promotions),
        "subsidies": subsidies.kept(quoted.aid.applied),
        "not_subsidised": subsidies.kept(quoted.aid.not_applied),
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


@dataclass(frozen=True)
class Off:
    """What a promotion took off; of quotations from before rules were kept without its step."""

    name_zh: str
    name_en: str
    fen: Fen
    step: promotions.ToldStep | None


def discounts_of(content: Mapping[str, Any]) -> list[Off]:
    """The promotions of a stored price, in their order."""
    found = []
    for row in content["discounts"]:
        if "off" in row:
            step = promotions.told_step(row)
            found.append(Off(step.name_zh, step.name_en, step.off_fen, step))
        else:
            found.append(Off(row["name_zh"], row["name_en"], row["fen"], None))
    return found


def aid_of(content: Mapping[str, Any]) -> subsidies.ToldAid:
    """The schemes of a stored price; quotations from before say nothing of those not used."""
    return subsidies.told((*content.get("subsidies", ()), *content.get("not_subsidised", ())))


def unexplained_fen(content: Mapping[str, Any], total_fen: int) -> int:
    """What was taken off without being written down: the subsidies of quotations from the time
    when only their total was kept; 0 for all others."""
    told = content["goods_fen"] + content["freight_fen"]
    told -= sum(off.fen for off in discounts_of(content))
    told -= sum(one["fen"] for one in content.get("subsidies", ()))
    return int(told - total_fen)
