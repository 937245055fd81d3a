"""What a version of a contract says, as a document, and what its digest covers.

Labour comes from the awarded quote, goods from THE pricing function or from the order that was
placed. No personal data is in it: the parties' names are their signatures.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from market.bundles.types import SelectionLine
from market.checkout.quote import quote
from market.checkout.service import as_cart
from market.checkout.types import SellerBlock
from market.contracts.types import Step, StepKind
from market.kernel.region_code import RegionCode
from market.orders import queries as orders
from market.orders.types import OrderView, SellerOrderView, State
from market.renovations.types import PlanLine, QuoteView, RequestPlan


def digest_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of a version's content, in hexadecimal."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def labour_of(awarded: QuoteView) -> dict[str, Any]:
    """The awarded quote."""
    return {
        "quote_id": awarded.id,
        "version": awarded.version,
        "total_fen": awarded.total_fen,
        "days": awarded.days,
        "warranty_months": awarded.warranty_months,
        "note": awarded.note,
        "lines": [
            {
                "kind": line.kind,
                "item": line.item,
                "label": line.label,
                "quantity": str(line.quantity),
                "unit": line.unit,
                "unit_price_fen": line.unit_price_fen,
                "amount_fen": line.amount_fen,
            }
            for line in awarded.lines
        ],
    }


def plan_of(plan: RequestPlan) -> dict[str, Any]:
    """Which plan it is."""
    return {
        "configuration_id": plan.configuration_id,
        "bundle_id": plan.bundle_id,
        "version": plan.version,
        "slug": plan.slug,
        "name_zh": plan.name_zh,
        "name_en": plan.name_en,
    }


def steps_json(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """Milestones as JSON."""
    return [
        {
            "name_zh": s.name_zh,
            "name_en": s.name_en,
            "pct": s.pct,
            "kind": s.kind.value,
            "gate_zh": s.gate_zh,
            "gate_en": s.gate_en,
            "planned_on": s.planned_on.isoformat(),
        }
        for s in steps
    ]


def steps_of(content: Mapping[str, Any]) -> tuple[Step, ...]:
    """The milestones of a version."""
    return tuple(
        Step(
            row["name_zh"], row["name_en"], row["pct"], StepKind(row["kind"]), row["gate_zh"],
            row["gate_en"], date.fromisoformat(row["planned_on"]),
        )
        for row in content["steps"]
    )  # fmt: skip


def materials(
    session: Session,
    plan: RequestPlan,
    region: RegionCode,
    household_id: str,
    contract_id: str,
    now: datetime,
) -> dict[str, Any]:
    """The goods with sellers and amounts: of the orders bound to the contract, else at today's
    price. `missing` are those that cannot be bought now; they count nothing."""
    bound = [orders.find_order(session, key) for key in _bound(session, contract_id)]
    live = [o for o in bound if o and o.state not in (State.CANCELLED, State.EXPIRED)]
    if live:
        return _ordered(live, contract_id, now)
    lines = [SelectionLine(line.listing_id, line.packs, 0) for line in plan.lines]
    cart = as_cart(lines, plan.bundle_id, household_id)
    quoted = quote(session, cart, region, household_id, now)
    named = {line.listing_id: line for line in plan.lines}
    return {
        "source": "price",
        "orders": [],
        "at": now.isoformat(),
        "sellers": [_priced(block, named) for block in quoted.seller_blocks if block.buyable],
        "missing": [
            _missing(named[line.listing_id])
            for line in quoted.blocked
            if line.listing_id in named
        ],
        "total_fen": quoted.total_fen,
    }  # fmt: skip


def _bound(session: Session, contract_id: str) -> list[str]:
    return orders.orders_of_contract(session, contract_id) if contract_id else []


def _missing(line: PlanLine) -> dict[str, Any]:
    return {"name_zh": line.name_zh, "name_en": line.name_en, "packs": line.packs}


def _priced(block: SellerBlock, named: Mapping[str, PlanLine]) -> dict[str, Any]:
    return {
        "name": block.seller_name,
        "goods_fen": block.goods_fen,
        "off_fen": block.discount_fen + block.subsidy_fen,
        "freight_fen": block.freight_fen - block.freight_off_fen,
        "total_fen": block.total_fen,
        "lines": [
            {
                "listing_id": line.listing_id,
                "name_zh": line.listing.product_name if line.listing else "",
                "name_en": line.listing.product_name_en if line.listing else "",
                "variant_zh": line.listing.variant_label if line.listing else "",
                "variant_en": line.listing.variant_label_en if line.listing else "",
                "packs": line.quantity,
                "amount_fen": line.amount_fen,
                "lead_days": line.listing.lead_days if line.listing else 0,
                "gift": line.is_gift,
            }
            for line in block.buyable
        ],
    }


def _ordered(found: Sequence[OrderView], contract_id: str, now: datetime) -> dict[str, Any]:
    sellers = [
        row
        for order in found
        for part in order.seller_orders
        if (row := _ordered_part(part, contract_id)) is not None
    ]
    return {
        "source": "order",
        "orders": [order.code for order in found],
        "at": now.isoformat(),
        "sellers": sellers,
        "missing": [],
        "total_fen": sum(row["total_fen"] for row in sellers),
    }


def _ordered_part(part: SellerOrderView, contract_id: str) -> dict[str, Any] | None:
    mine = [
        line for line in part.lines
        if line.contract_id == contract_id and line.quantity > line.cancelled
    ]  # fmt: skip
    if not mine:
        return None
    goods = sum(line.amount_fen for line in mine)
    paid = sum(line.paid_fen for line in mine)
    whole = len(mine) == len(part.lines)
    # The freight of a parcel with other goods in it is the order's, not this contract's.
    freight = part.total_fen - sum(line.paid_fen for line in part.lines) if whole else 0
    return {
        "name": part.seller_name,
        "goods_fen": goods,
        "off_fen": goods - paid,
        "freight_fen": freight,
        "freight_elsewhere": not whole,
        "total_fen": paid + freight,
        "lines": [
            {
                "listing_id": line.listing_id,
                "name_zh": line.product_name,
                "name_en": line.product_name_en,
                "variant_zh": line.variant_label,
                "variant_en": "",
                "packs": line.quantity - line.cancelled,
                "amount_fen": line.amount_fen,
                "lead_days": 0,
                "gift": line.gift,
            }
            for line in mine
        ],
    }
