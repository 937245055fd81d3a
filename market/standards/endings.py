"""An edition is superseded or withdrawn from a day on; what follows when the day has come."""

from collections import defaultdict
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market.audit import service as audit
from market.catalogue import queries as catalogue
from market.kernel.actor import Actor, need_operator
from market.kernel.clock import shanghai_date
from market.kernel.events import publish
from market.kernel.ids import new_id
from market.standards import citations, copies, editions, rules
from market.standards.errors import (
    CodeUnknown,
    CodeWrong,
    EndedAlready,
    EndingNotFound,
    ReasonMissing,
    SuccessorNotYet,
    SupersedesItself,
    TransitionNotAsked,
    TransitionTooEarly,
)
from market.standards.events import EditionEnded
from market.standards.models import Edition, Ending
from market.standards.types import EditionView, EndingDraft, Reach

LATELY = timedelta(hours=1)
_MOST = 200  # editions gone through again in one run


def look(session: Session, actor: Actor, edition_id: str, draft: EndingDraft) -> Reach:
    """Whom an ending would concern; nothing is written. Raises as `end_edition`."""
    _checked(session, actor, edition_id, draft)
    return citations.reach_of(session, editions.get_edition(session, edition_id))


def end_edition(
    session: Session, actor: Actor, edition_id: str, draft: EndingDraft, *, now: datetime
) -> str:
    """Let an edition be superseded or withdrawn from a day on; returns the id of the ending.

    What cites it carries that at once; makers hear of it when the day has come. Raises
    Forbidden, StandardNotFound, CodeWrong, CodeUnknown, SupersedesItself, SuccessorNotYet,
    TransitionTooEarly, TransitionNotAsked, EndedAlready.
    """
    successor = _checked(session, actor, edition_id, draft)
    edition = editions.get_edition(session, edition_id)
    row = Ending(
        id=new_id(), edition_id=edition_id, successor_id=successor and successor.id,
        from_on=draft.from_on, until_on=draft.until, basis=draft.basis, made_at=now,
        made_by=actor.display_name,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise EndedAlready(code=edition.code) from None
    _touch(session, edition_id, now)
    after = {
        "ending": row.id, "by": successor.code if successor else "",
        "from": draft.from_on.isoformat(), "until": draft.until.isoformat() if draft.until else "",
        "basis": draft.basis,
    }  # fmt: skip
    audit.record(
        session, actor, "standard.end", "standard_edition", edition_id, now=now, after=after
    )
    _refresh(session, edition)
    sweep(session, now)
    return row.id


def cancel_ending(
    session: Session, actor: Actor, ending_id: str, reason: str, *, now: datetime
) -> str:
    """Take an ending back that was entered wrongly; returns the id of the standard.

    Raises Forbidden, EndingNotFound, ReasonMissing.
    """
    need_operator(actor)
    edition = editions.edition_of_ending(session, ending_id)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    taken = session.execute(
        update(Ending)
        .where(Ending.id == ending_id, Ending.cancelled_at.is_(None))
        .values(
            cancelled_at=now, cancelled_by=actor.display_name or "-",
            cancelled_reason=reason.strip(),
        )
        .execution_options(synchronize_session="fetch")
    )  # fmt: skip
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise EndingNotFound
    _touch(session, edition.id, now)
    ending = edition.ending
    audit.record(
        session, actor, "standard.cancel_ending", "standard_edition", edition.id, now=now,
        before={"ending": ending_id, "by": ending.by if ending else ""},
        after={"reason": reason.strip()},
    )  # fmt: skip
    _refresh(session, edition)
    return edition.standard_id


def sweep(session: Session, now: datetime) -> int:
    """Tell the makers of goods that cite what is superseded or withdrawn since it was last
    looked; each ending once. Returns how many endings there were."""
    due = session.scalars(
        select(Ending.id)
        .where(
            Ending.from_on <= shanghai_date(now), Ending.told_at.is_(None),
            Ending.cancelled_at.is_(None),
        )
        .order_by(Ending.from_on, Ending.id)
    ).all()  # fmt: skip
    told = 0
    for ending_id in due:
        taken = session.execute(
            update(Ending)
            .where(Ending.id == ending_id, Ending.told_at.is_(None))
            .values(told_at=now)
            .execution_options(synchronize_session="fetch")
        )
        if taken.rowcount == 1:  # type: ignore[attr-defined]
            _tell(session, editions.edition_of_ending(session, ending_id))
            told += 1
    return told


def settle(session: Session, now: datetime) -> int:
    """`sweep`, and what editions changed lately is written onto their goods once more: somebody
    may have written the details of a product while the library was being changed."""
    told = sweep(session, now)
    lately = editions.changed_since(session, now - LATELY, None, _MOST)
    bodies = {code.body for one in lately for code in rules.codes(one.code)}
    for body in sorted(bodies):
        copies.refresh_body(session, body)
    return told


def _tell(session: Session, edition: EditionView) -> None:
    ending = edition.ending
    if ending is None:
        return
    by_maker: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for one in catalogue.products_of_texts(session, citations.texts_citing(session, edition)):
        by_maker[one.maker_id].append((one.id, one.name_zh))
    for maker_id, products in sorted(by_maker.items()):
        event = EditionEnded(
            ending.id, edition.code, ending.by, ending.from_on, maker_id, tuple(products)
        )
        publish(session, event)


def _checked(
    session: Session, actor: Actor, edition_id: str, draft: EndingDraft
) -> EditionView | None:
    """The edition that is to replace it, None when nothing is."""
    need_operator(actor)
    edition = editions.get_edition(session, edition_id)
    if edition.ending is not None:
        raise EndedAlready(code=edition.code)
    if not draft.by:
        if draft.until is not None:
            raise TransitionNotAsked(field="until")
        return None
    code = rules.edition_code(draft.by)
    if code is None:
        raise CodeWrong(field="by")
    successor = editions.find_edition(session, code)
    if successor is None:
        raise CodeUnknown(field="by", code=code.text)
    if rules.leads_to(successor.id, edition_id, editions.successors(session)):
        raise SupersedesItself(field="by", code=successor.code)
    if successor.effective_on > draft.from_on:
        day = successor.effective_on.isoformat()
        raise SuccessorNotYet(field="from_on", code=successor.code, day=day)
    if draft.until is not None and draft.until < draft.from_on:
        raise TransitionTooEarly(field="until")
    return successor


def _touch(session: Session, edition_id: str, now: datetime) -> None:
    row = session.get_one(Edition, edition_id)
    row.updated_at = now
    session.flush()


def _refresh(session: Session, edition: EditionView) -> None:
    code = rules.edition_code(edition.code)
    if code is not None:
        copies.refresh_body(session, code.body)
