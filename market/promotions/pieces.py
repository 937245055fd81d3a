"""What a household brought along: old pieces handed in, packs it joined a purchase with.

Both are used up by orders like a budget: taken by a conditional UPDATE, given back when the
order is off.
"""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from market.promotions.errors import PiecesUsedUp
from market.promotions.models import GroupJoin, Promotion, PromotionProof


def take(session: Session, promotion: Promotion, household_id: str, packs: int) -> None:
    """Use up pieces or packs, all or none. Raises PiecesUsedUp."""
    kind = promotion.benefit["kind"]
    if kind == "group_buy" and not _count_joined(session, promotion.id, household_id, packs):
        raise PiecesUsedUp(promotion.id, promotion.name)
    if kind == "trade_in":
        _take_proofs(session, promotion, household_id, packs)


def give_back(session: Session, promotion_id: str, household_id: str, packs: int) -> None:
    """The order is off: what it used can be used again. Other kinds have nothing here."""
    _count_joined(session, promotion_id, household_id, -packs)
    left = packs
    for proof_id, _, used in _proofs(session, promotion_id, household_id):
        count = min(left, used)
        if count and _count_proof(session, proof_id, -count):
            left -= count


def _count_joined(session: Session, promotion_id: str, household_id: str, packs: int) -> bool:
    bought = GroupJoin.bought + packs
    result = session.execute(
        update(GroupJoin)
        .where(
            GroupJoin.promotion_id == promotion_id,
            GroupJoin.household_id == household_id,
            bought >= 0,
            bought <= GroupJoin.packs,
        )
        .values(bought=bought)
        .execution_options(synchronize_session=False)
    )
    return bool(result.rowcount == 1)  # type: ignore[attr-defined]


def _take_proofs(session: Session, promotion: Promotion, household_id: str, packs: int) -> None:
    left = packs
    for proof_id, accepted, used in _proofs(session, promotion.id, household_id):
        count = min(left, accepted - used)
        if count > 0 and _count_proof(session, proof_id, count):
            left -= count
    if left:
        raise PiecesUsedUp(promotion.id, promotion.name)


def _proofs(session: Session, promotion_id: str, household_id: str) -> list[tuple[str, int, int]]:
    rows = session.execute(
        select(PromotionProof.id, PromotionProof.accepted, PromotionProof.used)
        .where(
            PromotionProof.promotion_id == promotion_id,
            PromotionProof.household_id == household_id,
            PromotionProof.state == "accepted",
        )
        .order_by(PromotionProof.id)
        .with_for_update()
    )
    return [(row.id, row.accepted, row.used) for row in rows]


def _count_proof(session: Session, proof_id: str, pieces: int) -> bool:
    used = PromotionProof.used + pieces
    result = session.execute(
        update(PromotionProof)
        .where(PromotionProof.id == proof_id, used >= 0, used <= PromotionProof.accepted)
        .values(used=used)
        .execution_options(synchronize_session=False)
    )
    return bool(result.rowcount == 1)  # type: ignore[attr-defined]
