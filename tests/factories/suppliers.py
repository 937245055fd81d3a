"""Suppliers of whole solutions."""

from typing import Any

from sqlalchemy.orm import Session

from market.kernel.actor import SYSTEM
from market.suppliers import service
from market.suppliers.rules import criteria, usual_points
from market.suppliers.types import Entry, Mark
from tests.factories.batches import START, paper
from tests.factories.catalogue import actor_for

COUNTS = {"range": 6, "projects": 3, "crews": 3, "design": 3, "service": 3}


def entries(**counts: int) -> list[Entry]:
    """68 points by the steps: the second grade."""
    return [Entry(key, count) for key, count in {**COUNTS, **counts}.items()]


def usual_marks(**counts: int) -> dict[str, Mark]:
    """What an official gives who follows the steps."""
    said = {**COUNTS, **counts}
    return {key: Mark(key, usual_points(one, said[key])) for key, one in criteria().items()}


def apply(session: Session, seller: Any, **counts: int) -> str:
    """An application with all its proofs that waits."""
    files = {key: paper() for key in criteria()}
    actor = actor_for(seller.id)
    return service.submit(session, actor, seller.id, entries(**counts), files, now=START)


def make_supplier(session: Session, seller: Any) -> str:
    """A seller graded A2; returns the application's id."""
    application_id = apply(session, seller)
    service.approve(session, SYSTEM, application_id, usual_marks(), now=START)
    return application_id
