"""Reads of carbon declarations; frozen values out, a fixed number of statements each."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.catalogue.types import label_of
from market.certification import queries as certification
from market.db.backlog import backlog
from market.db.region_filter import governed_by
from market.footprints import access, rules
from market.footprints.errors import DeclarationNotFound
from market.footprints.factor_queries import (
    category_counts,
    changed_since,
    get_factor,
    list_factors,
    newest,
    standing_factors,
    users_of,
    versions_of,
)
from market.footprints.models import CarbonBillLine, CarbonDeclaration, CarbonFactor
from market.footprints.types import (
    BillLine,
    DeclarationDraft,
    DeclarationView,
    Stage,
    Standing,
)
from market.kernel.actor import Actor
from market.kernel.backlog import Backlog
from market.kernel.paging import PAGE_SIZE, Page, offset
from market.sellers import queries as sellers

_Row = CarbonDeclaration


def get_public(session: Session, declaration_id: str, now: datetime) -> DeclarationView:
    """A declaration that was verified once, whatever became of it. Raises DeclarationNotFound."""
    row = session.get(_Row, declaration_id)
    if row is None or row.label is None:
        raise DeclarationNotFound
    return _views(session, [row], now)[0]


def get_own(session: Session, actor: Actor, declaration_id: str, now: datetime) -> DeclarationView:
    """A declaration for its maker's people. Raises DeclarationNotFound for anyone else's."""
    row = _row(session, declaration_id)
    access.require_maker(actor, row.maker_id)
    return _views(session, [row], now)[0]


def get_for_review(
    session: Session, actor: Actor, declaration_id: str, now: datetime
) -> DeclarationView:
    """A declaration that was handed in, in the actor's subtree. Raises DeclarationNotFound,
    OutsideYourRegion."""
    row = _row(session, declaration_id)
    access.require_governs(actor, row.region_code)
    if row.submitted_at is None:
        raise DeclarationNotFound
    return _views(session, [row], now)[0]


def public_versions(session: Session, product_id: str, now: datetime) -> list[DeclarationView]:
    """Every version of a product's declaration that was verified once, newest first."""
    query = select(_Row).where(_Row.product_id == product_id, _Row.decided_at.is_not(None))
    rows = session.scalars(query.order_by(_Row.version.desc())).all()
    return _views(session, [row for row in rows if row.label is not None], now)


def list_of_maker(
    session: Session, maker_id: str, now: datetime, number: int = 1, product_id: str | None = None
) -> Page[DeclarationView]:
    """A maker's declarations, newest first; of one product when it is given. Discarded drafts
    are left out."""
    wanted = [_Row.maker_id == maker_id, ~_discarded()]
    if product_id is not None:
        wanted.append(_Row.product_id == product_id)
    return _page(session, wanted, now, number)


def list_for_review(
    session: Session, actor: Actor, shown: str, now: datetime, number: int = 1
) -> Page[DeclarationView]:
    """Declarations of the actor's subtree that were handed in: one of `LISTS`."""
    return _page(session, [governed_by(actor, _Row.region_code), *_SHOWN[shown]], now, number)


def counts_for_review(session: Session, actor: Actor) -> dict[str, int]:
    """How many declarations each of the lists holds."""
    own = governed_by(actor, _Row.region_code)
    return {
        key: session.scalar(select(func.count()).select_from(_Row).where(own, *rest)) or 0
        for key, rest in _SHOWN.items()
    }


def waiting(session: Session, actor: Actor, before: datetime) -> Backlog:
    """Declarations of the actor's subtree that wait; late since `before`."""
    return backlog(
        session, _Row.submitted_at, before,
        governed_by(actor, _Row.region_code), _Row.state == Standing.SUBMITTED,
        _Row.withdrawn_at.is_(None),
    )  # fmt: skip


def outdated_of_maker(session: Session, maker_id: str) -> int:
    """How many standing labels of a maker rest on a factor that has a newer version."""
    query = select(func.count()).select_from(_Row).where(
        _Row.maker_id == maker_id, *_standing(), _outdated()
    )  # fmt: skip
    return session.scalar(query) or 0


