"""Sheets on their way out: the template, and the goods of a seller. No cell is a formula."""

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from market.catalogue.types import DeskGoods, OwnListing, ProductView, VariantView
from market.exchange.cells import plain_text, shown
from market.exchange.columns import ATTRIBUTE, COLUMNS, Column, heading
from market.exchange.sheets import escaped

Say = Callable[[str], str]


def goods_rows(
    goods: DeskGoods, certificates: Mapping[str, str], warehouses: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """The goods as rows of values by column, one per pack size and warehouse."""
    order = sorted(
        goods.variants.values(),
        key=lambda v: (goods.products[v.product_id].name_zh, v.product_id, v.pack_size, v.id),
    )
    levels: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for (listing_id, place), (on_hand, _reserved) in sorted(goods.levels.items()):
        if place in warehouses:
            levels[listing_id].append((warehouses[place], on_hand))
    for variant in order:
        listing = goods.listings.get(variant.id)
        if listing is not None and listing.state == "archived":
            listing = None
        product = goods.products[variant.product_id]
        if listing is None and (not variant.is_open or product.state == "archived"):
            continue
        row = _row(product, variant, listing, certificates)
        stored = levels.get(listing.id, []) if listing else []
        yield from _with_stock(row, stored)


def _with_stock(row: dict[str, Any], levels: Sequence[tuple[str, int]]) -> Iterator[dict[str, Any]]:
    """The row itself with the first warehouse; only ids and stock of the others."""
    if not levels:
        yield row
        return
    for number, (place, packs) in enumerate(levels):
        known = row if number == 0 else {k: row[k] for k in ("product_id", "variant_id")}
        yield {**known, "warehouse": place, "stock": packs}


def _row(
    product: ProductView, variant: VariantView, listing: OwnListing | None,
    certificates: Mapping[str, str],
) -> dict[str, Any]:  # fmt: skip
    row: dict[str, Any] = {
        "product_id": product.id, "variant_id": variant.id, "kind": product.kind_code,
        "certificate": certificates.get(product.certificate_id or ""),
        "label_zh": variant.label_zh, "label_en": variant.label_en,
        "pack_size": variant.pack_size, "weight_kg": Decimal(variant.weight_g) / 1000,
    }  # fmt: skip
    for key in ("name_zh", "name_en", "model", "use_zh", "use_en", "unit", "standard",
                "report_number", "report_issued_on", "life_years"):  # fmt: skip
        row[key] = getattr(product, key)
    row |= {ATTRIBUTE + key: value for key, value in product.attributes.items()}
    if listing is not None:
        terms = listing.details
        row |= {
            "price": terms.price_fen, "min_packs": terms.min_packs, "lead_days": terms.lead_days,
            "made_to_order": terms.made_to_order, "state": listing.state,
        }  # fmt: skip
    return row


def columns_for(attribute_keys: Iterable[str]) -> list[Column]:
    """All columns, of the parameters only these."""
    kept = {ATTRIBUTE + key for key in attribute_keys}
    return [c for c in COLUMNS if not c.key.startswith(ATTRIBUTE) or c.key in kept]


def as_csv(rows: Iterable[dict[str, Any]], columns: Sequence[Column], say: Say, language: str
           ) -> Iterator[bytes]:  # fmt: skip
    """The rows as UTF-8 with a mark at the start, in pieces."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([heading(column, language) for column in columns])
    yield b"\xef\xbb\xbf"
    for row in rows:
        writer.writerow([
            escaped(shown(c.key, plain_text(c.key, row.get(c.key)), say)) for c in columns
        ])  # fmt: skip
        if buffer.tell() > 60_000:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()
