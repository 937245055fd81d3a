"""The configurator's sentences: sums in words, warnings, levels of trust."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup, escape

from market.bundles.asking import Questions
from market.bundles.carbon import CarbonLevel, CarbonTotal
from market.bundles.forms import UNITS, tidy
from market.bundles.house import MEASURES, TYPED_AREAS
from market.bundles.types import BundleView, Calculation, FilledSlot, Option
from market.kernel.i18n import N_
from market.kernel.money import format_fen
from market.kernel.quantity import decimal_text
from market.regions.types import ZONES, ClimateZone
from market.web.templating import name_of, percent, unit, yuan0

_NUMBER = re.compile(r"(\d[\d,.]* [^\s，,；;<]+)")
LEVELS: dict[CarbonLevel, str] = {
    CarbonLevel.VERIFIED: N_("核验过的产品数据"),
    CarbonLevel.DECLARED: N_("厂家申报，没有核验（示例）"),
    CarbonLevel.AVERAGE: N_("行业平均值，估算"),
    CarbonLevel.ESTIMATE: N_("相近材料推算，估算"),
    CarbonLevel.MISSING: N_("暂无数据"),
}
ELEMENTS: dict[str, str] = {"wall": N_("外墙"), "roof": N_("屋面"), "window": N_("外窗")}
PROBLEMS: dict[str, str] = {
    "none_here": N_("现在没有卖家能把这样材料送到你那里"),
    "stock_short": N_("有人卖，但剩下的货不够这么多"),
    "choice_gone": N_("原来选的现在买不到，先换成最便宜的"),
}


def number(value: float | Decimal, places: int = 2) -> str:
    """A quantity as people read it."""
    step = Decimal(1).scaleb(-places)
    rounded = Decimal(str(value)).quantize(step, rounding=ROUND_HALF_UP)
    return decimal_text(rounded)


def sum_in_words(item: FilledSlot) -> Markup:
    """The sum of a slot as a sentence whose numbers keep their units."""
    return unparted(_sum(item))


def packs_in_words(item: FilledSlot, option: Option) -> Markup:
    """The packs of an option as a sentence whose numbers keep their units."""
    return unparted(_packs(item, option))


def unparted(text: str) -> Markup:
    """No line breaks between a number and its unit."""
    return Markup(_NUMBER.sub(r'<span class="nb">\1</span>', str(escape(text))))  # noqa: S704


def _sum(item: FilledSlot) -> str:
    """84 m² 加 5 % 损耗 ＝ 88.2 m²; with the layers of the climate zone where they count."""
    off, word = item.take_off, unit(item.slot.unit)
    base = number(off.base)
    params = {
        "base": base,
        "unit": word,
        "factor": number(off.factor),
        "waste": number(off.waste * 100),
        "need": number(off.quantity),
    }
    if off.factor != 1 and off.waste:
        return _(
            "%(base)s %(unit)s × %(factor)s 层，加 %(waste)s %% 损耗 ＝ %(need)s %(unit)s", **params
        )
    if off.factor != 1:
        return _("%(base)s %(unit)s × %(factor)s 层 ＝ %(need)s %(unit)s", **params)
    if off.waste:
        return _("%(base)s %(unit)s 加 %(waste)s %% 损耗 ＝ %(need)s %(unit)s", **params)
    return _("%(base)s %(unit)s，不加损耗", **params)


def _packs(item: FilledSlot, option: Option) -> str:
    """每包 3 m²，要 30 包，剩 1.8 m²; several sizes are listed."""
    word = unit(item.slot.unit)
    left = number(option.cover.leftover)
    parts = [
        _("要 %(count)s %(unit)s", count=n, unit=word)
        if x.pack_size == 1
        else ngettext(
            "每包 %(size)s %(unit)s，要 %(count)s 包",
            "每包 %(size)s %(unit)s，要 %(count)s 包",
            n,
            size=number(x.pack_size, 3),
            unit=word,
            count=n,
        )
        for x, n in option.packs
    ]
    rest = (
        _("剩 %(left)s %(unit)s", left=left, unit=word) if option.cover.leftover else _("刚好用完")
    )
    return _("，").join([*parts, rest])


@dataclass(frozen=True, slots=True)
class Unsure:
    """One thing nobody knew, and what counts instead."""

    label: str
    value: str


def unsure_of(found: Calculation, questions: Questions) -> list[Unsure]:
    """Every 不清楚 with its stated default, the wall's thickness included."""
    rows = []
    for key in sorted(found.choices.house.unsure):
        measure = MEASURES.get(key) or TYPED_AREAS.get(key)
        if measure is not None:
            value = f"{decimal_text(tidy(found.values[key]))} {UNITS[measure.unit]}".strip()
            rows.append(Unsure(_(measure.label), value))
    if questions.asks_wall and found.choices.house.wall_mm is None:
        rows.append(Unsure(_("墙厚"), name_of(found.choices.house.wall)))
    return rows


