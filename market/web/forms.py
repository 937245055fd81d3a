"""Base form, fields of the domain and the meeting of forms with refusals."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar
from unicodedata import normalize

import phonenumbers
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import Field, StringField
from wtforms.i18n import get_translations
from wtforms.validators import StopValidation
from wtforms.widgets import TextInput

from market.kernel.errors import DomainError, Forbidden, NotFound
from market.kernel.money import parse_yuan
from market.kernel.quantity import without_thousands
from market.kernel.region_code import RegionCode
from market.web.context import language
from market.web.errors import next_step, sentence

MAX_TEXT = 2_000


class Form(FlaskForm):
    """Base of all forms: CSRF, messages in the visitor's language, refusals without a field."""

    class Meta(FlaskForm.Meta):
        locales: ClassVar[Any] = False

        def get_translations(self, form: Any) -> Any:
            return None if language() == "en" else _CHINESE

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refusals: list[str] = []
        self.steps: list[tuple[str, str]] = []

    def all_errors(self) -> list[tuple[str | None, str]]:
        """(field id or None, sentence) of everything that is wrong, in order of the page."""
        rows: list[tuple[str | None, str]] = [(None, text) for text in self.refusals]
        for item in self:
            rows += [(item.id, str(text)) for text in _flat(item.errors)]
        often = Counter(text for _id, text in rows)
        return [(id_, self._named(id_, text) if often[text] > 1 else text) for id_, text in rows]

    def _named(self, id_: str | None, text: str) -> str:
        """A sentence that stands at several fields says which of them it means."""
        label = next((str(item.label.text) for item in self if item.id == id_), "")
        return label + gettext("：") + text if label else text


def _flat(errors: Any) -> list[str]:
    if isinstance(errors, dict):
        return [text for part in errors.values() for text in _flat(part)]
    if isinstance(errors, str) or not isinstance(errors, Sequence):
        return [str(errors)]
    return [text for part in errors for text in _flat(part)]


def attach(form: Form, error: DomainError) -> None:
    """Put a refusal beside its field, or on top of the form, with where to go on."""
    text = sentence(error)
    if step := next_step(error):
        form.steps.append(step)
    field = form._fields.get(error.field) if error.field else None
    if field is None:
        form.refusals.append(text)
    else:
        field.errors = [*field.errors, text]


@contextmanager
def refusals_beside(form: Form) -> Iterator[None]:
    """A refusal inside the block goes beside its field and the page is shown again; what is not
    there, or not theirs to decide, still ends the request."""
    try:
        yield
    except (NotFound, Forbidden):
        raise
    except DomainError as error:
        attach(form, error)


