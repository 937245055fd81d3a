"""Forms of the matching: ending and finishing a request, declining, the itemised quote."""

from decimal import Decimal
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField, HiddenField, SelectField, TextAreaField

from market.kernel.quantity import UNITS
from market.renovations import queries as renovations
from market.renovations.types import (
    CLOSE_REASONS,
    DECLINE_REASONS,
    LINE_KINDS,
    QuoteDraft,
    QuoteLineDraft,
    QuoteView,
    WorkItem,
)
from market.web.choices import RadioField, choice
from market.web.context import language
from market.web.forms import (
    DayField,
    Form,
    IntField,
    QuantityField,
    Required,
    TextField,
    YuanField,
)

MOST_LINES = 60
SPARE_LINES = 3
QUOTE_UNITS = ("m2", "m", "m3", "kg", "t", "piece", "set", "unit", "pack", "bag", "kwp")


class BlockField(TextField, TextAreaField):
    """Several lines of text, cleaned like a single one."""


class DeclineForm(Form):
    """Why a crew says no."""

    reason = RadioField(_l("为什么不接"), [Required(_l("请选一个理由，平台好改进派单"))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reason.choices = [choice(key, _(label)) for key, label in DECLINE_REASONS.items()]


class CloseForm(Form):
    """Why a request ends without an award."""

    reason = RadioField(_l("为什么不找了"), [Required(_l("请选一项"))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reason.choices = [choice(key, _(label)) for key, label in CLOSE_REASONS.items()]


class FinishForm(Form):
    """The job is done; stars may follow."""

    score = RadioField(
        _l("给施工队打几分"),
        choices=[
            choice("", _l("先不打分")),
            *(choice(str(n), "★" * n) for n in (5, 4, 3, 2, 1)),
        ],
        default="",
    )

    def to_score(self) -> int | None:
        return int(self.score.data) if self.score.data else None


class LineForm(Form):
    """One line: a named item of the project type, or one of the crew's own."""

    class Meta(Form.Meta):
        csrf = False

    item = HiddenField()
    kind = SelectField(_l("哪一类"))
    label = TextField(_l("做什么、用什么"), maximum=80)
    quantity = QuantityField(_l("数量"), maximum=1_000_000)
    unit = SelectField(_l("单位"))
    unit_price = YuanField(_l("单价"), maximum=10_000_000_00)
    listing_id = TextField(_l("平台商品编号"), maximum=20)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [choice(key, _(label)) for key, label in LINE_KINDS.items()]
        self.unit.choices = [choice(key, _(UNITS[key])) for key in QUOTE_UNITS]

    @property
    def known_item(self) -> WorkItem | None:
        """The named item this row was offered for."""
        return renovations.work_items().get(str(self.item.data or ""))

    @property
    def is_blank(self) -> bool:
        """A row nobody wrote in is no line; one with only a listing or a label is."""
        typed = [*(self.quantity.raw_data or []), *(self.unit_price.raw_data or [])]
        own = not self.known_item and (self.label.data or self.listing_id.data)
        return not own and not any(str(text).strip() for text in typed)

    def validate(self, extra_validators: Any = None) -> bool:
        """A line says what, how much, and for how much each."""
        fine = super().validate(extra_validators)
        if self.is_blank:
            return True
        if not self.known_item and not self.label.data and not self.listing_id.data:
            self.label.errors = [*self.label.errors, _("写明做什么")]
            fine = False
        for field, text in (
            (self.quantity, _("写明数量")),
            (self.unit_price, _("写明单价")),
        ):
            if field.data is None and not field.errors:
                field.errors = [text]
                fine = False
        if self.quantity.data is not None and self.quantity.data <= 0:
            self.quantity.errors = [_("数量要大于 0")]
            fine = False
        return fine

    def to_line(self) -> QuoteLineDraft:
        item = self.known_item or _item_named(str(self.label.data or ""))
        return QuoteLineDraft(
            kind=item.kind if item else str(self.kind.data),
            label=item.name_zh if item else str(self.label.data or ""),
            quantity=self.quantity.data or Decimal(0),
            unit=str(self.unit.data),
            unit_price_fen=self.unit_price.data or 0,
            item=item.key if item else None,
            listing_id=str(self.listing_id.data or "") or None,
        )


def _item_named(label: str) -> WorkItem | None:
    """A crew that writes 脚手架 itself means the same as the named item."""
    plain = "".join(label.split()).lower()
    for item in renovations.work_items().values():
        if plain in (item.name_zh, "".join(item.name_en.split()).lower()):
            return item
    return None


class QuoteForm(Form):
    """An itemised quote; all sums are the server's."""

    lines = FieldList(FormField(LineForm), max_entries=MOST_LINES)
    valid_until = DayField(_l("报价有效到"), [Required()])
    days = IntField(_l("工期"), [Required()], minimum=1, maximum=365)
    warranty_months = IntField(_l("保修"), [Required()], minimum=0, maximum=600)
    note = BlockField(_l("补充说明"), maximum=1_000)
    SUB_FIELDS: ClassVar[tuple[str, ...]] = ("quantity", "unit", "unit_price")

    def offer(self, items: tuple[WorkItem, ...], previous: QuoteView | None) -> None:
        """Rows to begin with: the last version, else one per item the project expects."""
        if previous is not None:
            for line in previous.lines:
                self.lines.append_entry(
                    {
                        "item": line.item or "",
                        "kind": line.kind,
                        "label": "" if line.item else line.label,
                        "quantity": line.quantity,
                        "unit": line.unit,
                        "unit_price": line.unit_price_fen,
                        "listing_id": line.listing_id or "",
                    }
                )
            self.days.data = previous.days
            self.warranty_months.data = previous.warranty_months
            self.note.data = previous.note
        else:
            for item in items:
                self.lines.append_entry({"item": item.key, "kind": item.kind, "unit": item.unit})
        self.add_rows()

    def add_rows(self) -> None:
        """Some empty rows for what the list does not name."""
        for _number in range(min(SPARE_LINES, MOST_LINES - len(self.lines))):
            self.lines.append_entry({})

    def to_quote(self) -> QuoteDraft:
        return QuoteDraft(
            lines=tuple(row.form.to_line() for row in self.lines if not row.form.is_blank),
            valid_until=self.valid_until.data,
            days=int(self.days.data),
            warranty_months=int(self.warranty_months.data),
            note=str(self.note.data or ""),
        )


def item_name(item: WorkItem) -> str:
    """A named line in the visitor's language."""
    return item.name_en if language() == "en" else item.name_zh
