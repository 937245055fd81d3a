"""Forms of batches, codes and alarms: shape and words."""

from decimal import Decimal

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import Length

from market.batches.types import BatchDraft
from market.traceability.rules import MOST_CODES
from market.traceability.types import CodesWanted
from market.web.forms import (
    DayField,
    Form,
    IntField,
    PhotoField,
    QuantityField,
    Required,
    TextField,
)

_LONG = Length(max=500, message=_l("最多写 500 个字"))
_PAPER = _l("照片或 PDF，最大 10 MB；扫码的人都能看")


class BatchForm(Form):
    """A batch as its maker writes it down."""

    number = TextField(
        _l("批次号"), [Required()], maximum=60, description=_l("和包装上印的一样，例如 20261015-2")
    )
    made_on = DayField(_l("生产日期"), [Required()])
    use_by = DayField(_l("最迟使用日期"), description=_l("过了这一天不能再发；不会过期的不填"))
    quantity = QuantityField(_l("这批做了多少"), [Required()])
    report = PhotoField(_l("出厂检测报告"), description=_PAPER)

    def to_draft(self) -> BatchDraft:
        """The typed batch."""
        return BatchDraft(
            self.number.data or "", self.made_on.data, self.quantity.data or Decimal(0),
            self.use_by.data,
        )  # fmt: skip


class BatchReportForm(Form):
    """The report of a batch."""

    report = PhotoField(_l("出厂检测报告"), [Required(_l("先选一个文件"))], description=_PAPER)


class WithdrawForm(Form):
    """Why no more of a batch goes out."""

    reason = TextField(
        _l("为什么停用"), [Required(_l("写明为什么停用，扫码的人会看到"))], maximum=300
    )


class CodesForm(Form):
    """How many codes."""

    pallets = IntField(
        _l("几托"), minimum=0, maximum=MOST_CODES, default=0,
        description=_l("每托一个码；不按托装的写 0"),
    )  # fmt: skip
    units = IntField(
        _l("几包"), [Required()], minimum=0, maximum=MOST_CODES,
        description=_l("按托装的写每托几包；不按托装的写一共几包"),
    )  # fmt: skip

    def to_wanted(self) -> CodesWanted:
        """The typed numbers."""
        return CodesWanted(self.pallets.data or 0, self.units.data or 0)


class RecallForm(Form):
    """Words for the buyers of a batch."""

    words = TextAreaField(
        _l("要说的话"), [Required(_l("写明出了什么问题、买家该怎么做")), _LONG],
        description=_l("写明出了什么问题、先别做什么、怎么退换"),
    )  # fmt: skip


class HoldForm(Form):
    """Why an official stops a batch."""

    reason = TextField(
        _l("为什么停发"), [Required(_l("写明理由，厂家、卖家和买家都会看到"))], maximum=300,
        id="hold-reason",
    )  # fmt: skip


class LiftForm(Form):
    """Why an official lets a batch go again."""

    reason = TextField(_l("为什么恢复"), [Required(_l("写明理由"))], maximum=300)


class AlarmForm(Form):
    """What an official found."""

    note = TextAreaField(_l("查到了什么"), [Required(_l("写明查到了什么，厂家会看到")), _LONG])
