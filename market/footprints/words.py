"""Codes of carbon footprints in words, in the visitor's language."""

from flask_babel import gettext

from market.footprints.rules import FACTOR_UNITS, GASES
from market.footprints.types import BillLine, FactorView, Quality, Stage, Standing
from market.kernel.i18n import N_
from market.kernel.quantity import UNITS, decimal_text

STAGES = {
    Stage.MAKING: N_("A1–A3 原料和生产"),
    Stage.TRANSPORT: N_("A4 运到工地"),
    Stage.INSTALLING: N_("A5 安装"),
    Stage.USE: N_("B 使用"),
    Stage.END: N_("C 拆除和处理"),
    Stage.BEYOND: N_("D 边界以外的回收"),
}
STANDINGS = {
    Standing.DRAFT: (N_("在写"), "info"),
    Standing.SUBMITTED: (N_("等核验"), "warn"),
    Standing.REFUSED: (N_("没有通过"), "bad"),
    Standing.VERIFIED: (N_("已核验，有效"), "ok"),
    Standing.EXPIRED: (N_("已过期"), "bad"),
    Standing.SUPERSEDED: (N_("有了新版本"), "plain"),
    Standing.WITHDRAWN: (N_("已撤回"), "bad"),
}
QUALITIES = {
    Quality.A: N_("A 和原文核对过"),
    Quality.B: N_("B 官方公告或国家标准，取自公开副本"),
    Quality.C: N_("C 默认值或行业平均"),
    Quality.D: N_("D 没有核对"),
    Quality.E: N_("E 估算"),
}
LISTS = {
    "waiting": N_("等核验"),
    "verified": N_("有效的"),
    "outdated": N_("因子有新版本"),
    "refused": N_("没有通过"),
    "all": N_("全部"),
}


def unit_word(key: str) -> str:
    """A unit of a declaration, an amount or a factor."""
    return gettext(UNITS.get(key) or FACTOR_UNITS.get(key, key))


def factor_value(factor: FactorView) -> str:
    """What a factor says: 735 kgCO₂e/t."""
    return f"{decimal_text(factor.kg_per_unit)} {GASES[factor.gas]}/{unit_word(factor.unit)}"


def formula(line: BillLine) -> str:
    """How a line of a bill comes about; both sides are exact."""
    amount = f"{decimal_text(line.amount)} {unit_word(line.unit)}"
    factor = f"{decimal_text(line.kg_per_unit)} kg/{unit_word(line.factor_unit)}"
    return f"{amount} × {factor} = {decimal_text(line.kg)} kg"
