"""Forms of the operator's screens for bundles."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from market.bundles.errors import RuleRefused
from market.bundles.house import ALWAYS, ARCHETYPES, MEASURES
from market.bundles.materials import materials
from market.bundles.siting import HIGHEST_M, Site
from market.bundles.types import BundleDraft, BundleView, LabourRow, Rule, RuleKind, Slot
from market.kernel.i18n import N_
from market.kernel.quantity import UNITS as NAMES
from market.regions.types import ZONES
from market.uses.wording import USES
from market.web.choices import ChecksField, choice
from market.web.forms import (
    Form,
    IntField,
    QuantityField,
    Required,
    TextField,
    YuanField,
    attach,
)
from market.web.templating import name_of

LABOUR_ROWS = 6
_FACTOR = re.compile(r"\s*([1-5][ABC]?)\s*[:=×x* ]\s*([0-9]+(?:\.[0-9]+)?)\s*")
_SEPARATOR = re.compile(r"[,，;；]")
_NUMBER = r"([0-9]+(?:\.[0-9]+)?)"
_NAMED = re.compile(rf"\s*([^:：=\s]{{1,20}})\s*[:：=]\s*{_NUMBER}\s*")
_RANGE = re.compile(rf"\s*([A-Za-z_0-9]{{1,20}})\s*[:：=]\s*{_NUMBER}\s*[-–到]\s*{_NUMBER}\s*")
_PREFIX = re.compile(r"[1-9][0-9](?:[0-9]{2}){0,2}(?:[0-9]{3})?")
_SIDE = r"\s*([a-z0-9_-]{2,40})(?::([a-z0-9_-]{2,40}))?\s*"
_RULE = re.compile(rf"{_SIDE}\b(needs|excludes)\b{_SIDE}\|([^|]{{1,150}})\|([^|]{{1,200}})")
SLOT_UNITS = ("m2", "m", "m3", "kg", "t", "l", "w", "piece", "set", "roll")
LABOUR_UNITS = (*SLOT_UNITS, "room")
ELEMENTS = (
    choice("", _l("不算")),
    choice("wall", _l("外墙保温")),
    choice("roof", _l("屋面保温")),
    choice("window", _l("外窗")),
    choice("door", _l("外门")),
)
ROOMS = (choice("", _l("不用放得下")), choice("bath", _l("要放进卫生间")))


class BlockField(TextField, TextAreaField):
    """Several lines, cleaned as a line is."""


class ZonesField(SelectMultipleField):
    """Climate zones as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class BundleForm(Form):
    """Names, zones, days and labour."""

    slug = TextField(
        _l("地址"),
        [
            Required(),
            Regexp(r"^[a-z0-9-]{3,50}$", message=_l("只用小写字母、数字和短横，3 到 50 个")),
        ],
        description=_l("网址里的名字，定了不改，例如 cold-envelope"),
    )
    name_zh = TextField(_l("名称"), [Required()], maximum=60)
    name_en = TextField(_l("英文名称"), [Required()], maximum=100)
    summary_zh = TextField(_l("一句话说明"), [Required()], maximum=200)
    summary_en = TextField(_l("英文说明"), maximum=300)
    zones = ZonesField(
        _l("给哪些气候区"),
        [Required()],
        choices=[
            choice("all", _l("不分地区")),
            *(choice(code, _l(name)) for code, (name, _, _) in ZONES.items()),
        ],
    )
    days_low = IntField(_l("工期至少"), [Required()], minimum=1, maximum=365)
    days_high = IntField(_l("工期最多"), [Required()], minimum=1, maximum=365)
    defaults = TextField(
        _l("房子没量时按多大算"),
        maximum=200,
        description=_l("例如 L:60, W:8；空着就按房型的数"),
    )
    ranges = TextField(
        _l("尺寸从多少到多少"), maximum=200, description=_l("例如 L:10-200；空着就按一般农房")
    )
    targets = TextField(
        _l("做完要达到"), maximum=200, description=_l("例如 外墙U:0.5, 屋面U:0.4；可以空着")
    )

    archetypes = ChecksField(_l("给哪些房型"), description=_l("一个都不勾就是什么房子都行"))
    most_altitude_m = IntField(
        _l("海拔最高到"), minimum=1, maximum=HIGHEST_M,
        description=_l("更高的地方会提醒；空着就不问买家海拔"),
    )  # fmt: skip
    little_snow = BooleanField(
        _l("没有按屋顶压厚雪算"), description=_l("勾了就问买家冬天的雪，雪厚的会提醒")
    )
    regions = TextField(
        _l("给哪些地区"), maximum=200, description=_l("行政区划代码，例如 13, 5101；空着就是全国")
    )
    rules = BlockField(
        _l("谁要配谁、谁不能和谁一起"),
        maximum=4000,
        description=_l(
            "一行一条：编号 needs 编号 | 理由 | 英文理由；不能一起用写 excludes。"
            "只限某种材料写 编号:材料"
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        houses = ARCHETYPES.items()  # named in the visitor's language
        self.archetypes.choices = [choice(key, name_of(item)) for key, item in houses]

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Days in order, measures that exist."""
        super().validate(*args, **kwargs)
        try:
            read_rules(self.rules.data)
        except RuleRefused as error:
            attach(self, error)
        if read_regions(self.regions.data) is None:
            self.regions.errors = [_l("只写行政区划代码，用逗号隔开")]
        if read_measures(self.defaults.data) is None:
            self.defaults.errors = [_l("写成 L:60, W:8 这样，名字看下面的表")]
        if read_ranges(self.ranges.data) is None:
            self.ranges.errors = [_l("写成 L:10-200 这样，小的在前")]
        if read_targets(self.targets.data) is None:
            self.targets.errors = [_l("写成 外墙U:0.5 这样")]
        low, high = self.days_low.data, self.days_high.data
        if low and high and high < low:
            self.days_high.errors = [_l("工期最多不能比最少还短")]
        return not self.all_errors()

    def to_draft(self) -> BundleDraft:
        """What was filled in."""
        written = read_rules(self.rules.data)
        return BundleDraft(
            slug=self.slug.data or "",
            name_zh=self.name_zh.data or "",
            name_en=self.name_en.data or "",
            summary_zh=self.summary_zh.data or "",
            summary_en=self.summary_en.data or "",
            zones=tuple(self.zones.data or ()),
            days=(self.days_low.data, self.days_high.data),
            targets=read_targets(self.targets.data) or {},
            defaults=read_measures(self.defaults.data) or {},
            ranges=read_ranges(self.ranges.data) or {},
            labour=self._labour(),
            site=Site(
                tuple(self.archetypes.data or ()),
                self.most_altitude_m.data,
                little_snow=bool(self.little_snow.data),
            ),
            rules=tuple(rule for _, rule in written),
            rule_lines=tuple(line for line, _ in written),
            regions=read_regions(self.regions.data) or (),
        )

    def _labour(self) -> tuple[LabourRow, ...]:
        rows = []
        for number in range(1, LABOUR_ROWS + 1):
            name = self[f"labour{number}_name_zh"].data
            if name:
                unit = self[f"labour{number}_unit"].data
                rows.append(
                    LabourRow(
                        name_zh=name,
                        name_en=self[f"labour{number}_name_en"].data or "",
                        unit=unit if unit in LABOUR_UNITS else LABOUR_UNITS[0],
                        quantity=self[f"labour{number}_quantity"].data or "",
                        low_fen=self[f"labour{number}_low_fen"].data or 0,
                        high_fen=self[f"labour{number}_high_fen"].data or 0,
                    )
                )
        return tuple(rows)


for _number in range(1, LABOUR_ROWS + 1):
    setattr(BundleForm, f"labour{_number}_name_zh", TextField(_l("工种"), maximum=40))
    setattr(BundleForm, f"labour{_number}_name_en", TextField(_l("英文名称"), maximum=60))
    setattr(BundleForm, f"labour{_number}_quantity", TextField(_l("数量公式"), maximum=300))
    setattr(
        BundleForm,
        f"labour{_number}_unit",
        SelectField(
            _l("单位"),
            choices=[choice(u, _l(NAMES.get(u, N_("间")))) for u in LABOUR_UNITS],
            validate_choice=False,
        ),
    )
    setattr(BundleForm, f"labour{_number}_low_fen", YuanField(_l("单价最低")))
    setattr(BundleForm, f"labour{_number}_high_fen", YuanField(_l("单价最高")))


class SlotForm(Form):
    """One material with its formula."""

    key = TextField(
        _l("编号"),
        [
            Required(),
            Regexp(r"^[a-z0-9_-]{2,40}$", message=_l("只用小写字母、数字和短横，2 到 40 个")),
        ],
    )
    kind_code = SelectField(_l("品类"), [Required()])
    material_key = SelectField(_l("通用材料"), description=_l("选了就只配标了同一材料的商品"))
    name_zh = TextField(_l("名称"), [Required()], maximum=60)
    name_en = TextField(_l("英文名称"), [Required()], maximum=100)
    purpose_zh = TextField(_l("做什么用"), maximum=60)
    purpose_en = TextField(_l("做什么用（英文）"), maximum=100)
    unit = SelectField(_l("单位"))
    quantity = TextField(
        _l("数量公式"), [Required()], maximum=400, description=_l("例如 wall_net*1.15+window_n*0.8")
    )
    waste = QuantityField(_l("损耗"), [Required()], maximum=50, places=1)
    lap = QuantityField(
        _l("搭接"), maximum=50, places=1, description=_l("卷材、网格布重叠的那份；公式里没算才写")
    )
    alternatives = TextField(
        _l("可换的通用材料"), maximum=200, description=_l("材料编号，用逗号隔开；数量和本材料一样")
    )
    product_id = TextField(
        _l("指定商品"), maximum=200,
        description=_l("商品页的网址；空着就配最便宜的。买不到时自动换别的，并告诉你"),
    )  # fmt: skip
    room = SelectField(_l("外形尺寸"), choices=list(ROOMS), default="")
    zone_factors = TextField(
        _l("气候区倍数"), maximum=120, description=_l("例如 1A:2, 1B:2；空着就是不加倍")
    )
    element = SelectField(_l("算进哪个传热系数"), choices=list(ELEMENTS))
    layers = IntField(_l("公式里已含几层"), minimum=1, maximum=5, default=1)
    use_key = SelectField(
        _l("用在哪里"),
        default="",
        choices=[choice("", _l("不限用途")), *(choice(u.value, _l(w)) for u, w in USES.items())],
        description=_l("写了用途，就只配符合应用分类规则的商品"),
    )
    note_zh = TextField(_l("说明"), maximum=150)
    note_en = TextField(_l("英文说明"), maximum=200)

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """The factors are read here so that the message stands beside their field."""
        super().validate(*args, **kwargs)
        if self.factors() is None:
            self.zone_factors.errors = [_l("写成 1A:2, 1B:2 这样，倍数从 1 到 5")]
        strange = set(self._alternatives()) - set(materials())
        if strange:
            self.alternatives.errors = [_l("没有叫 %(key)s 的通用材料", key=min(strange))]
        return not self.all_errors()

    def factors(self) -> dict[str, float] | None:
        """Factors by climate zone; None when they cannot be read."""
        found: dict[str, float] = {}
        for part in re.split(r"[,，;；]", self.zone_factors.data or ""):
            if not part.strip():
                continue
            match = _FACTOR.fullmatch(part)
            if match is None or match[1] not in ZONES or not 1 <= float(match[2]) <= 5:
                return None
            found[match[1]] = float(match[2])
        return found

    def _alternatives(self) -> tuple[str, ...]:
        return tuple(part.strip() for part in _parts(self.alternatives.data))

    def to_slot(self) -> Slot:
        """The slot."""
        return Slot(
            key=self.key.data or "",
            kind_code=self.kind_code.data,
            name_zh=self.name_zh.data or "",
            name_en=self.name_en.data or "",
            unit=self.unit.data,
            quantity=self.quantity.data or "",
            waste=float(self.waste.data) / 100,
            material_key=self.material_key.data or None,
            purpose_zh=self.purpose_zh.data or "",
            purpose_en=self.purpose_en.data or "",
            zone_factors=self.factors() or {},
            element=self.element.data,
            layers=self.layers.data or 1,
            note_zh=self.note_zh.data or "",
            note_en=self.note_en.data or "",
            use_key=self.use_key.data or "",
            alternatives=self._alternatives(),
            lap=float(self.lap.data or 0) / 100,
            room=self.room.data or "",
            product_id=(self.product_id.data or "").rstrip("/").rsplit("/", 1)[-1],
        )


def slot_data(slot: Slot) -> dict[str, Any]:
    """A slot as the form's data."""
    return {
        **{name: getattr(slot, name) for name in (
            "key", "kind_code", "name_zh", "name_en", "purpose_zh", "purpose_en", "unit",
            "quantity", "element", "layers", "note_zh", "note_en", "use_key", "room",
            "product_id",
        )},
        "alternatives": ", ".join(slot.alternatives),
        "lap": Decimal(str(slot.lap)) * 100,
        "material_key": slot.material_key or "",
        "waste": Decimal(str(slot.waste)) * 100,
        "zone_factors": factors_text(slot.zone_factors),
    }  # fmt: skip


def _parts(text: str | None) -> list[str]:
    return [part for part in _SEPARATOR.split(text or "") if part.strip()]


def read_targets(text: str | None) -> dict[str, float] | None:
    """Named numbers; None when they cannot be read."""
    found: dict[str, float] = {}
    for part in _parts(text):
        match = _NAMED.fullmatch(part)
        if match is None:
            return None
        found[match[1]] = float(match[2])
    return found


def read_measures(text: str | None) -> dict[str, float] | None:
    """Numbers of measures that exist; None when they cannot be read."""
    found = read_targets(text)
    known = {*MEASURES, *ALWAYS}
    return found if found is not None and set(found) <= known else None


def read_ranges(text: str | None) -> dict[str, tuple[float, float]] | None:
    """Least and most of measures that exist; None when they cannot be read."""
    found: dict[str, tuple[float, float]] = {}
    for part in _parts(text):
        match = _RANGE.fullmatch(part)
        if match is None or match[1] not in MEASURES or float(match[2]) >= float(match[3]):
            return None
        found[match[1]] = (float(match[2]), float(match[3]))
    return found


def read_regions(text: str | None) -> tuple[str, ...] | None:
    """Region prefixes; None when one is none."""
    found = tuple(part.strip() for part in _parts(text))
    return found if all(_PREFIX.fullmatch(part) for part in found) else None


def read_rules(text: str | None) -> tuple[tuple[int, Rule], ...]:
    """Rules of compatibility, one a line, each with the number of its line.

    Raises `RuleRefused` with the first line that cannot be read."""
    found = []
    for number, line in enumerate((text or "").splitlines(), 1):
        if not line.strip():
            continue
        match = _RULE.fullmatch(line)
        if match is None:
            raise RuleRefused("unwritten", number)
        parts = [part or "" for part in match.groups()]
        slot, material, kind, other, other_material, zh, en = parts
        rule = Rule(RuleKind(kind), slot, other, material, other_material, zh.strip(), en.strip())
        found.append((number, rule))
    return tuple(found)


def rules_text(rules: Iterable[Rule]) -> str:
    """Rules as the field shows them."""

    def side(slot: str, material: str) -> str:
        return f"{slot}:{material}" if material else slot

    return "\n".join(
        f"{side(rule.slot, rule.material)} {rule.kind} {side(rule.other, rule.other_material)}"
        f" | {rule.reason_zh} | {rule.reason_en}"
        for rule in rules
    )


def factors_text(factors: Mapping[str, float]) -> str:
    """Factors as the field shows them."""
    return ", ".join(f"{zone}:{factor:g}" for zone, factor in sorted(factors.items()))


def bundle_data(bundle: BundleView) -> dict[str, Any]:
    """A bundle as the form's data."""
    card = bundle.card
    data: dict[str, Any] = {
        "slug": card.slug,
        "name_zh": card.name_zh,
        "name_en": card.name_en,
        "summary_zh": card.summary_zh,
        "summary_en": card.summary_en,
        "zones": list(card.zones),
        "days_low": bundle.days[0],
        "days_high": bundle.days[1],
        "defaults": ", ".join(f"{key}:{value:g}" for key, value in bundle.defaults.items()),
        "ranges": ", ".join(f"{k}:{low:g}-{high:g}" for k, (low, high) in bundle.ranges.items()),
        "targets": ", ".join(f"{key}:{value:g}" for key, value in bundle.targets.items()),
        "rules": rules_text(bundle.rules),
        "regions": ", ".join(card.regions),
        "archetypes": list(bundle.site.archetypes),
        "most_altitude_m": bundle.site.most_altitude_m,
        "little_snow": bundle.site.little_snow,
    }
    for number, row in enumerate(bundle.labour[:LABOUR_ROWS], 1):
        for name in ("name_zh", "name_en", "quantity", "unit", "low_fen", "high_fen"):
            data[f"labour{number}_{name}"] = getattr(row, name)
    return data
