"""The form of a rule."""

from collections.abc import Sequence

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField

from market.catalogue.types import GroupView, KindView
from market.kernel.i18n import N_
from market.uses.types import RuleDraft, Use, UseRule
from market.uses.wording import USES
from market.web.forms import Form, QuantityField, Required, TextField
from market.web.templating import name_of


class UseRuleForm(Form):
    """What a use asks of a kind or a group."""

    use = SelectField(_l("用途"))
    kind_code = SelectField(_l("品类"))
    group_code = SelectField(_l("或者整个大类"))
    min_star = SelectField(_l("最低星级"))
    max_voc = QuantityField(_l("VOC 最多"), places=2, maximum=2_000)
    basis_zh = TextField(_l("依据"), [Required()], maximum=200)
    basis_en = TextField(_l("依据（英文）"), maximum=300)
    sample = BooleanField(_l("这条是示例，页面上写明"))

    def to_rule(self) -> RuleDraft:
        """The rule as filled in."""
        return RuleDraft(
            Use(self.use.data), self.kind_code.data or "", self.group_code.data or "",
            int(self.min_star.data) if self.min_star.data else None, self.max_voc.data,
            self.basis_zh.data or "", self.basis_en.data or "", bool(self.sample.data),
        )  # fmt: skip


def use_rule_form(
    rule: UseRule | None, kinds: Sequence[KindView], groups: Sequence[GroupView]
) -> UseRuleForm:
    """The form with its lists, filled with a rule."""
    data = {"sample": True} if rule is None else {
        **vars(rule), "use": rule.use.value, "min_star": str(rule.min_star or ""),
    }  # fmt: skip
    form = UseRuleForm(data=data)
    form.use.choices = [(use.value, gettext(word)) for use, word in USES.items()]
    form.kind_code.choices = [("", gettext("不选"))]
    form.kind_code.choices += [(kind.code, f"{kind.code} {name_of(kind)}") for kind in kinds]
    form.group_code.choices = [("", gettext("不选"))]
    form.group_code.choices += [(group.code, name_of(group)) for group in groups]
    stars = (("", N_("不要求")), ("1", N_("一星")), ("2", N_("二星")), ("3", N_("三星")))
    form.min_star.choices = [(key, gettext(word)) for key, word in stars]
    return form
