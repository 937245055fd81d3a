"""What of a person's data contracts keep, and when they still need the account."""

from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from market.accounts import service as accounts
from market.accounts.events import AccountDeleted
from market.accounts.types import Blocker
from market.contracts.models import Contract, ContractSignature
from market.contracts.types import ContractState
from market.kernel.events import Event
from market.kernel.i18n import N_


def export_contracts(session: Session, account_id: str) -> list[dict[str, Any]]:
    """Every contract of the account as plain values, with what it signed."""
    rows = session.scalars(
        select(Contract).where(Contract.household_id == account_id).order_by(Contract.created_at)
    ).all()
    signed = session.scalars(
        select(ContractSignature).where(ContractSignature.account_id == account_id)
    ).all()
    return [
        {
            "number": row.number,
            "state": row.state,
            "created_at": row.created_at.isoformat(),
            "signatures": [
                {"version": s.version, "name": s.name, "at": s.signed_at.isoformat()}
                for s in signed
                if s.contract_id == row.id
            ],
        }
        for row in rows
    ]


def deletion_blocker(session: Session, account_id: str) -> Blocker | None:
    """A contract under way needs its account."""
    running = session.scalar(
        select(func.count())
        .select_from(Contract)
        .where(
            Contract.household_id == account_id,
            Contract.state.in_((ContractState.DRAFT, ContractState.RUNNING)),
        )
    )
    if running:
        return Blocker(N_("还有 %(count)s 份整装合同没有结束"), {"count": running})
    return None


def on_account_deleted(session: Session, event: Event) -> None:
    """Reaction: what was agreed stays, without the name of who left."""
    assert isinstance(event, AccountDeleted)
    session.execute(
        update(ContractSignature)
        .where(ContractSignature.account_id == event.account_id)
        .values(name="—")
    )


accounts.contribute_export("contracts", export_contracts)
accounts.contribute_deletion_check("contracts", deletion_blocker)
