"""Reads of promotions; a fixed number of statements each."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, distinct, false, func, or_, select, true
from sqlalchemy.orm import Session

from market.db.region_filter import within
from market.kernel.actor import Actor
from market.kernel.paging import PAGE_SIZE, Page, offset
from market.kernel.region_code import RegionCode
from market.promotions import access, mapping
from market.promotions.campaigns import (
    campaigns_by_ids,
    enrolments_waiting,
    running,
    taking_part,
)
from market.promotions.errors import OutsideYourRegion, PromotionNotFound
from market.promotions.facts import caps, facts_for, flags_of, uses_by_household
from market.promotions.mapping import priced_line
from market.promotions.models import (
    CouponCode,
    Promotion,
    PromotionRegion,
    Redemption,
)
from market.promotions.standing import holds_in, promotions_for
from market.promotions.tracing import ToldStep, kept_steps, told, told_step
from market.promotions.tracing import kept as kept_with_order
from market.promotions.types import (
    CodeView,
    Owner,
    PromotionSpec,
    PromotionView,
    RedemptionView,
    Statistics,
    Tally,
)

__all__ = [
    "ToldStep",
    "breaches",
    "campaigns_by_ids",
    "caps",
    "codes_in_use",
    "codes_of",
    "enrolments_waiting",
    "facts_for",
    "flags_of",
    "get_managed",
    "get_promotion",
    "kept_steps",
    "kept_with_order",
    "knows_code",
    "live_promotions",
    "locked_row",
    "managed_row",
    "prefixes_of",
    "priced_line",
    "promotions_for",
    "promotions_of_seller",
    "promotions_of_staff",
    "row_of",
    "running",
    "running_now",
    "running_offers",
    "sellers_promotions_in",
    "staff_scope",
    "statistics",
    "taking_part",
    "tally_of_staff",
    "told",
    "told_step",
    "uses_by_household",
]


def live_promotions(
    session: Session,
    seller_ids: Collection[str],
    region: RegionCode | None,
    codes: Sequence[str],
    now: datetime,
) -> list[PromotionSpec]:
    """Promotions a cart should look at: 1 statement, 2 with codes.

    Automatic ones that run now (also with a spent budget, so that the cart can say so): of
    the sellers in the cart everywhere, of platform and regions where they hold. Promotions
    by code only for the codes given, in whatever state they are.
    """
    return list(promotions_for(session, seller_ids, region, codes, None, now).specs)


def running_offers(
    session: Session, region: RegionCode | None, now: datetime, limit: int = 24
) -> list[PromotionView]:
    """Automatic promotions a visitor in `region` can use now, soonest ending first."""
    query = (
        select(Promotion)
        .where(
            *_runs(now),
            Promotion.exhausted_at.is_(None),
            Promotion.needs_code.is_(False),
            holds_in(region.prefixes if region else None),
        )
        .order_by(Promotion.ends_at, Promotion.id)
        .limit(limit)
    )
    return _views(session, session.scalars(query).all(), now)


def running_now(session: Session, now: datetime, limit: int = 60) -> list[PromotionView]:
    """Promotions of anybody that run, newest first."""
    query = (
        select(Promotion)
        .where(*_runs(now))
        .order_by(Promotion.created_at.desc(), Promotion.id.desc())
        .limit(limit)
    )
    return _views(session, session.scalars(query).all(), now)


def codes_in_use(session: Session, now: datetime, limit: int = 20) -> list[str]:
    """One code of each promotion by code that runs."""
    query = (
        select(func.min(CouponCode.code))
        .join(Promotion, Promotion.id == CouponCode.promotion_id)
        .where(*_runs(now))
        .group_by(CouponCode.promotion_id)
        .order_by(CouponCode.promotion_id)
        .limit(limit)
    )
    return list(session.scalars(query))


def _runs(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return Promotion.state == "live", Promotion.starts_at <= now, Promotion.ends_at > now


def knows_code(session: Session, code: str) -> bool:
    """Whether a coupon code belongs to a promotion that was ever announced."""
    query = (
        select(CouponCode.id)
        .join(Promotion, Promotion.id == CouponCode.promotion_id)
        .where(CouponCode.code == code, Promotion.state != "draft")
        .limit(1)
    )
    return session.scalar(query) is not None


def prefixes_of(session: Session, ids: Collection[str]) -> dict[str, list[str]]:
    """Region prefixes by promotion."""
    found: dict[str, list[str]] = {}
    if not ids:
        return found
    query = (
        select(PromotionRegion)
        .where(PromotionRegion.promotion_id.in_(set(ids)))
        .order_by(PromotionRegion.prefix)
    )
    for row in session.scalars(query):
        found.setdefault(row.promotion_id, []).append(row.prefix)
    return found


def promotions_of_seller(
    session: Session, seller_id: str, now: datetime, number: int = 1
) -> Page[PromotionView]:
    """A seller's promotions, newest first."""
    return _page(session, Promotion.seller_id == seller_id, now, number)


