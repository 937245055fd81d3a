"""The shapes of what parties type about a contract."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast

from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, SelectField, TextAreaField

from market.contracts.rules import BEFORE_WORK, last_work
from market.contracts.types import Decision, DraftEdit, Step, StepEdit
from market.web.choices import choice
from market.web.forms import DayField, Form, IntField, Required, TextField
from market.web.templating import name_of


class BlockField(TextField, TextAreaField):
    """Several lines of text, cleaned like a single one."""


class DraftForm(Form):
    """Percentages and days of all milestones, and for which of them each listing comes."""

    version = IntField(_l("第几版"), [Required()], minimum=1)
    words = BlockField(_l("另外约定"), maximum=1_000)

    def step_fields(self, position: int) -> tuple[Any, Any]:
        """(percent, day) of a milestone."""
        return self._fields[f"steps-{position}-pct"], self._fields[f"steps-{position}-planned_on"]

    def goods_field(self, listing_id: str) -> Any:
        """The milestone that a listing comes for."""
        return self._fields[f"goods-{listing_id}"]

    def to_edit(self) -> DraftEdit:
        """What was typed."""
        count = sum(name.endswith("-pct") for name in self._fields)
        steps = tuple(
            StepEdit(int(pct.data), cast(date, day.data))
            for pct, day in (self.step_fields(i) for i in range(count))
        )
        goods = {
            name.removeprefix("goods-"): int(field.data)
            for name, field in self._fields.items()
            if name.startswith("goods-")
        }
        return DraftEdit(int(self.version.data), steps, goods, str(self.words.data or ""))


def draft_form(
    steps: Sequence[Step], goods: Mapping[str, int], names: Mapping[str, str], **kwargs: Any
) -> DraftForm:
    """The form of a version, with fields for its milestones and goods."""
    fields: dict[str, Any] = {}
    for i, step in enumerate(steps):
        fields[f"steps-{i}-pct"] = IntField(
            _l("“%(name)s”占人工的百分之几", name=name_of(step)),
            [Required(_l("写一个整数，没有就写 0"))], maximum=100, default=step.pct,
        )  # fmt: skip
        fields[f"steps-{i}-planned_on"] = DayField(
            _l("“%(name)s”哪天", name=name_of(step)), [Required(_l("选一个日期"))],
            default=step.planned_on,
        )  # fmt: skip
    offered = [
        choice(str(i), name_of(step))
        for i, step in enumerate(steps)
        if i <= last_work(steps) and step.kind not in BEFORE_WORK
    ]
    for listing_id, position in goods.items():
        fields[f"goods-{listing_id}"] = SelectField(
            names.get(listing_id, listing_id), choices=offered, default=str(position)
        )
    return cast(DraftForm, type("OneDraftForm", (DraftForm,), fields)(**kwargs))


class SignForm(Form):
    """A signature: a typed name, given on purpose, under a version."""

    version = IntField(_l("第几版"), [Required()], minimum=1)
    name = TextField(_l("全名"), [Required(_l("写上你的全名，算签名"))], maximum=60)
    agree = BooleanField(_l("我看过这一版的全部内容，同意签"), [Required(_l("要勾选同意，才算签"))])


class ReportForm(Form):
    """A milestone is reached."""

    note = BlockField(_l("做了什么"), maximum=1_000)
    photos = MultipleFileField(_l("拍照或选照片"))

    def chosen(self) -> list[tuple[bytes, str]]:
        """(content, file name) of every chosen picture."""
        files = [f for f in self.photos.data or [] if isinstance(f, FileStorage) and f.filename]
        return [(file.read(), str(file.filename)) for file in files]


class ReworkForm(Form):
    """Why a milestone goes back."""

    reason = TextField(
        _l("哪里要返工"), [Required(_l("写明哪里不行，施工队才知道改什么"))], maximum=300,
        id="rework-reason",
    )  # fmt: skip


class MoveForm(Form):
    """A new day for a milestone."""

    new_on = DayField(_l("改到哪天"), [Required(_l("选一个日期"))])
    reason = TextField(
        _l("为什么改期"), [Required(_l("请写明原因，对方会看到"))], maximum=300,
        id="move-reason",
    )  # fmt: skip


class CancelContractForm(Form):
    """Why the job is off."""

    reason = TextField(
        _l("为什么取消"), [Required(_l("请写明原因，对方会看到"))], maximum=300,
        id="cancel-reason",
    )  # fmt: skip
    sure = BooleanField(_l("我知道取消以后不能恢复"), [Required(_l("要勾选，才能取消"))])


class DecideForm(Form):
    """What becomes of a seller's unsent goods."""

    decision = SelectField(_l("怎么办"))
    deliver_until = DayField(_l("最晚哪天送到"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.decision.choices = [
            choice(Decision.KEEP, _l("先留着，等新的施工队")),
            choice(Decision.DELIVER, _l("现在就送，按下面的日期")),
            choice(Decision.DROP, _l("不要了，退款")),
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        """Sending needs a day."""
        fine = super().validate(extra_validators)
        if (
            self.decision.data == Decision.DELIVER
            and self.deliver_until.data is None
            and not self.deliver_until.errors
        ):
            self.deliver_until.errors = [_l("写上最晚哪天送到")]
            return False
        return fine
