"""Demonstration projects as officials record them."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from market.bundles.types import HouseAnswers
from market.checkout import outcomes
from market.demonstrations import service
from market.demonstrations.types import ProjectDraft, ProjectKind
from market.kernel.actor import Actor
from market.orders import service as orders
from market.orders.types import QuantityOf, Shipment
from tests.factories.accounts import make_actor
from tests.factories.catalogue import Offer
from tests.factories.orders import START, TOWN, make_household, place, view

HOUSE = HouseAnswers(
    numbers={"L": Decimal(10), "W": Decimal(8)}, areas={"wall_net": Decimal(120)}, wall_mm=370
)
DRAFT = ProjectDraft(
    kind=ProjectKind.RETROFIT, title_zh="天生桥村外墙保温", title_en="Wall insulation",
    summary_zh="外墙贴了保温板", summary_en="Boards on the outer walls", house=HOUSE, work_days=9,
    finished_on=date(2026, 11, 1),
)  # fmt: skip


@dataclass(frozen=True)
class Staff:
    """Officials of the project's county, above it, and elsewhere; and two operators."""

    county: Actor
    colleague: Actor
    province: Actor
    far: Actor
    operator: Actor
    other_operator: Actor


def make_staff(session: Session) -> Staff:
    """People who may have a say, or not."""

    def official(name: str, region: str) -> Actor:
        return make_actor(session, "official", region, display_name=name)

    return Staff(
        official("county", "130624"), official("colleague", "130624"), official("province", "13"),
        official("far", "510121"), make_actor(session, "operator"), make_actor(session, "operator"),
    )  # fmt: skip


def make_delivered(
    session: Session, *packs: tuple[Offer, int], household: Actor | None = None
) -> str:
    """An order that arrived in the township; returns its number."""
    household = household or make_household(session)
    placed = place(session, household, *packs, payment_method="cash_on_delivery")
    outcomes.accept_on_delivery(session, placed.id, START)
    for part in view(session, placed.id).seller_orders:
        every = tuple(QuantityOf(line.id, line.quantity) for line in part.lines)
        seller = next(offer.actor for offer, _count in packs if offer.maker.id == part.seller_id)
        orders.ship(session, part.id, Shipment(every, "物流"), actor=seller, now=START)
        orders.confirm_receipt(session, part.id, household, START)
    return placed.code


def make_project(session: Session, actor: Actor, **overrides: Any) -> str:
    """A draft in the township."""
    return service.record(session, actor, TOWN, replace(DRAFT, **overrides), now=START)


def make_public(
    session: Session, staff: Staff, offer: Offer, count: int = 41, **overrides: Any
) -> str:
    """A public project with packs of one product."""
    project_id = make_project(session, staff.county, **overrides)
    code = make_delivered(session, (offer, count))
    service.add_order(session, staff.county, project_id, code, True, now=START)
    service.submit(session, staff.county, project_id, now=START)
    service.approve(session, staff.province, project_id, now=START)
    return project_id
