"""Entering, publishing and contesting results. A published failure acts at once, by itself."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market.audit import service as audit
from market.batches import holds
from market.batches import rules as batches
from market.catalogue import queries as catalogue
from market.catalogue import service as goods
from market.inspections import access, queries, rules
from market.inspections.errors import (
    AlreadyPublished,
    AppealNotOpen,
    CauseMissing,
    FindingsMissing,
    NotAppealable,
    NumberTaken,
    ReasonMissing,
    ReportKnown,
    ReportMissing,
    SampledInFuture,
    SpotCheckNotFound,
)
from market.inspections.events import AppealDecided, AppealMade, SpotCheckPublished
from market.inspections.models import Appeal, SpotCheck
from market.inspections.planning import draw_plan
from market.inspections.rechecks import remind_of_rechecks
from market.inspections.standing import FAILED, STANDING
from market.inspections.types import Cause, Purpose, Reason, Result
from market.kernel.actor import Actor
from market.kernel.clock import shanghai_date
from market.kernel.events import publish as tell
from market.kernel.ids import new_id
from market.media import service as media
from market.media.service import NewFile
from market.sellers import queries as sellers

REPORTS, APPEALS = "spot_check", "spot_check_appeal"
_ATTEMPTS = 5


def enter(
    session: Session,
    actor: Actor,
    product_id: str,
    seller_id: str,
    result: Result,
    report: NewFile | None,
    *,
    now: datetime,
    plan_id: str | None = None,
    reason: Reason = Reason(),  # noqa: B008  # frozen
) -> str:
    """Write a result down as a draft; returns its id.

    A product that was off the market for a failure when the sample was taken gets a re-check;
    one that was let back gets a first check again. Raises SpotCheckNotFound for an unknown
    product or seller, OutsideYourRegion, SampledInFuture, FindingsMissing, CauseMissing,
    ReportKnown.
    """
    about = catalogue.maker_and_kind(session, product_id)
    seller = sellers.find_seller(session, seller_id)
    if about is None or seller is None:
        raise SpotCheckNotFound
    access.require_governs(actor, seller.region.digits)
    _check_result(result, now)
    recheck = queries.fails_standing_on(session, product_id, result.sampled_on)
    cause = _cause(reason, plan_id, recheck=recheck)
    row = SpotCheck(
        id=new_id(), region_code=seller.region.digits, product_id=product_id, maker_id=about[0],
        kind_code=about[1], seller_id=seller_id, plan_id=plan_id,
        purpose=Purpose.RECHECK if recheck else Purpose.FIRST, cause=cause,
        cause_note=reason.note.strip(), **_columns(result),
        entered_by=actor.account_id or "", entered_at=now, updated_at=now,
    )  # fmt: skip
    _add(session, row, result)
    if report is not None:
        attach_report(session, actor, row.id, report, now=now)
    _audit(session, actor, row, "enter", now, after={"passed": result.passed,
           "cause": str(cause), "cause_note": row.cause_note})  # fmt: skip
    return row.id


def correct(
    session: Session,
    actor: Actor,
    check_id: str,
    result: Result,
    reason: Reason = Reason(),  # noqa: B008  # frozen
    *,
    now: datetime,
) -> None:
    """Write a draft anew, as it was mistyped. Raises AlreadyPublished and what `enter` raises of
    the result."""
    row = _draft(session, actor, check_id)
    _check_result(result, now)
    recheck = queries.fails_standing_on(session, row.product_id, result.sampled_on)
    before = {"report_number": row.report_number, "batch_no": row.batch_no, "passed": row.passed}
    columns = _columns(result) | {
        "purpose": Purpose.RECHECK if recheck else Purpose.FIRST,
        "cause": _cause(reason, row.plan_id, recheck=recheck), "cause_note": reason.note.strip(),
        "updated_at": now,
    }  # fmt: skip
    try:
        with session.begin_nested():
            for name, value in columns.items():
                setattr(row, name, value)
    except IntegrityError:
        raise _known(result) from None
    after = {name: columns[name] for name in before}
    _audit(session, actor, row, "correct", now, before=before, after=after)


def discard(session: Session, actor: Actor, check_id: str, *, now: datetime) -> None:
    """Throw a draft away, with its report; its report number is free again. Raises
    AlreadyPublished."""
    row = _draft(session, actor, check_id)
    before = {"product": row.product_id, "report_number": row.report_number, "passed": row.passed}
    _audit(session, actor, row, "discard", now, before=before)
    if row.report_file_id is not None:
        media.detach(session, row.report_file_id, REPORTS, row.id)
    session.delete(row)
    session.flush()


def attach_report(
    session: Session, actor: Actor, check_id: str, report: NewFile, *, now: datetime
) -> None:
    """Put the laboratory's report to a draft. Raises AlreadyPublished."""
    row = _draft(session, actor, check_id)
    media.attach(session, report, REPORTS, row.id, now=now)
    row.report_file_id, row.updated_at = report.id, now
    session.flush()


