"""Reads of certificates; frozen values out, a fixed number of statements each."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select, tuple_
from sqlalchemy.orm import Session

from market.certification import access, rules
from market.certification.errors import (
    BodyNotFound,
    CertificateNotFound,
    OutsideYourRegion,
    SellerNotOpen,
)
from market.certification.models import (
    Certificate,
    CertificateLogEntry,
    CertificateSeller,
    CertificationBody,
)
from market.certification.models import SurveillanceVisit as VisitRow
from market.certification.types import (
    BodyView,
    CertificateDetail,
    CertificateEntry,
    CertificateFacts,
    CertificateState,
    CertificateView,
    CheckRecord,
    GateWindow,
    LogEntry,
    QueueRow,
    Review,
    Scheme,
    Standing,
    SurveillanceVisit,
)
from market.db.backlog import backlog
from market.db.plain import Columns, read
from market.db.region_filter import governed_by
from market.kernel.actor import Actor
from market.kernel.backlog import Backlog
from market.kernel.clock import shanghai_date
from market.kernel.paging import PAGE_SIZE, Page, offset
from market.kernel.region_code import RegionCode

WITH_ISSUER = select(Certificate, CertificationBody.name).join(
    CertificationBody, CertificationBody.id == Certificate.body_id
)
_VIEWED = Columns(
    Certificate,
    "id seller_id number scheme star holder kinds standard valid_from valid_to review standing"
    " standing_reason standing_since question surveillance_due_on models updated_at",
)
_BODY = CertificationBody.__table__
_BY_IDS = (
    select(*_VIEWED.columns, _BODY.c.name)
    .join_from(Certificate.__table__, _BODY, _BODY.c.id == _VIEWED.of.body_id)
    .where(_VIEWED.of.id.in_(bindparam("ids", expanding=True)))
)


def ids_numbered(session: Session, numbers: Collection[str]) -> dict[str, list[str]]:
    """Ids of certificates by how their number was written; none for an unknown one."""
    keys = {number: rules.number_key(number)[:60] for number in numbers}
    found: dict[str, list[str]] = {}
    wanted = {key for key in keys.values() if key}
    query = select(Certificate.number_key, Certificate.id).where(Certificate.number_key.in_(wanted))
    for key, one in session.execute(query) if wanted else ():
        found.setdefault(key, []).append(one)
    return {number: found.get(key, []) for number, key in keys.items()}


def certificates_by_ids(
    session: Session, ids: Collection[str], now: datetime
) -> dict[str, CertificateView]:
    """Certificates by id with their state at `now`; unknown ids are left out."""
    if not ids:
        return {}
    found = read(session, _BY_IDS, {"ids": list(set(ids))})
    return {row[0]: view_of(_VIEWED.cut(row), row[-1], now) for row in found}


def with_certificate(
    statement: Select[*tuple[Any, ...]], certificate_id: ColumnElement[str | None]
) -> Select[*tuple[Any, ...]]:
    """A statement of others with a certificate, if there is one, at the end of its rows, for
    `certificate_at`."""
    return (
        statement.add_columns(*_VIEWED.columns, _BODY.c.name)
        .outerjoin(Certificate.__table__, _VIEWED.of.id == certificate_id)
        .outerjoin(_BODY, _BODY.c.id == _VIEWED.of.body_id)
    )


def certificate_at(row: Any, start: int, now: datetime) -> CertificateView | None:
    """The certificate whose columns begin at a place of a row, with its state at `now`."""
    found = _VIEWED.cut(row, start)
    return None if found.id is None else view_of(found, row[start + len(_VIEWED)], now)


def get_certificate(session: Session, certificate_id: str, now: datetime) -> CertificateView:
    """One certificate, whatever its state. Raises `CertificateNotFound`."""
    found = certificates_by_ids(session, [certificate_id], now).get(certificate_id)
    if found is None:
        raise CertificateNotFound
    return found


def certificates_of_seller(
    session: Session, seller_id: str, now: datetime
) -> list[CertificateView]:
    """Everything a seller entered, newest first."""
    query = WITH_ISSUER.where(Certificate.seller_id == seller_id).order_by(
        Certificate.submitted_at.desc(), Certificate.id.desc()
    )
    return [view_of(row, issuer, now) for row, issuer in session.execute(query)]


def approved_numbered(session: Session, number: str, now: datetime) -> list[CertificateView]:
    """Approved certificates with this number, whatever became of them, the newest first."""
    query = WITH_ISSUER.where(
        Certificate.number_key == rules.number_key(number), Certificate.review == Review.APPROVED
    ).order_by(Certificate.valid_to.desc(), Certificate.id.desc())
    return [view_of(row, issuer, now) for row, issuer in session.execute(query)]


def changed_since(
    session: Session,
    since: datetime | None,
    after: tuple[datetime, str] | None,
    limit: int,
    now: datetime,
) -> list[CertificateView]:
    """Certificates that an official approved, whatever became of them, in the order of their
    last change, from an instant or behind a row. What the clock alone changes is no change."""
    query = WITH_ISSUER.where(Certificate.review == Review.APPROVED)
    if since is not None:
        query = query.where(Certificate.updated_at >= since)
    if after is not None:
        query = query.where(tuple_(Certificate.updated_at, Certificate.id) > after)
    ordered = query.order_by(Certificate.updated_at, Certificate.id).limit(limit)
    return [view_of(row, issuer, now) for row, issuer in session.execute(ordered)]


def gate_windows(session: Session, ids: Collection[str]) -> dict[str, GateWindow]:
    """When each certificate lets goods be sold; unknown ids are left out."""
    if not ids:
        return {}
    rows = session.scalars(select(Certificate).where(Certificate.id.in_(set(ids))))
    return {row.id: rules.gate_window(facts_of(row)) for row in rows}


def covers_model(certificate: CertificateView, model: str) -> bool:
    """Whether the certificate's list of models names this one; no list covers every model."""
    return rules.covers_model(certificate.models, model)


