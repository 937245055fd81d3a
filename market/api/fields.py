"""Fields of the API's documents: strict on the way in, with units named on the way out."""

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import phonenumbers
from flask_babel import gettext
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from market.kernel.i18n import N_
from market.kernel.region_code import RegionCode

FEN = N_("金额，单位分（1 元 = 100 分）")
MOST_FEN = 10**12
_NOT_A_REGION = N_("地区代码是 2、4、6 或 9 位数字")


class Document(Schema):
    """Base of everything read and written: a field nobody knows is refused."""

    class Meta:
        """Strictness of all documents."""

        unknown = RAISE


class Between(validate.Range):
    """A range whose refusal names its ends in the caller's language."""

    def _format_error(self, value: Any, message: str) -> str:
        return gettext("要在 %(low)s 到 %(high)s 之间", low=str(self.min), high=str(self.max))


class Chars(validate.Length):
    """A length whose refusal is in the caller's language."""

    def _format_error(self, value: Any, message: str) -> str:
        return gettext(
            "长度要在 %(low)s 到 %(high)s 之间", low=str(self.min or 0), high=str(self.max)
        )


class Choice(validate.OneOf):
    """One of some values; the refusal lists them."""

    def _format_error(self, value: Any) -> str:
        return gettext("只能是：%(choices)s", choices=gettext("、").join(map(str, self.choices)))


class Pattern(validate.Regexp):
    """A whole text of a form."""

    def __call__(self, value: Any) -> Any:
        """The value. Raises ValidationError unless all of it fits."""
        if re.fullmatch(str(self.regex.pattern), value) is None:
            raise ValidationError(gettext("编号或代码的写法不对"))
        return value


class Few(validate.Validator):
    """Not more than so many entries of a mapping."""

    def __init__(self, most: int) -> None:
        self.most = most

    def __call__(self, value: Any) -> Any:
        """The value. Raises ValidationError for more."""
        if len(value) > self.most:
            raise ValidationError(gettext("最多 %(most)s 项", most=self.most))
        return value


