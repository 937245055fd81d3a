"""Forms of providers: the shape and words of what crews and officials type."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, TextAreaField

from market.kernel.region_code import RegionCode
from market.providers.rules import CAPACITY
from market.providers.trades import trades
from market.providers.types import (
    DOCUMENT_LABELS,
    ProviderApplication,
    ProviderChange,
    Trade,
    Verdict,
)
from market.web.choices import ChecksField, choice
from market.web.context import language
from market.web.forms import (
    Form,
    IntField,
    PhoneField,
    PhotoField,
    RegionField,
    Required,
    TextField,
)


class BlockField(TextField, TextAreaField):
    """Several lines of text, cleaned like a single one."""


def trade_choices() -> list[Any]:
    """All trades with the line that says what they do."""
    return [choice(key, _name(trade), _notes(trade)) for key, trade in trades().items()]


def _name(trade: Trade) -> str:
    return trade.name_en if language() == "en" else trade.name_zh


def _notes(trade: Trade) -> str:
    return trade.notes_en if language() == "en" else trade.notes_zh


class ChangeForm(Form):
    """What a crew may change at any time."""

    contact_name = TextField(_l("联系人"), [Required()], maximum=40)
    contact_phone = PhoneField(_l("联系手机"), [Required()])
    weekly_capacity = IntField(
        _l("同时能接几个活"), [Required()], minimum=CAPACITY[0], maximum=CAPACITY[1]
    )
    introduction = BlockField(_l("介绍"), maximum=600)

    def to_change(self) -> ProviderChange:
        return ProviderChange(
            contact_name=str(self.contact_name.data),
            contact_phone=str(self.contact_phone.data),
            weekly_capacity=int(self.weekly_capacity.data),
            introduction=str(self.introduction.data or ""),
        )


class ApplicationForm(ChangeForm):
    """What a crew says of itself when it applies."""

    name = TextField(_l("队名或公司名"), [Required()], maximum=60)
    region = RegionField(_l("所在地"), [Required(_l("先选所在的乡镇"))])
    trades = ChecksField(_l("会做哪些活"), [Required(_l("至少选一个工种"))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.trades.choices = trade_choices()

    def to_application(self) -> ProviderApplication:
        region = self.region.data
        return ProviderApplication(
            name=str(self.name.data),
            contact_name=str(self.contact_name.data),
            contact_phone=str(self.contact_phone.data),
            region=region.digits if isinstance(region, RegionCode) else "",
            trades=tuple(self.trades.data or ()),
            weekly_capacity=int(self.weekly_capacity.data),
            introduction=str(self.introduction.data or ""),
        )


class CraftsmanForm(Form):
    """One person of the roster."""

    name = TextField(_l("姓名"), [Required()], maximum=40)
    trade = SelectField(_l("做的工种"), [Required(_l("请选工种"))])
    certificate_number = TextField(_l("培训合格证或职业证书编号"), [Required()], maximum=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.trade.choices = [
            choice("", _("请选")),
            *(choice(key, _name(trade)) for key, trade in trades().items()),
        ]


class DocumentForm(Form):
    """A proof document."""

    kind = SelectField(_l("这是什么证明"), [Required(_l("请选这是什么证明"))])
    file = PhotoField(_l("拍照或选文件"), [Required(_l("请选一个文件"))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [
            choice("", _("请选")),
            *(choice(key, _(label)) for key, label in DOCUMENT_LABELS.items()),
        ]


class DecisionForm(Form):
    """What an official decides; the reason is for the crew."""

    verdict = SelectField(
        _l("决定"), [Required()], choices=[choice(verdict, verdict) for verdict in Verdict]
    )
    reason = BlockField(_l("理由，对方会看到"), maximum=500)

    def to_verdict(self) -> Verdict:
        return Verdict(str(self.verdict.data))