def refused_of_maker(session: Session, maker_id: str) -> int:
    """How many products of a maker have a refused declaration and no later version."""
    later = _Row.__table__.alias("later")
    newer = exists().where(later.c.product_id == _Row.product_id, later.c.version > _Row.version)
    query = select(func.count()).select_from(_Row).where(
        _Row.maker_id == maker_id, _Row.state == Standing.REFUSED, ~newer
    )  # fmt: skip
    return session.scalar(query) or 0


def report_file(session: Session, declaration_id: str) -> str:
    """The id of the report's file. Raises DeclarationNotFound, also without one."""
    found = session.scalar(select(_Row.report_file_id).where(_Row.id == declaration_id))
    if found is None:
        raise DeclarationNotFound
    return found


def evidence_file(session: Session, declaration_id: str) -> str:
    """The id of the official's evidence. Raises DeclarationNotFound, also without one."""
    found = session.scalar(select(_Row.evidence_file_id).where(_Row.id == declaration_id))
    if found is None:
        raise DeclarationNotFound
    return found


def bill_rows(
    session: Session, ids: Iterable[str]
) -> dict[str, list[tuple[CarbonBillLine, CarbonFactor]]]:
    """Lines of bills with their factors, by declaration, in their order."""
    rows = session.execute(
        select(CarbonBillLine, CarbonFactor)
        .join(CarbonFactor, CarbonFactor.id == CarbonBillLine.factor_id)
        .where(CarbonBillLine.declaration_id.in_(list(ids)))
        .order_by(CarbonBillLine.declaration_id, CarbonBillLine.position)
    )
    found: dict[str, list[tuple[CarbonBillLine, CarbonFactor]]] = defaultdict(list)
    for line, factor in rows:
        found[line.declaration_id].append((line, factor))
    return found


def _discarded() -> ColumnElement[bool]:
    return (_Row.state == Standing.DRAFT) & _Row.withdrawn_at.is_not(None)


def _standing() -> tuple[ColumnElement[bool], ...]:
    return (
        _Row.state == Standing.VERIFIED,
        _Row.withdrawn_at.is_(None),
        _Row.superseded_at.is_(None),
    )


def _outdated() -> ColumnElement[bool]:
    return exists().where(
        CarbonBillLine.declaration_id == _Row.id,
        CarbonFactor.id == CarbonBillLine.factor_id,
        CarbonFactor.superseded_at.is_not(None),
    )


_HANDED_IN = _Row.submitted_at.is_not(None)
_SHOWN: dict[str, tuple[ColumnElement[bool], ...]] = {
    "waiting": (_Row.state == Standing.SUBMITTED, _Row.withdrawn_at.is_(None)),
    "verified": _standing(),
    "outdated": (*_standing(), _outdated()),
    "refused": (_Row.state == Standing.REFUSED,),
    "all": (_HANDED_IN,),
}
LISTS = tuple(_SHOWN)


def _row(session: Session, declaration_id: str) -> CarbonDeclaration:
    row = session.get(_Row, declaration_id)
    if row is None:
        raise DeclarationNotFound
    return row


def _page(
    session: Session, wanted: Sequence[ColumnElement[bool]], now: datetime, number: int
) -> Page[DeclarationView]:
    total = session.scalar(select(func.count()).select_from(_Row).where(*wanted)) or 0
    rows = session.scalars(
        select(_Row)
        .where(*wanted)
        .order_by(_Row.updated_at.desc(), _Row.id.desc())
        .limit(PAGE_SIZE)
        .offset(offset(number))
    ).all()
    return Page(_views(session, rows, now), total, max(1, number))


def _views(
    session: Session, rows: Sequence[CarbonDeclaration], now: datetime
) -> list[DeclarationView]:
    about = catalogue.products_about(session, {row.product_id for row in rows})
    makers = sellers.sellers_by_ids(session, {row.maker_id for row in rows})
    bodies = {body.id: body.name for body in certification.list_bodies(session)}
    bills = bill_rows(session, [row.id for row in rows])
    return [_view(row, about, makers, bodies, bills.get(row.id, []), now) for row in rows]


