"""Reads of households; a fixed number of statements each."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from market.accounts import queries as accounts
from market.db.region_filter import governed_by
from market.households import access
from market.households.errors import HouseholdNotFound
from market.households.models import Household, HouseholdMember, HouseholdObjection
from market.households.registry import all_uses
from market.households.types import (
    ACTIVE,
    Brief,
    HouseholdReview,
    HouseholdRow,
    MemberState,
    MemberView,
    NumberKind,
    ObjectionView,
    Other,
    OwnHousehold,
    Use,
)
from market.kernel.actor import Actor
from market.kernel.paging import PAGE_SIZE, Page, offset
from market.kernel.region_code import RegionCode

__all__ = [
    "LISTS",
    "brief",
    "confirmed_with",
    "counted_as",
    "counts_for_review",
    "get_for_review",
    "list_for_review",
    "own",
    "stated",
    "uses_of",
]
_H, _M, _O = Household, HouseholdMember, HouseholdObjection
LISTS = ("objected", "shared", "stated", "confirmed")


def stated(account_id: Any) -> Any:
    """The household an account states (null without one), as a piece of another statement."""
    return accounts.household_of(account_id)


def counted_as(account_id: Any) -> Any:
    """Under what uses of an account count, as a piece of another statement: its household where
    stated, else the account itself."""
    return func.coalesce(stated(account_id), account_id)


def confirmed_with(account_id: Any) -> Any:
    """The accounts of which an office confirmed that they are one household with this one, which
    is confirmed itself, as a piece of another statement."""
    me, other = aliased(_M), aliased(_M)
    return (
        select(other.account_id)
        .join(me, me.household_id == other.household_id)
        .where(
            me.account_id == account_id,
            me.state == MemberState.CONFIRMED,
            other.state == MemberState.CONFIRMED,
        )
    )


def own(session: Session, account_id: str) -> OwnHousehold | None:
    """The household a person states, with its other accounts."""
    found = session.execute(
        select(_M, _H)
        .join(_H, _H.id == _M.household_id)
        .where(_M.account_id == account_id, _M.state.in_(ACTIVE))
    ).first()
    if found is None:
        return None
    mine, home = found
    others = [row for row in _members(session, home.id) if row.id != mine.id and _is_active(row)]
    names = accounts.masked_accounts(session, [row.account_id for row in others])
    asked = set(
        session.scalars(select(_O.member_id).where(_O.account_id == account_id, _O.state == "open"))
    )
    return OwnHousehold(
        home.id, NumberKind(home.kind), home.last4, RegionCode(mine.town), mine.village,
        mine.head, MemberState(mine.state), mine.stated_at,
        tuple(
            Other(
                row.id, names[row.account_id].name if _turn(row) > _turn(mine) else "",
                row.stated_at, MemberState(row.state), row.id in asked,
            )
            for row in others
        ),
    )  # fmt: skip


def brief(session: Session, account_id: str) -> Brief | None:
    """The household of an account in a line, its head masked; None without one."""
    mine = session.execute(
        select(_M, _H)
        .join(_H, _H.id == _M.household_id)
        .where(_M.account_id == account_id, _M.state.in_(ACTIVE))
    ).first()
    if mine is None:
        return None
    member, home = mine
    count = session.scalar(
        select(func.count()).where(_M.household_id == home.id, _M.state.in_(ACTIVE))
    )
    return Brief(
        home.id, NumberKind(home.kind), home.last4, RegionCode(member.town), member.village,
        accounts.masked_name(member.head), MemberState(member.state), count or 0,
        _open_objections(session, [home.id]).get(home.id, 0),
    )  # fmt: skip


def uses_of(session: Session, counted_as: str) -> list[Use]:
    """What a household, or an account without one, has used up, newest first."""
    return all_uses(session, counted_as)


def list_for_review(
    session: Session, actor: Actor, shown: str, number: int = 1
) -> Page[HouseholdRow]:
    """Households in care, newest first: one of `LISTS`."""
    wanted = (governed_by(actor, _H.town), _in_list(shown))
    total = session.scalar(select(func.count()).select_from(_H).where(*wanted)) or 0
    rows = session.scalars(
        select(_H)
        .where(*wanted)
        .order_by(_H.stated_at.desc(), _H.id.desc())
        .limit(PAGE_SIZE)
        .offset(offset(number))
    ).all()
    return Page(_rows(session, rows), total, max(1, number))


def counts_for_review(session: Session, actor: Actor) -> dict[str, int]:
    """How many households in care each list holds; in one statement."""
    counted = [func.count().filter(_in_list(name)) for name in LISTS]
    row = session.execute(select(*counted).select_from(_H).where(governed_by(actor, _H.town))).one()
    return dict(zip(LISTS, row, strict=True))


def get_for_review(session: Session, actor: Actor, household_id: str) -> HouseholdReview:
    """A household in care with its accounts, masked, and what it had.

    Raises HouseholdNotFound, OutsideYourRegion.
    """
    home = session.get(_H, household_id)
    if home is None:
        raise HouseholdNotFound
    access.require_governs(actor, home.town)
    rows = _members(session, home.id)
    names = accounts.masked_accounts(session, [row.account_id for row in rows])
    said: dict[str, list[ObjectionView]] = {}
    query = select(_O).where(_O.member_id.in_([row.id for row in rows])).order_by(_O.id)
    for one in session.scalars(query):
        view = ObjectionView(one.member_id, one.words, one.made_at, one.state)
        said.setdefault(one.member_id, []).append(view)
    return HouseholdReview(
        home.id, NumberKind(home.kind), home.last4, RegionCode(home.town),
        tuple(
            MemberView(
                row.id, row.account_id, names[row.account_id].name, names[row.account_id].phone,
                RegionCode(row.town), row.village, accounts.masked_name(row.head),
                MemberState(row.state), row.stated_at, row.decided_at, row.reason,
                tuple(said.get(row.id, ())),
            )
            for row in rows
        ),
        tuple(all_uses(session, home.id)),
    )  # fmt: skip


def _turn(row: HouseholdMember) -> tuple[datetime, str]:
    return row.stated_at, row.id


def _is_active(row: HouseholdMember) -> bool:
    return row.state in ACTIVE


def _members(session: Session, household_id: str) -> list[HouseholdMember]:
    query = select(_M).where(_M.household_id == household_id)
    return list(session.scalars(query.order_by(_M.stated_at, _M.id)))


def _in_list(shown: str) -> Any:
    mine = select(_M.id).where(_M.household_id == _H.id)
    active = mine.where(_M.state.in_(ACTIVE))
    if shown == "objected":
        return active.join(_O, _O.member_id == _M.id).where(_O.state == "open").exists()
    if shown == "shared":
        count = select(func.count(_M.id)).where(_M.household_id == _H.id, _M.state.in_(ACTIVE))
        return count.correlate(_H).scalar_subquery() > 1
    return mine.where(_M.state == shown).exists()


def _rows(session: Session, rows: Collection[Household]) -> list[HouseholdRow]:
    ids = [row.id for row in rows]
    counts, heads = dict.fromkeys(ids, 0), dict.fromkeys(ids, ("", ""))
    for member in session.scalars(
        select(_M).where(_M.household_id.in_(ids), _M.state.in_(ACTIVE)).order_by(_M.id.desc())
    ):
        counts[member.household_id] += 1
        heads[member.household_id] = member.village, accounts.masked_name(member.head)
    objections = _open_objections(session, ids)
    return [
        HouseholdRow(
            row.id, NumberKind(row.kind), row.last4, RegionCode(row.town), *heads[row.id],
            row.stated_at, counts[row.id], objections.get(row.id, 0),
        )
        for row in rows
    ]  # fmt: skip


def _open_objections(session: Session, household_ids: Collection[str]) -> dict[str, int]:
    rows = session.execute(
        select(_M.household_id, func.count())
        .join(_O, _O.member_id == _M.id)
        .where(_M.household_id.in_(household_ids), _O.state == "open")
        .group_by(_M.household_id)
    )
    return {key: int(count) for key, count in rows}
