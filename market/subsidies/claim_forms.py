"""Forms of claims on the desks, and of what follows after filing: shape and words."""

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import Length

from market.media.uploads import FilesForm
from market.web.choices import ChecksField, RadioField
from market.web.forms import DayField, Form, PhotoField, Required, TextField, YuanField

_LONG = Length(max=500, message=_l("最多写 500 个字"))
_FILE_HINT = _l("照片或 PDF，最大 10 MB")


class FeeClaimForm(FilesForm):
    """For the fee of a certificate."""

    certificate = RadioField(_l("哪张证书"), [Required(_l("先选一张证书"))], choices=[])
    price_fen = YuanField(_l("付了多少认证费"), [Required()], minimum=1)
    note = TextAreaField(_l("要说明的"), [_LONG])


class QuarterForm(FilesForm):
    """The bank's proof of the interest of a quarter."""


class AnswerForm(Form):
    """What the office asked for."""

    words = TextAreaField(_l("补充说明"), [Required(_l("写一句补充了什么")), _LONG])
    file = PhotoField(_l("补充的凭证"), description=_FILE_HINT)


class DecideForm(Form):
    """An office's decision."""

    accepted_fen = YuanField(
        _l("认可的价格"), minimum=1, description=_l("核对凭证以后认可多少；补贴按这个价格重新算")
    )
    reason = TextAreaField(_l("说明"), [_LONG], description=_l("要求补充或不通过时一定要写"))


class PayForm(Form):
    """Which claims were paid, and how."""

    claims = ChecksField(_l("这次拨付的申请"), choices=[])
    reference = TextField(
        _l("拨付凭证号"), [Required()], maximum=60, description=_l("财政或银行的流水号")
    )
    paid_on = DayField(_l("拨付日期"), [Required()])
