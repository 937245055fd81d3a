"""The maker's verbs on carbon declarations: write, compute, hand in, withdraw, compute anew."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market.audit import service as audit
from market.catalogue import queries as catalogue
from market.catalogue import service as goods
from market.certification import queries as certification
from market.footprints import access, queries, rules
from market.footprints.errors import (
    BillFull,
    BillLineNotFound,
    DeclarationNotFound,
    FactorNotFound,
    FactorOutdated,
    MakingMissing,
    MethodMissing,
    NotADraft,
    NotWithdrawable,
    OpenVersion,
    ReasonMissing,
    ReportMissing,
    StageHasBill,
    StageNegative,
    ValidityMissing,
    ValidityReversed,
    ValidityTooLong,
    VerifierMissing,
    VerifierOutOfScope,
    VerifierTwice,
)
from market.footprints.events import DeclarationSubmitted
from market.footprints.models import CarbonBillLine, CarbonDeclaration, CarbonFactor
from market.footprints.types import DeclarationDraft, Stage, Standing
from market.kernel.actor import Actor
from market.kernel.events import publish
from market.kernel.ids import new_id
from market.media import service as media
from market.media.service import NewFile
from market.sellers import queries as sellers

REPORTS = "carbon_report"
MOST_LINES = 40


def start(
    session: Session, actor: Actor, product_id: str, draft: DeclarationDraft, *, now: datetime
) -> str:
    """Begin the next version of a product's declaration; returns its id.

    Raises ProductNotFound for another maker's product, OpenVersion while one is being worked
    on, UnitUnknown, UnitNotConvertible, ConversionStated, StageNegative, VerifierTwice,
    VerifierOutOfScope, ValidityReversed, ValidityTooLong.
    """
    product = catalogue.get_own_product(session, actor, product_id)
    maker = sellers.get_seller(session, product.maker_id)
    row = CarbonDeclaration(
        id=new_id(), product_id=product_id, maker_id=maker.id, region_code=maker.region.digits,
        version=_next_version(session, product_id), created_by=actor.account_id or "",
        created_at=now, updated_at=now, stages={},
    )  # fmt: skip
    _fill(session, row, draft, now)
    _insert(session, row)
    return row.id


def edit(
    session: Session, actor: Actor, declaration_id: str, draft: DeclarationDraft, *, now: datetime
) -> None:
    """Change a draft. Raises like `start`, DeclarationNotFound, NotADraft, and StageHasBill for
    a figure typed where a bill is summed up."""
    row = _draft_row(session, actor, declaration_id)
    billed = _billed(session, row.id)
    twice = [stage for stage in draft.stages if stage in billed]
    if twice:
        raise StageHasBill(field=f"stage_{twice[0].name.lower()}")
    _fill(session, row, draft, now)
    session.flush()


def add_line(
    session: Session, actor: Actor, declaration_id: str, stage: Stage, factor_id: str,
    amount: Decimal, unit: str, *, now: datetime,
) -> None:  # fmt: skip
    """Put an amount per declared unit into the bill; it replaces a typed value of its stage.

    Raises DeclarationNotFound, NotADraft, FactorNotFound, FactorOutdated, FactorUnitUnfit,
    BillFull.
    """
    row = _draft_row(session, actor, declaration_id)
    factor = session.get(CarbonFactor, factor_id)
    if factor is None:
        raise FactorNotFound(field="factor_id")
    if factor.superseded_at is not None:
        raise FactorOutdated(field="factor_id")
    rules.line_kg(amount, unit, factor.kg_per_unit, factor.unit)
    mine = CarbonBillLine.declaration_id == row.id
    count, last = session.execute(
        select(func.count(), func.coalesce(func.max(CarbonBillLine.position), 0)).where(mine)
    ).one()
    if count >= MOST_LINES:
        raise BillFull(most=MOST_LINES)
    session.add(
        CarbonBillLine(
            id=new_id(), declaration_id=row.id, position=last + 1, stage=stage.value,
            factor_id=factor.id, amount=amount, unit=unit,
        )
    )  # fmt: skip
    row.stages = {key: value for key, value in row.stages.items() if key != stage.value}
    row.updated_at = now
    session.flush()


def remove_line(
    session: Session, actor: Actor, declaration_id: str, line_id: str, *, now: datetime
) -> None:
    """Take a line out of the bill. Raises DeclarationNotFound, NotADraft, BillLineNotFound."""
    row = _draft_row(session, actor, declaration_id)
    line = session.get(CarbonBillLine, line_id)
    if line is None or line.declaration_id != row.id:
        raise BillLineNotFound
    session.delete(line)
    row.updated_at = now
    session.flush()


def attach_report(
    session: Session, actor: Actor, declaration_id: str, report: NewFile, *, now: datetime
) -> None:
    """Put the verifier's report to a draft. Raises DeclarationNotFound, NotADraft."""
    row = _draft_row(session, actor, declaration_id)
    media.attach(session, report, REPORTS, row.id, now=now)
    row.report_file_id, row.updated_at = report.id, now
    session.flush()


