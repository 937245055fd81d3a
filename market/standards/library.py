"""The operator adds editions and corrects what was entered of them."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market.audit import service as audit
from market.catalogue import queries as catalogue
from market.kernel.actor import Actor, need_operator
from market.kernel.clock import shanghai_date
from market.kernel.events import publish
from market.kernel.ids import new_id
from market.standards import copies, editions
from market.standards.errors import (
    CodeKnown,
    CodeWrong,
    EffectiveBeforePublished,
    KindsMissing,
    KindUnknown,
    StandardNotFound,
)
from market.standards.events import EditionToRead
from market.standards.models import Edition, EditionKind, Standard
from market.standards.reading import makers_to_read
from market.standards.rules import edition_code, slug_of
from market.standards.types import Code, EditionDraft


def add_edition(
    session: Session, actor: Actor, code: str, draft: EditionDraft, *, now: datetime
) -> str:
    """Put an edition into the library; returns its id.

    Products and kinds that cite it carry it from now on, and makers who have to read it hear of
    it. Raises Forbidden, CodeWrong, CodeKnown, KindUnknown, KindsMissing,
    EffectiveBeforePublished.
    """
    need_operator(actor)
    read = edition_code(code)
    if read is None:
        raise CodeWrong(field="code")
    _check(session, draft)
    standard = _standard(session, read)
    row = Edition(id=new_id(), standard_id=standard.id, code=read.text)
    _fill(row, actor, draft, now)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise CodeKnown(field="code", code=read.text) from None
    _set_kinds(session, row.id, draft)
    after = _facts(row, draft.kinds)
    audit.record(session, actor, "standard.add", "standard_edition", row.id, now=now, after=after)
    copies.refresh_body(session, read.body)
    _tell(session, row.id, now)
    return row.id


def correct_edition(
    session: Session, actor: Actor, edition_id: str, draft: EditionDraft, *, now: datetime
) -> None:
    """Put right what was entered of an edition; what was there before stays in the audit trail.

    Raises as `add_edition`, and StandardNotFound.
    """
    need_operator(actor)
    row = session.get(Edition, edition_id, with_for_update=True)
    if row is None:
        raise StandardNotFound
    _check(session, draft)
    before = _facts(row, editions.get_edition(session, edition_id).kinds)
    _fill(row, actor, draft, now)
    session.execute(delete(EditionKind).where(EditionKind.edition_id == edition_id))
    _set_kinds(session, edition_id, draft)
    session.flush()
    after = _facts(row, draft.kinds)
    audit.record(
        session, actor, "standard.correct", "standard_edition", edition_id, now=now,
        before=before, after=after,
    )  # fmt: skip
    read = edition_code(row.code)
    if read is not None:
        copies.refresh_body(session, read.body)
    _tell(session, edition_id, now)


def _standard(session: Session, code: Code) -> Standard:
    known = session.scalar(select(Standard).where(Standard.body == code.body))
    if known is not None:
        return known
    row = Standard(id=new_id(), body=code.body, slug=slug_of(code.body))
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # a colleague was faster
        return session.scalars(select(Standard).where(Standard.body == code.body)).one()
    return row


def _check(session: Session, draft: EditionDraft) -> None:
    if draft.published_on is not None and draft.published_on > draft.effective_on:
        raise EffectiveBeforePublished(field="effective_on")
    if draft.mandatory and not draft.kinds:
        raise KindsMissing(field="kinds")
    known = {code for code, _name in catalogue.kind_names(session)}
    for code in draft.kinds:
        if code not in known:
            raise KindUnknown(field="kinds", code=code)


def _fill(row: Edition, actor: Actor, draft: EditionDraft, now: datetime) -> None:
    row.name_zh, row.name_en = draft.name_zh, draft.name_en
    row.mandatory, row.published_on = draft.mandatory, draft.published_on
    row.effective_on, row.source, row.basis = draft.effective_on, draft.source, draft.basis
    row.verified = draft.verified
    row.made_by, row.updated_at = actor.display_name, now


def _set_kinds(session: Session, edition_id: str, draft: EditionDraft) -> None:
    kinds = dict.fromkeys(draft.kinds)
    session.add_all([EditionKind(edition_id=edition_id, kind_code=code) for code in kinds])
    session.flush()


def _facts(row: Edition, kinds: Collection[str]) -> dict[str, Any]:
    return {
        "code": row.code, "name": row.name_zh, "name_en": row.name_en,
        "mandatory": row.mandatory, "kinds": sorted(kinds),
        "published": row.published_on.isoformat() if row.published_on else "",
        "effective": row.effective_on.isoformat(), "source": row.source, "basis": row.basis,
        "verified": row.verified,
    }  # fmt: skip


def _tell(session: Session, edition_id: str, now: datetime) -> None:
    edition = editions.get_edition(session, edition_id)
    makers = makers_to_read(session, edition, shanghai_date(now))
    if makers:
        publish(
            session,
            EditionToRead(
                edition.id, edition.code, edition.name_zh, edition.effective_on, tuple(makers)
            ),
        )
