"""What a bundle costs for the test house by typical prices: a first idea for lists. Pure."""

from dataclasses import dataclass
from decimal import Decimal

from market.bundles.house import trial_house
from market.bundles.materials import geometry, materials
from market.bundles.takeoff import formula, take_off
from market.bundles.types import BundleView
from market.kernel.money import Fen


@dataclass(frozen=True, slots=True)
class Typical:
    """Goods and labour of the test house (示例)."""

    goods_fen: Fen
    labour_low_fen: Fen
    labour_high_fen: Fen


def typical(bundle: BundleView, zone: str | None) -> Typical:
    """Typical prices of the generic materials; slots without one count nothing."""
    values = trial_house(bundle.defaults, geometry())
    goods = Decimal(0)
    for off, slot in zip(
        take_off([s.formula for s in bundle.slots], values, zone), bundle.slots, strict=True
    ):
        known = materials().get(slot.material_key or "")
        if known is not None:
            goods += off.need * known.price_typ_yuan * 100
    low, high = (
        sum(formula(row.quantity).evaluate(values) * rate for row, rate in pairs)
        for pairs in (
            [(row, row.low_fen) for row in bundle.labour],
            [(row, row.high_fen) for row in bundle.labour],
        )
    )
    return Typical(int(goods), int(low), int(high))
