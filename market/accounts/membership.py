"""To which household an account belongs; each change by one conditional UPDATE.

Households lie in a package above; here is only the mark on the account, because it is the row that
whoever counts a use must hold.
"""

from collections.abc import Collection

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from market.accounts.models import Account


def hold_household(session: Session, account_id: str) -> str | None:
    """The household of an account, which cannot be changed until this transaction ends.

    None without one, and for what is no account (a seller that claims fees).
    """
    query = select(Account.household_id).where(Account.id == account_id)
    return session.scalar(query.with_for_update(read=True))


def hold_accounts(session: Session, account_ids: Collection[str]) -> None:
    """Wait until nobody counts a use of these accounts, and keep everybody from it."""
    query = select(Account.id).where(Account.id.in_(account_ids)).order_by(Account.id)
    session.execute(query.with_for_update()).all()


def enter_household(session: Session, account_id: str, household_id: str) -> bool:
    """Mark an account that has no household; whether it had none."""
    return _mark(session, account_id, None, household_id)


def leave_household(session: Session, account_id: str, household_id: str) -> bool:
    """Take the mark of this household off; whether it was there."""
    return _mark(session, account_id, household_id, None)


def _mark(session: Session, account_id: str, before: str | None, after: str | None) -> bool:
    moved = session.execute(
        update(Account)
        .where(Account.id == account_id, Account.household_id.is_not_distinct_from(before))
        .values(household_id=after)
    )
    return moved.rowcount == 1  # type: ignore[attr-defined]
