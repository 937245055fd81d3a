"""Bundles as documents (the published snapshot, `data/bundles.json`) and as values."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from market.bundles.house import ARCHETYPES, DEFAULT_ARCHETYPE, HouseAnswers
from market.bundles.insulation import WALLS_MM
from market.bundles.siting import Site
from market.bundles.types import (
    BundleCard,
    BundleState,
    BundleView,
    Choices,
    LabourRow,
    Rule,
    RuleKind,
    Slot,
)


def encode(bundle: BundleView) -> dict[str, Any]:
    """A bundle as a document, without identity and state."""
    card = bundle.card
    return {
        "slug": card.slug,
        "name_zh": card.name_zh,
        "name_en": card.name_en,
        "summary_zh": card.summary_zh,
        "summary_en": card.summary_en,
        "zones": list(card.zones),
        "targets": dict(bundle.targets),
        "defaults": dict(bundle.defaults),
        "ranges": {key: list(value) for key, value in bundle.ranges.items()},
        "days": list(bundle.days),
        "slots": [
            {
                **asdict(s),
                "zone_factors": dict(s.zone_factors),
                "alternatives": list(s.alternatives),
            }
            for s in bundle.slots
        ],
        "labour": [asdict(row) for row in bundle.labour],
        "rules": [asdict(rule) for rule in bundle.rules],
        "regions": list(card.regions),
        "site": encode_site(bundle.site),
    }


def decode(
    document: Mapping[str, Any],
    *,
    bundle_id: str = "",
    version: int = 0,
    state: BundleState = BundleState.DRAFT,
    seller_id: str = "",
) -> BundleView:
    """A document as a bundle."""
    slots = tuple(
        Slot(**{**row, "alternatives": tuple(row.get("alternatives", ()))})
        for row in document["slots"]
    )
    return BundleView(
        card=BundleCard(
            id=bundle_id,
            slug=document["slug"],
            version=version,
            state=state,
            name_zh=document["name_zh"],
            name_en=document["name_en"],
            summary_zh=document["summary_zh"],
            summary_en=document["summary_en"],
            zones=tuple(document["zones"]),
            kind_codes=tuple(dict.fromkeys(slot.kind_code for slot in slots)),
            regions=tuple(document.get("regions", ())),
            seller_id=seller_id,
        ),
        targets=document["targets"],
        defaults=document["defaults"],
        ranges={key: (low, high) for key, (low, high) in document["ranges"].items()},
        days=(document["days"][0], document["days"][1]),
        slots=slots,
        labour=tuple(LabourRow(**row) for row in document["labour"]),
        rules=decode_rules(document.get("rules", ())),
        site=decode_site(document.get("site") or {}),
    )


def encode_site(site: Site) -> dict[str, Any]:
    """What a bundle is written for, as stored: only what is said."""
    return {
        **({"archetypes": list(site.archetypes)} if site.archetypes else {}),
        **({"most_altitude_m": site.most_altitude_m} if site.most_altitude_m is not None else {}),
        **({"little_snow": True} if site.little_snow else {}),
    }


def decode_site(stored: Mapping[str, Any]) -> Site:
    """A stored site; pictures that no longer exist are left out."""
    known = (key for key in stored.get("archetypes", ()) if key in ARCHETYPES)
    return Site(
        tuple(known), stored.get("most_altitude_m"), little_snow=bool(stored.get("little_snow"))
    )


def decode_rules(rows: Iterable[Mapping[str, Any]]) -> tuple[Rule, ...]:
    """Stored rules as values."""
    return tuple(Rule(**{**row, "kind": RuleKind(row["kind"])}) for row in rows)


def encode_choices(choices: Choices) -> dict[str, Any]:
    """A household's choices as stored."""
    house = choices.house
    return {
        "archetype": house.archetype,
        "numbers": {key: str(value) for key, value in (house.numbers or {}).items()},
        "areas": {key: str(value) for key, value in (house.areas or {}).items()},
        "unsure": sorted(house.unsure),
        "wall_mm": house.wall_mm,
        "fuel": house.fuel,
        "options": dict(choices.options),
        # Only where they were answered: what was stored before the questions stays the same.
        **({"altitude_m": house.altitude_m} if house.altitude_m is not None else {}),
        **({"snow": house.snow} if house.snow else {}),
    }


def decode_choices(stored: Mapping[str, Any]) -> Choices:
    """Stored choices as values; what no longer exists falls back to its default."""
    archetype, wall_mm = stored["archetype"], stored["wall_mm"]
    return Choices(
        HouseAnswers(
            archetype=archetype if archetype in ARCHETYPES else DEFAULT_ARCHETYPE,
            numbers={key: Decimal(value) for key, value in stored["numbers"].items()},
            areas={key: Decimal(value) for key, value in stored["areas"].items()},
            unsure=frozenset(stored["unsure"]),
            wall_mm=wall_mm if wall_mm in WALLS_MM else None,
            fuel=stored.get("fuel", ""),
            altitude_m=stored.get("altitude_m"),
            snow=stored.get("snow", ""),
        ),
        dict(stored["options"]),
    )
