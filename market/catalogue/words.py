"""Codes of the catalogue in words, in the visitor's language."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import gettext

from market.catalogue.attributes import ATTRIBUTES, AttributeValue
from market.catalogue.change_types import FieldDiff
from market.catalogue.errors import REASONS
from market.catalogue.types import Blocker, Evidence, ListingView
from market.kernel.i18n import N_
from market.kernel.quantity import UNITS, decimal_text
from market.sellers.types import Warehouse
from market.web.templating import name_of

STATES = {
    "draft": N_("草稿"),
    "live": N_("在售"),
    "paused": N_("暂停"),
    "archived": N_("已归档"),
}
STATE_TONES = {"draft": "plain", "live": "ok", "paused": "warn", "archived": "plain"}
SCHEMES = {
    "graded": N_("分级认证（一至三星）"),
    "activity1": N_("绿色产品认证（合格，不分星级）"),
    "none": N_("暂无认证目录"),
}
RISKS = {"low": N_("低"), "medium": N_("中"), "high": N_("高")}
TRUSTS = {
    "verified": N_("已核验"),
    "declared": N_("厂家自报"),
    "average": N_("行业平均"),
}
DIMENSIONS = {
    "energy": N_("节能"),
    "emission": N_("减排"),
    "carbon": N_("低碳"),
    "safety": N_("安全"),
    "ease": N_("便利"),
    "circular": N_("可循环"),
}
HOUSE_PARTS = {
    1: N_("屋面"),
    2: N_("外墙"),
    3: N_("门窗"),
    4: N_("地面厨卫"),
    5: N_("取暖"),
    6: N_("光伏"),
}
MOVEMENTS = {
    "initial": N_("首次入库"),
    "in": N_("进货"),
    "counted": N_("盘点更正"),
    "sold": N_("售出"),
    "returned": N_("退货入库"),
    "damaged": N_("退货，损坏不入库"),
}

CHANGE_STATES = {
    "pending": N_("等审核"),
    "requires_action": N_("等厂家回答"),
    "confirmed": N_("已通过"),
    "declined": N_("已退回"),
    "withdrawn": N_("已收回"),
}
CHANGE_TONES = {"pending": "info", "requires_action": "warn", "confirmed": "ok",
                "declined": "bad", "withdrawn": "plain"}  # fmt: skip
CHANGE_KINDS = {"first": N_("首次上架"), "edit": N_("修改资料")}
CHANGE_FIELDS = {
    "name_zh": N_("产品名称"), "name_en": N_("英文名称"), "model": N_("型号"),
    "use_zh": N_("用在哪里、怎么用"), "use_en": N_("英文用途"), "unit": N_("计价单位"),
    "certificate_id": N_("绿色建材证书"), "standard": N_("强制标准"),
    "report_number": N_("检测报告编号"), "report_issued_on": N_("报告日期"),
    "life_years": N_("设计使用年限"), "carbon": N_("每单位碳足迹"),
    "material_key": N_("对应的方案材料"), "variant": N_("包装规格"), "report": N_("检测报告"),
}  # fmt: skip

STOCK_ACTIONS = {"in": N_("进货，加上去"), "count": N_("盘点，改成这个数")}


def reason(blocker: Blocker) -> str:
    """Why something is not on the market, as a sentence."""
    params = {
        key: name_of(value) if isinstance(value, Mapping) else value
        for key, value in blocker.told.items()
    }
    return gettext(REASONS[blocker.code], **params)


# Where each of these is mended: the endpoint with the product's id, and what the link says.
MENDED_AT = {
    "standard_missing": ("catalogue.edit_product", N_("去填")),
    "standard_superseded": ("catalogue.edit_product", N_("去改")),
    "standard_withdrawn": ("catalogue.edit_product", N_("去改")),
    "standard_unread": ("standards.list_duties", N_("去读，再确认")),
    "certificate_missing": ("catalogue.edit_product", N_("去选证书")),
    "local_ended": ("catalogue.edit_product", N_("去选证书")),
    "report_missing": ("catalogue.new_report", N_("去上传")),
    "variant_missing": ("catalogue.new_variant", N_("去加规格")),
    "batch_missing": ("traceability.new_batch", N_("去加批次")),
    "substance_banned": ("substances.list_contents", N_("看成分申报")),
    "substance_over": ("substances.list_contents", N_("看成分申报")),
    "substance_unit": ("substances.list_contents", N_("看成分申报")),
    "manual_missing": ("manuals.edit_manual", N_("去写说明书")),
}


def mended_at(blocker: Blocker, product_id: str) -> tuple[str, str] | None:
    """(address, words of the link) of the page where a reason is mended."""
    if blocker.code not in MENDED_AT:
        return None
    endpoint, words = MENDED_AT[blocker.code]
    return url_for(endpoint, product_id=product_id), gettext(words)


def reasons(blockers: Iterable[Blocker]) -> list[str]:
    """Sentences of all blockers."""
    return [reason(blocker) for blocker in blockers]


def attribute_rows(values: Mapping[str, AttributeValue]) -> list[dict[str, str]]:
    """Label and value with unit of each known attribute."""
    rows = []
    for key, value in values.items():
        spec = ATTRIBUTES.get(key)
        if spec is None:
            continue
        text = value if isinstance(value, str) else decimal_text(Decimal(str(value)))
        rows.append(
            {"label": gettext(spec.label), "value": f"{text}\u00a0{spec.unit or ''}".strip()}
        )
    return rows


def change_field(one: FieldDiff) -> str:
    """What a difference is about: the parameter, the dimension, or the field."""
    if one.field == "attributes" and one.part in ATTRIBUTES:
        return gettext(ATTRIBUTES[one.part].label)
    if one.field == "evidence" and one.part in DIMENSIONS:
        return gettext(DIMENSIONS[one.part])
    name = gettext(CHANGE_FIELDS[one.field]) if one.field in CHANGE_FIELDS else one.field
    return f"{name} {one.part}".strip()


def change_value(one: FieldDiff, text: str) -> str:
    """A value of a difference; a file is said to be one."""
    if one.field == "report":
        return gettext("新的文件") if text == one.after else gettext("原来的文件")
    return gettext(UNITS[text]) if one.field == "unit" and text in UNITS else text


def has_values(code: str) -> bool:
    """Whether the sentence of a reason needs values."""
    return "%(" in REASONS[code]


def unit_choices() -> list[tuple[str, str]]:
    """All units of sale."""
    return [(key, gettext(word)) for key, word in UNITS.items()]


def name(thing: Any) -> str:
    """The Chinese or English name of a kind or group."""
    return name_of(thing)


def variant_name(listing: ListingView) -> str:
    """The pack size of a listing in the visitor's language."""
    return name_of({"name_zh": listing.variant_label, "name_en": listing.variant_label_en})


def place_name(places: Iterable[Warehouse], warehouse_id: str) -> str:
    """The name of a warehouse among the seller's."""
    return next((place.name for place in places if place.id == warehouse_id), "")


def dimension_cells(evidence: Iterable[Evidence]) -> list[dict[str, str | None]]:
    """The six cells of the evidence card; a gap says so."""
    return [
        {
            "key": gettext(DIMENSIONS[item.dimension.value]),
            "value": item.value or None,
            "source": item.source or gettext("厂家还没有提供依据"),
        }
        for item in evidence
    ]
