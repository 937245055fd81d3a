"""Benefits and further terms as they lie in the database, and back. Rows of before keep their
meaning: what is missing is what it was when nothing could be said."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from market.promotions.types import (
    Bearing,
    Benefit,
    BenefitKind,
    BundlePart,
    BundleRule,
    Channel,
    Named,
    PromotionDraft,
    Step,
    Tier,
)

_PLAIN = ("basis_points", "amount_fen", "cap_fen", "every", "get", "times", "same_item",
          "gift_listing_id", "drop_point", "drop_point_id", "most_packs")  # fmt: skip
_SETS = ("seller_ids", "zones", "weekdays", "flags")
_NAMED = ("bundles", "kinds", "products")  # of a rule about bundles
_VALUES = ("min_quantity", "from_minute", "to_minute", "campaign_id", "first_order")


def benefit_to_json(benefit: Benefit) -> dict[str, Any]:
    """A benefit as stored."""
    closes = benefit.closes_at
    return {
        "kind": benefit.kind.value,
        **{name: getattr(benefit, name) for name in _PLAIN},
        "steps": [[step.at_least_fen, step.off_fen] for step in benefit.steps],
        "tiers": [[tier.at_least, tier.basis_points] for tier in benefit.tiers],
        "parts": [[p.product_id, p.quantity, p.name, p.name_en] for p in benefit.parts],
        "closes_at": closes.isoformat() if closes else None,
    }


def benefit_from_json(stored: Mapping[str, Any]) -> Benefit:
    """A benefit as the engine wants it."""
    closes = stored.get("closes_at")
    return Benefit(
        BenefitKind(stored["kind"]),
        steps=tuple(Step(*step) for step in stored["steps"]),
        tiers=tuple(Tier(*tier) for tier in stored.get("tiers", ())),
        parts=tuple(BundlePart(*part) for part in stored.get("parts", ())),
        closes_at=datetime.fromisoformat(closes) if closes else None,
        **{name: stored[name] for name in _PLAIN if name in stored},
    )


def terms_to_json(draft: PromotionDraft) -> dict[str, Any]:
    """The terms that have no column of their own; only those that say something."""
    plain: dict[str, Any] = {name: sorted(getattr(draft, name)) for name in _SETS}
    plain |= {name: getattr(draft, name) for name in _VALUES}
    plain["to_minute"] = draft.to_minute if draft.to_minute != 1440 else 0
    if draft.channel is not Channel.ONLINE:
        plain["channel"] = draft.channel.value
    plain["bundle"] = _bundle_to_json(draft.bundle)
    plain["bearings"] = [[one.bearer, one.basis_points] for one in draft.bearings]
    return {name: value for name, value in plain.items() if value}


def terms_from_json(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a draft."""
    found: dict[str, Any] = {name: frozenset(stored.get(name, ())) for name in _SETS}
    found |= {name: stored[name] for name in _VALUES if name in stored}
    found["channel"] = Channel(stored.get("channel", "online"))
    found["bearings"] = tuple(Bearing(*one) for one in stored.get("bearings", ()))
    found["bundle"] = _bundle_from_json(stored.get("bundle"))
    return found


def _bundle_to_json(rule: BundleRule | None) -> dict[str, Any] | None:
    if rule is None:
        return None
    named = {
        name: [[one.id, one.name, one.name_en] for one in getattr(rule, name)] for name in _NAMED
    }
    return {**named, "only": rule.only}


def _bundle_from_json(stored: Mapping[str, Any] | None) -> BundleRule | None:
    if stored is None:
        return None
    named = {name: tuple(Named(*one) for one in stored[name]) for name in _NAMED}
    return BundleRule(**named, only=stored["only"])
