"""What one asks of the audit trail and of the desks' first pages."""

from collections.abc import Collection
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, ValidationError

from market.kernel.region_code import RegionCode
from market.reports.trail import Asked
from market.reports.types import PERIODS
from market.reports.words import OBJECTS
from market.web.choices import choice
from market.web.forms import DayField, Form, RegionField, TextField
from market.web.templating import name_of


class TrailForm(Form):
    """The search of the trail. Read by GET, so without a token."""

    class Meta(Form.Meta):
        csrf = False

    q = TextField(_l("编号或动作"), maximum=80, render_kw={"autocomplete": "off"})
    kind = SelectField(_l("什么东西"), validate_choice=False)
    who = TextField(_l("谁做的"), maximum=40, render_kw={"autocomplete": "off"})
    region = SelectField(_l("地区"), validate_choice=False)
    first = DayField(_l("从哪天"))
    last = DayField(_l("到哪天"))

    def offer(self, kinds: Collection[str], places: Collection[Any]) -> None:
        """Fill the lists."""
        self.kind.choices = [choice("", _l("不限"))] + [
            choice(kind, _l(OBJECTS.get(kind, kind))) for kind in kinds
        ]
        self.region.choices = [choice("", _l("不限"))] + [
            choice(path.place.code, name_of(path)) for path in places
        ]

    def validate_region(self, field: SelectField) -> None:
        """A code that cannot be one is explained."""
        try:
            RegionCode(field.data or "")
        except ValueError:
            raise ValidationError(str(RegionField.wrong)) from None

    def validate_last(self, field: DayField) -> None:
        """The last day does not lie before the first."""
        if field.data and self.first.data and field.data < self.first.data:
            raise ValidationError(str(_l("结束的日子在开始的日子之前")))

    def chosen_region(self) -> RegionCode | None:
        """The region, None for all and for one that cannot be read."""
        try:
            code = RegionCode(self.region.data or "")
        except ValueError:
            return None
        return code if code.digits else None

    def to_asked(self) -> Asked:
        """What is looked for; what could not be read is not looked for."""
        kind = self.kind.data or ""
        return Asked(
            text="" if self.q.errors else self.q.data or "",
            object_type=kind if kind.replace("_", "").isalpha() else "",
            who="" if self.who.errors else self.who.data or "",
            region=self.chosen_region(),
            first=self.first.data,
            last=None if self.last.errors else self.last.data,
        )


def period_of(text: str | None) -> int:
    """One of the periods in days; the middle one unless told otherwise."""
    days = {str(days): days for days in PERIODS}
    return days.get(text or "", 30)
