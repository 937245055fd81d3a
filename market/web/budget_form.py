"""The form for another budget of what is under way."""

from flask_babel import lazy_gettext as _l

from market.web.forms import Form, Required, TextField, YuanField


class BudgetForm(Form):
    """A new sum and why."""

    budget_fen = YuanField(_l("新的预算一共"), [Required()], minimum=1)
    reason = TextField(
        _l("为什么改"), [Required(_l("请写明为什么改预算，以后查得到"))], maximum=300
    )
