"""Forms of local lists: shape and words."""

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import Length

from market.catalogue.local_lists import Admission
from market.web.forms import DayField, Form, PhotoField, RegionField, Required, TextField

_LONG = Length(max=1000, message=_l("最多写 1000 个字"))


class AdmissionForm(Form):
    """A product for a region's list."""

    region = RegionField(
        _l("地区代码"), [Required()], description=_l("只在这个地区能买，例如 130624")
    )
    until_on = DayField(_l("截止日期"), [Required()], description=_l("这一天以后自动停卖"))
    sheet_number = TextField(_l("技术要求书编号"), [Required()], maximum=80)
    sheet = PhotoField(_l("技术要求书"), description=_l("照片或 PDF，最大 10 MB，所有人都能看"))
    reason = TextAreaField(_l("准入理由"), [Required(_l("写明为什么准入")), _LONG])

    def to_admission(self) -> Admission:
        """The typed admission."""
        return Admission(
            self.region.data, self.until_on.data, self.sheet_number.data or "",
            (self.reason.data or "").strip(),
        )  # fmt: skip


class WithdrawForm(Form):
    """Why a product leaves a list."""

    reason = TextAreaField(_l("移出理由"), [Required(_l("写明移出的理由")), _LONG])
