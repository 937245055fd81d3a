"""What must hold of all households at any time; empty lists when it does."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.households.models import HouseholdMember
from market.households.types import ACTIVE

_M = HouseholdMember


def breaches(session: Session) -> list[str]:
    """The mark on an account and the household it is an active member of are the same."""
    marked = accounts.households_marked(session)
    rows = session.execute(select(_M.account_id, _M.household_id).where(_M.state.in_(ACTIVE)))
    member = {row.account_id: row.household_id for row in rows}
    return [
        f"account {key}: marked with household {marked.get(key)}, member of {member.get(key)}"
        for key in sorted(marked.keys() | member.keys())
        if marked.get(key) != member.get(key)
    ]
