"""Forms of spot checks: shape and words."""

import re

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag
from wtforms.validators import Length, Optional

from market.inspections.types import Cause, PlanDraft, Reason, Result
from market.web.forms import DayField, Form, IntField, PhotoField, RegionField, Required, TextField

_LONG = Length(max=1000, message=_l("最多写 1000 个字"))


class PlanForm(Form):
    """What to draw."""

    region = RegionField(
        _l("地区代码"), [Required()], description=_l("抽这个地区的商家在卖的产品，例如 130624")
    )
    name = TextField(_l("名称"), [Required()], maximum=80, description=_l("例如 2026 年冬季抽查"))
    size = IntField(_l("抽几个产品"), [Required()], minimum=1, maximum=200)
    kinds = TextField(
        _l("产品种类"),
        maximum=200,
        description=_l("写种类的代码或名称，用逗号隔开；不写表示全部种类"),
    )
    seed = TextField(
        _l("随机种子"), maximum=40,
        description=_l("不写由系统选。用同一个种子和同样的在售产品，会抽到同样的结果"),
    )  # fmt: skip

    def to_draft(self) -> PlanDraft:
        """The typed plan."""
        typed = (part.strip() for part in re.split(r"[,，、;；\n]+", self.kinds.data or ""))
        return PlanDraft(
            self.name.data or "", self.size.data or 1,
            tuple(dict.fromkeys(one for one in typed if one)), self.seed.data or "",
        )  # fmt: skip


class ResultForm(Form):
    """What the laboratory reported."""

    batch_no = TextField(
        _l("批次"), [Required()], maximum=60, description=_l("和包装上印的一样，例如 20261015-2")
    )
    sampled_on = DayField(_l("抽样日期"), [Required()])
    laboratory = TextField(_l("检测机构"), [Required()], maximum=120)
    report_number = TextField(_l("报告编号"), [Required()], maximum=80)
    standard = TextField(
        _l("检测依据标准"), [Required()], maximum=120, description=_l("例如 GB 18242-2008")
    )
    passed = RadioField(
        _l("结果"), [Required(_l("请选结果"))],
        choices=[SelectChoice("yes", _l("合格")), SelectChoice("no", _l("不合格"))],
    )  # fmt: skip
    findings = TextAreaField(
        _l("不合格的项目"), [_LONG],
        description=_l("写明项目、标准值和实测值，会原样公示"),
    )  # fmt: skip
    report = PhotoField(_l("检测报告"), description=_l("照片或 PDF，最大 10 MB；公布前一定要有"))
    cause = RadioField(
        _l("为什么抽"), [Optional()], default="routine",
        choices=[
            SelectChoice("routine", _l("日常抽查，或者不合格以后的复查")),
            SelectChoice("complaint", _l("有人投诉")),
            SelectChoice("notice", _l("上级或外地的通报")),
        ],
    )  # fmt: skip
    cause_note = TextField(
        _l("投诉编号，或者通报的文号"), maximum=200,
        description=_l("投诉和通报要写，例如 12315-2026-0815"),
    )  # fmt: skip

    def fill(self, result: Result, reason: Reason) -> None:
        """Show a draft again. What the draw or an earlier failure led to is nobody's choice."""
        for name in (
            "batch_no", "sampled_on", "laboratory", "report_number", "standard", "findings",
        ):  # fmt: skip
            self[name].data = getattr(result, name)
        self.passed.data = "yes" if result.passed else "no"
        chosen = reason.cause in (Cause.COMPLAINT, Cause.NOTICE)
        self.cause.data = reason.cause.value if chosen else Cause.ROUTINE.value
        self.cause_note.data = reason.note

    def to_reason(self) -> Reason:
        """What led to the check."""
        return Reason(Cause(self.cause.data or "routine"), self.cause_note.data or "")

    def to_result(self) -> Result:
        """The typed result."""
        return Result(
            batch_no=self.batch_no.data or "",
            sampled_on=self.sampled_on.data,
            laboratory=self.laboratory.data or "",
            report_number=self.report_number.data or "",
            standard=self.standard.data or "",
            passed=self.passed.data == "yes",
            findings=self.findings.data or "",
        )


class ReportForm(Form):
    """The report of a draft."""

    report = PhotoField(_l("检测报告"), [Required(_l("先选一个文件"))])


class AppealForm(Form):
    """A maker's objection."""

    words = TextAreaField(_l("申诉理由"), [Required(_l("写明为什么不同意这个结果")), _LONG])
    report = PhotoField(
        _l("另一份检测报告"), [Required(_l("附上一份检测报告"))],
        description=_l("同一批次留样的复检报告，照片或 PDF，最大 10 MB"),
    )  # fmt: skip


class DecisionForm(Form):
    """An official's words about an objection."""

    reason = TextAreaField(_l("理由"), [Required(_l("写明理由，对方才知道为什么")), _LONG])
