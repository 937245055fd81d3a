"""Certificates through the real services."""

from datetime import date, datetime
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from market.certification import service
from market.certification.types import BodyDetails, CertificateEntry, ManualCheck, Papers, Scheme
from market.kernel.actor import SYSTEM, Actor
from tests.factories.sellers import make_file

_serial = count(1)


def make_body(session: Session, now: datetime, **overrides: Any) -> str:
    """An approved body that may certify every kind."""
    values: dict[str, Any] = {
        "name": f"示例认证中心 {next(_serial)}", "approval_no": "CNCA-R-0001",
        "is_approved": True, "scope_kinds": (), **overrides,
    }  # fmt: skip
    return service.add_body(session, SYSTEM, BodyDetails(**values), now=now)


def make_entry(body_id: str, **overrides: Any) -> CertificateEntry:
    """A three-star certificate for G105, in force from 2025-06-05 to 2030-06-04."""
    values: dict[str, Any] = {
        "number": f"CABR-01(02)-(2025)-CGP-{next(_serial):03d}", "scheme": Scheme.GRADED,
        "star": 3, "body_id": body_id, "holder": "阜平保温材料厂",
        "manufacturer": "阜平保温材料厂", "factory": "阜平县工业路 1 号",
        "product_scope": "石墨聚苯板", "models": "100 mm", "kinds": ("G105",),
        "standard": "T/CECS 10031-2019", "rule_no": "", "valid_from": date(2025, 6, 5),
        "valid_to": date(2030, 6, 4), **overrides,
    }  # fmt: skip
    return CertificateEntry(**values)


def make_check(**overrides: Any) -> ManualCheck:
    """The record of a check."""
    values: dict[str, Any] = {
        "note": "发证机构网站查到，一致",
        "next_check_on": date(2027, 5, 1),
        **overrides,
    }
    return ManualCheck(**values)


def authorised() -> Papers:
    """The holder's consent, as a file whose bytes nobody reads."""
    return Papers(authorisation=make_file())


def make_pending(
    session: Session, actor: Actor, seller_id: str, now: datetime, **entry: Any
) -> str:
    """A certificate that waits for review."""
    body_id = entry.pop("body_id", None) or make_body(session, now)
    typed = make_entry(body_id, **entry)
    return service.enter(session, actor, seller_id, typed, make_file(), now=now)


def make_certificate(
    session: Session, actor: Actor, seller_id: str, now: datetime, **entry: Any
) -> str:
    """An approved certificate."""
    certificate_id = make_pending(session, actor, seller_id, now, **entry)
    service.approve(session, SYSTEM, certificate_id, make_check(), now=now)
    return certificate_id
