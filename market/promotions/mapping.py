"""Rows to values and back."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from market.catalogue.types import ListingView
from market.kernel.region_code import RegionCode
from market.promotions import stored
from market.promotions.benefits import smallest_use
from market.promotions.models import CouponCode, Promotion
from market.promotions.types import (
    Conditions,
    Layer,
    Owner,
    Ownership,
    Phase,
    PricedLine,
    PromotionDraft,
    PromotionSpec,
    PromotionState,
    PromotionView,
)


def ownership_of(row: Promotion) -> Ownership:
    """Whose promotion a row is."""
    return Ownership(Owner(row.owner), row.seller_id, RegionCode(row.region_code))


def draft_of(row: Promotion, prefixes: Iterable[str]) -> PromotionDraft:
    """What the owner filled in."""
    return PromotionDraft(
        name=row.name,
        name_en=row.name_en,
        benefit=stored.benefit_from_json(row.benefit),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        region_prefixes=frozenset(prefixes),
        kind_codes=frozenset(row.kind_codes),
        product_ids=frozenset(row.product_ids),
        min_amount_fen=row.min_amount_fen,
        min_star=row.min_star,
        certified_only=row.certified_only,
        budget_fen=row.budget_fen,
        max_uses=row.max_uses,
        household_limit=row.household_limit,
        asks_household=row.asks_household,
        needs_code=row.needs_code,
        group=row.stacking_group,
        exclusive=row.exclusive,
        priority=row.priority,
        layer=Layer(row.layer) if row.layer else None,
        **stored.terms_from_json(row.terms),
    )


def fill(row: Promotion, draft: PromotionDraft) -> None:
    """Write what the owner filled in into a row."""
    row.name, row.name_en = draft.name, draft.name_en
    row.benefit = stored.benefit_to_json(draft.benefit)
    row.starts_at, row.ends_at = draft.starts_at, draft.ends_at
    row.kind_codes, row.product_ids = sorted(draft.kind_codes), sorted(draft.product_ids)
    row.min_amount_fen, row.min_star = draft.min_amount_fen, draft.min_star
    row.certified_only = draft.certified_only
    row.budget_fen, row.max_uses = draft.budget_fen, draft.max_uses
    row.household_limit, row.needs_code = draft.household_limit, draft.needs_code
    row.asks_household = draft.asks_household
    row.stacking_group, row.exclusive = draft.group, draft.exclusive
    row.priority, row.layer = draft.priority, draft.layer.value if draft.layer else ""
    row.terms = stored.terms_to_json(draft)


def with_codes(spec: PromotionSpec, codes: Iterable[CouponCode]) -> PromotionSpec:
    """A promotion with the shopper's codes that belong to it."""
    given = list(codes)
    if not given:
        return spec
    free = {c.code: None if c.max_uses is None else c.max_uses - c.uses for c in given}
    usable = min((code for code, left in free.items() if left is None or left > 0), default="")
    return replace(
        spec, codes=frozenset(free), open_code=usable, code_uses_left=free.get(usable, 0)
    )


def spec_of(
    row: Promotion, prefixes: Iterable[str], codes: Iterable[CouponCode] = ()
) -> PromotionSpec:
    """A row as the engine wants it; `codes` are the shopper's codes that belong to it."""
    draft = draft_of(row, prefixes)
    spec = PromotionSpec(
        id=row.id,
        name=row.name,
        name_en=row.name_en,
        owner=Owner(row.owner),
        seller_id=row.seller_id,
        state=PromotionState(row.state),
        benefit=draft.benefit,
        conditions=conditions_of(draft),
        needs_code=row.needs_code,
        code_uses_left=0,
        budget_fen=row.budget_fen,
        budget_left_fen=left_of(row),
        uses_left=None if row.max_uses is None else row.max_uses - row.uses,
        household_limit=row.household_limit,
        asks_household=row.asks_household,
        group=row.stacking_group,
        exclusive=row.exclusive,
        priority=row.priority,
        bearer=ownership_of(row).bearer,
        layer=draft.layer,
        bearings=draft.bearings,
    )
    return with_codes(spec, codes)


def conditions_of(draft: PromotionDraft) -> Conditions:
    """The engine's conditions of what an owner filled in."""
    return Conditions(
        starts_at=draft.starts_at,
        ends_at=draft.ends_at,
        region_prefixes=draft.region_prefixes,
        kind_codes=draft.kind_codes,
        product_ids=draft.product_ids,
        min_amount_fen=draft.min_amount_fen,
        certified_only=draft.certified_only,
        min_star=draft.min_star,
        min_quantity=draft.min_quantity,
        seller_ids=draft.seller_ids,
        zones=draft.zones,
        channel=draft.channel,
        weekdays=draft.weekdays,
        from_minute=draft.from_minute,
        to_minute=draft.to_minute,
        campaign_id=draft.campaign_id,
        flags=draft.flags,
        first_order=draft.first_order,
        bundle=draft.bundle,
    )


def left_of(row: Promotion) -> int | None:
    """Fen that may still be reserved; None without a budget."""
    return None if row.budget_fen is None else row.budget_fen - row.reserved_fen - row.spent_fen


def is_spent(row: Promotion) -> bool:
    """Whether not even the smallest use fits any more."""
    left = left_of(row)
    if left is not None and left < smallest_use(stored.benefit_from_json(row.benefit)):
        return True
    return row.max_uses is not None and row.uses >= row.max_uses


def phase_of(row: Promotion, now: datetime) -> Phase:
    """Where a promotion stands."""
    if row.state == "draft":
        return Phase.DRAFT
    if row.state == "stopped":
        return Phase.STOPPED
    if row.ends_at <= now:
        return Phase.ENDED
    if is_spent(row):
        return Phase.EXHAUSTED
    return Phase.SCHEDULED if row.starts_at > now else Phase.RUNNING


def view_of(row: Promotion, prefixes: Iterable[str], now: datetime) -> PromotionView:
    """A row as its desk shows it."""
    return PromotionView(
        id=row.id,
        ownership=ownership_of(row),
        draft=draft_of(row, prefixes),
        phase=phase_of(row, now),
        reserved_fen=row.reserved_fen,
        spent_fen=row.spent_fen,
        uses=row.uses,
        created_at=row.created_at,
        exhausted_at=row.exhausted_at,
        stopped_at=row.stopped_at,
    )


def priced_line(
    listing: ListingView, packs: int, *, key: str = "", region: RegionCode | None = None,
    group: str = "", bundle_id: str = "",
) -> PricedLine:  # fmt: skip
    """So many packs of a listing as the engine wants them; `key`: its id when nothing else names
    the line; `group` and `bundle_id` of lines that came in as a bundle."""
    return PricedLine(
        key=key or listing.id,
        listing_id=listing.id,
        product_id=listing.product_id,
        kind_code=listing.kind_code,
        seller_id=listing.seller_id,
        quantity=packs,
        unit_price_fen=listing.price_fen,
        amount_fen=listing.price_fen * packs,
        star=listing.star,
        certified=listing.certified,
        region=region,
        maker_id=listing.maker_id,
        group=group,
        bundle_id=bundle_id,
    )
