"""Forms of the register and of declarations."""

import re
from collections.abc import Sequence
from decimal import Decimal

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from market.kernel.i18n import N_
from market.substances.types import DeclarationDraft, RuleDraft, Status, SubstanceView
from market.substances.units import NAMES, UNITS
from market.web.choices import RadioField, choice
from market.web.forms import (
    DayField,
    Form,
    PhotoField,
    QuantityField,
    Required,
    TextField,
)
from market.web.templating import name_of

STATUSES: dict[str, str] = {
    "banned": N_("禁用"),
    "limited": N_("限用"),
    "watch": N_("关注"),
}
_WHY = {
    "banned": _l("含有就不能上架和卖"),
    "limited": _l("超过限值就不能上架和卖"),
    "watch": _l("只在产品页显示含量"),
}


def codes(text: str | None) -> tuple[str, ...]:
    """Kind codes out of a line, whatever stands between them."""
    return tuple(dict.fromkeys(re.findall(r"[A-Z][0-9]{2,3}", (text or "").upper())))


def unit_choices() -> list[tuple[str, str]]:
    """Every known unit with its kind of quantity."""
    return [(unit, f"{unit}　{gettext(NAMES[kind])}") for unit, (kind, _) in UNITS.items()]


class SubstanceForm(Form):
    """A substance."""

    cas = TextField(_l("CAS 号"), [Required()], maximum=12, description=_l("例如 50-00-0"))
    name_zh = TextField(_l("名称"), [Required()], maximum=80)
    name_en = TextField(_l("英文名称"), [Required()], maximum=120)


class RuleForm(Form):
    """A rule on a substance."""

    status = RadioField(
        _l("怎么管"), [Required(_l("选一种"))],
        choices=[choice(key, _l(word), _WHY[key]) for key, word in STATUSES.items()],
    )  # fmt: skip
    limit = QuantityField(_l("限值"), places=4, description=_l("只有限用才写"))
    unit = SelectField(_l("单位"))
    basis = TextField(
        _l("依据"), [Required()], maximum=200, description=_l("标准号和条款；自己定的写“示例”")
    )
    kinds = TextField(
        _l("管哪些品类"), maximum=300, description=_l("写品类代码，例如 A01 A07；空着就是全部")
    )
    valid_from = DayField(_l("从哪天起"), [Required()])
    replace_zh = TextField(_l("可以换成什么"), maximum=200)
    replace_en = TextField(_l("可以换成什么（英文）"), maximum=300)
    replace_kinds = TextField(
        _l("换成哪些品类"), maximum=300, description=_l("写品类代码，页面上会有链接")
    )

    def to_rule(self) -> RuleDraft:
        """The rule as filled in."""
        return RuleDraft(
            Status(self.status.data), self.valid_from.data, self.basis.data or "",
            self.limit.data, self.unit.data or "", codes(self.kinds.data),
            self.replace_zh.data or "", self.replace_en.data or "",
            codes(self.replace_kinds.data),
        )  # fmt: skip


class ContentForm(Form):
    """How much of a substance a product contains."""

    substance_id = SelectField(_l("哪种物质"), [Required()])
    value = QuantityField(_l("含量"), [Required()], places=4, description=_l("没检出写 0"))
    unit = SelectField(_l("单位"))
    report = PhotoField(_l("检测报告"), description=_l("照片或 PDF，最大 10 MB；买家能看"))

    def to_draft(self) -> DeclarationDraft:
        """What was declared."""
        return DeclarationDraft(
            self.substance_id.data, self.value.data or Decimal(0), self.unit.data
        )


def rule_form() -> RuleForm:
    """The form with its units."""
    form = RuleForm()
    form.unit.choices = unit_choices()
    return form


def content_form(substances: Sequence[SubstanceView]) -> ContentForm:
    """The form with the register and the units."""
    form = ContentForm()
    form.substance_id.choices = [(one.id, f"{name_of(one)} {one.cas}") for one in substances]
    form.unit.choices = unit_choices()
    return form