def publish(session: Session, actor: Actor, check_id: str, *, now: datetime) -> str:
    """Make a result public; returns the number of the notice.

    A failure takes the product off the market in this transaction: its listings are hidden,
    carts and bundles that hold it say so, its buyers and sellers get a message; packs of the
    failed batch are not sent any more, for orders of before either; a second failure of the
    maker's kind within two years bars the kind. A passing re-check lets it back.
    Raises SpotCheckNotFound, OutsideYourRegion, AlreadyPublished, ReportMissing.
    """
    _take_turn(session, check_id)
    row = _draft(session, actor, check_id)
    if row.report_file_id is None:
        raise ReportMissing
    number = _make_public(session, actor, row, now)
    if row.passed:
        _clear(session, row, now)
    else:
        _fail(session, row, now)
    _audit(session, actor, row, "publish", now, after={"passed": row.passed,
           "notice_no": number})  # fmt: skip
    buyers = (
        () if row.passed else tuple(queries.people_at_risk(session, row.product_id, row.batch_no))
    )
    name = catalogue.product_names(session, [row.product_id])[row.product_id][0]
    tell(session, SpotCheckPublished(
        row.id, row.product_id, name, row.batch_no, row.maker_id, row.passed,
        row.recheck_due_on, buyers, () if row.passed else _shops(session, row),
    ))  # fmt: skip
    return number


def appeal(
    session: Session,
    actor: Actor,
    maker_id: str,
    check_id: str,
    words: str,
    report: NewFile,
    *,
    now: datetime,
) -> None:
    """Object to a standing failure with another report, within 15 days.

    Raises SpotCheckNotFound, ReasonMissing, NotAppealable.
    """
    row = session.get(SpotCheck, check_id, with_for_update=True)
    mine = row is not None and row.maker_id == maker_id and actor.is_member_of_seller(maker_id)
    if row is None or not mine or row.published_at is None:
        raise SpotCheckNotFound
    if not words.strip():
        raise ReasonMissing(field="words")
    open_one = select(Appeal.id).where(Appeal.check_id == check_id, Appeal.decision == "open")
    if session.scalar(open_one) or not rules.may_appeal(
        queries.standing_of(row), row.published_at, now
    ):
        raise NotAppealable
    made = Appeal(
        id=new_id(), check_id=check_id, words=words.strip(), report_file_id=report.id,
        made_by=actor.account_id or "", made_at=now,
    )  # fmt: skip
    session.add(made)
    session.flush()
    media.attach(session, report, APPEALS, made.id, now=now)
    _audit(session, actor, row, "appeal", now)
    name = catalogue.product_names(session, [row.product_id])[row.product_id][0]
    tell(session, AppealMade(row.id, made.id, name, row.region_code))


def decide_appeal(
    session: Session,
    actor: Actor,
    check_id: str,
    appeal_id: str,
    reason: str,
    *,
    upheld: bool,
    now: datetime,
) -> None:
    """Uphold an objection, which annuls the failure and lets the product back, or reject it.

    Raises SpotCheckNotFound, OutsideYourRegion, ReasonMissing, AppealNotOpen.
    """
    _take_turn(session, check_id)
    row = session.get(SpotCheck, check_id, with_for_update=True)
    made = session.get(Appeal, appeal_id, with_for_update=True)
    if row is None or made is None or made.check_id != check_id:
        raise SpotCheckNotFound
    access.require_governs(actor, row.region_code)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    if made.decision != "open":
        raise AppealNotOpen
    made.decision = "upheld" if upheld else "rejected"
    made.reason, made.decided_by, made.decided_at = reason.strip(), actor.account_id or "", now
    row.updated_at = now
    if upheld:
        row.annulled_at = now
        session.flush()
        holds.lift_failed(session, row.id, holds.APPEAL_UPHELD, by=actor.account_id or "", now=now)
        _let_back(session, row, now)
        _count_bar(session, row, now)
    _audit(session, actor, row, made.decision, now, after={"reason": made.reason})
    name = catalogue.product_names(session, [row.product_id])[row.product_id][0]
    tell(session, AppealDecided(row.id, made.id, name, row.maker_id, upheld, made.reason))


def _cause(reason: Reason, plan_id: str | None, *, recheck: bool) -> Cause:
    """What is written down as the cause of a check."""
    if plan_id is not None:
        return Cause.PLAN
    if reason.cause in (Cause.COMPLAINT, Cause.NOTICE):
        if not reason.note.strip():
            raise CauseMissing(field="cause_note")
        return reason.cause
    return Cause.RECHECK if recheck else Cause.ROUTINE


def _check_result(result: Result, now: datetime) -> None:
    if result.sampled_on > shanghai_date(now):
        raise SampledInFuture(field="sampled_on")
    if not result.passed and not result.findings.strip():
        raise FindingsMissing(field="findings")


def _columns(result: Result) -> dict[str, Any]:
    return {
        "batch_no": result.batch_no, "sampled_on": result.sampled_on,
        "laboratory": result.laboratory, "report_number": result.report_number,
        "standard": result.standard, "passed": result.passed,
        "findings": result.findings.strip(),
    }  # fmt: skip


