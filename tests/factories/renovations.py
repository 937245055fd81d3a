"""Requests for tests, answered through the same verbs as the wizard."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from market.kernel.actor import Actor
from market.kernel.clock import shanghai_date
from market.kernel.region_code import RegionCode
from market.matching import service as matching
from market.matching.types import MatchingRules
from market.renovations import drafts, service
from market.renovations.facts import HOUSE_FACTS
from market.renovations.types import UNKNOWN, Contact, QuoteDraft, QuoteLineDraft, Visitor
from tests.factories.accounts import make_actor
from tests.factories.providers import HOME

LIMITS = MatchingRules()
PHONE, DOOR, NAME = "13912345678", "大台村3组12号", "赵户主"


def make_draft(
    session: Session,
    visitor: Visitor | None = None,
    *,
    now: datetime,
    project: str = "roof-repair",
    trades: list[str] | None = None,
    region: str = HOME,
) -> tuple[Visitor, str]:
    """A complete draft of a new household (or of `visitor`)."""
    who = visitor or Visitor(make_actor(session))
    key = service.start(session, who, now=now)
    drafts.answer_photos(session, who, key, [], now=now)
    drafts.answer_project(session, who, key, project, now=now)
    for fact in HOUSE_FACTS:
        drafts.answer_fact(session, who, key, fact.key, UNKNOWN, now=now)
    drafts.answer_trades(session, who, key, trades or ["waterproof"], now=now)
    drafts.answer_contract(session, who, key, "full", now=now)
    drafts.answer_budget(session, who, key, drafts.Budget(None, None), now=now)
    drafts.answer_dates(session, who, key, drafts.Window(None, None), now=now)
    drafts.answer_place(session, who, key, RegionCode(region), now=now)
    drafts.answer_contact(session, who, key, Contact(NAME, PHONE, DOOR), now=now)
    return who, key


def make_request(
    session: Session, *, now: datetime, limits: MatchingRules = LIMITS, **overrides: Any
) -> tuple[Visitor, str]:
    """A published request; the first wave is out."""
    who, key = make_draft(session, now=now, **overrides)
    matching.publish(session, who, key, now=now, limits=limits, open_days=limits.open_days)
    return who, key


def crew_actor(provider_id: str, account_id: str = "a" * 20) -> Actor:
    """A member of a crew."""
    return Actor(account_id=account_id, provider_ids=frozenset({provider_id}))


def make_quote_draft(
    now: datetime, *lines: QuoteLineDraft, days_valid: int = 30, **overrides: Any
) -> QuoteDraft:
    """A quote of 100 m² roof work at 45 yuan, or of the given lines."""
    values: dict[str, Any] = {
        "lines": lines
        or (
            QuoteLineDraft("labour", "屋面防水施工", Decimal(100), "m2", 4_500, "roof_waterproof"),
        ),
        "valid_until": shanghai_date(now + timedelta(days=days_valid)),
        "days": 10,
        "warranty_months": 60,
        **overrides,
    }
    return QuoteDraft(**values)


def quoted(
    session: Session, request_id: str, provider_id: str, *lines: QuoteLineDraft, now: datetime
) -> str:
    """The crew accepted and quoted; returns the quote's id."""
    who = crew_actor(provider_id)
    matching.accept(session, who, request_id, now=now)
    return matching.send_quote(session, who, request_id, make_quote_draft(now, *lines), now=now)
