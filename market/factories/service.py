"""Entering and confirming what is said of a maker's works; confirmed marks are copied onto the
seller, so that its pages need no other statement."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.audit import service as audit
from market.factories import queries, rules
from market.factories.errors import (
    ClaimNotFound,
    NotAMaker,
    NotAsked,
    NotStanding,
    NotWaiting,
    OutsideYourRegion,
    ReasonMissing,
)
from market.factories.events import ClaimDecided, ClaimSubmitted
from market.factories.models import FactoryClaim
from market.factories.types import ClaimDraft, ClaimState
from market.kernel.actor import Actor
from market.kernel.clock import shanghai_date
from market.kernel.events import publish
from market.kernel.ids import new_id
from market.kernel.region_code import RegionCode
from market.media import service as media
from market.media.service import NewFile
from market.sellers import queries as sellers
from market.sellers import service as shops
from market.sellers.types import FactoryMark, SellerKind

EVIDENCE = "factory_claim"


def enter(
    session: Session, actor: Actor, seller_id: str, draft: ClaimDraft, evidence: NewFile, *,
    now: datetime,
) -> str:  # fmt: skip
    """Hand a claim in with its proof; returns its id.

    Raises SellerNotFound for another seller's desk, NotAMaker, and what `rules.check` raises.
    """
    seller = sellers.get_own(session, actor, seller_id)
    if seller.kind is not SellerKind.MANUFACTURER:
        raise NotAMaker
    rules.check(draft, shanghai_date(now))
    row = FactoryClaim(
        id=new_id(), seller_id=seller_id, region_code=seller.region.digits,
        kind=draft.kind.value, slot=rules.slot(draft), key=draft.key, title=draft.title.strip(),
        level=draft.level, list_no=draft.list_no, share=draft.share, issuer=draft.issuer,
        year=draft.year, issued_on=draft.issued_on, expires_on=draft.expires_on,
        evidence_file_id=evidence.id, submitted_by=actor.account_id or "", submitted_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    media.attach(session, evidence, EVIDENCE, row.id, now=now)
    publish(session, ClaimSubmitted(row.id, seller.name, row.region_code))
    return row.id


def answer(session: Session, actor: Actor, claim_id: str, words: str, *, now: datetime) -> None:
    """Answer the official's question. Raises ClaimNotFound, ReasonMissing, NotAsked."""
    row = _own(session, actor, claim_id)
    if not words.strip():
        raise ReasonMissing(field="answer")
    if row.state != ClaimState.ASKED:
        raise NotAsked
    row.state, row.answer, row.submitted_at = ClaimState.ANSWERED.value, words.strip(), now
    session.flush()
    name = sellers.get_seller(session, row.seller_id).name
    publish(session, ClaimSubmitted(row.id, name, row.region_code))


def withdraw(session: Session, actor: Actor, claim_id: str, *, now: datetime) -> None:
    """Take one's own claim back, whatever its state. Raises ClaimNotFound, NotStanding."""
    row = _own(session, actor, claim_id)
    if row.state in (ClaimState.REFUSED, ClaimState.ENDED):
        raise NotStanding
    _end(session, actor, row, "", now)


def approve(
    session: Session, actor: Actor, claim_id: str, note: str = "", *, now: datetime
) -> None:
    """Confirm a claim: it is public from now on, and replaces an earlier one of its kind.

    Raises ClaimNotFound, OutsideYourRegion, NotWaiting, as all decisions here do.
    """
    row = _waiting(session, actor, claim_id)
    rules.check(queries.draft_of(row), shanghai_date(now))
    standing = session.scalars(
        select(FactoryClaim).where(
            FactoryClaim.seller_id == row.seller_id, FactoryClaim.slot == row.slot,
            FactoryClaim.state == ClaimState.APPROVED,
        )
    )  # fmt: skip
    for older in standing:
        older.state = ClaimState.ENDED.value
    session.flush()
    _decide(session, actor, row, ClaimState.APPROVED, note, now)
    _note(session, row.seller_id)


