"""Applying for the role and grading it; the grade is copied onto the seller, so that pages that
show it need no other statement."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from market.audit import service as audit
from market.kernel.actor import Actor
from market.kernel.clock import shanghai_date
from market.kernel.events import publish
from market.kernel.ids import new_id
from market.kernel.region_code import RegionCode
from market.media import service as media
from market.media.service import NewFile
from market.sellers import queries as sellers
from market.sellers import service as shops
from market.sellers.types import SellerView
from market.suppliers import rules
from market.suppliers.errors import (
    AlreadyWaiting,
    ApplicationNotFound,
    NotStanding,
    NotWaiting,
    OutsideYourRegion,
    ReasonMissing,
    SellerNotOpen,
)
from market.suppliers.events import SupplierDecided, SupplierLost, SupplierSubmitted
from market.suppliers.models import SupplierApplication, SupplierEvidence
from market.suppliers.types import ApplicationState, Entry, Mark

EVIDENCE = "supplier_evidence"
_OPEN = ("submitted", "asked", "answered")
_WAITING = ("submitted", "answered")


def submit(
    session: Session, actor: Actor, seller_id: str, entries: Sequence[Entry],
    files: Mapping[str, NewFile], words: str = "", *, now: datetime,
) -> str:  # fmt: skip
    """Hand an application in, or answer a question with a corrected one; returns its id.

    Proofs handed in before are kept where no newer one is sent. Raises SellerNotFound for
    another seller's desk, SellerNotOpen, AlreadyWaiting, NothingClaimed, ProofMissing.
    """
    seller = sellers.get_own(session, actor, seller_id)
    if not seller.is_open:
        raise SellerNotOpen
    row = _open_one(session, seller_id)
    if row is not None and row.state != ApplicationState.ASKED:
        raise AlreadyWaiting
    known = _evidence(session, row.id) if row is not None else {}
    proved = {key for key, one in known.items() if one.file_id} | set(files)
    rules.check_entries(entries, proved)
    if row is None:
        row = _new(session, actor, seller, now)
    else:
        row.state, row.answer, row.submitted_at = "answered", words.strip(), now
    for entry in entries:
        _enter(session, row.id, known.get(entry.key), entry, files.get(entry.key), now)
    session.flush()
    publish(session, SupplierSubmitted(row.id, seller.name, row.region_code))
    return row.id


def give_up(session: Session, actor: Actor, application_id: str, *, now: datetime) -> None:
    """Take one's application back, or lay the role down.

    Raises ApplicationNotFound, NotStanding.
    """
    row = _row(session, application_id)
    if row is None or not actor.is_member_of_seller(row.seller_id):
        raise ApplicationNotFound
    if row.state in ("refused", "ended"):
        raise NotStanding
    _end(session, actor, row, "", now)


def approve(
    session: Session, actor: Actor, application_id: str, marks: Mapping[str, Mark],
    note: str = "", *, now: datetime,
) -> str:  # fmt: skip
    """Grade every criterion; the points give the grade, which is public from now on.

    Raises ApplicationNotFound, OutsideYourRegion, NotWaiting, as all decisions here do, and
    what `rules.check_marks` raises.
    """
    row = _waiting(session, actor, application_id)
    evidence = _evidence(session, row.id)
    counts = {key: one.count for key, one in evidence.items()}
    row.points, row.grade = rules.check_marks(marks, counts)
    for key, one in evidence.items():
        one.points, one.note = marks[key].points, marks[key].note.strip()
    for older in session.scalars(_standing(row.seller_id)):
        older.state = ApplicationState.ENDED.value
    session.flush()
    _decide(session, actor, row, ApplicationState.APPROVED, note, now)
    shops.note_supplier(session, row.seller_id, row.grade, shanghai_date(now))
    return row.grade


def ask(
    session: Session, actor: Actor, application_id: str, question: str, *, now: datetime
) -> None:
    """Ask for more. Raises ReasonMissing without a question."""
    row = _waiting(session, actor, application_id)
    if not question.strip():
        raise ReasonMissing(field="reason")
    row.question, row.answer = question.strip(), ""
    _decide(session, actor, row, ApplicationState.ASKED, question, now)


def refuse(
    session: Session, actor: Actor, application_id: str, reason: str, *, now: datetime
) -> None:
    """Refuse for good; an earlier grading stays. Raises ReasonMissing without a reason."""
    row = _waiting(session, actor, application_id)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    _decide(session, actor, row, ApplicationState.REFUSED, reason, now)


def withdraw(
    session: Session, actor: Actor, application_id: str, reason: str, *, now: datetime
) -> None:
    """Take the role away. Raises ReasonMissing, NotStanding."""
    row = _governed(session, actor, application_id)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    if row.state != ApplicationState.APPROVED:
        raise NotStanding
    _end(session, actor, row, reason.strip(), now)
    publish(session, SupplierDecided(row.id, row.seller_id, "ended", row.reason))


def _new(session: Session, actor: Actor, seller: SellerView, now: datetime) -> SupplierApplication:
    row = SupplierApplication(
        id=new_id(), seller_id=seller.id, region_code=seller.region.digits,
        submitted_by=actor.account_id or "", submitted_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def _enter(
    session: Session, application_id: str, known: SupplierEvidence | None, entry: Entry,
    file: NewFile | None, now: datetime,
) -> None:  # fmt: skip
    row = known or SupplierEvidence(id=new_id(), application_id=application_id, criterion=entry.key)
    row.count, row.words = entry.count, entry.words.strip()
    session.add(row)
    session.flush()
    if file is not None:
        row.file_id = file.id
        media.attach(session, file, EVIDENCE, row.id, now=now)


def _end(
    session: Session, actor: Actor, row: SupplierApplication, reason: str, now: datetime
) -> None:
    before, row.state, row.reason = row.state, ApplicationState.ENDED.value, reason
    session.flush()
    _audit(session, actor, row, "end", before, now)
    if before == ApplicationState.APPROVED:
        shops.note_supplier(session, row.seller_id, "", None)
        publish(session, SupplierLost(row.seller_id))


def _decide(
    session: Session, actor: Actor, row: SupplierApplication, state: ApplicationState,
    reason: str, now: datetime,
) -> None:  # fmt: skip
    before, row.state, row.reason = row.state, state.value, reason.strip()
    row.decided_by, row.decided_at = actor.account_id or "", now
    session.flush()
    verb = {"approved": "approve", "asked": "ask", "refused": "refuse"}[state.value]
    _audit(session, actor, row, verb, before, now)
    publish(session, SupplierDecided(row.id, row.seller_id, state.value, row.reason))


def _open_one(session: Session, seller_id: str) -> SupplierApplication | None:
    query = select(SupplierApplication).where(
        SupplierApplication.seller_id == seller_id, SupplierApplication.state.in_(_OPEN)
    )
    return session.scalar(query.with_for_update())


def _standing(seller_id: str) -> Select[SupplierApplication]:
    return select(SupplierApplication).where(
        SupplierApplication.seller_id == seller_id,
        SupplierApplication.state == ApplicationState.APPROVED,
    )


def _evidence(session: Session, application_id: str) -> dict[str, SupplierEvidence]:
    query = select(SupplierEvidence).where(SupplierEvidence.application_id == application_id)
    return {row.criterion: row for row in session.scalars(query)}


def _row(session: Session, application_id: str) -> SupplierApplication | None:
    return session.get(
        SupplierApplication, application_id, with_for_update=True, populate_existing=True
    )


def _governed(session: Session, actor: Actor, application_id: str) -> SupplierApplication:
    row = _row(session, application_id)
    if row is None:
        raise ApplicationNotFound
    if not actor.governs(RegionCode(row.region_code)):
        raise OutsideYourRegion
    return row


def _waiting(session: Session, actor: Actor, application_id: str) -> SupplierApplication:
    row = _governed(session, actor, application_id)
    if row.state not in _WAITING:
        raise NotWaiting
    return row


def _audit(
    session: Session, actor: Actor, row: SupplierApplication, verb: str, before: str, now: datetime
) -> None:
    after = {"state": row.state, "reason": row.reason, "points": row.points, "grade": row.grade}
    audit.record(
        session, actor, f"supplier.{verb}", "supplier", row.id, now=now,
        before={"state": before}, after=after, region=row.region_code,
    )  # fmt: skip