class Typed(Field):
    """A text input whose data is a typed value; what was typed stays when it is refused."""

    widget = TextInput()
    wrong: Any = _l("填写的内容不对，请检查")

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.show(self.data)

    def show(self, value: Any) -> str:
        """How a value looks in the field."""
        return str(value)

    def read(self, text: str) -> Any:
        """The value of a typed text. Raises ValueError when it is none."""
        raise NotImplementedError

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the submitted text; an empty one is None."""
        text = normalize("NFKC", str(valuelist[0])).strip() if valuelist else ""
        if not text:
            self.data = None
            return
        try:
            self.data = self.read(text)
        except (ValueError, InvalidOperation, OverflowError):
            self.data = None
            raise ValueError(str(self.wrong)) from None


class YuanField(Typed):
    """An amount in yuan; data is fen."""

    wrong = _l("金额只写数字，最多两位小数，例如 52.30")

    def __init__(self, *args: Any, minimum: int = 0, maximum: int = 10**11, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.minimum, self.maximum = minimum, maximum

    def read(self, text: str) -> int:
        fen = parse_yuan(text)
        if not self.minimum <= fen <= self.maximum:
            least, most = self.show(self.minimum), self.show(self.maximum)
            self.wrong = _l("金额要在 %(least)s 到 %(most)s 元之间", least=least, most=most)
            raise ValueError
        return fen

    def show(self, value: Any) -> str:
        return f"{value // 100}.{value % 100:02d}"


class QuantityField(Typed):
    """A decimal number with at most three places, within its limits."""

    def __init__(
        self,
        *args: Any,
        minimum: Decimal | int = 0,
        maximum: Decimal | int = 1_000_000,
        places: int = 3,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.minimum, self.maximum, self.places = Decimal(minimum), Decimal(maximum), places
        least, most = self.show(self.minimum), self.show(self.maximum)
        self.wrong = _l("只写数字，%(least)s 到 %(most)s，例如 10.5", least=least, most=most)

    def read(self, text: str) -> Decimal:
        if len(text) > 20 or not set(text) <= set("0123456789.,"):
            raise ValueError
        value = Decimal(without_thousands(text))
        exponent = value.as_tuple().exponent
        if not isinstance(exponent, int) or -exponent > self.places:
            raise ValueError
        if not self.minimum <= value <= self.maximum:
            raise ValueError
        return value

    def show(self, value: Any) -> str:
        text = f"{Decimal(value):f}"
        return text.rstrip("0").rstrip(".") if "." in text else text


class IntField(Typed):
    """A whole number within its limits."""

    def __init__(
        self, *args: Any, minimum: int = 0, maximum: int = 1_000_000, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.minimum, self.maximum = minimum, maximum
        self.wrong = _l("只写整数，%(least)s 到 %(most)s", least=minimum, most=maximum)

    def read(self, text: str) -> int:
        if not text.isdigit() or len(text) > 12:
            raise ValueError
        value = int(text)
        if not self.minimum <= value <= self.maximum:
            raise ValueError
        return value


class DayField(Typed):
    """A calendar day written 2026-11-22."""

    wrong = _l("日期写成 2026-11-22 这样")

    def read(self, text: str) -> date:
        day = date.fromisoformat(text.replace("/", "-").replace(".", "-"))
        if not 1900 <= day.year <= 2200:
            raise ValueError
        return day


class PhoneField(Typed):
    """A mainland mobile number; data is its 11 digits."""

    def read(self, text: str) -> str:
        digits = text.replace(" ", "").replace("-", "").removeprefix("+86")
        if not digits.isdigit() or len(digits) != 11:
            self.wrong = _l("手机号要 11 位数字，现在是 %(count)s 位", count=len(digits))
            raise ValueError
        number = phonenumbers.parse(digits, "CN")
        kind = phonenumbers.number_type(number)
        if not phonenumbers.is_valid_number(number) or kind not in (
            phonenumbers.PhoneNumberType.MOBILE,
            phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
        ):
            self.wrong = _l("这不是手机号，请检查")
            raise ValueError
        return digits


class RegionField(Typed):
    """A region code of 2, 4, 6 or 9 digits; data is a RegionCode."""

    wrong = _l("请从列表里选地区")

    def read(self, text: str) -> RegionCode:
        code = RegionCode(text)
        if not code.digits:
            raise ValueError
        return code

    def show(self, value: Any) -> str:
        return str(value)


class PhotoField(FileField):
    """One uploaded picture or document; data is FileStorage or None."""

    def bytes(self) -> bytes | None:
        """The uploaded content, None when nothing was chosen."""
        if not isinstance(self.data, FileStorage) or not self.data.filename:
            return None
        return self.data.read()


class Required:
    """Like WTForms' InputRequired, but a refused value keeps its own, better message."""

    field_flags: ClassVar[dict[str, Any]] = {"required": True}

    def __init__(self, message: Any = None) -> None:
        self.message = message or _l("这一项要填")

    def __call__(self, form: Any, field: Field) -> None:
        raw = field.raw_data or []
        if any(isinstance(v, FileStorage) and v.filename for v in raw):
            return
        if any(isinstance(v, str) and v.strip() for v in raw):
            return
        if field.errors and raw:
            raise StopValidation()
        field.errors = []  # a choice that nobody made is missing rather than wrong
        raise StopValidation(str(self.message))


class TextField(StringField):
    """A line or block of text: trimmed, NFC, without control characters, of limited length."""

    def __init__(self, *args: Any, maximum: int = MAX_TEXT, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.maximum = maximum

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Clean the text; too long a one is refused, never cut."""
        if not valuelist:
            return
        text = normalize("NFC", str(valuelist[0])).strip()
        self.data = "".join(c for c in text if c in "\n\t" or c.isprintable())
        if len(self.data) > self.maximum:
            raise ValueError(str(_l("最多写 %(count)s 个字", count=self.maximum)))


class _Chinese:
    """WTForms' own Chinese messages."""

    def __init__(self) -> None:
        self._texts = get_translations(["zh"])

    def gettext(self, string: str) -> str:
        text: str = self._texts.gettext(string)
        return text

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        text: str = self._texts.ngettext(singular, plural, n)
        return text


_CHINESE = _Chinese()
