"""How the money a year saves, and the years until what was paid is back, come about: in words."""

from dataclasses import dataclass

from flask_babel import gettext as _

from market.bundles.energy import Range
from market.bundles.money import Burnt, MoneySum, SolarMoney, WinterMoney, money_sum, money_years
from market.bundles.types import Calculation, Priced
from market.bundles.wording import fuel_name, number, payback, range_of, years
from market.kernel.i18n import N_
from market.kernel.money import format_fen
from market.kernel.quantity import UNITS
from market.web.templating import name_of, yuan0

SOLAR_SOURCE = N_("各省每 kW 一年的发电量，没有核实，取整")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure of the sum comes from, and how far it may be trusted."""

    name: str
    text: str
    trust: str


@dataclass(frozen=True, slots=True)
class Told:
    """The sum of a year's saving, line by line, with the sources of its figures."""

    lines: tuple[str, ...]
    sources: tuple[Source, ...]


def saving_told(found: Calculation) -> Told | None:
    """How the usual saving in money comes about; None where nothing is known of it."""
    parts = money_sum(found)
    if parts is None:
        return None
    lines, sources = [], []
    if parts.winter is not None:
        lines += _winter(parts.winter)
        sources += _winter_sources(parts.winter)
    if parts.solar is not None:
        lines.append(_solar(parts.solar))
        sources += _solar_sources(parts.solar)
    lines.append(_together(parts))
    return Told(tuple(lines), tuple(dict.fromkeys(sources)))


def _winter(winter: WinterMoney) -> list[str]:
    before, after = winter.before, winter.after
    return [
        _("改前用%(fuel)s：%(sum)s", fuel=name_of(before.fuel), sum=_burnt(before)),
        _(
            "改后要的热：%(before)s − %(saved)s ×（1 − %(back)s %%）＝ %(heat)s kWh，"
            "省下的热里有 %(back)s %% 会变成更暖",
            before=number(before.heat_kwh, 0), saved=number(winter.saved_kwh, 0),
            back=number(winter.take_back.range.usual * 100, 0), heat=number(after.heat_kwh, 0),
        ),
        _("改后用%(fuel)s：%(sum)s", fuel=_new_fuel(after), sum=_burnt(after)),
    ]  # fmt: skip


def _new_fuel(burnt: Burnt) -> str:
    return fuel_name("heat_pump") if burnt.pump else name_of(burnt.fuel)


def _burnt(burnt: Burnt) -> str:
    unit = _(UNITS.get(burnt.fuel.unit, burnt.fuel.unit))
    return _(
        "%(heat)s kWh ÷（每 %(unit)s %(kwh)s kWh × 效率 %(efficiency)s）＝ %(units)s %(unit)s，"
        "× %(price)s 元 ＝ %(yuan)s 元",
        heat=number(burnt.heat_kwh, 0), unit=unit, kwh=number(burnt.fuel.kwh_per_unit),
        efficiency=number(burnt.efficiency), units=number(burnt.units, 0),
        price=number(burnt.fuel.price_yuan.usual), yuan=number(burnt.yuan, 0),
    )  # fmt: skip


def _solar(solar: SolarMoney) -> str:
    return _(
        "光伏：%(kw)s kW × 每 kW 一年 %(yield)s kWh × 电价 %(price)s 元 ＝ %(yuan)s 元",
        kw=number(solar.kw, 2), price=number(solar.power.price_yuan.usual),
        yuan=number(solar.yuan, 0), **{"yield": number(solar.kwh_per_kw, 0)},
    )  # fmt: skip


def _together(parts: MoneySum) -> str:
    total = number(parts.yuan, 0)
    if parts.winter is None:
        return _("一年少花 %(total)s 元", total=total)
    before, after = (number(one.yuan, 0) for one in (parts.winter.before, parts.winter.after))
    if parts.solar is None:
        return _("一年少花：%(before)s − %(after)s ＝ %(total)s 元", before=before, after=after,
                 total=total)  # fmt: skip
    return _(
        "一年少花：%(before)s − %(after)s ＋ %(solar)s ＝ %(total)s 元",
        before=before, after=after, solar=number(parts.solar.yuan, 0), total=total,
    )  # fmt: skip


def _winter_sources(winter: WinterMoney) -> list[Source]:
    rows = [
        Source(name_of(one), one.source, one.trust)
        for one in (winter.before.fuel, winter.after.fuel, winter.take_back)
    ]
    pump = winter.after.pump
    return [*rows, Source(name_of(pump), pump.source, pump.trust)] if pump else rows


def _solar_sources(solar: SolarMoney) -> list[Source]:
    return [
        Source(_("光伏发电量"), _(SOLAR_SOURCE), "unverified"),
        Source(name_of(solar.power), solar.power.source, solar.power.trust),
    ]


def usual_payback(found: Calculation, priced: Priced) -> str:
    """The usual years until what was paid is back."""
    back = money_years(found, priced.total_fen)
    return years(back[1]) if back else _("暂无数据")


def payback_range(found: Calculation, priced: Priced) -> str:
    """The soonest to the latest."""
    back = money_years(found, priced.total_fen)
    return payback(back) if back else ""


def payback_sum(found: Calculation, priced: Priced) -> str:
    """The formula with its figures: what is paid and labour, by what a year saves."""
    low, high = found.labour_fen
    saved = found.use.saving.yuan if found.use else Range.of(0)
    text = _(
        "（要付的 %(paid)s 元 ＋ 施工 %(low)s–%(high)s 元）÷ 一年少花 %(saved)s 元",
        paid=format_fen(priced.total_fen), low=yuan0(low), high=yuan0(high),
        saved=range_of(saved),
    )  # fmt: skip
    if priced.later_fen:
        text += _("；买完再申请的补贴 %(amount)s 元没有减", amount=format_fen(priced.later_fen))
    return text
