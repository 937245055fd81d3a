"""What officials of the maker's region, or the operator, decide about carbon declarations."""

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from market.audit import service as audit
from market.catalogue import queries as catalogue
from market.catalogue import service as goods
from market.catalogue.types import CarbonLabel, label_json
from market.footprints import access, declaring, queries
from market.footprints.errors import (
    AlreadyOver,
    DeclarationNotFound,
    EvidenceMissing,
    NotBegun,
    NotSubmitted,
    ReasonMissing,
)
from market.footprints.events import DeclarationDecided
from market.footprints.models import CarbonDeclaration
from market.footprints.types import Standing
from market.kernel.actor import Actor
from market.kernel.clock import shanghai_date
from market.kernel.events import publish
from market.media import service as media
from market.media.service import NewFile

EVIDENCE = "carbon_evidence"


def verify(
    session: Session, actor: Actor, declaration_id: str, evidence: str, file: NewFile | None, *,
    now: datetime,
) -> None:  # fmt: skip
    """Confirm a declaration: its label stands on the product from now to its last day, and
    takes the place of an earlier version's. What was sold before keeps the earlier one.

    Raises DeclarationNotFound, OutsideYourRegion, NotSubmitted, EvidenceMissing, NotBegun,
    AlreadyOver.
    """
    row = _submitted(session, actor, declaration_id)
    if not evidence.strip():
        raise EvidenceMissing(field="evidence")
    label = _label(session, actor, row, now)
    if file is not None:
        row.evidence_file_id = media.attach(session, file, EVIDENCE, row.id, now=now)
    row.state, row.evidence = Standing.VERIFIED.value, evidence.strip()
    row.label = label_json(label)
    _decided(row, actor, now)
    session.execute(
        update(CarbonDeclaration)
        .where(
            CarbonDeclaration.product_id == row.product_id,
            CarbonDeclaration.id != row.id,
            CarbonDeclaration.state == Standing.VERIFIED,
            CarbonDeclaration.superseded_at.is_(None),
        )
        .values(superseded_at=now, updated_at=now)
    )
    session.flush()
    goods.note_carbon_label(session, row.product_id, label, now)
    _audit(session, actor, row, "verify", now, {"version": row.version, "evidence": row.evidence})
    _tell(session, row, "verified", "")


def refuse(
    session: Session, actor: Actor, declaration_id: str, reason: str, *, now: datetime
) -> None:
    """Send a declaration back for good; the maker may begin a new version.

    Raises DeclarationNotFound, OutsideYourRegion, NotSubmitted, ReasonMissing.
    """
    row = _submitted(session, actor, declaration_id)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    row.state, row.reason = Standing.REFUSED.value, reason.strip()
    _decided(row, actor, now)
    session.flush()
    _audit(session, actor, row, "refuse", now, {"reason": row.reason})
    _tell(session, row, "refused", row.reason)


def revoke(
    session: Session, actor: Actor, declaration_id: str, reason: str, *, now: datetime
) -> None:
    """Take a verified declaration away from its maker; the label is gone at once.

    Raises DeclarationNotFound, OutsideYourRegion, ReasonMissing, NotWithdrawable.
    """
    row = _governed(session, actor, declaration_id)
    declaring.end(session, actor, row, reason, now=now)
    _tell(session, row, "withdrawn", row.reason)


def _label(session: Session, actor: Actor, row: CarbonDeclaration, now: datetime) -> CarbonLabel:
    """The label of a declaration whose days hold now. Raises NotBegun, AlreadyOver."""
    seen = queries.get_for_review(session, actor, row.id, now)
    first, last = seen.draft.valid_from, seen.draft.valid_to
    assert first is not None  # handed in complete
    assert last is not None
    assert seen.label_kg is not None
    today = shanghai_date(now)
    if today < first:
        raise NotBegun(day=first.isoformat())
    if today > last:
        raise AlreadyOver(day=last.isoformat())
    return CarbonLabel(
        declaration_id=row.id, version=row.version, kg_per_unit=seen.label_kg,
        unit=seen.product_unit, verifier=seen.verifier, since=first, until=last,
    )  # fmt: skip


def _governed(session: Session, actor: Actor, declaration_id: str) -> CarbonDeclaration:
    row = session.get(CarbonDeclaration, declaration_id, with_for_update=True,
                      populate_existing=True)  # fmt: skip
    if row is None:
        raise DeclarationNotFound
    access.require_governs(actor, row.region_code)
    if row.submitted_at is None:
        raise DeclarationNotFound
    return row


def _submitted(session: Session, actor: Actor, declaration_id: str) -> CarbonDeclaration:
    row = _governed(session, actor, declaration_id)
    if row.state != Standing.SUBMITTED or row.withdrawn_at is not None:
        raise NotSubmitted
    return row


def _decided(row: CarbonDeclaration, actor: Actor, now: datetime) -> None:
    row.decided_at, row.decided_by, row.updated_at = now, actor.account_id or "", now


def _audit(
    session: Session, actor: Actor, row: CarbonDeclaration, action: str, now: datetime,
    after: dict[str, Any],
) -> None:  # fmt: skip
    audit.record(
        session, actor, f"carbon_declaration.{action}", "carbon_declaration", row.id,
        now=now, before={"state": "submitted"}, after={"state": row.state, **after},
        region=row.region_code,
    )  # fmt: skip


def _tell(session: Session, row: CarbonDeclaration, decision: str, reason: str) -> None:
    name = catalogue.product_names(session, [row.product_id])[row.product_id][0]
    publish(session, DeclarationDecided(row.id, name, row.version, row.maker_id, decision, reason))
