"""The steps of an order's price as documents: what was kept when it was placed."""

from collections.abc import Iterable, Iterator
from typing import Any

from market.orders.types import AdjustmentView, OrderView
from market.promotions import queries as promotions
from market.promotions import words
from market.promotions.types import Verdict
from market.subsidies import queries as subsidies
from market.subsidies import words as aid_words
from market.subsidies.queries import ToldScheme

PROMOTION, SUBSIDY = "promotion", "subsidy"
Document = dict[str, Any]


def steps(view: OrderView) -> list[Document]:
    """Every discount in the order in which it was worked out, subsidies last, each with who bears
    it: goods + freight + their amounts (negative fen) are the total.

    The amounts are those frozen on lines and freight. Orders from before rules were kept have
    steps without rule or sentence.
    """
    given: dict[str, list[AdjustmentView]] = {}
    for one in _adjustments(view):
        given.setdefault(one.promotion_id, []).append(one)
    told = {one["id"]: one for one in _told(view)}
    keys = [key for key in told if key in given]
    keys += sorted((key for key in given if key not in told), key=lambda x: given[x][0].is_subsidy)
    return [_step(number, key, given[key], told.get(key)) for number, key in enumerate(keys, 1)]


def not_used(view: OrderView) -> list[Document]:
    """What else was looked at, and the first rule that was not met."""
    stored = view.discounts
    if not stored:
        return []
    aid = subsidies.told(stored.get("subsidies", ()))
    others = promotions.told(stored).others
    return [*map(_other_promotion, others), *map(_other_scheme, aid.others)]


def not_kept(view: OrderView) -> int:
    """How many more promotions were looked at than are kept."""
    return promotions.told(view.discounts).more if view.discounts else 0


def _adjustments(view: OrderView) -> Iterator[AdjustmentView]:
    for part in view.seller_orders:
        for line in part.lines:
            yield from line.adjustments
        yield from part.freight_adjustments


def _told(view: OrderView) -> Iterator[Document]:
    """What is kept of each discount, in order."""
    stored = view.discounts
    if not stored:
        return
    for step in promotions.told(stored).steps:
        yield {
            "id": step.promotion_id, "rule": step.benefit.kind.value, "base_fen": step.base_fen,
            "detail": words.say_step(step),
        }  # fmt: skip
    for scheme in subsidies.told(stored.get("subsidies", ())).given:
        first = scheme.steps[0]
        yield {
            "id": scheme.id, "rule": first.code, "base_fen": first.params.get("base"),
            "detail": aid_words.say_told(scheme),
        }  # fmt: skip


def _step(
    number: int, key: str, given: Iterable[AdjustmentView], told: Document | None
) -> Document:
    rows = list(given)
    borne: dict[str, int] = {}
    for one in rows:
        borne[one.bearer] = borne.get(one.bearer, 0) + one.amount_fen
    return {
        "position": number,
        "kind": SUBSIDY if rows[0].is_subsidy else PROMOTION,
        "name": rows[0].label,
        "name_english": rows[0].label_en,
        "rule": None,
        "base_fen": None,
        "detail": None,
        **(told or {}),
        "id": key,
        "amount_fen": sum(borne.values()),
        "borne": [{"bearer": bearer, "amount_fen": fen} for bearer, fen in sorted(borne.items())],
    }


def _other_promotion(verdict: Verdict) -> Document:
    return {
        "kind": PROMOTION, "id": verdict.promotion_id, "name": verdict.name,
        "name_english": verdict.name_en, "reason_code": verdict.reason_code,
        "detail": words.say_reason(verdict),
    }  # fmt: skip


def _other_scheme(scheme: ToldScheme) -> Document:
    reason = scheme.reason
    return {
        "kind": SUBSIDY, "id": scheme.id, "name": scheme.name_zh, "name_english": scheme.name_en,
        "reason_code": reason.code if reason else "",
        "detail": aid_words.say_reason(reason) if reason else "",
    }  # fmt: skip
