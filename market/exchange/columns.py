"""The columns of a sheet of goods: their headings in two languages and what they belong to."""

from dataclasses import dataclass
from functools import cache

from market.catalogue.attributes import ATTRIBUTES
from market.kernel.i18n import N_
from market.web.i18n import english


@dataclass(frozen=True)
class Column:
    """One column: its msgid, what level of the goods it says something of, and a hint."""

    key: str
    label: str
    level: str
    hint: str = ""
    width: int = 14


PRODUCT, VARIANT, LISTING = "product", "variant", "listing"
ATTRIBUTE = "attr_"

COLUMNS: tuple[Column, ...] = (
    Column("product_id", N_("产品编号"), PRODUCT, N_("平台给的编号，新产品空着"), 22),
    Column("variant_id", N_("规格编号"), VARIANT, N_("平台给的编号，新规格空着"), 22),
    Column("kind", N_("品类"), PRODUCT, N_("从列表里选，或者写品类代码"), 22),
    Column("name_zh", N_("产品名称"), PRODUCT, N_("最多 80 个字"), 26),
    Column("name_en", N_("英文名称"), PRODUCT, "", 22),
    Column("model", N_("型号"), PRODUCT, "", 16),
    Column("use_zh", N_("用在哪里、怎么用"), PRODUCT, "", 30),
    Column("use_en", N_("英文用途"), PRODUCT, "", 30),
    Column("unit", N_("计价单位"), PRODUCT, N_("从列表里选。已有的产品不能改"), 10),
    Column("certificate", N_("证书编号"), PRODUCT, N_("你们已经登记的绿色建材证书"), 24),
    Column("standard", N_("强制标准"), PRODUCT, N_("例如 GB 175-2023"), 18),
    Column("report_number", N_("检测报告编号"), PRODUCT, "", 18),
    Column("report_issued_on", N_("报告日期"), PRODUCT, N_("写成 2026-11-22"), 12),
    Column("life_years", N_("设计使用年限"), PRODUCT, N_("整数，1–200"), 8),
    Column("label_zh", N_("规格名称"), VARIANT, N_("例如：每包 4 块"), 22),
    Column("label_en", N_("规格的英文名称"), VARIANT, "", 22),
    Column("pack_size", N_("每包含量"), VARIANT, N_("一包有多少计价单位"), 10),
    Column("weight_kg", N_("每包重量（kg）"), VARIANT, N_("运费按它算"), 12),
    Column("price", N_("每包售价（元）"), LISTING, N_("最多两位小数，例如 52.30"), 14),
    Column("min_packs", N_("最少买几包"), LISTING, N_("整数，新条目空着算 1"), 10),
    Column("lead_days", N_("几天内发货"), LISTING, N_("整数 0–365，新条目空着算 3"), 10),
    Column("made_to_order", N_("按订单生产"), LISTING, N_("是或否"), 10),
    Column("state", N_("上架状态"), LISTING, N_("草稿、在售、暂停、已归档"), 10),
    Column("warehouse", N_("仓库"), LISTING, N_("几个仓库有货就写几行，其他列一样或者空着"), 16),
    Column("stock", N_("库存（包）"), LISTING, N_("盘点后的数，空着不改"), 10),
    *(
        Column(f"{ATTRIBUTE}{spec.key}", spec.label, PRODUCT, spec.unit or "", 12)
        for spec in ATTRIBUTES.values()
    ),
)
BY_KEY = {column.key: column for column in COLUMNS}
KEYED = {"name_zh", "variant_id"}
LEVELS = {
    level: tuple(c.key for c in COLUMNS if c.level == level)
    for level in (PRODUCT, VARIANT, LISTING)
}


def heading(column: Column, language: str = "zh") -> str:
    """What stands above a column; a parameter with its unit."""
    label = column.label if language == "zh" else english(column.label)
    unit = column.hint if column.key.startswith(ATTRIBUTE) else ""
    return f"{label}（{unit}）" if unit else label


@cache
def known_headings() -> dict[str, str]:
    """Column keys by every heading that is understood, written plainly."""
    found: dict[str, str] = {}
    for column in COLUMNS:
        names = (heading(column), heading(column, "en"), column.label, english(column.label),
                 column.key, column.key.removeprefix(ATTRIBUTE))  # fmt: skip
        for name in names:
            found.setdefault(plain(name), column.key)
    return found


def plain(name: str) -> str:
    """A heading without spaces, stars, capitals and the width of its brackets."""
    return "".join(name.split()).strip("*＊").replace("(", "（").replace(")", "）").lower()
