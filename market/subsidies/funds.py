"""The budget of a scheme: reserved, used, given back; each by one conditional UPDATE."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from market.subsidies.errors import SchemeNotFound, SubsidyNotRunning, SubsidySpent
from market.subsidies.models import SubsidyScheme

_S = SubsidyScheme


def reserve(
    session: Session, scheme_id: str, amount_fen: int, running_at: datetime
) -> SubsidyScheme:
    """Set an amount aside, within the budget of a scheme that ran at that instant.

    Raises SubsidySpent, SubsidyNotRunning, SchemeNotFound.
    """
    taken = session.execute(
        update(_S)
        .where(
            _S.id == scheme_id,
            _S.state == "live",
            _S.starts_at <= running_at,
            _S.ends_at > running_at,
            _S.reserved_fen + _S.used_fen + amount_fen <= _S.budget_fen,
        )
        .values(reserved_fen=_S.reserved_fen + amount_fen)
        .execution_options(synchronize_session=False)
    )
    row = session.get(_S, scheme_id, populate_existing=True)
    if row is None:
        raise SchemeNotFound
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        running = row.state == "live" and row.starts_at <= running_at < row.ends_at
        raise (SubsidySpent if running else SubsidyNotRunning)(row.name)
    return row


def use(session: Session, scheme_id: str, amount_fen: int) -> None:
    """What was reserved is spent."""
    _move(session, scheme_id, -amount_fen, amount_fen)


def release(session: Session, scheme_id: str, amount_fen: int) -> None:
    """What was reserved is free again."""
    _move(session, scheme_id, -amount_fen, 0)


def refund(session: Session, scheme_id: str, amount_fen: int) -> None:
    """What was spent came back."""
    _move(session, scheme_id, 0, -amount_fen)


def change(session: Session, scheme_id: str, budget_fen: int) -> bool:
    """Another budget, unless more than it is reserved and used; whether it was changed."""
    changed = session.execute(
        update(_S)
        .where(_S.id == scheme_id, _S.reserved_fen + _S.used_fen <= budget_fen)
        .values(budget_fen=budget_fen)
        .execution_options(synchronize_session=False)
    )
    return changed.rowcount == 1  # type: ignore[attr-defined]


def _move(session: Session, scheme_id: str, reserved: int, used: int) -> None:
    if not (reserved or used):
        return
    session.execute(
        update(_S)
        .where(_S.id == scheme_id)
        .values(reserved_fen=_S.reserved_fen + reserved, used_fen=_S.used_fen + used)
        .execution_options(synchronize_session=False)
    )
