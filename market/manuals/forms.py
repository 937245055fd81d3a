"""The form of a manual: six sections, each with its text in two languages."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.widgets import TextArea

from market.kernel.i18n import N_
from market.manuals import rules
from market.manuals.types import ManualText, Section, Words
from market.web.errors import sentence
from market.web.forms import Form, TextField

TITLES: dict[Section, str] = {
    Section.USE: N_("用在哪里、怎么用"),
    Section.STORAGE: N_("存放和运输"),
    Section.MIXING: N_("配比和搅拌"),
    Section.INSTALLATION: N_("施工和安装"),
    Section.SAFETY: N_("安全提醒"),
    Section.DISPOSAL: N_("余料和废弃物"),
}
_HINTS: dict[Section, str] = {
    Section.USE: N_("适合什么部位，不适合什么，用之前要准备什么"),
    Section.STORAGE: N_("怕潮、怕冻还是怕晒，堆多高，能放多久"),
    Section.MIXING: N_("水或固化剂加多少，搅几分钟，多久用完；买来就能用的勾“不适用”"),
    Section.INSTALLATION: N_("一步一步写，基层要求、间距、等多久、几度以下不能做"),
    Section.SAFETY: N_("要戴什么，会伤到哪里，进了眼睛怎么办，怎么防火"),
    Section.DISPOSAL: N_("剩下的和拆下来的怎么处理，能不能回收"),
}


class TextBlock(TextField):
    """A text of several lines."""

    widget = TextArea()


class ManualForm(Form):
    """Fields named after the sections: `use_zh`, `use_en`, `use_none` and so on."""

    def rows(self) -> list[tuple[str, str, Any, Any, Any]]:
        """(title, hint, text, English text, box) of each section."""
        return [
            (TITLES[one], _HINTS[one], self[f"{one}_zh"], self[f"{one}_en"], self[f"{one}_none"])
            for one in Section
        ]

    def to_text(self) -> ManualText:
        """What was written."""
        return ManualText(
            {
                one: Words(
                    self[f"{one}_zh"].data or "", self[f"{one}_en"].data or "",
                    bool(self[f"{one}_none"].data),
                )
                for one in Section
            }
        )  # fmt: skip

    def refuse_gaps(self) -> bool:
        """Whether every section says something; otherwise each gap is said beside its field."""
        wrong = rules.complaints(self.to_text())
        for complaint in wrong:
            field = self[str(complaint.field)]
            field.errors = [*field.errors, sentence(complaint)]
        return not wrong


for _section in Section:
    setattr(ManualForm, f"{_section}_zh", TextBlock(_l("内容"), maximum=3_000))
    setattr(ManualForm, f"{_section}_en", TextBlock(_l("英文"), maximum=5_000))
    setattr(ManualForm, f"{_section}_none", BooleanField(_l("不适用")))


def manual_form(text: ManualText) -> ManualForm:
    """The form, filled with a text unless something was sent."""
    data: dict[str, Any] = {}
    for one in Section:
        words = text.of(one)
        data |= {f"{one}_zh": words.zh, f"{one}_en": words.en, f"{one}_none": words.not_applicable}
    return ManualForm(data=data)
