"""Campaigns of a region: sellers apply, its officials let them in, they may leave again.

Promotions that ask for a campaign reach only goods of sellers who are in it, and only those
sellers and makers can be made to bear a share.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.audit import service as audit
from market.db.backlog import backlog
from market.db.region_filter import governed_by, within
from market.kernel.actor import Actor
from market.kernel.backlog import Backlog
from market.kernel.events import publish
from market.kernel.region_code import RegionCode
from market.promotions.errors import (
    CampaignNotFound,
    CampaignOver,
    EndsBeforeStart,
    EnrolmentNotFound,
    NotApplied,
    OutsideYourRegion,
    RefusalUnexplained,
)
from market.promotions.events import EnrolmentAsked, EnrolmentDecided
from market.promotions.models import Campaign, CampaignEnrolment
from market.promotions.types import CampaignDraft, CampaignView, EnrolmentView, Owner, Ownership
from market.sellers import queries as sellers


def create(
    session: Session, actor: Actor, region: RegionCode, draft: CampaignDraft, now: datetime
) -> str:
    """A new campaign of a region. Raises OutsideYourRegion, EndsBeforeStart."""
    if not actor.governs(region):
        raise OutsideYourRegion
    if draft.ends_at <= max(draft.starts_at, now):
        raise EndsBeforeStart(field="ends_on")
    row = Campaign(
        name=draft.name, name_en=draft.name_en, terms=draft.terms, region_code=region.digits,
        starts_at=draft.starts_at, ends_at=draft.ends_at, created_at=now,
        created_by=actor.account_id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(
        session, actor, "campaign.create", "campaign", row.id, now=now, after={"name": row.name},
        region=row.region_code,
    )  # fmt: skip
    return row.id


def apply(session: Session, campaign_id: str, seller_id: str, now: datetime) -> None:
    """A seller applies, or applies again; officials are told. Raises CampaignNotFound,
    CampaignOver."""
    row = _row(session, campaign_id)
    if row.ends_at <= now:
        raise CampaignOver
    mine = session.get(CampaignEnrolment, (campaign_id, seller_id))
    if mine is None:
        mine = CampaignEnrolment(campaign_id=campaign_id, seller_id=seller_id)
        session.add(mine)
    elif mine.state in ("applied", "approved"):
        return
    mine.state, mine.applied_at, mine.reason = "applied", now, ""
    mine.decided_at = mine.decided_by = None
    session.flush()
    named = sellers.sellers_by_ids(session, {seller_id}).get(seller_id)
    publish(session, EnrolmentAsked(
        campaign_id, row.name, row.region_code, seller_id, named.name if named else "", now,
    ))  # fmt: skip


def leave(session: Session, campaign_id: str, seller_id: str, now: datetime) -> None:
    """A seller leaves; the exit is kept. Raises NotApplied."""
    mine = session.get(CampaignEnrolment, (campaign_id, seller_id))
    if mine is None or mine.state not in ("applied", "approved"):
        raise NotApplied
    mine.state, mine.decided_at = "left", now
    session.flush()


def decide(
    session: Session, actor: Actor, campaign_id: str, seller_id: str, *, approve: bool,
    reason: str, now: datetime,
) -> None:  # fmt: skip
    """An official lets a seller in, or refuses and says why; the seller is told.

    Who is in already can be refused, too. Raises OutsideYourRegion, EnrolmentNotFound,
    NotApplied, RefusalUnexplained.
    """
    reason = reason.strip()[:300]
    row = _governed(session, actor, campaign_id)
    mine = session.get(CampaignEnrolment, (campaign_id, seller_id), with_for_update=True)
    if mine is None:
        raise EnrolmentNotFound
    if mine.state not in ("applied", "approved"):
        raise NotApplied
    if not approve and not reason:
        raise RefusalUnexplained(field="reason")
    if approve and mine.state == "approved":
        return
    before, mine.state = mine.state, "approved" if approve else "refused"
    mine.reason, mine.decided_at, mine.decided_by = reason, now, actor.account_id
    session.flush()
    audit.record(
        session, actor, "campaign.approve" if approve else "campaign.refuse", "campaign", row.id,
        now=now, before={"seller": seller_id, "state": before}, region=row.region_code,
        after={"seller": seller_id, "state": mine.state, "reason": reason},
    )  # fmt: skip
    publish(session, EnrolmentDecided(row.id, row.name, seller_id, mine.state, reason, now))


def enrolments_waiting(session: Session, actor: Actor, before: datetime, now: datetime) -> Backlog:
    """Applications to campaigns of the actor's subtree that are not over; late since `before`."""
    return backlog(
        session, CampaignEnrolment.applied_at, before,
        CampaignEnrolment.state == "applied", CampaignEnrolment.campaign_id == Campaign.id,
        Campaign.ends_at > now, governed_by(actor, Campaign.region_code),
    )  # fmt: skip


