"""Forms of the annual surveillance: shape and words."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag
from wtforms.validators import Length

from market.certification.types import SurveillanceResult
from market.web.forms import DayField, Form, PhotoField, Required, TextField

_LONG = Length(max=1000, message=_l("最多写 1000 个字"))


class SurveillanceForm(Form):
    """What the issuing body's surveillance found."""

    done_on = DayField(_l("监督日期"), [Required()])
    passed = RadioField(
        _l("结果"), [Required(_l("请选结果"))],
        choices=[SelectChoice("yes", _l("合格")), SelectChoice("no", _l("不合格"))],
    )  # fmt: skip
    report_number = TextField(_l("监督报告编号"), [Required()], maximum=80)
    note = TextAreaField(
        _l("情况说明"), [_LONG], description=_l("不合格时必填，会作为暂停的原因公开")
    )
    evidence = PhotoField(_l("监督检查报告"), description=_l("照片或 PDF，最大 10 MB"))
    next_due_on = DayField(_l("下次监督截止日期"), description=_l("不填就按发证日每满一年推算"))

    def to_result(self) -> SurveillanceResult:
        """The typed result."""
        return SurveillanceResult(
            done_on=self.done_on.data,
            passed=self.passed.data == "yes",
            report_number=self.report_number.data or "",
            note=(self.note.data or "").strip(),
            next_due_on=self.next_due_on.data,
        )


class PlanForm(Form):
    """Until when the next surveillance is due."""

    due_on = DayField(_l("监督截止日期"), [Required()])
    reason = TextAreaField(_l("理由"), [Required(_l("写明理由，对方才知道为什么")), _LONG])
