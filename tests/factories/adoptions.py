"""Adoption entries through the real services."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from market.accounts import service as accounts
from market.adoptions import service
from market.adoptions.types import Proposal
from market.kernel.actor import Actor
from market.kernel.region_code import RegionCode
from market.media.service import NewFile
from tests.factories.accounts import make_account, make_actor
from tests.factories.catalogue import START, Offer
from tests.factories.inspections import paper

HOME = RegionCode("510121")
ENDS = date(2027, 12, 31)


@dataclass(frozen=True)
class Hands:
    """A maker's worker, and officials of its county, city, province, and elsewhere."""

    maker: Actor
    county: Actor
    city: Actor
    colleague: Actor
    province: Actor
    far: Actor
    operator: Actor


def make_hands(session: Session, offer: Offer, home: str = "510121") -> Hands:
    """People who may have a say about a product, or not."""

    def official(name: str, region: str) -> Actor:
        return make_actor(session, "official", region, display_name=name)

    worker = make_account(session, display_name="厂里的人").id
    accounts.grant_role(session, worker, "seller", offer.maker.id)
    return Hands(
        accounts.load_actor(session, worker), official("县", home), official("市", home[:4]),
        official("市二", home[:4]), official("省", home[:2]), official("外省", "13"),
        make_actor(session, "operator", display_name="平台"),
    )  # fmt: skip


def proof() -> NewFile:
    """A proof whose bytes nobody reads."""
    return paper()


def make_proposal(**overrides: Any) -> Proposal:
    """For outer walls, until the end of 2027."""
    values: dict[str, Any] = {
        "region": HOME, "ends_on": ENDS, "document_no": "川建采〔2026〕1号（示例）",
        "use_scope": "农房外墙保温", **overrides,
    }  # fmt: skip
    return Proposal(**values)


def make_proposed(session: Session, offer: Offer, hands: Hands, **overrides: Any) -> str:
    """An entry that waits for the city."""
    return service.propose(
        session, hands.maker, offer.product_id, make_proposal(**overrides), proof(), now=START
    )


def make_passed(session: Session, offer: Offer, hands: Hands, **overrides: Any) -> str:
    """An entry that waits for the province."""
    made = make_proposed(session, offer, hands, **overrides)
    service.pass_first(session, hands.city, made, "材料齐全", now=START)
    return made


def make_listed(session: Session, offer: Offer, hands: Hands, **overrides: Any) -> str:
    """A listed entry."""
    made = make_passed(session, offer, hands, **overrides)
    service.pass_second(session, hands.province, made, "同意", now=START)
    return made
