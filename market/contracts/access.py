"""Whose a contract is."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.contracts.errors import ContractNotFound, NotPossibleInState, NotYourTurn
from market.contracts.models import Contract
from market.contracts.types import PARTY_LABELS, ContractState, Party
from market.kernel.actor import Actor
from market.kernel.i18n import Word


def party_of(actor: Actor, contract: Contract) -> Party | None:
    """Which party the actor is; None for everybody else."""
    if actor.account_id is not None and actor.account_id == contract.household_id:
        return Party.HOUSEHOLD
    return Party.CREW if actor.is_member_of_provider(contract.provider_id) else None


def own(session: Session, actor: Actor, contract_id: str) -> tuple[Contract, Party]:
    """A contract of the actor, held for a change. Raises ContractNotFound for anyone else's."""
    row = session.scalar(
        select(Contract)
        .where(Contract.id == contract_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    party = party_of(actor, row) if row is not None else None
    if row is None or party is None:
        raise ContractNotFound()
    return row, party


def as_party(
    session: Session, actor: Actor, contract_id: str, wanted: Party, state: ContractState
) -> Contract:
    """The contract for a step of one party in one state.

    Raises ContractNotFound, NotYourTurn, NotPossibleInState.
    """
    row, party = own(session, actor, contract_id)
    if party is not wanted:
        raise NotYourTurn(party=Word(PARTY_LABELS[wanted]))
    if row.state != state:
        raise NotPossibleInState()
    return row
