"""Options of select, radio and checkbox fields."""

from typing import Any

from wtforms.fields import choices as _choices
from wtforms.widgets import CheckboxInput, ListWidget


def choice(value: str, label: Any, why: Any = "") -> Any:
    """One option: what is sent, what is read (a lazy text or a plain one), why one would."""
    extra = {"data-why": why} if why else {}
    return _choices.SelectChoice(value, label, extra)  # type: ignore[attr-defined]


class RadioField(_choices.RadioField):
    """Radio buttons as rows; choosing nothing is left to the validators and their own words."""

    def pre_validate(self, form: Any) -> None:
        """Refuse a value that was not offered, pass over none at all."""
        if self.data not in (None, "", "None"):
            super().pre_validate(form)


class ChecksField(_choices.SelectMultipleField):
    """Several choices as rows with a box each."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()
