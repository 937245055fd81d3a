"""What of a person's data households keep, and what stays when the account is deleted."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from market.accounts import service as accounts
from market.accounts.events import AccountDeleted
from market.households.models import Household, HouseholdMember, HouseholdObjection
from market.households.types import ACTIVE, MemberState
from market.kernel.events import Event

_M, _O = HouseholdMember, HouseholdObjection


def export_household(session: Session, account_id: str) -> dict[str, Any]:
    """Every household the account stated and every objection it made, as JSON values."""
    stated = session.execute(
        select(_M, Household)
        .join(Household, Household.id == _M.household_id)
        .where(_M.account_id == account_id)
        .order_by(_M.id)
    )
    objections = session.scalars(select(_O).where(_O.account_id == account_id).order_by(_O.id))
    return {
        "stated": [
            {
                "kind": home.kind, "last4": home.last4, "town": member.town,
                "village": member.village, "head": member.head, "state": member.state,
                "stated_at": member.stated_at.isoformat(), "reason": member.reason,
            }
            for member, home in stated
        ],
        "objections": [
            {"words": one.words, "made_at": one.made_at.isoformat(), "state": one.state}
            for one in objections
        ],
    }  # fmt: skip


def on_account_deleted(session: Session, event: Event) -> None:
    """Reaction: nothing personal stays. What was used stays counted under the digest of the
    household; with its last account the last letters of the number go too."""
    assert isinstance(event, AccountDeleted)
    rows = session.scalars(select(_M).where(_M.account_id == event.account_id)).all()
    for row in rows:
        row.village = row.head = row.reason = ""
        if row.state in ACTIVE:
            accounts.leave_household(session, event.account_id, row.household_id)
            row.state = MemberState.GONE.value
    session.execute(update(_O).where(_O.account_id == event.account_id).values(words=""))
    session.flush()
    for row in rows:
        left = select(_M.id).where(_M.household_id == row.household_id, _M.state.in_(ACTIVE))
        if session.scalars(left.limit(1)).first() is None:
            session.execute(
                update(Household).where(Household.id == row.household_id).values(last4="")
            )


accounts.contribute_export("household", export_household)
