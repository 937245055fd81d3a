"""What is asked on the pages about paying."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField
from wtforms.validators import InputRequired

from market.kernel.i18n import N_
from market.payments.types import METHOD_LABELS, ONLINE, Method, Resolution
from market.web.forms import Form, PhotoField, Required, TextField, YuanField

WHY = {
    Method.ALIPAY: N_("马上到账"),
    Method.WECHAT: N_("马上到账"),
    Method.CARD: N_("借记卡、信用卡，马上到账"),
    Method.TRANSFER: N_("转账后填流水号或传回单，工作日 1 天内核对。货先给你留 3 天"),
    Method.ON_DELIVERY: N_("货到了当面付给送货人，每家商家分别收"),
}


class ChooseMethodForm(Form):
    """One way to pay."""

    method = RadioField(
        _l("付款方式"), validators=[InputRequired(_l("请选一种付款方式"))], validate_choice=True
    )

    agree = BooleanField(
        _l("同意把金额和订单号交给境外的支付机构 Stripe"),
        description=_l("用支付宝、微信或银行卡付款要打勾。不同意可以转账或货到付款"),
    )

    def offer(self, *, online: bool, transfer: bool) -> None:
        """Offer the methods that work here."""
        self.method.choices = [
            (method.value, gettext(label), {"data-why": gettext(WHY[method])})
            for method, label in METHOD_LABELS.items()
            if (online or method not in ONLINE) and (transfer or method is not Method.TRANSFER)
        ]

    def to_method(self) -> Method:
        """The chosen one."""
        return Method(self.method.data)


class SlipForm(Form):
    """The proof of a transfer."""

    reference = TextField(_l("转账流水号"), maximum=60)
    slip = PhotoField(_l("回单照片或 PDF"))


WHAT_TO_DO = {
    Resolution.ACCEPT: (
        N_("收下，算付好了"),
        N_("订单生效。多付的部分退给买家，少付的部分记作平台承担的差额"),
    ),
    Resolution.REFUND: (N_("全部退回"), N_("原路退给买家。订单还没过时，买家可以重新付")),
    Resolution.BY_HAND: (
        N_("已在系统外处理"),
        N_("别的币种、别的订单的钱：在支付服务或银行里处理完，再记在这里，不进总账"),
    ),
}


class MismatchForm(Form):
    """What becomes of money that does not fit, and why."""

    resolution = RadioField(
        _l("怎么处理"), validators=[InputRequired(_l("请选一种处理办法"))], validate_choice=True
    )
    reason = TextField(_l("理由"), validators=[Required()], maximum=300)

    def offer(self, choices: tuple[Resolution, ...]) -> None:
        """Offer what this money allows."""
        self.resolution.choices = [
            (choice.value, gettext(WHAT_TO_DO[choice][0]),
             {"data-why": gettext(WHAT_TO_DO[choice][1])})
            for choice in choices
        ]  # fmt: skip


class NoteForm(Form):
    """What was done about a notification."""

    reason = TextField(_l("怎么处理的"), validators=[Required()], maximum=300)


class ReceiptForm(Form):
    """The amount somebody saw or holds."""

    amount = YuanField(_l("实收金额"), validators=[Required()], minimum=1)
