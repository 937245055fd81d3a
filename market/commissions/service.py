"""The verbs of commissions: begin a rule, end a rule. Sales already made keep what they had."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from market.audit import service as audit
from market.commissions import queries
from market.commissions.errors import (
    BoundsReversed,
    NotYours,
    RuleEnded,
    RuleNotFound,
    SameScope,
)
from market.commissions.models import CommissionRule
from market.commissions.types import RuleDraft, Scope
from market.kernel.actor import Actor

__all__ = ["begin", "end"]


def begin(session: Session, actor: Actor, draft: RuleDraft, now: datetime) -> str:
    """A new rule from `draft.starts_at`, at the earliest now. Returns its id.

    It takes the place of the rule about exactly the same lines, which ends when it begins.
    Raises NotYours, BoundsReversed, SameScope when that one has not begun or ends anyway.
    """
    if not actor.is_operator:
        raise NotYours
    if draft.max_fen is not None and draft.max_fen < (draft.min_fen or 0):
        raise BoundsReversed(field="max_fen")
    scope, starts_at = draft.scope, max(draft.starts_at, now)
    _replace(session, scope, starts_at, now)
    row = CommissionRule(
        name=draft.name,
        name_en=draft.name_en,
        rate_bp=draft.rate_bp,
        min_fen=draft.min_fen,
        max_fen=draft.max_fen,
        product_id=scope.product_id or None,
        seller_id=scope.seller_id or None,
        campaign_id=scope.campaign_id or None,
        zone=scope.zone,
        kind_code=scope.kind_code or None,
        group_code=scope.group_code or None,
        starts_at=starts_at,
        created_at=now,
        created_by=actor.account_id,
    )
    session.add(row)
    session.flush()
    _note(session, actor, "begin", row, now)
    return row.id


def _replace(session: Session, scope: Scope, at: datetime, now: datetime) -> None:
    for rule in queries.list_rules(session, now):
        if rule.scope != scope:
            continue
        if rule.ends_at is not None or rule.starts_at is None or rule.starts_at > now:
            raise SameScope(name=rule.name)
        session.execute(
            update(CommissionRule).where(CommissionRule.id == rule.id).values(ends_at=at)
        )


def end(session: Session, actor: Actor, rule_id: str, now: datetime) -> None:
    """The rule holds no more from now on. Raises NotYours, RuleNotFound, RuleEnded."""
    if not actor.is_operator:
        raise NotYours
    row = session.scalar(
        select(CommissionRule).where(CommissionRule.id == rule_id).with_for_update()
    )
    if row is None:
        raise RuleNotFound
    if row.ends_at is not None and row.ends_at <= now:
        raise RuleEnded
    row.ends_at = max(row.starts_at, now)
    session.flush()
    _note(session, actor, "end", row, now)


def _note(session: Session, actor: Actor, verb: str, row: CommissionRule, now: datetime) -> None:
    after: dict[str, Any] = {"name": row.name, "rate_bp": row.rate_bp}
    audit.record(session, actor, f"commission.{verb}", "commission", row.id, now=now, after=after)
