"""The household's form: built from the questions of one bundle."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField

from market.bundles.asking import Question, Questions
from market.bundles.house import ARCHETYPES, DEFAULT_ARCHETYPE, HouseAnswers
from market.bundles.insulation import WALLS_MM
from market.bundles.optimise import Aim
from market.bundles.reference import fuels
from market.bundles.siting import HIGHEST_M, LITTLE, MUCH
from market.bundles.types import BundleView, Choices
from market.kernel.quantity import decimal_text
from market.web.choices import choice
from market.web.forms import Form, IntField, QuantityField, YuanField
from market.web.templating import name_of

MAX_KEY = 64
UNITS: dict[str, Any] = {
    "m2": "m²",
    "m": "m",
    "deg": _l("度"),
    "room": _l("间"),
    "share": "",
}


class MeasureField(QuantityField):
    """A measure of a house: outside its limits it asks whether a slipped comma was meant."""

    def __init__(self, *args: Any, question: Question, **kwargs: Any) -> None:
        super().__init__(*args, maximum=Decimal(10) ** 9, **kwargs)
        self.question = question

    def read(self, text: str) -> Decimal:
        value = super().read(text)
        least, most = self.question.least, self.question.most
        if least <= value <= most:
            return value
        params = {
            "value": decimal_text(value),
            "unit": UNITS[self.question.measure.unit],
            "least": decimal_text(least),
            "most": decimal_text(most),
        }
        guess = _guess(value, least, most)
        if guess is None:
            self.wrong = _l(
                "%(value)s %(unit)s 不对，这里填 %(least)s–%(most)s %(unit)s 之间的数", **params
            )
        else:
            self.wrong = _l(
                "%(value)s %(unit)s 太大了，这里一般是 %(least)s–%(most)s %(unit)s。"
                "是不是 %(guess)s %(unit)s？",
                guess=decimal_text(guess),
                **params,
            )
        raise ValueError


def _guess(value: Decimal, least: Decimal, most: Decimal) -> Decimal | None:
    """The same digits with the comma where it makes sense."""
    for power in (10, 100, 1000):
        if least <= value / power <= most:
            return value / power
    return None


AIMS = (
    choice(Aim.COST.value, _l("最便宜")),
    choice(Aim.CARBON.value, _l("碳排放最低")),
    choice(Aim.LOCAL.value, _l("本地的最多")),
    choice(Aim.STAR.value, _l("星级最高")),
)


class ConfigureForm(Form):
    """Base of the forms that `form_for` makes; knows its questions."""

    questions: Questions
    configuration = HiddenField()
    aim = SelectField(_l("按什么重新配"), choices=list(AIMS), default=Aim.COST.value)
    budget = YuanField(
        _l("不超过多少钱"), description=_l("减掉优惠和补贴以后要付的钱；施工费不算在里面")
    )

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """A number is needed unless 不清楚 is ticked; then nothing typed can be wrong."""
        super().validate(*args, **kwargs)
        for question in self.questions.numbers:
            field = self[question.key]
            if self[f"unsure_{question.key}"].data:
                field.errors = []
            elif field.data is None and not field.errors:
                field.errors = [_("填一个数，不清楚就勾下面一格")]
        return not self.all_errors()

    def to_choices(self, bundle: BundleView) -> Choices:
        """What the household chose. A number left as it was shown stays a default."""
        numbers: dict[str, Decimal] = {}
        areas: dict[str, Decimal] = {}
        unsure = set()
        for question in self.questions.numbers:
            key = question.key
            value = self[key].data
            if self[f"unsure_{key}"].data:
                unsure.add(key)
            elif value is not None and value != _decimal(self[f"auto_{key}"].data):
                (areas if question.is_area else numbers)[key] = value
        wall = self["wall_mm"].data if "wall_mm" in self else ""
        return Choices(
            HouseAnswers(
                archetype=self["archetype"].data if "archetype" in self else DEFAULT_ARCHETYPE,
                numbers=numbers,
                areas=areas,
                unsure=frozenset(unsure),
                wall_mm=int(wall) if wall else None,
                fuel=self["fuel"].data if "fuel" in self else "",
                altitude_m=self["altitude_m"].data if "altitude_m" in self else None,
                snow=self["snow"].data if "snow" in self else "",
            ),
            _options(bundle),
        )


def _options(bundle: BundleView) -> dict[str, str]:
    """The options chosen per slot; keys are checked against what is on offer when pricing."""
    found = {}
    for slot in bundle.slots:
        value = request.form.get(f"slot-{slot.key}")
        if value is not None and value != "auto" and len(value) <= MAX_KEY:
            found[slot.key] = "" if value == "none" else value
    slot_key, _bar, picked = request.form.get("pick", "").partition("|")
    if picked and len(picked) <= MAX_KEY and any(s.key == slot_key for s in bundle.slots):
        found[slot_key] = picked
    return found


def _decimal(text: str | None) -> Decimal | None:
    try:
        return Decimal(text or "")
    except InvalidOperation:
        return None


def form_for(questions: Questions) -> type[ConfigureForm]:
    """A form class with the fields a bundle asks for."""
    members: dict[str, Any] = {"questions": questions}
    if questions.asks_archetype:
        members["archetype"] = RadioField(
            _l("你家像哪一个"),
            choices=[choice(item.key, name_of(item)) for item in ARCHETYPES.values()],
            default=DEFAULT_ARCHETYPE,
        )
    for question in questions.numbers:
        key, measure = question.key, question.measure
        members[key] = MeasureField(
            _l(measure.label), description=_l(measure.hint), question=question
        )
        members[f"auto_{key}"] = HiddenField()
        members[f"unsure_{key}"] = BooleanField(_l("不清楚"))
    if questions.asks_wall:
        members["wall_mm"] = RadioField(
            _l("外墙多厚"),
            choices=[
                *(choice(str(mm), _l("%(mm)s mm 砖墙", mm=mm)) for mm in WALLS_MM),
                choice("", _l("墙厚不清楚")),
            ],
            default="",
        )
    if questions.asks_fuel:
        members["fuel"] = SelectField(
            _l("现在用什么取暖"),
            choices=[
                choice("", _l("不清楚，按当地常见的算")),
                *(choice(row.key, name_of(row)) for row in fuels().values()),
            ],
            description=_l("只用来算一年省多少钱"),
            default="",
        )
    return type("BundleForm", (ConfigureForm,), {**members, **_site_fields(questions)})


def _site_fields(questions: Questions) -> dict[str, Any]:
    """What nobody but the household knows of its place; asked only where the bundle depends
    on it."""
    members: dict[str, Any] = {}
    if questions.asks_altitude:
        members["altitude_m"] = IntField(
            _l("你家海拔"), maximum=HIGHEST_M, description=_l("大约多少米；不清楚就空着")
        )
    if questions.asks_snow:
        members["snow"] = RadioField(
            _l("冬天屋顶的雪"),
            choices=[
                choice(LITTLE, _l("不多，几天就化")),
                choice(MUCH, _l("厚，常常压一冬")),
                choice("", _l("不清楚")),
            ],
            default="",
        )
    return members


def shown(
    questions: Questions,
    choices: Choices,
    values: Mapping[str, float],
    defaults: Mapping[str, float],
) -> dict[str, Any]:
    """What the fields show for stored choices; `auto_*` remembers the default shown."""
    house = choices.house
    data: dict[str, Any] = {"archetype": house.archetype, "wall_mm": str(house.wall_mm or ""),
                            "fuel": house.fuel, "altitude_m": house.altitude_m,
                            "snow": house.snow}  # fmt: skip
    for question in questions.numbers:
        key = question.key
        given = (house.areas if question.is_area else house.numbers) or {}
        automatic = tidy(values[key] if key not in given else defaults[key])
        typed = given.get(key) if key not in house.unsure else None
        data[key] = typed if typed is not None else automatic
        data[f"auto_{key}"] = str(automatic)
        data[f"unsure_{key}"] = key in house.unsure
    return data


def tidy(value: float) -> Decimal:
    """A measure as shown: at most two decimals, no zeros behind."""
    return Decimal(str(round(value, 2))).normalize() + Decimal(0)
