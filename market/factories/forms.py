"""Forms of factory profiles: shape and words."""

from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, TextAreaField
from wtforms.validators import Length

from market.factories import words
from market.factories.types import ClaimDraft, ClaimKind
from market.web.forms import (
    DayField,
    Form,
    IntField,
    PhotoField,
    QuantityField,
    Required,
    TextField,
)

_LONG = Length(max=1000, message=_l("最多写 1000 个字"))


class ClaimForm(Form):
    """What every claim has; `claim_form` takes away what its kind does not ask."""

    key = SelectField(_l("哪一项"), validate_choice=False)
    share = QuantityField(
        _l("掺用比例"), places=2, minimum=Decimal("0.01"), maximum=100,
        description=_l("工业固体废弃物占原料的质量比例，按检测报告"),
    )  # fmt: skip
    title = TextField(_l("荣誉全称"), maximum=120)
    level = SelectField(_l("级别"), validate_choice=False)
    list_no = TextField(_l("名单里的编号"), maximum=80)
    issuer = TextField(_l("谁认定的"), [Required()], maximum=120)
    year = IntField(_l("哪一年"), [Required()], minimum=1990, maximum=2100)
    issued_on = DayField(_l("证明文件的日期"), description=_l("文件上写的那一天；只有年份就不填"))
    expires_on = DayField(_l("到哪天为止"), description=_l("例如 2027-12-31；没有期限的不填"))
    evidence = PhotoField(
        _l("证明文件"), [Required(_l("先选一个文件"))],
        description=_l("照片或 PDF，最大 10 MB。确认后大家都能看"),
    )  # fmt: skip

    def to_draft(self, kind: ClaimKind) -> ClaimDraft:
        """The typed claim."""

        def typed(name: str) -> Any:
            return self[name].data if name in self else None

        return ClaimDraft(
            kind=kind, issuer=self.issuer.data or "", year=self.year.data or 0,
            key=typed("key") or "", title=typed("title") or "", level=typed("level") or "",
            list_no=typed("list_no") or "", share=typed("share"),
            expires_on=self.expires_on.data, issued_on=self.issued_on.data,
        )  # fmt: skip


_ASKED = {
    ClaimKind.ZERO: ("key",),
    ClaimKind.GRADE: ("key",),
    ClaimKind.RECOGNITION: ("title", "level", "list_no"),
    ClaimKind.WASTE: ("share", "title"),
}


def claim_form(kind: ClaimKind, **kwargs: Any) -> ClaimForm:
    """The form of a kind of claim."""
    form = ClaimForm(**kwargs)
    for name in ("key", "share", "title", "level", "list_no"):
        if name not in _ASKED[kind]:
            delattr(form, name)
    if kind is ClaimKind.WASTE:
        form.title.label.text = gettext("检测报告编号")
    if kind is ClaimKind.RECOGNITION:
        form.level.choices = [(key.value, gettext(word)) for key, word in words.LEVELS.items()]
    if kind in (ClaimKind.ZERO, ClaimKind.GRADE):
        known: dict[Any, str] = dict(words.ZEROS if kind is ClaimKind.ZERO else words.GRADES)
        form.key.choices = [(key.value, gettext(word)) for key, word in known.items()]
    return form


class AnswerForm(Form):
    """A maker's answer."""

    answer = TextAreaField(_l("补充说明"), [Required(_l("写下你的说明")), _LONG])


class DecisionForm(Form):
    """An official's words."""

    reason = TextAreaField(_l("理由或问题"), [_LONG])
