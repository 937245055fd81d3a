"""Named goods of live bundles that nobody may sell any more: tasks of their authors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from market.bundles import queries
from market.bundles.events import OptionLost
from market.bundles.types import BundleCard, BundleView, Slot
from market.catalogue import queries as catalogue
from market.catalogue.types import ListingView
from market.kernel.events import publish


@dataclass(frozen=True, slots=True)
class LostOption:
    """A named product that is off sale, and what stands in for it (None: nothing does)."""

    card: BundleCard
    slot: Slot
    substitute: ListingView | None


def lost_options(session: Session, seller_id: str | None, now: datetime) -> list[LostOption]:
    """Of a supplier's live bundles ("": the operator's, None: everybody's). Nothing is stored:
    a task is gone when the product is back or a version without it is published."""
    bundles = [
        view for view in queries.live_bundles(session)
        if seller_id is None or view.card.seller_id == seller_id
    ]  # fmt: skip
    return _lost(session, bundles, now)


def _lost(session: Session, bundles: Sequence[BundleView], now: datetime) -> list[LostOption]:
    named = [(b.card, slot) for b in bundles for slot in b.slots if slot.product_id]
    buyable = catalogue.buyable_products(session, {slot.product_id for _, slot in named}, now)
    gone = [(card, slot) for card, slot in named if slot.product_id not in buyable]
    pairs = {(slot.kind_code, key) for _, slot in gone for key in slot.materials}
    offered = catalogue.listings_for_materials(session, pairs, None, now)
    return [
        LostOption(
            card, slot,
            next((x for k in slot.materials for x in offered.get((slot.kind_code, k), [])), None),
        )
        for card, slot in gone
    ]  # fmt: skip


def tell_of_lost(session: Session, now: datetime) -> int:
    """Publish `OptionLost` for every named product that is off sale; whoever listens tells its
    author once. Safe to run at any time; returns how many there are."""
    found = lost_options(session, None, now)
    for one in found:
        publish(
            session,
            OptionLost(
                one.card.id, one.card.seller_id, one.slot.key, one.slot.product_id,
                one.card.name_zh, one.slot.product_zh,
            ),
        )  # fmt: skip
    return len(found)
