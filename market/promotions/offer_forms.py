"""Forms around single offers: joining, handing in, the till, campaigns, flags, caps."""

from datetime import datetime
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, TextAreaField

from market.kernel.clock import SHANGHAI, end_of_day, start_of_day
from market.kernel.money import parse_yuan
from market.promotions.errors import TillLineUnread
from market.promotions.types import CampaignDraft, TillRow
from market.promotions.vocabulary import FLAGS
from market.web.choices import ChecksField, choice
from market.web.forms import (
    DayField,
    Form,
    IntField,
    PhoneField,
    PhotoField,
    Required,
    TextField,
    YuanField,
)

MOST_LINES = 200


class JoinForm(Form):
    """With how many packs."""

    packs = IntField(_l("要几包"), [Required()], maximum=9_999, description=_l("写 0 就是退出"))


class ProofForm(Form):
    """Old pieces with a picture."""

    pieces = IntField(_l("交几件旧的"), [Required()], minimum=1, maximum=99)
    note = TextField(_l("是什么旧物"), maximum=200)
    file = PhotoField(_l("旧物照片或回收凭证"), [Required(_l("请选一个文件"))])


class DecideProofForm(Form):
    """How many pieces count."""

    accepted = IntField(_l("算几件"), [Required()], maximum=99, description=_l("写 0 就是不通过"))
    reason = TextField(_l("原因"), maximum=200, description=_l("算 0 件一定要写，交的人会看到"))


class TillForm(Form):
    """A code and the sum of the goods it is for."""

    code = TextField(_l("买家手机上或纸上的码"), [Required()], maximum=32)
    goods_fen = YuanField(_l("适用商品一共多少"), [Required()], minimum=1)


class QueuedLine(NamedTuple):
    """A line of a till's queue: the key that makes it count once, as written, and as read."""

    key: str
    text: str
    row: TillRow


class QueueForm(Form):
    """What a till took down without a connection, a line each."""

    lines = TextAreaField(_l("一行一个：码 金额 日期 时间"), [Required()])

    def entries(self, now: datetime) -> list[QueuedLine]:
        """The first `MOST_LINES` lines, read. Raises TillLineUnread."""
        rows = self._written()[:MOST_LINES]
        return [_entry(number, row, now) for number, row in enumerate(rows, 1)]

    def keep_surplus(self) -> int:
        """Leave in the field what did not fit into one sending; returns how many lines."""
        surplus = self._written()[MOST_LINES:]
        self.lines.data = "\n".join(" ".join(row) for row in surplus)
        return len(surplus)

    def _written(self) -> list[list[str]]:
        return [line.split() for line in (self.lines.data or "").splitlines() if line.strip()]


def _entry(number: int, row: list[str], now: datetime) -> QueuedLine:
    try:
        code, amount = row[0], parse_yuan(row[1])
        at = datetime.strptime(" ".join(row[2:4]), "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)
    except (IndexError, ValueError):
        raise TillLineUnread(number=number, field="lines") from None
    key = f"{code.upper()}|{amount}|{at:%Y%m%d%H%M}"[:64]
    return QueuedLine(key, " ".join(row), TillRow(code, amount, min(at, now), "", 0))


class CampaignForm(Form):
    """A campaign of a region."""

    name = TextField(_l("活动名称"), [Required()], maximum=60)
    name_en = TextField(_l("英文名称"), maximum=100)
    starts_on = DayField(_l("从哪天"), [Required()])
    ends_on = DayField(_l("到哪天"), [Required()], description=_l("这天也算"))
    terms = TextField(_l("参加的条件"), maximum=900, description=_l("要商家或厂家分担多少，写清楚"))

    def to_draft(self) -> CampaignDraft:
        """What was filled in."""
        return CampaignDraft(
            self.name.data or "",
            start_of_day(self.starts_on.data),
            end_of_day(self.ends_on.data),
            self.name_en.data or "",
            self.terms.data or "",
        )


class FlagsForm(Form):
    """What an office confirms of a household."""

    phone = PhoneField(_l("这户的手机号"), [Required()])
    flags = ChecksField(
        _l("登记成"), choices=[choice(key, _l(name)) for key, name in FLAGS.items()]
    )
    sure = BooleanField(_l("我看过这户的证明材料"))

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Nobody is registered unseen."""
        super().validate(*args, **kwargs)
        if not self.sure.data:
            self.sure.errors = [_l("请先看过证明材料再登记")]
        return not self.all_errors()


class CapsForm(Form):
    """The most that all promotions together may take off."""

    line = IntField(_l("每样商品最多减"), [Required()], maximum=100)
    order = IntField(_l("整单最多减"), [Required()], maximum=100)
