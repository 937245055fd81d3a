"""What a version changes, in words."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext

from market.bundles.differences import Difference
from market.bundles.site_words import say_stored
from market.kernel.i18n import N_
from market.kernel.money import format_fen
from market.web.templating import name_of, unit

PARTS = {"bundle": N_("方案"), "slot": N_("材料"), "labour": N_("施工"), "rule": N_("搭配规则")}
FIELDS = {
    "name_zh": N_("名称"), "name_en": N_("英文名称"), "summary_zh": N_("一句话说明"),
    "summary_en": N_("英文说明"), "zones": N_("给哪些气候区"), "targets": N_("做完要达到"),
    "defaults": N_("房子没量时按多大算"), "ranges": N_("尺寸从多少到多少"), "days": N_("工期"),
    "regions": N_("给哪些地区"), "site": N_("给哪样的房子和地方"),
    "kind_code": N_("品类"), "material_key": N_("通用材料"),
    "purpose_zh": N_("做什么用"), "purpose_en": N_("做什么用（英文）"), "unit": N_("单位"),
    "quantity": N_("数量公式"), "waste": N_("损耗"), "zone_factors": N_("气候区倍数"),
    "element": N_("算进哪个传热系数"), "layers": N_("公式里已含几层"),
    "alternatives": N_("可换的通用材料"), "lap": N_("搭接"), "room": N_("外形尺寸"),
    "note_zh": N_("说明"), "note_en": N_("英文说明"), "use_key": N_("用在哪里"),
    "product_zh": N_("指定商品"),
    "low_fen": N_("单价最低"), "high_fen": N_("单价最高"),
}  # fmt: skip


def what(one: Difference) -> str:
    """What changed: the thing and its field."""
    parts = [gettext(PARTS[one.part]), name_of(one.name) if one.name else ""]
    if one.field:
        parts.append(gettext(FIELDS.get(one.field, one.field)))
    return gettext("：").join(part for part in parts if part)


def said(one: Difference, value: Any) -> str:
    """A value before or after; a whole row by its formula."""
    if value is None:
        return gettext("没有")
    if not one.field:
        return str(value.get("quantity", "")) or name_of(value)
    return _plain(one.field, value)


def _plain(field: str, value: Any) -> str:
    if field.endswith("_fen"):
        return gettext("%(amount)s 元", amount=format_fen(value))
    if field in ("waste", "lap"):
        return f"{value * 100:g} %"
    if field == "unit":
        return unit(value)
    if isinstance(value, Mapping):
        return say_stored(value) if field == "site" else _mapped(value)
    if isinstance(value, list | tuple):
        return gettext("、").join(str(one) for one in value) or "—"
    return str(value) if value != "" else "—"


def _mapped(value: Mapping[str, Any]) -> str:
    return gettext("，").join(f"{key} {_ranged(one)}" for key, one in value.items()) or "—"


def _ranged(value: Any) -> str:
    return "–".join(f"{one:g}" for one in value) if isinstance(value, list) else f"{value:g}"
