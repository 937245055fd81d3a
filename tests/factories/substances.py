"""Substances, rules on them and what products declare."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from market.kernel.actor import Actor
from market.substances import service
from market.substances.types import DeclarationDraft, RuleDraft, Status

START = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
OPERATOR = Actor(account_id="operator", roles=frozenset({"operator"}))
_serial = count(10)


def cas_number() -> str:
    """A new CAS number with the right check digit."""
    digits = f"{next(_serial):05d}31"
    check = sum(n * int(d) for n, d in enumerate(reversed(digits), 1)) % 10
    return f"{digits[:-2]}-{digits[-2:]}-{check}".lstrip("0").rjust(7, "1")


def make_substance(session: Session, **rule: Any) -> str:
    """A substance, with a rule in force since the beginning of 2026 when its words are given."""
    substance = service.add_substance(
        session, OPERATOR, cas_number(), "示例物质", "Sample substance", now=START
    )
    if rule:
        make_rule(session, substance, **rule)
    return substance


def make_rule(session: Session, substance: str, now: datetime = START, **overrides: Any) -> int:
    """A rule; limited to 100 mg/kg unless told otherwise."""
    values: dict[str, Any] = {
        "status": Status.LIMITED, "valid_from": date(2026, 1, 1), "basis": "示例", **overrides,
    }  # fmt: skip
    if values["status"] is Status.LIMITED:
        values = {"limit": Decimal(100), "unit": "mg/kg", **values}
    return service.add_rule(session, OPERATOR, substance, RuleDraft(**values), now=now)


def make_content(
    session: Session, actor: Actor, product_id: str, substance: str | None = None,
    value: str = "1", unit: str = "mg/kg", now: datetime = START,
) -> str:  # fmt: skip
    """A declared content; returns the substance."""
    substance = substance or make_substance(session)
    draft = DeclarationDraft(substance, Decimal(value), unit)
    service.declare(session, actor, product_id, draft, None, now=now)
    return substance
