"""Forms of demonstration projects: shape and words."""

from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, TextAreaField
from wtforms.validators import Length

from market.bundles.archetypes import ARCHETYPES
from market.bundles.house import MEASURES, TYPED_AREAS, HouseAnswers
from market.bundles.insulation import WALLS_MM
from market.demonstrations import words
from market.demonstrations.rules import FACILITY_MOST
from market.demonstrations.types import (
    Energy,
    EnergyBasis,
    ProjectDraft,
    ProjectKind,
    Visit,
)
from market.web.choices import RadioField, choice
from market.web.forms import (
    DayField,
    Form,
    IntField,
    PhotoField,
    QuantityField,
    RegionField,
    Required,
    TextField,
    YuanField,
)
from market.web.templating import name_of

NUMBERS = ("L", "W", "h", "door_area")
AREAS = ("wall_net", "window_area", "roof_flat")
_LONG = Length(max=1000, message=_l("最多写 1000 个字"))
_KWH = 10_000_000


def _size(key: str) -> QuantityField:
    known = MEASURES.get(key) or TYPED_AREAS[key]
    most = max(known.most, FACILITY_MOST.get(key, 0))
    return QuantityField(
        _l(known.label), minimum=Decimal(str(known.least)), maximum=Decimal(str(most)), places=2
    )


class FactsForm(Form):
    """The facts of a project."""

    region = RegionField(_l("在哪个乡镇"), [Required(_l("先选所在的乡镇"))])
    kind = RadioField(
        _l("哪一类"), [Required(_l("选一类"))],
        choices=[choice(kind.value, _l(word)) for kind, word in words.KINDS.items()],
    )  # fmt: skip
    title_zh = TextField(_l("名称"), [Required()], maximum=60)
    title_en = TextField(_l("英文名称"), [Required()], maximum=100)
    summary_zh = TextField(
        _l("一句话说明"),
        [Required()],
        maximum=200,
        description=_l("做了什么。不写户主的姓名和门牌"),
    )
    summary_en = TextField(_l("英文说明"), [Required()], maximum=300)
    archetype = SelectField(
        _l("房子像哪一种"), description=_l("没填的尺寸按这种房子的常见数算，页面上会说明")
    )
    L = _size("L")
    W = _size("W")
    h = _size("h")
    door_area = _size("door_area")
    wall_net = _size("wall_net")
    window_area = _size("window_area")
    roof_flat = _size("roof_flat")
    wall_mm = SelectField(
        _l("原来的外墙"), default="",
        choices=[
            choice("", _l("不清楚，按房型的")),
            *(choice(str(mm), _l("%(mm)s mm 砖墙", mm=mm)) for mm in WALLS_MM),
        ],
    )  # fmt: skip
    work_days = IntField(_l("施工用了几天"), [Required()], minimum=1, maximum=365)
    finished_on = DayField(_l("哪天完工"), description=_l("例如 2026-09-30"))
    labour_fen = YuanField(
        _l("施工费"), description=_l("一共付了多少；不知道就不填，页面写“暂无数据”")
    )
    energy_basis = RadioField(
        _l("改造前后的用能怎么来的"), [Required(_l("选一项"))],
        choices=[choice(basis.value or "none", _l(word)) for basis, word in words.BASES.items()],
        default="none",
    )  # fmt: skip
    energy_before = IntField(_l("改造前一年用能"), maximum=_KWH)
    energy_after = IntField(_l("改造后一年用能"), maximum=_KWH)
    energy_source = TextField(
        _l("数据从哪来"), maximum=200, description=_l("例如 2025 年 11 月到 2026 年 3 月的电表读数")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.archetype.choices = [choice(a.key, name_of(a)) for a in ARCHETYPES.values()]

    def to_draft(self) -> ProjectDraft:
        """What was filled in."""
        basis = self.energy_basis.data
        return ProjectDraft(
            kind=ProjectKind(self.kind.data),
            title_zh=self.title_zh.data or "",
            title_en=self.title_en.data or "",
            summary_zh=self.summary_zh.data or "",
            summary_en=self.summary_en.data or "",
            house=HouseAnswers(
                archetype=self.archetype.data,
                numbers=self._typed(NUMBERS),
                areas=self._typed(AREAS),
                wall_mm=int(self.wall_mm.data) if self.wall_mm.data else None,
            ),
            work_days=self.work_days.data,
            finished_on=self.finished_on.data,
            labour_fen=self.labour_fen.data,
            energy=Energy(
                EnergyBasis("" if basis == "none" else basis),
                self.energy_before.data,
                self.energy_after.data,
                self.energy_source.data or "",
            ),
        )

    def _typed(self, keys: tuple[str, ...]) -> dict[str, Decimal]:
        return {key: self[key].data for key in keys if self[key].data is not None}


def facts_of(draft: ProjectDraft) -> dict[str, Any]:
    """A draft as the form's data."""
    house, energy = draft.house, draft.energy
    return {
        "kind": draft.kind.value, "title_zh": draft.title_zh, "title_en": draft.title_en,
        "summary_zh": draft.summary_zh, "summary_en": draft.summary_en,
        "archetype": house.archetype, "wall_mm": str(house.wall_mm or ""),
        **(house.numbers or {}), **(house.areas or {}),
        "work_days": draft.work_days, "finished_on": draft.finished_on,
        "labour_fen": draft.labour_fen, "energy_basis": energy.basis.value or "none",
        "energy_before": energy.before_kwh, "energy_after": energy.after_kwh,
        "energy_source": energy.source,
    }  # fmt: skip


class OrderForm(Form):
    """An order whose goods are shown."""

    code = TextField(
        _l("订单号"), [Required()], maximum=20,
        description=_l("农户已经确认收货的订单，送到这个乡镇的"),
    )  # fmt: skip
    consent = BooleanField(
        _l("农户同意公开这单的材料、数量和单价"),
        description=_l(
            "不公开姓名、电话、门牌和订单号。谁在什么时候登记的会留下记录，农户也会收到消息"
        ),
    )


class ShowPhotoForm(Form):
    """One photo with its words."""

    photo = PhotoField(
        _l("拍照或选照片"), [Required(_l("请选一张照片"))],
        description=_l("JPG、PNG 或 WebP，照片里的位置信息会去掉。不要拍到人脸和门牌"),
        render_kw={"accept": "image/jpeg,image/png,image/webp"},
    )  # fmt: skip
    caption = TextField(_l("照片说明"), maximum=60)


class VisitForm(Form):
    """How many people came on a day."""

    day = DayField(_l("哪天"), [Required()])
    people = IntField(_l("来了多少人"), [Required()], minimum=1, maximum=100_000)

    def to_visit(self) -> Visit:
        """The typed visit."""
        return Visit("", self.day.data, self.people.data)


class DecisionForm(Form):
    """A superior's words."""

    reason = TextAreaField(_l("理由"), [_LONG])
