"""The operator's verbs on the register, and the maker's on contents."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market.audit import service as audit
from market.catalogue import queries as catalogue
from market.catalogue import service as goods
from market.catalogue.contents import Content
from market.kernel.actor import Actor, need_operator
from market.kernel.clock import shanghai_date
from market.kernel.events import publish
from market.kernel.ids import new_id
from market.kernel.quantity import decimal_text
from market.media import service as media
from market.media.service import NewFile
from market.substances import queries, rules
from market.substances.errors import (
    CasKnown,
    CasWrong,
    ContentNotFound,
    KindUnknown,
    LimitMissing,
    LimitNotAsked,
    SubstanceNotFound,
    UnitsDiffer,
)
from market.substances.events import ProductUnfit
from market.substances.models import DeclaredContent, Substance, SubstanceRule
from market.substances.types import DeclarationDraft, Declared, RuleDraft, Status
from market.substances.units import quantity_of

REPORTS = "content_report"


def add_substance(
    session: Session, actor: Actor, cas: str, name_zh: str, name_en: str, *, now: datetime
) -> str:
    """Put a substance into the register; returns its id. Raises Forbidden, CasWrong, CasKnown."""
    need_operator(actor)
    if not rules.is_cas(cas):
        raise CasWrong(field="cas")
    row = Substance(id=new_id(), cas=cas, name_zh=name_zh, name_en=name_en, created_at=now)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise CasKnown(field="cas", cas=cas) from None
    after = {"cas": cas, "name": name_zh}
    audit.record(session, actor, "substance.add", "substance", row.id, now=now, after=after)
    return row.id


def rename_substance(
    session: Session, actor: Actor, substance_id: str, name_zh: str, name_en: str, *, now: datetime
) -> None:
    """Change the names. Raises Forbidden, SubstanceNotFound."""
    need_operator(actor)
    row = session.get(Substance, substance_id)
    if row is None:
        raise SubstanceNotFound
    before = {"name": row.name_zh}
    row.name_zh, row.name_en = name_zh, name_en
    session.flush()
    audit.record(
        session, actor, "substance.rename", "substance", substance_id, now=now, before=before,
        after={"name": name_zh},
    )  # fmt: skip
    refresh(session, _declaring(session, substance_id), now=now)


def add_rule(
    session: Session, actor: Actor, substance_id: str, draft: RuleDraft, *, now: datetime
) -> int:
    """What holds for the substance from a day on; returns how many products it concerns.

    Products that break it leave the market with that day (at once when it has begun), and their
    makers are told. Raises Forbidden, SubstanceNotFound, LimitMissing, LimitNotAsked,
    UnknownUnit, KindUnknown.
    """
    need_operator(actor)
    queries.get_substance(session, substance_id)
    _check_limit(draft)
    _check_kinds(session, draft)
    limited = draft.status is Status.LIMITED
    row = SubstanceRule(
        id=new_id(), substance_id=substance_id, status=draft.status.value,
        limit_value=draft.limit, unit=draft.unit if limited else "", basis=draft.basis,
        kinds=list(draft.kinds), replace_zh=draft.replace_zh, replace_en=draft.replace_en,
        replace_kinds=list(draft.replace_kinds), valid_from=draft.valid_from, made_at=now,
        made_by=actor.display_name,
    )  # fmt: skip
    session.add(row)
    session.flush()
    after = {
        "status": row.status, "limit": f"{draft.limit or ''} {row.unit}".strip(),
        "from": row.valid_from.isoformat(), "kinds": row.kinds,
    }  # fmt: skip
    audit.record(session, actor, "substance.rule", "substance", substance_id, now=now, after=after)
    concerned = _declaring(session, substance_id)
    refresh(session, concerned, now=now)
    return len(concerned)


def declare(
    session: Session, actor: Actor, product_id: str, draft: DeclarationDraft,
    report: NewFile | None, *, now: datetime,
) -> None:  # fmt: skip
    """Say how much of a substance a product contains; 0 is "not detected".

    A new report replaces the link to the old one, without one the old link stays. Raises
    ProductNotFound, SubstanceNotFound, UnknownUnit, UnitsDiffer.
    """
    product = catalogue.get_own_product(session, actor, product_id)
    substance = queries.get_substance(session, draft.substance_id)
    rule = rules.governing(substance.rules, product.kind_code, shanghai_date(now))
    quantity = quantity_of(draft.unit)
    if rule is not None and rule.unit and quantity != quantity_of(rule.unit):
        raise UnitsDiffer(field="unit", unit=rule.unit)
    goods.lock_product(session, product_id)
    row = session.get(DeclaredContent, (product_id, draft.substance_id))
    if row is None:
        row = DeclaredContent(product_id=product_id, substance_id=draft.substance_id)
        session.add(row)
    row.value, row.unit, row.changed_at = draft.value, draft.unit, now
    row.changed_by = actor.account_id or ""
    if report is not None:
        row.report_file_id = media.attach(session, report, REPORTS, product_id, now=now)
    session.flush()
    audit.record(
        session, actor, "content.declare", "product", product_id, now=now,
        after={"substance": substance.cas, "value": f"{draft.value} {draft.unit}"},
    )  # fmt: skip
    refresh(session, [product_id], now=now, tell=False)


def remove(
    session: Session, actor: Actor, product_id: str, substance_id: str, *, now: datetime
) -> None:
    """Declare a substance no longer. Raises ProductNotFound, ContentNotFound."""
    catalogue.get_own_product(session, actor, product_id)
    row = session.get(DeclaredContent, (product_id, substance_id))
    if row is None:
        raise ContentNotFound
    before = {"substance": substance_id, "value": f"{row.value} {row.unit}"}
    session.delete(row)
    session.flush()
    audit.record(session, actor, "content.remove", "product", product_id, now=now, before=before)
    refresh(session, [product_id], now=now, tell=False)


def refresh(
    session: Session, product_ids: Collection[str], *, now: datetime, tell: bool = True
) -> None:
    """Write contents and the rules on them onto these products; their gates follow."""
    about = catalogue.products_about(session, product_ids)
    for product_id in sorted(about):
        contents = _contents(session, product_id, about[product_id].kind_code)
        until = goods.note_contents(session, product_id, contents, now)
        if until is not None and tell and about[product_id].published_at is not None:
            wrong = next(one.name_zh for one in contents for r in one.rules if r.breaks)
            publish(
                session,
                ProductUnfit(
                    product_id, about[product_id].name_zh, about[product_id].maker_id, wrong,
                    shanghai_date(until),
                ),
            )  # fmt: skip


def sweep(session: Session, now: datetime) -> int:
    """Go through the products that a rule keeps off the market: a looser one may have begun.

    Returns how many came back.
    """
    shut = catalogue.unfit_by(session, now)
    refresh(session, shut, now=now, tell=False)
    return len(shut) - len(set(shut) & set(catalogue.unfit_by(session, now)))


def _contents(session: Session, product_id: str, kind_code: str) -> list[Content]:
    rows = session.execute(
        select(DeclaredContent, Substance)
        .join(Substance, Substance.id == DeclaredContent.substance_id)
        .where(DeclaredContent.product_id == product_id)
        .order_by(Substance.name_zh, Substance.id)
    ).all()
    known = queries.rules_of(session, [substance.id for _row, substance in rows])
    return [
        Content(
            substance.id, substance.cas, substance.name_zh, substance.name_en,
            decimal_text(row.value), row.unit, row.report_file_id is not None,
            rules.timeline(known.get(substance.id, ()), kind_code, Declared(row.value, row.unit)),
        )
        for row, substance in rows
    ]  # fmt: skip


def _declaring(session: Session, substance_id: str) -> list[str]:
    statement = select(DeclaredContent.product_id).where(
        DeclaredContent.substance_id == substance_id
    )
    return list(session.scalars(statement))


def _check_limit(draft: RuleDraft) -> None:
    if draft.status is not Status.LIMITED:
        if draft.limit is not None:
            raise LimitNotAsked(field="limit")
        return
    if draft.limit is None or draft.limit <= 0:
        raise LimitMissing(field="limit")
    quantity_of(draft.unit)


def _check_kinds(session: Session, draft: RuleDraft) -> None:
    known = {code for code, _name in catalogue.kind_names(session)}
    for field, codes in (("kinds", draft.kinds), ("replace_kinds", draft.replace_kinds)):
        for code in codes:
            if code not in known:
                raise KindUnknown(field=field, code=code)
