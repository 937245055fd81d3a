"""The verbs of households: state, object, confirm, separate, let move out.

Whoever counts a use holds the account (`hold`); joining and separating hold the accounts they
concern before a single use is moved, so that none is counted twice or lost.
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from market.accounts import service as accounts
from market.audit import service as audit
from market.db.inserting import insert_new
from market.households import access, rules
from market.households.errors import (
    AlreadyDecided,
    HouseholdNotFound,
    ObjectedBefore,
    ReasonMissing,
    SeparatedBefore,
    StatedBefore,
    TownMissing,
)
from market.households.events import (
    HouseholdJoined,
    MemberDecided,
    MemberObjected,
    MemberSeparated,
)
from market.households.models import Household, HouseholdMember, HouseholdObjection
from market.households.privacy import export_household, on_account_deleted
from market.households.registry import contribute_uses
from market.households.types import ACTIVE, MemberState, Statement
from market.kernel.actor import Actor
from market.kernel.events import publish
from market.kernel.ids import new_id

__all__ = [
    "confirm",
    "contribute_uses",
    "export_household",
    "hold",
    "move_out",
    "object_to",
    "on_account_deleted",
    "separate",
    "state",
]
_M, _O = HouseholdMember, HouseholdObjection
_LONGEST = 300


def hold(session: Session, account_id: str) -> tuple[str, bool]:
    """Under what a use of this account counts until the transaction ends, and whether that is a
    stated household: its household where stated, else the account itself."""
    household = accounts.hold_household(session, account_id)
    return household or account_id, household is not None


def state(
    session: Session, actor: Actor, new: Statement, *, secret: str, now: datetime
) -> str:  # fmt: skip
    """State one's household, once; returns its id. From then on its accounts count together.

    Raises the refusals of `rules.normalised`, TownMissing, StatedBefore, SeparatedBefore.
    """
    account_id = actor.account_id or ""
    number = rules.normalised(new.kind, new.number)
    if new.town.county is None:
        raise TownMissing(field="household_town")
    row = _found(session, new, number, secret, now)
    before = session.scalar(
        select(_M.state).where(_M.household_id == row.id, _M.account_id == account_id)
    )
    if before in (MemberState.SEPARATED, MemberState.MOVED):
        raise SeparatedBefore
    if not accounts.enter_household(session, account_id, row.id):
        raise StatedBefore
    others = _active(session, row.id)
    accounts.hold_accounts(session, others)
    session.add(
        _M(
            household_id=row.id, account_id=account_id, town=new.town.digits,
            village=new.village.strip()[:40], head=new.head.strip()[:40], stated_at=now,
        )
    )  # fmt: skip
    session.flush()
    publish(session, HouseholdJoined(row.id, account_id, tuple(others), now))
    return row.id


def _found(session: Session, new: Statement, number: str, secret: str, now: datetime) -> Household:
    """The household of a number, made when it is new, and held: one joins after the other."""
    digest = rules.digest(secret, new.kind, new.town, number)
    values = {
        "id": new_id(), "kind": new.kind.value, "digest": digest, "last4": rules.last4(number),
        "town": new.town.digits, "stated_at": now,
    }  # fmt: skip
    insert_new(session, Household, [values])
    query = select(Household).where(Household.digest == digest)
    row = session.scalars(query.with_for_update()).one()
    row.last4 = rules.last4(number)  # taken off when its last account was deleted
    return row


def _active(session: Session, household_id: str) -> list[str]:
    query = select(_M.account_id).where(_M.household_id == household_id, _M.state.in_(ACTIVE))
    return list(session.scalars(query.order_by(_M.id)))


def object_to(session: Session, actor: Actor, member_id: str, words: str, now: datetime) -> None:
    """Say that another account does not belong to one's own household.

    Both count together until an official decides. Raises HouseholdNotFound, ReasonMissing,
    ObjectedBefore.
    """
    member = session.get(_M, member_id)
    account_id = actor.account_id or ""
    if member is None or member.state not in ACTIVE or member.account_id == account_id:
        raise HouseholdNotFound
    if account_id not in _active(session, member.household_id):
        raise HouseholdNotFound
    if not words.strip():
        raise ReasonMissing(field="words")
    row = {
        "id": new_id(), "member_id": member_id, "account_id": account_id, "state": "open",
        "words": words.strip()[:_LONGEST], "made_at": now,
    }  # fmt: skip
    made = insert_new(session, _O, [row])
    if not made:
        raise ObjectedBefore
    home = session.get_one(Household, member.household_id)
    publish(session, MemberObjected(home.id, str(row["id"]), home.town, home.last4, now))


def confirm(session: Session, actor: Actor, member_id: str, evidence: str, now: datetime) -> None:
    """The account belongs to the household; `evidence` says what was looked at.

    Raises HouseholdNotFound, OutsideYourRegion, ReasonMissing, AlreadyDecided.
    """
    _decide(session, actor, member_id, MemberState.CONFIRMED, evidence, now)


def separate(session: Session, actor: Actor, member_id: str, reason: str, now: datetime) -> None:
    """The account never was of this household: what it used itself counts as its own again.

    Raises what `confirm` raises.
    """
    member = _decide(session, actor, member_id, MemberState.SEPARATED, reason, now)
    others = tuple(_active(session, member.household_id))
    publish(session, MemberSeparated(member.household_id, member.account_id, now, others))


def move_out(session: Session, actor: Actor, member_id: str, reason: str, now: datetime) -> None:
    """The account leaves for another household; what it used stays counted here.

    Raises what `confirm` raises.
    """
    _decide(session, actor, member_id, MemberState.MOVED, reason, now)


def _decide(
    session: Session, actor: Actor, member_id: str, to: MemberState, words: str, now: datetime
) -> HouseholdMember:
    known = session.get(_M, member_id)
    if known is None:
        raise HouseholdNotFound
    home = session.get_one(Household, known.household_id, with_for_update=True)
    access.require_governs(actor, home.town)
    member = session.get_one(_M, member_id, with_for_update=True, populate_existing=True)
    if member.state not in ACTIVE or member.state == to:
        raise AlreadyDecided
    if not words.strip():
        raise ReasonMissing(field="reason")
    if to is not MemberState.CONFIRMED:
        accounts.leave_household(session, member.account_id, home.id)
        accounts.hold_accounts(session, [*_active(session, home.id), member.account_id])
    before, member.state = member.state, to.value
    member.reason, member.decided_at = words.strip()[:_LONGEST], now
    member.decided_by = actor.account_id
    session.flush()
    objectors = _answer(session, member_id, to, now)
    audit.record(
        session, actor, f"household.{_VERBS[to]}", "household", home.id, now=now,
        before={"member": member_id, "state": before},
        after={"member": member_id, "state": to.value, "reason": member.reason},
        region=home.town,
    )  # fmt: skip
    publish(
        session,
        MemberDecided(
            member_id, member.account_id, to.value, home.last4, member.reason, objectors, now
        ),
    )  # fmt: skip
    return member


_VERBS = {
    MemberState.CONFIRMED: "confirm", MemberState.SEPARATED: "separate",
    MemberState.MOVED: "move",
}  # fmt: skip


def _answer(
    session: Session, member_id: str, to: MemberState, now: datetime
) -> tuple[str, ...]:  # fmt: skip
    """End what was objected to an account; returns who objected."""
    answer = "rejected" if to is MemberState.CONFIRMED else "upheld"
    query = (
        update(_O)
        .where(_O.member_id == member_id, _O.state == "open")
        .values(state=answer, decided_at=now)
        .returning(_O.account_id)
        .execution_options(synchronize_session=False)
    )
    return tuple(session.scalars(query))
