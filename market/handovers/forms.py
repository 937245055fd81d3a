"""Forms of the agent's page."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from market.handovers import codes
from market.handovers.errors import CodeLineUnread
from market.handovers.types import ArrivalDraft, QueuedCode
from market.kernel.clock import SHANGHAI
from market.web.forms import Form, IntField, PhotoField, Required, TextField

MOST_LINES = 100


class FetchForm(Form):
    """The code that is told."""

    code = TextField(
        _l("取货码"), [Required(_l("请输取货码，8 位数字"))], maximum=40,
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )  # fmt: skip


class CodesForm(Form):
    """Codes that were taken down without a connection, a line each."""

    lines = TextAreaField(_l("一行一个：取货码 日期 时间"), [Required(_l("一行也没有"))])

    def entries(self, now: datetime) -> list[QueuedCode]:
        """The first `MOST_LINES` lines, read. Raises CodeLineUnread."""
        rows = self._written()[:MOST_LINES]
        return [_entry(number, row, now) for number, row in enumerate(rows, 1)]

    def keep_surplus(self) -> int:
        """Leave in the field what did not fit into one sending; returns how many lines."""
        surplus = self._written()[MOST_LINES:]
        self.lines.data = "\n".join(" ".join(row) for row in surplus)
        return len(surplus)

    def _written(self) -> list[list[str]]:
        return [line.split() for line in (self.lines.data or "").splitlines() if line.strip()]


def _entry(number: int, row: list[str], now: datetime) -> QueuedCode:
    digits, rest = "".join(row[:-2]), " ".join(row[-2:])
    try:
        at = datetime.strptime(rest, "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)
    except ValueError:
        raise CodeLineUnread(number=number, field="lines") from None
    if not codes.plain(digits):
        raise CodeLineUnread(number=number, field="lines")
    return QueuedCode(" ".join(row), digits, min(at, now))


class ArrivalForm(Form):
    """What came of one order."""

    packs = IntField(_l("到了几包"), [Required(_l("请填到了几包"))], minimum=1, maximum=99_999)
    broken = IntField(_l("破损几包"), maximum=99_999)
    note = TextField(_l("怎样破损的"), maximum=200)
    photo = PhotoField(_l("照片"), description=_l("有破损时拍一张，最大 10 MB"))

    def to_draft(self) -> ArrivalDraft:
        """What was filled in."""
        return ArrivalDraft(self.packs.data, self.broken.data or 0, self.note.data or "")
