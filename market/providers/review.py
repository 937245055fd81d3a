"""What officials decide on crews."""

from datetime import datetime

from sqlalchemy.orm import Session

from market.audit import service as audit
from market.kernel.actor import Actor
from market.kernel.events import publish
from market.kernel.region_code import RegionCode
from market.providers import access, routes
from market.providers.errors import (
    OtherRegion,
    ProviderNotFound,
    ProviderStateForbids,
    ReasonNeeded,
)
from market.providers.events import ProviderDecided
from market.providers.models import Provider, ProviderDecision
from market.providers.states import NEEDS_REASON, VERDICTS
from market.providers.types import ProviderState, Verdict


def decide(
    session: Session,
    actor: Actor,
    provider_id: str,
    verdict: Verdict,
    reason: str,
    *,
    now: datetime,
) -> None:
    """Approve, ask, refuse, suspend or reinstate; recorded for the crew and in the audit log.

    Raises ProviderNotFound, OtherRegion (403), ReasonNeeded, ProviderStateForbids.
    """
    provider = session.get(Provider, provider_id, with_for_update=True)
    if provider is None or provider.state == ProviderState.DRAFT:
        raise ProviderNotFound()
    if not access.may_review(actor, RegionCode(provider.region)):
        raise OtherRegion()
    sources, target = VERDICTS[verdict]
    if verdict in NEEDS_REASON and not reason.strip():
        raise ReasonNeeded(field="reason")
    if provider.state not in sources:
        raise ProviderStateForbids()
    before = provider.state
    provider.state = target
    provider.reason = reason.strip()
    if verdict is Verdict.APPROVE:
        provider.approved_at = now
        provider.last_turn = int(now.timestamp())
    session.add(
        ProviderDecision(
            provider_id=provider.id,
            verdict=verdict,
            reason=reason.strip(),
            decided_by=actor.account_id or "",
            decided_at=now,
        )
    )
    routes.rebuild(session, provider)
    audit.record(
        session,
        actor,
        f"provider.{verdict}",
        "provider",
        provider.id,
        before={"state": str(before)},
        after={"state": str(target), "reason": reason.strip()},
        region=RegionCode(provider.region),
        now=now,
    )
    publish(session, ProviderDecided(provider.id, provider.name, verdict, reason.strip()))
