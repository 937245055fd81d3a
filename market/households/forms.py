"""Forms of objections and decisions: shape and words."""

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import Length

from market.web.forms import Form, Required


class ObjectionForm(Form):
    """Why another account does not belong to one's household."""

    words = TextAreaField(
        _l("为什么不是你家的"),
        [
            Required(_l("写明原因，主管部门才知道看什么")),
            Length(max=300, message=_l("最多写 300 个字")),
        ],
    )


class DecisionForm(Form):
    """On which evidence, or why."""

    reason = TextAreaField(
        _l("看了什么凭证，或者为什么"),
        [
            Required(_l("写明依据或原因，当事人会看到")),
            Length(max=300, message=_l("最多写 300 个字")),
        ],
        description=_l("例如：看了户口簿原件首页和本人页。不要写身份证号"),
    )
