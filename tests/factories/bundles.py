"""The shipped bundles, and something on sale for their slots."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from market.bundles import service
from market.bundles.types import BundleDraft, Slot
from market.kernel.actor import SYSTEM
from tests.factories.catalogue import Offer, actor_for, make_maker, make_offer

START = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
WRAP = BundleDraft(
    slug="own-wrap", name_zh="外墙一套", name_en="Wall wrap", summary_zh="外墙保温",
    summary_en="Wall insulation", zones=("all",), days=(5, 9), regions=("510124",),
)  # fmt: skip
WALL = Slot("eps", "G105", "保温板", "Board", "m2", "wall_net", 0.05, material_key="eps80")


def make_own_bundle(session: Session, seller: Any, slug: str = WRAP.slug) -> str:
    """A graded supplier's draft with one material; returns its id."""
    actor = actor_for(seller.id)
    bundle_id = service.create_bundle(session, actor, replace(WRAP, slug=slug), START, seller.id)
    service.add_slot(session, actor, bundle_id, WALL, START)
    return bundle_id


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