def submit(session: Session, actor: Actor, declaration_id: str, *, now: datetime) -> None:
    """Hand a draft in; it is not changed any more.

    Raises DeclarationNotFound, NotADraft, MakingMissing, MethodMissing, VerifierMissing,
    VerifierOutOfScope, ValidityMissing, ReportMissing, and the refusals of units again.
    """
    row = _draft_row(session, actor, declaration_id)
    draft = queries.draft_of(row)
    product = catalogue.products_about(session, [row.product_id])[row.product_id]
    rules.declared_units(product.unit, row.unit, row.per_product_unit, row.conversion)
    _check_verifier(session, product.kind_code, draft)
    if Stage.MAKING not in {**draft.stages, **dict.fromkeys(_billed(session, row.id))}:
        raise MakingMissing
    if not draft.method.strip():
        raise MethodMissing(field="method")
    if draft.verifier_body_id is None and not (draft.verifier_name and draft.verifier_number):
        raise VerifierMissing(field="verifier_body_id")
    if draft.valid_from is None or draft.valid_to is None:
        raise ValidityMissing(field="valid_from")
    if row.report_file_id is None:
        raise ReportMissing
    row.state, row.submitted_at, row.updated_at = Standing.SUBMITTED.value, now, now
    session.flush()
    _audit(session, actor, row, "submit", now, {"version": row.version})
    publish(session, DeclarationSubmitted(row.id, product.name_zh, row.version, row.region_code))


def recompute(session: Session, actor: Actor, declaration_id: str, *, now: datetime) -> str:
    """Begin a new version from one that was decided: the same bill with the factors that stand
    now. Report and validity are new ones' own. Returns the new id; the old one stays as it is.

    Raises DeclarationNotFound, OpenVersion.
    """
    old = _own(session, actor, declaration_id)
    if old.state in (Standing.DRAFT, Standing.SUBMITTED) and old.withdrawn_at is None:
        raise OpenVersion
    kept = {
        name: getattr(old, name)
        for name in (
            "product_id", "maker_id", "region_code", "unit", "per_product_unit", "conversion",
            "method", "pcr", "verifier_body_id", "verifier_name", "verifier_number",
        )
    }  # fmt: skip
    row = CarbonDeclaration(
        id=new_id(), version=_next_version(session, old.product_id), stages=dict(old.stages),
        created_by=actor.account_id or "", created_at=now, updated_at=now, **kept,
    )  # fmt: skip
    _insert(session, row)
    lines = queries.bill_rows(session, [old.id]).get(old.id, [])
    newest = queries.newest(session, {factor.code for _, factor in lines})
    for line, factor in lines:
        session.add(
            CarbonBillLine(
                id=new_id(), declaration_id=row.id, position=line.position, stage=line.stage,
                factor_id=newest[factor.code].id, amount=line.amount, unit=line.unit,
            )
        )  # fmt: skip
    session.flush()
    return row.id


def discard(session: Session, actor: Actor, declaration_id: str, *, now: datetime) -> None:
    """Put a draft away. Raises DeclarationNotFound, NotADraft."""
    row = _draft_row(session, actor, declaration_id)
    row.withdrawn_at = row.updated_at = now
    session.flush()


def withdraw(
    session: Session, actor: Actor, declaration_id: str, reason: str, *, now: datetime
) -> None:
    """Take one's own verified declaration back: the label is gone at once, goods sold keep it.

    Raises DeclarationNotFound, ReasonMissing, NotWithdrawable.
    """
    end(session, actor, _own(session, actor, declaration_id), reason, now=now)


