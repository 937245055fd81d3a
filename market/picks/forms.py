"""The form of a recommendation."""

from collections.abc import Sequence

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from market.kernel.region_code import RegionCode
from market.picks.types import LONGEST_REASON, PickDraft
from market.web.forms import DayField, Form, Required, TextField
from market.web.templating import name_of


class PickForm(Form):
    """Where a product is recommended, why, and until when."""

    region = SelectField(_l("推荐给哪里"), choices=[])
    reason = TextField(
        _l("一句话理由"), [Required()], maximum=LONGEST_REASON,
        description=_l("农户看得到，例如：本县供销社统一送货，老房外墙用得多"),
    )  # fmt: skip
    until_on = DayField(_l("截止日期"), [Required()])

    def to_draft(self) -> PickDraft:
        """What was filled in."""
        region = RegionCode(self.region.data or "")
        return PickDraft(region, self.reason.data or "", self.until_on.data)


def pick_form(places: Sequence[tuple[RegionCode, object]]) -> PickForm:
    """The form with the regions one may recommend to."""
    form = PickForm()
    form.region.choices = [(code.digits, name_of(place)) for code, place in places]
    if not form.region.choices:
        form.region.choices = [("", gettext("没有可选的地区"))]
    return form
