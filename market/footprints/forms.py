"""Forms of carbon declarations and factors: shape and words."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, TextAreaField
from wtforms.validators import Length

from market.certification.types import BodyView
from market.footprints.rules import CATEGORIES, FACTOR_UNITS, GASES
from market.footprints.types import (
    DeclarationDraft,
    DeclarationView,
    FactorDraft,
    FactorView,
    Quality,
    Stage,
)
from market.footprints.words import QUALITIES, STAGES, factor_value
from market.kernel.quantity import UNITS
from market.web.forms import (
    DayField,
    Form,
    IntField,
    PhotoField,
    QuantityField,
    Required,
    TextField,
)
from market.web.templating import name_of

_LONG = Length(max=1000, message=_l("最多写 1000 个字"))
_STAGE_FIELDS = {stage: f"stage_{stage.name.lower()}" for stage in Stage}


class SignedField(QuantityField):
    """A decimal number that may be negative."""

    def read(self, text: str) -> Decimal:
        negative = text[:1] in ("-", "−")
        value = super().read(text[1:].strip() if negative else text)
        return -value if negative else value


def _kg(label: Any, cls: type[QuantityField] = QuantityField) -> QuantityField:
    return cls(label, places=6, maximum=9_999_999)


class DeclarationForm(Form):
    """A declaration as its maker writes it."""

    # The service knows the units and says which is wrong.
    unit = SelectField(
        _l("声明单位"), [Required()], validate_choice=False,
        description=_l("报告里按什么单位算的，就选什么"),
    )  # fmt: skip
    per_product_unit = QuantityField(
        _l("1 个产品计价单位合多少声明单位"), places=6, maximum=9_999_999,
        description=_l("两个单位一样，或者像吨和千克这样固定换算的，不用填"),
    )  # fmt: skip
    conversion = TextField(
        _l("换算的依据"), maximum=200, description=_l("例如 检测报告 A-12，面密度 2.5 kg/m²")
    )
    method = TextField(_l("计算标准或方法"), maximum=120, description=_l("例如 GB/T 24067-2024"))
    pcr = TextField(_l("产品种类规则（PCR）"), maximum=120)
    stage_making = _kg(_l("A1–A3 原料和生产"))
    stage_transport = _kg(_l("A4 运到工地"))
    stage_installing = _kg(_l("A5 安装"))
    stage_use = _kg(_l("B 使用"))
    stage_end = _kg(_l("C 拆除和处理"))
    stage_beyond = _kg(_l("D 边界以外的回收"), SignedField)
    verifier_body_id = SelectField(_l("核验的认证机构"), validate_choice=False)
    verifier_name = TextField(_l("不在上面的核验机构"), maximum=120)
    verifier_number = TextField(_l("它的批准号"), maximum=80)
    valid_from = DayField(_l("有效期开始"), description=_l("例如 2026-01-01"))
    valid_to = DayField(_l("有效期到"), description=_l("最长 5 年"))

    def stage_fields(self) -> list[Any]:
        """The six figures in the order of a product's life."""
        return [self[name] for name in _STAGE_FIELDS.values()]

    def offer(self, bodies: Sequence[BodyView], kind_code: str) -> "DeclarationForm":
        """Put in what can be chosen."""
        self.unit.choices = [(key, gettext(word)) for key, word in UNITS.items()]
        self.verifier_body_id.choices = [("", gettext("不是下面的认证机构"))] + [
            (body.id, body.name) for body in bodies if body.covers(kind_code)
        ]
        return self

    def to_draft(self) -> DeclarationDraft:
        """The typed declaration."""
        return DeclarationDraft(
            unit=self.unit.data or "",
            method=self.method.data or "",
            pcr=self.pcr.data or "",
            per_product_unit=self.per_product_unit.data,
            conversion=self.conversion.data or "",
            stages={
                stage: self[name].data
                for stage, name in _STAGE_FIELDS.items()
                if self[name].data is not None
            },
            verifier_body_id=self.verifier_body_id.data or None,
            verifier_name=self.verifier_name.data or "",
            verifier_number=self.verifier_number.data or "",
            valid_from=self.valid_from.data,
            valid_to=self.valid_to.data,
        )