def promotions_of_staff(
    session: Session, actor: Actor, now: datetime, number: int = 1
) -> Page[PromotionView]:
    """Promotions of an official's regions and below; of everybody but sellers for operators."""
    return _page(session, staff_scope(actor), now, number)


def staff_scope(actor: Actor) -> ColumnElement[bool]:
    """The promotions an office or the operator runs."""
    if actor.is_operator:
        return Promotion.owner != Owner.SELLER
    if not actor.official_regions:
        return false()
    mine = within(Promotion.region_code, *actor.official_regions)
    return and_(Promotion.owner == Owner.REGION, mine)


def tally_of_staff(session: Session, actor: Actor, now: datetime) -> Tally:
    """How the promotions of `promotions_of_staff` stand."""
    scope = staff_scope(actor)
    running = and_(*_runs(now))
    spent = and_(running, Promotion.exhausted_at.is_not(None))
    row = session.execute(
        select(
            func.count().filter(running),
            func.count().filter(spent),
            func.count().filter(Promotion.state == "draft"),
        ).where(scope)
    ).one()
    return Tally(*row)


def sellers_promotions_in(
    session: Session, actor: Actor, now: datetime, number: int = 1
) -> Page[PromotionView]:
    """Sellers' live promotions that name a region of the official, or hold everywhere."""
    listed = select(PromotionRegion.id).where(PromotionRegion.promotion_id == Promotion.id)
    where: ColumnElement[bool] = true()
    if not actor.is_operator:
        near = within(PromotionRegion.prefix, *actor.official_regions)
        above = PromotionRegion.prefix.in_(
            {prefix for region in actor.official_regions for prefix in region.prefixes}
        )
        where = or_(~listed.exists(), listed.where(or_(near, above)).exists())
    scope = and_(Promotion.owner == Owner.SELLER, Promotion.state == "live", where)
    return _page(session, scope, now, number)


def get_promotion(session: Session, promotion_id: str, now: datetime) -> PromotionView:
    """A promotion, whoever owns it. Raises `PromotionNotFound`."""
    return _views(session, [row_of(session, promotion_id)], now)[0]


def get_managed(session: Session, actor: Actor, promotion_id: str, now: datetime) -> PromotionView:
    """A promotion that `actor` runs. Raises `PromotionNotFound` and `OutsideYourRegion`."""
    return _views(session, [managed_row(session, actor, promotion_id)], now)[0]


def row_of(session: Session, promotion_id: str) -> Promotion:
    """The row. Raises `PromotionNotFound`."""
    row = session.get(Promotion, promotion_id)
    if row is None:
        raise PromotionNotFound
    return row


def managed_row(session: Session, actor: Actor, promotion_id: str) -> Promotion:
    """The row of a promotion that `actor` runs. Raises as `get_managed`."""
    row = row_of(session, promotion_id)
    owner = mapping.ownership_of(row)
    if access.may_manage(actor, owner.owner, owner.seller_id, owner.region):
        return row
    if owner.owner is Owner.REGION and actor.is_official:
        raise OutsideYourRegion
    raise PromotionNotFound


