"""What reviewers and makers write about a change."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from market.catalogue.forms import TextBlock
from market.web.forms import Form


class ReviewForm(Form):
    """A decision with what the maker reads, and what stays among reviewers."""

    version = HiddenField()
    note = TextBlock(
        _l("给厂家的话"), maximum=600, description=_l("退回或者提问时要写，厂家看得到")
    )
    internal_note = TextBlock(_l("内部备注"), maximum=600, description=_l("只有审核人看得到"))

    def to_version(self) -> int:
        """The version that was read; 0 when the page was not ours."""
        text = str(self.version.data or "")
        return int(text) if text.isdigit() and len(text) < 9 else 0


class AnswerForm(Form):
    """The maker's answer."""

    answer = TextBlock(_l("你的回答"), maximum=600)
