"""Turnkey contracts of the demonstration world: one under way with its goods, one to be signed."""

from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from market.accounts import queries as account_queries
from market.accounts import service as accounts
from market.bundles import service as bundles
from market.bundles.types import Choices, Owner
from market.carts import queries as carts
from market.carts.types import CartOwner
from market.checkout import outcomes
from market.checkout import quote as pricing
from market.checkout import service as checkout
from market.checkout.types import Submission
from market.contracts import queries, service
from market.kernel.actor import Actor
from market.kernel.clock import shanghai_date
from market.matching import service as matching
from market.matching.types import MatchingRules
from market.renovations import drafts
from market.renovations import queries as request_queries
from market.renovations.facts import HOUSE_FACTS
from market.renovations.types import UNKNOWN, Contact, QuoteDraft, QuoteLineDraft, Visitor
from market.seed.people import People

SLUG = "cold-clean-heat"
RUNS, WAITS = "13800000105", "13800000101"
WORK = (
    QuoteLineDraft("labour", "外墙外保温施工", Decimal(160), "m2", 5_500, "wall_insulation"),
    QuoteLineDraft("labour", "门窗拆装", Decimal(18), "m2", 12_000, "window_swap"),
    QuoteLineDraft("labour", "采暖设备和管路安装", Decimal(1), "set", 680_000, "heating_install"),
    QuoteLineDraft("other", "脚手架", Decimal(180), "m2", 1_600, "scaffold"),
)


def draw_up_all(session: Session, people: People, now: datetime) -> None:
    """Both households ask a crew for their configured plan; one contract is signed and ordered."""
    household = people.actors[RUNS]
    contract_id, crew = _awarded(session, household, now)
    for who, name in ((household, "赵大山"), (crew, crew.display_name or "示例施工队")):
        service.sign(session, who, contract_id, 1, name, agreed=True, now=now)
    _order(session, household, contract_id, now)
    _awarded(session, people.actors[WAITS], now)


def _awarded(session: Session, household: Actor, now: datetime) -> tuple[str, Actor]:
    """The contract right after the award, and one of the crew's people."""
    owner, who = Owner(household.account_id), Visitor(household)
    address = account_queries.addresses(session, household.account_id or "")[0]
    configuration = bundles.save_configuration(
        session, owner, SLUG, Choices(), configuration_id=None, now=now
    )
    page = service.plan_page(session, owner, configuration, address.region, now)
    request = service.ask(
        session, who, page, scope="外墙保温和换窗，按方案", region=address.region, now=now
    )
    answered = request_queries.get_own(session, who, request).done_steps
    for fact in HOUSE_FACTS:
        if fact.key not in answered:
            drafts.answer_fact(session, who, request, fact.key, UNKNOWN, now=now)
    drafts.answer_budget(session, who, request, drafts.Budget(None, None), now=now)
    start = shanghai_date(now) + timedelta(days=25)
    drafts.answer_dates(session, who, request, drafts.Window(start, None), now=now)
    contact = Contact(address.recipient, address.phone, address.detail)
    drafts.answer_contact(session, who, request, contact, now=now)
    rules = MatchingRules()
    matching.publish(session, who, request, now=now, limits=rules, open_days=rules.open_days)
    crew = _quoting_crew(session, request)
    matching.accept(session, crew, request, now=now)
    quote = matching.send_quote(session, crew, request, _quote(now), now=now)
    matching.award(session, who, request, quote, now=now)
    return queries.contract_of_request(session, household, request), crew


def _quoting_crew(session: Session, request: str) -> Actor:
    """Somebody of the invited crew that was asked last, so that the first ones stay free."""
    invitation = request_queries.invitations_of(session, request)[-1]
    member = account_queries.members_of(session, "provider", invitation.provider_id)[0]
    return accounts.load_actor(session, member)


def _quote(now: datetime) -> QuoteDraft:
    return QuoteDraft(WORK, shanghai_date(now) + timedelta(days=15), 20, 24, "示例报价")


def _order(session: Session, household: Actor, contract_id: str, now: datetime) -> None:
    """The goods through the contract's button, to be paid at the door."""
    service.put_into_cart(session, household, contract_id, now)
    account = household.account_id or ""
    address = account_queries.addresses(session, account)[0]
    cart = carts.get_cart(session, CartOwner(account_id=account))
    quoted = pricing.quote(session, cart, address.region, account, now)
    wanted = Submission(
        f"turnkey-{account}", address.id, "cash_on_delivery", quoted.total_fen,
        made_to_order_agreed=True,
    )  # fmt: skip
    placed = checkout.place_order(session, account, wanted, now)
    outcomes.accept_on_delivery(session, placed.id, now)
