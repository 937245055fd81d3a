"""The life of a scheme: draft, published, paused, ended; every step is audited."""

from datetime import datetime

from sqlalchemy.orm import Session

from market.audit import service as audit
from market.kernel.actor import Actor
from market.kernel.errors import Forbidden
from market.kernel.ids import new_code
from market.kernel.money import format_fen
from market.kernel.region_code import RegionCode
from market.subsidies import drafting, funds, mapping, places
from market.subsidies.errors import (
    BudgetBelowTaken,
    NotADraft,
    NotPossibleNow,
    ReasonMissing,
    RegionNotYours,
    SchemeOver,
)
from market.subsidies.models import SubsidyScheme
from market.subsidies.queries import managed_row
from market.subsidies.types import SchemeDraft

CODE_LENGTH = 6


def create_scheme(
    session: Session, actor: Actor, region: RegionCode, draft: SchemeDraft, now: datetime
) -> str:
    """A new draft for a place the actor governs; returns its id.

    Raises RegionNotYours and the refusals of `drafting.check`.
    """
    if not (actor.is_official or actor.is_operator):
        raise Forbidden
    if not actor.governs(region):
        raise RegionNotYours(field="region")
    drafting.check(draft)
    row = SubsidyScheme(
        code=new_code(CODE_LENGTH), region_code=region.digits, created_at=now,
        created_by=actor.account_id,
    )  # fmt: skip
    mapping.fill(row, draft)
    session.add(row)
    session.flush()
    _audit(session, actor, "create", row, now)
    return row.id


def update_scheme(
    session: Session, actor: Actor, scheme_id: str, draft: SchemeDraft, now: datetime
) -> None:
    """Change a draft. Raises NotADraft and what `create_scheme` raises."""
    row = managed_row(session, actor, scheme_id)
    if row.state != "draft":
        raise NotADraft
    drafting.check(draft)
    mapping.fill(row, draft)
    session.flush()
    _audit(session, actor, "update", row, now)


def publish_scheme(session: Session, actor: Actor, scheme_id: str, now: datetime) -> None:
    """Make a draft public, or let a paused scheme go on. Raises NotPossibleNow, SchemeOver."""
    row = managed_row(session, actor, scheme_id)
    if row.state not in ("draft", "paused"):
        raise NotPossibleNow
    if row.ends_at <= now:
        raise SchemeOver
    first = row.published_at is None
    row.state, row.published_at = "live", row.published_at or now
    session.flush()
    places.forget()
    _audit(session, actor, "publish" if first else "resume", row, now)


def pause_scheme(
    session: Session, actor: Actor, scheme_id: str, reason: str, now: datetime
) -> None:
    """Give nothing new for the time being. Raises NotPossibleNow, ReasonMissing."""
    _leave(session, actor, scheme_id, ("live",), "paused", reason, now)


def end_scheme(session: Session, actor: Actor, scheme_id: str, reason: str, now: datetime) -> None:
    """End for good; what is reserved or approved is still paid.

    Raises NotPossibleNow, ReasonMissing.
    """
    _leave(session, actor, scheme_id, ("live", "paused"), "ended", reason, now)


def change_budget(
    session: Session, actor: Actor, scheme_id: str, budget_fen: int, reason: str, now: datetime
) -> None:
    """Give a public scheme another budget, never below what is reserved and used.

    Raises NotPossibleNow, ReasonMissing, BudgetBelowTaken.
    """
    row = managed_row(session, actor, scheme_id)
    if row.state not in ("live", "paused"):
        raise NotPossibleNow
    reason = reason.strip()[:300]
    if not reason:
        raise ReasonMissing(field="reason")
    before = row.budget_fen
    if not funds.change(session, row.id, budget_fen):
        session.refresh(row)
        taken = format_fen(row.reserved_fen + row.used_fen)
        raise BudgetBelowTaken(field="budget_fen", taken=taken)
    session.refresh(row)
    places.forget()
    audit.record(
        session, actor, "subsidy_scheme.budget", "subsidy_scheme", row.id, now=now,
        before={"budget_fen": before}, region=row.region_code,
        after={"code": row.code, "name": row.name, "budget_fen": budget_fen, "reason": reason},
    )  # fmt: skip


def ask_household(
    session: Session, actor: Actor, scheme_id: str, reason: str, now: datetime, *, asked: bool
) -> None:
    """Ask for a stated household from now on, or waive it; audited with the reason.

    Raises NotPossibleNow, ReasonMissing.
    """
    row = managed_row(session, actor, scheme_id)
    if row.state == "ended" or row.asks_household == asked:
        raise NotPossibleNow
    if not reason.strip():
        raise ReasonMissing(field="asked_reason")
    row.asks_household = asked
    session.flush()
    audit.record(
        session, actor, "subsidy_scheme.household", "subsidy_scheme", row.id, now=now,
        before={"asks_household": not asked}, region=row.region_code,
        after={"code": row.code, "asks_household": asked, "reason": reason.strip()[:300]},
    )  # fmt: skip


def _leave(
    session: Session, actor: Actor, scheme_id: str, from_: tuple[str, ...], to: str, reason: str,
    now: datetime,
) -> None:  # fmt: skip
    row = managed_row(session, actor, scheme_id)
    if row.state not in from_:
        raise NotPossibleNow
    if not reason.strip():
        raise ReasonMissing(field="reason")
    row.state = to
    session.flush()
    places.forget()
    verb = {"paused": "pause", "ended": "end"}[to]
    _audit(session, actor, verb, row, now, reason=reason.strip())


def _audit(
    session: Session, actor: Actor, verb: str, row: SubsidyScheme, now: datetime, reason: str = ""
) -> None:
    after = {
        "code": row.code, "name": row.name, "state": row.state, "terms": row.terms,
        "budget_fen": row.budget_fen, "starts_at": row.starts_at.isoformat(),
        "ends_at": row.ends_at.isoformat(),
    }  # fmt: skip
    if reason:
        after["reason"] = reason
    audit.record(
        session, actor, f"subsidy_scheme.{verb}", "subsidy_scheme", row.id, now=now, after=after,
        region=row.region_code,
    )  # fmt: skip
