"""Forms of the registry and of anomalies: shape and words."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag
from wtforms.validators import Length

from market.certification.types import ManualCheck
from market.kernel.i18n import N_
from market.web.forms import DayField, Form, PhotoField, Required

_LONG = Length(max=1000, message=_l("最多写 1000 个字"))


class ListForm(Form):
    """A registry's list as a file."""

    file = PhotoField(
        _l("登记库名单"), [Required(_l("先选一个文件"))],
        description=_l(
            "CSV 或 JSON，UTF-8 或 GB18030，最多 20000 行、5 MB。读不懂的行会列出来，其余的可以采用"
        ),
    )  # fmt: skip


class AdoptForm(Form):
    """Approving with the registry's values."""

    next_check_on = DayField(_l("下次核对日期"), [Required()], id="adopt_next_check_on")
    holder_confirmed = BooleanField(
        _l("已核对持有人和商家的关系"),
        description=_l("持有人和商家名称不一样时要勾选，并上传授权证明"),
        id="adopt_holder_confirmed",
    )
    authorisation = PhotoField(
        _l("授权证明"), description=_l("持有人和商家名称不一样时要有。照片或 PDF，最大 10 MB"),
        id="adopt_authorisation",
    )  # fmt: skip

    def to_check(self, note: str) -> ManualCheck:
        """The record of the check."""
        return ManualCheck(note, self.next_check_on.data, bool(self.holder_confirmed.data))


DEEDS = {
    "accept": N_("核实过，没有问题"),
    "ask": N_("有问题，退回商家更正"),
    "refuse": N_("有问题，这次录入不通过"),
    "suspend": N_("有问题，暂停这张证书"),
    "revoke": N_("有问题，撤销这张证书"),
    "keep": N_("有问题，证书已经停用，保持不变"),
}


class ResolveForm(Form):
    """An official's words about an anomaly, and what is done about it."""

    outcome = RadioField(_l("怎么处理"), [Required(_l("请选怎么处理"))])
    reason = TextAreaField(
        _l("理由"), [Required(_l("写明理由，以后的人才看得懂")), _LONG],
        description=_l("两边的商家都会看到；暂停和撤销的理由会公开"),
    )  # fmt: skip

    def offer(self, deeds: Sequence[str]) -> "ResolveForm":
        """What may be done now."""
        self.outcome.choices = [SelectChoice(deed, _l(DEEDS[deed])) for deed in deeds]
        return self
