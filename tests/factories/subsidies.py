"""Subsidy schemes, as values for the calculation or published through the service."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from market.kernel.actor import SYSTEM
from market.kernel.region_code import RegionCode
from market.subsidies import service
from market.subsidies.types import (
    AidLine,
    Household,
    Scheme,
    SchemeDraft,
    SchemeState,
    SchemeType,
    Terms,
)

START = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
COUNTY = "130624"
HOME = RegionCode("130624104")


def make_terms(**over: Any) -> Terms:
    """15 % of the price of any certified goods."""
    return Terms(**{"rate_bp": 1500, **over})


def make_scheme(code: str = "AAA", region: str = COUNTY, **over: Any) -> Scheme:
    """A running scheme with a large budget; terms by their own names."""
    names = set(Scheme.__dataclass_fields__)
    values: dict[str, Any] = {
        "id": f"id-{code}", "code": code, "name": f"补贴 {code}", "name_en": f"Subsidy {code}",
        "region": RegionCode(region), "type": SchemeType.VOUCHER, "state": SchemeState.LIVE,
        "starts_at": START - timedelta(days=1), "ends_at": START + timedelta(days=30),
        "left_fen": 10**9, "measure_key": f"{region}/{code}",
        "terms": make_terms(**{k: v for k, v in over.items() if k not in names}),
    }  # fmt: skip
    return Scheme(**{**values, **{k: v for k, v in over.items() if k in names}})


def make_line(key: str = "a", price_fen: int = 100_000, **over: Any) -> AidLine:
    """Certified insulation, three stars."""
    return AidLine(**{"key": key, "kind_code": "G105", "price_fen": price_fen, "star": 3, **over})


def make_household(**over: Any) -> Household:
    """A household at home in the county."""
    return Household(**{"region": HOME, **over})


def make_published(
    session: Session, region: str = COUNTY, type_: SchemeType = SchemeType.VOUCHER,
    now: datetime = START, **over: Any,
) -> str:  # fmt: skip
    """A scheme that runs now; returns its id."""
    names = set(SchemeDraft.__dataclass_fields__)
    terms = make_terms(**{k: v for k, v in over.items() if k not in names})
    values: dict[str, Any] = {
        "name": "保温材料补贴（示例）", "name_en": "Insulation subsidy (example)", "type": type_,
        "terms": terms, "starts_at": now - timedelta(days=1), "ends_at": now + timedelta(days=30),
        "budget_fen": 10_000_000,
    }  # fmt: skip
    draft = SchemeDraft(**{**values, **{k: v for k, v in over.items() if k in names}})
    scheme_id = service.create_scheme(session, SYSTEM, RegionCode(region), draft, now)
    service.publish_scheme(session, SYSTEM, scheme_id, now)
    return scheme_id