def open_for_promotions(
    session: Session, ownership: Ownership, now: datetime
) -> list[CampaignView]:
    """The campaigns that a promotion of this owner may ask for: not over yet."""
    query = select(Campaign).where(Campaign.ends_at > now)
    if ownership.owner is Owner.SELLER:
        query = query.join(
            CampaignEnrolment,
            (CampaignEnrolment.campaign_id == Campaign.id)
            & (CampaignEnrolment.seller_id == ownership.seller_id),
        ).where(CampaignEnrolment.state == "approved")
    elif ownership.owner is Owner.REGION:
        query = query.where(within(Campaign.region_code, ownership.region))
    return [_view(row) for row in session.scalars(query.order_by(Campaign.ends_at, Campaign.id))]


def sellers_in(session: Session, campaign_ids: Collection[str]) -> set[str]:
    """The sellers who take part in any of these campaigns."""
    query = select(CampaignEnrolment.seller_id).where(
        CampaignEnrolment.campaign_id.in_(campaign_ids), CampaignEnrolment.state == "approved"
    )
    return set(session.scalars(query))


def taking_part(
    session: Session, seller_ids: Collection[str], region: RegionCode, now: datetime
) -> dict[str, frozenset[str]]:
    """By seller, the campaigns it is in that run now where goods go to. One statement."""
    rows = session.execute(
        select(CampaignEnrolment.seller_id, Campaign.id)
        .join(Campaign, Campaign.id == CampaignEnrolment.campaign_id)
        .where(
            CampaignEnrolment.seller_id.in_(seller_ids),
            CampaignEnrolment.state == "approved",
            Campaign.starts_at <= now,
            Campaign.ends_at > now,
            Campaign.region_code.in_(region.prefixes),
        )
    )
    found: dict[str, set[str]] = {}
    for seller_id, campaign_id in rows:
        found.setdefault(seller_id, set()).add(campaign_id)
    return {key: frozenset(ids) for key, ids in found.items()}


def running(session: Session, now: datetime) -> list[CampaignView]:
    """Every campaign that is not over, the soonest to end first."""
    rows = select(Campaign).where(Campaign.ends_at > now).order_by(Campaign.ends_at, Campaign.id)
    return [_view(row) for row in session.scalars(rows)]


def campaigns_by_ids(session: Session, ids: Collection[str]) -> list[CampaignView]:
    """These campaigns, also when they are over."""
    return [_view(row) for row in session.scalars(select(Campaign).where(Campaign.id.in_(ids)))]


def campaigns_for_seller(
    session: Session, seller_id: str, now: datetime
) -> list[tuple[CampaignView, EnrolmentView | None]]:
    """Every campaign that is not over, with where the seller stands in it."""
    mine = (CampaignEnrolment.campaign_id == Campaign.id) & (
        CampaignEnrolment.seller_id == seller_id
    )
    rows = session.execute(
        select(Campaign, CampaignEnrolment)
        .outerjoin(CampaignEnrolment, mine)
        .where(Campaign.ends_at > now)
        .order_by(Campaign.ends_at, Campaign.id)
    )
    return [(_view(row), _enrolment(own) if own else None) for row, own in rows]


def campaigns_of(
    session: Session, actor: Actor
) -> list[tuple[CampaignView, Sequence[EnrolmentView]]]:
    """The campaigns of an official's regions with those who applied; all for operators."""
    query = select(Campaign)
    if not actor.is_operator:
        query = query.where(within(Campaign.region_code, *actor.official_regions))
    rows = session.scalars(query.order_by(Campaign.ends_at.desc(), Campaign.id)).all()
    found: dict[str, list[EnrolmentView]] = {row.id: [] for row in rows}
    enrolments = session.scalars(
        select(CampaignEnrolment)
        .where(CampaignEnrolment.campaign_id.in_(found))
        .order_by(CampaignEnrolment.applied_at)
    )
    for one in enrolments:
        found[one.campaign_id].append(_enrolment(one))
    return [(_view(row), found[row.id]) for row in rows]


def _row(session: Session, campaign_id: str) -> Campaign:
    row = session.get(Campaign, campaign_id)
    if row is None:
        raise CampaignNotFound
    return row


def _governed(session: Session, actor: Actor, campaign_id: str) -> Campaign:
    row = _row(session, campaign_id)
    if not actor.governs(RegionCode(row.region_code)):
        raise OutsideYourRegion
    return row


def _view(row: Campaign) -> CampaignView:
    return CampaignView(
        row.id, row.name, row.name_en, row.terms, RegionCode(row.region_code), row.starts_at,
        row.ends_at,
    )  # fmt: skip


def _enrolment(row: CampaignEnrolment) -> EnrolmentView:
    return EnrolmentView(
        row.campaign_id, row.seller_id, row.state, row.reason, row.applied_at, row.decided_at
    )
