"""Options of live bundles that nobody may sell any more: tasks of their authors.

A named product is lost when nobody may sell it; an option written for a kind of goods when no
goods are left that could fill it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from market.bundles import queries
from market.bundles.events import OptionLost, SlotEmptied
from market.bundles.options import sorted_out
from market.bundles.types import BundleCard, Slot
from market.catalogue import queries as catalogue
from market.catalogue.types import Blocker, ListingView
from market.kernel.events import Event, publish
from market.kernel.region_code import RegionCode
from market.uses import queries as uses
from market.uses.types import UseRule

_Row = tuple[BundleCard, Slot]
_Offered = Mapping[tuple[str, str | None], Sequence[ListingView]]


@dataclass(frozen=True, slots=True)
class LostOption:
    """What cannot be bought any more, and what stands in for it (None: nothing does). `shut` says
    why nobody may sell the named product, or the last one of the kind and materials; empty when
    only nobody has it in the shop."""

    card: BundleCard
    slot: Slot
    substitute: ListingView | None = None
    shut: tuple[Blocker, ...] = ()

    @property
    def of_kind(self) -> bool:
        """Whether the author wrote the option for a kind of goods and named no product."""
        return not self.slot.product_id


def lost_options(session: Session, seller_id: str | None, now: datetime) -> list[LostOption]:
    """Of a supplier's live bundles ("": the operator's, None: everybody's). Nothing is stored:
    a task is gone when there are goods again or a version without the option is published."""
    rows = [
        (view.card, slot) for view in queries.live_bundles(session)
        if seller_id is None or view.card.seller_id == seller_id for slot in view.slots
    ]  # fmt: skip
    return [*_without_product(session, rows, now), *_without_goods(session, rows, now)]


def _without_product(session: Session, rows: Sequence[_Row], now: datetime) -> list[LostOption]:
    named = [(card, slot) for card, slot in rows if slot.product_id]
    buyable = catalogue.buyable_products(session, {slot.product_id for _, slot in named}, now)
    gone = [(card, slot) for card, slot in named if slot.product_id not in buyable]
    offered = _offered(session, gone, None, now)
    rules = uses.list_rules(session) if any(slot.use_key for _, slot in gone) else ()
    ids = {slot.product_id for _, slot in gone}
    shut = {one.id: one.shut for one in catalogue.shut_products(session, ids, (), now)}
    return [
        LostOption(
            card, slot, next(iter(_fit(slot, offered, rules)), None), shut.get(slot.product_id, ())
        )
        for card, slot in gone
    ]


def _without_goods(session: Session, rows: Sequence[_Row], now: datetime) -> list[LostOption]:
    """Goods of local lists count where the bundle is for."""
    left = [(card, slot) for card, slot in rows if not slot.product_id]
    if not left:
        return []
    rules = uses.list_rules(session) if any(slot.use_key for _, slot in left) else ()
    offered = _offered(session, left, None, now)
    left = [(card, slot) for card, slot in left if not _fills(slot, offered, rules)]
    for region in sorted({region for card, _ in left for region in card.regions}):
        here = [(card, slot) for card, slot in left if region in card.regions]
        offered = _offered(session, here, RegionCode(region), now)
        filled = [(card.id, slot.key) for card, slot in here if _fills(slot, offered, rules)]
        left = [(card, slot) for card, slot in left if (card.id, slot.key) not in filled]
    pairs = {(slot.kind_code, key) for _, slot in left for key in slot.materials if key}
    shut: dict[tuple[str, str | None], tuple[Blocker, ...]] = {}
    for one in catalogue.shut_products(session, (), pairs, now):
        shut.setdefault((one.kind_code, one.material_key), one.shut)
    return [LostOption(card, slot, None, _first(slot, shut)) for card, slot in left]


def _first(
    slot: Slot, shut: Mapping[tuple[str, str | None], tuple[Blocker, ...]]
) -> tuple[Blocker, ...]:
    found = (shut.get((slot.kind_code, key)) for key in slot.materials)
    return next((one for one in found if one), ())


def _offered(
    session: Session, rows: Sequence[_Row], region: RegionCode | None, now: datetime
) -> _Offered:
    pairs = {(slot.kind_code, key) for _, slot in rows for key in slot.materials}
    return catalogue.listings_for_materials(session, pairs, region, now)


def _of_slot(slot: Slot, offered: _Offered) -> Iterable[ListingView]:
    return (x for key in slot.materials for x in offered.get((slot.kind_code, key), ()))


def _fills(slot: Slot, offered: _Offered, rules: Sequence[UseRule]) -> bool:
    """Whether any goods come in the slot's unit and suit its use."""
    return bool(_fit(slot, offered, rules))


def _fit(slot: Slot, offered: _Offered, rules: Sequence[UseRule]) -> list[ListingView]:
    """The goods of the slot's materials that come in its unit and suit its use."""
    unit = slot.unit.lower()
    listings = [x for x in _of_slot(slot, offered) if x.unit.lower() == unit]
    return sorted_out(slot, listings, rules)[0]


def tell_of_lost(session: Session, now: datetime) -> int:
    """Publish an event for every option that is lost; whoever listens tells its author once.
    Safe to run at any time; returns how many there are."""
    found = lost_options(session, None, now)
    for one in found:
        publish(session, _event(one))
    return len(found)


def _event(lost: LostOption) -> Event:
    card, slot = lost.card, lost.slot
    if lost.of_kind:
        return SlotEmptied(
            card.id, card.seller_id, slot.key, slot.kind_code, card.name_zh, slot.name_zh
        )
    return OptionLost(
        card.id, card.seller_id, slot.key, slot.product_id, card.name_zh, slot.product_zh
    )