def _add(session: Session, row: SpotCheck, result: Result) -> None:
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        raise _known(result) from None


def _known(result: Result) -> ReportKnown:
    return ReportKnown(
        field="report_number", laboratory=result.laboratory, number=result.report_number
    )


def _take_turn(session: Session, check_id: str) -> None:
    """Whoever publishes or annuls results of one maker's kind comes one after the other, before
    any of them is locked: each counts the failures of the others."""
    about = session.execute(
        select(SpotCheck.maker_id, SpotCheck.kind_code).where(SpotCheck.id == check_id)
    ).one_or_none()
    if about is not None:
        goods.lock_kind(session, *about)


def _draft(session: Session, actor: Actor, check_id: str) -> SpotCheck:
    row = session.get(SpotCheck, check_id, with_for_update=True)
    if row is None:
        raise SpotCheckNotFound
    access.require_governs(actor, row.region_code)
    if row.published_at is not None:
        raise AlreadyPublished
    return row


def _shops(session: Session, row: SpotCheck) -> tuple[str, ...]:
    """Who sells the product beside its maker."""
    return tuple(
        shop
        for shop in catalogue.sellers_of_product(session, row.product_id)
        if shop != row.maker_id
    )


def _make_public(session: Session, actor: Actor, row: SpotCheck, now: datetime) -> str:
    """Publish under the next number of the region's year; another may have just taken it."""
    stem = rules.notice_no(row.region_code, now, 0)[:-4]
    taken = select(func.count()).where(SpotCheck.notice_no.startswith(stem, autoescape=True))
    for _attempt in range(_ATTEMPTS):
        number = rules.notice_no(row.region_code, now, (session.scalar(taken) or 0) + 1)
        try:
            with session.begin_nested():
                row.published_at, row.published_by = now, actor.account_id or ""
                row.notice_no, row.updated_at = number, now
        except IntegrityError:
            session.refresh(row)
            continue
        return number
    raise NumberTaken


def _fail(session: Session, row: SpotCheck, now: datetime) -> None:
    row.recheck_due_on = rules.recheck_due(now)
    session.flush()
    goods.hold_product(session, row.product_id, now)
    holds.hold_failed(
        session, row.product_id, row.batch_no, row.id, row.findings,
        region_code=row.region_code, by=row.published_by, now=now,
    )  # fmt: skip
    _count_bar(session, row, now)


def _clear(session: Session, row: SpotCheck, now: datetime) -> None:
    """A passing check sampled after a failure was published lets the product back; the batch
    that failed stays held unless it is the one that passed."""
    failures = session.scalars(
        select(SpotCheck).where(SpotCheck.product_id == row.product_id, *STANDING).with_for_update()
    ).all()
    for failure in failures:
        if failure.published_at and row.sampled_on >= shanghai_date(failure.published_at):
            failure.cleared_at = failure.updated_at = now
            failure.cleared_by_check = row.id
            if batches.number_key(failure.batch_no) == batches.number_key(row.batch_no):
                holds.lift_failed(
                    session, failure.id, holds.CHECKED_AGAIN, by=row.published_by, now=now
                )
    session.flush()
    if failures:
        _let_back(session, row, now)


def _let_back(session: Session, row: SpotCheck, now: datetime) -> None:
    """Lift the hold when no failure of the product stands."""
    standing = select(func.count()).where(SpotCheck.product_id == row.product_id, *STANDING)
    if not session.scalar(standing):
        goods.lift_hold(session, row.product_id, now)


def _count_bar(session: Session, row: SpotCheck, now: datetime) -> None:
    """The bar of the maker's kind, and what the notices say of it, from the failures that
    count. The caller has taken its turn."""
    failures = session.scalars(
        select(SpotCheck)
        .where(
            SpotCheck.maker_id == row.maker_id, SpotCheck.kind_code == row.kind_code, *FAILED
        )
        .order_by(SpotCheck.published_at, SpotCheck.id)
    ).all()  # fmt: skip
    published = [one.published_at for one in failures if one.published_at]
    since: datetime | None = None
    until: datetime | None = None
    for failure, at, ends_at in zip(failures, published, rules.bars(published), strict=True):
        if failure.barred_until != ends_at:
            failure.barred_until, failure.updated_at = ends_at, now
        if ends_at is not None:
            since = at if since is None or until is None or until <= at else since
            until = ends_at
    session.flush()
    if since is None or until is None:
        goods.lift_bar(session, row.maker_id, row.kind_code, now)
    else:
        goods.bar_kind(session, row.maker_id, row.kind_code, since, until, now)


def _audit(
    session: Session,
    actor: Actor,
    row: SpotCheck,
    action: str,
    now: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    audit.record(
        session, actor, action, "spot_check", row.id,
        now=now, before=before, after=after, region=row.region_code,
    )  # fmt: skip


__all__ = [
    "APPEALS",
    "REPORTS",
    "appeal",
    "attach_report",
    "correct",
    "decide_appeal",
    "discard",
    "draw_plan",
    "enter",
    "publish",
    "remind_of_rechecks",
]
