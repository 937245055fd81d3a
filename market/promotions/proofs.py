"""Old pieces handed in for a trade-in: sent with a picture, looked at, accepted or refused."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.audit import service as audit
from market.kernel.actor import Actor
from market.kernel.events import publish
from market.media import service as media
from market.media.service import NewFile
from market.promotions import queries
from market.promotions.errors import (
    MorePiecesThanSent,
    NoPiecesUnexplained,
    PromotionNotFound,
    ProofDecided,
    ProofNotFound,
)
from market.promotions.events import OldPiecesDecided
from market.promotions.models import PromotionProof
from market.promotions.types import ProofView

OWNER = "promotion_proof"


def send(
    session: Session, promotion_id: str, household_id: str, pieces: int, note: str, file: NewFile,
    now: datetime,
) -> str:  # fmt: skip
    """Hand in; returns the proof's id. Raises PromotionNotFound."""
    row = queries.row_of(session, promotion_id)
    running = row.state == "live" and row.starts_at <= now < row.ends_at
    if row.benefit["kind"] != "trade_in" or not running:
        raise PromotionNotFound
    proof = PromotionProof(
        promotion_id=promotion_id, household_id=household_id, pieces=pieces, note=note[:300],
        file_id=file.id, sent_at=now,
    )  # fmt: skip
    session.add(proof)
    session.flush()
    media.attach(session, file, OWNER, proof.id, now=now)
    return proof.id


def decide(
    session: Session, actor: Actor, proof_id: str, accepted: int, reason: str, now: datetime
) -> None:
    """Accept so many pieces, or none with a reason; the household is told.

    Raises ProofNotFound, ProofDecided, MorePiecesThanSent, NoPiecesUnexplained.
    """
    proof = _managed(session, actor, proof_id, lock=True)
    if proof.state != "waiting":
        raise ProofDecided
    if accepted > proof.pieces:
        raise MorePiecesThanSent(sent=proof.pieces, field="accepted")
    if accepted <= 0 and not reason.strip():
        raise NoPiecesUnexplained(field="reason")
    proof.accepted = max(0, accepted)
    proof.state = "accepted" if proof.accepted else "refused"
    proof.reason, proof.decided_at, proof.decided_by = reason[:300], now, actor.account_id
    session.flush()
    audit.record(
        session, actor, f"promotion_proof.{proof.state}", "promotion_proof", proof.id, now=now,
        after={"accepted": proof.accepted, "reason": proof.reason},
    )  # fmt: skip
    row = queries.row_of(session, proof.promotion_id)
    publish(
        session,
        OldPiecesDecided(
            proof.id, row.id, row.name, proof.household_id, proof.pieces, proof.accepted,
            proof.reason, now,
        ),
    )  # fmt: skip


def mine(session: Session, promotion_id: str, household_id: str | None) -> list[ProofView]:
    """What a household handed in, newest first."""
    if household_id is None:
        return []
    query = select(PromotionProof).where(
        PromotionProof.promotion_id == promotion_id, PromotionProof.household_id == household_id
    )
    return [_view(row) for row in session.scalars(query.order_by(PromotionProof.id.desc()))]


def sent_to(session: Session, promotion_id: str, limit: int = 50) -> list[ProofView]:
    """What was handed in for a promotion: the waiting ones first, oldest first."""
    query = (
        select(PromotionProof)
        .where(PromotionProof.promotion_id == promotion_id)
        .order_by(PromotionProof.state != "waiting", PromotionProof.id)
        .limit(limit)
    )
    return [_view(row) for row in session.scalars(query)]


def managed_promotion(session: Session, actor: Actor, proof_id: str) -> str:
    """The promotion of a proof that `actor` decides on. Raises ProofNotFound, OutsideYourRegion."""
    return _managed(session, actor, proof_id).promotion_id


def file_of(session: Session, actor: Actor, proof_id: str) -> str:
    """The file of a proof, for whoever decides on it or sent it. Raises ProofNotFound."""
    proof = session.get(PromotionProof, proof_id)
    if proof is not None and proof.household_id == actor.account_id:
        return proof.file_id
    return _managed(session, actor, proof_id).file_id


def _managed(
    session: Session, actor: Actor, proof_id: str, *, lock: bool = False
) -> PromotionProof:
    proof = session.get(PromotionProof, proof_id, with_for_update=lock or None)
    if proof is None:
        raise ProofNotFound
    try:
        queries.managed_row(session, actor, proof.promotion_id)
    except PromotionNotFound as unknown:
        raise ProofNotFound from unknown
    return proof


def _view(row: PromotionProof) -> ProofView:
    return ProofView(
        row.id, row.promotion_id, row.household_id, row.pieces, row.accepted, row.used, row.note,
        row.file_id, row.state, row.reason, row.sent_at,
    )  # fmt: skip
