"""The plan a request asks a crew for, as the row keeps it and as a value. Pure."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from market.renovations.types import PlanLine, RequestPlan


def encode(plan: RequestPlan) -> dict[str, Any]:
    """A plan as JSON."""
    return {
        "configuration_id": plan.configuration_id,
        "bundle_id": plan.bundle_id,
        "version": plan.version,
        "slug": plan.slug,
        "name_zh": plan.name_zh,
        "name_en": plan.name_en,
        "lines": [
            {
                "listing_id": line.listing_id,
                "kind_code": line.kind_code,
                "group_code": line.group_code,
                "name_zh": line.name_zh,
                "name_en": line.name_en,
                "variant_zh": line.variant_zh,
                "variant_en": line.variant_en,
                "packs": line.packs,
                "pack_size": str(line.pack_size),
                "unit": line.unit,
            }
            for line in plan.lines
        ],
    }


def decode(stored: Mapping[str, Any] | None) -> RequestPlan | None:
    """The plan that JSON stands for; None when the request has none."""
    if stored is None:
        return None
    lines = tuple(
        PlanLine(**{**row, "pack_size": Decimal(row["pack_size"])}) for row in stored["lines"]
    )
    return RequestPlan(**{**stored, "lines": lines})
