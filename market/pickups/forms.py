"""Forms of pick-up points."""

from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField as _Radio

from market.kernel.i18n import N_
from market.pickups.types import PointDraft, PointView
from market.web.choices import ChecksField, choice
from market.web.forms import (
    DayField,
    Form,
    PhoneField,
    QuantityField,
    RegionField,
    Required,
    TextField,
    Typed,
)

WEEKDAYS = {
    1: N_("星期一"),
    2: N_("星期二"),
    3: N_("星期三"),
    4: N_("星期四"),
    5: N_("星期五"),
    6: N_("星期六"),
    7: N_("星期日"),
}
HOME = "home"


class HourField(Typed):
    """A time of day written 08:00; data is minutes."""

    wrong = _l("时间写成 08:00 这样")

    def read(self, text: str) -> int:
        hours, _, minutes = text.replace("：", ":").partition(":")
        if not (hours.isdigit() and minutes.isdigit() and len(minutes) == 2 and len(hours) <= 2):
            raise ValueError
        value = int(hours) * 60 + int(minutes)
        if int(minutes) > 59 or value > 1440:
            raise ValueError
        return value

    def show(self, value: Any) -> str:
        return f"{value // 60:02d}:{value % 60:02d}"


class PointForm(Form):
    """A point with its agent, days and limits."""

    region = RegionField(_l("在哪个乡镇"), [Required(_l("先选所在的乡镇"))])
    name_zh = TextField(_l("名称"), [Required()], maximum=40, description=_l("例如 三坡村村口"))
    name_en = TextField(_l("英文名称"), maximum=80)
    village = TextField(_l("村"), [Required()], maximum=40)
    detail = TextField(
        _l("详细地址"), [Required()], maximum=100, description=_l("货车司机照着找的地址")
    )
    landmark = TextField(_l("旁边有什么"), maximum=60, description=_l("例如 大槐树旁、小卖部对面"))
    agent_name = TextField(_l("代办人姓名"), [Required()], maximum=30)
    agent_phone = PhoneField(
        _l("代办人手机号"), [Required()],
        description=_l("代办人用这个手机号注册的账号收货、交货；村民也打这个电话"),
    )  # fmt: skip
    weekdays = ChecksField(
        _l("哪几天到货"), choices=[choice(str(day), _l(name)) for day, name in WEEKDAYS.items()]
    )
    opens = HourField(_l("几点开始"), [Required()], description=_l("例如 08:00"))
    closes = HourField(_l("到几点"), [Required()], description=_l("例如 18:00"))
    capacity = QuantityField(
        _l("一个到货日最多放多少"), [Required()], minimum=1, maximum=100_000, places=0,
        description=_l("按重量算：一包可能是一支胶，也可能是几百公斤的板，占地方和力气的是重量"),
    )  # fmt: skip
    max_pack = QuantityField(
        _l("最重的一包"), minimum=1, maximum=100_000, places=0,
        description=_l("代办人搬得动的；空着就是不限"),
    )  # fmt: skip
    max_piece = QuantityField(
        _l("最长的一件"), minimum=Decimal("0.1"), maximum=50, places=2,
        description=_l("空着就是不限"),
    )  # fmt: skip
    open_from = DayField(_l("从哪天开"), [Required()])
    open_until = DayField(_l("开到哪天"), description=_l("空着就是一直开"))

    def to_draft(self) -> PointDraft:
        """What was filled in."""
        return PointDraft(
            name_zh=self.name_zh.data or "",
            name_en=self.name_en.data or "",
            village=self.village.data or "",
            detail=self.detail.data or "",
            landmark=self.landmark.data or "",
            agent_name=self.agent_name.data or "",
            agent_phone=self.agent_phone.data or "",
            weekdays=tuple(int(day) for day in self.weekdays.data or ()),
            opens=self.opens.data,
            closes=self.closes.data,
            capacity_g=int(self.capacity.data * 1000),
            max_pack_g=int(self.max_pack.data * 1000) if self.max_pack.data else None,
            max_piece_mm=int(self.max_piece.data * 1000) if self.max_piece.data else None,
            open_from=self.open_from.data,
            open_until=self.open_until.data,
        )


def facts_of(point: PointView) -> dict[str, Any]:
    """The fields of a point as it is."""
    names = ("name_zh", "name_en", "village", "detail", "landmark", "agent_name", "agent_phone",
             "opens", "closes", "open_from", "open_until")  # fmt: skip
    return {
        **{name: getattr(point, name) for name in names},
        "weekdays": [str(day) for day in point.weekdays],
        "capacity": Decimal(point.capacity_g) / 1000,
        "max_pack": Decimal(point.max_pack_g) / 1000 if point.max_pack_g else None,
        "max_piece": Decimal(point.max_piece_mm) / 1000 if point.max_piece_mm else None,
    }


class CloseForm(Form):
    """The last day, and why."""

    last_day = DayField(_l("最后哪天还到货"), [Required()])
    reason = TextField(_l("为什么关"), [Required(_l("写明为什么关，村民会看到"))], maximum=200)


class UsualForm(Form):
    """Where the goods for an address usually go."""

    point = _Radio(_l("怎样收货"), choices=[], validators=[Required(_l("选一个"))])