class Text(fields.String):
    """A line or block of text: NFC, trimmed, without control characters or broken ones."""

    def __init__(self, *, least: int = 0, most: int = 200, **kwargs: Any) -> None:
        super().__init__(validate=Chars(min=least, max=most), **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        text = unicodedata.normalize("NFC", super()._deserialize(value, attr, data, **kwargs))
        if any(unicodedata.category(c) == "Cs" for c in text):
            raise self.make_error("invalid_utf8")
        return "".join(c for c in text if c in "\n\t" or c.isprintable()).strip()


class Exact(fields.String):
    """A text that stays as it is to the letter, because it is signed; broken ones are refused."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if any("\ud800" <= c <= "\udfff" for c in text):
            raise self.make_error("invalid_utf8")
        return text


class Word(fields.String):
    """A short technical word: an id, a code, a key."""

    def __init__(self, *, most: int = 64, **kwargs: Any) -> None:
        super().__init__(validate=Pattern(rf"^[0-9A-Za-z._-]{{1,{most}}}$"), **kwargs)


class Count(fields.Integer):
    """A whole number within limits; text and fractions are refused."""

    def __init__(self, *, least: int = 0, most: int = MOST_FEN, **kwargs: Any) -> None:
        super().__init__(strict=True, validate=Between(min=least, max=most), **kwargs)


class CountText(fields.Integer):
    """A whole number in an address, where everything is text."""

    def __init__(self, *, least: int = 0, most: int = MOST_FEN, **kwargs: Any) -> None:
        super().__init__(validate=Between(min=least, max=most), **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if not (isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


class Flag(fields.Boolean):
    """true or false, nothing that looks like it."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class FlagText(fields.Boolean):
    """true or false in an address."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(truthy={"true", "1"}, falsy={"false", "0"}, **kwargs)


class Amount(fields.Decimal):
    """A quantity: a number or the same as text on the way in, exact text on the way out."""

    def __init__(
        self, *, least: str = "0", most: str = "1000000", places_in: int = 3, **kwargs: Any
    ) -> None:
        limits = Between(min=Decimal(least), max=Decimal(most))
        super().__init__(as_string=True, allow_nan=False, validate=limits, **kwargs)
        self.places_in = places_in

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise self.make_error("invalid", input=value)
        if len(str(value)) > 24:
            raise self.make_error("too_large", input=value)
        if isinstance(value, str) and not set(value) <= set("0123456789."):
            raise self.make_error("invalid", input=value)
        number = super()._deserialize(value, attr, data, **kwargs)
        if abs(number) > MOST_FEN:
            raise self.make_error("too_large", input=value)
        if number != number.quantize(Decimal(1).scaleb(-self.places_in)):
            raise ValidationError(gettext("最多 %(places)s 位小数", places=self.places_in))
        return number

    def _serialize(self, value: Any, attr: Any, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else plain(value)


class Region(fields.String):
    """A region's code of 2, 4, 6 or 9 digits; inside a RegionCode."""

    def __init__(self, **kwargs: Any) -> None:
        about = {
            "description": N_("行政区划代码：省 2 位、市 4 位、县 6 位、乡镇 9 位"),
            "pattern": "^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9})$",
        }
        super().__init__(metadata={**about, **kwargs.pop("metadata", {})}, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            code = RegionCode(text)
        except ValueError:
            raise ValidationError(gettext(_NOT_A_REGION)) from None
        if not code.digits:
            raise ValidationError(gettext(_NOT_A_REGION))
        return code

    def _serialize(self, value: Any, attr: Any, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else str(value)


class Phone(fields.String):
    """A mainland mobile number; inside its 11 digits."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        digits = text.replace(" ", "").replace("-", "").removeprefix("+86")
        if not (digits.isascii() and digits.isdigit() and len(digits) == 11):
            raise ValidationError(gettext("手机号要 11 位数字"))
        kind = phonenumbers.number_type(phonenumbers.parse(digits, "CN"))
        if kind not in (
            phonenumbers.PhoneNumberType.MOBILE,
            phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
        ):
            raise ValidationError(gettext("这不是手机号，请检查"))
        return digits


def plain(value: Decimal | float | int) -> str:
    """A number as text without exponent or trailing zeros."""
    try:
        text = f"{Decimal(str(value)):f}"
    except InvalidOperation:
        return "0"
    return text.rstrip("0").rstrip(".") if "." in text else text


def fen(**kwargs: Any) -> fields.Integer:
    """An amount of money given out."""
    about = {"description": FEN, **kwargs.pop("metadata", {})}
    return fields.Integer(metadata=about, **kwargs)


def said(text: str, **more: Any) -> dict[str, Any]:
    """Metadata with a description (a msgid)."""
    return {"description": text, **more}


# What marshmallow says, in our words.
PLAIN: Mapping[str, str] = {
    "Missing data for required field.": N_("这一项要填"),
    "Field may not be null.": N_("这一项不能是 null"),
    "Unknown field.": N_("没有这一项"),
    "Invalid value.": N_("这一项的值不对"),
    "Invalid input type.": N_("这里要一个对象（{…}）"),
    "Invalid type.": N_("这里要一个对象（{…}）"),
    "Not a valid string.": N_("这里要文字"),
    "Not a valid utf-8 string.": N_("文字里有坏字符"),
    "Not a valid integer.": N_("这里要整数"),
    "Not a valid number.": N_("这里要一个数"),
    "Number too large.": N_("这个数太大"),
    "Special numeric values (nan or infinity) are not permitted.": N_("这里要一个数"),
    "Not a valid boolean.": N_("这里要 true 或 false"),
    "Not a valid date.": N_("日期写成 2026-11-22 这样"),
    "Not a valid list.": N_("这里要一个列表"),
    "Not a valid mapping type.": N_("这里要一个对象（{…}）"),
}


def flat(messages: Any, path: str = "") -> list[dict[str, str]]:
    """Every refusal of a document as {field, detail}; nested fields joined by dots."""
    if isinstance(messages, Mapping):
        return [
            row
            for key, part in messages.items()
            for row in flat(part, path if key == "_schema" else _joined(path, str(key)))
        ]
    if isinstance(messages, str):
        return [{"field": path[:120], "detail": gettext(PLAIN.get(messages, messages))}]
    return [row for part in messages for row in flat(part, path)]


def _joined(path: str, key: str) -> str:
    key = "".join(c for c in key[:60] if c.isprintable())
    return f"{path}.{key}" if path else key
