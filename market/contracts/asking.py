"""From a configuration to a request for a crew that builds exactly this plan."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from market.bundles import queries as bundles
from market.bundles import service as bundle_service
from market.bundles.types import Calculation, Owner
from market.catalogue import queries as catalogue
from market.contracts.types import PlanPage
from market.kernel.region_code import RegionCode
from market.renovations import service as requests
from market.renovations.types import PlanLine, RequestPlan, Visitor


def plan_page(
    session: Session,
    owner: Owner,
    configuration_id: str,
    region: RegionCode | None,
    now: datetime,
) -> PlanPage:
    """The plan as crews will see it, and the measures it was made for.

    Raises ConfigurationNotFound, BundleNotFound, NothingChosen, ChoicesClash (of bundles).
    """
    stored = bundles.get_configuration(session, owner, configuration_id)
    chosen = bundle_service.select_for_cart(session, owner, configuration_id, region, now)
    found = bundle_service.price(
        session, chosen.slug, stored.choices, region, now, stored.bundle_version
    )
    listings = catalogue.listings_by_ids(session, {line.listing_id for line in chosen.lines}, now)
    lines = []
    for line in chosen.lines:
        listing = listings[line.listing_id]
        lines.append(
            PlanLine(
                line.listing_id, listing.kind_code, listing.group_code, listing.product_name,
                listing.product_name_en, listing.variant_label, listing.variant_label_en,
                line.packs, listing.pack_size, listing.unit,
            )
        )  # fmt: skip
    plan = RequestPlan(
        stored.id, chosen.bundle_id, chosen.version, chosen.slug, chosen.label, chosen.label_en,
        tuple(lines),
    )  # fmt: skip
    return PlanPage(plan, found.values, _facts(found))


def ask(
    session: Session,
    visitor: Visitor,
    page: PlanPage,
    *,
    scope: str,
    region: RegionCode | None,
    now: datetime,
) -> str:
    """A draft request filled from the plan; returns its id."""
    return requests.start_from_plan(
        session, visitor, page.plan, facts=page.facts, scope=scope, region=region, now=now
    )


def _facts(found: Calculation) -> dict[str, Any]:
    """What the configurator was told of the house, as answers of the wizard."""
    house = found.choices.house
    told: dict[str, Any] = {}
    numbers = {
        key: value for key, value in (house.numbers or {}).items() if key not in house.unsure
    }
    if "L" in numbers and "W" in numbers:
        told["footprint"] = [_plain(numbers["L"]), _plain(numbers["W"])]
    if "H" in numbers:
        told["storey_height"] = _plain(numbers["H"])
    if house.wall_mm in (240, 370):
        told["wall_type"] = f"brick_{house.wall_mm}"
    return told


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