def get_public(session: Session, certificate_id: str, now: datetime) -> CertificateDetail:
    """The certificate for everyone. Raises `CertificateNotFound` unless it was approved."""
    detail = _detail(session, certificate_id, now)
    if detail is None or detail.review is not Review.APPROVED:
        raise CertificateNotFound
    return detail


def get_own(
    session: Session, actor: Actor, certificate_id: str, now: datetime
) -> CertificateDetail:
    """The certificate for its own seller. Raises `CertificateNotFound` for anyone else's."""
    detail = _detail(session, certificate_id, now)
    if detail is None or not access.may_enter(actor, detail.view.seller_id):
        raise CertificateNotFound
    return detail


def get_for_review(
    session: Session, actor: Actor, certificate_id: str, now: datetime
) -> CertificateDetail:
    """The certificate for its official. Raises `CertificateNotFound`, `OutsideYourRegion`."""
    detail = _detail(session, certificate_id, now)
    if detail is None:
        raise CertificateNotFound
    if not access.may_review(actor, detail.region):
        raise OutsideYourRegion
    return detail


def seller_of(session: Session, seller_id: str) -> CertificateSeller:
    """What is known here of a seller. Raises `SellerNotOpen` before its approval."""
    row = session.get(CertificateSeller, seller_id)
    if row is None:
        raise SellerNotOpen
    return row


def entry_of(session: Session, certificate_id: str) -> CertificateEntry:
    """What the seller typed, to fill the form again. Raises `CertificateNotFound`."""
    row = session.get(Certificate, certificate_id)
    if row is None:
        raise CertificateNotFound
    return CertificateEntry(
        number=row.number,
        scheme=Scheme(row.scheme),
        star=row.star,
        body_id=row.body_id,
        holder=row.holder,
        manufacturer=row.manufacturer,
        factory=row.factory,
        product_scope=row.product_scope,
        models=row.models,
        kinds=tuple(row.kinds),
        standard=row.standard,
        rule_no=row.rule_no,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        first_issued_on=row.first_issued_on,
        evidence_file_id=row.evidence_file_id,
    )


def list_queue(
    session: Session, actor: Actor, reviews: Iterable[Review], now: datetime, number: int = 1
) -> Page[QueueRow]:
    """Certificates of the actor's region subtree, longest waiting first."""
    conditions = (
        governed_by(actor, Certificate.region_code),
        Certificate.review.in_(list(reviews)),
    )
    total = session.scalar(select(func.count()).select_from(Certificate).where(*conditions)) or 0
    query = (
        WITH_ISSUER.where(*conditions)
        .order_by(Certificate.submitted_at, Certificate.id)
        .limit(PAGE_SIZE)
        .offset(offset(number))
    )
    rows = session.execute(query).all()
    names = _seller_names(session, {row.seller_id for row, _ in rows})
    items = [
        QueueRow(
            view=view_of(row, issuer, now),
            review=Review(row.review),
            seller_name=names[row.seller_id],
            submitted_at=row.submitted_at,
        )
        for row, issuer in rows
    ]
    return Page(items, total, max(1, number))


