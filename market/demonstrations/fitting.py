"""Whether the goods of a bill may be used where they were, and what to take instead.

A project is an example to copy: what does not meet the rule of its use is not made public.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_CEILING, Decimal

from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.catalogue.types import ShelfRow
from market.certification import queries as certification
from market.demonstrations.types import BillLine, Misuse, Swap
from market.kernel.money import Fen
from market.kernel.region_code import RegionCode
from market.sellers import freight
from market.sellers import queries as sellers
from market.sellers.types import FreightTable
from market.uses import queries as uses
from market.uses.rules import rule_for, unsuitable
from market.uses.types import Unsuitable


@dataclass(frozen=True)
class _Goods:
    star: int | None
    attributes: Mapping[str, str | float]


def misused(session: Session, bill: Sequence[BillLine], now: datetime) -> list[Misuse]:
    """The lines that do not meet the rule of their use, in order, without substitutes. One
    statement when uses ask nothing, four else."""
    rules = uses.list_rules(session)
    if not rules or not bill:
        return []
    groups = {k.code: k.group_code for k in catalogue.list_kinds(session, include_closed=True)}
    goods = _goods(session, {line.product_id for line in bill}, now)
    found = []
    for line in bill:
        rule = rule_for(rules, line.use, line.kind_code, groups.get(line.kind_code, ""))
        why = unsuitable(goods.get(line.product_id, _Goods(None, {})), rule)
        if why is not None:
            found.append(Misuse(line, why))
    return found


def with_swaps(
    session: Session, found: Sequence[Misuse], region: RegionCode, now: datetime
) -> list[Misuse]:
    """The same with the cheapest that meets each rule, delivered in the amount of the line."""
    return [Misuse(one.line, one.why, _swap(session, one, region, now)) for one in found]


def _goods(session: Session, product_ids: Collection[str], now: datetime) -> dict[str, _Goods]:
    about = catalogue.products_about(session, product_ids)
    ids = {one.certificate_id for one in about.values() if one.certificate_id}
    papers = certification.certificates_by_ids(session, ids, now)
    return {
        key: _Goods(
            papers[one.certificate_id].star if one.certificate_id in papers else None,
            one.attributes,
        )
        for key, one in about.items()
    }


def _swap(session: Session, found: Misuse, region: RegionCode, now: datetime) -> Swap | None:
    line, why = found.line, found.why
    rows = [
        row for row in catalogue.shelf(session, [line.kind_code], now)
        if row.unit == line.unit and row.in_stock and row.may_go_to(region, now)
    ]  # fmt: skip
    traits = catalogue.traits_of_kinds(session, [line.kind_code])
    rows = [row for row in rows if _meets(row, traits.get(row.product_id, ({}, None))[0], why)]
    tables = sellers.freight_tables(session, {row.seller_id for row in rows})
    priced = []
    for row in rows:
        total = _total(row, line.quantity, tables.get(row.seller_id), region)
        if total is not None:
            priced.append((total, row.product_id))
    if not priced:
        return None
    total, product_id = min(priced)
    zh, en, model = catalogue.product_names(session, [product_id])[product_id]
    return Swap(product_id, zh, en, model, total)


def _meets(row: ShelfRow, attributes: Mapping[str, str | float], why: Unsuitable) -> bool:
    return unsuitable(_Goods(row.star, attributes), why.rule) is None


def _total(
    row: ShelfRow, quantity: Decimal, table: FreightTable | None, region: RegionCode
) -> Fen | None:
    """What so much of it costs in whole packs at the place; None when it does not get there."""
    pack = Decimal(row.price_fen * 1000) / row.unit_price_milli_fen
    packs = max(int((quantity / pack).to_integral_value(ROUND_CEILING)), row.min_packs)
    weight = int((row.unit_weight_g * pack * packs).to_integral_value(ROUND_CEILING))
    sent = freight.quote(table, region, weight) if table else None
    return None if sent is None else packs * row.price_fen + sent.total_fen
