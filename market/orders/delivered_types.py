"""What arrived of an order, without who bought it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from market.kernel.region_code import RegionCode


@dataclass(frozen=True)
class DeliveredLine:
    """Packs of a line that arrived, at the price they were sold for."""

    kind_code: str
    kind_name: str
    product_id: str
    product_zh: str
    product_en: str
    variant_label: str
    unit: str
    pack_size: Decimal
    packs: int
    unit_price_fen: int


class PacksOf(NamedTuple):
    """What makes packs of an order the same goods."""

    product_id: str
    variant_label: str
    pack_size: Decimal
    unit_price_fen: int


@dataclass(frozen=True)
class DeliveredGoods:
    """An order by its number: where it went and what arrived; no name, phone or address.

    `account_id` is only for telling the household what is done with its order.
    """

    order_id: str
    code: str
    account_id: str
    region: RegionCode
    lines: tuple[DeliveredLine, ...]
