"""What the promotions at hand ask to be known: one statement for all of it, none for nothing."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Integer, Select, String, case, func, literal, select, union_all
from sqlalchemy.orm import Session

from market.promotions.models import (
    CampaignEnrolment,
    GroupJoin,
    GroupPurchase,
    HouseholdFlag,
    PromotionCaps,
    PromotionHousehold,
    PromotionProof,
)
from market.promotions.types import (
    BenefitKind,
    Caps,
    Facts,
    GroupState,
    PromotionSpec,
    ProofState,
)


def facts_for(
    session: Session,
    specs: Sequence[PromotionSpec],
    household_id: str | None,
    uses: Mapping[str, int] | None = None,
    limits: Caps | None = None,
) -> Facts:
    """Everything the engine needs to know beside the cart.

    `uses` and `limits` when they are read already: then one statement at most.
    """
    asked = _asked(specs, household_id)
    found: dict[str, list[Any]] = {}
    if asked:
        for row in session.execute(union_all(*asked)):
            found.setdefault(row.what, []).append(row)
    return Facts(
        uses=uses_by_household(session, household_id) if uses is None else uses,
        flags=frozenset(row.key for row in found.get("flag", ())),
        proofs={row.key: ProofState(row.first, row.second) for row in found.get("proof", ())},
        groups={
            row.key: GroupState(row.first, row.second, bool(row.third))
            for row in found.get("group", ())
        },
        enrolled=_by_campaign(found.get("enrolled", ())),
        caps=limits or (caps(session) if specs else Caps()),
    )


def _asked(specs: Sequence[PromotionSpec], household_id: str | None) -> list[Select[Any]]:
    """One statement of the same columns for each thing that some promotion asks about."""
    kinds: dict[BenefitKind, list[str]] = {}
    for spec in specs:
        kinds.setdefault(spec.benefit.kind, []).append(spec.id)
    campaigns = {x.conditions.campaign_id for x in specs if x.conditions.campaign_id}
    asked: list[Select[Any]] = []
    if household_id is not None and any(spec.conditions.flags for spec in specs):
        flag = HouseholdFlag
        asked.append(_fact("flag", flag.flag).where(flag.household_id == household_id))
    if household_id is not None and (ids := kinds.get(BenefitKind.TRADE_IN)):
        asked.append(_proofs(ids, household_id))
    if ids := kinds.get(BenefitKind.GROUP_BUY):
        asked.append(_groups(ids, household_id))
    if campaigns:
        one = CampaignEnrolment
        asked.append(
            _fact("enrolled", one.campaign_id, other=one.seller_id).where(
                one.campaign_id.in_(campaigns), one.state == "approved"
            )
        )
    return asked


def _fact(
    what: str, key: Any, *, other: Any = None, first: Any = 0, second: Any = 0, third: Any = 0
) -> Select[Any]:
    """The columns that all facts share: a text of their own and up to three numbers."""
    return select(
        literal(what, String).label("what"),
        key.label("key"),
        (literal("", String) if other is None else other).label("other"),
        *(
            (literal(value, Integer) if isinstance(value, int) else value).label(name)
            for name, value in (("first", first), ("second", second), ("third", third))
        ),
    )


def uses_by_household(session: Session, household_id: str | None) -> dict[str, int]:
    """How often a household has used each promotion."""
    if household_id is None:
        return {}
    query = select(PromotionHousehold.promotion_id, PromotionHousehold.uses).where(
        PromotionHousehold.household_id == household_id, PromotionHousehold.uses > 0
    )
    return {row.promotion_id: row.uses for row in session.execute(query)}


def flags_of(session: Session, household_id: str | None) -> frozenset[str]:
    """What offices confirmed of a household."""
    if household_id is None:
        return frozenset()
    query = select(HouseholdFlag.flag).where(HouseholdFlag.household_id == household_id)
    return frozenset(session.scalars(query))


def caps(session: Session) -> Caps:
    """The most that promotions may take off together; without a row, everything."""
    row = session.execute(select(PromotionCaps.line_bp, PromotionCaps.order_bp)).first()
    return Caps(row.line_bp, row.order_bp) if row else Caps()


def _proofs(ids: Collection[str], household_id: str) -> Select[Any]:
    proof = PromotionProof
    left = func.sum(proof.accepted - proof.used).filter(proof.state == "accepted")
    waiting = func.count().filter(proof.state == "waiting")
    return (
        _fact("proof", proof.promotion_id, first=func.coalesce(left, 0), second=waiting)
        .where(proof.promotion_id.in_(ids), proof.household_id == household_id)
        .group_by(proof.promotion_id)
    )


def _groups(ids: Collection[str], household_id: str | None) -> Select[Any]:
    purchase, join = GroupPurchase, GroupJoin
    mine = (join.promotion_id == purchase.promotion_id) & (join.household_id == household_id)
    return (
        _fact(
            "group",
            purchase.promotion_id,
            first=func.coalesce(join.packs - join.bought, 0),
            second=purchase.joined_packs,
            third=case((purchase.closed_at.is_not(None), 1), else_=0),
        )
        .select_from(purchase)
        .outerjoin(join, mine)
        .where(purchase.promotion_id.in_(ids))
    )


def _by_campaign(rows: Iterable[Any]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row.key, set()).add(row.other)
    return {key: frozenset(sellers) for key, sellers in found.items()}
