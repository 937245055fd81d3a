"""Writing down what happened to a contract, and telling the other party."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.contracts.events import ContractMoved
from market.contracts.models import Contract, ContractEvent
from market.contracts.types import Party
from market.kernel.actor import Actor
from market.kernel.events import publish


def note(
    session: Session,
    contract: Contract,
    kind: str,
    now: datetime,
    *,
    party: Party | None = None,
    actor: Actor | None = None,
    params: Mapping[str, str] | None = None,
) -> None:
    """Write an entry of the timeline."""
    session.execute(
        insert(ContractEvent),
        [
            {
                "contract_id": contract.id,
                "kind": kind,
                "at": now,
                "party": party or "",
                "account_id": (actor.account_id or "") if actor else "",
                "params": dict(params or {}),
            }
        ],
    )


def tell(
    session: Session,
    contract: Contract,
    what: str,
    to: Party | None,
    now: datetime,
    params: Mapping[str, str] | None = None,
) -> None:
    """Tell a party, or both (None)."""
    people: list[str] = []
    if to is not Party.CREW:
        people.append(contract.household_id)
    if to is not Party.HOUSEHOLD:
        people += accounts.members_of(session, "provider", contract.provider_id)
    publish(
        session,
        ContractMoved(contract.id, contract.number, what, tuple(people), now, dict(params or {})),
    )
