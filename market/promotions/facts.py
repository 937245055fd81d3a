"""What the promotions at hand ask to be known: one statement for all of it, none for nothing."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Integer, Select, String, case, func, literal, select, union_all
from sqlalchemy.orm import Session

from market.households import queries as households
from market.promotions import pieces
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
    Had,
    PromotionSpec,
    ProofState,
)


def facts_for(
    session: Session,
    specs: Sequence[PromotionSpec],
    household_id: str | None,
    had: Had | None = None,
    limits: Caps | None = None,
) -> Facts:
    """Everything the engine needs to know beside the cart.

    `had` and `limits` when they are read already: then one statement at most.
    """
    had = had or had_by(session, household_id)
    asked = _asked(specs, household_id)
    found: dict[str, list[Any]] = {}
    if asked:
        for row in session.execute(union_all(*asked)):
            found.setdefault(row.what, []).append(row)
    return Facts(
        uses=had.uses,
        used_at=had.used_at,
        stated=had.stated,
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
        asked.append(
            _fact("flag", flag.flag).where(pieces.open_to(flag.household_id, household_id))
        )
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


def had_by(session: Session, account_id: str | None) -> Had:
    """How often and when the household of an account has used each promotion; one statement."""
    if account_id is None:
        return Had()
    counter, who = PromotionHousehold, literal(account_id)
    rows = session.execute(
        select(households.stated(who).label("stated"), counter.promotion_id, counter.uses,
               counter.used_at)
        .select_from(select(literal(1).label("one")).subquery())
        .outerjoin(counter, (counter.household_id == households.counted_as(who))
                   & (counter.uses > 0))
    ).all()  # fmt: skip
    return Had(
        {row.promotion_id: row.uses for row in rows if row.promotion_id},
        {row.promotion_id: row.used_at for row in rows if row.used_at},
        bool(rows and rows[0].stated),
    )


def uses_by_household(session: Session, account_id: str | None) -> Mapping[str, int]:
    """How often the household of an account has used each promotion."""
    return had_by(session, account_id).uses


def flags_of(session: Session, household_id: str | None) -> frozenset[str]:
    """What offices confirmed of an account, or of one that they confirmed to be one household
    with it."""
    if household_id is None:
        return frozenset()
    owner = HouseholdFlag.household_id
    return frozenset(
        session.scalars(
            select(HouseholdFlag.flag).where(pieces.open_to(owner, household_id)).distinct()
        )
    )


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
        .where(proof.promotion_id.in_(ids), pieces.open_to(proof.household_id, household_id))
        .group_by(proof.promotion_id)
    )


def _groups(ids: Collection[str], household_id: str | None) -> Select[Any]:
    purchase, join = GroupPurchase, GroupJoin
    mine = (
        select(func.coalesce(func.sum(join.packs - join.bought), 0))
        .where(
            join.promotion_id == purchase.promotion_id,
            pieces.open_to(join.household_id, household_id),
        )
        .correlate(purchase)
        .scalar_subquery()
    )
    return (
        _fact(
            "group",
            purchase.promotion_id,
            first=mine,
            second=purchase.joined_packs,
            third=case((purchase.closed_at.is_not(None), 1), else_=0),
        )
        .select_from(purchase)
        .where(purchase.promotion_id.in_(ids))
    )


def _by_campaign(rows: Iterable[Any]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row.key, set()).add(row.other)
    return {key: frozenset(sellers) for key, sellers in found.items()}