def declaration_data(view: DeclarationView) -> dict[str, Any]:
    """What fills the form of a draft."""
    draft = view.draft
    data: dict[str, Any] = {
        name: getattr(draft, name)
        for name in (
            "unit", "method", "pcr", "per_product_unit", "conversion", "verifier_name",
            "verifier_number", "valid_from", "valid_to",
        )
    }  # fmt: skip
    data["verifier_body_id"] = draft.verifier_body_id or ""
    return data | {_STAGE_FIELDS[stage]: kg for stage, kg in draft.stages.items()}


class LineForm(Form):
    """A line of the bill."""

    stage = SelectField(_l("阶段"))
    factor_id = SelectField(_l("因子"))
    amount = QuantityField(
        _l("每个声明单位的用量"), [Required()], places=6, minimum=Decimal("0.000001"),
        maximum=9_999_999,
    )  # fmt: skip
    amount_unit = SelectField(_l("用量的单位"))

    def offer(self, factors: Sequence[FactorView]) -> "LineForm":
        """Put in what can be chosen."""
        self.stage.choices = [(stage.value, gettext(STAGES[stage])) for stage in Stage]
        self.factor_id.choices = [
            (
                one.id,
                f"{gettext(CATEGORIES[one.category])}{gettext('：')}{name_of(one)}"
                f"{gettext('，')}{factor_value(one)}",
            )
            for one in factors
        ]
        self.amount_unit.choices = [(key, gettext(word)) for key, word in FACTOR_UNITS.items()]
        return self


class ReportForm(Form):
    """The verifier's report."""

    report = PhotoField(
        _l("核验报告"), [Required(_l("先选一个文件"))],
        description=_l("照片或 PDF，最大 10 MB。核验通过后大家都能看"),
    )  # fmt: skip


class VerifyForm(Form):
    """What the official checked."""

    evidence = TextAreaField(
        _l("核对了什么"), [Required(_l("写明核对了什么：报告编号、在哪里查到、结论")), _LONG],
        description=_l("报告编号、在哪里查到、结论"),
    )  # fmt: skip
    file = PhotoField(_l("核对的凭据"), description=_l("截图或 PDF，最大 10 MB"))


class ReasonForm(Form):
    """Why not, or not any more."""

    reason = TextAreaField(_l("理由"), [Required(_l("写明理由，对方才知道为什么")), _LONG])


class FactorForm(Form):
    """A new version of a factor; `NewFactorForm` adds what stays the same in all of them."""

    name_zh = TextField(_l("名称"), [Required()], maximum=80)
    name_en = TextField(_l("英文名称"), [Required()], maximum=120)
    kg_per_unit = QuantityField(_l("每单位排放"), [Required()], places=6, maximum=9_999_999)
    year = IntField(_l("数据年份"), minimum=1990, maximum=2100)
    source = TextField(_l("出处"), [Required()], maximum=200)
    quality = SelectField(_l("质量等级"))
    basis = TextAreaField(_l("说明"), [_LONG])

    def offer(self) -> None:
        """Put in what can be chosen."""
        self.quality.choices = [(one.value, gettext(QUALITIES[one])) for one in Quality]

    def to_draft(self) -> FactorDraft:
        """The typed version; what stays comes from the version before."""
        return FactorDraft(
            code="", category="", unit="", gas="", region="", stage="",
            name_zh=self.name_zh.data or "", name_en=self.name_en.data or "",
            kg_per_unit=self.kg_per_unit.data, year=self.year.data,
            source=self.source.data or "", quality=Quality(self.quality.data),
            basis=self.basis.data or "",
        )  # fmt: skip


class NewFactorForm(FactorForm):
    """A factor of a new code."""

    code = TextField(
        _l("编号"), [Required()], maximum=40, description=_l("大写字母、数字和短横，以后不变")
    )
    category = SelectField(_l("类别"))
    unit = SelectField(_l("单位"))
    gas = SelectField(_l("计哪些气体"))
    region = TextField(_l("地区代码"), maximum=9, description=_l("全国不填；省写前两位，例如 13"))

    def offer(self) -> None:
        """Put in what can be chosen."""
        super().offer()
        self.category.choices = [(key, gettext(word)) for key, word in CATEGORIES.items()]
        self.unit.choices = [(key, gettext(word)) for key, word in FACTOR_UNITS.items()]
        self.gas.choices = list(GASES.items())

    def to_draft(self) -> FactorDraft:
        """The typed factor."""
        return FactorDraft(
            **{
                **vars(super().to_draft()),
                "code": (self.code.data or "").upper(), "category": self.category.data,
                "unit": self.unit.data, "gas": self.gas.data, "region": self.region.data or "",
            }
        )  # fmt: skip
