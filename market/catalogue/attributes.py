"""Typed attributes of products: which keys exist, how they are read and how they are written.

A kind names the keys its products are asked for; the keys themselves are few and fixed,
because search, bundles and drawings rely on their meaning.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from market.kernel.i18n import N_

AttributeValue = str | float


@dataclass(frozen=True)
class AttributeSpec:
    """One key: a number with a unit and sane bounds, or a short text when `unit` is None."""

    key: str
    label: str
    unit: str | None = None
    low: float = 0
    high: float = 1_000_000

    @property
    def is_number(self) -> bool:
        return self.unit is not None


def _specs(*specs: AttributeSpec) -> dict[str, AttributeSpec]:
    return {spec.key: spec for spec in specs}


ATTRIBUTES = _specs(
    AttributeSpec("thickness_mm", N_("厚度"), "mm", 0.01, 2_000),
    AttributeSpec("length_mm", N_("长度"), "mm", 0.1, 100_000),
    AttributeSpec("width_mm", N_("宽度"), "mm", 0.1, 20_000),
    AttributeSpec("height_mm", N_("高度"), "mm", 0.1, 20_000),
    AttributeSpec("diameter_mm", N_("直径"), "mm", 0.1, 5_000),
    AttributeSpec("density_kg_m3", N_("密度"), "kg/m³", 1, 20_000),
    AttributeSpec("lambda_w_mk", N_("导热系数"), "W/(m·K)", 0.001, 50),
    AttributeSpec("u_value_w_m2k", N_("传热系数"), "W/(m²·K)", 0.05, 10),
    AttributeSpec("weight_kg", N_("单件重量"), "kg", 0.001, 100_000),
    AttributeSpec("load_kg", N_("承重"), "kg", 0.1, 1_000_000),
    AttributeSpec("coverage_kg_m2", N_("每平方米用量"), "kg/m²", 0.01, 100),
    AttributeSpec("voc_g_l", N_("VOC 含量"), "g/L", 0, 2_000),
    AttributeSpec("volume_ml", N_("容量"), "mL", 1, 100_000),
    AttributeSpec("volume_l", N_("容积"), "L", 0.1, 1_000_000),
    AttributeSpec("water_use_l", N_("每次用水"), "L", 0.1, 100),
    AttributeSpec("power_w", N_("功率"), "W", 0.1, 10_000_000),
    AttributeSpec("heat_output_kw", N_("制热量"), "kW", 0.01, 10_000),
    AttributeSpec("cop", N_("能效比 COP"), "", 0.5, 20),
    AttributeSpec("efficiency_pct", N_("效率"), "%", 0.1, 100),
    AttributeSpec("recovery_pct", N_("热回收率"), "%", 0, 100),
    AttributeSpec("reflectance", N_("太阳反射比"), "", 0, 1),
    AttributeSpec("lumen_w", N_("光效"), "lm/W", 1, 400),
    AttributeSpec("air_m3_h", N_("风量"), "m³/h", 1, 1_000_000),
    AttributeSpec("capacity_l_h", N_("每小时出水"), "L/h", 0.1, 1_000_000),
    AttributeSpec("capacity_m3_h", N_("处理量"), "m³/h", 0.01, 100_000),
    AttributeSpec("capacity_kwh", N_("储能容量"), "kWh", 0.1, 1_000_000),
    AttributeSpec("pressure_mpa", N_("公称压力"), "MPa", 0.1, 50),
    AttributeSpec("material", N_("材质")),
    AttributeSpec("colour", N_("颜色")),
    AttributeSpec("grade", N_("牌号或等级")),
    AttributeSpec("strength", N_("强度等级")),
    AttributeSpec("fire_class", N_("燃烧性能等级")),
    AttributeSpec("formaldehyde_class", N_("甲醛释放等级")),
    AttributeSpec("slip_class", N_("防滑等级")),
    AttributeSpec("water_class", N_("水效等级")),
    AttributeSpec("heat_class", N_("能效等级")),
    AttributeSpec("wind_grade", N_("抗风压等级")),
    AttributeSpec("frame_series", N_("型材系列")),
    AttributeSpec("glazing", N_("玻璃配置")),
)

TEXT_LIMIT = 80


def specs_for(keys: Sequence[str]) -> list[AttributeSpec]:
    """The known specs among `keys`, in their order."""
    return [ATTRIBUTES[key] for key in keys if key in ATTRIBUTES]


def read_attributes(
    raw: Mapping[str, str], keys: Sequence[str]
) -> tuple[dict[str, AttributeValue], dict[str, str]]:
    """Typed values of what was typed for `keys`, and msgids of errors by key.

    Empty answers are left out: an unknown value is a gap, never a zero.
    """
    values: dict[str, AttributeValue] = {}
    errors: dict[str, str] = {}
    for spec in specs_for(keys):
        text = unicodedata.normalize("NFKC", raw.get(spec.key, "") or "").strip()
        if not text:
            continue
        if not spec.is_number:
            if len(text) > TEXT_LIMIT:
                errors[spec.key] = N_("太长了，最多 80 个字")
            else:
                values[spec.key] = text
            continue
        number = _number(text)
        if number is None:
            errors[spec.key] = N_("请填数字，例如 100 或 0.039")
        elif not spec.low <= number <= spec.high:
            errors[spec.key] = N_("这个数不合理，请检查单位")
        else:
            values[spec.key] = number
    return values, errors


def _number(text: str) -> float | None:
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None
    return float(number) if number.is_finite() else None
