"""Paying approved claims together, in arrears, with the reference of the office's payment."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market.audit import service as audit
from market.kernel.actor import Actor
from market.kernel.errors import Forbidden
from market.kernel.ids import new_id
from market.subsidies import access, claims, funds
from market.subsidies.errors import (
    ClaimNotFound,
    NothingChosen,
    NotPossibleNow,
    ReasonMissing,
    ReferenceTaken,
)
from market.subsidies.models import SubsidyBatch, SubsidyClaim


def pay_claims(
    session: Session, actor: Actor, claim_ids: Collection[str], reference: str, paid_on: date,
    now: datetime,
) -> str:  # fmt: skip
    """Record that these approved claims were paid; all or none. Returns the payment's id.

    What was reserved for them is used. Raises NothingChosen, ReasonMissing, ClaimNotFound,
    OutsideYourRegion, NotPossibleNow (one is not approved), ReferenceTaken.
    """
    if not (actor.is_official or actor.is_operator):
        raise Forbidden
    if not claim_ids:
        raise NothingChosen(field="claims")
    if not reference.strip():
        raise ReasonMissing(field="reference")
    rows = _locked(session, actor, claim_ids)
    total = sum(row.amount_fen or 0 for row in rows)
    batch = _batch(session, actor, reference.strip(), paid_on, total, now)
    for row in rows:
        row.state, row.paid_at, row.batch_id = "paid", now, batch.id
        session.flush()
        funds.use(session, row.scheme_id, row.amount_fen or 0)
        claims.note(session, row.id, "paid", actor, now, batch.reference, by_office=True)
        claims.tell(session, row, "paid", batch.reference, row.amount_fen or 0, now)
    audit.record(
        session, actor, "subsidy_batch.pay", "subsidy_batch", batch.id, now=now,
        after={"reference": batch.reference, "total_fen": total, "paid_on": paid_on.isoformat(),
               "claims": [row.code for row in rows]},
        region=batch.region_code,
    )  # fmt: skip
    return batch.id


def _locked(session: Session, actor: Actor, claim_ids: Collection[str]) -> list[SubsidyClaim]:
    query = (
        select(SubsidyClaim)
        .where(SubsidyClaim.id.in_(set(claim_ids)))
        .order_by(SubsidyClaim.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    rows = list(session.scalars(query))
    if len(rows) != len(set(claim_ids)):
        raise ClaimNotFound
    for row in rows:
        access.require_governs(actor, row.region_code)
        if row.state != "approved":
            raise NotPossibleNow
    return rows


def _batch(
    session: Session, actor: Actor, reference: str, paid_on: date, total: int, now: datetime
) -> SubsidyBatch:
    region = actor.official_regions[0].digits if actor.official_regions else ""
    batch = SubsidyBatch(
        id=new_id(), region_code=region, reference=reference[:60], paid_on=paid_on,
        total_fen=total, made_at=now, made_by=actor.account_id,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(batch)
    except IntegrityError as taken:
        raise ReferenceTaken(field="reference") from taken
    return batch
