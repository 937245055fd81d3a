"""The shipped bundles, and something on sale for their slots."""

from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from market.bundles import service
from market.kernel.actor import SYSTEM
from tests.factories.catalogue import Offer, make_maker, make_offer

START = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


def load(session: Session) -> None:
    """All seven bundles, published."""
    service.load_bundles(session, SYSTEM, START)


def offer_eps(session: Session, **over: int) -> Offer:
    """EPS 80 mm in packs of 3 m² by a new maker; `price`, `stock`, `weight` per pack."""
    return make_offer(
        session,
        make_maker(session),
        stock=over.get("stock", 500),
        product={
            "kind_code": "G105",
            "name_zh": "模塑聚苯板 80 mm",
            "name_en": "EPS board 80 mm",
            "unit": "m2",
            "material_key": "eps80",
        },
        variant={
            "label_zh": "每包 3 m²",
            "pack_size": Decimal(3),
            "weight_g": over.get("weight", 4800),
        },
        listing={"price_fen": over.get("price", 9000)},
    )