def locked_row(session: Session, actor: Actor, promotion_id: str) -> Promotion:
    """`managed_row`, read anew and kept from others until the end of the transaction."""
    row = managed_row(session, actor, promotion_id)
    session.refresh(row, with_for_update=True)
    return row


def codes_of(session: Session, promotion_id: str) -> list[CodeView]:
    """The codes of a promotion, oldest first."""
    query = (
        select(CouponCode).where(CouponCode.promotion_id == promotion_id).order_by(CouponCode.id)
    )
    return [CodeView(c.id, c.code, c.max_uses, c.uses) for c in session.scalars(query)]


def statistics(session: Session, promotion_id: str) -> Statistics:
    """Uses and spend of a promotion, with its last uses."""
    grouped = session.execute(
        select(
            Redemption.state,
            func.count(),
            func.coalesce(func.sum(Redemption.amount_fen), 0),
        )
        .where(Redemption.promotion_id == promotion_id)
        .group_by(Redemption.state)
    )
    by_state = {state: (count, int(fen)) for state, count, fen in grouped}
    households = session.scalar(
        select(func.count(distinct(Redemption.counted_as))).where(
            Redemption.promotion_id == promotion_id, Redemption.state != "freed"
        )
    )
    reserved, settled = by_state.get("reserved", (0, 0)), by_state.get("settled", (0, 0))
    return Statistics(
        reserved=reserved[0],
        settled=settled[0],
        freed=by_state.get("freed", (0, 0))[0],
        reserved_fen=reserved[1],
        settled_fen=settled[1],
        households=households or 0,
        recent=tuple(_recent(session, promotion_id)),
    )


def breaches(session: Session) -> list[str]:
    """Promotions whose counters disagree with their redemptions; empty when all is well."""
    held = (
        select(
            Redemption.promotion_id,
            func.sum(Redemption.amount_fen).filter(Redemption.state == "reserved").label("held"),
            func.sum(Redemption.amount_fen).filter(Redemption.state == "settled").label("paid"),
            func.count().filter(Redemption.state != "freed").label("uses"),
        )
        .group_by(Redemption.promotion_id)
        .subquery()
    )
    query = select(Promotion.id).outerjoin(held, held.c.promotion_id == Promotion.id)
    wrong = or_(
        Promotion.reserved_fen != func.coalesce(held.c.held, 0),
        Promotion.spent_fen != func.coalesce(held.c.paid, 0),
        Promotion.uses != func.coalesce(held.c.uses, 0),
        Promotion.reserved_fen + Promotion.spent_fen > Promotion.budget_fen,
    )
    return [f"promotion {key}: budget and redemptions disagree"
            for key in session.scalars(query.where(wrong))]  # fmt: skip


def _recent(session: Session, promotion_id: str, limit: int = 10) -> Iterable[RedemptionView]:
    query = (
        select(Redemption, CouponCode.code)
        .outerjoin(CouponCode, CouponCode.id == Redemption.coupon_id)
        .where(Redemption.promotion_id == promotion_id)
        .order_by(Redemption.reserved_at.desc(), Redemption.id.desc())
        .limit(limit)
    )
    for row, code in session.execute(query):
        yield RedemptionView(row.order_id, row.amount_fen, row.state, code, row.reserved_at)


def _page(
    session: Session, scope: ColumnElement[bool], now: datetime, number: int
) -> Page[PromotionView]:
    total = session.scalar(select(func.count()).select_from(Promotion).where(scope)) or 0
    query = (
        select(Promotion)
        .where(scope)
        .order_by(Promotion.created_at.desc(), Promotion.id.desc())
        .limit(PAGE_SIZE)
        .offset(offset(number))
    )
    return Page(_views(session, session.scalars(query).all(), now), total, max(1, number))


def _views(session: Session, rows: Sequence[Promotion], now: datetime) -> list[PromotionView]:
    prefixes = prefixes_of(session, [row.id for row in rows])
    return [mapping.view_of(row, prefixes.get(row.id, ()), now) for row in rows]
