"""Forms of the wizard: one question each. 不清楚 is always a choice where it makes sense."""

from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, TextAreaField

from market.providers import queries as providers
from market.renovations import projects
from market.renovations.drafts import Budget, Window
from market.renovations.facts import Fact
from market.renovations.types import CONTRACT_MODES, UNKNOWN, Contact, ProjectType
from market.web.choices import ChecksField, RadioField, choice
from market.web.context import language
from market.web.forms import (
    DayField,
    Form,
    PhoneField,
    QuantityField,
    RegionField,
    Required,
    TextField,
    YuanField,
)


class BlockField(TextField, TextAreaField):
    """Several lines of text, cleaned like a single one."""


class PhotosForm(Form):
    """Pictures of the house, as many as fit."""

    photos = MultipleFileField(_l("拍照或选照片"))

    def chosen(self) -> list[tuple[bytes, str]]:
        """(content, file name) of every chosen picture."""
        files = [f for f in self.photos.data or [] if isinstance(f, FileStorage) and f.filename]
        return [(file.read(), str(file.filename)) for file in files]


class ProjectForm(Form):
    """What should be done."""

    project = RadioField(_l("改造类型"), [Required(_l("请选一项；说不清就选最后一项"))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project.choices = [
            choice(kind.key, _named(kind, "name"), _named(kind, "hint"))
            for kind in projects.project_types().values()
        ]


def _named(kind: ProjectType, what: str) -> str:
    return str(getattr(kind, f"{what}_{'en' if language() == 'en' else 'zh'}"))


class _Fact(Form):
    """One answer about the house."""

    def answer(self) -> Any:
        """The value to keep, UNKNOWN included."""
        raise NotImplementedError


class ChoiceFactForm(_Fact):
    """One of a few answers."""

    value = RadioField("", [Required(_l("请选一项，不知道就选不清楚"))])

    def __init__(self, fact: Fact, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.value.label.text = _(fact.question)
        self.value.choices = [
            *(choice(key, _(label)) for key, label in fact.choices),
            choice(UNKNOWN, _("不清楚"), _(fact.unknown)),
        ]

    def answer(self) -> Any:
        return self.value.data


class NumberFactForm(_Fact):
    """A whole number (or a height with decimals), or unknown."""

    value = QuantityField("", places=2)
    unknown = BooleanField(_l("不清楚"))

    def __init__(self, fact: Fact, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fact = fact
        self.value.label.text = _(fact.question)
        self.unknown.description = _(fact.unknown)
        if fact.key != "storey_height":
            self.value.places = 0

    def validate(self, extra_validators: Any = None) -> bool:
        """Either a number within its limits, or the box."""
        fine = super().validate(extra_validators)
        if self.unknown.data:
            self.value.errors = []
            return True
        if fine and not _within(self.value, self.fact):
            return False
        return fine

    def answer(self) -> Any:
        if self.unknown.data:
            return UNKNOWN
        value = self.value.data
        return str(value) if self.fact.key == "storey_height" else int(value)


class SizeFactForm(_Fact):
    """Length and width, or unknown."""

    length = QuantityField(_l("长"), places=2)
    width = QuantityField(_l("宽"), places=2)
    unknown = BooleanField(_l("不清楚"))

    def __init__(self, fact: Fact, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fact = fact
        self.unknown.description = _(fact.unknown)

    def validate(self, extra_validators: Any = None) -> bool:
        """Both lengths within their limits, or the box."""
        fine = super().validate(extra_validators)
        if self.unknown.data:
            self.length.errors, self.width.errors = [], []
            return True
        checks = [_within(field, self.fact) for field in (self.length, self.width)]
        return fine and all(checks)

    def answer(self) -> Any:
        if self.unknown.data:
            return UNKNOWN
        return [_plain(self.length.data), _plain(self.width.data)]


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _within(field: QuantityField, fact: Fact) -> bool:
    if field.errors:
        return False
    if field.data is None:
        field.errors = [_("写一个数，或者勾“不清楚”")]
        return False
    if not fact.minimum <= field.data <= fact.maximum:
        field.errors = [
            _(
                "%(value)s 不像是对的，一般在 %(low)s 到 %(high)s 之间。请核对，或者勾“不清楚”",
                value=_plain(field.data),
                low=fact.minimum,
                high=fact.maximum,
            )
        ]
        return False
    return True


def fact_form(fact: Fact) -> _Fact:
    """The form of one question about the house."""
    kinds: dict[str, Any] = {
        "choice": ChoiceFactForm,
        "number": NumberFactForm,
        "size": SizeFactForm,
    }
    form: _Fact = kinds[fact.kind](fact)
    return form


class TradesForm(Form):
    """Which trades are needed."""

    trades = ChecksField(_l("要哪些师傅"), [Required(_l("至少选一个工种"))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        english = language() == "en"
        self.trades.choices = [
            choice(
                key,
                trade.name_en if english else trade.name_zh,
                trade.notes_en if english else trade.notes_zh,
            )
            for key, trade in providers.trade_table().items()
        ]


class ScopeForm(Form):
    """Where and how much, in words."""

    scope = BlockField(_l("哪些地方要做，大概多少"), maximum=1_000)


class ContractForm(Form):
    """Who supplies what."""

    contract = RadioField(_l("怎么承包"), [Required(_l("请选一项，不知道就选不清楚"))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        why = {
            "full": _("材料和人工都由施工队出，质量由一家负责"),
            "labour": _("你自己买料。要注意：出了工伤，你可能要担责任"),
            "platform": _("在本站按清单买料送到家，施工队只管做"),
            "unknown": _("施工队会把几种做法的价钱都告诉你"),
        }
        self.contract.choices = [
            choice(key, _(label), why[key]) for key, label in CONTRACT_MODES.items()
        ]


class BudgetForm(Form):
    """A range in yuan, or unknown."""

    low = YuanField(_l("最少"), maximum=10_000_000_00)
    high = YuanField(_l("最多"), maximum=10_000_000_00)
    unknown = BooleanField(_l("不清楚"), description=_l("没关系，施工队按实际情况报价，你再比较"))

    def validate(self, extra_validators: Any = None) -> bool:
        """At least one bound, or the box."""
        fine = super().validate(extra_validators)
        if self.unknown.data:
            self.low.errors, self.high.errors = [], []
            return True
        if fine and self.low.data is None and self.high.data is None:
            self.high.errors = [_("写一个数，或者勾“不清楚”")]
            return False
        return fine

    def to_budget(self) -> Budget:
        if self.unknown.data:
            return Budget(None, None)
        return Budget(self.low.data, self.high.data)


class DatesForm(Form):
    """When, or flexible."""

    starts_on = DayField(_l("最早哪天开工"))
    ends_on = DayField(_l("最晚哪天完工"))
    unknown = BooleanField(_l("都可以"), description=_l("听施工队安排"))

    def validate(self, extra_validators: Any = None) -> bool:
        """At least one day, or the box."""
        fine = super().validate(extra_validators)
        if self.unknown.data:
            self.starts_on.errors, self.ends_on.errors = [], []
            return True
        if fine and self.starts_on.data is None and self.ends_on.data is None:
            self.starts_on.errors = [_("选一个日期，或者勾“都可以”")]
            return False
        return fine

    def to_window(self) -> Window:
        if self.unknown.data:
            return Window(None, None)
        return Window(self.starts_on.data, self.ends_on.data)


class PlaceForm(Form):
    """The township."""

    region = RegionField(_l("所在乡镇"), [Required(_l("先选房子所在的乡镇"))])


class ContactForm(Form):
    """Personal data; shown to the chosen crew only."""

    name = TextField(_l("联系人"), [Required(_l("写上找谁，例如 老赵"))], maximum=40)
    phone = PhoneField(_l("手机号"), [Required(_l("写手机号，选定的施工队要打电话"))])
    door = TextField(
        _l("村和门牌"), [Required(_l("写到村和门牌，例如 大台村 3 组 12 号"))], maximum=120
    )
    agree = BooleanField(
        _l("同意在选定施工队以后，把这些给选定的那一家"),
        [Required(_l("要勾选同意，选定的施工队才联系得上你"))],
    )

    def to_contact(self) -> Contact:
        return Contact(str(self.name.data), str(self.phone.data), str(self.door.data))
