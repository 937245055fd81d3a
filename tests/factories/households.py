"""Households, stated through the service."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from market.households import queries, service
from market.households.types import NumberKind, Statement
from market.kernel.actor import SYSTEM, Actor
from market.kernel.region_code import RegionCode
from tests.factories.accounts import make_actor

START = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
SECRET = "a secret that only these tests know of"
NUMBER = "130624015"
TOWN = RegionCode("130624104")


def make_statement(**over: Any) -> Statement:
    """The booklet of a household in the county."""
    values: dict[str, Any] = {
        "kind": NumberKind.BOOKLET, "number": NUMBER, "town": TOWN, "head": "张三丰",
        "village": "东沟村", **over,
    }  # fmt: skip
    return Statement(**values)


def make_stated(
    session: Session, actor: Actor | None = None, now: datetime = START, **over: Any
) -> Actor:
    """An account, or this one, that states its household; returns its actor."""
    who = actor or make_actor(session)
    service.state(session, who, make_statement(**over), secret=SECRET, now=now)
    return who


def make_pair(session: Session, **over: Any) -> tuple[Actor, Actor]:
    """Two accounts of one household."""
    return make_stated(session, **over), make_stated(session, **over)


def household_of(session: Session, actor: Actor) -> str:
    """The household an account states."""
    found = queries.own(session, actor.account_id or "")
    assert found is not None
    return found.household_id


def member_of(session: Session, actor: Actor) -> str:
    """The membership of an account, as its household's review names it."""
    seen = queries.get_for_review(session, SYSTEM, household_of(session, actor))
    return next(one.id for one in seen.members if one.account_id == actor.account_id)
