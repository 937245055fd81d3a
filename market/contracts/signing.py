"""Signing: both parties the same version, or nothing begins."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from market.audit.service import record
from market.contracts import access, content, delivering, journal, rules
from market.contracts.errors import (
    AlreadySigned,
    ConsentMissing,
    ContractChanged,
    NameMissing,
    NotPossibleInState,
)
from market.contracts.models import Contract, ContractMilestone, ContractSignature
from market.contracts.types import ContractState, MilestoneState, Party, StepKind
from market.contracts.versions import current
from market.kernel.actor import Actor
from market.kernel.clock import shanghai_date

SHORTEST_NAME = 2


def sign(
    session: Session,
    actor: Actor,
    contract_id: str,
    version: int,
    name: str,
    *,
    agreed: bool,
    now: datetime,
) -> bool:
    """Sign a version with a typed name; whether the contract runs now, being signed by both.

    Raises ContractNotFound, NotPossibleInState, NameMissing, ConsentMissing, ContractChanged,
    AlreadySigned; and what `rules.check_days` raises when a day of the plan went by meanwhile.
    """
    row, party = access.own(session, actor, contract_id)
    if row.state != ContractState.DRAFT:
        raise NotPossibleInState()
    typed = " ".join(name.split())[:60]
    if len(typed) < SHORTEST_NAME:
        raise NameMissing(field="name")
    if not agreed:
        raise ConsentMissing(field="agree")
    if row.version != version:
        raise ContractChanged(version=row.version)
    said = current(session, row)
    rules.check_days(content.steps_of(said.content), said.content["goods"], shanghai_date(now))
    _take(session, row, party, version)
    session.execute(
        insert(ContractSignature),
        [
            {
                "contract_id": row.id,
                "version": version,
                "party": party,
                "account_id": actor.account_id,
                "name": typed,
                "digest": said.digest,
                "signed_at": now,
            }
        ],
    )
    params = {"version": str(version)}
    journal.note(session, row, "signed", now, party=party, actor=actor, params=params)
    record(
        session, actor, "contract.sign", "contract", row.id, now=now, region=row.region,
        after={"version": version, "party": party.value, "digest": said.digest},
    )  # fmt: skip
    if not _begin(session, row, now):
        journal.tell(session, row, "signed", party.other, now, params)
        return False
    _set_out(session, row, said.content, now)
    journal.note(session, row, "running", now, params=params)
    journal.tell(session, row, "running", None, now, params)
    delivering.plan(session, row, actor, now)
    return True


def _take(session: Session, row: Contract, party: Party, version: int) -> None:
    column = Contract.household_signed if party is Party.HOUSEHOLD else Contract.crew_signed
    taken: Any = session.execute(
        update(Contract)
        .where(
            Contract.id == row.id,
            Contract.state == ContractState.DRAFT,
            Contract.version == version,
            column != version,
        )
        .values({column: version})
        .execution_options(synchronize_session=False)
    )
    session.refresh(row)
    if taken.rowcount != 1:
        if row.version != version:
            raise ContractChanged(version=row.version)
        raise AlreadySigned()


def _begin(session: Session, row: Contract, now: datetime) -> bool:
    """Whether both signatures are of the version that counts, so that the job begins."""
    begun: Any = session.execute(
        update(Contract)
        .where(
            Contract.id == row.id,
            Contract.state == ContractState.DRAFT,
            Contract.household_signed == Contract.version,
            Contract.crew_signed == Contract.version,
        )
        .values(state=ContractState.RUNNING, signed_at=now)
        .execution_options(synchronize_session=False)
    )
    session.refresh(row)
    return bool(begun.rowcount == 1)


def _set_out(session: Session, row: Contract, said: dict[str, Any], now: datetime) -> None:
    """The milestones as rows; the one that only asks for signatures is reached."""
    session.execute(
        insert(ContractMilestone),
        [
            {
                "contract_id": row.id,
                "position": position,
                "kind": step.kind,
                "pct": step.pct,
                "planned_on": step.planned_on,
                "state": MilestoneState.ACCEPTED
                if step.kind is StepKind.SIGNING
                else MilestoneState.PLANNED,
                "note": "",
                "rework_reason": "",
                "accepted_at": now if step.kind is StepKind.SIGNING else None,
                "accepted_by": "",
            }
            for position, step in enumerate(content.steps_of(said))
        ],
    )
