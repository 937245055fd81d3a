"""Carbon declarations as makers write them and officials verify them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.footprints import service
from market.footprints.models import CarbonFactor
from market.footprints.types import DeclarationDraft, FactorDraft, Quality, Stage
from market.kernel.actor import Actor
from market.kernel.region_code import RegionCode
from tests.factories.batches import paper
from tests.factories.catalogue import Offer

START = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
OFFICIAL = Actor(
    account_id="official", roles=frozenset({"official"}), official_regions=(RegionCode("510124"),)
)


def make_draft(**overrides: Any) -> DeclarationDraft:
    """12.5 kg per m² in A1-A3, checked by a named verifier, from 2026 to 2030."""
    values: dict[str, Any] = {
        "unit": "m2", "method": "GB/T 24067-2024", "pcr": "PCR 2025-03",
        "stages": {Stage.MAKING: Decimal("12.5")}, "verifier_name": "示例核验公司",
        "verifier_number": "CNCA-R-2026-01", "valid_from": date(2026, 1, 1),
        "valid_to": date(2030, 12, 31), **overrides,
    }  # fmt: skip
    return DeclarationDraft(**values)


def make_submitted(session: Session, offer: Offer, now: datetime = START, **draft: Any) -> str:
    """A declaration that waits for the official."""
    typed = make_draft(**draft)
    made = service.start(session, offer.actor, offer.product_id, typed, now=now)
    service.attach_report(session, offer.actor, made, paper(), now=now)
    service.submit(session, offer.actor, made, now=now)
    return made


def make_verified(session: Session, offer: Offer, now: datetime = START, **draft: Any) -> str:
    """A declaration whose label stands."""
    made = make_submitted(session, offer, now, **draft)
    official = Actor(
        account_id="official", roles=frozenset({"official"}),
        official_regions=(RegionCode(offer.maker.region_code),),
    )  # fmt: skip
    service.verify(session, official, made, "网站查到报告，一致", None, now=now)
    return made


def factor(session: Session, code: str) -> CarbonFactor:
    """The standing version of a shipped factor."""
    if session.scalar(select(CarbonFactor.id).limit(1)) is None:
        service.load_factors(session, now=START)
    wanted = CarbonFactor.code == code, CarbonFactor.superseded_at.is_(None)
    return session.scalars(select(CarbonFactor).where(*wanted)).one()


def make_factor(**overrides: Any) -> FactorDraft:
    """A factor of the operator's own."""
    values: dict[str, Any] = {
        "code": "LOCAL-1", "category": "other", "name_zh": "再生骨料", "name_en": "Recycled",
        "unit": "t", "kg_per_unit": Decimal("1.5"), "gas": "CO2e", "region": "", "year": 2025,
        "stage": "A1-A3", "source": "示例", "quality": Quality.E, **overrides,
    }  # fmt: skip
    return FactorDraft(**values)
