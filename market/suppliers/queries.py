"""Reads of suppliers; frozen values out, a fixed number of statements each."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.certification import queries as certification
from market.db.backlog import backlog
from market.db.region_filter import governed_by
from market.kernel.actor import Actor
from market.kernel.backlog import Backlog
from market.kernel.paging import PAGE_SIZE, Page, offset
from market.kernel.region_code import RegionCode
from market.sellers import queries as sellers
from market.suppliers.errors import ApplicationNotFound, NotASupplier, OutsideYourRegion
from market.suppliers.models import SupplierApplication, SupplierEvidence
from market.suppliers.types import ApplicationState, ApplicationView, EvidenceView

LISTS: dict[str, tuple[str, ...]] = {
    "waiting": (ApplicationState.SUBMITTED.value, ApplicationState.ANSWERED.value),
    "asked": (ApplicationState.ASKED.value,),
    "approved": (ApplicationState.APPROVED.value,),
    "refused": (ApplicationState.REFUSED.value, ApplicationState.ENDED.value),
}


def standing_of(session: Session, seller_id: str) -> ApplicationView:
    """The grading that stands. Raises NotASupplier."""
    row = session.scalar(
        select(SupplierApplication).where(
            SupplierApplication.seller_id == seller_id,
            SupplierApplication.state == ApplicationState.APPROVED,
        )
    )
    if row is None:
        raise NotASupplier
    return _views(session, [row])[0]


def list_of_seller(session: Session, seller_id: str) -> list[ApplicationView]:
    """A seller's applications, newest first."""
    rows = session.scalars(
        select(SupplierApplication)
        .where(SupplierApplication.seller_id == seller_id)
        .order_by(SupplierApplication.submitted_at.desc(), SupplierApplication.id.desc())
        .limit(50)
    ).all()
    return _views(session, rows)


def get_own(session: Session, actor: Actor, application_id: str) -> ApplicationView:
    """An application for its seller's people. Raises ApplicationNotFound for anyone else's."""
    row = _row(session, application_id)
    if not actor.is_member_of_seller(row.seller_id):
        raise ApplicationNotFound
    return _views(session, [row])[0]


def get_for_review(session: Session, actor: Actor, application_id: str) -> ApplicationView:
    """An application of the actor's subtree. Raises ApplicationNotFound, OutsideYourRegion."""
    row = _row(session, application_id)
    if not actor.governs(RegionCode(row.region_code)):
        raise OutsideYourRegion
    return _views(session, [row])[0]


def list_for_review(
    session: Session, actor: Actor, shown: str, number: int = 1
) -> Page[ApplicationView]:
    """Applications of the actor's subtree, longest waiting first: one of `LISTS`."""
    wanted = (
        governed_by(actor, SupplierApplication.region_code),
        SupplierApplication.state.in_(LISTS[shown]),
    )
    total = session.scalar(select(func.count()).select_from(SupplierApplication).where(*wanted))
    rows = session.scalars(
        select(SupplierApplication)
        .where(*wanted)
        .order_by(SupplierApplication.submitted_at, SupplierApplication.id)
        .limit(PAGE_SIZE)
        .offset(offset(number))
    ).all()
    return Page(_views(session, rows), total or 0, max(1, number))


def counts_for_review(session: Session, actor: Actor) -> dict[str, int]:
    """How many applications each of the lists holds."""
    rows = session.execute(
        select(SupplierApplication.state, func.count())
        .where(governed_by(actor, SupplierApplication.region_code))
        .group_by(SupplierApplication.state)
    )
    found = {row[0]: row[1] for row in rows}
    return {key: sum(found.get(state, 0) for state in states) for key, states in LISTS.items()}


def waiting(session: Session, actor: Actor, before: datetime) -> Backlog:
    """Applications of the actor's subtree that wait; late since `before`."""
    return backlog(
        session, SupplierApplication.submitted_at, before,
        governed_by(actor, SupplierApplication.region_code),
        SupplierApplication.state.in_(LISTS["waiting"]),
    )  # fmt: skip


def asked_of_seller(session: Session, seller_id: str) -> int:
    """How many of a seller's applications an official has a question about."""
    query = select(func.count()).select_from(SupplierApplication).where(
        SupplierApplication.seller_id == seller_id,
        SupplierApplication.state == ApplicationState.ASKED,
    )  # fmt: skip
    return session.scalar(query) or 0


def certified_kinds(session: Session, seller_id: str, now: datetime) -> int:
    """How many kinds the seller's certificates cover that hold now, as this site knows."""
    held = certification.certificates_of_seller(session, seller_id, now)
    return len({kind for one in held if one.is_in_force for kind in one.kinds})


def evidence_file(session: Session, application_id: str, key: str) -> tuple[str, str]:
    """(id of the proof, id of what it belongs to). Raises ApplicationNotFound."""
    row = session.scalar(
        select(SupplierEvidence).where(
            SupplierEvidence.application_id == application_id, SupplierEvidence.criterion == key
        )
    )
    if row is None or row.file_id is None:
        raise ApplicationNotFound
    return row.file_id, row.id


def _row(session: Session, application_id: str) -> SupplierApplication:
    row = session.get(SupplierApplication, application_id)
    if row is None:
        raise ApplicationNotFound
    return row


def _views(session: Session, rows: Sequence[SupplierApplication]) -> list[ApplicationView]:
    names = sellers.sellers_by_ids(session, {row.seller_id for row in rows})
    evidence: dict[str, dict[str, EvidenceView]] = defaultdict(dict)
    query = select(SupplierEvidence).where(
        SupplierEvidence.application_id.in_([row.id for row in rows])
    )
    for one in session.scalars(query):
        evidence[one.application_id][one.criterion] = EvidenceView(
            one.criterion, one.count, one.words, one.file_id is not None, one.points, one.note
        )
    return [
        ApplicationView(
            id=row.id,
            seller_id=row.seller_id,
            seller_name=names[row.seller_id].name,
            region_code=row.region_code,
            state=ApplicationState(row.state),
            evidence=evidence[row.id],
            points=row.points,
            grade=row.grade,
            question=row.question,
            answer=row.answer,
            reason=row.reason,
            submitted_at=row.submitted_at,
            decided_at=row.decided_at,
        )
        for row in rows
    ]
