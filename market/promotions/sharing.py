"""A seller asks the platform to bear a part of what its promotion takes off; an operator answers.

Without a yes to the draft as it stands it cannot be scheduled. What is agreed to is the whole
draft but its names: any other change makes the answer void.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, select, update
from sqlalchemy.orm import Session

from market.audit import service as audit
from market.db.backlog import backlog
from market.kernel.actor import Actor, need_operator
from market.kernel.backlog import Backlog
from market.kernel.errors import Forbidden
from market.kernel.events import publish
from market.kernel.money import Fen, format_fen
from market.kernel.paging import PAGE_SIZE, Page, offset
from market.promotions import mapping, queries, rules
from market.promotions.errors import (
    BudgetBeyondShare,
    NotADraft,
    NothingToShare,
    PromotionNotFound,
    RefusalUnexplained,
    ShareMoved,
    ShareNotAgreed,
)
from market.promotions.events import ShareAsked, ShareDecided
from market.promotions.models import Promotion, PromotionShare
from market.promotions.types import Owner, PromotionDraft, PromotionView, ShareView
from market.sellers import queries as sellers


def share_of(session: Session, seen: PromotionView) -> ShareView | None:
    """Where the platform's part of a seller's promotion stands; None when it asks for none."""
    if seen.ownership.owner is not Owner.SELLER or not seen.draft.bearings:
        return None
    part = rules.part_of_platform(seen.draft.bearings)
    most = rules.most_borne(seen.draft.budget_fen or 0, part)
    row = session.get(PromotionShare, seen.id)
    if row is None:
        return ShareView(seen.id, "unsent", 0, part, most, "", None, None)
    return ShareView(
        seen.id, row.state, row.round, part, most, row.reason, row.asked_at, row.decided_at
    )


def ask(session: Session, actor: Actor, promotion_id: str, now: datetime) -> None:
    """Send a draft to the platform; operators are told. Nothing more happens while it waits.

    Raises what `managed_row` raises, NothingToShare, NotADraft, AlreadyOver and the refusals of
    `rules`.
    """
    row = queries.locked_row(session, actor, promotion_id)
    owner = mapping.ownership_of(row)
    draft = mapping.draft_of(row, queries.prefixes_of(session, [row.id]).get(row.id, []))
    if owner.owner is not Owner.SELLER or not draft.bearings:
        raise NothingToShare
    if row.state != "draft":
        raise NotADraft
    rules.check_not_over(row.ends_at, now)
    rules.check(draft)
    rules.check_bearings(draft, owner)
    share = session.get(PromotionShare, row.id, populate_existing=True)
    if share is None:
        share = PromotionShare(promotion_id=row.id, round=0)
        session.add(share)
    elif share.state in ("asked", "accepted"):
        return
    share.state, share.round, share.reason = "asked", share.round + 1, ""
    share.platform_bp = rules.part_of_platform(draft.bearings)
    share.budget_fen = draft.budget_fen or 0
    share.asked_at, share.asked_by = now, actor.account_id
    share.decided_at = share.decided_by = None
    session.flush()
    most = rules.most_borne(share.budget_fen, share.platform_bp)
    audit.record(
        session, actor, "promotion.share_ask", "promotion", row.id, now=now,
        after={"name": row.name, "platform_bp": share.platform_bp, "most_fen": most},
    )  # fmt: skip
    seller_id = row.seller_id or ""
    named = sellers.sellers_by_ids(session, {seller_id}).get(seller_id)
    publish(session, ShareAsked(
        row.id, row.name, named.name if named else "", share.platform_bp, most, now,
    ))  # fmt: skip


def decide(
    session: Session, actor: Actor, promotion_id: str, number: int, *, accept: bool, reason: str,
    now: datetime,
) -> None:  # fmt: skip
    """An operator agrees to what was asked the `number`th time, or refuses and says why.

    Raises Forbidden, PromotionNotFound, RefusalUnexplained, ShareMoved, AlreadyOver.
    """
    need_operator(actor)
    row = queries.locked_row(session, actor, promotion_id)
    share = session.get(PromotionShare, row.id, populate_existing=True)
    if share is None:
        raise PromotionNotFound
    if row.seller_id in actor.seller_ids:
        raise Forbidden  # nobody answers what the own shop asks for
    reason = reason.strip()[:300]
    if not accept and not reason:
        raise RefusalUnexplained(field="reason")
    if row.state != "draft":
        raise ShareMoved
    if accept:
        rules.check_not_over(row.ends_at, now)
    state = "accepted" if accept else "refused"
    answered = session.execute(
        update(PromotionShare)
        .where(
            PromotionShare.promotion_id == row.id,
            PromotionShare.state == "asked",
            PromotionShare.round == number,
        )
        .values(state=state, reason=reason, decided_at=now, decided_by=actor.account_id)
        .execution_options(synchronize_session=False)
    )
    if cast("CursorResult[Any]", answered).rowcount != 1:
        raise ShareMoved
    session.refresh(share)
    audit.record(
        session, actor, "promotion.share_accept" if accept else "promotion.share_refuse",
        "promotion", row.id, now=now, before={"state": "asked", "round": number},
        after={
            "name": row.name, "state": state, "reason": reason, "platform_bp": share.platform_bp,
            "budget_fen": share.budget_fen,
        },
    )  # fmt: skip
    publish(session, ShareDecided(
        row.id, row.name, row.seller_id or "", state, share.platform_bp, reason, now,
    ))  # fmt: skip


def note_change(
    session: Session, row: Promotion, before: PromotionDraft, after: PromotionDraft
) -> None:
    """A draft was changed: what was asked or agreed to before does not hold for it."""
    if _but_names(before) == _but_names(after):
        return
    share = session.get(PromotionShare, row.id, populate_existing=True)
    if share is not None and share.state in ("asked", "accepted"):
        share.state = "void"
        session.flush()


def check_agreed(session: Session, row: Promotion) -> None:
    """Raises ShareNotAgreed unless the platform agreed to its part and to the budget."""
    if not _is_shared(row):
        return
    part = rules.part_of_platform(mapping.draft_of(row, ()).bearings)
    share = session.get(PromotionShare, row.id, populate_existing=True)
    if share is None or share.state != "accepted":
        raise ShareNotAgreed
    if (share.platform_bp, share.budget_fen) != (part, row.budget_fen):
        raise ShareNotAgreed


def check_budget(session: Session, actor: Actor, row: Promotion, budget_fen: Fen) -> None:
    """A seller never raises the budget of a shared promotion beyond what was agreed to; an
    operator does, and agrees with it. Raises BudgetBeyondShare."""
    if not _is_shared(row):
        return
    share = session.get(PromotionShare, row.id, populate_existing=True)
    agreed = share.budget_fen if share is not None and share.state == "accepted" else 0
    if budget_fen <= agreed:
        return
    if share is None or not actor.is_operator:
        raise BudgetBeyondShare(field="budget_fen", agreed=format_fen(agreed))
    share.budget_fen = budget_fen
    session.flush()


def shares_waiting(session: Session, before: datetime, now: datetime) -> Backlog:
    """What sellers ask the platform to share; late since `before`."""
    return backlog(session, PromotionShare.asked_at, before, *_waiting(now))


def waiting_page(
    session: Session, actor: Actor, now: datetime, number: int
) -> Page[tuple[PromotionView, ShareView]]:
    """The same, the oldest first. Raises Forbidden for all but operators."""
    need_operator(actor)
    rows = session.scalars(
        select(Promotion)
        .where(*_waiting(now))
        .order_by(PromotionShare.asked_at, Promotion.id)
        .limit(PAGE_SIZE)
        .offset(offset(number))
    ).all()
    prefixes = queries.prefixes_of(session, [row.id for row in rows])
    views = [mapping.view_of(row, prefixes.get(row.id, []), now) for row in rows]
    pairs = [(seen, share_of(session, seen)) for seen in views]
    total = shares_waiting(session, now, now).waiting
    return Page([(seen, share) for seen, share in pairs if share is not None], total, number)


def get_asked(
    session: Session, actor: Actor, promotion_id: str, now: datetime
) -> tuple[PromotionView, ShareView]:
    """A promotion whose part was asked for, for the operator's page, also after the answer.

    Raises Forbidden, PromotionNotFound.
    """
    need_operator(actor)
    seen = queries.get_managed(session, actor, promotion_id, now)
    share = share_of(session, seen)
    if share is None or share.state == "unsent":
        raise PromotionNotFound
    return seen, share


def _is_shared(row: Promotion) -> bool:
    return row.owner == Owner.SELLER.value and bool(row.terms.get("bearings"))


def _waiting(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        PromotionShare.state == "asked",
        PromotionShare.promotion_id == Promotion.id,
        Promotion.state == "draft",
        Promotion.ends_at > now,
    )


def _but_names(draft: PromotionDraft) -> PromotionDraft:
    return replace(draft, name="", name_en="")
