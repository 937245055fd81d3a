"""The form of a new token."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext

from market.api.types import LIFETIMES, SCOPE_LABELS, Scope
from market.web.choices import ChecksField, RadioField, choice
from market.web.forms import Form, Required, TextField


class TokenForm(Form):
    """What the token is for, what it may do, for how long."""

    name = TextField(
        _l("名字"),
        maximum=60,
        validators=[Required(_l("写一个认得出的名字，例如 记账程序"))],
        description=_l("写给自己看，例如用在哪个程序里"),
    )
    scopes = ChecksField(
        _l("权限"),
        [Required(_l("至少选一项权限"))],
        choices=[choice(s.value, _l(label), _l(why)) for s, (label, why) in SCOPE_LABELS.items()],
    )
    days = RadioField(
        _l("用多久"),
        choices=[
            choice(str(days), lazy_ngettext("%(num)s 天", "%(num)s 天", days)) for days in LIFETIMES
        ],
        default="90",
        validators=[Required(_l("请选一项"))],
    )

    def to_scopes(self) -> list[Scope]:
        """The scopes chosen."""
        return [Scope(value) for value in self.scopes.data or []]
