"""Editions of standards, what supersedes them, and goods that cite them."""

from datetime import date, datetime
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from market.kernel.actor import Actor
from market.standards import service
from market.standards.types import EditionDraft, EndingDraft
from tests.factories.catalogue import START, Offer, ensure_kinds, make_offer

OPERATOR = Actor(account_id="operator", roles=frozenset({"operator"}), display_name="运营小李")
TODAY = date(2026, 11, 22)
_serial = count(9001)


def make_edition(
    session: Session, code: str = "", *, now: datetime = START, **overrides: Any
) -> str:
    """An edition in force for years."""
    ensure_kinds(session)
    values = {
        "name_zh": "示例标准", "name_en": "Sample standard", "effective_on": date(2020, 1, 1),
        "basis": "示例", **overrides,
    }  # fmt: skip
    draft = EditionDraft(**values)
    return service.add_edition(
        session, OPERATOR, code or f"GB {next(_serial)}-2019", draft, now=now
    )


def end(
    session: Session, edition_id: str, by: str = "", *, from_on: date = TODAY,
    until: date | None = None, now: datetime = START,
) -> str:  # fmt: skip
    """An ending; returns its id."""
    draft = EndingDraft(from_on, "示例", by, until)
    return service.end_edition(session, OPERATOR, edition_id, draft, now=now)


def make_citing(session: Session, text: str = "GB 175-2007", **more: Any) -> Offer:
    """Goods on sale of a kind without a scheme that cite a text."""
    product = {"kind_code": "X01", "unit": "kg", "standard": text, **more.pop("product", {})}
    return make_offer(session, product=product, **more)