def end(
    session: Session, actor: Actor, row: CarbonDeclaration, reason: str, *, now: datetime
) -> None:
    """Withdraw a row whose owner or official is known to be the actor."""
    if not reason.strip():
        raise ReasonMissing(field="reason")
    if row.state != Standing.VERIFIED or row.withdrawn_at is not None:
        raise NotWithdrawable
    stood = row.superseded_at is None
    row.withdrawn_at, row.updated_at, row.reason = now, now, reason.strip()
    session.flush()
    if stood:
        goods.note_carbon_label(session, row.product_id, None, now)
    _audit(session, actor, row, "withdraw", now, {"reason": row.reason})


def _fill(session: Session, row: CarbonDeclaration, draft: DeclarationDraft, now: datetime) -> None:
    product = catalogue.products_about(session, [row.product_id])[row.product_id]
    rules.declared_units(product.unit, draft.unit, draft.per_product_unit, draft.conversion)
    for stage, kg in draft.stages.items():
        if kg < 0 and stage is not Stage.BEYOND:
            raise StageNegative(field=f"stage_{stage.name.lower()}")
    _check_verifier(session, product.kind_code, draft)
    _check_dates(draft)
    row.unit, row.per_product_unit = draft.unit, draft.per_product_unit
    row.conversion, row.method, row.pcr = draft.conversion.strip(), draft.method, draft.pcr
    row.stages = {stage.value: f"{kg:f}" for stage, kg in draft.stages.items()}
    row.verifier_body_id = draft.verifier_body_id
    row.verifier_name, row.verifier_number = draft.verifier_name, draft.verifier_number
    row.valid_from, row.valid_to, row.updated_at = draft.valid_from, draft.valid_to, now


def _check_verifier(session: Session, kind_code: str, draft: DeclarationDraft) -> None:
    named = bool(draft.verifier_name or draft.verifier_number)
    if draft.verifier_body_id is None:
        return
    if named:
        raise VerifierTwice(field="verifier_name")
    body = certification.get_body(session, draft.verifier_body_id)
    if not body.is_approved or not body.covers(kind_code):
        raise VerifierOutOfScope(field="verifier_body_id", body=body.name)


def _check_dates(draft: DeclarationDraft) -> None:
    if draft.valid_from is None or draft.valid_to is None:
        return
    if draft.valid_to <= draft.valid_from:
        raise ValidityReversed(field="valid_to")
    first = draft.valid_from
    last_year = first.year + rules.YEARS
    limit = first.replace(year=last_year, day=min(first.day, 28) if first.month == 2 else first.day)
    if draft.valid_to > limit:
        raise ValidityTooLong(field="valid_to", years=rules.YEARS)


def _billed(session: Session, declaration_id: str) -> set[Stage]:
    query = select(CarbonBillLine.stage).where(CarbonBillLine.declaration_id == declaration_id)
    return {Stage(stage) for stage in session.scalars(query)}


def _next_version(session: Session, product_id: str) -> int:
    last = session.scalar(
        select(func.max(CarbonDeclaration.version)).where(
            CarbonDeclaration.product_id == product_id
        )
    )
    return (last or 0) + 1


def _insert(session: Session, row: CarbonDeclaration) -> None:
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        raise OpenVersion from None


def _own(session: Session, actor: Actor, declaration_id: str) -> CarbonDeclaration:
    row = session.get(CarbonDeclaration, declaration_id, with_for_update=True,
                      populate_existing=True)  # fmt: skip
    if row is None:
        raise DeclarationNotFound
    access.require_maker(actor, row.maker_id)
    return row


def _draft_row(session: Session, actor: Actor, declaration_id: str) -> CarbonDeclaration:
    row = _own(session, actor, declaration_id)
    if row.state != Standing.DRAFT or row.withdrawn_at is not None:
        raise NotADraft
    return row


def _audit(
    session: Session, actor: Actor, row: CarbonDeclaration, action: str, now: datetime,
    after: dict[str, Any],
) -> None:  # fmt: skip
    audit.record(
        session, actor, f"carbon_declaration.{action}", "carbon_declaration", row.id,
        now=now, after=after, region=row.region_code,
    )  # fmt: skip
