"""The verbs of promotions: draft, codes, schedule, budget, stop; `reserve`, `settle`, `free`, …"""

import re
import unicodedata
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from market.audit import service as audit
from market.catalogue import queries as catalogue
from market.kernel.actor import Actor
from market.kernel.ids import new_code
from market.kernel.region_code import RegionCode
from market.promotions import access, groups, mapping, naming, rules, sharing, stacking, stored
from market.promotions.budget import free, reserve, retake, settle
from market.promotions.budgeting import change_budget
from market.promotions.carrying import on_joined, on_separated
from market.promotions.comparison import use_orders
from market.promotions.eligibility import use_earlier_orders
from market.promotions.errors import (
    AlreadyStopped,
    CodesMissing,
    CodeTaken,
    GiftNotYours,
    NotADraft,
    PromotionIncomplete,
    PromotionNotFound,
    RegionNotYours,
)
from market.promotions.groups import close_due
from market.promotions.models import CouponCode, Promotion, PromotionRegion
from market.promotions.naming import use_bundles
from market.promotions.queries import locked_row, managed_row, prefixes_of
from market.promotions.stacking import create as create_group
from market.promotions.types import Owner, Ownership, PromotionDraft

MAX_CODES_AT_ONCE = 200
_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{2,30}[A-Z0-9]")

__all__ = [
    "add_codes",
    "change_budget",
    "close_due",
    "create_draft",
    "create_group",
    "free",
    "make_codes",
    "on_joined",
    "on_separated",
    "plain_code",
    "reserve",
    "retake",
    "schedule",
    "settle",
    "stop",
    "update_draft",
    "use_bundles",
    "use_earlier_orders",
    "use_orders",
]


def create_draft(
    session: Session, actor: Actor, ownership: Ownership, draft: PromotionDraft, now: datetime
) -> str:
    """A new draft; returns its id.

    Raises `PromotionNotFound` when the actor may not act for that owner, and the refusals of
    `rules.check` and `RegionNotYours` beside their fields.
    """
    if not access.may_manage(actor, ownership.owner, ownership.seller_id, ownership.region):
        raise PromotionNotFound
    rules.check(draft)
    rules.check_bearings(draft, ownership)
    _check_gift(session, ownership, draft, now)
    naming.check(session, actor, ownership, draft, now)
    stacking.check(session, draft.group)
    prefixes = _checked_regions(ownership, draft.region_prefixes)
    row = Promotion(
        owner=ownership.owner.value,
        seller_id=ownership.seller_id,
        region_code=ownership.region.digits,
        created_by=actor.account_id,
        created_at=now,
    )
    mapping.fill(row, draft)
    session.add(row)
    session.flush()
    _set_regions(session, row, prefixes)
    _audit(session, actor, "promotion.create", row, now)
    return row.id


def update_draft(
    session: Session, actor: Actor, promotion_id: str, draft: PromotionDraft, now: datetime
) -> None:
    """Change a draft; what the platform agreed to is void unless only names change.

    Raises `NotADraft` and what `create_draft` raises.
    """
    row = locked_row(session, actor, promotion_id)
    if row.state != "draft":
        raise NotADraft
    rules.check(draft)
    rules.check_bearings(draft, mapping.ownership_of(row))
    _check_gift(session, mapping.ownership_of(row), draft, now)
    was = mapping.draft_of(row, prefixes_of(session, [row.id]).get(row.id, []))
    naming.check(session, actor, mapping.ownership_of(row), draft, now, was)
    stacking.check(session, draft.group, was.group)
    prefixes = _checked_regions(mapping.ownership_of(row), draft.region_prefixes)
    before = stored.benefit_to_json(stored.benefit_from_json(row.benefit))
    mapping.fill(row, draft)
    session.flush()
    _set_regions(session, row, prefixes)
    sharing.note_change(session, row, was, mapping.draft_of(row, prefixes))
    _audit(session, actor, "promotion.update", row, now, before=before)


def schedule(session: Session, actor: Actor, promotion_id: str, now: datetime) -> None:
    """Put a draft live from its start on.

    Raises `NotADraft`, `AlreadyOver`, `CodesMissing`, `ShareNotAgreed`, `GroupNotOffered`.
    """
    row = locked_row(session, actor, promotion_id)
    if row.state != "draft":
        raise NotADraft
    rules.check_not_over(row.ends_at, now)
    prefixes = prefixes_of(session, [row.id]).get(row.id, [])
    rules.check(mapping.draft_of(row, prefixes))
    if row.needs_code and not _has_codes(session, row.id):
        raise CodesMissing
    sharing.check_agreed(session, row)
    stacking.check(session, row.stacking_group)
    row.state, row.scheduled_at = "live", now
    groups.open_for(session, row)
    session.flush()
    _audit(session, actor, "promotion.schedule", row, now)


