"""A village's purchase as its desk sees it: packs, tiers, and who joined, masked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.accounts.types import MaskedAccount
from market.promotions.benefits import tier_reached
from market.promotions.models import GroupJoin, GroupPurchase
from market.promotions.types import PromotionView, Tier
from market.regions import queries as regions

MOST_LISTED = 2_000
_NOBODY = MaskedAccount("", "")


@dataclass(frozen=True, slots=True)
class Member:
    """A household that joined. `place` is "" without an address."""

    name: str
    phone: str
    place: str
    packs: int
    bought: int


@dataclass(frozen=True, slots=True)
class GroupBoard:
    """How a purchase stands. `reached` None: not enough for the lowest tier yet; `missing` are
    the packs to the next tier, 0 at the highest. `members` may be fewer than `households`."""

    closes_at: datetime
    closed_at: datetime | None
    total: int
    households: int
    bought: int
    reached: Tier | None
    following: Tier | None
    members: tuple[Member, ...]

    @property
    def missing(self) -> int:
        return self.following.at_least - self.total if self.following else 0


def board_of(
    session: Session, seen: PromotionView, language: str, limit: int = MOST_LISTED
) -> GroupBoard | None:
    """The purchase of a promotion with its first members by township; None before it is open."""
    row = session.get(GroupPurchase, seen.id)
    if row is None:
        return None
    households, bought = session.execute(
        select(func.count(), func.coalesce(func.sum(GroupJoin.bought), 0)).where(
            GroupJoin.promotion_id == seen.id
        )
    ).one()
    tiers = sorted(seen.draft.benefit.tiers, key=lambda tier: tier.at_least)
    above = [tier for tier in tiers if tier.at_least > row.joined_packs]
    return GroupBoard(
        row.closes_at, row.closed_at, row.joined_packs, households, int(bought),
        tier_reached(tiers, row.joined_packs), above[0] if above else None,
        tuple(_members(session, seen.id, language, limit)),
    )  # fmt: skip


def _members(session: Session, promotion_id: str, language: str, limit: int) -> list[Member]:
    joins = session.execute(
        select(GroupJoin.household_id, GroupJoin.packs, GroupJoin.bought)
        .where(GroupJoin.promotion_id == promotion_id)
        .order_by(GroupJoin.joined_at, GroupJoin.household_id)
        .limit(limit)
    ).all()
    people = accounts.masked_accounts(session, [row.household_id for row in joins])
    named = _places(session, people, language)
    members = []
    for row in joins:
        who = people.get(row.household_id, _NOBODY)
        place = named.get(who.region.digits, "") if who.region else ""
        members.append(Member(who.name, who.phone, place, row.packs, row.bought))
    return sorted(members, key=lambda member: (member.place, member.name, member.phone))


def _places(session: Session, people: Mapping[str, MaskedAccount], language: str) -> dict[str, str]:
    codes = {who.region.digits for who in people.values() if who.region}
    return {code: path.text(language) for code, path in regions.paths(session, codes).items()}
