"""The renovation requests that households of the demonstration world have made."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from market.accounts import queries as account_queries
from market.accounts import service as accounts
from market.kernel.actor import Actor
from market.kernel.clock import shanghai_date
from market.matching import service as matching
from market.matching.types import MatchingRules
from market.renovations import drafts
from market.renovations import queries as request_queries
from market.renovations import service as requests
from market.renovations.types import Contact, QuoteDraft, QuoteLineDraft, Visitor
from market.seed.people import People


@dataclass(frozen=True)
class Wish:
    """A request to be made: whose, what, how far it has come."""

    phone: str
    project: str
    scope: str
    budget: tuple[int, int] | None
    stage: str


WISHES = (
    Wish("13800000101", "cold-clean-heat", "外墙 160 平方米，窗 8 樘",
         (3_000_000, 5_000_000), "quoted"),
    Wish("13800000101", "roof-repair", "平房顶漏两处", None, "draft"),
    Wish("13800000102", "interior", "堂屋和两间卧室", (1_500_000, 2_500_000), "awarded"),
    Wish("13800000103", "pv-roof", "南坡屋顶约 60 平方米", None, "live"),
    Wish("13800000104", "hsww-roof-typhoon", "屋顶 120 平方米", (1_000_000, 2_000_000), "closed"),
)  # fmt: skip


def tell_all(session: Session, people: People, now: datetime) -> None:
    """Requests in several states."""
    for wish in WISHES:
        _tell(session, people, wish, now)


def _tell(session: Session, people: People, wish: Wish, now: datetime) -> None:
    household = people.actors[wish.phone]
    visitor = Visitor(household)
    request = drafts.start(session, visitor, now=now)
    _answer(session, visitor, request, wish, household, now)
    if wish.stage == "draft":
        return
    limits = MatchingRules()
    matching.publish(session, visitor, request, now=now, limits=limits, open_days=limits.open_days)
    if wish.stage == "closed":
        requests.close(session, visitor, request, "not_now", now=now)
    if wish.stage in ("quoted", "awarded"):
        quotes = _quote(session, request, now)
        if wish.stage == "awarded" and quotes:
            matching.award(session, visitor, request, quotes[0], now=now)


def _answer(
    session: Session, visitor: Visitor, request: str, wish: Wish, household: Actor, now: datetime
) -> None:
    drafts.answer_photos(session, visitor, request, [], now=now)
    drafts.answer_project(session, visitor, request, wish.project, now=now)
    for key, value in _facts():
        drafts.answer_fact(session, visitor, request, key, value, now=now)
    own = request_queries.get_own(session, visitor, request)
    drafts.answer_trades(session, visitor, request, list(own.view.trades), now=now)
    drafts.answer_scope(session, visitor, request, wish.scope, now=now)
    drafts.answer_contract(session, visitor, request, "full", now=now)
    low, high = wish.budget or (None, None)
    drafts.answer_budget(session, visitor, request, drafts.Budget(low, high), now=now)
    begin = shanghai_date(now) + timedelta(days=30)
    window = drafts.Window(begin, begin + timedelta(days=30))
    drafts.answer_dates(session, visitor, request, window, now=now)
    account = household.account_id or ""
    address = account_queries.addresses(session, account)[0]
    drafts.answer_place(session, visitor, request, address.region, now=now)
    contact = Contact(address.recipient, address.phone, address.detail)
    drafts.answer_contact(session, visitor, request, contact, now=now)


def _facts() -> tuple[tuple[str, object], ...]:
    return (
        ("owner_type", "own"),
        ("homestead_ok", "unknown"),
        ("built_year", 1998),
        ("floors", 1),
        ("footprint", "unknown"),
        ("storey_height", 3),
        ("structure", "unknown"),
        ("wall_type", "unknown"),
        ("roof_type", "unknown"),
        ("heating", "unknown"),
        ("safety_state", "unknown"),
    )


def _quote(session: Session, request: str, now: datetime) -> list[str]:
    """The first two invited crews accept and quote."""
    quotes = []
    for number, invitation in enumerate(request_queries.invitations_of(session, request)[:2]):
        member = account_queries.members_of(session, "provider", invitation.provider_id)[0]
        actor = accounts.load_actor(session, member)
        matching.accept(session, actor, request, now=now)
        quotes.append(matching.send_quote(session, actor, request, _draft(number, now), now=now))
    return quotes


def _draft(number: int, now: datetime) -> QuoteDraft:
    lines = [
        QuoteLineDraft("labour", "人工", Decimal(160), "m2", 5_500 + 400 * number),
        QuoteLineDraft("material", "主要材料", Decimal(1), "set", 1_800_000, item="main_material"),
    ]
    if number == 0:
        lines.append(QuoteLineDraft("other", "脚手架", Decimal(180), "m2", 1_600, item="scaffold"))
    valid = shanghai_date(now) + timedelta(days=15)
    return QuoteDraft(tuple(lines), valid, 18 + 3 * number, 24, "示例报价")