def _view(
    row: CarbonDeclaration, about: Any, makers: Any, bodies: dict[str, str],
    lines: Sequence[tuple[CarbonBillLine, CarbonFactor]], now: datetime,
) -> DeclarationView:  # fmt: skip
    product, maker = about[row.product_id], makers.get(row.maker_id)
    bill = tuple(bill_line(line, factor) for line, factor in lines)
    draft = draft_of(row)
    values = rules.stage_values(draft.stages, [(line.stage, line.kg) for line in bill])
    return DeclarationView(
        id=row.id,
        product_id=row.product_id,
        name_zh=product.name_zh,
        name_en=product.name_en,
        model=product.model,
        kind_code=product.kind_code,
        product_unit=product.unit,
        maker_id=row.maker_id,
        maker_name=maker.name if maker else "",
        region_code=row.region_code,
        version=row.version,
        standing=rules.standing(facts_of(row), now),
        draft=draft,
        verifier=verifier_of(row, bodies),
        stages=tuple((stage, values.get(stage)) for stage in Stage),
        total_kg=rules.total(values),
        label_kg=_label_kg(draft, product.unit, values.get(Stage.MAKING)),
        bill=bill,
        has_report=row.report_file_id is not None,
        has_evidence=row.evidence_file_id is not None,
        evidence=row.evidence,
        reason=row.reason,
        label=label_of(row.label),
        created_at=row.created_at,
        submitted_at=row.submitted_at,
        decided_at=row.decided_at,
        withdrawn_at=row.withdrawn_at,
        updated_at=row.updated_at,
    )


def _label_kg(draft: DeclarationDraft, unit: str, making: Decimal | None) -> Decimal | None:
    times = draft.per_product_unit or rules.exact_factor(unit, draft.unit)
    return None if making is None or times is None else rules.label_value(making, times)


def bill_line(line: CarbonBillLine, factor: CarbonFactor) -> BillLine:
    """A line with what it comes to."""
    kg = rules.line_kg(line.amount, line.unit, factor.kg_per_unit, factor.unit)
    return BillLine(
        id=line.id, position=line.position, stage=Stage(line.stage), factor_id=factor.id,
        code=factor.code, version=factor.version, name_zh=factor.name_zh, name_en=factor.name_en,
        factor_unit=factor.unit, kg_per_unit=factor.kg_per_unit, amount=line.amount,
        unit=line.unit, kg=kg, is_outdated=factor.superseded_at is not None,
    )  # fmt: skip


def draft_of(row: CarbonDeclaration) -> DeclarationDraft:
    """What the maker filled in."""
    return DeclarationDraft(
        unit=row.unit, method=row.method, pcr=row.pcr, per_product_unit=row.per_product_unit,
        conversion=row.conversion,
        stages={Stage(key): Decimal(value) for key, value in row.stages.items()},
        verifier_body_id=row.verifier_body_id, verifier_name=row.verifier_name,
        verifier_number=row.verifier_number, valid_from=row.valid_from, valid_to=row.valid_to,
    )  # fmt: skip


def facts_of(row: CarbonDeclaration) -> rules.Facts:
    """What the standing of a row depends on."""
    return rules.Facts(row.state, row.valid_to, row.withdrawn_at, row.superseded_at)


def verifier_of(row: CarbonDeclaration, bodies: dict[str, str]) -> str:
    """Who vouches for it, by name; empty while nobody does."""
    if row.verifier_body_id is not None:
        return bodies.get(row.verifier_body_id, "")
    return " ".join(part for part in (row.verifier_name, row.verifier_number) if part)


__all__ = [
    "LISTS",
    "bill_line",
    "bill_rows",
    "category_counts",
    "changed_since",
    "counts_for_review",
    "draft_of",
    "evidence_file",
    "facts_of",
    "get_factor",
    "get_for_review",
    "get_own",
    "get_public",
    "list_factors",
    "list_for_review",
    "list_of_maker",
    "newest",
    "outdated_of_maker",
    "public_versions",
    "refused_of_maker",
    "report_file",
    "standing_factors",
    "users_of",
    "verifier_of",
    "versions_of",
    "waiting",
]