def count_by_review(session: Session, actor: Actor) -> dict[Review, int]:
    """How many certificates of the actor's subtree are in each review status."""
    query = (
        select(Certificate.review, func.count())
        .where(governed_by(actor, Certificate.region_code))
        .group_by(Certificate.review)
    )
    return {Review(review): count for review, count in session.execute(query)}


def waiting(session: Session, actor: Actor, before: datetime) -> Backlog:
    """Certificates of the actor's subtree that wait for a reviewer; late since `before`."""
    return backlog(
        session, Certificate.submitted_at, before,
        governed_by(actor, Certificate.region_code),
        Certificate.review.in_([Review.SUBMITTED, Review.ANSWERED]),
    )  # fmt: skip


def decisions(session: Session) -> dict[tuple[str, str], int]:
    """How often each (certificate, reviewer's action) stands in the log."""
    log = CertificateLogEntry
    query = (
        select(log.certificate_id, log.action, func.count())
        .where(log.action.not_in(("enter", rules.ANSWER)))
        .group_by(log.certificate_id, log.action)
    )
    return {(key, action): count for key, action, count in session.execute(query)}


def due_now(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The SQL conditions of a certificate in force whose last 90 days have begun."""
    today = shanghai_date(now)
    return (
        Certificate.review == Review.APPROVED,
        Certificate.standing == Standing.IN_FORCE,
        Certificate.valid_to >= today,
        Certificate.valid_to < today + timedelta(days=rules.DUE_DAYS),
    )


def due_of_seller(session: Session, seller_id: str, now: datetime) -> list[CertificateView]:
    """The seller's certificates that are due for renewal, soonest first."""
    query = WITH_ISSUER.where(*due_now(now), Certificate.seller_id == seller_id).order_by(
        Certificate.valid_to, Certificate.id
    )
    return [view_of(row, issuer, now) for row, issuer in session.execute(query)]


def questioned_of_seller(session: Session, seller_id: str, now: datetime) -> list[CertificateView]:
    """The seller's certificates about which the reviewer asks something."""
    query = WITH_ISSUER.where(
        Certificate.seller_id == seller_id, Certificate.review == Review.CLARIFICATION
    ).order_by(Certificate.submitted_at, Certificate.id)
    return [view_of(row, issuer, now) for row, issuer in session.execute(query)]


def seller_name(session: Session, seller_id: str) -> str:
    """The registered name of a seller; empty before its approval."""
    row = session.get(CertificateSeller, seller_id)
    return row.name if row else ""


def visits_of(session: Session, certificate_id: str) -> list[SurveillanceVisit]:
    """The surveillance log of a certificate, newest first."""
    query = (
        select(VisitRow)
        .where(VisitRow.certificate_id == certificate_id)
        .order_by(VisitRow.done_on.desc(), VisitRow.id.desc())
    )
    return [
        SurveillanceVisit(
            v.id, v.due_on, v.done_on, v.passed, v.report_number, v.note,
            v.evidence_file_id, v.recorded_by, v.recorded_at,
        )
        for v in session.scalars(query)
    ]  # fmt: skip


def watch_now(now: datetime, days: int = rules.WATCH_DAYS) -> tuple[ColumnElement[bool], ...]:
    """The SQL conditions of a certificate whose surveillance is overdue or due within days."""
    today = shanghai_date(now)
    return (
        Certificate.review == Review.APPROVED,
        Certificate.standing.in_([Standing.IN_FORCE, Standing.SUSPENDED]),
        Certificate.valid_to >= today,
        Certificate.surveillance_due_on < today + timedelta(days=days),
    )


def is_watched(certificate: CertificateDetail, now: datetime) -> bool:
    """Whether a surveillance of it can still be recorded."""
    held = certificate.standing in (Standing.IN_FORCE, Standing.SUSPENDED)
    ended = now >= rules.closes_at(certificate.view.valid_to)
    return certificate.review is Review.APPROVED and held and not ended


def watched_of_seller(session: Session, seller_id: str, now: datetime) -> list[CertificateView]:
    """The seller's certificates whose surveillance is overdue or near, soonest first."""
    query = WITH_ISSUER.where(*watch_now(now), Certificate.seller_id == seller_id).order_by(
        Certificate.surveillance_due_on, Certificate.id
    )
    return [view_of(row, issuer, now) for row, issuer in session.execute(query)]


def watched(session: Session, actor: Actor, now: datetime) -> list[CertificateView]:
    """The certificates of the actor's subtree whose surveillance is overdue or near."""
    query = WITH_ISSUER.where(
        *watch_now(now), governed_by(actor, Certificate.region_code)
    ).order_by(Certificate.surveillance_due_on, Certificate.id)
    return [view_of(row, issuer, now) for row, issuer in session.execute(query)]


def list_bodies(session: Session) -> list[BodyView]:
    """Every certification body by name."""
    query = select(CertificationBody).order_by(CertificationBody.name)
    return [body_of(row) for row in session.scalars(query)]


def approved_bodies(session: Session) -> list[BodyView]:
    """The bodies whose certificates are accepted now."""
    return [body for body in list_bodies(session) if body.is_approved]


def get_body(session: Session, body_id: str) -> BodyView:
    """One body. Raises `BodyNotFound`."""
    row = session.get(CertificationBody, body_id)
    if row is None:
        raise BodyNotFound
    return body_of(row)


def facts_of(row: Certificate) -> CertificateFacts:
    """What the state of a row depends on."""
    return CertificateFacts(
        review=Review(row.review),
        standing=Standing(row.standing),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        surveillance_due_on=row.surveillance_due_on,
    )


def view_of(row: Certificate, issuer: str, now: datetime) -> CertificateView:
    """The view of a row at an instant."""
    facts = facts_of(row)
    state = rules.state_at(facts, now)
    by_standing = state.value == row.standing
    reason = row.standing_reason if by_standing else ""
    if state is CertificateState.REFUSED:
        reason = row.question
    return CertificateView(
        id=row.id,
        number=row.number,
        scheme=Scheme(row.scheme),
        star=row.star,
        issuer_name=issuer,
        holder=row.holder,
        kinds=tuple(row.kinds),
        standard=row.standard,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        state=state,
        since=rules.since(facts, now, row.standing_since),
        reason=reason,
        seller_id=row.seller_id,
        days_left=rules.days_left(row.valid_to, now),
        surveillance_due_on=row.surveillance_due_on,
        models=row.models,
        updated_at=row.updated_at,
    )


def body_of(row: CertificationBody) -> BodyView:
    """The view of a body row."""
    return BodyView(
        id=row.id,
        name=row.name,
        approval_no=row.approval_no,
        is_approved=row.is_approved,
        scope_kinds=tuple(row.scope_kinds),
        note=row.note,
    )


def _detail(session: Session, certificate_id: str, now: datetime) -> CertificateDetail | None:
    found = session.execute(WITH_ISSUER.where(Certificate.id == certificate_id)).one_or_none()
    if found is None:
        return None
    row, issuer = found
    view = view_of(row, issuer, now)
    seller = seller_of(session, row.seller_id)
    kept = (("check", row.check_file_id), ("authorisation", row.holder_file_id))
    approved = CertificateFacts(
        Review.APPROVED,
        Standing(row.standing),
        row.valid_from,
        row.valid_to,
        row.surveillance_due_on,
    )
    return CertificateDetail(
        view=view,
        review=Review(row.review),
        standing=Standing(row.standing),
        body_id=row.body_id,
        manufacturer=row.manufacturer,
        factory=row.factory,
        product_scope=row.product_scope,
        models=row.models,
        rule_no=row.rule_no,
        first_issued_on=row.first_issued_on,
        region=RegionCode(row.region_code),
        seller_name=seller.name,
        evidence_file_id=row.evidence_file_id,
        question=row.question,
        answer=row.answer,
        check=_check_of(row),
        submitted_at=row.submitted_at,
        anomalies=rules.anomalies(row.holder, seller.name, rules.state_at(approved, now)),
        log=tuple(_log(session, row.id)),
        visits=tuple(visits_of(session, row.id)),
        papers={name: key for name, key in kept if key},
    )


def _seller_names(session: Session, ids: Collection[str]) -> dict[str, str]:
    query = select(CertificateSeller.seller_id, CertificateSeller.name).where(
        CertificateSeller.seller_id.in_(ids)
    )
    return {row.seller_id: row.name for row in session.execute(query)}


def _check_of(row: Certificate) -> CheckRecord | None:
    if row.checked_at is None or row.next_check_on is None:
        return None
    return CheckRecord(row.checked_at, row.checked_by, row.check_note, row.next_check_on)


def _log(session: Session, certificate_id: str) -> Sequence[LogEntry]:
    query = (
        select(CertificateLogEntry)
        .where(CertificateLogEntry.certificate_id == certificate_id)
        .order_by(CertificateLogEntry.at.desc(), CertificateLogEntry.id.desc())
    )
    return [LogEntry(e.at, e.action, e.actor_name, e.reason) for e in session.scalars(query)]
