"""The shapes of what is typed on the way to an order."""

from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag

from market.accounts.types import AddressInput
from market.carts.types import MAX_QUANTITY
from market.checkout.picking import HOME
from market.checkout.types import Submission
from market.kernel.ids import new_secret
from market.kernel.region_code import RegionCode
from market.orders.types import PayMethod
from market.pickups.types import PickupChoice
from market.web.forms import Form, IntField, PhoneField, RegionField, Required, TextField

METHODS = (
    (PayMethod.ALIPAY, _l("支付宝"), _l("跳到支付宝付款")),
    (PayMethod.WECHAT, _l("微信支付"), _l("用微信扫码或在手机上付")),
    (PayMethod.CARD, _l("银行卡"), _l("银联、Visa、Mastercard")),
    (PayMethod.TRANSFER, _l("银行转账"), _l("货留 3 天，到账后发货")),
    (PayMethod.ON_DELIVERY, _l("货到付款"), _l("送货的人到家门口时付现金")),
)


NO_DAY = date.min


def read_choice(text: str) -> PickupChoice | None:
    """A point and day written `point@2026-12-05`; None for home. What is no day is one that no
    point offers."""
    if text in ("", HOME):
        return None
    point_id, _, day = text.partition("@")
    try:
        return PickupChoice(point_id[:20], date.fromisoformat(day))
    except ValueError:
        return PickupChoice(point_id[:20], NO_DAY)


class AddForm(Form):
    """A number of packs of a listing."""

    listing_id = HiddenField()
    quantity = IntField(
        _l("包数"), minimum=1, maximum=MAX_QUANTITY, validators=[Required(_l("请填要几包"))]
    )


class CodeForm(Form):
    """A coupon code."""

    code = TextField(_l("优惠码"), maximum=32, validators=[Required(_l("请填优惠码"))])


class AddressForm(Form):
    """A new address; the township is the one chosen for the whole site."""

    recipient = TextField(
        _l("收货人"),
        maximum=30,
        validators=[Required(_l("请写收货人的姓名"))],
        render_kw={"autocomplete": "name"},
    )
    phone = PhoneField(_l("手机号"), validators=[Required(_l("请写手机号，送货前会打电话"))])
    region = RegionField(_l("乡镇"), validators=[Required(_l("先选收货的乡镇，才能算运费"))])
    detail = TextField(
        _l("村组和门牌"),
        maximum=100,
        validators=[Required(_l("请写到村组和门牌，例如 三坡村 2 组 18 号"))],
        render_kw={"autocomplete": "street-address"},
    )

    def to_address(self) -> AddressInput:
        """What was typed."""
        return AddressInput(
            recipient=self.recipient.data or "",
            phone=self.phone.data or "",
            region=self.region.data or RegionCode(""),
            detail=self.detail.data or "",
        )


class PlaceForm(Form):
    """The last page: how to pay, and what is agreed to."""

    address = HiddenField()
    pickup = HiddenField()
    idempotency_key = HiddenField(default=new_secret)
    seen_total = IntField(maximum=10**12, validators=[Required()])
    payment_method = RadioField(
        _l("怎样付款"),
        choices=[
            SelectChoice(method.value, label, {"data-why": why}) for method, label, why in METHODS
        ],
        validators=[Required(_l("请选一种付款方式"))],
        validate_choice=False,  # the service refuses unknown ones, in words
    )
    made_to_order_agreed = BooleanField(_l("我知道订做的商品开工后不能退换"))
    note = TextField(_l("给卖家的话"), maximum=200)

    def to_submission(self) -> Submission:
        """What the household agreed to."""
        return Submission(
            idempotency_key=(self.idempotency_key.data or "")[:64],
            address_id=self.address.data or "",
            payment_method=self.payment_method.data or "",
            seen_total_fen=self.seen_total.data or 0,
            made_to_order_agreed=bool(self.made_to_order_agreed.data),
            note=self.note.data or "",
            pickup=read_choice(self.pickup.data or ""),
        )
