"""Turnkey contracts for tests, made through the same verbs as the pages."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from market.accounts import service as accounts
from market.bundles import service as bundles
from market.bundles.types import Choices, Owner
from market.checkout import service as checkout
from market.contracts import queries, service
from market.contracts.types import ContractView, Party
from market.kernel.actor import Actor
from market.kernel.region_code import RegionCode
from market.matching import service as matching
from market.renovations import drafts
from market.renovations.facts import HOUSE_FACTS
from market.renovations.types import UNKNOWN, Contact, QuoteLineDraft, Visitor
from tests.factories.accounts import make_account
from tests.factories.bundles import load, offer_eps
from tests.factories.catalogue import Offer, make_maker, make_offer
from tests.factories.orders import make_address, make_household, submission
from tests.factories.providers import make_provider
from tests.factories.renovations import DOOR, LIMITS, NAME, PHONE, make_quote_draft

SLUG = "cold-clean-heat"
TOWN = RegionCode("130624104")
TRADES = ("mason", "plumber_electrician", "pipefitter", "hvac_installer")


def wall_work(price_fen: int = 4_500) -> QuoteLineDraft:
    """100 m² of insulation."""
    return QuoteLineDraft(
        "labour", "外墙外保温施工", Decimal(100), "m2", price_fen, "wall_insulation"
    )


@dataclass
class Job:
    """A household, a crew, and what is between them."""

    household: Actor
    crew: Actor
    provider_id: str
    crew_account: str
    boards: Offer
    windows: Offer
    request_id: str = ""
    contract_id: str = ""
    configuration_id: str = ""

    def view(self, session: Session, party: Party = Party.HOUSEHOLD) -> ContractView:
        """The contract as it is now."""
        who = self.household if party is Party.HOUSEHOLD else self.crew
        return queries.get_contract(session, who, self.contract_id)[0]

    def page(self, session: Session, party: Party = Party.HOUSEHOLD) -> Any:
        """The contract's page as a party sees it."""
        who = self.household if party is Party.HOUSEHOLD else self.crew
        return queries.contract_page(session, who, self.contract_id)


def offer_windows(session: Session, **over: int) -> Offer:
    """Windows by the square metre, of another maker than the boards."""
    return make_offer(
        session, make_maker(session), stock=over.get("stock", 500),
        product={"kind_code": "G201", "name_zh": "塑钢窗", "name_en": "PVC window", "unit": "m2",
                 "material_key": "winpvc"},
        variant={"label_zh": "1 m²", "pack_size": Decimal(1), "weight_g": 30_000},
        listing={"price_fen": 50_000, "lead_days": over.get("lead", 7)},
    )  # fmt: skip


def make_parties(session: Session) -> Job:
    """A household, a crew that fits, and goods for two slots of two sellers."""
    load(session)
    provider = make_provider(session, trades=TRADES, areas=("130624",))
    member = make_account(session).id
    accounts.grant_role(session, member, "provider", provider.id)
    crew = Actor(account_id=member, provider_ids=frozenset({provider.id}))
    household = make_household(session)
    return Job(
        household, crew, provider.id, member, offer_eps(session, stock=900),
        offer_windows(session),
    )  # fmt: skip


def ask(session: Session, job: Job, now: datetime, starts_on: date | None = None) -> str:
    """The household's published request for its configured plan."""
    owner = Owner(job.household.account_id)
    job.configuration_id = bundles.save_configuration(
        session, owner, SLUG, Choices(), configuration_id=job.configuration_id or None, now=now
    )
    who = Visitor(job.household)
    page = service.plan_page(session, owner, job.configuration_id, TOWN, now)
    key = service.ask(session, who, page, scope="外墙", region=TOWN, now=now)
    for fact in HOUSE_FACTS:
        drafts.answer_fact(session, who, key, fact.key, UNKNOWN, now=now)
    drafts.answer_budget(session, who, key, drafts.Budget(None, None), now=now)
    drafts.answer_dates(session, who, key, drafts.Window(starts_on, None), now=now)
    drafts.answer_contact(session, who, key, Contact(NAME, PHONE, DOOR), now=now)
    matching.publish(session, who, key, now=now, limits=LIMITS, open_days=LIMITS.open_days)
    job.request_id = key
    return key


def draft(session: Session, now: datetime, job: Job | None = None, **asked: Any) -> Job:
    """A contract right after the award: nobody has signed."""
    job = job or make_parties(session)
    ask(session, job, now, **asked)
    matching.accept(session, job.crew, job.request_id, now=now)
    quote_id = matching.send_quote(
        session, job.crew, job.request_id, make_quote_draft(now, wall_work(), days=20), now=now
    )
    matching.award(session, Visitor(job.household), job.request_id, quote_id, now=now)
    job.contract_id = queries.contract_of_request(session, job.household, job.request_id)
    return job


def sign(session: Session, job: Job, now: datetime) -> Job:
    """Both parties sign the newest version."""
    version = job.view(session).version
    for who, name in ((job.household, "赵户主"), (job.crew, "李队长")):
        service.sign(session, who, job.contract_id, version, name, agreed=True, now=now)
    return job


def running(session: Session, now: datetime, **asked: Any) -> Job:
    """A contract that both have signed."""
    return sign(session, draft(session, now, **asked), now)


def order(session: Session, job: Job, now: datetime, **over: Any) -> str:
    """The plan's goods ordered through the contract's button; returns the order's id."""
    service.put_into_cart(session, job.household, job.contract_id, now)
    account = job.household.account_id or ""
    address = make_address(session, account)
    wanted = submission(
        session, account, address, now, payment_method="cash_on_delivery",
        idempotency_key=f"key-{job.contract_id}", **over,
    )  # fmt: skip
    placed = checkout.place_order(session, account, wanted, now)
    checkout.accept_new(session, placed, wanted, now)
    return placed.id
