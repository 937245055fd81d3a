"""Forms of the interchange: shape and words."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import Regexp

from market.interchange.types import PartnerDraft, Subject
from market.interchange.words import SUBJECTS
from market.web.choices import choice
from market.web.forms import Form, PhoneField, RegionField, Required, TextField


class PartnerForm(Form):
    """A new partner."""

    name = TextField(_l("名称"), [Required()], maximum=120)
    code = TextField(
        _l("代号"), [Required(), Regexp(r"^[a-z0-9-]{2,30}$",
                                        message=_l("只用小写字母、数字和横线，2 到 30 个"))],
        maximum=30, description=_l("用在批次编号和接口里，例如 hebei-adoption"),
    )  # fmt: skip
    phone = PhoneField(
        _l("对方账号的手机号"), [Required()], description=_l("对方用这个账号的接口令牌推送和取数")
    )
    region = RegionField(
        _l("地区代码"), [Required()], description=_l("只收、只给这个地区的，例如 13")
    )

    def to_draft(self) -> PartnerDraft:
        """The typed partner."""
        return PartnerDraft(
            self.code.data or "", self.name.data or "", self.phone.data, self.region.data
        )


class MappingForm(Form):
    """One of the partner's words as ours."""

    subject = SelectField(
        _l("哪一类"), choices=[choice(key.value, _l(word)) for key, word in SUBJECTS.items()]
    )
    theirs = TextField(_l("对方的代码或说法"), [Required()], maximum=80)
    ours = TextField(
        _l("本站的代码"), [Required()], maximum=20,
        description=_l(
            "品类如 G105；星级 0 到 3，不分星级写 0；状态 listed 或 exited；地区如 130624"
        ),
    )  # fmt: skip

    def to_subject(self) -> Subject:
        """The chosen subject."""
        return Subject(self.subject.data)
