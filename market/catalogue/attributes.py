"""Typed attributes of products: which keys exist, how they are read and how they are written.

A kind names the keys its products are asked for; the keys themselves are few and fixed,
because search, bundles and drawings rely on their meaning.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from market.kernel.i18n import N_
from market.kernel.quantity import without_thousands

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
# How much one of a unit, as people write it, is in the unit of the key.
_CONVERSIONS: Mapping[str, Mapping[str, str]] = {
    "mm": {"毫米": "1", "cm": "10", "厘米": "10", "公分": "10", "m": "1000", "米": "1000",
           "um": "0.001", "μm": "0.001"},
    "kg": {"公斤": "1", "千克": "1", "g": "0.001", "克": "0.001", "t": "1000", "吨": "1000"},
    "kg/m³": {"g/cm3": "1000", "g/m3": "0.001", "t/m3": "1000"},
    "kg/m²": {"g/m2": "0.001"},
    "g/L": {"mg/l": "0.001", "g/ml": "1000", "kg/m3": "1"},
    "mL": {"毫升": "1", "l": "1000", "升": "1000"},
    "L": {"升": "1", "ml": "0.001", "毫升": "0.001", "m3": "1000"},
    "W": {"瓦": "1", "kw": "1000", "千瓦": "1000"},
    "kW": {"千瓦": "1", "w": "0.001", "瓦": "0.001"},
    "kWh": {"度": "1", "wh": "0.001", "mwh": "1000"},
    "MPa": {"兆帕": "1", "kpa": "0.001", "bar": "0.1"},
    "L/h": {"m3/h": "1000"},
    "m³/h": {"l/h": "0.001", "l/s": "3.6"},
}  # fmt: skip
_MEASURE = re.compile(
    r"(?P<number>[+-]?[0-9]{1,15}(?:\.[0-9]{1,9})?(?:[eE][+-]?[0-9]{1,3})?)"
    r"\s*(?P<unit>[^0-9.\s-].{0,12})?"
)


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
        number = _number(text, spec.unit or "")
        if number is None:
            errors[spec.key] = N_("请填数字，例如 100 或 0.039")
        elif not spec.low <= number <= spec.high:
            errors[spec.key] = N_("这个数不合理，请检查单位")
        else:
            values[spec.key] = number
    return values, errors


def _number(text: str, unit: str) -> float | None:
    """A number in the unit of its key; written with another unit of the same quantity it is
    converted, with a unit of another quantity it is none."""
    try:
        match = _MEASURE.fullmatch(without_thousands(text))
    except ValueError:
        return None
    factor = _factor(match["unit"] or "", unit) if match else None
    return float(Decimal(match["number"]) * factor) if match and factor is not None else None


def _factor(written: str, unit: str) -> Decimal | None:
    plain, own = _plain_unit(written), _plain_unit(unit)
    if plain in ("", own):
        return Decimal(1)
    known = _CONVERSIONS.get(unit, {})
    return Decimal(known[plain]) if plain in known else None


def _plain_unit(unit: str) -> str:
    plain = unicodedata.normalize("NFKC", unit).replace("·", "").replace("⋅", "")
    return "".join(plain.split()).strip("()").lower().replace("(", "").replace(")", "")
