"""Forms of the library of standards."""

import re

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from market.standards.types import EditionDraft, EditionView, EndingDraft
from market.web.forms import DayField, Form, Required, TextField


def kind_codes(text: str | None) -> tuple[str, ...]:
    """Kind codes out of a line, whatever stands between them; what is no code stays as it is,
    so that it is refused by name."""
    parts = re.split(r"[\s,;，；、]+", (text or "").upper())
    return tuple(dict.fromkeys(part for part in parts if part))


class CorrectionForm(Form):
    """What is known of an edition."""

    name_zh = TextField(_l("名称"), [Required()], maximum=120)
    name_en = TextField(_l("英文名称"), maximum=200)
    mandatory = BooleanField(
        _l("强制性标准"), description=_l("实施以后，管到的品类的厂家确认读过才能上架产品")
    )
    kinds = TextField(
        _l("管哪些品类"), maximum=300, description=_l("写品类代码，例如 A01 A07；强制性的必须写")
    )
    published_on = DayField(_l("发布日期"))
    effective_on = DayField(_l("实施日期"), [Required()])
    source = TextField(
        _l("正文在哪里看"), maximum=300, description=_l("网址最好，厂家点开就能读；没有就写出处")
    )
    basis = TextField(
        _l("资料依据"), [Required()], maximum=300,
        description=_l("从哪里知道的，在哪里核对的"),
    )  # fmt: skip
    verified = BooleanField(
        _l("核对过"), description=_l("和标准原文或公开系统对过；没勾的，页面上写“未核实”")
    )

    def to_draft(self) -> EditionDraft:
        """The edition as filled in."""
        return EditionDraft(
            self.name_zh.data or "", self.effective_on.data, self.basis.data or "",
            self.name_en.data or "", bool(self.mandatory.data), kind_codes(self.kinds.data),
            self.published_on.data, self.source.data or "", bool(self.verified.data),
        )  # fmt: skip


class EditionForm(CorrectionForm):
    """A new edition."""

    code = TextField(_l("标准号"), [Required()], maximum=60, description=_l("例如 GB 175-2023"))


class EndingForm(Form):
    """What supersedes an edition, or that it is withdrawn."""

    by = TextField(
        _l("被哪个标准代替"), maximum=60,
        description=_l("写全标准号，要在标准库里；空着就是废止，没有代替"),
    )  # fmt: skip
    from_on = DayField(_l("从哪天起"), [Required()])
    until = DayField(
        _l("过渡期到哪天"), description=_l("这天以前还能按旧标准上架；没有过渡期就空着")
    )
    basis = TextField(_l("资料依据"), [Required()], maximum=300)

    def to_draft(self) -> EndingDraft:
        """The ending as filled in."""
        return EndingDraft(
            self.from_on.data, self.basis.data or "", self.by.data or "", self.until.data
        )


class CancelForm(Form):
    """Why an ending is taken back."""

    reason = TextField(_l("撤销的理由"), [Required()], maximum=200)


def correction_form(edition: EditionView) -> CorrectionForm:
    """The form with what was entered."""
    form = CorrectionForm(formdata=None, obj=edition)
    form.kinds.data = " ".join(edition.kinds)
    return form
