"""A quotation's steps in words: what it comes to and by which rule, in the order of the sum."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from market.kernel.money import format_fen
from market.kernel.quantity import decimal_text
from market.promotions import words as promotions
from market.quotations.content import Off, aid_of, discounts_of, unexplained_fen
from market.quotations.types import QuotationView
from market.subsidies import words as subsidies
from market.subsidies.queries import ToldScheme
from market.web.templating import name_of

Row = dict[str, object]


def ledger(found: QuotationView) -> list[Row]:
    """Goods, freight, promotions, subsidies: the rows add up to the last one, the total."""
    content = found.content
    rows: list[Row] = [
        {"label": _("材料"), "fen": content["goods_fen"]},
        {"label": _("运费，送到%(place)s", place=name_of(found.place)),
         "fen": content["freight_fen"]},
        *(_promotion(off) for off in discounts_of(content)),
        *(_subsidy(one) for one in aid_of(content).given),
    ]  # fmt: skip
    rest = unexplained_fen(content, found.total_fen)
    if rest:
        rows.append(
            {"label": _("补贴"), "fen": -rest, "kind": "minus",
             "note": _("开这张单子时只记下了合计，没有记下是哪几项补贴")}
        )  # fmt: skip
    return [*rows, {"label": _("合计"), "fen": found.total_fen, "kind": "sum"}]


def _promotion(off: Off) -> Row:
    row: Row = {"label": name_of(off), "fen": -off.fen, "kind": "minus"}
    if off.step is not None:
        whose = _(promotions.OWNERS[off.step.owner])
        row["note"] = _("，").join([whose, promotions.say_step(off.step)])
    return row


def _subsidy(one: ToldScheme) -> Row:
    return {
        "label": name_of(one), "fen": -one.off_fen, "kind": "minus",
        "note": subsidies.say_told(one),
    }  # fmt: skip


def seller_rows(seller: Mapping[str, Any]) -> list[Row]:
    """One seller's part, as in the cart; quotations from before that have its freight alone."""
    freight: Row = {"label": _("运费"), "fen": seller["freight_fen"]}
    if "total_fen" not in seller:
        return [freight]
    off, aid, off_freight = (seller[key] for key in ("off_fen", "subsidy_fen", "freight_off_fen"))
    parts = seller["freight"]
    if parts is not None:
        freight = {**freight, "fen": seller["freight_fen"] + off_freight, "note": _shipped(parts)}
    rows: list[Row] = [{"label": _("材料小计"), "fen": seller["goods_fen"]}]
    if off:
        rows.append({"label": _("优惠"), "fen": -off, "kind": "minus"})
    if aid:
        rows.append({"label": _("补贴"), "fen": -aid, "kind": "minus"})
    rows.append(freight)
    if off_freight:
        rows.append({"label": _("运费优惠"), "fen": -off_freight, "kind": "minus"})
    return [*rows, {"label": _("这家小计"), "fen": seller["total_fen"], "kind": "sum"}]


def _shipped(parts: Mapping[str, int]) -> str:
    told = _(
        "起步 %(base)s 元，按 %(kg)s kg 加 %(weight)s 元",
        base=format_fen(parts["base_fen"]), weight=format_fen(parts["weight_fen"]),
        kg=decimal_text(Decimal(parts["weight_g"]) / 1000),
    )  # fmt: skip
    if parts["last_mile_fen"]:
        told += _("，进村加 %(amount)s 元", amount=format_fen(parts["last_mile_fen"]))
    return told
