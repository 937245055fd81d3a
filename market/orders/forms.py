"""The shapes of what households and sellers type about an order."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag

from market.orders.batch_types import BatchOptions
from market.orders.types import LineView, QuantityOf, Shipment
from market.web.forms import Form, IntField, Required, TextField, YuanField


class CancelForm(Form):
    """Why a household cancels."""

    reason = TextField(_l("为什么取消"), maximum=200)


class LinesForm(Form):
    """A number of packs per open line; `prefix_of_lines` keeps two forms of a page apart."""

    prefix_of_lines = "quantity"

    def quantities(self) -> tuple[QuantityOf, ...]:
        """What was typed; empty fields are zero."""
        start = f"{self.prefix_of_lines}-"
        return tuple(
            QuantityOf(name.removeprefix(start), field.data or 0)
            for name, field in self._fields.items()
            if name.startswith(start)
        )

    def line_field(self, line_id: str) -> Any:
        """The field of a line."""
        return self._fields[f"{self.prefix_of_lines}-{line_id}"]


class ShipForm(LinesForm):
    """A parcel."""

    prefix_of_lines = "ship"
    carrier = TextField(
        _l("物流公司或司机"), maximum=60, validators=[Required(_l("请写明物流公司或司机姓名"))]
    )
    tracking = TextField(_l("运单号或司机电话"), maximum=60)
    parcel_note = TextField(_l("给买家的话"), maximum=200)

    def batches(self) -> dict[str, str]:
        """The chosen batch by line."""
        return {
            name.removeprefix("batch-"): field.data
            for name, field in self._fields.items()
            if name.startswith("batch-") and field.data
        }

    def batch_field(self, line_id: str) -> Any:
        """The choice of a line's batch; None where none is asked for."""
        return self._fields.get(f"batch-{line_id}")

    def to_shipment(self) -> Shipment:
        """The parcel as typed."""
        return Shipment(
            quantities=self.quantities(),
            carrier=self.carrier.data or "",
            tracking=self.tracking.data or "",
            note=self.parcel_note.data or "",
            batches=self.batches(),
        )


class RemainderForm(LinesForm):
    """Packs a seller will not send."""

    prefix_of_lines = "cancel"
    reason = TextField(
        _l("为什么不发"), maximum=200, validators=[Required(_l("请写明原因，买家会看到"))],
        id="cancel-reason",
    )  # fmt: skip


class RefundForm(Form):
    """Money to give back."""

    amount = YuanField(_l("退多少"), minimum=1, validators=[Required(_l("请填退款金额"))])
    reason = TextField(
        _l("为什么退"), maximum=200, validators=[Required(_l("请写明原因，买家会看到"))],
        id="refund-reason",
    )  # fmt: skip


def ship_form(
    lines: Sequence[LineView], options: Mapping[str, BatchOptions] | None = None, **kwargs: Any
) -> ShipForm:
    """A form with a field for every line that may be sent; all of it by default. A line
    that goes by batch also has a choice of `options`."""
    base = _with_lines(ShipForm, lines, default_all=True)
    fields = {f"batch-{key}": _batch_field(offered) for key, offered in (options or {}).items()}
    return cast(ShipForm, type(base.__name__, (base,), fields)(**kwargs))


def _batch_field(offered: BatchOptions) -> SelectField:
    choices = [SelectChoice("", _l("请选批次"))]
    choices += [
        SelectChoice(
            one.id, _l("%(number)s，%(day)s 生产", number=one.number, day=one.made_on.isoformat())
        )
        for one in offered.choices
    ]
    only = offered.choices[0].id if len(offered.choices) == 1 else ""
    # The service refuses what is not offered, and a line that is not sent needs no batch.
    return SelectField(_l("哪一批"), choices=choices, validate_choice=False, default=only)


def remainder_form(lines: Sequence[LineView], **kwargs: Any) -> RemainderForm:
    """A form with a field for every line that is not yet sent."""
    return cast(RemainderForm, _with_lines(RemainderForm, lines, default_all=False)(**kwargs))


def _with_lines(
    base: type[LinesForm], lines: Sequence[LineView], *, default_all: bool
) -> type[LinesForm]:
    fields = {
        f"{base.prefix_of_lines}-{line.id}": IntField(
            line.product_name, maximum=line.quantity, default=line.open if default_all else 0
        )
        for line in lines
        if (line.sendable if default_all else line.open)
    }
    return cast(type[LinesForm], type(base.__name__, (base,), fields))