def other_zone(bundle: BundleView, zone: ClimateZone | None) -> str | None:
    """What to say when a bundle is meant for another climate."""
    if zone is None or bundle.card.suits(zone.zone):
        return None
    return _("这套方案是给别的气候区的，你那里是%(zone)s，结果只作参考", zone=_(zone.name))


def zone_names(codes: Iterable[str]) -> list[str]:
    """The climate zones of a bundle in words."""
    return [_("不分地区") if code == "all" else _(ZONES[code][0]) for code in codes]


def difference(option: Option, chosen: Option | None) -> str:
    """The price of an option, or how much more or less than the chosen one."""
    if chosen is None or option.key == chosen.key:
        return format_fen(option.cost_fen)
    delta = option.cost_fen - chosen.cost_fen
    return ("+" if delta >= 0 else "") + format_fen(delta)


def short_of(option: Option) -> list[str]:
    """What is worth knowing of an option besides its price."""
    listing = option.listing
    rows = [listing.seller_name]
    rows.append(
        _("定做，%(days)s 天", days=option.lead_days)
        if listing.made_to_order
        else _("现货，%(days)s 天到", days=option.lead_days)
    )
    return rows


def price_rows(found: Calculation, place: str | None) -> list[dict[str, object]]:
    """The ledger: goods, freight of every seller, what it comes to."""
    rows: list[dict[str, object]] = [
        {
            "label": _(
                "材料，%(sellers)s 个卖家 %(count)s 样",
                sellers=len(found.freight),
                count=len(found.chosen),
            ),
            "fen": found.goods_fen,
        }
    ]
    for part in found.freight:
        label = _("运费，%(seller)s", seller=part.seller_name)
        weight = _("%(weight)s kg（示例）", weight=number(Decimal(part.weight_g) / 1000, 0))
        if part.freight_fen is None:
            rows.append({"label": label, "text": _("选乡镇后再算"), "note": weight})
        else:
            rows.append({"label": label, "fen": part.freight_fen, "note": weight})
    total = _("合计，送到%(place)s", place=place) if place else _("合计，不含运费")
    return [*rows, {"label": total, "fen": found.total_fen, "kind": "sum"}]


def carbon_rows(total: CarbonTotal) -> list[dict[str, object]]:
    """Kilograms and share of every level of trust, the missing ones last."""
    rows: list[dict[str, object]] = [
        {
            "label": _(LEVELS[part.level]),
            "value": _(
                "%(kg)s kg，占 %(share)s",
                kg=number(part.kg, 0),
                share=percent(part.share),
            ),
            "note": _("%(count)s 样", count=part.lines),
        }
        for part in total.shares
    ]
    if total.missing:
        rows.append(
            {
                "label": _(LEVELS[CarbonLevel.MISSING]),
                "value": _("%(count)s 样", count=total.missing),
                "note": _("占样数的 %(share)s", share=percent(total.missing_share)),
            }
        )
    return rows


def labour_rows(found: Calculation) -> list[dict[str, object]]:
    """Labour by row as a range, with its sum."""
    rows: list[dict[str, object]] = [
        {
            "label": name_of(part.row),
            "text": _("%(low)s–%(high)s 元", low=yuan0(part.low_fen), high=yuan0(part.high_fen)),
            "note": f"{number(part.quantity)} {labour_unit(part.row.unit)}",
        }
        for part in found.labour
    ]
    low, high = found.labour_fen
    text = _("%(low)s–%(high)s 元", low=yuan0(low), high=yuan0(high))
    return [*rows, {"label": _("施工合计（示例）"), "text": text, "kind": "sum"}]


def labour_unit(key: str) -> str:
    """Work is also counted by the room."""
    return _("间") if key == "room" else unit(key)