def stop(session: Session, actor: Actor, promotion_id: str, now: datetime) -> None:
    """Stop for good; what is reserved can still be paid. Raises `AlreadyStopped`."""
    row = managed_row(session, actor, promotion_id)
    if row.state == "stopped":
        raise AlreadyStopped
    row.state, row.stopped_at = "stopped", now
    session.flush()
    _audit(session, actor, "promotion.stop", row, now)


def add_codes(
    session: Session,
    actor: Actor,
    promotion_id: str,
    codes: Collection[str],
    *,
    max_uses: int | None,
    now: datetime,
) -> list[str]:
    """Add codes people type; returns them as stored. Raises `CodeTaken`, `PromotionIncomplete`."""
    row = managed_row(session, actor, promotion_id)
    if row.state == "stopped":
        raise AlreadyStopped
    if row.state == "live" and not row.needs_code:
        raise NotADraft
    plain = sorted({plain_code(code) for code in codes})
    if not 0 < len(plain) <= MAX_CODES_AT_ONCE or not all(_CODE.fullmatch(c) for c in plain):
        raise PromotionIncomplete(field="code")
    taken = session.scalar(select(CouponCode.code).where(CouponCode.code.in_(plain)).limit(1))
    if taken is not None:
        raise CodeTaken(code=taken, field="code")
    session.add_all(
        CouponCode(promotion_id=row.id, code=code, max_uses=max_uses, created_at=now)
        for code in plain
    )
    row.needs_code = True
    session.flush()
    _audit(session, actor, "promotion.codes", row, now)
    return plain


def make_codes(
    session: Session,
    actor: Actor,
    promotion_id: str,
    count: int,
    *,
    max_uses: int | None,
    now: datetime,
) -> list[str]:
    """Make `count` codes nobody can guess from each other."""
    codes = {new_code(10) for _ in range(count)}
    return add_codes(session, actor, promotion_id, codes, max_uses=max_uses, now=now)


def plain_code(typed: str) -> str:
    """A code as stored: upper case, half width, without spaces around."""
    return unicodedata.normalize("NFKC", typed).strip().upper()


def _checked_regions(ownership: Ownership, prefixes: Collection[str]) -> Collection[str]:
    """A region's promotion holds there or in parts of it, nowhere else."""
    if ownership.owner is not Owner.REGION:
        return prefixes
    for prefix in sorted(prefixes):
        if not ownership.region.contains(RegionCode(prefix)):
            raise RegionNotYours(region=prefix, field="regions")
    return prefixes or {ownership.region.digits}


def _check_gift(
    session: Session, ownership: Ownership, draft: PromotionDraft, now: datetime
) -> None:
    """A gift is on sale, and a seller gives only what is its own."""
    key = draft.benefit.gift_listing_id
    if not key:
        return
    listing = catalogue.listings_by_ids(session, {key}, now).get(key)
    if listing is None or not listing.sellable:
        raise GiftNotYours(field="gift")
    if ownership.seller_id is not None and listing.seller_id != ownership.seller_id:
        raise GiftNotYours(field="gift")


def _set_regions(session: Session, row: Promotion, prefixes: Collection[str]) -> None:
    session.execute(delete(PromotionRegion).where(PromotionRegion.promotion_id == row.id))
    session.add_all(PromotionRegion(promotion_id=row.id, prefix=p) for p in sorted(prefixes))
    session.flush()


def _has_codes(session: Session, promotion_id: str) -> bool:
    query = select(CouponCode.id).where(CouponCode.promotion_id == promotion_id).limit(1)
    return session.scalar(query) is not None


def _audit(
    session: Session,
    actor: Actor,
    action: str,
    row: Promotion,
    now: datetime,
    *,
    before: dict[str, object] | None = None,
) -> None:
    after = {"name": row.name, "state": row.state, "benefit": row.benefit, "budget": row.budget_fen}
    region = row.region_code if row.owner == Owner.REGION.value else None
    audit.record(
        session, actor, action, "promotion", row.id,
        now=now, before=before, after=after, region=region,
    )  # fmt: skip
