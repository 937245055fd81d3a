"""The configurator's sentences: sums in words, warnings, levels of trust."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup, escape

from market.bundles import gone_words
from market.bundles.asking import Questions
from market.bundles.carbon import CarbonLevel, CarbonTotal
from market.bundles.energy import Range
from market.bundles.forms import UNITS, tidy
from market.bundles.house import MEASURES, ROOM, TYPED_AREAS
from market.bundles.money import Years, money_years
from market.bundles.optimise import Aim, better
from market.bundles.reference import fuels
from market.bundles.types import Aid, BundleView, Calculation, FilledSlot, Option, Priced
from market.kernel.i18n import N_
from market.kernel.money import format_fen
from market.kernel.quantity import decimal_text
from market.kernel.region_code import RegionCode
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
ELEMENTS: dict[str, str] = {
    "wall": N_("外墙"),
    "roof": N_("屋面"),
    "window": N_("外窗"),
    "door": N_("外门"),
    "floor": N_("地面"),
}
PROBLEMS: dict[str, str] = {
    "none_here": N_("现在没有卖家能把这样材料送到你那里"),
    "stock_short": N_("有人卖，但剩下的货不够这么多"),
    "none_suitable": N_("有人卖，但都不符合这个用途的要求"),
    "unsuitable": N_("选的不能用在这里，先换成符合的里最便宜的"),
    "named_gone": N_("方案里指定的这里现在买不到，先换成最便宜的"),
    "choice_gone": N_("原来选的现在买不到，先换成最便宜的"),
    "none_fits": N_("在卖的都放不进你家这间，量一下净尺寸，或者换一种做法"),
}
say_gone, why = gone_words.say_gone, gone_words.why
AIMS: dict[Aim, str] = {
    Aim.COST: N_("更便宜"),
    Aim.CARBON: N_("更低碳"),
    Aim.LOCAL: N_("更本地"),
    Aim.STAR: N_("星级更高"),
}
UNFIT: dict[str, str] = {
    "too_big": N_("外形 %(size)s m，放不进 %(room)s m 的卫生间"),
    "no_size": N_("外形尺寸暂无数据，先问卖家再定"),
}
TRUST: dict[str, str] = {
    "verified": N_("核验过"),
    "unverified": N_("行业常用，没有核对原文"),
    "estimate": N_("估算"),
    "rule": N_("本站规则"),
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


def better_than(item: FilledSlot) -> dict[Aim, Option]:
    """For every aim a better option of a slot."""
    return better(item.options, item.chosen)


def unparted(text: str) -> Markup:
    """No line breaks between a number and its unit."""
    return Markup(_NUMBER.sub(r'<span class="nb">\1</span>', str(escape(text))))  # noqa: S704


def _sum(item: FilledSlot) -> str:
    """84 m² 加 5 % 损耗 ＝ 88.2 m²; with the layers of the climate zone where they count."""
    off, word = item.take_off, unit(item.slot.unit)
    base = number(off.base)
    if off.lap:
        return _(
            "%(base)s %(unit)s 加 %(lap)s %% 搭接和 %(waste)s %% 损耗 ＝ %(need)s %(unit)s",
            base=number(off.base * off.factor), unit=word, lap=number(off.lap * 100),
            waste=number(off.waste * 100), need=number(off.quantity),
        )  # fmt: skip
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


def other_place(
    bundle: BundleView, zone: ClimateZone | None, region: RegionCode | None
) -> str | None:
    """What to say when a bundle is meant for another climate or another region."""
    if region is not None and not bundle.card.is_for(region.digits):
        return _("这套方案是给别的地区写的，价格和做法只作参考")
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


def price_rows(found: Calculation, priced: Priced, place: str | None) -> list[dict[str, object]]:
    """The ledger: goods and freight of every seller, promotions, what it comes to."""
    rows: list[dict[str, object]] = []
    for part in priced.sellers:
        count = sum(x.chosen.listing.seller_id == part.seller_id for x in found.chosen if x.chosen)
        label = _("材料，%(seller)s，%(count)s 样", seller=part.seller_name, count=count)
        rows.append({"label": label, "fen": part.goods_fen})
        label = _("运费，%(seller)s", seller=part.seller_name)
        weight = _("%(weight)s kg（示例）", weight=number(Decimal(part.weight_g) / 1000, 0))
        if part.freight_fen is None:
            rows.append({"label": label, "text": _("选乡镇后再算"), "note": weight})
        else:
            rows.append({"label": label, "fen": part.freight_fen, "note": weight})
    rows += [
        {"label": name_of(off), "fen": -off.fen, "kind": "off", "note": off.told}
        for off in priced.discounts
    ]
    rows += [
        {"label": name_of(one), "fen": -one.fen, "kind": "off", "note": say_aid(one)}
        for one in priced.taken_off
    ]
    total = _("合计，送到%(place)s", place=place) if place else _("合计，不含运费")
    return [*rows, {"label": total, "fen": priced.total_fen, "kind": "sum"}]


def say_aid(one: Aid) -> str:
    """How the amount of a scheme was worked out, and whether its figures are an example."""
    return _("示例，%(told)s", told=one.told) if one.example else one.told


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


def range_of(value: Range, places: int = 0) -> str:
    """Least to greatest as people read it."""
    low, high = number(value.low, places), number(value.high, places)
    return low if low == high else _("%(low)s 到 %(high)s", low=low, high=high)


def years(value: float | None) -> str:
    """Years of payback."""
    if value is None:
        return _("回不了本")
    return _("不到 1 年") if value < 1 else _("%(years)s 年", years=number(value, 1))


def payback(value: Years) -> str:
    """Soonest to latest payback."""
    soon, late = years(value[0]), years(value[2])
    return soon if soon == late else _("%(soon)s 到 %(late)s", soon=soon, late=late)


def fuel_name(key: str) -> str:
    """A way to heat by name."""
    row = fuels().get(key)
    return name_of(row) if row else _("热泵")


def gain(aim: Aim, option: Option, chosen: Option) -> str:
    """How much better an option is in an aim."""
    if aim is Aim.COST:
        saved = format_fen(chosen.landed_fen - option.landed_fen)
        return _("少 %(amount)s 元", amount=saved)
    if aim is Aim.CARBON:
        if chosen.carbon_kg is None or option.carbon_kg is None:
            return _("有碳数据")
        return _("少 %(kg)s kg CO₂e", kg=number(chosen.carbon_kg - option.carbon_kg, 0))
    if aim is Aim.LOCAL:
        return _("产地约 %(km)s km", km=option.km)
    return "★" * option.star


def unfit_words(option: Option, values: Mapping[str, float]) -> str:
    """Why a module does not go into the room."""
    sizes = [option.listing.attributes.get(f"{n}_mm") for n in ("length", "width", "height")]
    size = " × ".join(number(s / 1000) for s in sizes if isinstance(s, int | float))
    room = " × ".join(number(values[key]) for key in ROOM)
    return _(UNFIT[option.unfit], size=size, room=room)


def comparison(columns: Sequence[tuple[Calculation, Priced]]) -> list[dict[str, object]]:
    """Rows of a comparison: label, a text per column, whether the columns differ."""
    rows: list[tuple[str, list[str]]] = [
        (_("方案"), [name_of(c.bundle.card) for c, _p in columns]),
        (_("房型"), [name_of(c.choices.house.picture) for c, _p in columns]),
        (_("合计"), [_("%(amount)s 元", amount=format_fen(p.total_fen)) for _c, p in columns]),
        (_("材料"), [_("%(amount)s 元", amount=format_fen(p.goods_fen)) for _c, p in columns]),
        (_("运费"), [_("%(amount)s 元", amount=format_fen(p.freight_fen)) for _c, p in columns]),
        (_("优惠"), [_("%(amount)s 元", amount=format_fen(sum(d.fen for d in p.discounts)))
                     for _c, p in columns]),
        (_("下单就减的补贴"), [_aid(p, sum(x.fen for x in p.taken_off)) for _c, p in columns]),
        (_("买完再申请的补贴，没有从合计里减"), [_aid(p, p.later_fen) for _c, p in columns]),
        (_("材料带来的碳排放"), [f"{number(c.carbon.kg, 0)} kg CO₂e" for c, _p in columns]),
        (_("一年少花"), [_per_year(c) for c, _p in columns]),
        (_("要付的和施工的钱多久回来"), [_back(money_years(c, p.total_fen)) for c, p in columns]),
        (_("材料带来的碳多久抵回来"), [_back(c.use.carbon_years if c.use else None)
                                       for c, _p in columns]),
        (_("本地造的占"), [percent(c.local_share) if c.local_share is not None else _("暂无数据")
                           for c, _p in columns]),
        (_("星级"), [_stars(c) for c, _p in columns]),
    ]  # fmt: skip
    for element in ("wall", "roof", "window", "door"):
        values = [next((x.after for x in c.checks if x.element == element), None)
                  for c, _p in columns]  # fmt: skip
        if any(value is not None for value in values):
            label = _("%(element)s传热系数", element=_(ELEMENTS[element]))
            rows.append((label, ["—" if v is None else number(v) for v in values]))
    keys = dict.fromkeys(item.slot.key for c, _p in columns for item in c.slots)
    for key in keys:
        found = [next((i for i in c.slots if i.slot.key == key), None) for c, _p in columns]
        label = next(name_of(item.slot) for item in found if item is not None)
        rows.append((label, [_chosen_words(item) for item in found]))
    return [
        {"label": label, "values": values, "differs": len(set(values)) > 1}
        for label, values in rows
    ]


def _aid(priced: Priced, fen: int) -> str:
    if priced.aid is None:
        return _("选乡镇后再算")
    return _("%(amount)s 元", amount=format_fen(fen))


def _back(value: Years | None) -> str:
    return _("暂无数据") if value is None else payback(value)


def _stars(found: Calculation) -> str:
    """How many goods of every star there are."""
    names = {3: _("三星"), 2: _("二星"), 1: _("一星"), 0: _("不分级或没有")}
    told = [
        _("%(star)s %(count)s 样", star=names[star], count=count)
        for star, count in found.stars.items()
        if count
    ]
    return _("，").join(told) or "—"


def _per_year(found: Calculation) -> str:
    if found.use is None:
        return _("暂无数据")
    return _("%(range)s 元", range=range_of(found.use.saving.yuan))


def _chosen_words(item: FilledSlot | None) -> str:
    if item is None or item.need <= 0:
        return "—"
    if item.chosen is None:
        return _("不买") if item.skipped else _("现在买不到")
    return _("，").join(
        [name_of(item.chosen.listing), _("%(amount)s 元", amount=format_fen(item.chosen.cost_fen))]
    )


REVIEW_STATES = {
    "waiting": (N_("等审核"), "info"),
    "asked": (N_("要补充"), "warn"),
    "approved": (N_("已发布"), "ok"),
    "refused": (N_("没有通过"), "bad"),
    "ended": (N_("已撤回"), "plain"),
}
REVIEW_LISTS = {
    "waiting": N_("待审"),
    "asked": N_("等对方补充"),
    "approved": N_("已发布"),
    "refused": N_("没有通过或已撤回"),
}
