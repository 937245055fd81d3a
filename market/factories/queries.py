"""Reads of factory profiles; frozen values out, a fixed number of statements each."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.db.backlog import backlog
from market.db.region_filter import governed_by
from market.factories import rules
from market.factories.errors import ClaimNotFound, OutsideYourRegion
from market.factories.models import FactoryClaim
from market.factories.types import ClaimDraft, ClaimKind, ClaimState, ClaimView
from market.kernel.actor import Actor
from market.kernel.backlog import Backlog
from market.kernel.clock import shanghai_date
from market.kernel.paging import PAGE_SIZE, Page, offset
from market.kernel.region_code import RegionCode
from market.sellers import queries as sellers

_KINDS = [kind.value for kind in ClaimKind]


def profile_of(session: Session, seller_id: str, now: datetime) -> list[ClaimView]:
    """What is confirmed of a maker's works and holds now, by kind."""
    rows = session.scalars(
        select(FactoryClaim).where(
            FactoryClaim.seller_id == seller_id, FactoryClaim.state == ClaimState.APPROVED
        )
    ).all()
    views = [view for view in _views(session, rows, now) if view.is_public]
    return sorted(views, key=lambda one: (_KINDS.index(one.draft.kind), one.draft.key, one.id))


def list_of_seller(session: Session, seller_id: str, now: datetime) -> list[ClaimView]:
    """Everything a maker entered, newest first."""
    rows = session.scalars(
        select(FactoryClaim)
        .where(FactoryClaim.seller_id == seller_id)
        .order_by(FactoryClaim.submitted_at.desc(), FactoryClaim.id.desc())
        .limit(200)
    ).all()
    return _views(session, rows, now)


def get_own(session: Session, actor: Actor, claim_id: str, now: datetime) -> ClaimView:
    """A claim for its maker's people. Raises ClaimNotFound for anyone else's."""
    row = _row(session, claim_id)
    if not actor.is_member_of_seller(row.seller_id):
        raise ClaimNotFound
    return _views(session, [row], now)[0]


def get_public(session: Session, seller_id: str, claim_id: str, now: datetime) -> ClaimView:
    """A confirmed claim that holds now. Raises ClaimNotFound."""
    row = _row(session, claim_id)
    view = _views(session, [row], now)[0]
    if row.seller_id != seller_id or not view.is_public:
        raise ClaimNotFound
    return view


def get_for_review(session: Session, actor: Actor, claim_id: str, now: datetime) -> ClaimView:
    """A claim of the actor's subtree. Raises ClaimNotFound, OutsideYourRegion."""
    row = _row(session, claim_id)
    if not actor.governs(RegionCode(row.region_code)):
        raise OutsideYourRegion
    return _views(session, [row], now)[0]


def list_for_review(
    session: Session, actor: Actor, shown: str, now: datetime, number: int = 1
) -> Page[ClaimView]:
    """Claims of the actor's subtree, longest waiting first: one of `LISTS`."""
    wanted = (governed_by(actor, FactoryClaim.region_code), FactoryClaim.state.in_(LISTS[shown]))
    total = session.scalar(select(func.count()).select_from(FactoryClaim).where(*wanted)) or 0
    rows = session.scalars(
        select(FactoryClaim)
        .where(*wanted)
        .order_by(FactoryClaim.submitted_at, FactoryClaim.id)
        .limit(PAGE_SIZE)
        .offset(offset(number))
    ).all()
    return Page(_views(session, rows, now), total, max(1, number))


def counts_for_review(session: Session, actor: Actor) -> dict[str, int]:
    """How many claims each of the lists holds."""
    rows = session.execute(
        select(FactoryClaim.state, func.count())
        .where(governed_by(actor, FactoryClaim.region_code))
        .group_by(FactoryClaim.state)
    )
    found = {row[0]: row[1] for row in rows}
    return {key: sum(found.get(state, 0) for state in states) for key, states in LISTS.items()}


def waiting(session: Session, actor: Actor, before: datetime) -> Backlog:
    """Claims of the actor's subtree that wait; late since `before`."""
    return backlog(
        session, FactoryClaim.submitted_at, before,
        governed_by(actor, FactoryClaim.region_code), FactoryClaim.state.in_(LISTS["waiting"]),
    )  # fmt: skip


def asked_of_seller(session: Session, seller_id: str) -> int:
    """How many claims of a maker the official has a question about."""
    query = select(func.count()).select_from(FactoryClaim).where(
        FactoryClaim.seller_id == seller_id, FactoryClaim.state == ClaimState.ASKED
    )  # fmt: skip
    return session.scalar(query) or 0


def evidence_file(session: Session, claim_id: str) -> str:
    """The id of the proof. Raises ClaimNotFound."""
    return _row(session, claim_id).evidence_file_id


LISTS: dict[str, tuple[str, ...]] = {
    "waiting": (ClaimState.SUBMITTED.value, ClaimState.ANSWERED.value),
    "asked": (ClaimState.ASKED.value,),
    "approved": (ClaimState.APPROVED.value,),
    "refused": (ClaimState.REFUSED.value, ClaimState.ENDED.value),
}


def _row(session: Session, claim_id: str) -> FactoryClaim:
    row = session.get(FactoryClaim, claim_id)
    if row is None:
        raise ClaimNotFound
    return row


def _views(session: Session, rows: Sequence[FactoryClaim], now: datetime) -> list[ClaimView]:
    names = sellers.sellers_by_ids(session, {row.seller_id for row in rows})
    today = shanghai_date(now)
    return [_view(row, names[row.seller_id].name, today) for row in rows]


def _view(row: FactoryClaim, name: str, today: date) -> ClaimView:
    return ClaimView(
        id=row.id,
        seller_id=row.seller_id,
        seller_name=name,
        region_code=row.region_code,
        draft=draft_of(row),
        state=rules.state_on(row.state, row.expires_on, today),
        question=row.question,
        answer=row.answer,
        reason=row.reason,
        submitted_at=row.submitted_at,
        decided_at=row.decided_at,
    )


def draft_of(row: FactoryClaim) -> ClaimDraft:
    """What the maker filled in."""
    return ClaimDraft(
        kind=ClaimKind(row.kind), issuer=row.issuer, year=row.year, key=row.key, title=row.title,
        level=row.level, list_no=row.list_no, share=row.share, expires_on=row.expires_on,
        issued_on=row.issued_on,
    )  # fmt: skip
