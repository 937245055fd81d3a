"""Results of spot checks, as officials enter and publish them."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from market.inspections import service
from market.inspections.types import Result
from market.kernel.actor import Actor
from market.kernel.ids import new_id
from market.kernel.region_code import RegionCode
from market.media.service import NewFile
from tests.factories.catalogue import Offer

START = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
OFFICIAL = Actor(
    account_id="official", roles=frozenset({"official"}), official_regions=(RegionCode("510124"),)
)
FAILED = Result(
    batch_no="20261015-2",
    sampled_on=date(2026, 11, 10),
    laboratory="示例质检所",
    report_number="A-1",
    standard="GB/T 10801.1-2021",
    passed=False,
    findings="导热系数：应不大于 0.033，实测 0.041",
)


def paper() -> NewFile:
    """A report whose bytes nobody reads."""
    return NewFile(new_id(), "document", "报告.pdf", "application/pdf", 10, None, None, {})


def enter(session: Session, offer: Offer, now: datetime = START, **overrides: Any) -> str:
    """A draft with its report."""
    report = {"report_number": new_id(), **overrides}
    result = replace(FAILED, **report)
    return service.enter(
        session, OFFICIAL, offer.product_id, offer.maker.id, result, paper(), now=now
    )


def fail(session: Session, offer: Offer, now: datetime = START, **overrides: Any) -> str:
    """A published failure."""
    check_id = enter(session, offer, now, **overrides)
    service.publish(session, OFFICIAL, check_id, now=now)
    return check_id
