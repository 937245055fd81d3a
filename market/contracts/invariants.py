"""What must hold of all contracts at any time; an empty list when it does."""

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from market.contracts import content, rules
from market.contracts.models import (
    Contract,
    ContractMilestone,
    ContractMove,
    ContractSignature,
    ContractVersion,
)
from market.contracts.types import ContractState, MilestoneState, StepKind
from market.kernel.errors import DomainError

OVER = (ContractState.FINISHED, ContractState.CANCELLED)


def breaches(session: Session) -> list[str]:
    """Percentages and caps, digests, one contract per award, both signatures, quiet ends."""
    return [
        *_versions(session),
        *_milestones(session),
        *_awards(session),
        *_signatures(session),
        *_ends(session),
    ]


def _versions(session: Session) -> list[str]:
    found = []
    for row in session.scalars(select(ContractVersion).order_by(ContractVersion.id)):
        name = f"contract {row.contract_id} version {row.version}"
        try:
            rules.check_percents(content.steps_of(row.content))
        except DomainError as error:
            found.append(f"{name}: {error.code}")
        if row.digest != content.digest_of(row.content):
            found.append(f"{name}: its content is not what its digest covers")
    return found


def _milestones(session: Session) -> list[str]:
    one = ContractMilestone
    sums = session.execute(
        select(one.contract_id, func.sum(one.pct)).group_by(one.contract_id)
        .having(func.sum(one.pct) != 100)
    )  # fmt: skip
    found = [f"contract {key}: its milestones add up to {pct} %" for key, pct in sums]
    deposits = session.scalars(
        select(one.contract_id).where(
            one.kind.in_((StepKind.SIGNING, StepKind.DEPOSIT)), one.pct > 20
        )
    )
    found += [f"contract {key}: a deposit above 20 %" for key in deposits]
    alone = session.scalars(
        select(one.contract_id).where(
            one.state == MilestoneState.ACCEPTED,
            one.kind != StepKind.SIGNING,
            one.accepted_by == "",
        )
    )
    return [*found, *(f"contract {key}: a milestone nobody accepted" for key in alone)]


def _awards(session: Session) -> list[str]:
    rows = session.execute(
        select(Contract.quote_id, func.count()).group_by(Contract.quote_id)
        .having(func.count() > 1)
    )  # fmt: skip
    return [f"award {key}: {count} contracts" for key, count in rows]


def _signatures(session: Session) -> list[str]:
    signed = (
        select(func.count())
        .select_from(ContractSignature)
        .join(
            ContractVersion,
            (ContractVersion.contract_id == ContractSignature.contract_id)
            & (ContractVersion.version == ContractSignature.version)
            & (ContractVersion.digest == ContractSignature.digest),
        )
        .where(
            ContractSignature.contract_id == Contract.id,
            ContractSignature.version == Contract.version,
        )
        .scalar_subquery()
    )
    rows = session.execute(
        select(Contract.id, signed).where(
            Contract.state.in_((ContractState.RUNNING, ContractState.FINISHED)), signed != 2
        )
    )
    return [f"contract {key}: runs with {count} signatures of its version" for key, count in rows]


def _ends(session: Session) -> list[str]:
    one = ContractMilestone
    later = session.scalars(
        select(Contract.id)
        .join(one, one.contract_id == Contract.id)
        .where(
            Contract.state.in_(OVER),
            or_(one.accepted_at > Contract.ended_at, one.reported_at > Contract.ended_at),
        )
        .distinct()
    )
    moving = session.scalars(
        select(Contract.id)
        .join(ContractMove, ContractMove.contract_id == Contract.id)
        .where(Contract.state.in_(OVER), ContractMove.state == "open")
        .distinct()
    )
    return [
        *(f"contract {key}: a milestone moved after its end" for key in later),
        *(f"contract {key}: over, with a new day still asked for" for key in moving),
    ]
