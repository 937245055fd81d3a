"""What to buy instead of a product that may not be sold, or not be used somewhere."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_CEILING, Decimal
from typing import Any

from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.catalogue.types import ShelfRow
from market.kernel.money import Fen
from market.kernel.region_code import RegionCode
from market.sellers import queries as sellers
from market.storefront import rules
from market.storefront.types import ProductShow
from market.substances import queries as substances
from market.uses.rules import rule_for, unsuitable
from market.uses.types import Unsuitable, Use, UseRule


@dataclass(frozen=True)
class Substitute:
    """A product with the price of one unit, delivered when a place is known."""

    product_id: str
    name_zh: str
    name_en: str
    model: str
    price_fen: Fen
    unit: str


def for_shut(
    session: Session, show: ProductShow, region: RegionCode | None, now: datetime
) -> Substitute | None:
    """The cheapest of the same kind and unit to buy instead of a product whose gate is shut; where
    its contents shut it, one that declares the same substances and meets the rules. None while
    the gate is open, and when there is none."""
    shut = show.found.shut
    if not shut:
        return None
    kind, unit = show.found.kind.code, show.found.product.unit
    if not any(blocker.code.startswith("substance_") for blocker in shut):
        return cheapest(session, kind, lambda row: row.unit == unit, region, now)
    wrong = {
        content.substance_id
        for content in show.found.product.contents
        for rule in content.rules
        if rule.breaks
    }
    good = substances.compliant_products(session, kind, wrong, now)
    return cheapest(
        session, kind, lambda row: row.unit == unit and row.product_id in good, region, now
    )


@dataclass(frozen=True)
class Fit:
    """How a product stands to one use: its rule, why not, and what to take instead."""

    rule: UseRule
    why: Unsuitable | None
    swap: Substitute | None = None


@dataclass(frozen=True)
class _Goods:
    star: int | None
    attributes: Mapping[str, str | float]


def fits(
    session: Session,
    show: ProductShow,
    rules_of_uses: Sequence[UseRule],
    region: RegionCode | None,
    now: datetime,
) -> list[Fit]:
    """How the product stands to every use that asks something of its kind.

    Only a product that fails one costs statements: three, and two for each substitute.
    """
    kind, certificate = show.found.kind, show.found.certificate
    mine = _Goods(certificate.star if certificate else None, show.found.product.attributes)
    found = []
    traits: Mapping[str, tuple[dict[str, Any], int | None]] | None = None
    for use in Use:
        rule = rule_for(rules_of_uses, use, kind.code, kind.group_code)
        if rule is None:
            continue
        why = unsuitable(mine, rule)
        if why is None:
            found.append(Fit(rule, None))
            continue
        if traits is None:
            traits = catalogue.traits_of_kinds(session, [kind.code])
        swap = _instead(session, show, rule, traits, region, now)
        found.append(Fit(rule, why, swap))
    return found


def _instead(
    session: Session, show: ProductShow, rule: UseRule,
    traits: Mapping[str, tuple[dict[str, Any], int | None]], region: RegionCode | None,
    now: datetime,
) -> Substitute | None:  # fmt: skip
    def meets(row: ShelfRow) -> bool:
        attributes, _life = traits.get(row.product_id, ({}, None))
        fit = unsuitable(_Goods(row.star, attributes), rule) is None
        return fit and row.unit == show.found.product.unit

    return cheapest(session, show.found.kind.code, meets, region, now)


def cheapest(
    session: Session,
    kind_code: str,
    meets: Callable[[ShelfRow], bool],
    region: RegionCode | None,
    now: datetime,
) -> Substitute | None:
    """The cheapest offer in stock of a kind that meets a condition and reaches the place."""
    rows = [
        row for row in catalogue.shelf(session, [kind_code], now)
        if row.in_stock and row.may_go_to(region, now) and meets(row)
    ]  # fmt: skip
    tables = sellers.freight_tables(session, {row.seller_id for row in rows}) if region else {}
    priced = []
    for row in rows:
        pack = Decimal(row.price_fen * 1000) / row.unit_price_milli_fen
        units = rules.reference_units(row.unit, row.min_packs * pack)
        weight = int(Decimal(row.unit_weight_g).to_integral_value(ROUND_CEILING))
        if region is None:
            priced.append((row.unit_price_milli_fen, row.product_id, row))
            continue
        found = rules.delivered(
            row.unit_price_milli_fen, weight, units, tables.get(row.seller_id), region
        )
        if found is not None:
            priced.append((found.total_milli, row.product_id, row))
    if not priced:
        return None
    milli, product_id, row = min(priced)
    zh, en, model = catalogue.product_names(session, [product_id])[product_id]
    return Substitute(product_id, zh, en, model, rules.half_up(milli), row.unit)