def ask(session: Session, actor: Actor, claim_id: str, question: str, *, now: datetime) -> None:
    """Ask the maker to explain. Raises ReasonMissing without a question."""
    row = _waiting(session, actor, claim_id)
    if not question.strip():
        raise ReasonMissing(field="reason")
    row.question = question.strip()
    _decide(session, actor, row, ClaimState.ASKED, question, now)


def refuse(session: Session, actor: Actor, claim_id: str, reason: str, *, now: datetime) -> None:
    """Refuse a claim for good. Raises ReasonMissing without a reason."""
    row = _waiting(session, actor, claim_id)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    _decide(session, actor, row, ClaimState.REFUSED, reason, now)


def revoke(session: Session, actor: Actor, claim_id: str, reason: str, *, now: datetime) -> None:
    """Take a confirmed claim out of the profile. Raises ReasonMissing, NotStanding."""
    row = _governed(session, actor, claim_id)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    if row.state != ClaimState.APPROVED:
        raise NotStanding
    _end(session, actor, row, reason.strip(), now)
    publish(session, ClaimDecided(row.id, row.seller_id, "ended", row.reason))


def _end(session: Session, actor: Actor, row: FactoryClaim, reason: str, now: datetime) -> None:
    before, row.state, row.reason = row.state, ClaimState.ENDED.value, reason
    session.flush()
    _audit(session, actor, row, "end", before, now)
    if before == ClaimState.APPROVED:
        _note(session, row.seller_id)


def _decide(
    session: Session, actor: Actor, row: FactoryClaim, state: ClaimState, reason: str,
    now: datetime,
) -> None:  # fmt: skip
    before, row.state, row.reason = row.state, state.value, reason.strip()
    row.decided_by, row.decided_at = actor.account_id or "", now
    session.flush()
    verb = {"approved": "approve", "asked": "ask", "refused": "refuse"}[state.value]
    _audit(session, actor, row, verb, before, now)
    publish(session, ClaimDecided(row.id, row.seller_id, state.value, row.reason))


def _note(session: Session, seller_id: str) -> None:
    """Copy what is confirmed onto the seller; each mark carries its own last day."""
    rows = session.scalars(
        select(FactoryClaim)
        .where(FactoryClaim.seller_id == seller_id, FactoryClaim.state == ClaimState.APPROVED)
        .order_by(FactoryClaim.kind, FactoryClaim.key, FactoryClaim.id)
    )
    shops.note_factory(session, seller_id, [_mark(row) for row in rows])


def _mark(row: FactoryClaim) -> FactoryMark:
    return FactoryMark(
        row.kind, row.key, row.title, row.issuer, row.year, row.expires_on, row.issued_on
    )


def _own(session: Session, actor: Actor, claim_id: str) -> FactoryClaim:
    row = session.get(FactoryClaim, claim_id, with_for_update=True, populate_existing=True)
    if row is None or not actor.is_member_of_seller(row.seller_id):
        raise ClaimNotFound
    return row


def _governed(session: Session, actor: Actor, claim_id: str) -> FactoryClaim:
    row = session.get(FactoryClaim, claim_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise ClaimNotFound
    if not actor.governs(RegionCode(row.region_code)):
        raise OutsideYourRegion
    return row


def _waiting(session: Session, actor: Actor, claim_id: str) -> FactoryClaim:
    row = _governed(session, actor, claim_id)
    if row.state not in (ClaimState.SUBMITTED, ClaimState.ANSWERED):
        raise NotWaiting
    return row


def _audit(
    session: Session, actor: Actor, row: FactoryClaim, verb: str, before: str, now: datetime
) -> None:
    after: dict[str, Any] = {"state": row.state, "reason": row.reason}
    audit.record(
        session, actor, f"factory_claim.{verb}", "factory_claim", row.id, now=now,
        before={"state": before}, after=after, region=row.region_code,
    )  # fmt: skip
